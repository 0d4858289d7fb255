"""The measures of a printed page: where the text stands on the paper. Lengths in millimetres."""

import re
from dataclasses import dataclass

from octavo.model import Book
from octavo.render.look import Look

_POINT = 25.4 / 72
# What a thicker block of pages hides in its fold, as printers on demand ask for it.
_GUTTERS = ((150, 0.0), (400, 3.0), (600, 6.0))
_WIDEST_GUTTER = 9.0
_LETTER = 0.42  # ems that a letter and its share of spaces take
_ROUNDING = 0.02  # a line that is shorter by a hair holds a character less
_FILLED = 0.9  # of the lines' length and number
_WIDE = re.compile("[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\uff01-\uff60]+")
_TAG = re.compile("<[^>]*>")


@dataclass(frozen=True, slots=True)
class Measures:
    """The margins of a page, and how many there will be."""

    top: float
    bottom: float
    inner: float  # with the gutter
    outer: float
    line: float  # from one line of text to the next
    pages: float  # as many as the text will fill, as an estimate


def measures(book: Book, look: Look, *, full_width: bool) -> Measures:
    """Give the margins the settings ask for, and those in proportion where they ask for none.

    The gutter depends on how many pages there will be, and that on the gutter; so the number is
    estimated from the text, and the gutter grows in few and large steps.

    Args:
        book: what is printed.
        look: what the settings say.
        full_width: most characters are as wide as they are high; lines hold a whole number of them.
    """
    said, page = look.margins, look.page
    around = said.of(page)
    inner, outer = around.inner, around.outer
    wide, high = page.width - inner - outer, page.height - around.top - around.bottom
    em = look.font_size * _POINT
    line = em * look.line_height
    gutter, pages = look.gutter, _pages(book, wide / em, high / line)
    if gutter is None:
        thick = pages if said.inner is None else 0
        gutter = next((width for most, width in _GUTTERS if thick <= most), _WIDEST_GUTTER)
    inner += gutter
    if full_width and said.outer is None and look.columns == 1:
        outer += (page.width - inner - outer) % em - _ROUNDING
    return Measures(around.top, around.bottom, inner, outer, line, pages)


def _pages(book: Book, ems: float, lines: float) -> float:
    """Estimate the number of pages from the ems in a line and the lines on a page."""
    on_page = ems * lines * _FILLED
    return sum(1 + _ems(chapter.html) / on_page for chapter in book.chapters)


def _ems(markup: str) -> float:
    text = _TAG.sub("", markup)
    wide = sum(map(len, _WIDE.findall(text)))
    return wide + (len(text) - wide) * _LETTER
