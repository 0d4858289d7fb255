"""Cut a string into lines with their places."""

import re
from collections.abc import Iterator

from octavo.model import Change, Line, Place, Text
from octavo.mojibake import mend

_ENDS = re.compile("[\n\r\v\x85\u2028\u2029]")
_ENDS_BUT_NEL = re.compile("[\n\r\v\u2028\u2029]")
_CONTROL = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f]")
_WRONG = re.compile("[\x80-\x9f]")
# C1 controls but NEL, which is a line end of old mainframes, and the Scandinavian Å.
_SURELY_WRONG = re.compile("[\x80-\x84\x86-\x9f]")
_WRONG_LETTER = "Ã\x85"
_RARE_ENDS = "\r\v\x85\u2028\u2029"
_PIECE = 1 << 16  # characters that are cut into lines at once
_BLANKS = 100  # lines: more than a page holds, so that more of them say nothing


def cut(string: str, path: str) -> tuple[Text, tuple[Change, ...]]:
    """Give the lines, and what was mended or left out: controls, and endless blank lines.

    A form feed begins a line of its own that starts with it; lines cut by one share their number.
    C1 controls are what decoding with the wrong table leaves of letters and quotation marks: they
    are mended here, because nobody else would see them. Other controls are dropped.
    """
    lines: list[Line] = []
    changes: list[Change] = []
    blanks = 0
    sound = _CONTROL.search(string) is None
    for number, row in _rows(string):
        blanks = 0 if row and not row.isspace() else blanks + 1
        if blanks > _BLANKS:
            if blanks == _BLANKS + 1:
                why = f"more than {_BLANKS} blank lines follow each other"
                changes.append(Change("blank-runs", Place(path, number), "", "", why=why))
            continue
        place = Place(path, number)
        lines.append(Line(row if sound else _without_controls(row, place, changes), place))
    return Text(tuple(lines)), tuple(changes)


def _without_controls(row: str, place: Place, changes: list[Change]) -> str:
    if not row.isascii() and _WRONG.search(row):
        fixed, why = mend(row)
        if why:
            changes.append(Change("mojibake", place, row, fixed, why=why))
            row = fixed
    dropped = "".join(_CONTROL.findall(row))
    if dropped:
        changes.append(Change("controls", place, dropped, ""))
        row = _CONTROL.sub("", row)
    return row


def _rows(string: str) -> Iterator[tuple[int, str]]:
    """Give the lines and their numbers; what stands after the last line end is no line."""
    ends = _ENDS_BUT_NEL if _is_wrong(string) else _ENDS
    before = 0
    for piece in _pieces(string.replace("\r\n", "\n"), ends):
        rare = any(map(piece.__contains__, _RARE_ENDS))
        rows = ends.split(piece) if rare else piece.split("\n")
        if not rows[-1]:
            del rows[-1]
        for number, row in enumerate(rows, before + 1):
            if "\f" not in row:
                yield number, row
                continue
            first, *pages = row.split("\f")
            if first:
                yield number, first
            for page in pages:
                yield number, "\f" + page
        before += len(rows)


def _is_wrong(string: str) -> bool:
    """Tell whether a text has C1 controls that surely are letters, and not its line ends."""
    if "\n" not in string or string.isascii():
        return False
    return _WRONG_LETTER in string or _SURELY_WRONG.search(string) is not None


def _pieces(string: str, ends: re.Pattern[str]) -> Iterator[str]:
    """Cut behind line ends: the rows of a long text take far more memory than the text."""
    start = 0
    while start < len(string):
        found = ends.search(string, start + _PIECE)
        end = found.end() if found else len(string)
        yield string[start:end]
        start = end
