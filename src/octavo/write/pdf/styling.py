"""Take a property that no rule speaks of from the parent, or as it is at first, and ask no further.

WeasyPrint asks first whether it is computed, logical, pending or mathematical; most are nothing of
that.

This module reaches inside WeasyPrint's styles, by one method.
"""

from functools import wraps
from typing import Any

_APART = frozenset(("page", "position", "float", "display"))  # have rules of their own
_DECORATION = "text_decoration_"  # is handed down in another way


def style_swiftly() -> None:
    """Teach it to WeasyPrint's styles; once for a process."""
    from weasyprint import css

    asked = css.ComputedStyle.__missing__
    if hasattr(asked, "__wrapped__"):
        return
    initial = {key: value for key, value in css.INITIAL_VALUES.items() if _is_plain(key, value)}
    for key in css.INITIAL_NOT_COMPUTED | css.INHERITED:
        initial.pop(key, None)
    inherited = frozenset(key for key in css.INHERITED if _is_plain(key, None))
    logical = frozenset(
        physical(block="ttb", inline=inline)
        for physical in css.PHYSICAL_FUNCTIONS.values()
        for inline in ("ltr", "rtl")
    )

    @wraps(asked)
    def missing(style: Any, key: str) -> Any:
        said = style.cascaded
        if key not in said and style.parent_style is not None:
            if key in initial and (key not in css.PHYSICAL_FUNCTIONS or logical.isdisjoint(said)):
                value = style[key] = initial[key]
                return value
            if key in inherited:
                value = style.parent_style[key]
                if type(value) in _VALUES:
                    style[key] = value
                    return value
        return asked(style, key)

    css.ComputedStyle.__missing__ = missing


_VALUES = frozenset((str, int, float, bool))


def _is_plain(key: str, value: object) -> bool:
    """Tell whether a property with this value at first is nothing out of the ordinary."""
    return key not in _APART and not key.startswith(_DECORATION) and not hasattr(value, "type")
