"""Tell verse from prose in a narrow measure of its own, by where the lines end."""

from itertools import pairwise

from octavo.structure.measure import Geometry, Row, fill

LONGER = 1.2  # times the lines beside: a line of prose
_SHORT = 0.92  # of the measure: the next word would have fitted
_NEARLY_FULL = 0.85  # of the measure
_TRIED = 60  # rows that decide
_ROWS = 4  # lines at least
_EVIDENCE = 3.0  # nats
_ANNOUNCED = 1.5  # nats: a colon stands before
_NO_ROOM = -0.8  # nats: the next word would not have fitted, as in nearly all lines of prose
_LITTLE_ROOM = 0.7
_ROOM = 2.0
_MUCH = 0.9  # of the widest line
_SIGN = 1.2  # nats: a line ends with a comma or stop, as one of seven does in prose
_NO_SIGN = -0.7
_LARGE = 1.5  # nats: a line begins large though the one before ends no sentence
_SMALL = -0.4
_LISTED = 0.5  # of the lines end with a semicolon: these are items
_SPOKEN = 0.5  # of the lines begin with a dash or quotation mark: this is speech


def announced_runs(
    rows: tuple[Row, ...], geometry: Geometry, taken: frozenset[int]
) -> list[tuple[int, int]]:
    """Give the runs of lines (first and last row) below a colon that are verse by themselves."""
    runs: list[tuple[int, int]] = []
    for index in range(1, len(rows)):
        if not rows[index - 1].tail.colon or index in taken or index - 1 in taken:
            continue
        if (runs and index <= runs[-1][1]) or not _announces(rows, index - 1, geometry):
            continue
        tried = index + _TRIED
        last = _last_short(rows, index, tried, geometry, taken)
        if is_verse_of_its_own(rows[index : last + 1], announced=True):
            if last + 2 >= tried:
                last = _last_short(rows, index, len(rows), geometry, taken)
            runs.append((index, last))
    return runs


def _announces(rows: tuple[Row, ...], index: int, geometry: Geometry) -> bool:
    """Tell whether a row that ends with a colon is the end of prose."""
    below = max((row.width for row in rows[index + 1 : index + 1 + _ROWS]), default=0.0)
    alone = rows[index].gap > 0 or index == 0 or rows[index].width > LONGER * below
    return alone or fill(rows[index - 1], rows[index], geometry.measure) > _NEARLY_FULL


def _last_short(
    rows: tuple[Row, ...], first: int, end: int, geometry: Geometry, taken: frozenset[int]
) -> int:
    """Give the last of the rows, from the first on and before an end, that end early."""
    last, widest = first, rows[first].width
    while last + 1 < min(end, len(rows)) and last + 1 not in taken:
        row, after = rows[last], rows[last + 1]
        apart = after.gap and not after.edge
        if apart or fill(row, after, geometry.measure) > _SHORT:
            break
        if last > first + 1 and row.tail.stops and after.width > LONGER * widest:
            return last  # prose follows
        last, widest = last + 1, max(widest, after.width)
    more = last + 1 < len(rows)
    begins_prose = more and fill(rows[last], rows[last + 1], geometry.measure) > 1
    return last - 1 if begins_prose else last


def is_verse_of_its_own(rows: tuple[Row, ...], *, announced: bool) -> bool:
    """Tell whether lines that all end early are verse, whatever letters they begin with.

    In prose that is set narrow the next word would not have fitted on the line before, and few
    lines end with a sign.

    Args:
        rows: none of them fills the measure of the text.
        announced: the line before them ends with a colon.
    """
    if len(rows) < _ROWS or any(row.tail.breaks for row in rows):
        return False
    listed = sum(row.text.endswith(";") for row in rows)
    spoken = sum(row.head.quotes for row in rows)
    sentences = sum(row.tail.stops for row in rows[:-1])
    if listed > len(rows) * _LISTED or spoken > len(rows) * _SPOKEN or sentences == len(rows) - 1:
        return False
    widest = max(row.end for row in rows)
    weight = sum(_weight(row, after, widest) for row, after in pairwise(rows))
    return weight + (_ANNOUNCED if announced else 0.0) >= _EVIDENCE


def _weight(row: Row, after: Row, widest: float) -> float:
    room = row.end + after.first
    weight = _NO_ROOM if room > widest else _LITTLE_ROOM if room > widest * _MUCH else _ROOM
    ended = row.tail.stops
    signs = ended or row.tail.pauses or row.tail.colon or row.tail.dash
    weight += _SIGN if signs else _NO_SIGN
    if after.head.small:
        return weight + _SMALL
    return weight + (_LARGE if after.head.large and not ended else 0.0)


def alternates(rows: tuple[Row, ...]) -> bool:
    """Tell whether every other line is set in, as in ballads and elegies."""
    if len(rows) < _ROWS:
        return False
    steps = [after.indent - row.indent for row, after in pairwise(rows)]
    return all(step > 0 for step in steps[::2]) and all(step < 0 for step in steps[1::2])
