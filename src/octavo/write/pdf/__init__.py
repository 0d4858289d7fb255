"""Write the PDF: chapters laid out by themselves with WeasyPrint, bound into a book with pikepdf.

A chapter depends on its neighbours for page numbers alone. So its layout is a function of its own
markup and the style; what shows numbers is laid out when those of the pages are known.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from octavo.fonts import Font
from octavo.model import Book, Finding, PageStart, PrintEdition, Standard
from octavo.write.pdf.binding import Opened, Stamps, bind
from octavo.write.pdf.cutting import Cutting, cut, numbered
from octavo.write.pdf.engine import load
from octavo.write.pdf.folios import blocks, of_leaf, with_total
from octavo.write.pdf.numbering import Place, arrange, in_one, page_starts
from octavo.write.pdf.paging import Sheetwise, part
from octavo.write.pdf.sheets import Piece, Sheets, Side, Style
from octavo.write.pdf.shop import Shop, Turn

__all__ = ["Laid", "Shop", "Turn", "load", "write"]

_ROUNDS = 8  # in which page numbers have to come to rest
_DIVIDING = {"page", "always", "left", "right", "recto", "verso"}


@dataclass(frozen=True, slots=True)
class Laid:
    """A PDF that was laid out."""

    data: bytes
    starts: tuple[PageStart, ...]  # of its pages
    findings: tuple[Finding, ...]  # what WeasyPrint complained of, and why it was not divided

    @property
    def pages(self) -> int:
        """The number of its pages, blank ones included."""
        return len(self.starts)


def write(
    book: Book,
    edition: PrintEdition,
    fonts: Sequence[Font],
    shop: Shop | None = None,
    *,
    divided: bool = True,
    standard: Standard = "pdf/a",
    lent: bool = False,
) -> Laid:
    """Lay a book out and give its tagged PDF: the same bytes for the same input.

    Args:
        book: what it is of.
        edition: its pages, as HTML and CSS.
        fonts: those of the style.
        shop: where the pieces are laid out; without one, in this process.
        divided: lay its chapters out by themselves, if the style lets them be.
        lent: the system's fonts are used beside these.
        standard: the one that the file claims: PDF/A-2b or PDF/UA-1. It is made for both.

    Raises:
        MissingTool: Pango is not installed, or there is no font.
        ToolFailed, TimedOut, WorkerDied: a chapter cannot be laid out.
    """
    press = _Press(book, edition, tuple(fonts), shop or Shop(), standard, lent)
    sheetwise = part(edition.css)
    cuttings = cut(edition, sheetwise.referring) if divided else ()
    if not cuttings:
        return press.whole(sheetwise, ())
    reason = sheetwise.reason
    if not reason:
        laid = press.divided(sheetwise, cuttings)
        if isinstance(laid, Laid):
            return laid
        reason = laid
    message = f"the book is laid out as a whole, because {reason}"
    return press.whole(sheetwise, (Finding("layout", "info", message),))


@dataclass(frozen=True, slots=True)
class _Press:
    """One book on its way through the shop."""

    book: Book
    edition: PrintEdition
    fonts: tuple[Font, ...]
    shop: Shop
    standard: Standard
    lent: bool
    opened: Opened = field(default_factory=Opened)

    def whole(self, sheetwise: Sheetwise, findings: tuple[Finding, ...]) -> Laid:
        """Lay the book out as one document: the reference, and what always works."""
        html, resources = self.edition.html, self.edition.resources
        piece = Piece("book", "the book", html, resources, whole=True)
        (sheets,) = self.shop.lay_out([(self._style(sheetwise.whole), piece)])
        slugs = {chapter.slug for chapter in self.book.chapters if chapter.kind != "front"}
        places = in_one(sheets, slugs)
        data = self._in_covers([sheets], places, (), sheetwise)
        return Laid(data, page_starts([sheets], places), (*findings, *sheets.findings))

    def divided(self, sheetwise: Sheetwise, cuttings: tuple[Cutting, ...]) -> Laid | str:
        """Lay the pieces out and bind them; or give the reason why that cannot be done."""
        styles = self._style(sheetwise.first), self._style(sheetwise.pieces)
        opening = next((at for at, each in enumerate(cuttings) if each.opening), None)
        laid: dict[int, tuple[Piece, Sheets]] = {}
        for turn in range(_ROUNDS):
            sheets = [laid[at][1] if at in laid else None for at in range(len(cuttings))]
            places = arrange(sheets, opening, self.edition.direction)
            pieces = self._pieces(cuttings, _numbers(sheets, places), _sides(places))
            changed = [at for at, piece in enumerate(pieces) if laid.get(at, ("",))[0] != piece]
            now = [at for at in changed if turn or not cuttings[at].shown]
            if not changed:
                return self._bound(sheetwise, [each for each in sheets if each], places)
            made = self.shop.lay_out([(styles[at > 0], pieces[at]) for at in now], self.opened.of)
            laid |= {at: (pieces[at], each) for at, each in zip(now, made, strict=True)}
            for at in now:
                if at and laid[at][1].breaks not in _DIVIDING:
                    return f"“{pieces[at].title}” does not begin on a new page"
        return "the numbers of its pages do not come to rest"

    def _bound(self, sheetwise: Sheetwise, sheets: list[Sheets], places: tuple[Place, ...]) -> Laid:
        wanted = [
            of_leaf(sheets[place.piece].leaves[place.leaf], place.number)
            for place in places
            if place.leaf >= 0 and not sheets[place.piece].leaves[place.leaf].blank
        ]
        style = self._style(with_total(sheetwise.folios, len(places)))
        found = blocks(wanted, self.book.metadata.language, self.edition.direction)
        drawn = self.shop.lay_out([(style, each.piece) for each in found])
        stamps = [Stamps(each, block.folios) for each, block in zip(drawn, found, strict=True)]
        data = self._in_covers(sheets, places, stamps, sheetwise)
        said = dict.fromkeys(each for one in (*sheets, *drawn) for each in one.findings)
        return Laid(data, page_starts(sheets, places), tuple(said))

    def _in_covers(
        self,
        sheets: list[Sheets],
        places: tuple[Place, ...],
        stamps: Sequence[Stamps],
        sheetwise: Sheetwise,
    ) -> bytes:
        return bind(
            self.book,
            sheets,
            places,
            stamps,
            self.fonts,
            self.edition.direction,
            self.standard,
            marks=sheetwise.marks,
            opened=self.opened,
        )

    def _style(self, css: str) -> Style:
        return Style(css, self.fonts, self.lent)

    def _pieces(
        self, cuttings: Sequence[Cutting], numbers: dict[str, int], sides: dict[int, Side]
    ) -> list[Piece]:
        titles = {chapter.slug: chapter.title for chapter in self.book.chapters}
        return [
            Piece(
                name=cutting.name,
                title=titles.get(cutting.name, "the pages before the text"),
                html=numbered(cutting.html, numbers),
                resources=cutting.resources,
                side=sides[at],
            )
            for at, cutting in enumerate(cuttings)
        ]


def _numbers(sheets: Sequence[Sheets | None], places: Sequence[Place]) -> dict[str, int]:
    """Give the number of the page on which each anchor stands."""
    found: dict[str, int] = {}
    for place in places:
        each = sheets[place.piece]
        if each is not None and place.leaf >= 0:
            for anchor in each.leaves[place.leaf].anchors:
                found.setdefault(anchor.id, place.number)
    return found


def _sides(places: Sequence[Place]) -> dict[int, Side]:
    """Give the side on which each piece begins."""
    return {place.piece: place.side for place in places if place.leaf == 0}
