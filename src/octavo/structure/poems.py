"""Find poems: stanzas, and the titles above them."""

from octavo.structure.loose import runs_among_verse, titles_of
from octavo.structure.measure import Geometry, Row
from octavo.structure.verse import Poem, find_verse, first_row, rows_in

_MOSTLY = 0.5  # of the rows are verse


def find_poems(
    rows: tuple[Row, ...], geometry: Geometry, taken: frozenset[int]
) -> tuple[list[Poem], frozenset[int]]:
    """Give the stanzas, and the rows that are titles right above one or above another title."""
    maybe = titles_of(rows, taken)
    poems = _with_rest(rows, geometry, taken | maybe)
    below = {poem.first for poem in poems}
    titles: set[int] = set()
    for index in sorted(maybe, reverse=True):
        if index + 1 in below or index + 1 in titles:
            titles.add(index)
    if len(titles) < len(maybe):
        poems = _with_rest(rows, geometry, taken | titles)
    return poems, frozenset(titles)


def _with_rest(rows: tuple[Row, ...], geometry: Geometry, taken: frozenset[int]) -> list[Poem]:
    """Give the stanzas; where they are most of the text, short lines between them are some too."""
    poems = find_verse(rows, geometry, taken)
    verse = rows_in(poems)
    if len(verse) < len(rows) * _MOSTLY:
        return poems
    rest = [Poem(first, last) for first, last in runs_among_verse(rows, geometry, taken | verse)]
    return sorted([*poems, *rest], key=first_row)
