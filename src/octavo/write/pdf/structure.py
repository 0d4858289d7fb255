"""Make one structure tree of those of the pieces (ISO 32000-1, 14.7).

The parent tree leads from the marked content of a page, and from a link, to its element. Each
piece counts its pages and links from 0: in the book they count on.
"""

from collections.abc import Sequence
from itertools import chain
from typing import Any, TypeAlias

_Object: TypeAlias = Any  # pikepdf's objects take and give whatever their kind allows


def merge(pdf: _Object, sources: Sequence[_Object], pieces: Sequence[int]) -> None:
    """Hang the trees of the pieces into one.

    Args:
        pdf: the book, with all its pages.
        sources: the pieces.
        pieces: for each page of the book the piece it is from; blank pages are passed over.
    """
    from pikepdf import Array, Dictionary, Name

    if any("/StructTreeRoot" not in source.Root for source in sources):
        return
    document = pdf.make_indirect(Dictionary(Type=Name.StructElem, S=Name.Document, K=Array()))
    rows: list[tuple[int, _Object]] = []
    ids: list[tuple[bytes, _Object]] = []
    starts: list[int] = []
    for source in sources:
        start = rows[-1][0] + 1 if rows else 0
        starts.append(start)
        tree = pdf.copy_foreign(source.Root.StructTreeRoot)
        for child in tree.K[0].K:
            child.P = document
            document.K.append(child)
        rows += [(start + int(number), row) for number, row in _pairs(tree.ParentTree.Nums)]
        if "/IDTree" in tree:
            ids += [(bytes(name), each) for name, each in _pairs(tree.IDTree.Names)]
    for page, piece in zip(pdf.pages, pieces, strict=True):
        _count_on(page.obj, starts[piece])
    root = pdf.make_indirect(Dictionary(Type=Name.StructTreeRoot, K=Array([document])))
    document.P = root
    root.ParentTree = pdf.make_indirect(Dictionary(Nums=Array(chain.from_iterable(rows))))
    root.ParentTreeNextKey = rows[-1][0] + 1 if rows else 0
    if ids:
        named = [(_string(name), each) for name, each in sorted(ids, key=lambda pair: pair[0])]
        root.IDTree = pdf.make_indirect(Dictionary(Names=Array(chain.from_iterable(named))))
    pdf.Root.StructTreeRoot = root
    pdf.Root.MarkInfo = Dictionary(Marked=True)


def _pairs(array: _Object) -> list[tuple[_Object, _Object]]:
    """Give the keys and values of a tree's leaf (7.9.6, 7.9.7)."""
    flat = list(array)
    return list(zip(flat[::2], flat[1::2], strict=True))


def _count_on(page: _Object, start: int) -> None:
    if "/StructParents" in page:
        page.StructParents = start + int(page.StructParents)
    for annotation in page.get("/Annots", ()):
        if "/StructParent" in annotation:
            annotation.StructParent = start + int(annotation.StructParent)


def _string(name: bytes) -> _Object:
    from pikepdf import String

    return String(name.decode())
