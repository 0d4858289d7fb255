"""The page numbers of the PDF in the EPUB."""

import re
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from bindery import MIXED
from conftest import Command, shelf, write
from octavo.model import PageStart
from octavo.render.pagebreaks import PageBreak, count_letters, mark, page_breaks
from pagelist import faults, marked

MARK = re.compile(r'<span role="doc-pagebreak" epub:type="pagebreak" id="[^"]*"[^>]*></span>')


def marks(inner: str, *letters: int) -> str:
    """Mark pages in a chapter, and show the marks as ‖."""
    breaks = [PageBreak(str(n), "one", at) for n, at in enumerate(letters)]
    markup = f'<body class="x"><p>before</p><section id="one">{inner}</section> after</body>'
    whole = mark(markup, breaks, "one")
    assert MARK.sub("", whole) == markup
    shown = MARK.sub("‖", whole)
    return shown.removeprefix('<body class="x"><p>before</p><section id="one">').removesuffix(
        "</section> after</body>"
    )


@pytest.mark.parametrize(
    ("inner", "letters", "expected"),
    [
        ("<p>ab cd</p>", 2, "<p>ab ‖cd</p>"),
        ("<p>ab <em>cd</em></p>", 2, "<p>ab <em>‖cd</em></p>"),
        ("<p>a&amp; c</p>", 2, "<p>a&amp; ‖c</p>"),
        ("<p>a&#160;&lt;c</p>", 1, "<p>a&#160;‖&lt;c</p>"),
        ("<p>a\xadb\u2060 c</p>", 2, "<p>a\xadb\u2060 ‖c</p>"),
        ("<p>ab</p><p>cd</p>", 2, "<p>ab</p><p>‖cd</p>"),
        ("<h1>ab</h1><p>cd</p>", 0, "‖<h1>ab</h1><p>cd</p>"),
        ('<p>ab</p><h2 id="x"><em>cd</em></h2>', 2, '<p>ab</p>‖<h2 id="x"><em>cd</em></h2>'),
        ("<h1>ab cd</h1>", 2, "<h1>ab ‖cd</h1>"),
        ("<p>a</p><ul><li>b</li><li>c</li></ul>", 1, "<p>a</p>‖<ul><li>b</li><li>c</li></ul>"),
        ("<p>a</p><ul><li>b</li><li>c</li></ul>", 2, "<p>a</p><ul><li>b</li><li>‖c</li></ul>"),
        ("<figure><img/></figure><p>a</p>", 0, "<figure><img/></figure><p>‖a</p>"),
        ('<p>a<a role="doc-noteref">1</a> b</p>', 1, '<p>a<a role="doc-noteref">1</a> ‖b</p>'),
        ("<p>a <math><mi>x</mi></math> b</p>", 1, "<p>a <math><mi>x</mi></math> ‖b</p>"),
        ('<p>a</p><div class="notes">n</div>', 1, '<p>a</p>‖<div class="notes">n</div>'),
        ("<p>a</p>", 1, "<p>a</p>‖"),
        ('<p title="a > b">cd<br/>e</p>', 2, '<p title="a > b">cd<br/>‖e</p>'),
        ("<!-- a <p> b --><p>cd</p>", 1, "<!-- a <p> b --><p>c‖d</p>"),
    ],
)  # fmt: skip
def test_a_mark_stands_before_the_letter(inner: str, letters: int, expected: str) -> None:
    assert marks(inner, letters) == expected


def test_pages_without_a_word_begin_where_the_next_does() -> None:
    assert marks("<h1>a</h1><p>b</p>", 0, 0, 1, 2, 2) == "‖‖<h1>a</h1><p>‖b</p>‖‖"


def test_in_the_contents_marks_stand_where_the_standard_lets_them() -> None:
    nav = (
        '<body><nav id="toc"><h1>ab</h1><ol><li><a href="x">cd</a>'
        "<ol><li>e</li></ol></li></ol></nav></body>"
    )
    found = mark(nav, [PageBreak(str(at), "nav", at) for at in (0, 2, 4)])
    assert MARK.sub("‖", found) == (
        '<body>‖<nav id="toc"><h1>ab</h1><ol><li><a href="x">‖cd</a>'
        "<ol><li>‖e</li></ol></li></ol></nav></body>"
    )


TEXT = st.text(st.sampled_from("ab é&<>\u00ad\u2060\n"), max_size=12)
NODE = st.recursive(
    TEXT.map(lambda said: said.replace("&", "&amp;").replace("<", "&lt;")),
    lambda inner: st.tuples(
        st.sampled_from(["p", "em", "h2", "ul", "figure", "math", 'a role="doc-noteref"']),
        st.lists(inner, max_size=3).map("".join),
    ).map(lambda pair: f"<{pair[0]}>{pair[1]}</{pair[0].split()[0]}>"),
    max_leaves=12,
)


@settings(max_examples=300, deadline=None)
@given(NODE, st.lists(st.integers(0, 40), max_size=6))
def test_marks_change_nothing_else(inner: str, letters: list[int]) -> None:
    markup = f'<section id="one" class="x">{inner}</section>'
    whole = mark(
        markup, [PageBreak(str(n), "one", at) for n, at in enumerate(sorted(letters))], "one"
    )
    assert MARK.sub("", whole) == markup
    assert len(MARK.findall(whole)) == len(letters)
    all_letters = count_letters(markup, "one")
    for at, each in zip(sorted(letters), MARK.finditer(whole), strict=True):
        ended = f"{whole[: each.start()]}</section>"  # what is left open counts as well
        assert count_letters(ended, "one") <= min(at, all_letters)


