"""What a book's PDF says of itself: properties, metadata, and the standards it holds to.

It is made to PDF/A-2b (ISO 19005-2) and PDF/UA-1 (ISO 14289-1). The metadata is XMP (ISO 16684-1).
"""

from collections.abc import Iterable
from importlib.metadata import distribution
from pathlib import Path
from typing import Any, TypeAlias
from xml.sax.saxutils import escape

from octavo.model import Book, Direction, Standard

_Object: TypeAlias = Any  # pikepdf's objects take and give whatever their kind allows

_MAKER = "Octavo"
# One at a time: PDF/A-2 knows no property that claims PDF/UA, and has to be told in the file what
# it is, which not every validator understands.
_CLAIMS: dict[Standard, tuple[tuple[str, str], ...]] = {
    "pdf/a": (("pdfaid:part", "2"), ("pdfaid:conformance", "B")),
    "pdf/ua": (("pdfuaid:part", "1"),),
}
_SCHEMAS = {
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "dc": "http://purl.org/dc/elements/1.1/",
    "xmp": "http://ns.adobe.com/xap/1.0/",
    "pdf": "http://ns.adobe.com/pdf/1.3/",
    "pdfaid": "http://www.aiim.org/pdfa/ns/id/",
    "pdfuaid": "http://www.aiim.org/pdfua/ns/id/",
}


def state(pdf: _Object, book: Book, direction: Direction, *, standard: Standard) -> None:
    """Write into a PDF what it is, how it is to be shown, and what it holds to.

    Args:
        pdf: all of the book is in it.
        book: what it is of.
        direction: in which its pages follow each other.
        standard: the one that it claims.
    """
    from pikepdf import Dictionary, Name, String

    pdf.Root.Lang = String(book.metadata.language)
    pdf.Root.ViewerPreferences = Dictionary(DisplayDocTitle=True)
    if direction == "rtl":
        pdf.Root.ViewerPreferences.Direction = Name.R2L
    pdf.Root.OutputIntents = [_intent(pdf)]
    said = _metadata(book, standard=standard).encode()
    pdf.Root.Metadata = pdf.make_stream(said, Type=Name.Metadata, Subtype=Name.XML)
    for key, value in _properties(book).items():
        pdf.docinfo[key] = String(value)


def _intent(pdf: _Object) -> _Object:
    """Say that colours are meant as sRGB (ISO 32000-1, 14.11.5)."""
    from pikepdf import Dictionary, Name

    # Found without loading WeasyPrint, which takes longer than a book needs to be bound.
    home = distribution("weasyprint").locate_file("weasyprint/pdf/sRGB2014.icc")
    profile = Path(str(home)).read_bytes()
    return pdf.make_indirect(
        Dictionary(
            Type=Name.OutputIntent,
            S=Name.GTS_PDFA1,
            OutputConditionIdentifier="sRGB2014",
            Info="sRGB2014",
            DestOutputProfile=pdf.make_stream(profile, N=3),
        )
    )


def _properties(book: Book) -> dict[str, str]:
    """Give the information dictionary, which says the same as the metadata.

    It has no date: the file is the same whenever it is made.
    """
    about = book.metadata
    said = {
        "/Title": about.title,
        "/Author": _authors(book),
        "/Subject": about.description or "",
        "/Keywords": ", ".join(about.subjects),
        "/Creator": _MAKER,
        "/Producer": _MAKER,
    }
    return {key: value for key, value in said.items() if value}


def _authors(book: Book) -> str:
    return ", ".join(author.name for author in book.metadata.authors if author.role == "aut")


def _metadata(book: Book, *, standard: Standard) -> str:
    about = book.metadata
    authors = _authors(book)
    said = [
        ("dc:title", _alternative(about.title)),
        ("dc:creator", _list("Seq", [authors]) if authors else ""),
        ("dc:description", _alternative(about.description) if about.description else ""),
        ("dc:rights", _alternative(about.rights) if about.rights else ""),
        ("dc:publisher", _list("Bag", [about.publisher]) if about.publisher else ""),
        ("dc:subject", _list("Bag", about.subjects) if about.subjects else ""),
        ("dc:language", _list("Bag", [about.language])),
        ("dc:identifier", escape(about.identifier)),
        ("pdf:Keywords", escape(", ".join(about.subjects))),
        ("pdf:Producer", _MAKER),
        ("xmp:CreatorTool", _MAKER),
        *_CLAIMS[standard],
    ]
    lines = "\n".join(f"<{name}>{value}</{name}>" for name, value in said if value)
    spaces = "\n".join(f'xmlns:{name}="{address}"' for name, address in _SCHEMAS.items())
    return (
        '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>\n'
        f'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF\n{spaces}>\n'
        f'<rdf:Description rdf:about="">\n{lines}\n</rdf:Description>\n'
        '</rdf:RDF></x:xmpmeta>\n<?xpacket end="w"?>'
    )


def _alternative(text: str) -> str:
    return f'<rdf:Alt><rdf:li xml:lang="x-default">{escape(text)}</rdf:li></rdf:Alt>'


def _list(kind: str, texts: Iterable[str]) -> str:
    items = "".join(f"<rdf:li>{escape(text)}</rdf:li>" for text in texts)
    return f"<rdf:{kind}>{items}</rdf:{kind}>"
