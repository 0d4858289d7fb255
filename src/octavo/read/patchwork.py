"""Decode UTF-8 that has broken characters in it, or lines in another encoding."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from octavo.errors import UndecodableText
from octavo.model import Change, Place
from octavo.read.codepages import decoded

_LOST = "\ufffd"
_FEW = 5
_MAX_LOST = 0.001  # of the characters; above, it is damaged too badly
_ENOUGH = 40  # bytes beyond ASCII, to tell an encoding by
_BEYOND_ASCII = re.compile(b"[^\x00-\x7f]+")
_BROKEN = re.compile("[\udc80-\udcff]+")
_SOUND = re.compile("[^\x00-\x7f\udc80-\udcff]")
# What Windows-1252 has besides letters that a text needs.
_SIGNS = frozenset("„…‘’“”•–—§«»°¡¿")


@dataclass(frozen=True, slots=True)
class Patched:
    """A text that was decoded in pieces."""

    string: str
    changes: tuple[Change, ...]


def patch(data: bytes, path: str, foreign: Callable[[bytes], str | None]) -> Patched | None:
    """Decode line by line where UTF-8 fails; None if the file is not UTF-8 for its greater part.

    Lines without a sound character beside the broken ones are in another encoding; in the others
    a broken byte is read as Windows-1252 where that makes sense, else it becomes U+FFFD. All is
    recorded, and what was read byte by byte is doubtful.

    Args:
        data: the file's bytes, which are not valid UTF-8.
        path: as the user would type it.
        foreign: gives the encoding of the lines that are not in UTF-8.

    Raises:
        UndecodableText: too many characters are broken.
    """
    if not _is_mostly_utf8(_loose(data)):
        return None
    rows = data.splitlines(keepends=True)
    strange = {index: row for index, row in enumerate(rows) if not _is_utf8(row)}
    others = {index for index, row in strange.items() if not _SOUND.search(_loose(row))}
    codec = _codec([strange[index] for index in sorted(others)], foreign)
    pieces: list[str] = []
    changes: list[Change] = []
    for index, row in enumerate(rows):
        if index not in strange:
            pieces.append(row.decode("utf-8"))
            continue
        by = codec if index in others else None
        text = decoded(row, by) if by else _BROKEN.sub(_byte_by_byte, _loose(row))
        pieces.append(text)
        changes.append(_change(Place(path, index + 1), row, text, by))
    return _sound_enough("".join(pieces), changes, "UTF-8")


def loosely(data: bytes, codec: str, path: str) -> Patched:
    """Decode a text although some bytes stand for nothing in its encoding: they become U+FFFD.

    Raises:
        UndecodableText: they are too many.
    """
    string = decoded(data, codec)
    if _LOST not in string:
        return Patched(string, ())
    changes = [
        Change("encoding", Place(path, number), before, text, True, "a character is broken here")
        for number, row in enumerate(data.split(b"\n"), 1)
        for text in (decoded(row, codec).strip("\r"),)
        if _LOST in text
        for before in (row.decode(codec, "backslashreplace").strip("\r"),)
    ]
    return _sound_enough(string, changes, codec)


def _sound_enough(string: str, changes: list[Change], name: str) -> Patched:
    lost = string.count(_LOST)
    if lost > max(_FEW, len(string) * _MAX_LOST):
        raise UndecodableText(
            f"the text is {name}, but {lost} characters are broken, the first here",
            place=changes[0].place,
            hint="Look for a better copy, or mend it in an editor and save it as UTF-8",
        )
    return Patched(string, tuple(changes))


def _codec(rows: list[bytes], foreign: Callable[[bytes], str | None]) -> str | None:
    data = b"".join(rows)
    return foreign(data) if len(data) - len(_BEYOND_ASCII.sub(b"", data)) >= _ENOUGH else None


def _is_mostly_utf8(loose: str) -> bool:
    sound = loose.encode("utf-8", "ignore").decode("utf-8")
    return len(sound) - len(sound.encode("ascii", "ignore")) >= len(loose) - len(sound)


def _is_utf8(row: bytes) -> bool:
    try:
        row.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _loose(row: bytes) -> str:
    return row.decode("utf-8", "surrogateescape")


def _byte_by_byte(match: "re.Match[str]") -> str:
    """Read broken bytes between sound characters as Windows-1252, if they are letters or quotes."""
    raw = match.group().encode("utf-8", "surrogateescape")
    around = match.string[max(0, match.start() - 1) : match.start()]
    if len(raw) > 1:
        return _LOST
    char = raw.decode("cp1252", "replace")
    letter = char.isalpha() and around.isalpha() and char.islower()
    return char if letter or char in _SIGNS else _LOST


def _change(place: Place, row: bytes, text: str, codec: str | None) -> Change:
    before = row.decode("utf-8", "backslashreplace").strip("\r\n")
    why = f"the line is in {codec}" if codec else "a character is broken here"
    return Change("encoding", place, before, text.strip("\r\n"), codec is None, why)
