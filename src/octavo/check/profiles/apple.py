"""Apple Books, by the Apple Books Asset Guide, at help.apple.com/itc/booksassetguide.

The sections: Images (itca71ad3c33), Presentation and Styling (itc04314e64a), Fonts Overview
(itc74d42b31e), Defining Book Layout Metadata (itc2cf4d26eb), Book Cover Art; and Prepare your book,
at itunespartner.apple.com/books (sizes of files).
"""

from collections.abc import Iterator

from octavo.check.markup import local
from octavo.check.profiles.ebook import MB, Ebook, Fault, at, fonts
from octavo.model import Place

_MOST_PIXELS = 5_600_000
_OPTIONS = "META-INF/com.apple.ibooks.display-options.xml"
_COLOURS = {"color", "background", "background-color"}
_NO_COLOUR = {"inherit", "initial", "transparent", "currentcolor", "none", "unset"}
_THEMED = "ibooks-dark-theme-use-custom-text-color"


def _cover(ebook: Ebook) -> Iterator[Fault]:
    cover = ebook.cover
    if cover is None:
        yield Fault("warning", "no image of pixels is named as the cover")
    elif min(cover.picture.width, cover.picture.height) < 1400:
        size = f"the cover has {cover.picture.width} × {cover.picture.height} pixels"
        yield Fault(
            "warning", f"{size}, and has to have 1,400 on its shorter side", Place(cover.name)
        )


def _images(ebook: Ebook) -> Iterator[Fault]:
    for image in ebook.images:
        picture, place = image.picture, Place(image.name)
        if picture.width * picture.height > _MOST_PIXELS:
            message = f"the image has {picture.width * picture.height:,} pixels"
            yield Fault("error", f"{message}, and may have 5.6 million", place)
        if picture.kind not in {"JPEG", "PNG"}:
            yield Fault("warning", f"the image is a {picture.kind}, not JPEG or PNG", place)
        if picture.mode == "CMYK":
            yield Fault("error", "the image is CMYK, and has to be RGB", place)


def _wrapped(ebook: Ebook) -> Iterator[Fault]:
    for name, root in ebook.documents():
        for element in root.iter("{http://www.w3.org/2000/svg}image"):
            message = "the image is wrapped in SVG, and has to be an <img>"
            yield Fault("warning", message, Place(name, element.sourceline))


def _colours(ebook: Ebook) -> Iterator[Fault]:
    for rule in (*ebook.rules, *ebook.styled):
        if rule.themed or _THEMED in rule.selector:
            continue
        for one in rule.declarations:
            if one.property in _COLOURS and one.value not in _NO_COLOUR:
                message = f"{one.property}: {one.value} is fixed, and stays so in dark themes"
                yield Fault("warning", message, at(rule, one.line))


def _fonts(ebook: Ebook) -> Iterator[Fault]:
    if next(fonts(ebook), None) is None or ebook.says("ibooks:specified-fonts"):
        return
    if b"specified-fonts" not in ebook.members.get(_OPTIONS, b""):
        message = "fonts are embedded, but ibooks:specified-fonts is not set to true"
        yield Fault("warning", message, Place(ebook.package.name))


def _breaks(ebook: Ebook) -> Iterator[Fault]:
    for rule in ebook.rules:
        for one in rule.declarations:
            before = one.property == "page-break-before" and one.value == "always"
            if before and any(local(subject)[:1] == "h" for subject in rule.subjects):
                message = "a break after a chapter costs less time than one before its heading"
                yield Fault("info", message, at(rule, one.line))


def _size(ebook: Ebook) -> Iterator[Fault]:
    if ebook.size > 2000 * MB:
        yield Fault("error", "the book is larger than 2 GB", Place(ebook.name))
    elif ebook.size > 1000 * MB:
        yield Fault("warning", "the book is larger than 1 GB", Place(ebook.name))


RULES = (_cover, _images, _wrapped, _colours, _fonts, _breaks, _size)
