"""Find gutters: bands of white that run down between columns of running text."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import accumulate

_WIDEST = 400  # characters; a longer line is a paragraph, not a row of a page
_SPACES = re.compile(r"\s+")
_GAPS = re.compile(r"\s{2,}")
_NEAR = 0.6  # of the best column's evidence: other columns that may be gutters
_NARROWEST = 12  # characters: a column of text is not narrower
_LEAST = 5  # rows with text on both sides
ENOUGH = 7.0  # evidence that needs no other page beside it
_SUPPORTED = 2.5  # the same where another page has its gutter there
_BESIDE = 4  # characters: so far apart may the gutters of two pages be
_ODD = 8  # characters: so far may a row's own gap lie from the gutter


@dataclass(frozen=True, slots=True)
class Cell:
    """What a row has in one column."""

    start: int  # of its text in the row, characters from 0
    text: str  # without the spaces around it; empty: the column has nothing in this row


@dataclass(frozen=True, slots=True)
class Gutters:
    """What divides the rows of one page."""

    cuts: tuple[int, ...]  # characters from 0: the last blank one of each gutter
    evidence: float


def find_gutters(pages: list[list[str]]) -> list[Gutters | None]:
    """Give the gutters of each page, where there are any.

    A page's evidence is weighed by itself; what is too little of it counts if a page with enough
    has its gutters in the same place.
    """
    found = [gutters_of(rows) for rows in pages]
    sure = {
        column
        for gutters in found
        if gutters is not None and gutters.evidence >= ENOUGH
        for cut in gutters.cuts
        for column in range(cut - _BESIDE, cut + _BESIDE + 1)
    }
    return [
        gutters if gutters is not None and _is_enough(gutters, sure) else None for gutters in found
    ]


def _is_enough(gutters: Gutters, sure: set[int]) -> bool:
    if gutters.evidence >= ENOUGH:
        return True
    return gutters.evidence >= _SUPPORTED and sure.issuperset(gutters.cuts)


def cells_of(row: str, cuts: tuple[int, ...]) -> tuple[Cell, ...] | None:
    """Cut a row at the gutters.

    None where text runs across a gutter: the row has the page's full width. A row that only
    misses the gutter by a little, as those with many narrow letters do, is cut at its own gap.
    """
    cells: list[Cell] = []
    start = 0
    for cut in cuts:
        at = cut
        if cut < len(row) and not row[cut].isspace():
            gap = _own_gap(row, cut)
            if gap is None:
                return None
            at = gap - 1
        cells.append(_cell(row, start, at + 1))
        start = at + 1
    return (*cells, _cell(row, start, len(row)))


def _cell(row: str, start: int, end: int) -> Cell:
    text = row[start:end].lstrip()
    return Cell(max(start, min(end, len(row)) - len(text)), text.rstrip())


def _own_gap(row: str, cut: int) -> int | None:
    """Give the end of the gap of two spaces or more that lies nearest to a gutter."""
    left = len(row) - len(row.lstrip())
    ends = [
        match.end()
        for match in _SPACES.finditer(row, max(left, cut - _ODD), cut + _ODD + 1)
        if match.end() - match.start() > 1
    ]
    return min(ends, key=lambda end: abs(end - cut), default=None)


def gutters_of(rows: list[str]) -> Gutters | None:
    """Give what may be the gutters of some rows, whatever the evidence."""
    rows = [row for row in rows if len(row) <= _WIDEST and not row.isspace() and row]
    crossed = _crossed(rows, _white(rows))
    scores = {column: white - 2 * black for column, (white, black) in crossed.items()}
    if not scores:
        return None
    best = max(scores.values())
    cuts = _apart([column for column in scores if scores[column] >= best * _NEAR], scores)
    return _weighed(rows, cuts, max(crossed[cut][1] for cut in cuts))


def _white(rows: list[str]) -> list[int]:
    """Give for each column how many rows have a gap there; a single space says nothing."""
    steps = [0] * (_WIDEST + 2)
    for row in rows:
        first = len(row) - len(row.lstrip())
        if row.find("  ", first) < 0 and row.isprintable():
            continue  # a plain space is the only one that counts as printable
        for match in _GAPS.finditer(row, first):
            steps[match.start()] += 1
            steps[match.end()] -= 1
    return list(accumulate(steps))


def _crossed(rows: list[str], white: list[int]) -> dict[int, tuple[int, int]]:
    """Give the columns that gaps speak for more than rows that cross them against, and how many.

    A crossing row weighs as much as two gaps.
    """
    found: dict[int, tuple[int, int]] = {}
    if not any(white):
        return found
    longest = sorted(rows, key=len, reverse=True)
    for column, gaps in enumerate(white):
        black = 0
        for row in longest if gaps else ():
            if len(row) <= column or 2 * black >= gaps:
                break
            black += not row[column].isspace()
        if 2 * black < gaps:
            found[column] = (gaps, black)
    return found


def _apart(columns: list[int], scores: dict[int, int]) -> tuple[int, ...]:
    """Give one column for each gutter: the last of the best ones."""
    cuts: list[int] = []
    last = -_NARROWEST
    for column in columns:
        if not cuts or column - last > _NARROWEST:
            cuts.append(column)
        elif scores[column] >= scores[cuts[-1]]:
            cuts[-1] = column
        last = column
    return tuple(cuts)


def _weighed(rows: list[str], cuts: tuple[int, ...], crossed: int) -> Gutters | None:
    """Weigh whether what stands between the gutters is running text; None where it cannot be."""
    cut = [cells for row in rows if (cells := cells_of(row, cuts)) is not None]
    full = [cells for cells in cut if sum(bool(cell.text) for cell in cells) > 1]
    columns = [[cell.text for cell in column if cell.text] for column in zip(*cut, strict=True)]
    widths = [_upper(map(len, column)) for column in columns]
    if not full or not widths or min(widths) < _NARROWEST:
        return None
    texts = [cell for column in columns for cell in column]
    reaching = sum(
        len(cell) >= width * 0.75
        for column, width in zip(columns, widths, strict=True)
        for cell in column
    )
    evidence = (
        min(len(full), 4 * _LEAST) / _LEAST
        + _between(-2, 8 * (_flow(texts) - 0.25), 3)
        + _between(-2, 4 * (reaching / len(texts) - 0.4), 2)
        + _between(-3, 6 * (len(full) / (len(full) + crossed) - 0.7), 2)
        + _between(-2, 4 * (min(widths) / max(widths) - 0.5), 1.5)
    )
    if len(full) < _LEAST:
        evidence = min(evidence, ENOUGH - 1)
    return Gutters(cuts, evidence)


def _upper(widths: Iterable[int]) -> int:
    ordered = sorted(widths)
    return ordered[len(ordered) * 9 // 10] if ordered else 0


def _flow(texts: list[str]) -> float:
    """Give the share of rows that go on with a small letter: in tables and verse few do.

    Scripts without case say nothing about it, which is a little less than prose says.
    """
    small = sum(text[0].islower() for text in texts)
    large = sum(text[0].isupper() for text in texts)
    return small / (small + large) if (small + large) * 4 > len(texts) else 0.35


def _between(low: float, value: float, high: float) -> float:
    return max(low, min(value, high))
