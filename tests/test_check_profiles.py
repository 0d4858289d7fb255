"""The rules of the makers of readers: a book that keeps them all, and one that breaks each."""

import io
import random
from pathlib import Path

import pytest
from PIL import Image

from octavo.check.profiles import check_profile
from octavo.check.profiles.style import style_rules
from octavo.model import PROFILES, Finding, Profile
from test_check_epub import CSS_NAME, GOOD, NAV, NCX, ONE_NAME, OPF, PACKAGE, pack

NAV_NAME, NCX_NAME, COVER = "EPUB/nav.xhtml", "EPUB/toc.ncx", "EPUB/images/cover.jpg"
Files = dict[str, str | bytes]


def picture(width: int, height: int, kind: str = "JPEG", mode: str = "RGB") -> bytes:
    made = io.BytesIO()
    Image.new(mode, (width, height)).save(made, kind)
    return made.getvalue()


def with_items(package: str, items: str) -> str:
    return package.replace("</manifest>", f"{items}</manifest>")


LISTED = (
    '<item id="cover" href="images/cover.jpg" media-type="image/jpeg" properties="cover-image"/>'
)
PLAIN: Files = GOOD | {
    OPF: with_items(PACKAGE, LISTED),
    COVER: picture(1600, 2560),
    CSS_NAME: "p { text-indent: 1em } h1, .x p { color: inherit; font-size: 1.5em }",
}


def edited(name: str, old: str, new: str) -> Files:
    text = PLAIN[name]
    assert isinstance(text, str)
    assert old in text
    return PLAIN | {name: text.replace(old, new, 1)}


def css(text: str) -> Files:
    return PLAIN | {CSS_NAME: f"/* a\nb */\n{text}"}


def in_one(markup: str) -> Files:
    return edited(ONE_NAME, "</body>", f"{markup}</body>")


def cover(*said: int | str) -> Files:
    return PLAIN | {COVER: picture(*said)}  # type: ignore[arg-type]


def item(name: str, media_type: str, data: bytes) -> Files:
    listed = f'<item id="x" href="{name}" media-type="{media_type}"/>'
    package = PLAIN[OPF]
    assert isinstance(package, str)
    return PLAIN | {OPF: with_items(package, listed), f"EPUB/{name}": data}


def nested(levels: int) -> Files:
    """A book with so many levels in its NCX."""
    point = '<navPoint id="p{0}"><navLabel><text>x</text></navLabel><content src="text/one.xhtml"/>'
    points = "".join(point.format(level) for level in range(levels))
    inner = f"<navMap>{points}{'</navPoint>' * levels}</navMap>"
    return PLAIN | {NCX_NAME: NCX[: NCX.index("<navMap>")] + inner + "</ncx>"}


def deep_nav(levels: int) -> Files:
    entry = '<li><a href="text/one.xhtml">x</a><ol>'
    last = '<li><a href="text/one.xhtml">x</a></li>'
    body = entry * (levels - 1) + last + "</ol></li>" * (levels - 1)
    start, end = NAV.index("<li>"), NAV.index("</ol>")
    return PLAIN | {NAV_NAME: NAV[:start] + body + NAV[end:]}


def noise(size: int) -> bytes:
    """A picture of about so many bytes, or more."""
    side = int((size / 3) ** 0.5) + 8
    made = io.BytesIO()
    data = random.Random(1).randbytes(side * side * 3)
    Image.frombytes("RGB", (side, side), data).save(made, "PNG")
    return made.getvalue()


def found(folder: Path, files: Files, profile: Profile) -> tuple[Finding, ...]:
    return check_profile(pack(folder / "book.epub", files), profile)


@pytest.mark.parametrize("profile", PROFILES)
def test_a_plain_book_breaks_no_rule(profile: Profile, tmp_path: Path) -> None:
    assert found(tmp_path, PLAIN, profile) == ()


DARK = "@media (prefers-color-scheme: dark) { body { color: #eee; background: #111 } }"


