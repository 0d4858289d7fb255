"""Take in an image: told by its contents, bounded, harmless. Or draw one. The user of Pillow."""

import base64
import binascii
import hashlib
import io
import math
import re
import struct
import unicodedata
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from lxml import etree

from octavo.errors import UnreadableImage
from octavo.images.drawing import draw
from octavo.model import Place, Resource

if TYPE_CHECKING:
    from PIL import Image

MOST_PIXELS = 40_000_000
MOST_BYTES = 50_000_000

_KINDS = {  # Pillow's name: (media type, suffix); all core media types of EPUB 3.3
    "PNG": ("image/png", "png"),
    "JPEG": ("image/jpeg", "jpg"),
    "GIF": ("image/gif", "gif"),
    "WEBP": ("image/webp", "webp"),
}
_HINT = "Use a PNG, JPEG, GIF, WebP or SVG image"
_SVG = "http://www.w3.org/2000/svg"
_XLINK = "http://www.w3.org/1999/xlink"
_XML = "http://www.w3.org/XML/1998/namespace"
_KEPT = frozenset({f"{{{_XLINK}}}href", f"{{{_XML}}}lang", f"{{{_XML}}}space"})
# An SVG is a document: what could run, move, fetch or embed another document goes.
_ACTIVE = frozenset(
    "animate animateColor animateMotion animateTransform audio canvas cursor discard embed"
    " foreignObject handler iframe listener object script set unknown video".split()
)
# What CSS can fetch with; a backslash could spell any of it otherwise.
_EXTERNAL = re.compile(
    r"@import|\\|\b(?:image|image-set|cross-fade|src)\(|url\(\s*+['\"]?+(?!#)", re.IGNORECASE
)
_EMBEDDED = re.compile(r"data:image/(?:png|jpeg|gif|webp);base64,", re.IGNORECASE)
_MOST_DRAWN = 100_000  # elements that <use> may add; ten times ten times ten … would never end
_MOST_LINKED = 16  # one <use> inside what another uses
_LARGEST = 100_000  # pixels; no viewBox that means anything is wider


def take(data: bytes, stem: str, place: Place) -> Resource:
    """Make a resource of an image.

    Args:
        data: the file's bytes.
        stem: what the name of the resource begins with; the rest is a hash of the contents.
        place: where the image is asked for, for messages.

    Raises:
        UnreadableImage: it is damaged, larger than 40 megapixels or 50 MB, or of another kind.
    """
    if len(data) > MOST_BYTES:
        raise UnreadableImage("the image is larger than 50 MB", place=place, hint="Scale it down")
    if re.match(rb"\s*<|\xef\xbb\xbf\s*<", data):
        return _vector(data, stem, place)
    return _raster(data, stem, place)


def rasterise(svg: str, stem: str, fonts: Sequence[Path], *, sparse: bool = False) -> Resource:
    """Draw an SVG of our own as a PNG of few colours: the same bytes for the same drawing.

    Args:
        svg: the drawing; nothing outside it is read.
        stem: what the name of the resource begins with; the rest is a hash of the drawing.
        fonts: the files of the fonts its text is set in; the system's are not looked at.
        sparse: most of its rows are like those above them, see `drawing.draw`.

    Raises:
        ValueError: it is no drawing.
    """
    made = draw(svg, fonts, sparse=sparse)
    name = _name(stem, svg.encode(), "png")
    return Resource(name, "image/png", made.data, made.width, made.height)


def is_animated(image: Resource) -> bool:
    """Tell whether an image moves. An SVG does not, once it was taken in."""
    match image.media_type:
        case "image/png":
            return b"acTL" in image.data[: image.data.find(b"IDAT") + 1]
        case "image/webp":
            return b"ANIM" in image.data[:64]
        case "image/gif":
            with _own_rules(), _open(image.data) as opened:
                return bool(getattr(opened, "is_animated", False))
    return False


