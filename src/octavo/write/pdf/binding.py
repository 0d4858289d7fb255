"""Bind laid-out pieces into one book: pages, folios, links, outline, destinations, labels.

The numbers of sections are those of ISO 32000-1.
"""

import hashlib
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from octavo.fonts import Font
from octavo.model import Book, Direction, Standard
from octavo.write.pdf import claims, structure, trimming, typefaces
from octavo.write.pdf.folios import Folio, of_leaf
from octavo.write.pdf.numbering import Place
from octavo.write.pdf.sheets import ELSEWHERE, Sheets

_Object: TypeAlias = Any  # pikepdf's objects take and give whatever their kind allows
_Drawn: TypeAlias = Mapping[Folio, tuple[_Object, _Object]]  # what is drawn, and its resources


@dataclass(frozen=True, slots=True)
class Stamps:
    """Folios that are put onto pages."""

    sheets: Sheets
    folios: tuple[Folio, ...]  # one for each page of the sheets


class Opened:
    """Pieces that are opened as PDFs: some of them long before they are bound."""

    def __init__(self) -> None:
        self._known: dict[int, tuple[Sheets, _Object]] = {}  # by who they are: as they are kept

    def of(self, sheets: Sheets) -> _Object:
        """Open a piece, if it is not yet."""
        import pikepdf

        if id(sheets) not in self._known:
            self._known[id(sheets)] = sheets, pikepdf.open(io.BytesIO(sheets.pdf))
        return self._known[id(sheets)][1]


def bind(
    book: Book,
    sheets: Sequence[Sheets],
    places: Sequence[Place],
    stamps: Sequence[Stamps],
    fonts: Sequence[Font],
    direction: Direction,
    standard: Standard,
    *,
    marks: bool = False,
    opened: "Opened | None" = None,
) -> bytes:
    """Bind pieces into one PDF: the same bytes for the same input.

    Args:
        book: what it is of.
        sheets: the pieces.
        places: the book's pages, in their order.
        stamps: the folios of all pages that have some; none where the pages have them drawn.
        fonts: the files of the fonts that the sheets leave out.
        direction: in which the pages follow each other.
        standard: the one that the file claims to hold to.
        marks: put crop marks onto the pages, which do not have them drawn.
        opened: the pieces that have been opened already.
    """
    import pikepdf

    pdf = pikepdf.new()
    every = (*sheets, *(each.sheets for each in stamps))
    opened = opened or Opened()
    sources = [opened.of(each) for each in every]
    _collect(pdf, sources, places)
    faces = typefaces.embed(pdf, every, fonts)
    pieces, count = [place.piece for place in places], len(sheets)
    folios = _folios(pdf, sources[count:], stamps, faces)
    images: dict[bytes, _Object] = {}
    for page, place in zip(pdf.pages, places, strict=True):
        if place.leaf == 0:  # the pages of a piece share their resources
            _dress(page.obj.Resources, faces)
            _share(page.obj.Resources, images)
        if place.leaf >= 0:
            _link(page.obj)
            leaf = sheets[place.piece].leaves[place.leaf]
            _stamp(pdf, page.obj, folios.get(of_leaf(leaf, place.number)))
    if marks:
        trimming.mark(pdf)
    structure.merge(pdf, sources[:count], pieces)
    _destinations(pdf, sheets, places)
    _outline(pdf, sheets, places)
    _labels(pdf, places)
    claims.state(pdf, book, direction, standard=standard)
    out = io.BytesIO()
    objects = pikepdf.ObjectStreamMode.generate
    pdf.save(out, object_stream_mode=objects, deterministic_id=True, min_version="1.7")
    return out.getvalue()


def _collect(pdf: _Object, sources: Sequence[_Object], places: Sequence[Place]) -> None:
    """Take the pages over; a blank one is as large as the page that follows."""
    from pikepdf import Array, Dictionary, Name, Page

    for place in places:
        leaf = sources[place.piece].pages[max(place.leaf, 0)]
        if place.leaf >= 0:
            pdf.pages.append(leaf)
            continue
        boxes = {key: leaf.obj[key] for key in ("/MediaBox", "/TrimBox", "/BleedBox")}
        blank = Dictionary(Type=Name.Page, Resources=Dictionary())
        for key, box in boxes.items():
            blank[key] = Array(box)
        pdf.pages.append(Page(pdf.make_indirect(blank)))


def _dress(resources: _Object, faces: Mapping[str, _Object]) -> None:
    """Put the book's fonts into the resources of pages; groups drawn on them share the fonts."""
    fonts = resources.get("/Font")
    for key in list(fonts.keys()) if fonts is not None else ():
        fonts[key] = faces.get(key, fonts[key])


