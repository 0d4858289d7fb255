"""Fair copies as HTML, JSON and Markdown: nothing is lost, and Markdown reads back the same."""

import json
import re
import unicodedata
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import html as lxml_html

from octavo import pandoc
from octavo.build.fair import fair_copy
from octavo.guidance import Guidance
from octavo.model import (
    Block,
    Change,
    Decision,
    Evidence,
    FairCopy,
    Footnote,
    Heading,
    Inlines,
    Items,
    Paragraph,
    Place,
    Quotation,
    SceneBreak,
    Span,
    Style,
    Text,
    Verse,
)
from octavo.transcribe import page, record

AT = Place("a.txt", 7)
COMMONMARK = pandoc.READERS["commonmark"]


def spans(*parts: Span | str) -> Inlines:
    return tuple(part if isinstance(part, Span) else Span(part) for part in parts)


def paragraph(*parts: Span | str) -> Paragraph:
    return Paragraph(spans(*parts), AT)


def fair(*blocks: Block, language: str | None = "en") -> FairCopy:
    return FairCopy("a.txt", Text(()), "utf-8", language, blocks, ())


EVERYTHING: tuple[Block, ...] = (
    Heading(1, spans("Salt & <Sand>"), AT),
    paragraph(
        "It ",
        Span("was", "emphasis"),
        " ",
        Span("so", "strong"),
        Span("Small", "smallcaps"),
        ".",
        Span("[4]", note=1),
    ),
    Verse(((spans("one"), spans("    two")), (spans("three"),)), AT),
    Quotation((paragraph("quoted", Span("*", note=2)), paragraph("again")), AT),
    Items(True, ((paragraph("c"),), (paragraph("d"),)), AT, start=3),
    Items(False, ((paragraph("a"), paragraph("b")),), AT),
    SceneBreak(AT),
    Footnote(1, (paragraph("first"), paragraph("and more")), AT),
    Footnote(2, (Quotation((paragraph("second"),), AT),), AT),
    Footnote(3, (paragraph("nobody leads here"),), AT),
)


# --- HTML ---


def html(copy: FairCopy, title: str = "T") -> str:
    return "".join(page(copy, title))


def test_the_page_has_an_element_for_each_kind_of_block() -> None:
    tree = lxml_html.fromstring(html(fair(*EVERYTHING)))
    body = tree.find("body")
    assert body is not None
    assert [each.tag for each in body] == "h1 p div blockquote ol ul hr div div".split()
    assert [p.text_content() for p in body.findall("div[@class='verse']/p")] == [
        "one\n\u2003\u2003two",
        "three",
    ]
    assert tree.find(".//ol[@start='3']") is not None
    assert [each.text for each in tree.iter("em", "strong", "span")] == ["was", "so", "Small"]


def test_marks_and_notes_of_the_page_lead_to_each_other() -> None:
    tree = lxml_html.fromstring(html(fair(*EVERYTHING)))
    ids = [str(each.get("id")) for each in tree.iter() if each.get("id")]
    links = [str(each.get("href")) for each in tree.iter("a")]
    assert len(ids) == len(set(ids)) == 4
    assert {link.removeprefix("#") for link in links} == set(ids)
    assert len(tree.xpath("//div[@role='doc-endnotes']//a[@role='doc-backlink']")) == 2
    assert [each.text_content() for each in tree.xpath("//sup")] == ["1", "2"]
    assert tree.xpath("//div[@class='footnote']")[0].text_content().strip() == "nobody leads here"


def test_a_note_with_two_marks_leads_back_to_both() -> None:
    mark = Span("*", note=1)
    tree = lxml_html.fromstring(
        html(fair(paragraph("a", mark, "b", mark), Footnote(1, (paragraph("n"),), AT)))
    )
    back = [each.get("href") for each in tree.xpath("//a[@role='doc-backlink']")]
    assert back == ["#fnref1", "#fnref1-2"]
    assert [each.get("id") for each in tree.xpath("//sup/a")] == ["fnref1", "fnref1-2"]


@pytest.mark.parametrize(
    ("language", "expected"),
    [("de", 'lang="de" dir="ltr"'), ("fa", 'lang="fa" dir="rtl"'), (None, 'lang="" dir="auto"')],
)
def test_the_page_says_language_and_direction(language: str | None, expected: str) -> None:
    assert f"<html {expected}>" in html(fair(paragraph("x"), language=language))


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=60))
def test_the_page_holds_every_text_as_it_is(text: str) -> None:
    made = html(fair(paragraph(text), Heading(2, spans(text), AT)), title=text)
    body = lxml_html.fromstring(made).find("body")
    assert body is not None
    forbidden = "[\x00-\x08\x0b\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]"
    expected = re.sub(forbidden, "\ufffd", text).replace("\r\n", "\n").replace("\r", "\n")
    assert body[0].text_content() == expected
    assert len(body) == 2


def test_the_page_is_valid(tmp_path: Path, validated: Callable[[Path], tuple[object, ...]]) -> None:
    path = tmp_path / "a.html"
    path.write_text(html(fair(*EVERYTHING)), encoding="utf-8")
    assert validated(path) == ()


