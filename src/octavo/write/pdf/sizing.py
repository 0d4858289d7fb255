"""Look sizes up that WeasyPrint would work out again: boxes' margins, and the height of lines.

Every line and every word has some twenty sizes, and nearly all of them are no shares of anything:
what is the same in the style is the same for the box.

This module reaches inside WeasyPrint's layout, by two functions.
"""

import sys
from collections.abc import Callable
from functools import wraps
from operator import itemgetter
from typing import Any

from octavo.write.pdf.shaping import key_of

_SIDES = ("top", "right", "bottom", "left")
_LENGTHS = (
    *(f"{kind}_{side}" for kind in ("margin", "padding") for side in _SIDES),
    *("width", "min_width", "max_width", "height", "min_height", "max_height"),
)
_BORDERS = tuple(f"border_{side}_width" for side in _SIDES)
_SAID = ("border_collapse", "box_sizing", *_BORDERS, *_LENGTHS)
_values_of: Callable[[Any], tuple[Any, ...]] = itemgetter(*_SAID)
_LEAST = {"min_width": 0, "min_height": 0}  # pixels, where nothing else is said
_MOST = 4096  # kinds of boxes that are kept


def size_swiftly() -> None:
    """Teach it to WeasyPrint's layout; once for a process."""
    from weasyprint.formatting_structure.boxes import Box
    from weasyprint.layout import inline, percent

    resolved, strut = percent.resolve_percentages, inline.strut
    if hasattr(strut, "__wrapped__"):
        return
    known: dict[tuple[Any, ...], dict[str, Any] | None] = {}

    @wraps(resolved)
    def resolve(box: Any, containing_block: Any) -> None:
        used = None
        if isinstance(box, Box):
            values = _values_of(box.style)
            if values not in known:
                if len(known) >= _MOST:
                    known.clear()
                known[values] = _used(*values)
            used = known[values]
        if used is None:
            resolved(box, containing_block)
        else:
            box.__dict__.update(used)

    for name, module in list(sys.modules.items()):
        has = getattr(module, "resolve_percentages", None) is resolved
        if has and name.startswith("weasyprint.layout."):
            module.resolve_percentages = resolve  # type: ignore[attr-defined]
    inline.strut = _remembering(strut)


def _used(collapse: str, sizing: str, *values: Any) -> dict[str, Any] | None:
    """Give the sizes of a box in pixels; None: some have to be worked out."""
    if collapse == "collapse" or sizing != "content-box":
        return None
    used = dict(zip(_BORDERS, values, strict=False))
    for name, value in zip(_LENGTHS, values[len(_BORDERS) :], strict=True):
        if value == "auto":
            used[name] = _LEAST.get(name, "auto")
        elif getattr(value, "unit", "") == "px":
            used[name] = value.value
        else:
            return None
    return used


def _remembering(strut: Any) -> Any:
    @wraps(strut)
    def remembered(style: Any) -> Any:
        height = style["line_height"]
        if not isinstance(height, float | str):
            return strut(style)
        known = style.font_config.__dict__.setdefault("_struts", {})
        key = height, key_of(style)
        if key not in known:
            known[key] = strut(style)
        return known[key]

    return remembered