@dataclass(frozen=True, slots=True)
class Picture:
    """What an image of pixels says of itself."""

    kind: str  # Pillow's name, as "PNG", "JPEG", "GIF", "WEBP"
    width: int  # pixels
    height: int  # pixels
    mode: str  # Pillow's name, as "RGB", "RGBA", "L", "CMYK"


def measure(head: bytes) -> Picture | None:
    """Read the size of an image from its first bytes; give None if it is none that is known.

    It is not decoded: it may be larger than any that `take` takes, or damaged further on.
    """
    from PIL import Image

    kinds = [*_KINDS, "BMP", "TIFF"]
    try:
        with (
            warnings.catch_warnings(action="ignore"),
            Image.open(io.BytesIO(head), formats=kinds) as image,
        ):
            return Picture((image.format or "").replace("MPO", "JPEG"), *image.size, image.mode)
    except (*_DAMAGE, Image.DecompressionBombError):
        return None


def _raster(data: bytes, stem: str, place: Place) -> Resource:
    from PIL import Image, UnidentifiedImageError

    try:
        with _own_rules(), _open(data) as image:
            width, height = image.size
            if width * height > MOST_PIXELS:
                message = f"the image has {width} × {height} pixels, over 40 million"
                raise UnreadableImage(message, place=place, hint="Scale it down")
            image.load()  # a truncated file is found only by decoding it
            # Cameras put a second picture behind a JPEG, and Pillow calls that MPO.
            media_type, suffix = _KINDS[(image.format or "").replace("MPO", "JPEG")]
    except UnidentifiedImageError as error:
        message = "the image is of a kind that readers do not show"
        raise UnreadableImage(message, place=place, hint=_HINT) from error
    except Image.DecompressionBombError as error:
        message = "the image has over 40 million pixels"
        raise UnreadableImage(message, place=place, hint="Scale it down") from error
    except _DAMAGE as error:
        message = f"the image is damaged ({error})"
        raise UnreadableImage(message, place=place, hint="Export it anew") from error
    return Resource(_name(stem, data, suffix), media_type, data, width, height)


# What Pillow's decoders raise for damaged files; it names no class of its own.
_DAMAGE = (OSError, SyntaxError, ValueError, EOFError, IndexError, OverflowError, struct.error)


@contextmanager
def _own_rules() -> Iterator[None]:
    """Let Pillow neither warn of a large image nor, once WeasyPrint is loaded, take half of one."""
    from PIL import ImageFile

    before = ImageFile.LOAD_TRUNCATED_IMAGES
    ImageFile.LOAD_TRUNCATED_IMAGES = False
    try:
        with warnings.catch_warnings(action="ignore"):
            yield
    finally:
        ImageFile.LOAD_TRUNCATED_IMAGES = before


def _open(data: bytes) -> "Image.Image":
    from PIL import Image

    return Image.open(io.BytesIO(data), formats=list(_KINDS))


def _vector(data: bytes, stem: str, place: Place) -> Resource:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        message = f"the SVG image is not well-formed ({error.msg})"
        raise UnreadableImage(message, place=place, hint="Export it anew") from error
    if root.tag != f"{{{_SVG}}}svg":
        message = "the image is of a kind that readers do not show"
        raise UnreadableImage(message, place=place, hint=_HINT)
    _disarm(root, place)
    if _drawn(root) > _MOST_DRAWN + sum(1 for _ in root.iter()):
        raise UnreadableImage(
            "the SVG image repeats its parts too often", place=place, hint="Export it as a PNG"
        )
    safe = etree.tostring(root, encoding="utf-8", xml_declaration=True)  # without the DOCTYPE
    width, height = _extent(root)
    return Resource(_name(stem, safe, "svg"), "image/svg+xml", safe, width, height)