# --- JSON ---


def test_the_record_gives_everything_back() -> None:
    change = Change("hyphens", AT, "a-\nb", "ab", doubtful=True, why="because")
    plain = Change("spaces", Place("a.txt", 8, "xii", 4), "a  b", "a b")
    doubt = Decision(AT, "goes on", (Evidence("a comma", -1.5),), doubtful=True)
    copy = FairCopy("a.txt", Text(()), "cp1252", None, EVERYTHING, (change, plain), (doubt,))
    said = json.loads("".join(record(copy)))
    assert said["version"] == 1
    assert (said["source"], said["encoding"], said["language"]) == ("a.txt", "cp1252", None)
    assert tuple(map(block_of, said["blocks"])) == EVERYTHING
    assert tuple(map(change_of, said["changes"])) == (change, plain)
    assert tuple(map(doubt_of, said["doubts"])) == (doubt,)


def block_of(said: dict[str, Any]) -> Block:
    at = place_of(said)
    match said["type"]:
        case "heading":
            return Heading(said["level"], inlines_of(said["inlines"]), at)
        case "paragraph":
            return Paragraph(inlines_of(said["inlines"]), at)
        case "verse":
            return Verse(tuple(tuple(map(inlines_of, each)) for each in said["stanzas"]), at)
        case "quotation":
            return Quotation(tuple(map(block_of, said["blocks"])), at)
        case "list":
            items = tuple(tuple(map(block_of, item)) for item in said["items"])
            return Items(said["ordered"], items, at, said["start"])
        case "footnote":
            return Footnote(said["number"], tuple(map(block_of, said["blocks"])), at)
        case "break":
            return SceneBreak(at)
    raise AssertionError(said)


def inlines_of(said: list[dict[str, Any]]) -> Inlines:
    return tuple(Span(**each) for each in said)


def place_of(said: dict[str, Any]) -> Place:
    return Place("a.txt", **said["place"])


def change_of(said: dict[str, Any]) -> Change:
    return Change(**{**said, "place": place_of(said)})


def doubt_of(said: dict[str, Any]) -> Decision:
    evidence = tuple(Evidence(**each) for each in said["evidence"])
    return Decision(place_of(said), said["what"], evidence, doubtful=True)


# --- Markdown ---


def same(html: str) -> str:
    """HTML without what may differ: ids, spaces between blocks, equivalent characters."""
    html = re.sub(r' id="[^"]*"|<!-- -->', "", html)
    html = re.sub(r"[ \n]+", " ", html)
    html = re.sub(r" ?(</?(?:p|div|blockquote|[uo]l|li|h\d|section|hr|br)\b[^>]*>) ?", r"\1", html)
    return unicodedata.normalize("NFC", html.strip())


def markdown(blocks: tuple[Block, ...], size: int = 1 << 19) -> str:
    return "".join(pandoc.markdown(blocks, AT, size=size))


def reads_back(blocks: tuple[Block, ...]) -> str:
    """Assert that Markdown gives the same HTML as the blocks themselves; give the Markdown."""
    written = markdown(blocks)
    read = pandoc.convert(written.encode(), COMMONMARK, AT).html
    assert same(read) == same(pandoc.convert(pandoc.document(blocks), "json", AT).html), written
    return written


ODD = r"""
# h
####### h
- h
+ h
* h
1) h
(a) h
xii. h
I. C. Mild.
(@) h
: h
::: verse
| a | b
---
===
> q
```
~~~
&emsp;x &#65; &c; AT&T
a--b---c----d "q" 'r' don't ... .... “q” it’s –
a * b *c* _d_ __e__ f_g_h `i` $j$ \k \
<b> <http://x.org> http://x.org www.x.org a@b.org
[a](b) [c] [^1] ![d](e) [ ] x {#id} {.k}
:smile: a:b:c:d 12:30:45 :::
~~x~~ H~2~O x^2^ ==m== @cite [@cite] \(x\) %
C# # ##
Table: a table
    four spaces   and more
""".strip("\n").split("\n")


def test_no_line_is_read_back_as_markup() -> None:
    lines = [*ODD, "\u2003x", "\u00a0x\u00a0", "\u3000x", "x\u00ad", "e\u0301", "12\u202f300"]
    written = reads_back(
        (
            *(paragraph(line) for line in lines),
            *(Heading(2, spans(line), AT) for line in lines),
            Verse((tuple(spans(line) for line in lines),), AT),
            Items(False, tuple((paragraph(line),) for line in lines), AT),
            *(Quotation((paragraph(line),), AT) for line in lines),
        )
    )
    assert "\n\nI. C. Mild.\n\n" not in written  # it would be a list


def test_every_kind_of_block_is_read_back() -> None:
    written = reads_back(EVERYTHING)
    assert "&emsp;&emsp;two" in written
    assert "[^1]: first" in written
    assert all(len(line) < 200 or " " in line for line in written.splitlines())


