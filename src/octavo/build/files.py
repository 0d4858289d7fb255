"""The files of a book: nothing outside its folder, and no network."""

import base64
import binascii
import os
import re
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING
from urllib.parse import unquote, unquote_to_bytes

from octavo.build.stamps import MOST_BYTES
from octavo.errors import MissingFile, NoPermission, UnreadableSource, UnsafePath
from octavo.model import Place, Resource

if TYPE_CHECKING:
    from octavo.chapters import Source

_DATA = re.compile(r"data:image/[\w.+-]+(;base64)?,", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Files:
    """Reads what belongs to a book.

    Args:
        folder: the book's folder.
        media: files that were inside a document, by the document's path and their address.
        seen: the pictures that were looked for, by name, with their contents; None: there was none.
    """

    folder: Path
    media: dict[tuple[str, str], bytes] = field(default_factory=dict)
    seen: dict[str, bytes | None] = field(default_factory=dict)

    def shown(self, path: Path) -> str:
        """Give a file's name as messages and places have it."""
        return path.relative_to(self.folder).as_posix()

    def text(self, path: Path) -> bytes:
        """Give a source file's contents.

        Raises:
            MissingFile, NoPermission, UnreadableSource: it cannot be had.
            UnsafePath: it is a link to a file outside the book's folder.
        """
        name = self.shown(path)
        return read(self._inside(path, name, None), name, None)

    def image(self, address: str, source: "Source") -> Resource:
        """Give the image that a source asks for.

        Raises:
            MissingFile, NoPermission, UnsafePath: it cannot be had.
            UnreadableImage: it is no image that readers show.
        """
        from octavo import images

        place = Place(source.path)
        embedded = _DATA.match(address)
        if embedded:
            return images.take(_embedded(address, embedded, place), "image", place)
        name = unquote(address)
        inside = self.media.get((source.path, name))
        if inside is not None:
            return images.take(inside, PurePosixPath(name).stem, place)
        path = self._find(name, source)
        return images.take(self._seen(path, name, place), path.stem, place)

    def cover(self, name: str) -> Resource:
        """Give the cover that the settings name, relative to the book's folder."""
        from octavo import images

        place = Place("book.toml")
        path = self._inside(self.folder / name, name, place)
        if not path.is_file():
            raise MissingFile(f"there is no cover {name}", place=place, hint=_PUT_IT)
        return images.take(self._seen(path, name, place), path.stem, place)

    def _seen(self, path: Path, name: str, place: Place) -> bytes:
        data = self.seen[self._plain(path)] = read(path, name, place)
        return data

    def _plain(self, path: Path) -> str:
        return os.path.normpath(os.path.relpath(path, self.folder)).replace(os.sep, "/")

    def _find(self, name: str, source: "Source") -> Path:
        place = Place(source.path)
        if not name.strip():
            raise MissingFile("an image has no address", place=place, hint="Name its file")
        beside = (self.folder / source.path).parent / name
        for path in (beside, self.folder / name.lstrip("/")):
            if self._inside(path, name, place).is_file():
                return path
            self.seen[self._plain(path)] = None
        raise MissingFile(f"there is no image {name}", place=place, hint=_PUT_IT)

    def _inside(self, path: Path, name: str, place: Place | None) -> Path:
        """Refuse what is not in the book's folder once links are followed."""
        try:
            real, home = path.resolve(), self.folder.resolve()
        except (OSError, RuntimeError, ValueError) as error:
            raise UnsafePath(f"{name!r} is no path of a file", place=place) from error
        if not real.is_relative_to(home):
            message = f"{name} is outside the book's folder"
            raise UnsafePath(message, place=place, hint="Copy it into the book's folder")
        return path


_PUT_IT = "Put it into the book's folder, or correct its name"


def read(path: Path, name: str, place: Place | None) -> bytes:
    """Read a file whole.

    Raises:
        MissingFile, NoPermission: it is not there, or may not be read.
        UnreadableSource: it is a folder or a device, or larger than 200 MB.
    """
    try:
        if not path.exists():
            hint = "Check the name, and the folder you are in"
            raise MissingFile(f"there is no file {name}", place=place, hint=hint)
        if not path.is_file():
            raise UnreadableSource(f"{name} is not a file", place=place)
        if path.stat().st_size > MOST_BYTES:
            raise UnreadableSource(f"{name} is larger than 200 MB", place=place, hint="Split it")
        return path.read_bytes()
    except PermissionError as error:
        hint = "Give yourself the right to read it"
        raise NoPermission(f"{name} may not be read", place=place, hint=hint) from error
    except OSError as error:
        raise UnreadableSource(f"{name} cannot be read: {error.strerror}", place=place) from error


def _embedded(address: str, head: re.Match[str], place: Place) -> bytes:
    body = address[head.end() :]
    if not head[1]:
        return unquote_to_bytes(body)
    try:
        return base64.b64decode(unquote(body))
    except (binascii.Error, ValueError) as error:
        raise UnreadableSource("an image in the text is damaged", place=place) from error
