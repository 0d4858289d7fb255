"""Kindle, by Amazon's Kindle Publishing Guidelines, as kdp.amazon.com publishes them.

The pages, by the last part of their address below kdp.amazon.com/help/topic: Cover Image Guidelines
(G6GTK3T3NUHKLEFX), Navigation Guidelines (GY3AD8C6C6GAG42N: two levels, as version 2019.2 says in
5.2), HTML and CSS Guidelines (GP2Z9DD4F2N4QKCY), Text Guidelines (GH4DRT75GWWAGBTU), Image
Guidelines (G75V4YX5X8GRGXWV), Save Your Manuscript File (GYEKAVKMSE23PFTM: 650 MB). That an image
may have 5 MB was said in version 2014.1, which is the last to name a number. The lists of supported
CSS know neither flexible boxes, grids and variables nor, for Enhanced Typesetting, max-width.
"""

import re
from collections.abc import Iterator

from octavo.check.profiles.ebook import MB, Ebook, Fault, at, elements, fonts, length
from octavo.check.profiles.style import Declaration, StyleRule
from octavo.model import Place

_KINDS = {"GIF", "BMP", "JPEG", "PNG"}
_LAYOUTS = re.compile(r"\b(?:inline-)?(?:flex|grid)\b")
_LIMITED = {"max-width", "max-height"}
_BODY = {"body", "html", "p", ":root", "*"}
_PLAIN = {"1em", "100%", "1rem", "medium", "normal", "inherit", "initial"}
_COLOURS = {"color", "background", "background-color"}
_NO_COLOUR = {"inherit", "initial", "transparent", "currentcolor", "none", "unset"}
_SIDES = ("margin", "padding")
_ODD = frozenset({"form", "iframe", "frame", "frameset"})


def _cover(ebook: Ebook) -> Iterator[Fault]:
    cover = ebook.cover
    if cover is None:
        yield Fault("warning", "no image of pixels is named as the cover")
        return
    place, picture = Place(cover.name), cover.picture
    least, most = sorted((picture.width, picture.height))
    size = f"the cover has {picture.width} × {picture.height} pixels"
    if picture.kind not in {"JPEG", "PNG"}:
        yield Fault("error", f"the cover is a {picture.kind}, and has to be JPEG or PNG", place)
    if least < 500:
        yield Fault("error", f"{size}: below 500 on a side the shop does not show it", place)
    elif picture.height < 1000 or picture.width < 625:
        yield Fault("error", f"{size}, and has to have at least 625 × 1,000", place)
    elif picture.height < 2560 or picture.width < 1600:
        yield Fault("info", f"{size}; 1,600 × 2,560 are recommended", place)
    if most > 10_000:
        yield Fault("error", f"{size}, and may have at most 10,000 on a side", place)
    if cover.size > 50 * MB:
        yield Fault("error", "the cover is larger than 50 MB", place)


def _contents(ebook: Ebook) -> Iterator[Fault]:
    if ebook.depth > 2:
        yield Fault(
            "warning", f"the contents have {ebook.depth} levels, and Kindle shows two of them"
        )


def _style(ebook: Ebook) -> Iterator[Fault]:
    for rule in (*ebook.rules, *ebook.styled):
        for one in rule.declarations:
            place = at(rule, one.line)
            if one.property == "display" and _LAYOUTS.search(one.value):
                yield Fault("warning", f"Kindle knows no display: {one.value}", place)
            elif one.property.startswith("--") or "var(" in one.value:
                yield Fault("warning", f"Kindle knows no variables: {one.property}", place)
            elif one.property in _LIMITED:
                yield Fault("info", f"{one.property} is not on Kindle's list of properties", place)
            elif _negative(one, rule):
                yield Fault("warning", f"{one.property} is negative, and cuts text off", place)


def _negative(one: Declaration, rule: StyleRule) -> bool:
    """Tell whether text moves out of the page; an indent may be made good for by padding."""
    values = [length(each) for each in one.value.split()]
    below = [size for size in values if size and size[0] < 0]
    if not below:
        return False
    if one.property == "text-indent":
        made_good = [rule.get(f"{side}-left") or rule.get(side) or "" for side in _SIDES]
        sizes = [size for each in made_good for size in map(length, each.split()) if size]
        return not any(size >= -below[0][0] for size, _ in sizes)
    return one.property in {"line-height", "left", "right", "top"} or one.property.startswith(
        "margin"
    )


def _body(ebook: Ebook) -> Iterator[Fault]:
    for rule in ebook.rules:
        if rule.themed or not _BODY & rule.selectors:
            continue
        for one in rule.declarations:
            if _forced(one, rule):
                message = f"{one.property} is forced on the body text, for which readers have"
                yield Fault("warning", f"{message} settings of their own", at(rule, one.line))


def _forced(one: Declaration, rule: StyleRule) -> bool:
    if one.property in {"font-size", "line-height"}:
        return one.value not in _PLAIN
    if one.property in _COLOURS:
        return one.value not in _NO_COLOUR
    return "body" in rule.selectors and _sideways(one)


def _sideways(one: Declaration) -> bool:
    """Tell whether a declaration gives the body a margin or padding at its sides."""
    kind, _, side = one.property.partition("-")
    if kind not in _SIDES:
        return False
    parts = one.value.split()
    if not side:
        parts = [parts[min(index, len(parts) - 1)] for index in (1, 3 if len(parts) > 3 else 1)]
    elif side not in {"left", "right"}:
        return False
    return any(size[0] for each in parts if (size := length(each)))


def _scripts(ebook: Ebook) -> Iterator[Fault]:
    for _, place in elements(ebook, frozenset({"script"})):
        yield Fault("warning", "scripts are taken out when the book is converted", place)
    for name, place in elements(ebook, _ODD):
        yield Fault("warning", f"<{name}> is not fully supported", place)


def _images(ebook: Ebook) -> Iterator[Fault]:
    for image in ebook.images:
        place = Place(image.name)
        if image.picture.kind not in _KINDS:
            yield Fault("error", f"Kindle shows no {image.picture.kind}", place)
        if image.picture.mode == "CMYK":
            yield Fault("warning", "the image is CMYK, and has to be RGB", place)
        if image.size > 5 * MB:
            yield Fault("warning", "the image is larger than 5 MB", place)


def _fonts(ebook: Ebook) -> Iterator[Fault]:
    for name, kind in fonts(ebook):
        if kind not in {"ttf", "otf"}:
            message = f"Kindle takes TrueType and OpenType fonts, no {kind.upper()}"
            yield Fault("warning", message, Place(name))


def _size(ebook: Ebook) -> Iterator[Fault]:
    if ebook.size > 650 * MB:
        yield Fault("error", "the book is larger than 650 MB", Place(ebook.name))


RULES = (_cover, _contents, _style, _body, _scripts, _images, _fonts, _size)
