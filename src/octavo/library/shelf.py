"""Find the books of a project."""

import unicodedata
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from octavo.build.stamps import MOST_BYTES, contents, digest
from octavo.errors import DuplicateBook, InvalidSettings, MissingFile, OctavoError
from octavo.library.sketch import Sketch, sketch
from octavo.model import USUAL, Format, Place
from octavo.pandoc import READER_OF_SUFFIX

if TYPE_CHECKING:
    from octavo.config import BookSettings

TEXT_SUFFIXES = frozenset(READER_OF_SUFFIX) | {".txt"}


@dataclass(frozen=True)
class ShelvedBook:
    """A folder with a `book.toml`."""

    folder: Path

    @cached_property
    def toml(self) -> str:
        """The hash of book.toml, from before the settings were read."""
        data = contents(self.folder / "book.toml", MOST_BYTES)
        return digest(data) if data is not None else ""

    @cached_property
    def settings(self) -> "BookSettings | OctavoError":
        """The settings; the error, if they cannot be read."""
        from octavo.config import load

        _ = self.toml
        try:
            return load(self.folder / "book.toml", shown="book.toml")
        except OctavoError as error:
            return error

    @cached_property
    def sketch(self) -> Sketch | None:
        """What the settings say of the outputs, read at once; None if they have to be checked."""
        return sketch(self.folder / "book.toml")

    @cached_property
    def name(self) -> str:
        """What its outputs are called before the dot."""
        said = self.sketch
        if said is not None:
            given = said.name
        else:
            given = None if isinstance(self.settings, OctavoError) else self.settings.name
        return given or self.folder.resolve().name

    @cached_property
    def formats(self) -> tuple[Format, ...]:
        """Those in which it is built when nothing else is asked for."""
        if self.sketch is not None:
            return self.sketch.formats or USUAL
        return USUAL if isinstance(self.settings, OctavoError) else self.settings.formats


def shelve(root: Path) -> tuple[ShelvedBook, ...]:
    """Give the books of a project, by name.

    They are the folders below `source/` with a `book.toml`, or the project's folder itself.

    Raises:
        DuplicateBook: two have one name; case does not tell them apart, as some disks do not.
    """
    shelf = root / "source"
    found = sorted(shelf.rglob("book.toml")) if shelf.is_dir() else []
    found = [path for path in found if not _hidden(path.relative_to(shelf))]
    if not found and (root / "book.toml").is_file():
        found = [root / "book.toml"]
    books = [ShelvedBook(path.parent) for path in found]
    seen: dict[str, ShelvedBook] = {}
    for book in books:
        other = seen.setdefault(folded(book.name), book)
        if other is not book:
            both = " and ".join(_shown(each.folder, root) for each in (other, book))
            hint = 'Give one of them another name: name = "…" in its book.toml'
            raise DuplicateBook(f"two books are called {book.name}: {both}", hint=hint)
    return tuple(sorted(books, key=lambda book: book.name))


def folded(name: str) -> str:
    """Give a name as the disks see it that tell the fewest apart: without case, composed."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())


def found_texts(folder: Path) -> tuple[Path, ...]:
    """Give the source files of a book that names none, in reading order."""
    home = folder / "text"
    found = sorted(home.iterdir(), key=lambda path: path.name) if home.is_dir() else []
    files = [p for p in found if p.suffix.lower() in TEXT_SUFFIXES and p.is_file()]
    return tuple(path for path in files if not path.name.startswith((".", "~", "_")))


def texts(folder: Path, settings: "BookSettings") -> tuple[Path, ...]:
    """Give the source files of a book in reading order.

    Raises:
        MissingFile: there is none, or one that the settings name is not there.
        InvalidSettings: there are orders for the lines of another file.
    """
    place = Place("book.toml")
    if settings.text:
        named = tuple(folder / name for name in settings.text)
        for path in named:
            if not path.is_file():
                shown = path.relative_to(folder).as_posix()
                hint = "Correct the name under `text`"
                raise MissingFile(f"there is no text {shown}", place=place, hint=hint)
        return _with_orders_obeyable(named, folder, settings)
    files = found_texts(folder)
    if not files:
        hint = "Put .md or .txt files into its folder text/, or name them under `text`"
        raise MissingFile("the book has no text", place=place, hint=hint)
    return _with_orders_obeyable(files, folder, settings)


def _with_orders_obeyable(
    files: tuple[Path, ...], folder: Path, settings: "BookSettings"
) -> tuple[Path, ...]:
    """Refuse orders for lines of a file that is no rough text of the book."""
    rough = [path for path in files if path.suffix.lower() not in READER_OF_SUFFIX]
    names = [path.relative_to(folder).as_posix() for path in rough]
    for number, part in enumerate(settings.clean.lines, 1):
        about = f"item {number} (clean, lines)"
        if part.file is None and len(names) != 1:
            message = f"{about} does not say which file it is about"
        elif part.file is not None and str(part.file) not in names:
            message = f"{about} is about {part.file}, which is no rough text of the book"
        else:
            continue
        there = ", ".join(names[:5]) + (" …" if len(names) > 5 else "")
        hint = f"There is {there}" if names else "Only files such as .txt are cleaned"
        from octavo.config import line_in

        line = line_in(folder / "book.toml", ("clean", "lines", number - 1))
        raise InvalidSettings(message, place=Place("book.toml", line), hint=hint)
    return files


def _hidden(path: Path) -> bool:
    return any(part.startswith(".") for part in path.parts)


def _shown(path: Path, root: Path) -> str:
    return path.relative_to(root).as_posix()