def _share(resources: _Object, known: dict[bytes, _Object]) -> None:
    """Keep one of several equal images, which come with each piece that shows them."""
    images = resources.get("/XObject", {})
    for key, image in images.items():
        if image.get("/Subtype") == "/Image":
            images[key] = known.setdefault(_print_of(image), image)


def _print_of(image: _Object) -> bytes:
    hashed = hashlib.sha256(image.read_raw_bytes())
    for key in sorted(image.keys()):
        value = image[key]
        hashed.update(key.encode())
        hashed.update(_print_of(value) if key == "/SMask" else repr(value).encode())
    return hashed.digest()


def _link(page: _Object) -> None:
    """Lead links that leave their piece to the destination in another (12.3.2.3)."""
    for annotation in page.get("/Annots", ()):
        action = annotation.get("/A")
        address = str(action.get("/URI", "")) if action is not None else ""
        if address.startswith(ELSEWHERE):
            del annotation["/A"]
            annotation.Dest = _string(address.removeprefix(ELSEWHERE))


def _folios(
    pdf: _Object,
    sources: Sequence[_Object],
    stamps: Sequence[Stamps],
    faces: Mapping[str, _Object],
) -> _Drawn:
    """Take over what the folios draw."""
    found: dict[Folio, tuple[_Object, _Object]] = {}
    for source, each in zip(sources, stamps, strict=True):
        resources = None
        for page, folio in zip(source.pages, each.folios, strict=True):
            if b"BT" not in page.Contents.read_bytes():
                continue  # such pages have none
            if resources is None:
                resources = pdf.copy_foreign(page.obj.Resources)
                _dress(resources, faces)
            found[folio] = (page.Contents, resources)
    return found


def _stamp(pdf: _Object, page: _Object, folio: tuple[_Object, _Object] | None) -> None:
    if folio is None:
        return
    from pikepdf import Array

    drawn, resources = folio
    page.Contents = Array([page.Contents, pdf.copy_foreign(drawn)])
    for kind in ("/ExtGState", "/Font", "/XObject", "/Pattern", "/Shading"):
        for key, value in resources.get(kind, {}).items():
            own = page.Resources.get(kind)
            if own is None:
                page.Resources[kind] = {key: value}
            elif key not in own:
                own[key] = value


def _destinations(pdf: _Object, sheets: Sequence[Sheets], places: Sequence[Place]) -> None:
    """Name every place that a link may lead to (12.3.2.3); of two of one name the first counts."""
    from pikepdf import Array, Dictionary, Name

    found: dict[bytes, _Object] = {}
    for page, place in zip(pdf.pages, places, strict=True):
        for each in sheets[place.piece].leaves[place.leaf].anchors if place.leaf >= 0 else ():
            where = Array([page.obj, Name.XYZ, round(each.x, 3), round(each.y, 3), 0])
            found.setdefault(each.id.encode(), where)
    names = Array()
    for name in sorted(found):
        names.append(_string(name.decode()))
        names.append(found[name])
    if len(names):
        pdf.Root.Names = Dictionary(Dests=pdf.make_indirect(Dictionary(Names=names)))


def _outline(pdf: _Object, sheets: Sequence[Sheets], places: Sequence[Place]) -> None:
    """Make an outline of the bookmarks, each below the last one of a lower level (12.3.3)."""
    from pikepdf import Array, Name, OutlineItem

    with pdf.open_outline() as outline:
        above: list[tuple[int, _Object]] = []
        for page, place in zip(pdf.pages, places, strict=True):
            for each in sheets[place.piece].leaves[place.leaf].bookmarks if place.leaf >= 0 else ():
                where = Array([page.obj, Name.XYZ, round(each.x, 3), round(each.y, 3), 0])
                item = OutlineItem(each.title, where)
                while above and above[-1][0] >= each.level:
                    above.pop()
                (above[-1][1].children if above else outline.root).append(item)
                above.append((each.level, item))


def _labels(pdf: _Object, places: Sequence[Place]) -> None:
    """Label the pages as they are numbered (12.4.2)."""
    from pikepdf import Array, Dictionary, Name

    ranges = Array()
    for index, place in enumerate(places):
        before = places[index - 1] if index else None
        follows = before is not None and place.number == before.number + 1
        if before is None or before.roman != place.roman or not follows:
            ranges.append(index)
            style = Name.r if place.roman else Name.D
            label = Dictionary(S=style)
            if place.number != 1:
                label.St = place.number
            ranges.append(label)
    pdf.Root.PageLabels = Dictionary(Nums=ranges)


def _string(text: str) -> _Object:
    from pikepdf import String

    return String(text)
