"""Find verse that blank lines divide where it has no stanzas: the white of a wide leading.

Some extractors give a blank line for white space that only some lines have above them, by their
indents or by chance. Prose has a blank line after the end of a sentence.
"""

from collections.abc import Iterator, Sequence
from itertools import pairwise

from octavo.structure.measure import Geometry, Row, fill
from octavo.structure.signs import Tail
from octavo.structure.wording import (
    starts_large,
)

_ROWS = 4  # lines at least
_SHORT = 0.95  # of the measure: the next word would have fitted
_TURNED = 0.5  # of the measure: what is left of a line too long for the page
_FULL_SHARE = 0.35  # of the lines may fill the measure, where it is that of verse
_FEW = 3  # lines at least among other verse
_TURNED_MOST = 0.85  # where it ends no sentence, as a paragraph's last line does
_WIDE = 70.0  # columns, where lines are not broken: what is wider is no line of verse
_CROSSED = 2  # blank lines at least that stand inside sentences; half, if no sign says so
_CROSSED_SHARE = 0.35  # of the blank lines
_LITTLE = 2  # lines between two blank ones
_SINGLE_SHARE = 0.3  # of what stands between blank lines is a single one
_SOME = 2
_TITLE_WORDS = 8
_SHORT_WORD = 4  # letters: longer words begin large in titles
_OPEN_SHARE = 0.4  # of the lines end inside a sentence
_SPOKEN = 0.3  # of the lines begin with a dash or quotation mark: this is speech


def loose_runs(
    rows: tuple[Row, ...], geometry: Geometry, taken: frozenset[int]
) -> list[tuple[int, int]]:
    """Give the stanzas (first and last row) of verse that has blank lines inside sentences."""
    runs: list[tuple[int, int]] = []
    for first, end in _stretches(rows, geometry, taken):
        if _is_verse(rows[first:end], geometry):
            runs += _stanzas(rows, first, end - 1)
    return runs


def runs_among_verse(
    rows: tuple[Row, ...], geometry: Geometry, taken: frozenset[int]
) -> list[tuple[int, int]]:
    """Give the stanzas among the rows that are no verse in a text that is verse for the most part.

    There, short lines that begin large are verse even if they end sentences.
    """
    runs: list[tuple[int, int]] = []
    for first, end in _stretches(rows, geometry, taken):
        run = rows[first:end]
        if len(run) >= _FEW and _is_short(run, geometry) and not _is_speech(run):
            runs += _stanzas(rows, first, end - 1)
    return runs


def _stretches(
    rows: tuple[Row, ...], geometry: Geometry, taken: frozenset[int]
) -> Iterator[tuple[int, int]]:
    """Give the stretches (first row, row after the last) whose lines begin large or are turned."""
    first = 0
    for index in range(1, len(rows) + 1):
        beside = index < len(rows) and index not in taken and index - 1 not in taken
        if beside and _goes_on(rows[index - 1], rows[index], geometry):
            continue
        # The first line of prose goes on with a small letter.
        small = beside and rows[index].head.small
        end = index - 1 if small or rows[index - 1].tail.breaks else index
        while first < end and rows[first].head.small:
            first += 1
        if first not in taken and end > first:
            yield first, end
        first = index


def _goes_on(row: Row, after: Row, geometry: Geometry) -> bool:
    """Tell whether two rows may be lines of the same loose verse."""
    if row.tail.breaks or (after.gap > 1 and not after.edge):
        return False
    if after.gap and row.head.small and row.tail.colon:
        return False  # prose announces what follows
    if not geometry.wrapped:
        return max(row.width, after.width) <= _WIDE and not after.head.small
    if not after.head.small:
        return True
    most = _TURNED if after.tail.stops else _TURNED_MOST
    turned = after.width <= geometry.measure * most
    return turned and fill(row, after, geometry.measure) > _SHORT


def _is_verse(run: tuple[Row, ...], geometry: Geometry) -> bool:
    lines = [row for row in run if not row.head.small]
    if len(lines) < _ROWS or not all(row.head.large for row in lines):
        return False
    white = [index for index in range(1, len(run)) if run[index].gap and not run[index].edge]
    crossed = sum(_is_open(run[index - 1].tail) for index in white)
    crossed += sum(not run[index - 1].tail.stops for index in white)
    bounds = [0, *white, len(run)]
    single = sum(end - first == 1 for first, end in pairwise(bounds))
    if single < max(_SOME, len(white) * _SINGLE_SHARE):
        return False  # these are stanzas
    if crossed < 2 * max(_CROSSED, len(white) * _CROSSED_SHARE):
        return False
    open_ends = sum(not row.tail.stops for row in run)
    return (
        open_ends >= len(run) * _OPEN_SHARE and _is_short(run, geometry) and not _is_speech(lines)
    )


def _is_short(run: tuple[Row, ...], geometry: Geometry) -> bool:
    """Tell whether few lines fill the measure, but for those that are turned over."""
    if not geometry.wrapped:
        return True
    full = sum(
        fill(row, after, geometry.measure) > _SHORT and not after.head.small
        for row, after in pairwise(run)
    )
    return full <= len(run) * _FULL_SHARE


def _is_speech(lines: Sequence[Row]) -> bool:
    return sum(row.head.quotes for row in lines) > len(lines) * _SPOKEN


def _is_open(tail: Tail) -> bool:
    """Tell whether a line ends with a sign inside a sentence."""
    return tail.pauses or tail.dash or tail.colon


def _stanzas(rows: tuple[Row, ...], first: int, last: int) -> list[tuple[int, int]]:
    """Part a run where white stands after a sentence or between stanzas of some length."""
    white = [at for at in range(first + 1, last + 1) if rows[at].gap and not rows[at].edge]
    bounds = [first, *white, last + 1]
    starts = [first]
    for before, at, after in zip(bounds, bounds[1:], bounds[2:], strict=False):
        long = min(at - before, after - at) > _LITTLE
        if long or rows[at - 1].tail.stops:
            starts.append(at)
    stanzas = [(begin, end - 1) for begin, end in pairwise([*starts, last + 1])]
    return _without_speeches(rows, stanzas)


def _without_speeches(
    rows: tuple[Row, ...], stanzas: list[tuple[int, int]]
) -> list[tuple[int, int]]:
    """Leave out what is said before and after verse."""
    said = [
        end - begin < _LITTLE and rows[begin].head.quotes and rows[end].tail.stops
        for begin, end in stanzas
    ]
    if all(said):
        return []
    first, last = said.index(False), len(said) - 1 - said[::-1].index(False)
    return stanzas[first : last + 1]


def titles_of(rows: tuple[Row, ...], taken: frozenset[int]) -> frozenset[int]:
    """Give the rows that look like titles of poems: alone, in capitals where titles have them."""
    found: set[int] = set()
    for index in range(len(rows) - 1):
        row, after = rows[index], rows[index + 1]
        alone = (row.gap or row.edge or not index) and (after.gap or index + 1 in taken)
        if index in taken or not alone or not _is_title(row):
            continue
        if index - 1 in taken or index - 1 in found or not (index and rows[index - 1].tail.pauses):
            found.add(index)
    return frozenset(found)


def _is_title(row: Row) -> bool:
    if row.head.quotes or not row.head.large or _is_open(row.tail) or row.text[-1] in ".”»":
        return False
    words = row.text.split()
    if len(words) > _TITLE_WORDS or not starts_large(words[-1]):
        return False
    return all(starts_large(word) for word in words if len(word) > _SHORT_WORD)
