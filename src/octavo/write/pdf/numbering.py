"""Put the pieces one behind the other: on which side each begins, and which number each page has.

What stands before the text is numbered from i, the text from 1 (Chicago Manual of Style, 1.5–9).
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from octavo.model import Direction, PageStart
from octavo.write.pdf.sheets import Sheets, Side

_ESTIMATE = 2  # pages of a piece that is not laid out yet


@dataclass(frozen=True, slots=True)
class Place:
    """A page of the book."""

    piece: int  # counted from 0
    leaf: int  # of the piece, counted from 0; -1: a blank page before it
    number: int  # counted from 1
    roman: bool  # its number is written in Roman numerals
    side: Side

    @property
    def label(self) -> str:
        """The number as it is printed: "iv", "12"."""
        return roman(self.number) if self.roman else str(self.number)


def arrange(
    sheets: Sequence[Sheets | None], opening: int | None, direction: Direction
) -> tuple[Place, ...]:
    """Put pieces one behind the other.

    Args:
        sheets: the pieces; None for one that is not laid out yet.
        opening: the piece with which the text begins; None: the whole book is text.
        direction: in which the book's pages follow each other.
    """
    places: list[Place] = []
    start = 0  # the page, counted from 0, that has number 1
    for piece, each in enumerate(sheets):
        side = _next_side(places, direction)
        wanted = _wanted(each, direction) if places else None
        if wanted is not None and wanted != side:
            places.append(_place(piece, -1, len(places) - start, opening, side))
        if piece == opening:
            start = len(places)
        for leaf in range(len(each.leaves) if each else _ESTIMATE):
            side = _next_side(places, direction)
            places.append(_place(piece, leaf, len(places) - start, opening, side))
    return tuple(places)


def in_one(sheets: Sheets, text: Collection[str]) -> tuple[Place, ...]:
    """Number the pages of a book that was laid out as a whole.

    Args:
        sheets: the book.
        text: ids of what is text and not front matter; on the page of the first begins page 1.
    """
    starts = (
        at for at, leaf in enumerate(sheets.leaves) if any(a.id in text for a in leaf.anchors)
    )
    start = next(starts, 0)
    return tuple(
        Place(0, at, at + 1 - (start if at >= start else 0), at < start, leaf.side)
        for at, leaf in enumerate(sheets.leaves)
    )


def page_starts(sheets: Sequence[Sheets], places: Sequence[Place]) -> tuple[PageStart, ...]:
    """Give where each page begins; a blank one where the next does."""
    found: list[PageStart] = []
    following: tuple[str | None, int] = (None, 0)
    for place in reversed(places):
        each = sheets[place.piece]
        if place.leaf >= 0 and not each.leaves[place.leaf].blank:
            following = _in_chapter(each, each.leaves[place.leaf].start)
        found.append(PageStart(place.label, *following))
    return tuple(reversed(found))


def _in_chapter(sheets: Sheets, letters: int) -> tuple[str | None, int]:
    before = [(name, count) for name, count in sheets.sections if count <= letters]
    return (before[-1][0], letters - before[-1][1]) if before else (None, letters)


def roman(number: int) -> str:
    """Write a number above 0 in small Roman numerals, as page labels do (ISO 32000-1, 12.4.2)."""
    said = ""
    for value, sign in _ROMAN:
        said += sign * (number // value)
        number %= value
    return said


_ROMAN = (
    (1000, "m"),
    (900, "cm"),
    (500, "d"),
    (400, "cd"),
    (100, "c"),
    (90, "xc"),
    (50, "l"),
    (40, "xl"),
    (10, "x"),
    (9, "ix"),
    (5, "v"),
    (4, "iv"),
    (1, "i"),
)


def _place(piece: int, leaf: int, index: int, opening: int | None, side: Side) -> Place:
    before = piece if leaf >= 0 else piece - 1  # a blank page belongs to what is before it
    return Place(piece, leaf, index + 1, opening is not None and before < opening, side)


def _next_side(places: Sequence[Place], direction: Direction) -> Side:
    if not places:
        return "right" if direction == "ltr" else "left"
    return "left" if places[-1].side == "right" else "right"


def _wanted(sheets: Sheets | None, direction: Direction) -> Side | None:
    """Give the side on which a piece has to begin; None: on either."""
    if sheets is None or sheets.breaks in ("auto", "page", "always"):
        return None
    if sheets.breaks in ("left", "right"):
        return "left" if sheets.breaks == "left" else "right"
    return "right" if (sheets.breaks == "recto") == (direction == "ltr") else "left"
