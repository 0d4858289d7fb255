"""An EPUB as the makers' rules look at it: style, images, fonts, contents, sizes."""

import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from octavo.check.archive import MAX_ENTRIES, read_archive
from octavo.check.markup import local, parse
from octavo.check.package import CSS, NCX, XHTML, Item, Package, read_package, resolve
from octavo.check.profiles.style import StyleRule, declarations, style_rules
from octavo.images import Picture, measure
from octavo.model import Finding, Place, Severity

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

MB = 1_000_000  # bytes
_HEAD = 1 << 20  # bytes of an image: its size stands in the first of them
_EPUB_TYPE = "{http://www.idpf.org/2007/ops}type"
_LENGTH = re.compile(r"(-?[\d.]+)(em|rem|px|pt|%)?")


@dataclass(frozen=True, slots=True)
class Fault:
    """What breaks a rule."""

    severity: Severity
    message: str
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class Image:
    """A picture made of pixels."""

    name: str
    size: int  # bytes
    picture: Picture


@dataclass(frozen=True)
class Ebook:
    """What is in an EPUB."""

    name: str  # the file's
    size: int  # bytes, of the whole EPUB
    package: Package
    members: dict[str, bytes]  # markup and style sheets whole
    images: tuple[Image, ...]

    @property
    def items(self) -> tuple[Item, ...]:
        """What the manifest lists."""
        return self.package.items

    @cached_property
    def cover(self) -> Image | None:
        """The image that the package names as the cover, in the manner of EPUB 3 or of EPUB 2."""
        names = [item.name for item in self.items if "cover-image" in item.properties]
        named = [
            meta.get("content")
            for meta in self._of_package("meta")
            if meta.get("name") == "cover" and meta.get("content")
        ]
        names += [item.name for item in self.items if item.id in named]
        return next((image for name in names for image in self.images if image.name == name), None)

    def documents(self) -> Iterator[tuple[str, "Element"]]:
        """Give the XHTML documents that can be parsed, one after the other."""
        for item in self.items:
            if item.media_type == XHTML and item.name in self.members:
                root = parse(self.members[item.name], item.name)
                if not isinstance(root, Finding):
                    yield item.name, root

    @cached_property
    def rules(self) -> tuple[StyleRule, ...]:
        """The rules of all style sheets, and of style elements."""
        found: list[StyleRule] = []
        for item in self.items:
            if item.media_type == CSS and item.name in self.members:
                css = self.members[item.name].decode("utf-8-sig", "replace")
                found += style_rules(css, item.name)
        for name, root in self.documents():
            for element in root.iter("{*}style"):
                found += style_rules(element.text or "", name, element.sourceline or 1)
        return tuple(found)

    @cached_property
    def styled(self) -> tuple[StyleRule, ...]:
        """The style attributes, as rules of the element's name alone."""
        return tuple(
            StyleRule(local(element.tag), declarations(said, element.sourceline), name)
            for name, root in self.documents()
            for element in root.iter("*")
            if (said := element.get("style"))
        )

    @cached_property
    def depth(self) -> int:
        """How many levels the contents have: those of the NCX, or of the navigation."""
        depths = [0]
        for item in self.items:
            root = parse(self.members.get(item.name, b""), item.name)
            if isinstance(root, Finding):
                continue
            if item.media_type == NCX:
                depths += map(_depth, root.iter("{*}navPoint"))
            elif "nav" in item.properties:
                navs = [nav for nav in root.iter("{*}nav") if nav.get(_EPUB_TYPE) == "toc"]
                depths += [_depth(entry) for nav in navs for entry in nav.iter("{*}li")]
        return max(depths)

    def shown(self) -> Iterator[tuple[str, tuple[Image, ...]]]:
        """Give the documents with the images each of them shows."""
        by_name = {image.name: image for image in self.images}
        for name, root in self.documents():
            sources = (element.get("src") for element in root.iter("{*}img"))
            found = {resolve(name, each) for each in sources if each}
            yield name, tuple(by_name[each] for each in sorted(found & by_name.keys()))

    def _of_package(self, tag: str) -> "Iterator[Element]":
        root = parse(self.members[self.package.name], self.package.name)
        if not isinstance(root, Finding):
            yield from root.iter(f"{{*}}{tag}")

    def says(self, property_: str) -> bool:
        """Tell whether a meta element of the package says "true" of a property."""
        return any(
            meta.get("property") == property_ and (meta.text or "").strip() == "true"
            for meta in self._of_package("meta")
        )


def read_ebook(path: Path) -> Ebook | None:
    """Read an EPUB whose container is sound; give None if its package cannot be read."""
    members = read_archive(path).members
    package = read_package(members)
    if not package.items:
        return None
    return Ebook(path.name, path.stat().st_size, package, members, tuple(_images(path, package)))


def at(rule: StyleRule, line: int | None) -> Place:
    """Give the place of a declaration."""
    return Place(rule.name, line)


def length(value: str) -> tuple[float, str] | None:
    """Read a length: 0.3em is (0.3, "em")."""
    found = _LENGTH.fullmatch(value)
    try:
        return (float(found[1]), found[2] or "") if found else None
    except ValueError:
        return None


def elements(ebook: Ebook, names: frozenset[str]) -> Iterator[tuple[str, Place]]:
    """Find elements by their names."""
    for name, root in ebook.documents():
        for element in root.iter("*"):
            if (found := local(element.tag)) in names:
                yield found, Place(name, element.sourceline)


def fonts(ebook: Ebook) -> Iterator[tuple[str, str]]:
    """Give the names and kinds of the fonts: ttf, otf, woff, woff2."""
    kinds = {b"\x00\x01\x00\x00": "ttf", b"true": "ttf", b"OTTO": "otf"}
    kinds |= {b"wOFF": "woff", b"wOF2": "woff2"}
    for item in ebook.items:
        head = ebook.members.get(item.name, b"")[:4]
        if head in kinds:
            yield item.name, kinds[head]


def _images(path: Path, package: Package) -> Iterator[Image]:
    wanted = {item.name for item in package.items if item.media_type.startswith("image/")}
    with zipfile.ZipFile(path) as archive:
        for entry in archive.infolist()[:MAX_ENTRIES]:
            if entry.filename in wanted:
                with archive.open(entry) as file:
                    picture = measure(file.read(_HEAD))
                if picture is not None:
                    yield Image(entry.filename, entry.file_size, picture)


def _depth(entry: "Element") -> int:
    return 1 + len(list(entry.iterancestors(str(entry.tag))))
