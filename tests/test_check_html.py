from collections.abc import Callable
from pathlib import Path

import pytest

from octavo.check import check
from octavo.model import Finding

DOT = "data:image/gif;base64,R0lGODlhAQABAAAAACH5BAEKAAEALAAAAAABAAEAAAICTAEAOw=="
GOOD = f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>A Small Page</title>
<style>body {{ background: url({DOT}) }} p::after {{ content: "url(http://example.org/)" }}</style>
</head>
<body>
<h1 id="top">A Small Page</h1>
<p id="caf\u00e9"><a href="#top">up</a> <a href="#caf%C3%A9">here</a>
<a href="https://example.org/">out</a></p>
<p><img src="{DOT}" alt=""></p>
</body>
</html>
"""


def findings(folder: Path, page: str | bytes) -> tuple[Finding, ...]:
    path = folder / "book.html"
    path.write_bytes(page if isinstance(page, bytes) else page.encode())
    return check(path, "html")


def body(markup: str) -> str:
    return GOOD.replace("</body>", f"{markup}\n</body>")


def head(markup: str) -> str:
    return GOOD.replace("</head>", f"{markup}\n</head>")


def test_a_good_page_has_no_findings(tmp_path: Path) -> None:
    assert findings(tmp_path, GOOD) == ()


def test_a_large_picture_is_no_fault(tmp_path: Path) -> None:
    picture = "data:image/png;base64," + "A" * 12_000_000
    assert findings(tmp_path, body(f'<img src="{picture}" alt="">')) == ()


BROKEN = {
    "duplicate id": (body('<p id="top">x</p>'), "ids", "“top” is used twice"),
    "link to no id": (body('<a href="#nowhere">x</a>'), "links", "no id: #nowhere"),
    "link to a file": (body('<a href="notes.html">x</a>'), "links", "beside the page: notes.html"),
    "image beside": (body('<img src="x.png" alt="">'), "links", "beside the page: x.png"),
    "image from outside": (body('<img src="//example.org/x" alt="">'), "remote", "//example.org/x"),
    "srcset from outside": (
        body(f'<img src="{DOT}" srcset="{DOT} 1x,https://example.org/x 2x" alt="">'),
        "remote",
        "https://example.org/x",
    ),
    "sheet from outside": (
        head('<link rel="stylesheet" href="https://example.org/x">'),
        "remote",
        "https://example.org/x",
    ),
    "font from outside": (
        head("<style>@font-face { src: url(https://example.org/x) }</style>"),
        "remote",
        "https://example.org/x",
    ),
    "style from outside": (
        body("<p style='background: URL(https://example.org/x)'>x</p>"),
        "remote",
        "https://example.org/x",
    ),
    "link to a page inside": (body('<a href="data:text/html,x">x</a>'), "active", "data:text/html"),
    "script": (body("<script>1</script>"), "active", "<script>"),
    "data script": (
        head('<script type="application/ld+json">{}</script>'),
        "active",
        "<script>",
    ),
    "event": (body("<p ONCLICK=x()>x</p>"), "active", "onclick"),
    "javascript": (body('<a href="&#1;java\tscript:x()">x</a>'), "active", "javascript:x()"),
    "frame": (body("<iframe></iframe>"), "active", "<iframe>"),
    "SVG event": (body('<svg><g onload="x()"/></svg>'), "active", "onload"),
    "SVG animation": (
        body('<svg><a><set attributeName="href" to="javascript:x()"/></a></svg>'),
        "active",
        "animation",
    ),
    "no title": (GOOD.replace("<title>A Small Page</title>", ""), "readable", "no title"),
    "empty title": (GOOD.replace(">A Small Page</t", "> </t"), "readable", "no title"),
    "no language": (GOOD.replace(' lang="en"', ""), "readable", "language"),
    "no heading": (GOOD.replace("h1", "h2"), "readable", "0 headings"),
    "two headings": (body("<h1>x</h1>"), "readable", "2 headings"),
    "no alt": (body(f'<img src="{DOT}">'), "readable", "no alt"),
    "no UTF-8": (GOOD.encode("latin-1"), "well-formed", "no UTF-8"),
    "empty": ("", "well-formed", ""),
    "no page": ("<!-- nothing -->", "well-formed", ""),
}


@pytest.mark.parametrize(("page", "rule", "words"), BROKEN.values(), ids=BROKEN)
def test_each_rule_fails(page: str | bytes, rule: str, words: str, tmp_path: Path) -> None:
    found = findings(tmp_path, page)
    assert {one.check for one in found} == {rule}, found
    assert any(words in one.message for one in found), found


def test_a_finding_names_the_line(tmp_path: Path) -> None:
    (found,) = findings(tmp_path, body('<a href="#nowhere">x</a>'))
    assert str(found.place) == "book.html:13"
    (found,) = findings(tmp_path, GOOD.replace("here", "hé").encode("latin-1"))
    assert str(found.place) == "book.html:10"


def test_a_page_nested_too_deeply_is_not_passed(tmp_path: Path) -> None:
    assert findings(tmp_path, body("<div>" * 100_000 + "<script>1</script>")) != ()


def test_the_sample_is_valid_in_earnest(
    tmp_path: Path, assert_valid: Callable[[Path], None]
) -> None:
    path = tmp_path / "book.html"
    path.write_text(GOOD, encoding="utf-8")
    assert_valid(path)


def test_nu_speaks_in_findings(
    tmp_path: Path, validated: Callable[[Path], tuple[Finding, ...]]
) -> None:
    path = tmp_path / "book.html"
    path.write_text(body("<blink>x</blink>\n<br/>"), encoding="utf-8")
    found = {(one.severity, str(one.place)) for one in validated(path)}
    assert ("error", "book.html:13") in found
    assert ("info", "book.html:14") in found
