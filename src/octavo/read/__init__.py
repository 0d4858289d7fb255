"""Bytes → Text: decode a rough text and cut it into lines; nothing is guessed about its sense."""

from dataclasses import dataclass

from octavo.errors import EmptyFile
from octavo.model import Change, Place, Text
from octavo.read.binary import refuse_binary, refuse_controls
from octavo.read.decode import decode
from octavo.read.lines import cut
from octavo.read.overstruck import unstruck

__all__ = ["Read", "read"]


@dataclass(frozen=True, slots=True)
class Read:
    """A rough text as it came in."""

    text: Text
    changes: tuple[Change, ...]  # broken and wrongly decoded characters, controls
    encoding: str  # Python's name of the codec, as utf-8, utf-8-sig, cp1252


def read(data: bytes, path: str) -> Read:
    """Decode a file and cut it into lines.

    Line ends are LF, CRLF, CR, VT, NEL, LS and PS. A form feed ends a line too; the line after it
    begins with a form feed, which is how `clean` and `structure` know a page's first line.

    Args:
        data: the file's bytes.
        path: the file's name, as the user would type it; the places carry it.

    Raises:
        EmptyFile: there is no character but spaces.
        BinaryFile: it is another kind of file, or has too many control characters to be text.
        UndecodableText: no encoding fits, or too many characters are broken.
    """
    place = Place(path)
    refuse_binary(data, place)
    decoded, encoding = decode(data, path)
    string, unstruck_rows = unstruck(decoded.string, path)
    refuse_controls(string, place)
    text, changes = cut(string, path)
    if not any(line.text.strip() for line in text.lines):
        raise EmptyFile(
            "the file holds no text", place=place, hint="Put the text into it, or leave it out"
        )
    return Read(text, decoded.changes + unstruck_rows + changes, encoding)
