"""Find epigraphs: a few lines below a heading, and below them, after a dash, whose they are."""

from octavo.structure.measure import Geometry, Row
from octavo.structure.wording import starts_large

_DASHES = ("—", "–", "―", "--")
_FIRST = frozenset("—–―-")  # what they begin with
_ROWS = 8  # of an epigraph at most
_WORDS = 8  # of the line that names its author
_FEW = 3  # lines that begin with a dash
_SHORT = 0.7  # of the measure


def find_epigraphs(
    rows: tuple[Row, ...], geometry: Geometry, taken: frozenset[int]
) -> tuple[frozenset[int], frozenset[int]]:
    """Give the rows that name authors, and all rows of the epigraphs.

    Args:
        rows: of a region.
        geometry: what is usual there.
        taken: rows that are no prose; an epigraph follows one, or stands at the start.
    """
    # Where dashes begin speeches, a name must not end as a sentence does.
    dashed = [index for index, row in enumerate(rows) if _is_dashed(row)]
    spoken = len(dashed) > _FEW
    names: set[int] = set()
    all_rows: set[int] = set()
    for index in dashed:
        if not index or index in taken or not _names(rows, index, geometry):
            continue
        if spoken and rows[index].tail.stops:
            continue
        first = _first(rows, index, taken)
        if first is not None:
            names.add(index)
            all_rows.update(range(first, index + 1))
    return frozenset(names), frozenset(all_rows)


def _names(rows: tuple[Row, ...], index: int, geometry: Geometry) -> bool:
    """Tell whether a row that begins with a dash has a name after it, and is no speech."""
    text = rows[index].text
    said = text.lstrip("—–―-_* ")
    if not (said and starts_large(said)) or len(said.split()) > _WORDS:
        return False
    short = rows[index].width <= geometry.measure * _SHORT or not geometry.wrapped
    if not short or text.endswith(("?", "!", "…", ":")) or rows[index].tail.pauses:
        return False
    after = rows[index + 1] if index + 1 < len(rows) else None
    return after is None or not (after.head.small or _is_dashed(after))


def _is_dashed(row: Row) -> bool:
    return row.text[0] in _FIRST and row.text.startswith(_DASHES)


def _first(rows: tuple[Row, ...], index: int, taken: frozenset[int]) -> int | None:
    """Give the row that the epigraph begins with which a row ends; None if there is none."""
    if not rows[index - 1].tail.stops:
        return None
    for first in range(index - 1, max(-1, index - 1 - _ROWS), -1):
        if first in taken or _is_dashed(rows[first]):
            return None
        if first == 0 or first - 1 in taken:
            return None if rows[first].head.small else first
    return None
