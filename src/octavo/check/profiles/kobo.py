"""Kobo, by Rakuten Kobo's ePub Guidelines: the README of github.com/kobolabs/epub-spec.

The sections: Image Formatting, Cover Images, Table of Contents, OPF, CSS, Supported Fonts,
JavaScript Support, Tables, Limitations and Maximums.
"""

import re
from collections import Counter
from collections.abc import Iterator

from octavo.check.markup import local
from octavo.check.profiles.ebook import MB, Ebook, Fault, at, elements, fonts, length
from octavo.check.profiles.style import Declaration, StyleRule
from octavo.model import Place

_NAME = re.compile(r"[A-Za-z0-9._/-]+")
_BACKGROUNDS = {"background", "background-color"}
_NO_COLOUR = {"inherit", "initial", "transparent", "none", "unset", "0"}


def _cover(ebook: Ebook) -> Iterator[Fault]:
    cover = ebook.cover
    if cover is None:
        yield Fault("warning", "no image of pixels is named as the cover")
        return
    if cover.picture.kind == "GIF":
        yield Fault("error", "the cover is a GIF, which Kobo does not take", Place(cover.name))
    if cover.size > 3 * MB:
        yield Fault("warning", "the cover is larger than 3 MB", Place(cover.name))


def _images(ebook: Ebook) -> Iterator[Fault]:
    for image in ebook.images:
        if image.size > 5 * MB:
            yield Fault("warning", "the image is larger than 5 MB", Place(image.name))
        if image.picture.mode == "CMYK":
            yield Fault("warning", "the image is CMYK, and has to be RGB", Place(image.name))


def _contents(ebook: Ebook) -> Iterator[Fault]:
    if ebook.depth > 3:
        message = f"the contents have {ebook.depth} levels, and Kobo shows three of them at most"
        yield Fault("warning", message)


def _names(ebook: Ebook) -> Iterator[Fault]:
    for item in ebook.items:
        if not _NAME.fullmatch(item.name):
            message = "the name holds more than letters, digits, dots and hyphens"
            yield Fault("warning", message, Place(item.name))


def _fonts(ebook: Ebook) -> Iterator[Fault]:
    for name, kind in fonts(ebook):
        if kind == "woff2":
            yield Fault("warning", "Kobo takes TTF, OTF and WOFF 1.0, no WOFF2", Place(name))


def _style(ebook: Ebook) -> Iterator[Fault]:
    for rule in ebook.rules:
        for one in rule.declarations:
            if not rule.themed and (said := _advised_against(one, rule)):
                yield Fault("warning", said, at(rule, one.line))


def _advised_against(one: Declaration, rule: StyleRule) -> str | None:
    if one.property in _BACKGROUNDS and one.value not in _NO_COLOUR:
        return f"{one.property} makes text hard to read at night and in sepia"
    if "div" in rule.selectors:
        return f"{one.property} for every div touches those that Kobo puts in"
    if one.property.startswith("margin") and any(
        size and size[1] == "em" and size[0] > 2
        for size in map(length, _sides(one.property, one.value.split()))
    ):
        return f"{one.property}: {one.value} leaves few words on a line in large type"
    if one.property in {"width", "height"} and "img" in rule.subjects and "px" in one.value:
        return f"the {one.property} of images is in pixels, and has to be in percent"
    return None


def _sides(name: str, parts: list[str]) -> list[str]:
    """Give what a margin says of left and right; those above and below narrow no line."""
    if name == "margin":
        return [parts[min(1, len(parts) - 1)], parts[-1 if len(parts) == 4 else 0]][
            : 1 + (len(parts) == 4)
        ]
    return parts if name in {"margin-left", "margin-right"} else []


def _inline(ebook: Ebook) -> Iterator[Fault]:
    first = {rule.name: rule for rule in reversed(ebook.styled)}
    counts = Counter(rule.name for rule in ebook.styled)
    for name, rule in first.items():
        line = rule.declarations[0].line if rule.declarations else None
        message = f"{counts[name]} style attributes, which may not be shown as they are meant"
        yield Fault("warning", message, Place(name, line))


def _scripts(ebook: Ebook) -> Iterator[Fault]:
    for _, place in elements(ebook, frozenset({"script"})):
        yield Fault("warning", "Kobo's devices run no interactive scripts", place)


def _tables(ebook: Ebook) -> Iterator[Fault]:
    for name, root in ebook.documents():
        for table in root.iter("{*}table"):
            rows = table.iter("{*}tr")
            widest = max(
                (sum(local(cell.tag) in {"td", "th"} for cell in row) for row in rows), default=0
            )
            if widest > 4:
                message = f"a table of {widest} columns may be unreadable on a small screen"
                yield Fault("info", message, Place(name, table.sourceline))


def _sizes(ebook: Ebook) -> Iterator[Fault]:
    if ebook.size > 1000 * MB:
        yield Fault("warning", "the book is larger than 1 GB", Place(ebook.name))
    for name, images in ebook.shown():
        if sum(image.size for image in images) > 10 * MB:
            yield Fault("warning", "the images of this file are larger than 10 MB", Place(name))


RULES = (
    _cover,
    _images,
    _contents,
    _names,
    _fonts,
    _style,
    _inline,
    _scripts,
    _tables,
    _sizes,
)