@pytest.mark.parametrize("profile", PROFILES)
def test_colours_for_the_dark_alone_are_allowed(profile: Profile, tmp_path: Path) -> None:
    assert found(tmp_path, css(DARK), profile) == ()


BROKEN: dict[str, tuple[Profile, Files, str, str | None, str]] = {
    # rule: (reader, book, severity, place, words)
    "no cover": (
        "kindle",
        edited(OPF, ' properties="cover-image"', ""),
        "warning",
        None,
        "named as the cover",
    ),
    "cover of another kind": (
        "kindle",
        cover(1600, 2560, "GIF", "P"),
        "error",
        COVER,
        "the cover is a GIF",
    ),
    "cover not shown": ("kindle", cover(499, 2560), "error", COVER, "499 × 2560 pixels: below 500"),
    "cover too small": ("kindle", cover(700, 900), "error", COVER, "at least 625 × 1,000"),
    "cover smaller than advised": ("kindle", cover(1000, 1600), "info", COVER, "recommended"),
    "cover too large": ("kindle", cover(2000, 10_001), "error", COVER, "at most 10,000"),
    "contents": ("kindle", nested(3), "warning", None, "3 levels, and Kindle shows two"),
    "navigation": ("kindle", deep_nav(4), "warning", None, "4 levels, and Kindle shows two"),
    "flex": ("kindle", css("nav { display: flex }"), "warning", f"{CSS_NAME}:3", "display: flex"),
    "grid in a group": (
        "kindle",
        css("@media all {\nnav { display: inline-grid }}"),
        "warning",
        f"{CSS_NAME}:4",
        "display: inline-grid",
    ),
    "variable": ("kindle", css(":root { --x: 1px }"), "warning", f"{CSS_NAME}:3", "--x"),
    "use of a variable": ("kindle", css("i { top: var(--x) }"), "warning", f"{CSS_NAME}:3", "top"),
    "max-width": ("kindle", css("img { max-width: 9em }"), "info", f"{CSS_NAME}:3", "max-width"),
    "negative margin": (
        "kindle",
        css("li { margin: 0 -2em }"),
        "warning",
        f"{CSS_NAME}:3",
        "margin is negative",
    ),
    "negative indent": (
        "kindle",
        css("li { text-indent: -2em; padding-left: 1em }"),
        "warning",
        f"{CSS_NAME}:3",
        "text-indent is negative",
    ),
    "colour of the body": (
        "kindle",
        css("body { color: black }"),
        "warning",
        f"{CSS_NAME}:3",
        "color is forced",
    ),
    "size of paragraphs": (
        "kindle",
        css("h1, p { font-size: 12pt }"),
        "warning",
        f"{CSS_NAME}:3",
        "font-size is forced",
    ),
    "margin of the body": (
        "kindle",
        css("body { margin: 1em 5% }"),
        "warning",
        f"{CSS_NAME}:3",
        "margin is forced",
    ),
    "script": ("kindle", in_one("<script>1</script>"), "warning", f"{ONE_NAME}:7", "taken out"),
    "form": ("kindle", in_one("<form/>"), "warning", f"{ONE_NAME}:7", "<form>"),
    "WebP": (
        "kindle",
        item("images/x.webp", "image/webp", picture(9, 9, "WEBP")),
        "error",
        "EPUB/images/x.webp",
        "no WEBP",
    ),
    "colours of print": (
        "kindle",
        cover(1600, 2560, "JPEG", "CMYK"),
        "warning",
        COVER,
        "the image is CMYK",
    ),
    "large image": (
        "kindle",
        item("images/x.png", "image/png", noise(5_000_000)),
        "warning",
        "EPUB/images/x.png",
        "larger than 5 MB",
    ),
    "WOFF": (
        "kindle",
        item("x.woff", "font/woff", b"wOFF0000"),
        "warning",
        "EPUB/x.woff",
        "no WOFF",
    ),
    "Kobo, no cover": (
        "kobo",
        edited(OPF, ' properties="cover-image"', ""),
        "warning",
        None,
        "named as the cover",
    ),
    "Kobo, GIF": ("kobo", cover(800, 1200, "GIF", "P"), "error", COVER, "Kobo does not take"),
    "Kobo, large cover": (
        "kobo",
        PLAIN | {COVER: noise(3_000_000)},
        "warning",
        COVER,
        "the cover is larger than 3 MB",
    ),
    "Kobo, colours of print": (
        "kobo",
        cover(90, 90, "JPEG", "CMYK"),
        "warning",
        COVER,
        "CMYK",
    ),
    "Kobo, contents": ("kobo", nested(4), "warning", None, "shows three"),
    "Kobo, name": (
        "kobo",
        item("images/a (b).png", "image/png", picture(9, 9, "PNG")),
        "warning",
        "EPUB/images/a (b).png",
        "more than letters",
    ),
    "Kobo, WOFF2": (
        "kobo",
        item("x.woff2", "font/woff2", b"wOF20000"),
        "warning",
        "EPUB/x.woff2",
        "no WOFF2",
    ),
    "Kobo, background": (
        "kobo",
        css("pre { background: #eee }"),
        "warning",
        f"{CSS_NAME}:3",
        "hard to read at night",
    ),
    "Kobo, every div": (
        "kobo",
        css("div { font-weight: bold }"),
        "warning",
        f"{CSS_NAME}:3",
        "every div",
    ),
    "Kobo, wide margin": (
        "kobo",
        css("blockquote { margin: 1em 4em }"),
        "warning",
        f"{CSS_NAME}:3",
        "few words",
    ),
    "Kobo, pixels": (
        "kobo",
        css("figure > img { width: 300px }"),
        "warning",
        f"{CSS_NAME}:3",
        "in percent",
    ),
    "Kobo, style attributes": (
        "kobo",
        in_one('<p style="margin: 0">x</p><p style="margin: 0">x</p>'),
        "warning",
        f"{ONE_NAME}:7",
        "2 style attributes",
    ),
    "Kobo, script": ("kobo", in_one("<script>1</script>"), "warning", f"{ONE_NAME}:7", "scripts"),
    "Kobo, table": (
        "kobo",
        in_one(f"<table><tr>{'<td>x</td>' * 5}</tr></table>"),
        "info",
        f"{ONE_NAME}:7",
        "a table of 5 columns",
    ),
    "Apple, small cover": ("apple", cover(1399, 2100), "warning", COVER, "1,400 on its shorter"),
    "Apple, no cover": (
        "apple",
        edited(OPF, ' properties="cover-image"', ""),
        "warning",
        None,
        "named as the cover",
    ),
    "Apple, pixels": ("apple", cover(2000, 2801), "error", COVER, "5,602,000 pixels"),
    "Apple, kind": ("apple", cover(1400, 1400, "GIF", "P"), "warning", COVER, "not JPEG or PNG"),
    "Apple, colours of print": ("apple", cover(1400, 1400, "JPEG", "CMYK"), "error", COVER, "RGB"),
    "Apple, wrapped image": (
        "apple",
        in_one(
            '<svg xmlns="http://www.w3.org/2000/svg"><image width="1" height="1"'
            ' href="../images/dot.png"/></svg>'
        ),
        "warning",
        f"{ONE_NAME}:7",
        "wrapped in SVG",
    ),
    "Apple, colour": (
        "apple",
        css("h1 { color: #333 }"),
        "warning",
        f"{CSS_NAME}:3",
        "color: #333 is fixed",
    ),
    "Apple, colour in an attribute": (
        "apple",
        in_one('<p style="color: red">x</p>'),
        "warning",
        f"{ONE_NAME}:7",
        "color: red is fixed",
    ),
    "Apple, fonts": (
        "apple",
        item("x.ttf", "font/ttf", b"\0\1\0\0"),
        "warning",
        OPF,
        "ibooks:specified-fonts",
    ),
    "Apple, break": (
        "apple",
        css("h1 { page-break-before: always }"),
        "info",
        f"{CSS_NAME}:3",
        "a break after a chapter",
    ),
}


