"""What the tests of staleness share: one book of everything, and builds in this process."""

import contextlib
import io
import shutil
from collections.abc import Iterator
from concurrent.futures import Executor
from dataclasses import dataclass, field
from pathlib import Path

from PIL import Image

from conftest import write
from octavo import library
from octavo.build import Job, Report, build, done
from octavo.build.stamps import FOLDER
from octavo.crew import Crew
from octavo.model import FORMATS, Overrides

NAME = "salt"
ALL = tuple(f"{NAME}.{each}" for each in FORMATS)
NOTHING = Overrides()


def picture(shade: int) -> bytes:
    """Give a small grey picture."""
    data = io.BytesIO()
    Image.new("L", (4, 6), shade).save(data, "PNG")
    return data.getvalue()


BOOK: dict[str, str | bytes] = {
    "source/salt/book.toml": (
        'title = "Salt and Tide"\nauthors = ["Ada Quay"]\nlanguage = "en"\n'
        'theme = "harbour"\ncover = "images/cover.png"\n'
    ),
    "source/salt/text/01.md": (
        "# Low water\n\nThe keeper wrote the hour down.[^a]\n\n![A gull](gull.png)\n\n"
        "[^a]: In pencil.\n"
    ),
    "source/salt/text/02.md": "# High water\n\nThe gulls stood on the wall.\n",
    "source/salt/gull.png": picture(90),
    "source/salt/images/cover.png": picture(200),
    "source/salt/templates/parts/colophon.html": (
        '{% include "parts/own.html" %}\n{% include "classic/parts/colophon.html" %}\n'
    ),
    "source/salt/templates/parts/own.html": "<p>Set by hand.</p>\n",
    "templates/themes/harbour/style/type.css": '{% include "classic/style/type.css" %}\n',
    "templates/themes/harbour/words.toml": '[en]\ncontents = "What is in here"\n',
}


@dataclass
class Workshop:
    """A project, where its builds go, and who does the work."""

    root: Path
    setters: Executor
    faults: dict[str, str] = field(default_factory=dict)

    @property
    def output(self) -> Path:
        return self.root / "dist"

    @property
    def source(self) -> Path:
        return self.root / "source" / NAME

    def path(self, format_: str) -> Path:
        return self.output / f"{NAME}.{format_}"

    def plan(
        self,
        *targets: str,
        always: bool = False,
        keep_going: bool = False,
        overrides: Overrides = NOTHING,
        **said: object,
    ) -> tuple[Job, ...]:
        """Plan as the command does."""
        return library.plan(
            targets or ALL,
            root=self.root,
            output=self.output,
            overrides=overrides,
            when=said.get("when"),  # type: ignore[arg-type]
            cache=self.root / "cache",
            judge=library.Judge(self.output, always=always),
            keep_going=keep_going,
        )

    def build(self, *targets: str, **said: object) -> Report:
        """Build the one book that is asked for, and report without an error."""
        (job,) = self.plan(*targets, **said)  # type: ignore[arg-type]
        report = done(job) if job.is_done else build(job, lambda _: None, self.setters)
        assert not report.errors, report.errors
        return report

    def made(self, *targets: str, **said: object) -> list[str]:
        """Build, and give the formats that were not kept."""
        return [each.format for each in self.build(*targets, **said).artifacts if not each.kept]

    def reasons(self, *targets: str, **said: object) -> dict[str, tuple[str, ...]]:
        """Give why each output has to be made."""
        jobs = self.plan(*targets, **said)  # type: ignore[arg-type]
        return {each.format: each.reasons for each in library.states(jobs)}

    def edit(self, name: str, before: str, after: str) -> None:
        """Replace words in a file of the project."""
        path = self.root / name
        text = path.read_text()
        assert before in text
        path.write_text(text.replace(before, after))

    def setting(self, line: str) -> None:
        """Add a line to the settings: before the tables, or a table at the end."""
        path = self.source / "book.toml"
        head, tables = line if line.startswith("[") else "", ""
        text = path.read_text()
        path.write_text(text + head + "\n" if head else f"{line}\n{text}{tables}")


def outputs(folder: Path) -> dict[str, bytes]:
    """Give everything that is in a folder of outputs, but the stamps."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.relative_to(folder).parts[0] != FOLDER
    }


@contextlib.contextmanager
def copied(shop: Workshop, root: Path) -> Iterator[Workshop]:
    """Give a copy of a workshop, outputs, stamps, cache and all."""
    shutil.copytree(shop.root, root)
    yield Workshop(root, shop.setters)
    shutil.rmtree(root)


def opened(root: Path, setters: Crew) -> Workshop:
    """Give a workshop with the book of everything."""
    return Workshop(write(root, BOOK), setters)
