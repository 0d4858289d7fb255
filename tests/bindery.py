"""What the tests of the PDF share: books on their way to the press, and what is printed of them."""

import datetime
import io
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pikepdf

from conftest import write
from octavo import library
from octavo.build.ready import Record, characters, prepare  # the stages before the press
from octavo.fonts import Font, blocks, font_set
from octavo.model import Book, Overrides, PrintEdition
from octavo.render import print_edition
from octavo.write import pdf

TESTS = Path(__file__).parent
SOURCE = TESTS.parent / "source"
BOOKS = sorted(path.parent.name for path in (TESTS / "books").glob("*/book.toml"))
WHEN = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)


@dataclass(frozen=True)
class Copy:
    """A book that is ready for the press."""

    book: Book
    edition: PrintEdition
    fonts: tuple[Font, ...]

    def styled(self, css: str) -> "Copy":
        """Add rules to its style."""
        return replace(self, edition=replace(self.edition, css=self.edition.css + css))

    def restyled(self, change: Callable[[str], str]) -> "Copy":
        """Change its style."""
        return replace(self, edition=replace(self.edition, css=change(self.edition.css)))

    def laid(self, *, divided: bool = True, shop: pdf.Shop | None = None, **said: str) -> pdf.Laid:
        """Lay it out."""
        return pdf.write(self.book, self.edition, self.fonts, shop, divided=divided, **said)  # type: ignore[arg-type]


@cache
def copy_of(name: str) -> Copy:
    """Give one of the golden books, the mixed book, or a book of the project's."""
    if name == "mixed":
        with TemporaryDirectory() as folder:
            return made(write(Path(folder), MIXED))
    home = SOURCE / name
    return made(home if home.is_dir() else TESTS / "books" / name)


def made(folder: Path) -> Copy:
    """Take a book's folder as far as the press."""
    (job,) = library.plan((), root=folder, output=folder, overrides=Overrides(), when=WHEN)
    ready = prepare(job, lambda _: None, Record())
    fonts = font_set(characters(ready.book, ready.folders), widened=blocks).fonts
    return Copy(
        ready.book, print_edition(ready.book, fonts, ready.look, ready.folders), tuple(fonts)
    )


@cache
def laid(name: str, *, divided: bool = True, standard: str = "pdf/a") -> pdf.Laid:
    """Lay a book out, once for all tests of a process."""
    return copy_of(name).laid(divided=divided, standard=standard)


def opened(done: pdf.Laid) -> pikepdf.Pdf:
    return pikepdf.open(io.BytesIO(done.data))


def texts(data: bytes) -> list[str]:
    """Give the text of a PDF, page by page."""
    argv = ["pdftotext", "-", "-"]
    said = subprocess.run(argv, input=data, capture_output=True, check=True).stdout.decode()
    return said.split("\f")[:-1]


def pictures(data: bytes) -> Iterator[bytes]:
    """Draw the pages of a PDF at 60 dots an inch, in colour; give each as a file."""
    with TemporaryDirectory() as folder:
        argv = ["pdftoppm", "-r", "60", "-", f"{folder}/page"]
        subprocess.run(argv, input=data, check=True)
        for path in sorted(Path(folder).iterdir()):
            yield path.read_bytes()


FILLER = (
    "The keeper wrote down the hour and the height of the water, as he had done for thirty years,"
    " and the gulls stood upon the wall and watched him do it. Nobody had ever asked for the book."
    " He kept it because the tide kept coming, and because a thing that comes so regularly ought"
    " to be met by somebody who is regular too.\n\n"
)
MIXED = {
    "book.toml": (
        'title = "Mixed Freight"\nauthors = ["Ada Quay"]\nlanguage = "en"\n'
        'text = ["text/preface.md", "text/one.md", "text/two.md", "text/three.md"]\n'
    ),
    "text/preface.md": "# Preface {.front}\n\n"
    + FILLER * 12
    + "Look into [two](two.md#lists) first.\n",
    "text/one.md": (
        "# One\n\nA note.[^a] [The lists](two.md#lists) and [the end](three.md).\n\n"
        + FILLER * 3
        + "## Within *one* {#within}\n\n"
        + FILLER * 6
        + "Another[^b] and `code` in [a `coded` link](two.md#lists).\n\n"
        + "[^a]: First note, with a [way out](https://example.org/).\n"
        + "[^b]: Second note, to [the lists](two.md#lists).\n"
    ),
    "text/two.md": (
        "# Two\n\n## Lists and tables {#lists}\n\n| Port | Depth |\n|:-----|------:|\n"
        + "".join(f"| Quay {n} | {n}.5 m |\n" for n in range(1, 60))
        + "\nBack to [within](one.md#within).\n\n1. one\n2. two\n    - three\n\n"
        + FILLER * 5
        + "Noted.[^c]\n\n[^c]: Third note.\n"
    ),
    "text/three.md": (
        "# Three\n\n::: {lang=ar dir=rtl}\nكان البحر هادئا في ذلك الصباح، والسفن راسية.\n:::\n\n"
        + FILLER
        + "> A quotation.\n\n| line one\n| line two\n\n* * *\n\n```python\nprint(1)\n```\n\n"
        + "Euler says $e^{i\\pi} = -1$.\n"
    ),
}
