"""The nouns of the PDF: what is laid out, and what laying out gives. Frozen data, no behaviour.

Lengths are PDF points, with the origin at the page's lower left corner (ISO 32000-1, 8.3.2.3).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from octavo.fonts import Font
from octavo.model import Finding, Resource

Side: TypeAlias = Literal["left", "right"]

# The scheme of a link to another piece; no reader of the book ever sees it.
ELSEWHERE = "octavo-elsewhere:"


@dataclass(frozen=True, slots=True)
class Style:
    """What every piece of a book is set with."""

    css: str
    fonts: tuple[Font, ...]
    lent: bool = False  # the system's fonts are used beside these


@dataclass(frozen=True, slots=True)
class Piece:
    """What is laid out by itself: the front matter, a chapter, or a whole book."""

    name: str  # the chapter's slug, for messages
    title: str  # as a person would call it
    html: str
    resources: tuple[Resource, ...] = ()  # the images in it
    side: Side = "right"  # on which its first page lies
    whole: bool = False  # it is the book


@dataclass(frozen=True, slots=True)
class Anchor:
    """A place that links lead to."""

    id: str
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Bookmark:
    """An entry of the outline."""

    level: int  # counted from 1
    title: str
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Leaf:
    """What is known of one page of a piece, besides what is drawn on it."""

    side: Side
    name: str  # the CSS page's (CSS Paged Media 3, 4.3); "" without one
    blank: bool
    anchors: tuple[Anchor, ...]
    bookmarks: tuple[Bookmark, ...]
    start: int  # letters of the piece's text before it, as `starts` counts them
    unmatched: int  # letters on it that were not found in the text


@dataclass(frozen=True, slots=True)
class Typeface:
    """A font of the style, as far as a piece uses it. Glyphs have the numbers of its file."""

    key: str  # the name under which pages use it
    program: str  # SHA-256 of the font file
    name: str  # PostScript name, with the tag of a subset
    family: str
    flags: int  # ISO 32000-1, table 123
    ascent: int  # thousandths of an em, as all below
    descent: int
    stem: int
    widths: Mapping[int, int]
    unicode: Mapping[int, str]


@dataclass(frozen=True, slots=True)
class Sheets:
    """A piece, laid out."""

    pdf: bytes = field(repr=False)  # its pages; without the style's fonts
    leaves: tuple[Leaf, ...]
    typefaces: tuple[Typeface, ...]
    # Ids of chapters, None for what is behind them all, and the letters of text before each.
    sections: tuple[tuple[str | None, int], ...]
    breaks: str  # how the piece's first block breaks: auto, page, left, right, recto or verso
    findings: tuple[Finding, ...] = ()
