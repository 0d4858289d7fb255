"""The fast checks of the HTML edition: one page that needs nothing but itself.

The scripts of the page are those that its own policy names by their hashes: what came in with the
text is none of them, and would not run.
"""

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
    root = parse_page(path)
    if isinstance(root, Finding):
        return (root,)
    ids, found = within(root, path.name)
    return (*found, *_links(root, ids, path.name))


def within(root: "Element", path: str) -> tuple[frozenset[str], tuple[Finding, ...]]:
    """Give the ids of a page, and what is wrong in it but for its links."""
    ids, doubled = identifiers(root, path)
    found = (
        *doubled,
        *activity(root, path, _known_scripts(root)),
        *readable(root, path),
        *_headings(root, path),
    )
    return ids, found


def _known_scripts(root: "Element") -> frozenset[str]:
    policies = [
        meta.get("content", "")
        for meta in root.iterfind("head/meta")
        if meta.get("http-equiv", "").lower() == "content-security-policy"
    ]
    scripts = [
        directive.split()[1:]
        for policy in policies
        for directive in policy.split(";")
        if directive.split()[:1] == ["script-src"]
    ]
    if not scripts or any("'unsafe-inline'" in sources for sources in scripts):
        return frozenset()
    return frozenset.intersection(*map(frozenset, scripts))


def parse_page(path: Path) -> "Element | Finding":
    """Parse a page as a browser would; give what is wrong if that is not possible."""
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
    except etree.XMLSyntaxError as refusal:
        return error("well-formed", f"the page cannot be parsed: {refusal.msg}", path.name)
    # It gives what it has read so far when it has to stop: what follows would go unchecked.
    for entry in parser.error_log:
        if entry.level == etree.ErrorLevels.FATAL:
            return error("well-formed", entry.message, path.name, entry.line)
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
