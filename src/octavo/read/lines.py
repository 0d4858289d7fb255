"""Cut a string into lines with their places."""

import re

from octavo.model import Change, Line, Place, Text
from octavo.read.binary import is_control

_LINE_ENDS = re.compile("\r\n|[\n\r\v\x85\u2028\u2029]")
_CONTROLS = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f]")


def cut(string: str, path: str) -> tuple[Text, tuple[Change, ...]]:
    """Give the lines and the control characters dropped from them.

    A form feed begins a line of its own that starts with it; lines cut by one share their number.
    """
    lines: list[Line] = []
    changes: list[Change] = []
    rows = _LINE_ENDS.split(string)
    if rows[-1] == "":
        rows.pop()  # what stands after the last line end is no line
    for number, row in enumerate(rows, start=1):
        place = Place(path, number)
        clean = _CONTROLS.sub("", row)
        if clean != row:
            dropped = "".join(char for char in row if is_control(char))
            changes.append(Change("controls", place, dropped, ""))
        first, *pages = clean.split("\f")
        if first or not pages:
            lines.append(Line(first, place))
        lines.extend(Line("\f" + page, place) for page in pages)
    return Text(tuple(lines)), tuple(changes)
