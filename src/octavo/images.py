"""Take in an image: told by its contents, bounded, harmless. The only user of Pillow."""

import hashlib
import re
import unicodedata

from lxml import etree

from octavo.errors import UnreadableImage
from octavo.model import Place, Resource

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
_XLINK_HREF = "{http://www.w3.org/1999/xlink}href"
# An SVG is a document: what could run, fetch or embed another document goes.
_ACTIVE = {"script", "foreignObject", "iframe", "embed", "object", "handler", "listener", "set"}
_ANIMATED = re.compile(r"(?:.*:)?href|on.*", re.IGNORECASE)  # an animation may not change these
_EXTERNAL = re.compile(
    r"@import|url\(\s*['\"]?(?!#|data:image/(?:png|jpeg|gif|webp))", re.IGNORECASE
)


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


def _raster(data: bytes, stem: str, place: Place) -> Resource:
    import io

    from PIL import Image, UnidentifiedImageError

    try:
        with Image.open(io.BytesIO(data), formats=list(_KINDS)) as image:
            width, height = image.size
            if width * height > MOST_PIXELS:
                message = f"the image has {width} × {height} pixels, over 40 million"
                raise UnreadableImage(message, place=place, hint="Scale it down")
            image.load()  # a truncated file is found only by decoding it
            media_type, suffix = _KINDS[image.format or ""]
    except UnidentifiedImageError as error:
        message = "the image is of a kind that readers do not show"
        raise UnreadableImage(message, place=place, hint=_HINT) from error
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        message = f"the image is damaged ({error})"
        raise UnreadableImage(message, place=place, hint="Export it anew") from error
    return Resource(_name(stem, data, suffix), media_type, data, width, height)


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
    _disarm(root)
    safe = etree.tostring(root, encoding="utf-8", xml_declaration=True)  # without the DOCTYPE
    width, height = _extent(root)
    return Resource(_name(stem, safe, "svg"), "image/svg+xml", safe, width, height)


def _disarm(root: etree._Element) -> None:
    """Take out of an SVG all that runs or fetches."""
    for node in list(root.iter()):
        parent = node.getparent()
        if not isinstance(node.tag, str):  # comments, entities, processing instructions
            if parent is not None:
                _drop(node, parent)
            continue
        style = etree.QName(node).localname == "style" and _EXTERNAL.search(node.text or "")
        animated = _ANIMATED.fullmatch(node.get("attributeName", "").strip())
        if parent is not None and (etree.QName(node).localname in _ACTIVE or style or animated):
            _drop(node, parent)
            continue
        for name, value in list(node.attrib.items()):
            if _unsafe(str(name), str(value)):
                del node.attrib[name]


def _unsafe(name: str, value: str) -> bool:
    local = name.rpartition("}")[2].lower()
    if local.startswith("on"):
        return True
    if local in {"href", "src"}:
        return not value.strip().startswith(
            ("#", "data:image/png", "data:image/jpeg", "data:image/gif", "data:image/webp")
        )
    return bool(_EXTERNAL.search(value))


def _drop(node: etree._Element, parent: etree._Element) -> None:
    """Remove a node but keep the text that follows it."""
    tail, before = node.tail or "", node.getprevious()
    if before is not None:
        before.tail = (before.tail or "") + tail
    else:
        parent.text = (parent.text or "") + tail
    parent.remove(node)


def _extent(root: etree._Element) -> tuple[int | None, int | None]:
    """The size of an SVG in CSS pixels, from its viewBox or else its width and height."""
    box = re.findall(r"-?[\d.]+", root.get("viewBox", ""))
    if len(box) == 4:
        return round(float(box[2])), round(float(box[3]))
    sides = [re.fullmatch(r"([\d.]+)(?:px)?", root.get(side, "")) for side in ("width", "height")]
    if all(sides):
        return tuple(round(float(side[1])) for side in sides if side)  # type: ignore[return-value]
    return None, None


def _name(stem: str, data: bytes, suffix: str) -> str:
    plain = unicodedata.normalize("NFKD", stem).encode("ascii", "ignore").decode().lower()
    plain = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:40] or "image"
    return f"images/{plain}-{hashlib.sha256(data).hexdigest()[:8]}.{suffix}"
