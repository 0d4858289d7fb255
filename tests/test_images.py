"""Images from outside: told by their contents, bounded, disarmed."""

import base64
import io
import random
import re
import warnings
from itertools import pairwise

import pytest
from lxml import etree
from PIL import Image, ImageFile

from octavo import images
from octavo.errors import UnreadableImage
from octavo.model import Place

AT = Place("text/a.md", 3)
SVG = 'xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'


def picture(kind: str, mode: str = "RGB", size: tuple[int, int] = (6, 4), **said: object) -> bytes:
    out = io.BytesIO()
    Image.new(mode, size).save(out, kind, **said)
    return out.getvalue()


def svg(inner: str, attributes: str = 'viewBox="0 0 10 20"', before: str = "") -> bytes:
    return f"{before}<svg {SVG} {attributes}>{inner}</svg>".encode()


def taken(data: bytes, stem: str = "map") -> str:
    return images.take(data, stem, AT).data.decode()


@pytest.mark.parametrize(
    ("kind", "media_type", "suffix"),
    [
        ("PNG", "image/png", "png"),
        ("JPEG", "image/jpeg", "jpg"),
        ("GIF", "image/gif", "gif"),
        ("WEBP", "image/webp", "webp"),
    ],
)
def test_each_kind_is_taken_as_it_is(kind: str, media_type: str, suffix: str) -> None:
    data = picture(kind)
    made = images.take(data, "A map", AT)
    assert (made.media_type, made.width, made.height, made.data) == (media_type, 6, 4, data)
    assert re.fullmatch(rf"images/a-map-[0-9a-f]{{8}}\.{suffix}", made.name)


