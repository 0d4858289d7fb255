"""Formulas for the printed page: MathML to SVG. The only user of ziamath.

WeasyPrint does not lay out MathML; browsers and reading systems do.
"""

import hashlib
import re
from dataclasses import dataclass
from xml.etree.ElementTree import ParseError

from octavo.model import Resource


@dataclass(frozen=True, slots=True)
class Formula:
    """A drawn formula; lengths are in em of the surrounding text."""

    resource: Resource
    width: float
    height: float
    depth: float  # how far it reaches below the baseline


_DRAWN_AT = 24.0  # pixels for one em; the drawing scales


def draw(mathml: str) -> Formula | None:
    """Draw a formula; None if it holds something that cannot be drawn.

    Args:
        mathml: a `<math>` element with its namespace, without annotations.
    """
    from ziamath.zmath import Math

    try:
        svg = Math(mathml, size=_DRAWN_AT).svg()
    except (ParseError, KeyError, ValueError, IndexError, AttributeError, TypeError):
        return None  # ziamath names no error of its own for what it does not know
    box = re.search(r'viewBox="(\S+) (\S+) (\S+) (\S+)"', svg)
    if box is None:
        return None
    _, top, width, height = (float(each) / _DRAWN_AT for each in box.groups())
    name = f"formulas/{hashlib.sha256(mathml.encode()).hexdigest()[:16]}.svg"
    resource = Resource(name, "image/svg+xml", _plain_ids(svg).encode())
    return Formula(resource, width, height, top + height)


def _plain_ids(svg: str) -> str:
    """Number the glyphs' ids in the order they come, so that the bytes are always the same."""
    seen: dict[str, str] = {}
    for name in re.findall(r'id="([^"]+)"', svg):
        seen.setdefault(name, f"g{len(seen)}")
    return re.sub(r'(id="|href="#)([^"]+)"', lambda m: f'{m[1]}{seen.get(m[2], m[2])}"', svg)
