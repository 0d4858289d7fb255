import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from conftest import damage_gives_findings
from octavo.check import check
from octavo.check.archive import MIMETYPE
from octavo.errors import MissingFile
from octavo.model import Finding

PNG = (
    b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\1\0\0\0\1\b\0\0\0\0:~\x9bU"
    b"\0\0\0\nIDATx\x9cc`\0\0\0\2\0\1H\xaf\xa4q\0\0\0\0IEND\xaeB`\x82"
)
CONTAINER = """<?xml version="1.0" encoding="UTF-8"?>
<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container" version="1.0"><rootfiles>
<rootfile full-path="EPUB/package.opf" media-type="application/oebps-package+xml"/>
</rootfiles></container>"""
PACKAGE = """<?xml version="1.0" encoding="UTF-8"?>
<package xmlns="http://www.idpf.org/2007/opf" version="3.0" unique-identifier="uid" xml:lang="en">
<metadata xmlns:dc="http://purl.org/dc/elements/1.1/">
<dc:identifier id="uid">urn:uuid:00000000-0000-4000-8000-000000000001</dc:identifier>
<dc:title id="title">A Small Book</dc:title><dc:language>en</dc:language>
<meta refines="#title" property="title-type">main</meta>
<meta property="dcterms:modified">2026-01-02T03:04:05Z</meta>
</metadata>
<manifest>
<item id="nav" href="nav.xhtml" media-type="application/xhtml+xml" properties="nav"/>
<item id="ncx" href="toc.ncx" media-type="application/x-dtbncx+xml"/>
<item id="one" href="text/one.xhtml" media-type="application/xhtml+xml" properties="svg"/>
<item id="two" href="text/two.xhtml" media-type="application/xhtml+xml"/>
<item id="css" href="style/book.css" media-type="text/css"/>
<item id="png" href="images/dot.png" media-type="image/png"/>
</manifest>
<spine toc="ncx"><itemref idref="one"/><itemref idref="two"/></spine>
</package>"""
NAV = """<html xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops"
 lang="en" xml:lang="en"><head><title>Contents</title></head><body>
<nav epub:type="toc" id="toc"><h1>Contents</h1><ol>
<li><a href="text/one.xhtml">One</a></li><li><a href="text/two.xhtml#mark">Two</a></li></ol></nav>
</body></html>"""
NCX = """<ncx xmlns="http://www.daisy.org/z3986/2005/ncx/" version="2005-1"><head>
<meta name="dtb:uid" content="urn:uuid:00000000-0000-4000-8000-000000000001"/></head>
<docTitle><text>A Small Book</text></docTitle><navMap><navPoint id="p1" playOrder="1">
<navLabel><text>One</text></navLabel><content src="text/one.xhtml"/></navPoint></navMap></ncx>"""
ONE = """<!DOCTYPE html>
<html xmlns="http://www.w3.org/1999/xhtml" lang="en" xml:lang="en"><head><title>One</title>
<link rel="stylesheet" type="text/css" href="../style/book.css"/></head><body><h1 id="one">One</h1>
<p><a href="two.xhtml#mark">onward</a> <a href="#one">up</a> <a href="https://example.org/">out</a>
<a href="mailto:author@example.org">write</a> <img src="../images/dot.png" alt="a dot"/></p>
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"><rect id="r" width="1" height="1"/></svg>
</body></html>"""
TWO = """<html xmlns="http://www.w3.org/1999/xhtml" lang="en" xml:lang="en"><head><title>Two</title>
</head><body><h1 id="mark">Two</h1><p>The end.</p></body></html>"""
CSS = """@charset "utf-8"; /* url(http://example.org/not-an-address) */
h1 { background: url("../images/dot.png") } p::before { content: "url(http://example.org/)" }"""

GOOD: dict[str, str | bytes] = {
    "META-INF/container.xml": CONTAINER,
    "EPUB/package.opf": PACKAGE,
    "EPUB/nav.xhtml": NAV,
    "EPUB/toc.ncx": NCX,
    "EPUB/text/one.xhtml": ONE,
    "EPUB/text/two.xhtml": TWO,
    "EPUB/style/book.css": CSS,
    "EPUB/images/dot.png": PNG,
}
OPF, ONE_NAME, TWO_NAME, CSS_NAME = (
    "EPUB/package.opf",
    "EPUB/text/one.xhtml",
    "EPUB/text/two.xhtml",
    "EPUB/style/book.css",
)


