"""The package document of an EPUB: metadata, manifest and spine (EPUB 3.3, section 5)."""

import posixpath
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TYPE_CHECKING
from urllib.parse import unquote

from octavo.check.findings import error
from octavo.check.markup import identifiers, parse
from octavo.model import Finding

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

CONTAINER = "META-INF/container.xml"
XHTML = "application/xhtml+xml"
NCX = "application/x-dtbncx+xml"
SVG = "image/svg+xml"
CSS = "text/css"

_FONT_TTF = (b"\x00\x01\x00\x00", b"true")
# Media type → the ends its name may have, and the bytes it may begin with.
_KINDS: dict[str, tuple[tuple[str, ...], tuple[bytes, ...]]] = {
    XHTML: ((".xhtml", ".html", ".htm"), ()),
    NCX: ((".ncx",), ()),
    SVG: ((".svg",), ()),
    CSS: ((".css",), ()),
    "image/png": ((".png",), (b"\x89PNG\r\n\x1a\n",)),
    "image/jpeg": ((".jpg", ".jpeg"), (b"\xff\xd8\xff",)),
    "image/gif": ((".gif",), (b"GIF87a", b"GIF89a")),
    "image/webp": ((".webp",), (b"RIFF",)),
    "font/ttf": ((".ttf",), _FONT_TTF),
    "font/otf": ((".otf",), (b"OTTO", *_FONT_TTF)),
    "font/woff": ((".woff",), (b"wOFF",)),
    "font/woff2": ((".woff2",), (b"wOF2",)),
    "application/font-sfnt": ((".ttf", ".otf"), (b"OTTO", *_FONT_TTF)),
    "application/vnd.ms-opentype": ((".ttf", ".otf"), (b"OTTO", *_FONT_TTF)),
}
_CONTAINER_NS = {"c": "urn:oasis:names:tc:opendocument:xmlns:container"}
_OPF = {"o": "http://www.idpf.org/2007/opf", "dc": "http://purl.org/dc/elements/1.1/"}
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")


@dataclass(frozen=True, slots=True)
class Item:
    """A line of the manifest."""

    id: str
    name: str  # of the file, from the root of the EPUB
    media_type: str
    properties: frozenset[str]
    line: int | None


@dataclass(frozen=True, slots=True)
class Package:
    """What the package document says, and what is wrong with it."""

    name: str
    items: tuple[Item, ...]
    spine: frozenset[str]  # names of files
    findings: tuple[Finding, ...]


def resolve(base: str, address: str) -> str:
    """Give the name of the file that an address without fragment leads to, seen from a file.

    It begins with `..` or `/` if it leads out of the EPUB.
    """
    if not address:
        return base
    return posixpath.normpath(posixpath.join(posixpath.dirname(base), unquote(address)))


def read_package(members: dict[str, bytes]) -> Package:
    """Find, parse and judge the package document."""
    name = _package_name(members)
    if isinstance(name, Finding):
        return Package("", (), frozenset(), (name,))
    root = parse(members[name], name)
    if isinstance(root, Finding):
        return Package(name, (), frozenset(), (root,))
    items = tuple(_items(root, name))
    by_id = {item.id: item.name for item in items}
    itemrefs = root.findall("o:spine/o:itemref", _OPF)
    spine = frozenset(by_id.get(ref.get("idref", ""), "") for ref in itemrefs) - {""}
    findings = (
        *identifiers(root, name)[1],
        *_metadata(root, name),
        *_manifest(items, members, name),
        *_spine(root, by_id, name),
    )
    return Package(name, items, spine, findings)


def _package_name(members: dict[str, bytes]) -> str | Finding:
    if CONTAINER not in members:
        return error("container", f"there is no {CONTAINER}", CONTAINER)
    root = parse(members[CONTAINER], CONTAINER)
    if isinstance(root, Finding):
        return root
    rootfile = root.find("c:rootfiles/c:rootfile", _CONTAINER_NS)
    if rootfile is None or rootfile.get("media-type") != "application/oebps-package+xml":
        return error("container", "it names no package document", CONTAINER)
    name = rootfile.get("full-path", "")
    if name not in members:
        return error("container", f"there is no package document {name}", CONTAINER)
    return name


