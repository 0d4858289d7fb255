"""Whatever happens between two builds, the next one gives what a build from nothing gives.

The environment's OCTAVO_EXAMPLES says how much is tried: a sequence of changes for each 50.
"""

import hashlib
import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from conftest import write
from octavo import outputs as putting
from octavo.build import build, layout_crew, stamps
from octavo.build.job import Step
from octavo.cache import Cache
from octavo.crew import Crew
from workshop import ALL, BOOK, NAME, Workshop, outputs, picture

SEQUENCES = max(1, int(os.environ.get("OCTAVO_EXAMPLES", "300")) // 50)

SOURCE = f"source/{NAME}"
# Without fonts, which would take most of the time and are the same in every build.
SETTINGS = 'title = "Salt and Tide"\nauthors = ["Ada Quay"]\n'
LATER = "[epub]\nembed_fonts = false\n[html]\nembed_fonts = false\n"
BASE = {**BOOK, f"{SOURCE}/book.toml": SETTINGS + LATER}

PARAGRAPHS = ("The tide came in.\n", "“Who is there?” — nobody.\n", "_One_ gull. " * 60 + "\n")
# By what they are about: at most one of each kind at a time.
SAID = {
    "language": ('language = "en"', 'language = "de"'),
    "subtitle": ('subtitle = "Low water"', 'subtitle = "High water"'),
    "theme": ('theme = "harbour"', 'theme = "modern"', 'theme = "classic"'),
    "cover": ('cover = "images/cover.png"', 'cover = "gull.png"'),
    "contents_depth": ("contents_depth = 1",),
    "date": ("date = 2025", "date = 2026"),
    "order": ('text = ["text/02.md", "text/01.md"]',),
    "pdf": ("pdf.font_size = 14", "pdf.columns = 2", "pdf.crop_marks = true", "pdf.bind = false"),
    "quotes": ('typography.quotes = "»«›‹"',),
}
OVERRIDES = {
    "parts/titlepage.html": ("<h1>{{ metadata.title }}</h1>\n", "<h1>Brine</h1>\n"),
    "style/type.css": ('{% include "theme/style/type.css" %}p { color: navy }\n',),
    "style/print.css": ('{% include "theme/style/print.css" %}h1 { letter-spacing: 1pt }\n',),
    "words.toml": ('[en]\ncontents = "Inside"\n', '[de]\ncontents = "Drinnen"\n'),
    "theme.toml": ('text = "sans"\n', 'text = "serif"\n'),
    "themes/harbour/style/screen.css": ('{% include "classic/style/screen.css" %}a { }\n',),
}


class Killed(BaseException):
    """The process is gone: nobody who catches errors catches this."""


@dataclass
class Trial:
    """A project that things happen to."""

    shop: Workshop
    clean: "Clean"
    said: dict[str, str] = field(default_factory=dict)

    def happen(self, kind: str, number: int) -> None:
        HAPPENINGS[kind](self, number)

    # --- edits ---

    def edit_text(self, number: int) -> None:
        path = _one(self.texts(), number)
        path.write_text(path.read_text() + "\n" + _one(PARAGRAPHS, number // 7))

    def undo_text(self, number: int) -> None:
        path = _one(self.texts(), number)
        path.write_bytes(BASE.get(f"{SOURCE}/text/{path.name}", b"# New\n\nText.\n").encode())  # type: ignore[union-attr]

    def add_text(self, number: int) -> None:
        name = f"{SOURCE}/text/{number % 5:02}.md"
        write(self.shop.root, {name: f"# Number {number % 3}\n\n{_one(PARAGRAPHS, number)}"})

    def remove_text(self, number: int) -> None:
        others = [path for path in self.texts() if path.name not in {"01.md", "02.md"}]
        if others:
            _one(others, number).unlink()

    def rename_text(self, number: int) -> None:
        path = _one(self.texts(), number)
        if path.name not in {"01.md", "02.md"}:
            path.rename(path.with_name(f"{number % 7:02}.md"))

    def change_image(self, number: int) -> None:
        name = _one(("gull.png", "images/cover.png", "text/gull.png"), number)
        write(self.shop.source, {name: picture(number % 200)})

    def remove_image(self, number: int) -> None:
        (self.shop.source / "text/gull.png").unlink(missing_ok=True)

    def set(self, number: int) -> None:
        about = _one(sorted(SAID), number)
        self.said[about] = _one(SAID[about], number // 11)
        self._say()

    def unset(self, number: int) -> None:
        if self.said:
            del self.said[_one(sorted(self.said), number)]
            self._say()

    def comment(self, number: int) -> None:
        self._say(f"# {number}\n")

    def override(self, number: int) -> None:
        name = _one(sorted(OVERRIDES), number)
        home = "templates" if name.startswith("themes") or number % 2 else f"{SOURCE}/templates"
        write(self.shop.root, {f"{home}/{name}": _one(OVERRIDES[name], number // 13)})

    def remove_override(self, number: int) -> None:
        homes = (self.shop.root / "templates", self.shop.source / "templates")
        there = [home / name for home in homes for name in sorted(OVERRIDES)]
        there = [path for path in there if path.is_file()]
        if there:
            _one(there, number).unlink()

    # --- accidents ---

    def damage_output(self, number: int) -> None:
        _damage(sorted(self.shop.output.glob("*.*")), number)

    def damage_stamps(self, number: int) -> None:
        _damage(sorted((self.shop.output / stamps.FOLDER).glob("*")), number)

    def damage_cache(self, number: int) -> None:
        for at in range(4):
            _damage(sorted((self.shop.root / "cache").rglob("?" * 62)), number * 31 + at)

    def delete_cache(self, number: int) -> None:
        shutil.rmtree(self.shop.root / "cache", ignore_errors=True)

    def delete_outputs(self, number: int) -> None:
        shutil.rmtree(self.shop.output, ignore_errors=True)

    # --- builds ---

    def build_some(self, number: int) -> None:
        chosen = [name for at, name in enumerate(ALL) if number >> at & 1]
        self.shop.build(*chosen)

    def be_killed(self, number: int) -> None:
        """Build, and end at a step, a file put in place, a stamp or something kept."""
        (job,) = self.shop.plan()
        if job.is_done:
            return
        with pytest.MonkeyPatch.context() as patch:
            fuse = _Fuse(number % 60)
            for owner, name in ((putting, "put"), (stamps, "write"), (Cache, "put")):
                patch.setattr(owner, name, fuse.before(getattr(owner, name)))
            try:
                report = build(job, fuse.step, self.shop.setters)
            except Killed:
                return
        assert not report.errors, report.errors

    def build_all(self, number: int) -> None:
        self.shop.build()
        found, wanted = outputs(self.shop.output), self.clean.outputs(self.shop.root)
        assert {name.split("/")[0] for name in found} == set(ALL)
        assert sorted(found) == sorted(wanted)
        assert [name for name in wanted if found[name] != wanted[name]] == []
        (job,) = self.shop.plan()
        assert job.is_done, "nothing is built twice"

    def texts(self) -> list[Path]:
        return sorted((self.shop.source / "text").glob("*.md"))

    def _say(self, comment: str = "") -> None:
        lines = "".join(f"{line}\n" for line in self.said.values())
        write(self.shop.source, {"book.toml": comment + SETTINGS + lines + LATER})


HAPPENINGS: dict[str, Callable[[Trial, int], None]] = {
    name: getattr(Trial, name)
    for name in (
        *("edit_text", "undo_text", "add_text", "remove_text", "rename_text"),
        *("change_image", "remove_image", "set", "unset", "comment"),
        *("override", "remove_override"),
        *("damage_output", "damage_stamps", "damage_cache", "delete_cache", "delete_outputs"),
        *("build_some", "be_killed", "build_all"),
    )
}


@dataclass
class _Fuse:
    """Kills whoever comes when it has burnt down; whoever comes later, too."""

    left: int

    def burn(self) -> None:
        self.left -= 1
        if self.left < 0:
            raise Killed

    def before(self, work: Callable[..., object]) -> Callable[..., object]:
        def call(*given: object, **named: object) -> object:
            self.burn()
            return work(*given, **named)

        return call

    def step(self, _: Step) -> None:
        self.burn()


def _one(choices: Any, number: int) -> Any:
    return choices[number % len(choices)]


def _damage(paths: list[Path], number: int) -> None:
    """Do something bad to one of the files, or to one in the folder that is chosen."""
    if not paths:
        return
    path = _one(paths, number)
    if path.is_dir():
        path = _one(sorted(each for each in path.rglob("*") if each.is_file()), number)
    data = bytearray(path.read_bytes())
    match number // 3 % 5:
        case 0 if data:
            data[number % len(data)] ^= 1
        case 1:
            del data[number % (len(data) + 1) :]
        case 2:
            other = _one(paths, number // 5)
            data = bytearray(other.read_bytes()) if other.is_file() else bytearray()
        case 3:
            data.clear()
        case _:
            path.unlink()
            return
    path.write_bytes(data)


class Clean:
    """Builds from nothing, each kept in memory for other trials that come to the same."""

    def __init__(self, setters: Crew):  # no dataclass: Hypothesis would print all that it holds
        self.setters = setters
        self.known: dict[str, dict[str, bytes]] = {}

    def outputs(self, root: Path) -> dict[str, bytes]:
        hashed = hashlib.sha256()
        for path in sorted((*root.glob("source/**/*"), *root.glob("templates/**/*"))):
            if path.is_file():
                hashed.update(f"{path.relative_to(root)} {path.stat().st_size} ".encode())
                hashed.update(path.read_bytes())
        key = hashed.hexdigest()
        if key not in self.known:
            with TemporaryDirectory() as folder:
                for name in ("source", "templates"):
                    shutil.copytree(root / name, Path(folder, name))
                shop = Workshop(Path(folder), self.setters)
                (job,) = shop.plan()
                report = build(replace(job, cache=None), lambda _: None, self.setters)
                assert not report.errors, report.errors
                self.known[key] = outputs(shop.output)
        return self.known[key]


@pytest.fixture(scope="module")
def clean() -> Iterator[Clean]:
    with layout_crew(1) as setters:
        yield Clean(setters)


@settings(
    max_examples=SEQUENCES,
    deadline=None,
    derandomize="OCTAVO_EXAMPLES" not in os.environ,
    suppress_health_check=list(HealthCheck),
    phases=(Phase.explicit, Phase.reuse, Phase.generate),  # to make it smaller takes too long
    print_blob=False,
)
@given(
    happenings=st.lists(
        st.tuples(st.sampled_from(sorted(HAPPENINGS)), st.integers(0, 9999)),
        min_size=8,
        max_size=20,
    )
)
def test_a_build_gives_what_a_build_from_nothing_gives(
    clean: Clean, happenings: list[tuple[str, int]]
) -> None:
    with TemporaryDirectory() as folder:
        trial = Trial(Workshop(write(Path(folder), BASE), clean.setters), clean)
        trial.build_all(0)
        for kind, number in happenings:
            trial.happen(kind, number)
        trial.build_all(0)


def test_every_happening_happens(clean: Clean, tmp_path: Path) -> None:
    """Each alone, between two builds: so that none is only ever drawn where it does nothing."""
    trial = Trial(Workshop(write(tmp_path, BASE), clean.setters), clean)
    trial.build_all(0)
    before = _state(tmp_path)
    for kind in HAPPENINGS:
        if kind in {"remove_text", "rename_text"}:
            trial.add_text(4)
            before = _state(tmp_path)
        trial.happen(kind, {"rename_text": 7, "change_image": 5, "be_killed": 3}.get(kind, 23))
        assert _state(tmp_path) != before or kind == "be_killed", kind
        before = _state(tmp_path)


def _state(root: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in root.rglob("*") if path.is_file()}