def _disarm(root: etree._Element, place: Place) -> None:
    """Take out of an SVG all that runs, moves or fetches."""
    for node in list(root.iter()):  # first of all, for a comment may part a word in a style
        if not isinstance(node.tag, str):  # comments, entities, processing instructions
            _drop(node)
    pixels = 0
    for node in list(root.iter()):
        if node is not root and _active(node):
            _drop(node)
            continue
        for name, value in list(node.attrib.items()):
            if _unsafe(str(name), str(value)) or (name == "viewBox" and not _box(str(value))):
                del node.attrib[name]
            elif _EMBEDDED.match(str(value).strip()):
                pixels += _pixels(str(value), place)
    if pixels > MOST_PIXELS:
        message = "the images inside the SVG image have over 40 million pixels"
        raise UnreadableImage(message, place=place, hint="Scale them down")


def _active(node: etree._Element) -> bool:
    name = etree.QName(node)
    style = name.localname == "style" and _EXTERNAL.search("".join(map(str, node.itertext())))
    return name.namespace != _SVG or name.localname in _ACTIVE or bool(style)


def _unsafe(name: str, value: str) -> bool:
    if name.startswith("{") and name not in _KEPT:
        return True
    local = name.rpartition("}")[2].lower()
    if local.startswith("on"):
        return True
    if local in {"href", "src"}:
        return not (value.strip().startswith("#") or _EMBEDDED.match(value.strip()))
    return bool(_EXTERNAL.search(value))


def _pixels(address: str, place: Place) -> int:
    """The size of an image that an SVG carries; it has to be as good as any other."""
    try:
        data = base64.b64decode(address.partition(",")[2])
    except (binascii.Error, ValueError) as error:
        message = "an image inside the SVG image is damaged"
        raise UnreadableImage(message, place=place, hint="Export it anew") from error
    image = _raster(data, "image", place)
    return (image.width or 0) * (image.height or 0)


def _drop(node: etree._Element) -> None:
    """Remove a node but keep the text that follows it."""
    parent = node.getparent()
    if parent is None:
        return
    tail, before = node.tail or "", node.getprevious()
    if before is not None:
        before.tail = (before.tail or "") + tail
    else:
        parent.text = (parent.text or "") + tail
    parent.remove(node)


def _drawn(root: etree._Element) -> float:
    """How many elements are drawn once each `<use>` is followed; infinite in a ring of them."""
    named = {str(node.get("id")): node for node in root.iter() if node.get("id")}
    known: dict[str, float] = {}

    def weight(node: etree._Element, linked: int) -> float:
        if linked > _MOST_LINKED:
            return math.inf
        total = 0.0
        for each in node.iter(f"{{{_SVG}}}use"):
            name = (each.get("href") or each.get(f"{{{_XLINK}}}href") or "").strip()[1:]
            if name in named and name not in known:
                known[name] = weight(named[name], linked + 1)
            total += known.get(name, 0)
        return total + sum(1 for _ in node.iter())

    return weight(root, 0)


def _extent(root: etree._Element) -> tuple[int | None, int | None]:
    """The size of an SVG in CSS pixels, from its viewBox or else its width and height."""
    box = _box(root.get("viewBox", ""))
    if box is not None:
        return max(round(box[2]), 1), max(round(box[3]), 1)
    sides = (root.get("width", ""), root.get("height", ""))
    found = [re.fullmatch(r"(\d{1,5}(?:\.\d*)?)(?:px)?", side) for side in sides]
    width, height = (max(round(float(side[1])), 1) if side else None for side in found)
    return (width, height) if width and height else (None, None)


def _box(said: str) -> tuple[float, ...] | None:
    """The four numbers of a viewBox; None where it means nothing, which ends WeasyPrint."""
    words = said.replace(",", " ").split()
    if len(words) != 4 or not all(_NUMBER.fullmatch(word) for word in words):
        return None
    box = tuple(float(word) for word in words)
    inside = all(abs(number) <= _LARGEST for number in box)
    return box if inside and box[2] > 0 and box[3] > 0 else None


_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,2})?")


def _name(stem: str, data: bytes, suffix: str) -> str:
    plain = unicodedata.normalize("NFKD", stem).encode("ascii", "ignore").decode().lower()
    plain = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:40] or "image"
    return f"images/{plain}-{hashlib.sha256(data).hexdigest()[:8]}.{suffix}"