def test_a_long_text_is_written_in_pieces_as_if_in_one() -> None:
    note = (Footnote(3, (paragraph("third"),), AT),)
    lists = (Items(False, ((paragraph("a"),), (paragraph("b"),)), AT),) * 3
    blocks = (*EVERYTHING[:-1], *lists, paragraph("last [^1]", Span("3", note=3)), *note)
    assert markdown(blocks, size=1) == markdown(blocks)
    assert "\n[^3]: third\n" in markdown(blocks, size=1)
    assert markdown(()).strip() == ""


@pytest.mark.parametrize("outside", ["x", ".", " ", "\u00ad", "\u0301", "", "\u093f"])
@pytest.mark.parametrize("inside", ["x", ".", "\u00ad", "\u200d", "\u0301", "\u093f", "x\u00ad"])
@pytest.mark.parametrize("style", ["emphasis", "strong"])
def test_emphasis_is_read_back_whatever_is_beside_it(
    outside: str, inside: str, style: Style
) -> None:
    reads_back(
        (
            paragraph("x" + outside, Span(inside, style), "x"),
            paragraph("x", Span(inside, style), outside + "x"),
        )
    )


def test_a_paragraph_is_one_line() -> None:
    assert reads_back((paragraph("word " * 100 + "end."),)) == "word " * 100 + "end.\n"


def test_ordinary_prose_needs_no_signs() -> None:
    prose = "“Yes,” he said—in 1851 (or so)—“it’s well-known: 5% of £3… Mr. A. B. & Co.; see p. 7!”"
    assert markdown((paragraph(prose),)) == prose + "\n"


def test_title_and_language_are_read_back() -> None:
    title = """It's "A" *b* & c: d -- [e] #1"""
    written = "".join(pandoc.markdown((paragraph("x"),), AT, title=title, language="pt-BR"))
    read = pandoc.convert(written.encode(), COMMONMARK, AT)
    assert (read.title, read.language) == (title, "pt-BR")


SIGNS = list("\\`*_[]{}<>$~^|\"'&:-.#!()=+@%;/,1aIv \u2003\u00a0“”’—…é中\u0301")
WORDS = st.text(
    st.one_of(
        st.sampled_from(SIGNS),
        st.characters(codec="utf-8", exclude_categories=["Cc", "Cn", "Co", "Zl", "Zp"]),
    ).filter(lambda char: char not in "\ufeff\ufffe"),
    max_size=12,
)
STYLES = st.sampled_from(["plain", "plain", "emphasis", "strong", "smallcaps"])
SPANS = st.one_of(
    st.builds(Span, WORDS, STYLES),  # type: ignore[arg-type]
    st.integers(1, 4).map(lambda number: Span("[9]", note=number)),
)
LINES = st.lists(SPANS, max_size=4).map(lambda found: (Span("x"), *found))
STARTS = st.lists(SPANS, min_size=1, max_size=4).map(tuple).filter(lambda found: has_text(found))
PARAGRAPHS = st.one_of(LINES, STARTS).map(lambda found: Paragraph(found, AT))
VERSES = st.lists(
    st.lists(
        st.tuples(st.integers(0, 6), LINES).map(lambda pair: (Span(" " * pair[0]), *pair[1])),
        min_size=1,
        max_size=3,
    ).map(tuple),
    min_size=1,
    max_size=3,
).map(lambda stanzas: Verse(tuple(stanzas), AT))


def has_text(found: Inlines) -> bool:
    return bool("".join(span.text for span in found).strip())


def holders(inner: st.SearchStrategy[Block]) -> st.SearchStrategy[Block]:
    few = st.lists(inner, min_size=1, max_size=3).map(tuple)
    items = st.lists(few, min_size=1, max_size=3).map(tuple)
    return st.one_of(
        few.map(lambda blocks: Quotation(blocks, AT)),
        st.builds(Items, st.booleans(), items, st.just(AT), st.integers(1, 30)),
    )


INNER: st.SearchStrategy[Block] = st.recursive(st.one_of(PARAGRAPHS, VERSES), holders, max_leaves=5)
BLOCKS = st.one_of(
    PARAGRAPHS,
    INNER,
    st.builds(Heading, st.integers(1, 6), LINES, st.just(AT)),
    st.just(SceneBreak(AT)),
)
NOTES = st.lists(st.lists(INNER, min_size=1, max_size=2), max_size=3)


@settings(max_examples=40, deadline=None)
@given(st.lists(BLOCKS, min_size=5, max_size=30), NOTES)
def test_whatever_stands_in_a_text_is_read_back(
    blocks: list[Block], notes: list[list[Block]]
) -> None:
    ended = (Footnote(number, tuple(inner), AT) for number, inner in enumerate(notes, 1))
    reads_back((*blocks, *ended))


@pytest.mark.parametrize("name", ["rough/text/harbour.txt"])
def test_a_rough_book_is_read_back(name: str) -> None:
    path = Path(__file__).parent / "books" / name
    reads_back(fair_copy(path.read_bytes(), "a.txt", Guidance()).blocks)
