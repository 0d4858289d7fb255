"""Tell a block quotation: prose set deeper or narrower than the text around it."""

from dataclasses import dataclass

from octavo.structure.measure import Geometry, Row, fill

_DEEP = 2  # columns: less is an uneven left edge


@dataclass(frozen=True, slots=True)
class Setting:
    """What stands around a paragraph."""

    geometry: Geometry
    gap_before: int  # blank lines
    gap_after: int


def is_quotation(rows: tuple[Row, ...], setting: Setting) -> bool:
    """Tell whether a paragraph is set off by its indent on all lines or by its width."""
    geometry = setting.geometry
    if not geometry.wrapped:
        return False
    if len(rows) == 1:
        return rows[0].indent >= geometry.indent + _DEEP + bool(geometry.indent)
    if min(row.indent for row in rows[1:]) >= _DEEP and rows[0].indent >= _DEEP:
        return True
    return _is_narrow(rows, setting)


def _is_narrow(rows: tuple[Row, ...], setting: Setting) -> bool:
    """Tell whether on each line but the last the next word would have fitted."""
    width = setting.geometry.measure
    reaches = [fill(row, after, width) for row, after in zip(rows, rows[1:], strict=False)]
    widest = max(reaches)
    usual = setting.geometry.gap
    if setting.gap_before > usual and setting.gap_after > usual:
        return widest <= {1: 0.85, 2: 0.92}.get(len(reaches), 0.97)
    return len(reaches) >= 4 and widest <= 0.93
