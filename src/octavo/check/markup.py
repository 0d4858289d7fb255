"""What XHTML, HTML, SVG and the EPUB's own XML have in common: ids, addresses, and what is active.

It works on a tree of lxml, with names compared without prefix and case, so that the same rules
hold for both of its parsers.
"""

import base64
import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from lxml import etree

from octavo.check.findings import error, warning
from octavo.check.stylesheet import Address, addresses
from octavo.model import Finding

_ADDRESSES = {
    "action",
    "background",
    "cite",
    "data",
    "formaction",
    "href",
    "icon",
    "longdesc",
    "manifest",
    "ping",
    "poster",
    "src",
}
_LINKS = {"a", "area"}  # followed when the reader asks for it, not loaded with the page
_NOT_LOADED = {"canonical", "license"}  # <link rel> that only states a fact
_ACTIVE = {
    "applet",
    "base",
    "embed",
    "frame",
    "frameset",
    "handler",
    "iframe",
    "listener",
    "object",
    "script",
}
_ANIMATION = {"animate", "set"}  # SVG: they can turn a harmless href into a script
_STYLES = {
    "clip-path",
    "cursor",
    "fill",
    "filter",
    "marker",
    "marker-end",
    "marker-mid",
    "marker-start",
    "mask",
    "stroke",
    "style",
}
_BLANK = "".join(map(chr, range(0x21)))
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):")
_ALLOWED_LINKS = {"http", "https", "mailto"}
_REMOTE = {"http", "https", "ftp", "//"}
_ALLOWED_DATA = ("image/", "font/", "application/font", "application/vnd.ms-opentype", "text/css")
_CANDIDATE = re.compile(r"([^\s,]\S*)(?:\s[^,]*)?")  # of a srcset: address and descriptor


@dataclass(frozen=True, slots=True)
class Reference:
    """An address inside the book, with its place."""

    address: str  # relative, or a fragment alone; never empty
    line: int | None
    link: bool  # a reader follows it; otherwise it is loaded with the document


def parse(data: bytes, path: str) -> "etree._Element | Finding":
    """Parse a part of an EPUB; give what is wrong if it is not well-formed.

    Nothing is loaded and no entity is expanded. A document type that declares anything is refused:
    reading systems need not know it (EPUB 3.3, section 2.1).
    """
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as fault:
        return error("well-formed", f"this is no well-formed XML: {fault.msg}", path, fault.lineno)
    declared = root.getroottree().docinfo.internalDTD
    if declared is not None and (any(declared.iterentities()) or any(declared.iterelements())):
        return error("well-formed", "the document type has an internal subset", path, 1)
    return root


def local(name: object) -> str:
    """Give an element's or attribute's name without prefix, in lower case; "" for a comment."""
    return _local(name) if isinstance(name, str) else ""


@lru_cache(maxsize=512)  # there are few names, and each is asked for again and again
def _local(name: str) -> str:
    return name.rpartition("}")[2].rpartition(":")[2].lower()


def identifiers(root: "etree._Element", path: str) -> tuple[frozenset[str], tuple[Finding, ...]]:
    """Give the ids of a document, and a finding for each that is empty, broken or used twice."""
    seen: set[str] = set()
    findings = []
    for element in root.iter("*"):
        for name, value in element.items():
            if local(name) != "id":
                continue
            if value in seen:
                findings.append(_id_fault(f"the id “{value}” is used twice", path, element))
            if not value or re.search(r"\s", value):
                findings.append(_id_fault(f"“{value}” is no id", path, element))
            seen.add(value)
    return frozenset(seen), tuple(findings)


def activity(
    root: "etree._Element", path: str, known: frozenset[str] = frozenset()
) -> Iterator[Finding]:
    """Report what could run or load something by itself: scripts, frames, event attributes.

    Args:
        root: of the document.
        path: its name.
        known: the hashes of scripts that may be in it, as a Content-Security-Policy writes them.
    """
    for instruction in root.itersiblings(preceding=True):
        if isinstance(instruction, etree._ProcessingInstruction):
            yield error("active", f"a processing instruction: {instruction.target}", path)
    for element in root.iter("*"):
        name = local(element.tag)
        if name in _ACTIVE and not (name == "script" and _hash_of(element) in known):
            yield error("active", f"<{name}> has no place in a book", path, element.sourceline)
        if name == "meta" and element.get("http-equiv", "").lower() == "refresh":
            yield error("active", "the page reloads itself", path, element.sourceline)
        target = element.get("attributeName", element.get("attributename", ""))
        if local(target) == "href" and name in _ANIMATION:
            yield error("active", "an animation changes an address", path, element.sourceline)
        for key, _ in element.items():
            if local(key).startswith("on"):
                message = f"the attribute {key} runs a script"
                yield error("active", message, path, element.sourceline)
            elif local(key) == "base":
                yield error("active", "xml:base moves every address", path, element.sourceline)


