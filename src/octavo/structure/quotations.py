"""Tell block quotations: prose set deeper or narrower than the text around it."""

from octavo.structure.measure import Geometry, Row

_DEEP = 2  # columns: less is an uneven left edge
_RIGHT = 0.4  # of the measure: a single line that begins beyond it is a signature
# Of the measure: so far at most do the full lines of a narrow setting reach, by their number.
_SET_OFF = {1: 0.75, 2: 0.85, 3: 0.9}
_SET_OFF_MANY = 0.94
_CLOSE = 5  # full lines at least, where no white space sets them off
_CLOSE_MANY = 0.9


def is_deep(rows: tuple[Row, ...], geometry: Geometry) -> bool:
    """Tell whether a paragraph has an indent on all its lines."""
    if len(rows) == 1:
        least = geometry.indent + _DEEP + bool(geometry.indent)
        return least <= rows[0].indent <= geometry.measure * _RIGHT
    return min(row.indent for row in rows[1:]) >= _DEEP and rows[0].indent >= _DEEP


def is_narrow(
    paragraphs: tuple[tuple[Row, ...], ...], geometry: Geometry, *, set_off: bool
) -> bool:
    """Tell whether the lines that paragraphs do not end with are all shorter than usual.

    Args:
        paragraphs: what stands between two white lines, or one paragraph.
        geometry: what is usual in the text.
        set_off: there is white space before and after, more than between paragraphs.
    """
    ends = [row.end for rows in paragraphs for row in rows[:-1]]
    if not ends:
        return False
    share = max(ends) / geometry.measure
    if set_off:
        return share <= _SET_OFF.get(len(ends), _SET_OFF_MANY)
    return len(ends) >= _CLOSE and share <= _CLOSE_MANY
