"""Cut a string into lines with their places."""

import re
from collections.abc import Iterator

from octavo.model import Change, Line, Place, Text
from octavo.read.binary import CONTROL

_ENDS = re.compile("\r\n|[\n\r\v\f\x85\u2028\u2029]")
_BLANKS = 100  # lines: more than a page holds, so that more of them say nothing


def cut(string: str, path: str) -> tuple[Text, tuple[Change, ...]]:
    """Give the lines, and what was left out: control characters, and endless blank lines.

    A form feed begins a line of its own that starts with it; lines cut by one share their number.
    """
    lines: list[Line] = []
    changes: list[Change] = []
    blanks = 0
    for number, row in _rows(string):
        blanks = 0 if row and not row.isspace() else blanks + 1
        if blanks > _BLANKS:
            if blanks == _BLANKS + 1:
                why = f"more than {_BLANKS} blank lines follow each other"
                changes.append(Change("blank-runs", Place(path, number), "", "", why=why))
            continue
        place = Place(path, number)
        dropped = "".join(CONTROL.findall(row))
        if dropped:
            changes.append(Change("controls", place, dropped, ""))
            row = CONTROL.sub("", row)
        lines.append(Line(row, place))
    return Text(tuple(lines)), tuple(changes)


def _rows(string: str) -> Iterator[tuple[int, str]]:
    """Give the lines and their numbers; what stands after the last line end is no line."""
    number, start, edge = 1, 0, ""
    for end in _ENDS.finditer(string):
        row = edge + string[start : end.start()]
        feed = end.group() == "\f"
        if row or not feed:
            yield number, row
        edge, start = "\f" if feed else "", end.end()
        number += not feed
    if edge or start < len(string):
        yield number, edge + string[start:]
