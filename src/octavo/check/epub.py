"""The fast checks of an EPUB: whole, well-formed, every link resolved, nothing active in it."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote

from octavo.check.archive import read_archive
from octavo.check.findings import error
from octavo.check.markup import (
    Reference,
    activity,
    identifiers,
    local,
    parse,
    readable,
    references,
    stylesheet,
)
from octavo.check.package import CSS, NCX, SVG, XHTML, Item, Package, read_package, resolve
from octavo.model import Finding

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

_EPUB_TYPE = "{http://www.idpf.org/2007/ops}type"
_SPECIAL = {"svg": "svg", "math": "mathml"}  # element → the property its item has to have


@dataclass(frozen=True, slots=True)
class _Document:
    """What is kept of a file of the EPUB once it was parsed."""

    ids: frozenset[str] | None  # None: it has none to be looked up, or could not be parsed
    references: tuple[Reference, ...]
    findings: tuple[Finding, ...]


def check_epub(path: Path) -> tuple[Finding, ...]:
    """Check an EPUB in one pass over its bytes."""
    archive = read_archive(path)
    if not archive.members:
        return archive.findings
    package = read_package(archive.members)
    documents = {
        item.name: _document(item, archive.members[item.name])
        for item in package.items
        if item.name in archive.members and item.media_type in {XHTML, NCX, SVG, CSS}
    }
    return (
        *archive.findings,
        *package.findings,
        *(finding for document in documents.values() for finding in document.findings),
        *_links(package, documents),
    )


def _document(item: Item, data: bytes) -> _Document:
    if item.media_type == CSS:
        try:
            found = tuple(stylesheet(data.decode("utf-8-sig"), item.name))
        except UnicodeDecodeError:
            found = (error("well-formed", "the style sheet is no UTF-8", item.name),)
        return _sorted_out(None, found)
    root = parse(data, item.name)
    if isinstance(root, Finding):
        return _Document(None, (), (root,))
    ids, doubled = identifiers(root, item.name)
    found = (*doubled, *activity(root, item.name), *references(root, item.name))
    if item.media_type == XHTML:
        found = (*found, *readable(root, item.name), *_properties(root, item))
    return _sorted_out(ids, found)


def _sorted_out(ids: frozenset[str] | None, found: tuple[Reference | Finding, ...]) -> _Document:
    leading = tuple(one for one in found if isinstance(one, Reference))
    return _Document(ids, leading, tuple(one for one in found if isinstance(one, Finding)))


def _properties(root: "Element", item: Item) -> Iterator[Finding]:
    """Compare the manifest's properties with the document (EPUB 3.3, appendix C.2)."""
    if local(root.tag) != "html" or not str(root.tag).startswith("{http://www.w3.org/1999/xhtml}"):
        yield error("well-formed", "the document is no XHTML", item.name, root.sourceline)
    names = {local(element.tag) for element in root.iter("*")}
    for element, property_ in _SPECIAL.items():
        if (element in names) != (property_ in item.properties):
            verb = "lacks" if element in names else "has"
            message = f"its line in the manifest wrongly {verb} the property {property_}"
            yield error("manifest", message, item.name, item.line)
    if "nav" in item.properties:
        navs = [one for one in root.iter("*") if local(one.tag) == "nav"]
        tocs = [one for one in navs if "toc" in one.get(_EPUB_TYPE, "").split()]
        if len(tocs) != 1 or next(tocs[0].iter("{*}a"), None) is None:
            message = "the navigation has to have one table of contents with entries"
            yield error("navigation", message, item.name)


def _links(package: Package, documents: dict[str, _Document]) -> Iterator[Finding]:
    kinds = {item.name: item.media_type for item in package.items}
    for name, document in documents.items():
        for reference in document.references:
            fault = _link_fault(reference, name, package.spine, kinds, documents)
            if fault:
                yield error("links", f"{fault}: {reference.address}", name, reference.line)


def _link_fault(
    reference: Reference,
    name: str,
    spine: frozenset[str],
    kinds: dict[str, str],
    documents: dict[str, _Document],
) -> str | None:
    address, mark, fragment = reference.address.partition("#")
    target = resolve(name, address)
    if target.startswith(("/", "..")) or "\\" in address:
        return "the address leads out of the EPUB"
    if any(character in address for character in " ?"):
        return "the address holds a blank or a query"
    if target not in kinds:
        return "the address leads to no file"
    known = documents[target].ids if target in documents else None
    if mark and known is not None and unquote(fragment) not in known:
        return "the address leads to no id"
    if reference.link and target not in spine and kinds[name] != NCX:
        return "the link leads to a file that is not in the spine"
    return None
