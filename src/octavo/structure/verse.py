"""Find verse: runs of lines that end short and begin large without ending sentences."""

from dataclasses import dataclass

from octavo.structure.measure import Geometry, Row, fill
from octavo.structure.wording import (
    breaks_word,
    ends_sentence,
    starts_small,
)

_SHORT = 0.95  # of the measure: the next word would have fitted
_TURNED = 0.5  # of the measure: what is left of a line too long for the page
_OPEN_SHARE = 0.3  # of the line ends at least stand inside a sentence
_LEAST = 4  # lines, unless white space or an indent sets them off


@dataclass(frozen=True, slots=True)
class Poem:
    """A run of verse: rows `first` to `last`, from 0, both included."""

    first: int
    last: int


def find_verse(rows: tuple[Row, ...], geometry: Geometry, taken: frozenset[int]) -> list[Poem]:
    """Give the runs of verse among rows that are not `taken` otherwise."""
    if not geometry.wrapped:
        return _stanzas_of_unwrapped(rows, geometry, taken)
    poems: list[Poem] = []
    index = 0
    while index < len(rows):
        last = _run(rows, index, geometry, taken)
        if last > index and _is_verse(rows, index, last, geometry):
            poems.append(Poem(index, last))
        index = last + 1
    return poems


def _run(rows: tuple[Row, ...], first: int, geometry: Geometry, taken: frozenset[int]) -> int:
    """Give the last row of the stanza that may begin with a row."""
    last = first
    if first in taken:
        return last
    while last + 1 < len(rows) and last + 1 not in taken:
        row, after = rows[last], rows[last + 1]
        if (after.gap and not after.edge) or breaks_word(row.text):
            break
        turned = starts_small(after.text)
        if turned and (after.width > geometry.measure * _TURNED or last == first):
            whole = fill(row, after, geometry.measure) > _SHORT
            if whole or not _small_is_usual(rows, first, last):
                break
        elif not turned and fill(row, after, geometry.measure) > _SHORT:
            break
        last += 1
    return last


def _small_is_usual(rows: tuple[Row, ...], first: int, last: int) -> bool:
    # Modern verse, and that of French and Spanish, need not begin its lines large.
    return last > first or ends_sentence(rows[first].text) is False


def _is_verse(rows: tuple[Row, ...], first: int, last: int, geometry: Geometry) -> bool:
    count = last - first + 1
    inner = rows[first:last]
    large = sum(not starts_small(row.text) for row in rows[first : last + 1])
    open_ends = sum(not ends_sentence(row.text) for row in inner)
    before = rows[first].gap > geometry.gap or first == 0
    after = last + 1 == len(rows) or rows[last + 1].gap > geometry.gap
    deep = all(row.indent > 0 for row in rows[first : last + 1]) and geometry.indent == 0
    least = 2 if (before and after) or deep else _LEAST
    if count < least or large < count * 0.6:
        return False
    if count == 2 and inner[0].end < geometry.measure * 0.25:
        return False
    return open_ends >= max(1, (count - 1) * _OPEN_SHARE)


def _stanzas_of_unwrapped(
    rows: tuple[Row, ...], geometry: Geometry, taken: frozenset[int]
) -> list[Poem]:
    """Give runs of three short lines and more that do not end sentences."""
    poems: list[Poem] = []
    first = 0
    for index in range(1, len(rows) + 1):
        if index < len(rows) and index not in taken and index - 1 not in taken:
            same = rows[index].gap == 0 and rows[index].width <= 70 and rows[index - 1].width <= 70
            if same:
                continue
        inner = rows[first : index - 1]
        open_ends = sum(not ends_sentence(row.text) for row in inner)
        if len(inner) >= 2 and open_ends * 5 >= len(inner) * 2:
            poems.append(Poem(first, index - 1))
        first = index
    return poems