def pack(path: Path, files: dict[str, str | bytes], mimetype: bytes = MIMETYPE) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(zipfile.ZipInfo("mimetype"), mimetype)  # stored
        for name, data in files.items():
            archive.writestr(name, data)
    return path


def edited(name: str, old: str, new: str) -> dict[str, str | bytes]:
    text = GOOD[name]
    assert isinstance(text, str)
    assert old in text
    return GOOD | {name: text.replace(old, new, 1)}


def in_one(markup: str) -> dict[str, str | bytes]:
    return edited(ONE_NAME, "</body>", f"{markup}</body>")


def in_css(css: str) -> dict[str, str | bytes]:
    return GOOD | {CSS_NAME: CSS + css}


def findings(path: Path, files: dict[str, str | bytes]) -> tuple[Finding, ...]:
    return check(pack(path / "book.epub", files), "epub")


def without(name: str) -> dict[str, str | bytes]:
    return {key: value for key, value in GOOD.items() if key != name}


def test_a_good_book_has_no_findings(tmp_path: Path) -> None:
    assert findings(tmp_path, GOOD) == ()


# Each row: what is broken, the file it is reported in, and the rule and words that report it.
BROKEN = {
    "no container": (
        without("META-INF/container.xml"),
        "META-INF/container.xml",
        "container",
        "no",
    ),
    "container names nothing": (
        edited("META-INF/container.xml", "EPUB/package.opf", "EPUB/p.opf"),
        "META-INF/container.xml",
        "container",
        "no package document EPUB/p.opf",
    ),
    "container of another type": (
        edited("META-INF/container.xml", "oebps-package", "other"),
        "META-INF/container.xml",
        "container",
        "names no package document",
    ),
    "file name leads out": (GOOD | {"../x.png": PNG}, "../x.png", "container", "leads out"),
    "absolute file name": (GOOD | {"/x.png": PNG}, "/x.png", "container", "leads out"),
    "forbidden character": (GOOD | {"EPUB/a:b.png": PNG}, "EPUB/a:b.png", "container", "character"),
    "same name in another case": (
        GOOD | {"EPUB/images/DOT.png": PNG},
        "EPUB/images/DOT.png",
        "container",
        "two files",
    ),
    "package not well-formed": (edited(OPF, "</spine>", ""), OPF, "well-formed", "mismatch"),
    "no title": (edited(OPF, ">A Small Book<", "> <"), OPF, "package", "dc:title"),
    "no language": (
        edited(OPF, "<dc:language>en</dc:language>", ""),
        OPF,
        "package",
        "dc:language",
    ),
    "identifier not named": (
        edited(OPF, 'id="uid"', 'id="u"'),
        OPF,
        "package",
        "unique-identifier",
    ),
    "no modification": (edited(OPF, "05Z", "05"), OPF, "package", "dcterms:modified"),
    "refines nothing": (edited(OPF, "#title", "#titel"), OPF, "package", "#titel is refined"),
    "duplicate item id": (edited(OPF, 'id="two"', 'id="one"'), OPF, "ids", "“one” is used twice"),
    "file not listed": (
        GOOD | {"EPUB/more.png": PNG},
        "EPUB/more.png",
        "manifest",
        "not listed in the manifest",
    ),
    "listed file missing": (
        without("EPUB/images/dot.png"),
        OPF,
        "manifest",
        "listed but not there",
    ),
    "listed twice": (
        edited(OPF, "<manifest>", '<manifest><item id="x" href="toc.ncx" media-type="text/css"/>'),
        OPF,
        "manifest",
        "EPUB/toc.ncx is listed twice",
    ),
    "listed outside": (edited(OPF, "images/dot", "../../dot"), OPF, "manifest", "leads out"),
    "wrong media type": (edited(OPF, "image/png", "image/jpeg"), OPF, "manifest", "no image/jpeg"),
    "content of another type": (
        GOOD | {"EPUB/images/dot.png": b"GIF89a"},
        OPF,
        "manifest",
        "no image/png",
    ),
    "unknown media type": (edited(OPF, "image/png", "image/tiff"), OPF, "media", "image/tiff"),
    "no nav property": (edited(OPF, ' properties="nav"', ""), OPF, "manifest", "property nav"),
    "svg not declared": (
        edited(OPF, ' properties="svg"', ""),
        ONE_NAME,
        "manifest",
        "lacks the property svg",
    ),
    "mathml declared in vain": (
        edited(OPF, '"svg"', '"svg mathml"'),
        ONE_NAME,
        "manifest",
        "has the property mathml",
    ),
    "spine empty": (
        edited(OPF, '<itemref idref="one"/><itemref idref="two"/>', ""),
        OPF,
        "spine",
        "empty",
    ),
    "spine names nothing": (
        edited(OPF, 'idref="two"', 'idref="tow"'),
        OPF,
        "spine",
        "names no item: tow",
    ),
    "spine twice": (edited(OPF, 'idref="two"', 'idref="one"'), OPF, "spine", "twice"),
    "spine toc": (edited(OPF, 'toc="ncx"', 'toc="xcn"'), OPF, "spine", "names no item: xcn"),
    "nav without contents": (
        edited("EPUB/nav.xhtml", '"toc" id', '"lot" id'),
        "EPUB/nav.xhtml",
        "navigation",
        "one table of contents",
    ),
    "nav leads nowhere": (
        edited("EPUB/nav.xhtml", "#mark", "#mrak"),
        "EPUB/nav.xhtml",
        "links",
        "no id: text/two.xhtml#mrak",
    ),
    "ncx leads nowhere": (
        edited("EPUB/toc.ncx", "one.xhtml", "1.xhtml"),
        "EPUB/toc.ncx",
        "links",
        "no file: text/1.xhtml",
    ),
    "chapter not well-formed": (in_one("<br>"), ONE_NAME, "well-formed", "mismatch"),
    "entity": (in_one("<p>&nbsp;</p>"), ONE_NAME, "well-formed", "nbsp"),
    "internal subset": (
        edited(ONE_NAME, "<!DOCTYPE html>", '<!DOCTYPE html [<!ENTITY e "x">]>'),
        ONE_NAME,
        "well-formed",
        "internal subset",
    ),
    "no XHTML": (
        GOOD | {TWO_NAME: '<p lang="en" xmlns="urn:x"><title>x</title><i id="mark"/></p>'},
        TWO_NAME,
        "well-formed",
        "no XHTML",
    ),
    "link to no id": (in_one('<a href="#nowhere">x</a>'), ONE_NAME, "links", "no id: #nowhere"),
    "link to no file": (in_one('<a href="three.xhtml">x</a>'), ONE_NAME, "links", "no file"),
    "image not there": (in_one('<img src="x.png" alt=""/>'), ONE_NAME, "links", "no file: x.png"),
    "srcset not there": (
        in_one('<img src="../images/dot.png" srcset="../images/dot.png 1x, y.png 2x" alt=""/>'),
        ONE_NAME,
        "links",
        "no file: y.png",
    ),
    "link out of the EPUB": (in_one('<a href="../../../x">x</a>'), ONE_NAME, "links", "leads out"),
    "link with a blank": (in_one('<a href="two .xhtml">x</a>'), ONE_NAME, "links", "a blank"),
    "empty link": (in_one('<a href=" ">x</a>'), ONE_NAME, "links", "empty"),
    "link to a picture": (
        in_one('<a href="../images/dot.png">x</a>'),
        ONE_NAME,
        "links",
        "not in the spine",
    ),
    "duplicate id": (in_one('<p id="one">x</p>'), ONE_NAME, "ids", "“one” is used twice"),
    "broken id": (in_one('<p id="a b">x</p>'), ONE_NAME, "ids", "“a b” is no id"),
    "script": (in_one("<script>1</script>"), ONE_NAME, "active", "<script>"),
    "script in SVG": (
        in_one('<svg xmlns="http://www.w3.org/2000/svg"><script/></svg>'),
        ONE_NAME,
        "active",
        "<script>",
    ),
    "frame": (in_one('<iframe srcdoc="x"/>'), ONE_NAME, "active", "<iframe>"),
    "event": (in_one('<p onClick="x()">x</p>'), ONE_NAME, "active", "onClick"),
    "javascript": (in_one('<a href="JavaScript:x()">x</a>'), ONE_NAME, "active", "JavaScript:x()"),
    "hidden javascript": (
        in_one('<a href=" java&#10;script:x">x</a>'),
        ONE_NAME,
        "active",
        "kind",
    ),
    "page in a link": (
        in_one('<a href="data:text/html,x">x</a>'),
        ONE_NAME,
        "active",
        "data:text/html",
    ),
    "page as a picture": (
        in_one('<img src="data:text/html,x" alt=""/>'),
        ONE_NAME,
        "active",
        "data:text/html",
    ),
    "animated address": (
        in_one(
            '<svg xmlns="http://www.w3.org/2000/svg"><a href="#one">'
            '<set attributeName="xlink:href" to="javascript:x()"/></a></svg>'
        ),
        ONE_NAME,
        "active",
        "animation",
    ),
    "moved base": (in_one('<p xml:base="http://example.org/">x</p>'), ONE_NAME, "active", "base"),
    "reload": (
        edited(TWO_NAME, "<title>", '<meta http-equiv="Refresh" content="1"/><title>'),
        TWO_NAME,
        "active",
        "reloads",
    ),
    "instruction": (
        edited(TWO_NAME, "<html", '<?xml-stylesheet href="http://example.org/"?><html'),
        TWO_NAME,
        "active",
        "xml-stylesheet",
    ),
    "remote image": (
        in_one('<img src="http://example.org/x.png" alt=""/>'),
        ONE_NAME,
        "remote",
        "http://example.org/x.png",
    ),
    "remote image without scheme": (
        in_one(r'<img src="/\example.org/x.png" alt=""/>'),
        ONE_NAME,
        "remote",
        "example.org/x.png",
    ),
    "remote image in SVG": (
        in_one(
            '<svg xmlns="http://www.w3.org/2000/svg" xmlns:x="http://www.w3.org/1999/xlink">'
            '<image x:href="https://example.org/x.png"/></svg>'
        ),
        ONE_NAME,
        "remote",
        "https://example.org/x.png",
    ),
    "remote paint": (
        in_one('<svg xmlns="http://www.w3.org/2000/svg"><g fill="url(//example.org/#a)"/></svg>'),
        ONE_NAME,
        "remote",
        "//example.org/#a",
    ),
    "remote style attribute": (
        in_one('<p style="background: url(http://example.org/x)">x</p>'),
        ONE_NAME,
        "remote",
        "http://example.org/x",
    ),
    "remote style element": (
        in_one("<style>@import 'http://example.org/x'</style>"),
        ONE_NAME,
        "remote",
        "http://example.org/x",
    ),
    "remote font": (in_css("@font-face{src:url(http://example.org/f)}"), CSS_NAME, "remote", "/f"),
    "remote sheet": (in_css("@import 'http://example.org/s';"), CSS_NAME, "remote", "/s"),
    "image of the sheet missing": (in_css("p{x:url(a.png)}"), CSS_NAME, "links", "no file: a.png"),
    "sheet no UTF-8": (GOOD | {CSS_NAME: b"\xff"}, CSS_NAME, "well-formed", "no UTF-8"),
    "page without title": (
        edited(TWO_NAME, "<title>Two</title>", "<title> </title>"),
        TWO_NAME,
        "readable",
        "no title",
    ),
    "page without language": (
        edited(TWO_NAME, ' lang="en" xml:lang="en"', ""),
        TWO_NAME,
        "readable",
        "language",
    ),
    "image without alt": (in_one('<img src="../images/dot.png"/>'), ONE_NAME, "readable", "no alt"),
}