def _items(root: "Element", package: str) -> Iterator[Item]:
    for element in root.findall("o:manifest/o:item", _OPF):
        yield Item(
            element.get("id", ""),
            resolve(package, element.get("href", "")),
            element.get("media-type", ""),
            frozenset(element.get("properties", "").split()),
            element.sourceline,
        )


def _metadata(root: "Element", name: str) -> Iterator[Finding]:
    for wanted in ("title", "language", "identifier"):
        found = root.findall(f"o:metadata/dc:{wanted}", _OPF)
        if not found or not all((one.text or "").strip() for one in found):
            yield error("package", f"dc:{wanted} is missing or empty", name)
    unique = root.get("unique-identifier", "")
    named = [one.get("id") for one in root.findall("o:metadata/dc:identifier", _OPF)]
    if unique not in named:
        yield error("package", f"unique-identifier names no dc:identifier: {unique}", name)
    metas = root.findall("o:metadata/o:meta", _OPF)
    moments = [m.text or "" for m in metas if m.get("property") == "dcterms:modified"]
    if len(moments) != 1 or not _MOMENT.fullmatch(moments[0].strip()):
        yield error(
            "package", "dcterms:modified has to be there once, as 2026-01-31T00:00:00Z", name
        )
    ids = {element.get("id") for element in root.iter("*")}
    for element in metas:
        refined = element.get("refines", "")
        if refined.startswith("#") and refined[1:] not in ids:
            yield error("package", f"{refined} is refined but not there", name, element.sourceline)


def _manifest(items: tuple[Item, ...], members: dict[str, bytes], name: str) -> Iterator[Finding]:
    counts = Counter(item.name for item in items)
    for item in items:
        if counts[item.name] > 1:
            yield error("manifest", f"{item.name} is listed twice", name, item.line)
        if item.name.startswith(("/", "..")):
            yield error("manifest", f"{item.name} leads out of the EPUB", name, item.line)
        elif item.name not in members:
            yield error("manifest", f"{item.name} is listed but not there", name, item.line)
        else:
            yield from _media_type(item, members[item.name], name)
    unlisted = sorted(set(members) - set(counts) - {"mimetype", name})
    for member in unlisted:
        if not member.startswith("META-INF/"):
            yield error("manifest", "the file is not listed in the manifest", member)
    if sum("nav" in item.properties for item in items) != 1:
        yield error("manifest", "one item has to have the property nav", name)


def _media_type(item: Item, head: bytes, name: str) -> Iterator[Finding]:
    if item.media_type not in _KINDS:
        message = f"not every reader knows the media type {item.media_type} of {item.name}"
        yield error("media", message, name, item.line)
        return
    suffixes, beginnings = _KINDS[item.media_type]
    right = PurePosixPath(item.name).suffix.lower() in suffixes
    if not right or not head.startswith(beginnings or b""):
        yield error("manifest", f"{item.name} is no {item.media_type}", name, item.line)


def _spine(root: "Element", by_id: dict[str, str], name: str) -> Iterator[Finding]:
    spine = root.find("o:spine", _OPF)
    itemrefs = root.findall("o:spine/o:itemref", _OPF)
    if spine is None or not itemrefs:
        yield error("spine", "the spine is empty", name)
    elif (toc := spine.get("toc")) is not None and toc not in by_id:
        yield error("spine", f"toc names no item: {toc}", name, spine.sourceline)
    idrefs = Counter(ref.get("idref", "") for ref in itemrefs)
    for ref in itemrefs:
        idref = ref.get("idref", "")
        if idref not in by_id:
            yield error("spine", f"idref names no item: {idref}", name, ref.sourceline)
        elif idrefs[idref] > 1:
            yield error("spine", f"{idref} is in the spine twice", name, ref.sourceline)
