"""Measure a text's geometry: left edges, paragraph indent, width of the type area."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final, TypeAlias

from octavo.model import Box, Line, Place, Text
from octavo.structure.pages import EDGES
from octavo.structure.signs import Head, Tail, head_of, tail_of
from octavo.structure.wording import (
    columns,
    is_unstopped,
    proportional,
)

_PERCENTILE = 0.9  # of the lines' right ends: above it are overlong lines
_LONGEST = 160  # columns; text with longer lines has not been broken into lines
_LEFT_SHARE = 0.1  # of a page's lines begin at its left edge, at least
_FULL = 0.85  # of the measure
_FEWEST = 2  # lines that another follows closely, before they tell how the text is set
_RUN_TOGETHER = 1.25  # of the measure: a line so long is two
_EVENER = 0.98  # of the unevenness in columns: below, the widths of type explain the lines
_LONG = 0.8  # of the usual width
_UNSPACED = 5.0  # columns of a usual word in a script without spaces between words
_ENOUGH = 20  # long lines, to tell by what they were broken
_WHITE = 0.25  # of a line: less white space is chance
_WINDOW = 4  # lines on each side that make a neighbourhood
NARROW = 0.93  # of the measure: a neighbourhood below is set narrower

Metric: TypeAlias = Callable[[str], float]
_SPACES: dict[Metric, float] = {metric: metric(" ") for metric in (columns, proportional)}


@dataclass(slots=True, eq=False)  # frozen by its types alone: it takes a third of the time to make
class Row:
    """A line that is not blank."""

    text: Final[str]  # without indent; `head` and `tail` are about the whole line
    place: Final[Place]
    indent: Final[int]  # columns right of its page's left edge
    width: Final[float]  # columns, or average letters of a book type if these fit the text better
    first: Final[float]  # the width of its first word with a space before it
    gap: Final[int]  # blank lines before it
    edge: Final[bool]  # the first of a page or column: the gap before it means nothing
    head: Final[Head]
    tail: Final[Tail]
    exact: Final[bool] = False  # its width was measured, not estimated from its letters

    @property
    def end(self) -> float:
        """Its right end, in the unit of `width`, from the page's left edge."""
        return self.indent + self.width


@dataclass(frozen=True, slots=True)
class Geometry:
    """What is usual in a text."""

    measure: float  # where full lines end, in the unit of `Row.width`
    indent: int  # columns: of a paragraph's first line; 0: they have none
    step: float  # columns: lines whose indents differ by less begin at the same edge
    gap: int  # blank lines between paragraphs
    wrapped: bool  # the lines are broken at the measure; else each is a paragraph


@dataclass(frozen=True, slots=True)
class Region:
    """A part of a text that is set in one manner."""

    rows: tuple[Row, ...]
    geometry: Geometry


def rows_of(text: Text) -> tuple[Row, ...]:
    """Give the lines that are not blank, measured in columns and in blank lines.

    A line with a box has its geometry from there, in average letters and lines; the others have
    it from their characters.
    """
    scale = _scale([line for line in text.lines if line.box is not None and line.text.strip()])
    rows: list[Row] = []
    gap, edge = 0, False
    for line in text.lines:
        body = line.text.strip()
        begins = line.text[:1] in EDGES
        edge = edge or begins
        if not body:
            gap += 1
            continue
        if line.box is not None:
            rows.append(_from_box(body, line.place, line.box, scale, edge=edge))
        else:
            raw = line.text.lstrip("\f\v") if begins else line.text
            indent = len(raw) - len(raw.lstrip())
            head, tail = head_of(body), tail_of(body)
            width, first = columns(body), _first(body, head, columns)
            rows.append(Row(body, line.place, indent, width, first, gap, edge, head, tail))
        gap, edge = 0, False
    return tuple(rows)


@dataclass(frozen=True, slots=True)
class _Scale:
    """What is usual in a text's boxes, in their unit."""

    letter: float  # the width of an average letter
    line: float  # from a line to the next
    above: float  # white space between two lines of a paragraph