def _hash_of(script: "etree._Element") -> str:
    """Give the hash of a script that stands in the page; "" for one that is loaded."""
    if "src" in script.attrib:
        return ""
    digest = hashlib.sha256((script.text or "").encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"


def references(root: "etree._Element", path: str) -> Iterator[Reference | Finding]:
    """Give every address that leads into the book, and a finding for each that may not be there."""
    for element in root.iter("*"):
        name, line = local(element.tag), element.sourceline
        link = name in _LINKS or (name == "link" and element.get("rel", "").lower() in _NOT_LOADED)
        for key, value in element.items():
            attribute = local(key)
            if attribute in _ADDRESSES:
                yield from _judge(Reference(value, line, link or attribute == "cite"), path)
            elif attribute == "srcset":
                for candidate in _CANDIDATE.findall(value):
                    yield from _judge(Reference(candidate.rstrip(","), line, False), path)
            elif attribute in _STYLES:
                yield from stylesheet(value, path, line)
        if name == "style" and element.text:
            yield from stylesheet(element.text, path, line)


def stylesheet(css: str, path: str, first: int | None = 1) -> Iterator[Reference | Finding]:
    """Do for a style sheet what `references` does for a document; it begins in line `first`."""
    for address in _addresses(css) if len(css) > _LONG else addresses(css):
        line = None if first is None else first + address.line - 1
        yield from _judge(Reference(address.text, line, False), path)


_LONG = 1000  # characters: the style of a book, not that of an element


@lru_cache(maxsize=8)  # many a book has the style of the one before
def _addresses(css: str) -> tuple[Address, ...]:
    return tuple(addresses(css))


def readable(root: "etree._Element", path: str) -> Iterator[Finding]:
    """Report what a screen reader or a catalogue would miss: title, language, alternative texts."""
    title = next((one for one in root.iter("*") if local(one.tag) == "title"), None)
    if title is None or not (title.text or "").strip():
        yield error("readable", "the page has no title", path, root.sourceline)
    if not any(local(key) == "lang" and value for key, value in root.items()):
        yield warning("readable", "the page does not name its language", path, root.sourceline)
    for element in root.iter("*"):
        if local(element.tag) == "img" and element.get("alt") is None:
            yield warning("readable", "an image has no alt attribute", path, element.sourceline)


def _id_fault(message: str, path: str, element: "etree._Element") -> Finding:
    return error("ids", message, path, element.sourceline)


def _judge(reference: Reference, path: str) -> Iterator[Reference | Finding]:
    # As a browser reads it (URL Standard, basic URL parser): `java\nscript:` is a script.
    address = re.sub(r"[\t\n\r]", "", reference.address).strip(_BLANK)
    line, shown = reference.line, address if len(address) <= 80 else address[:79] + "…"
    scheme = _scheme(address)
    if not address:
        yield error("links", "an address is empty", path, line)
    elif not scheme:
        yield Reference(address, line, reference.link)
    elif scheme in _REMOTE and not (reference.link and scheme in _ALLOWED_LINKS):
        yield error("remote", f"this leads out of the book: {shown}", path, line)
    elif not (scheme in _ALLOWED_LINKS if reference.link else _part_of_the_page(address)):
        yield error("active", f"an address of this kind may not be in a book: {shown}", path, line)


def _scheme(address: str) -> str:
    if address.replace("\\", "/").startswith("//"):
        return "//"
    found = _SCHEME.match(address)
    return found[1].lower() if found else ""


def _part_of_the_page(address: str) -> bool:
    scheme, _, rest = address.partition(":")
    return scheme.lower() == "data" and rest[:80].lstrip().lower().startswith(_ALLOWED_DATA)
