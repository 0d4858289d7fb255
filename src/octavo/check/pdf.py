"""The fast checks of a PDF: whole, tagged, fonts in it, links resolved, nothing active.

The numbers of sections are those of ISO 32000-1.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from octavo.check.findings import error, warning
from octavo.model import Finding

if TYPE_CHECKING:
    import pikepdf

_TAIL = 1024  # bytes in which readers look for the end mark
_FONT_FILES = ("/FontFile", "/FontFile2", "/FontFile3")
# Section 12.6.4: what an action may do without being a danger or leaving the file.
_ACTIONS = {"/GoTo", "/URI", "/Named"}
_ALL_ACTIONS = _ACTIONS | {
    "/GoTo3DView",
    "/GoToE",
    "/GoToR",
    "/Hide",
    "/ImportData",
    "/JavaScript",
    "/Launch",
    "/Movie",
    "/Rendition",
    "/ResetForm",
    "/RichMediaExecute",
    "/SetOCGState",
    "/Sound",
    "/SubmitForm",
    "/Thread",
    "/Trans",
}
_ANNOTATIONS = {"/3D", "/FileAttachment", "/Movie", "/RichMedia", "/Screen", "/Sound"}
_SCHEMES = ("http://", "https://", "mailto:")


def check_pdf(path: Path) -> tuple[Finding, ...]:
    """Check a PDF: its catalogue and once every object in it."""
    import pikepdf

    damage = tuple(_damage(path))
    try:
        with pikepdf.open(path, suppress_warnings=True) as pdf:
            return (
                *damage,
                *(error("syntax", message, path.name) for message in pdf.get_warnings()),
                *_pages(pdf, path.name),
                *_accessibility(pdf, path.name),
                *_objects(pdf, path.name),
            )
    except pikepdf.PasswordError:
        return (*damage, error("syntax", "the file is locked with a password", path.name))
    # What is damaged inside shows late: names that are no text, a page tree that ends nowhere.
    except (pikepdf.PdfError, RuntimeError, ValueError) as fault:
        return (*damage, error("syntax", f"the file cannot be read: {fault}", path.name))


def _damage(path: Path) -> Iterator[Finding]:
    # Looked at raw: the library mends a file that was cut short and says nothing.
    with path.open("rb") as file:
        head = file.read(8)
        size = file.seek(0, 2)
        file.seek(max(0, size - _TAIL))
        tail = file.read()
    if not head.startswith(b"%PDF-"):
        yield error("syntax", "the file does not begin with %PDF-", path.name)
    if not tail.rstrip().endswith(b"%%EOF"):
        yield error("syntax", "the file does not end with %%EOF", path.name)


def _pages(pdf: "pikepdf.Pdf", path: str) -> Iterator[Finding]:
    if len(pdf.pages) == 0:
        yield error("syntax", "the file has no page", path)
    if pdf.is_encrypted:
        yield error("syntax", "the file is encrypted", path)


def _accessibility(pdf: "pikepdf.Pdf", path: str) -> Iterator[Finding]:
    """Report what PDF/UA-1 asks of the catalogue (ISO 14289-1, section 7)."""
    root = pdf.Root
    marked = _says(root.get("/MarkInfo"), "/Marked")
    structure = _dictionary(root.get("/StructTreeRoot"))
    if not marked or structure.get("/K") is None:
        yield warning("readable", "the file is not tagged", path)
    if _dictionary(root.get("/Outlines")).get("/First") is None:
        yield warning("readable", "the file has no outline", path)
    if not str(_dictionary(pdf.trailer.get("/Info")).get("/Title", "")).strip():
        yield warning("readable", "the file has no title", path)
    if not _says(root.get("/ViewerPreferences"), "/DisplayDocTitle"):
        yield warning("readable", "the window will show the file's name, not the title", path)
    if not str(root.get("/Lang", "")).strip():
        yield warning("readable", "the file does not name its language", path)


def _says(dictionary: object, key: str) -> bool:
    value: object = _dictionary(dictionary).get(key)
    return value is True


def _objects(pdf: "pikepdf.Pdf", path: str) -> Iterator[Finding]:
    pages = frozenset(page.obj.objgen for page in pdf.pages)
    named, lost = _named_destinations(pdf, pages)
    for name in lost:
        yield error("links", f"the destination {name} leads to no page", path)
    for dictionary in _dictionaries(pdf):
        yield from _font(dictionary, path)
        yield from _activity(dictionary, path)
        destination = dictionary.get("/Dest")
        if dictionary.get("/S") == "/GoTo":
            destination = dictionary.get("/D")
        if destination is not None and not _arrives(destination, named, pages):
            shown = "" if _first(destination) is not None else f": {destination}"
            yield error("links", f"a link leads to no page{shown}", path)


def _named_destinations(
    pdf: "pikepdf.Pdf", pages: frozenset[tuple[int, int]]
) -> tuple[frozenset[str], tuple[str, ...]]:
    """Give all names (section 12.3.2.3), and those that lead to no page."""
    import pikepdf

    found: dict[str, object] = {}
    tree = _dictionary(pdf.Root.get("/Names")).get("/Dests")
    if isinstance(tree, pikepdf.Dictionary):
        found |= {str(name): value for name, value in pikepdf.NameTree(tree).items()}
    found |= {str(name): value for name, value in _dictionary(pdf.Root.get("/Dests")).items()}
    lost = tuple(name for name, value in found.items() if not _arrives(value, frozenset(), pages))
    return frozenset(found), lost


def _arrives(destination: object, named: frozenset[str], pages: frozenset[tuple[int, int]]) -> bool:
    import pikepdf

    if isinstance(destination, pikepdf.Dictionary):  # a named one may be wrapped
        destination = destination.get("/D")
    if isinstance(destination, pikepdf.String | pikepdf.Name):
        return str(destination) in named
    page = _first(destination)
    return isinstance(page, pikepdf.Dictionary) and page.objgen in pages


def _first(destination: object) -> object:
    import pikepdf

    if isinstance(destination, pikepdf.Array) and len(destination) > 0:
        return destination[0]
    return None


def _dictionaries(pdf: "pikepdf.Pdf") -> Iterator["pikepdf.Dictionary"]:
    """Give every dictionary once, those inside others too.

    The elements of the structure tree are left out: they are most of a tagged file, and can do
    nothing. Arrays of numbers and references, as long as a book, are looked through in one step.
    """
    import pikepdf

    for whole in pdf.objects:
        pending: list[object] = [whole]
        while pending:
            one = pending.pop()
            if isinstance(one, pikepdf.Stream):
                one = one.stream_dict
            if isinstance(one, pikepdf.Dictionary):
                if one.get("/Type") == "/StructElem":
                    continue
                yield one
                inner = list(one.values())
            elif isinstance(one, pikepdf.Array) and b"<<" in one.unparse():
                inner = list(one)
            else:
                continue
            pending += [each for each in inner if _direct_container(each)]


def _direct_container(one: object) -> bool:
    import pikepdf

    return isinstance(one, pikepdf.Dictionary | pikepdf.Array) and not one.is_indirect


def _font(dictionary: "pikepdf.Dictionary", path: str) -> Iterator[Finding]:
    # A Type 0 font is a cover for another one; a Type 3 font is drawn in the file itself.
    if dictionary.get("/Type") != "/Font" or dictionary.get("/Subtype") in ("/Type0", "/Type3"):
        return
    descriptor = _dictionary(dictionary.get("/FontDescriptor"))
    if not any(key in descriptor for key in _FONT_FILES):
        yield error("fonts", f"the font {dictionary.get('/BaseFont')} is not in the file", path)


def _activity(dictionary: "pikepdf.Dictionary", path: str) -> Iterator[Finding]:
    action = str(dictionary.get("/S", ""))
    if (action in _ALL_ACTIONS and action not in _ACTIONS) or "/JS" in dictionary:
        yield error("active", f"the file holds an action {action or '/JavaScript'}", path)
    if "/AA" in dictionary:
        yield error("active", "the file holds an action that starts by itself", path)
    if "/EF" in dictionary or dictionary.get("/Type") == "/EmbeddedFile":
        yield error("active", "another file is embedded", path)
    if (kind := str(dictionary.get("/Subtype", ""))) in _ANNOTATIONS:
        yield error("active", f"the file holds an annotation {kind}", path)
    address = dictionary.get("/URI") if action == "/URI" else None
    if address is not None and not str(address).lower().startswith(_SCHEMES):
        yield error("active", f"a link may not lead to {str(address)[:80]}", path)


def _dictionary(value: object) -> "pikepdf.Dictionary":
    import pikepdf

    return value if isinstance(value, pikepdf.Dictionary) else pikepdf.Dictionary()