def _scale(lines: list[Line]) -> _Scale:
    boxes = [(line.box, columns(line.text.strip())) for line in lines if line.box is not None]
    if not boxes:
        return _Scale(1.0, 1.0, 0.0)
    letters = sorted(box.width / max(1.0, width) for box, width in boxes)
    heights = sorted(box.height for box, _ in boxes)
    # Most lines stand inside paragraphs; but where each is a paragraph there is white above all.
    above = sorted(box.above for box, _ in boxes if not box.edge) or [0.0]
    usual = above[len(above) // 4]
    line = heights[len(heights) // 2] + usual
    return _Scale(letters[len(letters) // 2] or 1.0, line or 1.0, usual)


def _from_box(text: str, place: Place, box: Box, scale: _Scale, *, edge: bool) -> Row:
    white = (box.above - scale.above) / scale.line
    gap = 0 if box.edge or white < _WHITE else max(1, round(white))
    width = box.width / scale.letter
    head, tail = head_of(text), tail_of(text)
    first = width * _first(text, head, proportional) / max(1.0, proportional(text))
    left = round(box.left / scale.letter)
    return Row(text, place, left, width, first, gap, edge or box.edge, head, tail, exact=True)


def settle(rows: tuple[Row, ...]) -> tuple[Row, ...]:
    """Count indents from the left edge of each page or column; choose the measure of width."""
    typeset = _typeset(rows)
    starts = [index for index, row in enumerate(rows) if row.edge and index]
    bounds = list(pairwise([0, *starts, len(rows)]))
    edges = [_left_edge(rows[first:end]) for first, end in bounds]
    usual = min((edge for edge in edges if edge is not None), default=0)
    return tuple(
        _settled(rows[index], usual if edge is None else edge, typeset[index])
        for (first, end), edge in zip(bounds, edges, strict=True)
        for index in range(first, end)
    )


def _typeset(rows: tuple[Row, ...]) -> Sequence[float | None]:
    """Give the rows' widths in a book type, if the lines were broken by these; else None for each.

    Else they were broken by columns. It is the measure by which long lines differ less from their
    neighbours. What is set narrower has mostly neighbours set as narrow.
    """
    by_columns: Sequence[float | None] = [None] * len(rows)
    lines = [at for at, row in enumerate(rows) if len(row.text) <= _LONGEST and not row.exact]
    if len(lines) < 2 * _ENOUGH:
        return by_columns
    widths = {at: proportional(rows[at].text) for at in lines}
    flat = _unevenness([rows[at].width for at in lines])
    if _unevenness(list(widths.values())) >= flat * _EVENER:
        return by_columns
    return [
        None if row.exact else widths[at] if at in widths else proportional(row.text)
        for at, row in enumerate(rows)
    ]


def _unevenness(widths: list[float]) -> float:
    """Give the usual difference of a long line from the next, as a share of the usual width."""
    usual = sorted(widths)[len(widths) // 2]
    long = usual * _LONG
    steps = sorted(
        abs(width - after) for width, after in pairwise(widths) if width > long and after > long
    )
    # The largest steps are between paragraphs.
    return sum(steps[: len(steps) * 9 // 10]) / max(usual, 1.0) / max(len(steps), 1)


def _first(text: str, head: Head, metric: Metric) -> float:
    if head.wide:
        return 2.0
    if is_unstopped(text[0]):
        return _UNSPACED  # its spaces are between sentences
    return metric(text.split(maxsplit=1)[0]) + _SPACES[metric]


def _left_edge(page: tuple[Row, ...]) -> int | None:
    """Give the smallest indent that several lines have; None where a page has too few lines."""
    counts = Counter(row.indent for row in page)
    wanted = max(2, len(page) * _LEFT_SHARE)
    return min((indent for indent in counts if counts[indent] >= wanted), default=None)


def _settled(row: Row, left: int, width: float | None) -> Row:
    """Give a row with its indent counted from an edge, and with another width unless it is None."""
    if width is None and not left:
        return row
    indent = max(0, row.indent - left)
    first = row.first if width is None else _first(row.text, row.head, proportional)
    width = row.width if width is None else width
    gap, edge, head, tail = row.gap, row.edge, row.head, row.tail
    return Row(row.text, row.place, indent, width, first, gap, edge, head, tail, row.exact)


def measure(rows: tuple[Row, ...]) -> Geometry:
    """Measure what is usual in a text."""
    ends = [row.indent + row.width for row in rows]
    width = sorted(ends)[int(len(ends) * _PERCENTILE)] if ends else 0.0
    pairs = list(pairwise(rows))
    small = sum(after.head.small for _, after in pairs)
    full = width * _FULL
    broken = sum(end >= full and not row.tail.stops for row, end in zip(rows, ends, strict=True))
    crossing = max(small, broken) * 10 >= len(rows)  # sentences go on from line to line
    wrapped = width <= _LONGEST and (crossing or _all_full(pairs, width))
    firsts = Counter(
        row.indent
        for row, after in pairs
        if after.gap == 0 and after.indent < row.indent <= max(1.0, width / 5)
    )
    indent = max(firsts, key=lambda columns: (firsts[columns], -columns), default=0)
    if firsts[indent] * 25 < len(rows):
        indent = 0
    little = width * 0.7
    short = [
        after.gap
        for end, (_, after) in zip(ends, pairs, strict=False)
        if end < little and not after.edge
    ]
    # By chance a few paragraphs may all end with a long line.
    ended = short or [after.gap for before, after in pairs if before.tail.stops and not after.edge]
    gap = max(Counter(ended).items(), key=lambda item: (item[1], item[0]), default=(0, 0))[0]
    return Geometry(max(width, 1.0), indent, max(1.0, indent / 2), min(gap, 2), wrapped)


def _all_full(pairs: list[tuple[Row, Row]], width: float) -> bool:
    """Tell whether blank lines part what by chance has a sentence's end at every line's end.

    If each line were a paragraph, on some of them the next word would have found room.
    """
    close = [(before, after) for before, after in pairs if after.gap == 0]
    apart = len(pairs) > len(close) >= _FEWEST
    return apart and all(before.end + after.first > width for before, after in close)


def fill(before: Row, after: Row, width: float) -> float:
    """Give how far a line would reach with the next word on it, as a share of the measure.

    Below one, the word would have fitted: the line was ended on purpose.
    """
    end = (before.indent + before.width) / width
    if end > _RUN_TOGETHER:
        # An extractor that undoes a hyphen leaves two lines on one: the second has an end.
        rest = end % 1
        end = rest if rest > _LEFT_SHARE else 1.0
    return end + after.first / width


def neighbourhood(rows: tuple[Row, ...], index: int, geometry: Geometry) -> float:
    """Give the measure around a row: the usual one, or less where all lines are shorter."""
    enough = geometry.measure * NARROW
    before = rows[index - 1]
    if before.indent + before.width >= enough:  # as in most prose
        return geometry.measure
    widest = 0.0
    for row in rows[max(0, index - _WINDOW) : index + _WINDOW]:
        end = row.indent + row.width
        if end >= enough:
            return geometry.measure
        if end > widest:
            widest = end
    return widest
