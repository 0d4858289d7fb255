"""The fast checks of the HTML edition: one page that needs nothing but itself."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote

from octavo.check.findings import error, warning
from octavo.check.markup import Reference, activity, identifiers, local, readable, references
from octavo.model import Finding

if TYPE_CHECKING:
    from lxml.etree import _Element as Element


def check_html(path: Path) -> tuple[Finding, ...]:
    """Check a self-contained page."""
    root = _parse(path)
    if isinstance(root, Finding):
        return (root,)
    ids, doubled = identifiers(root, path.name)
    return (
        *doubled,
        *activity(root, path.name),
        *readable(root, path.name),
        *_headings(root, path.name),
        *_links(root, ids, path.name),
    )


def _parse(path: Path) -> "Element | Finding":
    from lxml import etree

    data = path.read_bytes()
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as fault:
        line = data.count(b"\n", 0, fault.start) + 1
        return error("well-formed", "the page is no UTF-8", path.name, line)
    # A picture is one attribute of many MB: without huge_tree the parser stops at 10.
    parser = etree.HTMLParser(encoding="utf-8", no_network=True, huge_tree=True)
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as fault:
        return error("well-formed", f"the page cannot be parsed: {fault.msg}", path.name)
    if root is None or root.find("body") is None:
        return error("well-formed", "the page is empty", path.name)
    return root


def _headings(root: "Element", path: str) -> Iterator[Finding]:
    count = sum(local(element.tag) == "h1" for element in root.iter("*"))
    if count != 1:
        yield warning("readable", f"the page has {count} headings <h1> instead of one", path)


def _links(root: "Element", ids: frozenset[str], path: str) -> Iterator[Finding]:
    for reference in references(root, path):
        if isinstance(reference, Finding):
            yield reference
        elif (fault := _fault(reference, ids)) is not None:
            yield error("links", f"{fault}: {reference.address}", path, reference.line)


def _fault(reference: Reference, ids: frozenset[str]) -> str | None:
    if not reference.address.startswith("#"):
        return "the address leads to a file beside the page"
    if unquote(reference.address[1:]) not in ids:
        return "the address leads to no id"
    return None
