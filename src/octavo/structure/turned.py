"""Find the lines of verse that were turned over because they are too long for the page."""

from itertools import pairwise

from octavo.structure.measure import Geometry, Row, fill

TURNED = 0.5  # of the measure: what is left of a line too long for the page
_SHORT = 0.95  # of the measure: the next word would have fitted
_NEARLY_FULL = 0.85  # of the measure: verse may be set narrower, so its turned lines end here
_WORD_OR_TWO = 0.35  # of the measure: what is turned there
_LEAST = 4  # lines that begin large


def lines_of(stanza: tuple[Row, ...], geometry: Geometry) -> list[tuple[Row, ...]]:
    """Give a stanza's lines; one that was turned over has two rows."""
    lines = [stanza[:1]]
    turned = turned_rows(stanza, geometry) if geometry.wrapped else [False] * len(stanza)
    for row, over in zip(stanza[1:], turned, strict=False):
        if over:
            lines[-1] += (row,)
        else:
            lines.append((row,))
    return lines


def turned_rows(stanza: tuple[Row, ...], geometry: Geometry) -> list[bool]:
    """Tell for each row but the first whether it was turned over.

    Where only rows below full ones begin small, and a third of all at most, all of these were.
    """
    small = [row.head.small for row in stanza[1:]]
    if not any(small) or _are_turned(stanza, small, geometry):
        return small
    return [is_turned(before, row, geometry) for before, row in pairwise(stanza)]


def _are_turned(stanza: tuple[Row, ...], small: list[bool], geometry: Geometry) -> bool:
    """Tell whether all rows that begin small, as said for all but the first, were turned over."""
    large = len(stanza) - sum(small)
    if large < max(_LEAST, 2 * sum(small)) or any(one and two for one, two in pairwise(small)):
        return False
    for (before, row), begins in zip(pairwise(stanza), small, strict=True):
        wide = row.width > geometry.measure * _NEARLY_FULL
        if begins and (wide or fill(before, row, geometry.measure) <= _SHORT):
            return False
    starts = [row for row, over in zip(stanza, [False, *small], strict=True) if not over]
    spoken = sum(row.head.quotes for row in starts) * 2 > large
    ended = sum(row.tail.stops for row in stanza) * 2 > large
    return not (spoken or ended)


def is_turned(before: Row, row: Row, geometry: Geometry) -> bool:
    """Tell whether a row is what was left of a line too long for the page."""
    if not row.head.small:
        return False
    reach, rest = fill(before, row, geometry.measure), row.width / geometry.measure
    return (reach > _SHORT and rest <= TURNED) or (reach > _NEARLY_FULL and rest <= _WORD_OR_TWO)
