"""Formulas for the printed page: MathML to SVG. The only user of ziamath.

WeasyPrint does not lay out MathML; browsers and reading systems do.
"""

import hashlib
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from xml.etree.ElementTree import Element, ParseError, fromstring

from octavo.model import Resource


@dataclass(frozen=True, slots=True)
class Formula:
    """A drawn formula; lengths are in em of the surrounding text."""

    resource: Resource
    width: float
    height: float
    depth: float  # how far it reaches below the baseline


_DRAWN_AT = 24.0  # pixels for one em; the drawing scales
_LARGEST = 200.0  # em; what is larger is a mistake or an attack
_KNOWN = frozenset(
    "math menclose merror mfrac mi mmultiscripts mn mo mover mpadded mphantom mprescripts mroot"
    " mrow ms mspace msqrt mstyle msub msubsup msup mtable mtd mtext mtr munder munderover"
    " none".split()
)
_ROWS = frozenset({"math", "mrow", "mtd"})
_MOST_WORK = 64  # per symbol: six rows inside one another
# ziamath names no error of its own for what it does not know.
_FAULTS = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    LookupError,
    ParseError,
    RecursionError,
    TypeError,
    ValueError,
)


def draw(mathml: str) -> Formula | None:
    """Draw a formula; None if it holds something that cannot be drawn.

    Args:
        mathml: a `<math>` element with its namespace, without annotations.
    """
    from ziamath.zmath import Math

    try:
        root = fromstring(mathml)
        if not _drawable(root):
            return None
        drawing = Math(mathml, size=_DRAWN_AT)
        if any(drawing.font.glyphindex(char) == 0 for char in _shown(root)):
            return None
        svg = drawing.svg()
        box = re.search(r'viewBox="(\S+) (\S+) (\S+) (\S+)"', svg)
        if box is None:
            return None
        _, top, width, height = (float(each) / _DRAWN_AT for each in box.groups())
    except _FAULTS:
        return None
    if not (0 < width < _LARGEST and 0 < height < _LARGEST):
        return None
    name = f"formulas/{hashlib.sha256(mathml.encode()).hexdigest()[:16]}.svg"
    resource = Resource(name, "image/svg+xml", _plain_ids(svg).encode())
    return Formula(resource, width, height, top + height)


def _drawable(root: Element) -> bool:
    """Whether ziamath knows every element, and will end: each row in a row doubles its work."""
    work, symbols, stack = 0, 1, [(root, 0)]
    while stack:
        node, rows = stack.pop()
        name = node.tag.rpartition("}")[2]
        if name not in _KNOWN:
            return False
        if len(node):
            stack += [(child, rows + (name in _ROWS)) for child in node]
        else:
            symbols += 1
            work += 2 ** min(rows, 64)
    return work <= _MOST_WORK * symbols


def _shown(root: Element) -> Iterator[str]:
    """The characters that need a glyph."""
    for char in "".join(root.itertext()):
        if unicodedata.category(char) not in {"Cf", "Zs", "Cc"}:
            yield char


def _plain_ids(svg: str) -> str:
    """Number the glyphs' ids in the order they come, so that the bytes are always the same."""
    seen: dict[str, str] = {}
    for name in re.findall(r'id="([^"]+)"', svg):
        seen.setdefault(name, f"g{len(seen)}")
    return re.sub(r'(id="|href="#)([^"]+)"', lambda m: f'{m[1]}{seen.get(m[2], m[2])}"', svg)