def test_what_is_printed_before_the_text_is_found_page_by_page() -> None:
    front = [("title", "<body><h1>ab</h1></body>"), ("nav", "<body>cd<p hidden=''>e</p></body>")]
    starts = [
        PageStart("i", None, 0),
        PageStart("ii", None, 2),
        PageStart("iii", None, 3),
        PageStart("1", "one", 0),
        PageStart("2", None, 0),
    ]
    found = page_breaks(starts, front)
    assert [(each.label, each.file) for each in found] == [
        ("i", "text/title.xhtml"),
        ("ii", "nav.xhtml"),
        ("iii", "nav.xhtml"),
        ("1", "text/one.xhtml"),
        ("2", "text/one.xhtml"),
    ]
    assert [each.letters for each in found[:4]] == [0, 0, 1, 0]
    assert MARK.sub("‖", mark('<p id="one">ab</p>', found[3:], "one")) == '<p id="one">‖ab‖</p>'


def test_a_half_title_begins_where_the_title_page_does() -> None:
    front = [("title", "<body><h1>ab</h1></body>"), ("nav", "<body>cd</body>")]
    starts = [PageStart(label, None, at) for label, at in (("i", 0), ("ii", 2), ("iv", 4))]
    found = page_breaks(starts, front, "<p>ab</p>")
    assert [(each.page, each.letters) for each in found] == [("title", 0), ("title", 0), ("nav", 0)]


# --- the whole way ---


@pytest.mark.parametrize("settings", ["", "[pdf]\nbind = false\n"])
def test_every_page_of_the_pdf_is_listed(
    settings: str, tmp_path: Path, octavo: Command, assert_valid: Callable[[Path], None]
) -> None:
    write(tmp_path, {**MIXED, "book.toml": MIXED["book.toml"] + settings})
    ended = octavo("build", "epub", "pdf", "-j2", "-o", "out")
    assert ended.code == 0, ended.err
    [epub], [pdf] = (list((tmp_path / "out").glob(f"*.{each}")) for each in ("epub", "pdf"))
    found = faults(epub, pdf)
    repeated = [each for each in found if "begins with ['port', 'depth', 'quay'" in each]
    assert found == repeated, "nothing but the table's head, which stands on each of its pages"
    assert len(repeated) == 2
    assert_valid(epub)


def listed(path: Path) -> list[str]:
    return [each.label for each in marked(path)]


def test_an_epub_alone_takes_the_pages_of_the_last_pdf(tmp_path: Path, octavo: Command) -> None:
    shelf(tmp_path, salt="")
    made = tmp_path / "dist" / "salt.epub"
    cache = {"XDG_CACHE_HOME": str(tmp_path / "cache")}
    octavo("build", "epub", **cache)
    assert listed(made) == []
    octavo("build", "pdf", **cache)
    octavo("build", "epub", **cache)
    assert listed(made) == ["i", "ii", "1"]
    alone = made.read_bytes()
    octavo("build", "epub", "pdf", **cache)
    assert made.read_bytes() == alone
    write(tmp_path / "source/salt", {"text/02.md": "# Two\n\nMore text.\n"})
    octavo("build", "epub", **cache)
    assert listed(made) == [], "they would be those of another book"


def test_what_the_package_says_of_the_pages(tmp_path: Path, octavo: Command) -> None:
    shelf(tmp_path, salt="")
    octavo("build", "epub", "pdf")
    with zipfile.ZipFile(tmp_path / "dist" / "salt.epub") as archive:
        opf = etree.fromstring(archive.read("EPUB/content.opf"))
        ncx = etree.fromstring(archive.read("EPUB/toc.ncx"))
    said = [(each.get("property"), each.text) for each in opf.iter("{*}meta")]
    assert ("pageBreakSource", "salt (PDF)") in said
    for feature in ("pageBreakMarkers", "pageNavigation"):
        assert ("schema:accessibilityFeature", feature) in said
    targets = [dict(each.attrib) for each in ncx.iter("{*}pageTarget")]
    assert [(each["type"], each["value"]) for each in targets] == [
        ("front", "1"),
        ("front", "2"),
        ("normal", "1"),
    ]
    metas = {each.get("name"): each.get("content") for each in ncx.iter("{*}meta")}
    assert (metas["dtb:totalPageCount"], metas["dtb:maxPageNumber"]) == ("3", "1")


def test_an_epub_is_made_if_its_pdf_fails(
    tmp_path: Path, octavo: Command, patched: Callable[[str], str]
) -> None:
    code = """
import octavo.build.making as it
from octavo.errors import ToolFailed
def fail(*given): raise ToolFailed("no ink")
it.WRITERS["pdf"] = fail
"""
    shelf(tmp_path, salt="")
    ended = octavo("build", "-k", PYTHONPATH=patched(code))
    assert ended.code != 0
    assert "no ink" in ended.err
    assert ended.built == ["dist/salt.epub", "dist/salt.html"]
    assert not (tmp_path / "dist" / "salt.pdf").exists()
    assert listed(tmp_path / "dist" / "salt.epub") == []
