"""Mend what WeasyPrint makes of a piece, before it becomes bytes.

Running heads and folios are artifacts (ISO 14289-1, 7.8), not content; the text of a line is
tagged with its paragraph and needs no element of its own; content is painted in the order of the
tree; an initial is read with its word; links are printed, and say where they lead; what a page
draws leaves no trace in the state, so that more can be drawn upon it. Resources without anything in
them are taken out, which not every validator can make sense of, and images are not smoothed by the
reader, which PDF/A forbids (ISO 19005-2, 6.2.8).
"""

from collections.abc import Iterator, Sequence
from functools import wraps
from typing import Any, TypeAlias

from octavo.write.pdf.initials import MARK, spoken
from octavo.write.pdf.ordering import arrange

_Objects: TypeAlias = list[Any]  # pydyf's, by number
_SVG = "{http://www.w3.org/2000/svg}svg"
_KINDS = {"Pattern", "Shading", "XObject"}  # of resources (ISO 32000-1, table 33)
_PRINT = 4  # ISO 32000-1, table 165


class Finish:
    """A finisher, as WeasyPrint's `write_pdf` takes one.

    Args:
        name: of the piece, unique in the book; it begins the ids of table cells.
        html: of the piece.
    """

    def __init__(self, name: str, html: str):
        self._name = name
        self._initials = MARK in html

    def __call__(self, document: Any, pdf: Any) -> None:
        """Mend a document's pydyf.PDF in place."""
        pages = [_at(pdf.objects, reference) for reference in pdf.page_references]
        for page in pages:
            stream = _at(pdf.objects, page["Contents"]).stream
            stream.insert(0, b"q")
            stream.append(b"Q")
        _links(document)
        _drawn(pdf.objects)
        if "StructTreeRoot" in pdf.catalog:
            tree = _Tree(pdf, pages)
            if self._initials:
                tree.say(spoken(document.pages))
            tree.part_artifacts()
            tree.gather_links()
            tree.name_formulas(document.pages)
            tree.flatten()
            tree.name_cells(self._name)
            tree.arrange()


def clip_drawings() -> None:
    """Let WeasyPrint keep SVG drawings inside their frames; once for a process.

    It does so where `overflow` is hidden, but then paints them after all text of the page, and not
    where they stand in the tags: the print style makes what overflows visible.
    """
    from weasyprint.images import SVGImage

    drawn = SVGImage.draw
    if hasattr(drawn, "__wrapped__"):
        return

    @wraps(drawn)
    def clipped(self: Any, stream: Any, width: float, height: float, style: Any) -> None:
        stream.rectangle(0, 0, width, height)
        stream.clip()
        stream.end()
        drawn(self, stream, width, height, style)

    SVGImage.draw = clipped


def _at(objects: _Objects, reference: bytes) -> Any:
    return objects[int(reference.split()[0])]


def _links(document: Any) -> None:
    import pydyf

    for page in document.pages:
        for _, _, _, box in page.links:
            annotation = getattr(box, "link_annotation", None)
            if annotation is not None:
                said = " ".join("".join(box.element.itertext()).split())
                annotation |= {"F": _PRINT, "Contents": pydyf.String(said or "link")}


def _drawn(objects: _Objects) -> None:
    for each in objects:
        if isinstance(each, dict) and each.keys() >= _KINDS:
            for kind in _KINDS:
                if not each[kind]:
                    del each[kind]
        elif getattr(each, "extra", {}).get("Subtype") == "/Image":
            each.extra["Interpolate"] = "false"


