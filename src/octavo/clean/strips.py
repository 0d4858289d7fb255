"""Cut a page with gutters into strips: rows of the page's full width, and rows in columns."""

from dataclasses import dataclass
from typing import TypeAlias

from octavo.clean.gutters import Cell, cells_of

_LEAST = 2  # rows with text in several columns: a single one may have a wide gap by chance
_TURNS = 4  # rows that take turns: the lines of two columns stand at different heights

_Cells: TypeAlias = tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of a column."""

    row: int  # of the page, from 0
    column: int  # where its text began in that row, characters from 0
    text: str  # with the indent from the column's left edge


@dataclass(frozen=True, slots=True)
class Strip:
    """Some rows of a page: `first` to `end`, the latter not included."""

    first: int
    end: int
    columns: tuple[tuple[Entry, ...], ...]  # from the left; none: the rows stay as they are


def strips_of(rows: list[str], cuts: tuple[int, ...], apart: set[int]) -> list[Strip]:
    """Cut a page's rows into strips.

    Args:
        rows: the page's.
        cuts: its gutters, as `cells_of` takes them.
        apart: rows that belong to no column.
    """
    found = [
        cells_of(row, cuts) if row.strip() and index not in apart else None
        for index, row in enumerate(rows)
    ]
    cells = _without_chance(rows, found, cuts)
    edges = [
        min((row[number].start for row in cells if row and row[number].text), default=0)
        for number in range(len(cuts) + 1)
    ]
    strips: list[Strip] = []
    for first, end in _stretches(rows, cells):
        columns: tuple[tuple[Entry, ...], ...] = ()
        if sum(_texts(row) > 1 for row in cells[first:end]) >= _LEAST:
            uneven = _uneven(cells, first, end)
            columns = tuple(
                _column(cells, range(first, end), number, edges, uneven)
                for number in range(len(edges))
            )
        strips.append(Strip(first, end, columns))
    return strips


def _without_chance(
    rows: list[str], cells: list[_Cells | None], cuts: tuple[int, ...]
) -> list[_Cells | None]:
    """Give rows back their width that have single spaces in the gutters by chance.

    That is beside rows that run across, or at the edges of the page.
    """
    kept = list(cells)
    filled = [index for index, row in enumerate(rows) if row.strip()]
    above: _Cells | None = None
    run: list[int] = []
    for index in filled:
        found = cells[index]
        if found is not None and any(_is_thin(rows[index], cut) for cut in cuts):
            run.append(index)
            continue
        if above is None or found is None:
            for chance in run:
                kept[chance] = None
        above, run = found, []
    for chance in run:
        kept[chance] = None
    return kept


def _is_thin(row: str, cut: int) -> bool:
    around = row[max(0, cut - 1) : cut + 2]
    return len(around) == 3 and [char.isspace() for char in around] == [False, True, False]


def _texts(found: _Cells | None) -> int:
    return sum(bool(cell.text) for cell in found or ())


def _stretches(rows: list[str], cells: list[_Cells | None]) -> list[tuple[int, int]]:
    """Give the stretches (first row, row after the last) in turn across the page and in columns.

    Blank rows between rows in columns belong to the columns; others stay by themselves.
    """
    stretches: list[tuple[int, int]] = []
    last = 0  # the row after the last one that is given
    first: int | None = None
    end = 0
    for index, row in enumerate(rows):
        if cells[index] is not None:
            first = index if first is None else first
            end = index + 1
        elif row.strip() and first is not None:
            stretches += [(last, first), (first, end)]
            last, first = end, None
    if first is not None:
        stretches += [(last, first), (first, end)]
        last = end
    return [pair for pair in [*stretches, (last, len(rows))] if pair[0] < pair[1]]


def _uneven(cells: list[_Cells | None], first: int, end: int) -> set[int]:
    """Give the rows where two columns take turns, since their lines stand at different heights."""
    uneven: set[int] = set()
    run = [first]
    for index in range(first + 1, end + 1):
        if index < end and _take_turns(cells[index - 1], cells[index]):
            run.append(index)
            continue
        if len(run) >= _TURNS:
            uneven.update(run)
        run = [index]
    return uneven


def _take_turns(above: _Cells | None, below: _Cells | None) -> bool:
    if above is None or below is None or _texts(above) != 1 or _texts(below) != 1:
        return False
    return all(bool(one.text) != bool(other.text) for one, other in zip(above, below, strict=True))


def _column(
    cells: list[_Cells | None], stretch: range, number: int, edges: list[int], uneven: set[int]
) -> tuple[Entry, ...]:
    """Give a column's lines; white that is not between two of them is left out."""
    entries: list[Entry] = []
    for index in stretch:
        row = cells[index]
        cell = row[number] if row else Cell(0, "")
        if cell.text:
            indent = cell.start - edges[number] + edges[0]
            entries.append(Entry(index, cell.start, " " * indent + cell.text))
        elif entries and index not in uneven:
            entries.append(Entry(index, 0, ""))
    while entries and not entries[-1].text:
        entries.pop()
    return tuple(entries)