@pytest.mark.parametrize(("files", "place", "rule", "words"), BROKEN.values(), ids=BROKEN)
def test_each_rule_fails(
    files: dict[str, str | bytes], place: str, rule: str, words: str, tmp_path: Path
) -> None:
    found = findings(tmp_path, files)
    assert any(
        one.check == rule
        and words in one.message
        and one.place is not None
        and one.place.path == place
        for one in found
    ), found


def test_a_finding_names_the_line(tmp_path: Path) -> None:
    (found,) = findings(tmp_path, in_one('<a href="#nowhere">x</a>'))
    assert str(found.place) == "EPUB/text/one.xhtml:7"
    (found,) = findings(tmp_path, in_css("\n\np { background: url(http://example.org/) }"))
    assert str(found.place) == "EPUB/style/book.css:4"


def test_one_broken_chapter_does_not_break_the_links_to_it(tmp_path: Path) -> None:
    (found,) = findings(tmp_path, edited(TWO_NAME, "</p>", ""))
    assert found.check == "well-formed"


def test_mimetype_has_to_come_first(tmp_path: Path) -> None:
    path = tmp_path / "book.epub"
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in (GOOD | {"mimetype": MIMETYPE}).items():
            archive.writestr(name, data)
    assert [one.message for one in check(path, "epub")] == ["mimetype is not the first entry"]