class _Tree:
    """The structure tree of a document that is about to be written."""

    def __init__(self, pdf: Any, pages: list[Any]):
        self._objects = pdf.objects
        self._root = _at(pdf.objects, pdf.catalog["StructTreeRoot"])
        self._numbers = _at(pdf.objects, self._root["ParentTree"])["Nums"]
        self._streams = {
            reference: _at(pdf.objects, page["Contents"]).stream
            for reference, page in zip(pdf.page_references, pages, strict=True)
        }
        self._rows = dict(
            zip(pdf.page_references, self._numbers[1 : 2 * len(pages) : 2], strict=True)
        )

    def say(self, texts: Sequence[str | None]) -> None:
        """Let texts say something in place of themselves: all but those of links, in order."""
        import pydyf

        spans = [each for each in self._elements() if _is_text(each)]
        if len(spans) != len(texts):
            return
        said: dict[bytes, dict[int, str]] = {}
        for span, text in zip(spans, texts, strict=True):
            if text is not None:
                said.setdefault(span["Pg"], {})[span["K"][0]] = text
        for page, numbers in said.items():
            stream = self._streams[page]
            for at in _begins(stream):
                if (number := stream[at].get("MCID")) in numbers:
                    stream[at]["ActualText"] = pydyf.String(numbers[number])

    def part_artifacts(self) -> None:
        """Make artifacts of what is tagged but hangs in no tree: what stands in the margins."""
        top = _at(self._objects, self._root["K"][0])
        inside = {top.reference, *top["K"]}
        marked: dict[bytes, set[int]] = {}
        for each in self._elements():
            if each["P"] == top.reference and each.reference not in inside:
                for page, number in self._taken_out(each):
                    marked.setdefault(page, set()).add(number)
        for page, numbers in marked.items():
            for number in numbers:
                self._rows[page][number] = b"null"
            _unmark(self._streams[page], numbers)

    def _taken_out(self, element: Any) -> Iterator[tuple[bytes, int]]:
        """Take an element out of the file; give its marked content: page and number (14.7.4.2)."""
        element.free = "f"
        for kid in element["K"]:
            if isinstance(kid, int):
                yield element["Pg"], kid
                continue
            inner = _at(self._objects, kid)
            if inner.get("Type") == "/StructElem":
                yield from self._taken_out(inner)
            elif "Obj" in inner:
                number = _at(self._objects, inner["Obj"]).pop("StructParent")
                self._numbers[2 * number + 1] = b"null"

    def gather_links(self) -> None:
        """Put the annotation of what is inside a link, such as code, where the link's is."""
        for each in self._elements():
            link = self._link_around(each)
            if link is None:
                continue
            for kid in [kid for kid in each["K"] if isinstance(kid, bytes)]:
                inner = _at(self._objects, kid)
                if inner.get("Type") == "/OBJR":
                    each["K"].remove(kid)
                    link["K"].append(kid)
                    number = _at(self._objects, inner["Obj"])["StructParent"]
                    self._numbers[2 * number + 1] = link.reference

    def _link_around(self, element: Any) -> Any:
        if element["S"] == "/Link":
            return None
        above = element
        while above.get("S") not in ("/Link", "/Document"):
            above = _at(self._objects, above["P"])
        return above if above["S"] == "/Link" else None

    def name_formulas(self, pages: list[Any]) -> None:
        """Tag images of formulas as formulas (14.8.4.5); they come in the order of their boxes."""
        figures = [each for each in self._elements() if each["S"] == "/Figure"]
        images = [
            box
            for page in pages
            for box in page._page_box.descendants()
            if box.element is not None and box.element_tag in ("img", _SVG)
        ]
        if len(figures) != len(images):
            return
        for figure, box in zip(figures, images, strict=True):
            if box.element.get("role") == "math":
                figure["S"] = "/Formula"

    def flatten(self) -> None:
        """Hang the content of plain spans, one for each line of text, into what they are in.

        Only where there is nothing else: some readers take an element's own content first.
        """
        for each in self._elements():
            spans = [_at(self._objects, kid) for kid in each["K"] if isinstance(kid, bytes)]
            if len(spans) < len(each["K"]) or not all(_is_plain(span, each) for span in spans):
                continue
            for at, span in enumerate(spans):
                number = each["K"][at] = span["K"][0]
                self._rows[span["Pg"]][number] = each.reference
                span.free = "f"

    def name_cells(self, piece: str) -> None:
        """Make the ids of table headers unique in the book, and list them (14.7.2)."""
        import pydyf

        named: dict[str, bytes] = {}
        for each in self._elements():
            if "ID" in each:
                each["ID"] = _prefixed(piece, each["ID"])
                named[each["ID"].string] = each.reference
            if "Headers" in each.get("A", {}):
                each["A"]["Headers"] = pydyf.Array(
                    [_prefixed(piece, header) for header in each["A"]["Headers"]]
                )
        if named:
            names = pydyf.Array()
            for name in sorted(named):
                names.extend([pydyf.String(name), named[name]])
            self._root["IDTree"] = pydyf.Dictionary({"Names": names})

    def arrange(self) -> None:
        """Paint what is marked in the order of the tree: WeasyPrint paints lists' markers last."""
        orders: dict[bytes, list[int]] = {}
        for page, number in self._marked(_at(self._objects, self._root["K"][0])):
            orders.setdefault(page, []).append(number)
        for page, order in orders.items():
            arrange(self._streams[page], order)

    def _marked(self, element: Any) -> Iterator[tuple[bytes, int]]:
        """Give the marked content below an element: page and number."""
        for kid in element["K"]:
            if isinstance(kid, int):
                yield element["Pg"], kid
            elif (inner := _at(self._objects, kid)).get("Type") == "/StructElem":
                yield from self._marked(inner)

    def _elements(self) -> Iterator[Any]:
        for each in self._objects:
            is_element = isinstance(each, dict) and each.get("Type") == "/StructElem"
            if is_element and each.free != "f":
                yield each


def _is_text(element: Any) -> bool:
    """Tell whether an element is a span of text and nothing else."""
    return (
        element.get("S") == "/Span"
        and element.keys() <= {"Type", "S", "K", "Pg", "P"}
        and len(element["K"]) == 1
        and isinstance(element["K"][0], int)
    )


def _is_plain(element: Any, parent: Any) -> bool:
    """Tell whether an element is a span of text, on its parent's page, and nothing else."""
    return _is_text(element) and element["Pg"] == parent.get("Pg")


def _prefixed(piece: str, name: Any) -> Any:
    return type(name)(f"{piece}-{name.string}")


def _unmark(stream: list[Any], numbers: set[int]) -> None:
    """Mark content as an artifact of pagination in place of a part of the tree (14.8.2.2)."""
    for at in _begins(stream):
        if stream[at].get("MCID") in numbers:
            stream[at - 1] = "/Artifact"
            stream[at] = type(stream[at])({"Type": "/Pagination"})


def _begins(stream: list[Any]) -> Iterator[int]:
    """Give where the properties of marked content are; its tag is before them."""
    return (at - 1 for at, each in enumerate(stream) if each == b"BDC")
