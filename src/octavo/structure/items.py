"""Find the items of lists by their markers."""

import re
from dataclasses import dataclass

from octavo.structure.measure import Row

_BULLETS = "•◦▪‣∙●○*-"
_MARKER = re.compile(
    rf"(?P<bullet>[{_BULLETS}])\s+(?=\S)"
    r"|(?P<open>\(?)(?P<number>[0-9]{1,3}|[a-z]|[ivx]{1,6})(?P<close>[.)])\s+(?=\S)"
)
_ROMAN = {"i": 1, "v": 5, "x": 10}
_LEADERS = re.compile(r"(?:[.·…] ?){4} *(?:[0-9]{1,4}|[ivxlc]{1,7})$")
_FOLIO = "0123456789ivxlc"  # what the number of a page is written with
_DOTTED = 30  # characters at the end of an entry in which its leaders are looked for
_FARTHEST = 60  # rows between two items of a list


@dataclass(frozen=True, slots=True)
class Marker:
    """A list marker at the start of a row."""

    text: str  # with the space after it
    style: str  # alike for the items of one list
    value: int  # from 1; 0: a bullet


def find_markers(rows: tuple[Row, ...], taken: frozenset[int]) -> dict[int, Marker]:
    """Give the markers that belong to a list, by row: those that count or repeat."""
    found: dict[int, Marker] = {}
    open_lists: dict[tuple[str, int], int] = {}  # by style and next value: the last item's row
    for index, row in enumerate(rows):
        ways = readings(row.text) if index not in taken else []
        if not ways or not _may_begin(rows, index):
            continue
        for marker in ways:
            wanted = (marker.style, marker.value)
            last = open_lists.pop(wanted, None)
            if last is not None and index - last <= _FARTHEST:
                found.setdefault(last, _previous(rows[last].text, marker))
                found[index] = marker
            open_lists[marker.style, marker.value + 1 if marker.value else 0] = index
    return _without_speeches(rows, found) | _entries(rows, taken)


def _entries(rows: tuple[Row, ...], taken: frozenset[int]) -> dict[int, Marker]:
    """Give the entries of tables of contents: dots lead to their page numbers."""
    found = [
        index
        for index, row in enumerate(rows)
        if index not in taken and row.text[-1] in _FOLIO and _LEADERS.search(row.text[-_DOTTED:])
    ]
    # One alone may be a blank to be filled in.
    return {index: Marker("", "leaders", 0) for index in found} if len(found) > 1 else {}


def _without_speeches(rows: tuple[Row, ...], found: dict[int, Marker]) -> dict[int, Marker]:
    """Leave out hyphens that are the dashes of dialogue: what is said ends as sentences do."""
    dashes = [index for index, marker in found.items() if marker.style == "-"]
    ended = sum(index == 0 or rows[index - 1].tail.stops for index in dashes)
    if ended * 2 <= len(dashes):
        return found
    return {index: marker for index, marker in found.items() if marker.style != "-"}


def readings(text: str) -> list[Marker]:
    """Give the ways to read a row's marker; (i) is a letter and a Roman number."""
    match = _MARKER.match(text)
    if match is None:
        return []
    if match["bullet"]:
        return [Marker(match.group(), match["bullet"], 0)]
    number, signs = match["number"], match["open"] + match["close"]
    if number.isdigit():
        return [Marker(match.group(), "1" + signs, int(number))]
    ways: list[Marker] = []
    if len(number) == 1:
        ways.append(Marker(match.group(), "a" + signs, ord(number) - ord("a") + 1))
    if set(number) <= set(_ROMAN):
        ways.append(Marker(match.group(), "i" + signs, _roman(number)))
    return ways


def _may_begin(rows: tuple[Row, ...], index: int) -> bool:
    if index == 0 or rows[index].gap:
        return True
    before = rows[index - 1]
    if before.tail.stops or before.tail.colon or before.tail.pauses:
        return True
    return before.width < 40 or before.text.rsplit(maxsplit=1)[-1] in (
        "and",
        "or",
        "und",
        "et",
        "y",
        "e",
    )


def _previous(text: str, marker: Marker) -> Marker:
    return next(way for way in readings(text) if way.style == marker.style)


def _roman(text: str) -> int:
    values = [_ROMAN[char] for char in text]
    following = [*values[1:], 0]
    return sum(
        -value if value < after else value for value, after in zip(values, following, strict=True)
    )