def test_a_cameras_second_picture_does_not_hurt() -> None:
    data = picture("MPO", save_all=True, append_images=[Image.new("RGB", (6, 4))])
    assert images.take(data, "a", AT).media_type == "image/jpeg"


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "WEBP"])
def test_a_truncated_image_is_refused(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    data = picture(kind, size=(60, 60))
    monkeypatch.setattr(ImageFile, "LOAD_TRUNCATED_IMAGES", True)  # as WeasyPrint leaves it
    with pytest.raises(UnreadableImage) as caught:
        images.take(data[: len(data) * 2 // 3], "a", AT)
    assert caught.value.place == AT
    assert caught.value.hint


@pytest.mark.parametrize("side", [12_000, 20_000])
def test_a_bomb_is_refused_without_decoding_it(side: int, monkeypatch: pytest.MonkeyPatch) -> None:
    out = io.BytesIO()
    with warnings.catch_warnings(action="ignore"):
        Image.new("1", (side, side)).save(out, "PNG")
    from PIL import PngImagePlugin

    def load(self: object) -> None:
        raise AssertionError("it was decoded")

    monkeypatch.setattr(PngImagePlugin.PngImageFile, "load", load)
    with pytest.raises(UnreadableImage, match="40 million"):
        images.take(out.getvalue(), "bomb", AT)


def test_a_file_that_is_too_large_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(images, "MOST_BYTES", 100)
    with pytest.raises(UnreadableImage, match="larger"):
        images.take(b"\x89PNG" * 30, "a", AT)


@pytest.mark.parametrize(
    "data",
    [
        picture("EPS"),
        picture("TIFF"),
        picture("BMP"),
        b"<!DOCTYPE html><html><body>x</body></html>",
        b"<html xmlns='http://www.w3.org/1999/xhtml'/>",
        b"<svg>no namespace</svg>",
        b"plain words",
        b"",
        b"%PDF-1.7",
        b"<svg",
    ],
    ids=["eps", "tiff", "bmp", "html", "xhtml", "bare", "text", "empty", "pdf", "cut"],
)
def test_other_kinds_are_refused(data: bytes) -> None:
    with pytest.raises(UnreadableImage) as caught:
        images.take(data, "a", AT)
    assert caught.value.place == AT


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "WEBP"])
def test_a_damaged_image_is_taken_or_refused(kind: str) -> None:
    chance, whole = random.Random(kind), picture(kind, size=(20, 20))
    for _ in range(150):
        data = bytearray(whole)
        for _ in range(chance.choice((1, 2, 8))):
            data[chance.randrange(len(data))] = chance.randrange(256)
        try:
            images.take(bytes(data), "a", AT)
        except UnreadableImage:
            continue


DOT = base64.b64encode(picture("PNG")).decode()


@pytest.mark.parametrize(
    "armed",
    [
        svg("<script>evil()</script><rect/>"),
        svg("<rect/>", attributes='onload="evil()"'),
        svg("<rect onclick='evil()' ONX='evil()'/>"),
        svg("<foreignObject><p xmlns='http://www.w3.org/1999/xhtml'>evil</p></foreignObject>"),
        svg("<a xlink:href='javascript:evil()'><rect/></a>"),
        svg("<a href='https://evil.example/'><rect/></a>"),
        svg("<image href='https://evil.example/a.png'/><image href='evil.png'/>"),
        svg("<image href='data:image/svg+xml,evil'/><image href='file:///evil'/>"),
        svg("<use href='other.svg#evil'/>"),
        svg("<style>@import url(https://evil.example/);</style>"),
        svg("<style>@im<!-- -->port 'evil'</style>"),
        svg("<style><![CDATA[@import 'evil']]></style>"),
        svg(r"<style>@\69mport 'evil'</style>"),
        svg("<style>rect { fill: url( 'https://evil.example/#x') }</style>"),
        svg("<style>rect { background: image-set('evil.png' 1x) }</style>"),
        svg("<rect fill='url(https://evil.example/#x)'/>"),
        svg("<rect style='fill: URL(//evil.example/#x)'/>"),
        svg("<a><animate attributeName='href' to='javascript:evil()'/></a>"),
        svg("<a><set attributeName='href' to='evil:'/></a>"),
        svg("<rect/>", before='<!DOCTYPE svg [<!ENTITY x SYSTEM "file:///evil">]>'),
        svg("<text>&x;</text>", before='<!DOCTYPE svg [<!ENTITY x "evil">]>'),
        svg("<a href='&x;'/>", before='<!DOCTYPE svg [<!ENTITY x "javascript:evil()">]>'),
        svg("<rect/>", before='<!DOCTYPE svg [<!ATTLIST rect onclick CDATA "evil()">]>'),
        svg("<rect/>", before='<?xml-stylesheet href="evil.css"?>'),
        svg("<?evil?><!-- evil --><rect/>"),
        svg("<rect xml:base='https://evil.example/'/>"),
        svg("<h:img xmlns:h='http://www.w3.org/1999/xhtml' srcset='evil.png'/>"),
        svg("<h:script xmlns:h='http://www.w3.org/1999/xhtml'>evil()</h:script>"),
    ],
)
def test_a_drawing_is_disarmed(armed: bytes) -> None:
    made = images.take(armed, "a", AT).data
    assert b"evil" not in made.lower()
    assert b"<!DOCTYPE" not in made
    assert etree.fromstring(made).tag == "{http://www.w3.org/2000/svg}svg"


def test_what_a_drawing_may_say_stays() -> None:
    inner = (
        '<defs><linearGradient id="g"><stop offset="0"/></linearGradient></defs>'
        "<style>.a { fill: url( #g ); stroke: red }</style>"
        f'<rect class="a" fill="url(#g)"/><use xlink:href="#g"/><text xml:lang="fr">mot</text>'
        f'<image href="data:image/png;base64,{DOT}"/>'
    )
    assert etree.fromstring(taken(svg(inner)).encode()).xpath("count(//*)") == 9
    assert inner in taken(svg(inner))


def test_an_image_inside_a_drawing_is_held_to_the_same_bounds() -> None:
    out = io.BytesIO()
    Image.new("1", (8_000, 8_000)).save(out, "PNG")
    bomb = base64.b64encode(out.getvalue()).decode()
    for inner in (bomb, "AAAA", "x"):
        with pytest.raises(UnreadableImage):
            taken(svg(f'<image href="data:image/png;base64,{inner}"/>'))


def test_parts_that_repeat_each_other_for_ever_are_refused() -> None:
    levels = "".join(f'<g id="g{n + 1}">' + f'<use href="#g{n}"/>' * 10 + "</g>" for n in range(9))
    with pytest.raises(UnreadableImage, match="repeats"):
        taken(svg('<g id="g0"><rect/></g>' + levels + '<use href="#g9"/>'))
    with pytest.raises(UnreadableImage, match="repeats"):
        taken(svg('<g id="a"><use href="#a"/></g>'))
    assert "use" in taken(svg('<g id="a"><rect/></g>' + '<use href="#a"/>' * 50))


def test_a_bomb_of_entities_is_refused() -> None:
    names = "abcdefghij"
    entities = '<!ENTITY a "aaaaaaaaaa">' + "".join(
        f'<!ENTITY {new} "{f"&{old};" * 10}">' for old, new in pairwise(names)
    )
    with pytest.raises(UnreadableImage):
        taken(svg('<rect id="&j;"/>', before=f"<!DOCTYPE svg [{entities}]>"))


@pytest.mark.parametrize(
    ("attributes", "size"),
    [
        ('viewBox="0 0 10 20"', (10, 20)),
        ('viewBox="-5,-5,10.4,20"', (10, 20)),
        ('width="30" height="40px"', (30, 40)),
        ('width="30mm" height="40"', (None, None)),
        ('viewBox="0 0 1.2.3 5"', (None, None)),
        ('viewBox="0 0 -1 5"', (None, None)),
        ('viewBox="0 0 1e99 5"', (None, None)),
        (f'viewBox="0 0 {"9" * 400} 5"', (None, None)),
        ('viewBox="0 0 0.1 0.1"', (1, 1)),
        ("", (None, None)),
    ],
)
def test_the_size_of_a_drawing(attributes: str, size: tuple[int | None, int | None]) -> None:
    made = images.take(svg("", attributes), "a", AT)
    assert (made.width, made.height) == size


@pytest.mark.parametrize(
    ("stem", "name"),
    [
        ("Café Noir", "cafe-noir"),
        ("../../etc/passwd", "etc-passwd"),
        ("第一", "image"),
        ("a\u202eb\x00c", "ab-c"),
        ("CON" * 50, ("con" * 50)[:40]),
    ],
)
def test_names_are_ascii_and_ours(stem: str, name: str) -> None:
    data = picture("PNG")
    first = images.take(data, stem, AT).name
    assert re.fullmatch(rf"images/{name}-[0-9a-f]{{8}}\.png", first)
    assert first.isascii()
    assert first == images.take(data, stem, Place("elsewhere.md")).name
    assert first != images.take(picture("PNG", size=(7, 4)), stem, AT).name