@pytest.mark.parametrize(
    ("profile", "files", "severity", "place", "words"), BROKEN.values(), ids=BROKEN
)
def test_each_rule_fails(
    profile: Profile, files: Files, severity: str, place: str | None, words: str, tmp_path: Path
) -> None:
    all_of_it = found(tmp_path, files, profile)
    (one,) = [each for each in all_of_it if words in each.message]
    assert (one.check, one.severity) == (profile, severity)
    assert (str(one.place) if one.place else None) == place


ALLOWED: dict[str, tuple[Profile, Files]] = {
    "two levels": ("kindle", nested(2)),
    "hanging indent": ("kindle", css("li { text-indent: -2em; padding: 0 0 0 2em }")),
    "plain values": ("kindle", css("body { font-size: 1em; line-height: normal; margin: 2em 0 }")),
    "title page": ("kindle", css(".title p { font-size: 2em; color: gray }")),
    "three levels": ("kobo", nested(3)),
    "four columns": ("kobo", in_one(f"<table><tr>{'<td>x</td>' * 4}</tr></table>")),
    "deep margin above": ("kobo", css("h1 { margin: 5em 1em 4em }")),
    "WOFF 1": ("kobo", item("x.woff", "font/woff", b"wOFF0000")),
    "fonts told of": (
        "apple",
        item("x.ttf", "font/ttf", b"\0\1\0\0")
        | {
            OPF: PACKAGE.replace(
                "</metadata>", '<meta property="ibooks:specified-fonts">true</meta></metadata>'
            ).replace(
                "</manifest>",
                f'{LISTED}<item id="x" href="x.ttf" media-type="font/ttf"/></manifest>',
            )
        },
    ),
    "the reader's dark theme": (
        "apple",
        css(".ibooks-dark-theme-use-custom-text-color p { color: #ccc }"),
    ),
}