def test_mimetype_has_to_be_stored(tmp_path: Path) -> None:
    path = tmp_path / "book.epub"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in ({"mimetype": MIMETYPE} | GOOD).items():
            archive.writestr(name, data)
    (found,) = check(path, "epub")
    assert "compressed" in found.message


@pytest.mark.parametrize("said", [b"application/zip     ", MIMETYPE + b"\n"])
def test_mimetype_has_to_be_right(said: bytes, tmp_path: Path) -> None:
    (found,) = check(pack(tmp_path / "book.epub", GOOD, said), "epub")
    assert "does not say" in found.message


def test_a_symbolic_link_is_found(tmp_path: Path) -> None:
    path = pack(tmp_path / "book.epub", without("EPUB/images/dot.png"))
    link = zipfile.ZipInfo("EPUB/images/dot.png")
    link.external_attr = 0o120777 << 16
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr(link, PNG)
    assert [one.message for one in check(path, "epub")] == ["the file is a symbolic link"]


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_name_used_twice_is_found(tmp_path: Path) -> None:
    path = pack(tmp_path / "book.epub", GOOD)
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr(CSS_NAME, CSS)
    assert [one.message for one in check(path, "epub")] == ["two files have this name"]


def test_another_compression_is_found(tmp_path: Path) -> None:
    path = pack(tmp_path / "book.epub", without(CSS_NAME))
    with zipfile.ZipFile(path, "a", zipfile.ZIP_LZMA) as archive:
        archive.writestr(CSS_NAME, CSS)
    assert [one.message for one in check(path, "epub")] == [
        "the file is neither stored nor deflated"
    ]