@pytest.mark.parametrize(("profile", "files"), ALLOWED.values(), ids=ALLOWED)
def test_what_keeps_a_rule_is_not_found(profile: Profile, files: Files, tmp_path: Path) -> None:
    assert found(tmp_path, files, profile) == ()


def test_an_old_book_may_name_its_cover_as_epub_2_did(tmp_path: Path) -> None:
    files = edited(OPF, ' properties="cover-image"', "")
    package = files[OPF]
    assert isinstance(package, str)
    named = package.replace("</metadata>", '<meta name="cover" content="cover"/></metadata>')
    assert found(tmp_path, files | {OPF: named}, "kindle") == ()


def test_a_book_without_a_package_is_not_for_the_makers(tmp_path: Path) -> None:
    assert found(tmp_path, {"a": b""}, "kindle") == ()


@pytest.mark.parametrize("profile", PROFILES)
def test_damage_ends_in_findings(profile: Profile, tmp_path: Path) -> None:
    """Broken markup, style and images are nothing that a rule could fall over."""
    files = PLAIN | {
        ONE_NAME: "<html",
        NAV_NAME: "",
        NCX_NAME: "<ncx>&x;</ncx>",
        CSS_NAME: b"\xff\xfe{{{" + b"@media x {" * 2000 + b"p { color: red",
        COVER: b"\xff\xd8\xff\xe0" + b"\0" * 50,
    }
    assert all(each.check == profile for each in found(tmp_path, files, profile))


def test_rules_of_style_are_read_in_groups_with_their_lines() -> None:
    text = (
        "a{b:c}\n@media print {\n i , b>u { X : Y }\n}\n@font-face { src: url(x) }\n@charset 'x';"
    )
    rules = list(style_rules(text, "x.css", 10))
    assert [(rule.selector, sorted(rule.subjects)) for rule in rules] == [
        ("a", ["a"]),
        ("i , b>u", ["i", "u"]),
        ("@font-face", ["@font-face"]),
    ]
    assert [(one.property, one.value, one.line) for rule in rules for one in rule.declarations] == [
        ("b", "c", 10),
        ("x", "y", 12),
        ("src", "url(x)", 14),
    ]


def test_a_thousand_groups_in_one_another_end() -> None:
    assert list(style_rules("@media x {" * 5000 + "p { color: red }", "x.css")) == []