@pytest.mark.parametrize("where", [0.2, 0.5, 0.9, 0.99])
def test_a_cut_file_is_found(where: float, tmp_path: Path) -> None:
    path = pack(tmp_path / "book.epub", GOOD)
    data = path.read_bytes()
    path.write_bytes(data[: int(len(data) * where)])
    assert any("cannot be unpacked" in one.message for one in check(path, "epub"))


def test_damage_gives_findings_and_nothing_else(tmp_path: Path) -> None:
    damage_gives_findings(pack(tmp_path / "book.epub", GOOD), "epub")


def test_a_flipped_bit_is_found(tmp_path: Path) -> None:
    path = pack(tmp_path / "book.epub", GOOD)
    data = bytearray(path.read_bytes())
    data[data.index(b"dot.png") + 20] ^= 1  # inside the picture: no parser would notice
    path.write_bytes(data)
    assert any("cannot be unpacked" in one.message for one in check(path, "epub"))


def test_a_file_that_unpacks_without_end_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("octavo.check.archive.MAX_ENTRY", 10_000)
    found = findings(tmp_path, GOOD | {"EPUB/images/dot.png": PNG + b"\0" * 20_000})
    assert any("too large" in one.message for one in found)


@pytest.mark.parametrize(
    ("limit", "value", "words"),
    [("MAX_ENTRIES", 3, "more than 3 files"), ("MAX_TOTAL", 100, "too large")],
)
def test_the_whole_is_bounded(
    limit: str, value: int, words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(f"octavo.check.archive.{limit}", value)
    assert any(words in one.message for one in findings(tmp_path, GOOD))


def test_entities_in_attributes_do_not_fill_the_memory(tmp_path: Path) -> None:
    levels = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 12))
    bomb = (
        f'<!DOCTYPE html [<!ENTITY e0 "ten chars!">{levels}]>'
        '<html xmlns="http://www.w3.org/1999/xhtml" lang="&e11;">'
        '<body id="mark">&e11;</body></html>'
    )
    found = findings(tmp_path, GOOD | {TWO_NAME: bomb})
    assert [one.check for one in found] == ["well-formed"]


def test_an_empty_file_and_a_missing_one(tmp_path: Path) -> None:
    empty = tmp_path / "book.epub"
    empty.touch()
    assert any("cannot be unpacked" in one.message for one in check(empty, "epub"))
    with pytest.raises(MissingFile, match="no such file"):
        check(tmp_path / "none.epub", "epub")


def test_the_sample_is_valid_in_earnest(
    tmp_path: Path, assert_valid: Callable[[Path], None]
) -> None:
    assert_valid(pack(tmp_path / "book.epub", GOOD))


def test_epubcheck_speaks_in_findings(
    tmp_path: Path, validated: Callable[[Path], tuple[Finding, ...]]
) -> None:
    found = validated(pack(tmp_path / "book.epub", in_one('<a href="#nowhere">x</a><blink/>')))
    errors = [(one.message[:7], str(one.place)) for one in found if one.severity == "error"]
    assert ("RSC-012", "EPUB/text/one.xhtml:7") in errors
    assert ("RSC-005", "EPUB/text/one.xhtml:7") in errors
