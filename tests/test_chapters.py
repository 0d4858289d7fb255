"""HTML into chapters: made safe, cut, numbered and linked."""

import re
import time
import tomllib
from pathlib import Path

import pytest
import tinyhtml5
from hypothesis import example, given, settings
from hypothesis import strategies as st
from lxml import etree

from octavo import pandoc
from octavo.chapters import Bound, Source, bind, name_of
from octavo.chapters.cut import RESERVED
from octavo.chapters.markup import serialise, text_of
from octavo.chapters.sanitize import TAGS, parse
from octavo.chapters.tidy import tidy
from octavo.model import Chapter, Entry, Place, Resource

CASES = Path(__file__).parent / "chapters"


def fetch(address: str, source: Source) -> Resource:
    return Resource(f"images/{Path(address).name}", "image/png", b"", 3, 2)


def bound(*texts: str, title: str | None = None, depth: int = 3) -> Bound:
    """Bind HTML texts that stand in text/a.md, text/b.md …"""
    sources = [Source(f"text/{chr(97 + nth)}.md", text) for nth, text in enumerate(texts)]
    return bind(sources, title=title, fetch=fetch, depth=depth)


def from_markdown(*texts: str, title: str | None = None, depth: int = 3) -> Bound:
    read = pandoc.READERS["commonmark"]
    return bound(
        *(pandoc.convert(text.encode(), read, Place("a.md")).html for text in texts),
        title=title,
        depth=depth,
    )


def flat(markup: str) -> str:
    return re.sub(r"[ \n]+", " ", re.sub(r">\n+<", "> <", markup)).strip()


def cases(name: str) -> list[object]:
    table = tomllib.loads((CASES / f"{name}.toml").read_text(encoding="utf-8"))
    return [pytest.param(case, id=case["name"]) for case in table["case"]]


def check(case: dict[str, object], made: Bound) -> None:
    [chapter] = made.chapters
    shape = re.compile(r"> <")  # spaces between blocks say nothing
    assert shape.sub("><", flat(chapter.html)) == shape.sub("><", flat(str(case["gives"])))
    assert [each.message for each in made.findings] == case.get("says", [])
    assert {each.severity for each in made.findings} <= {"warning"}
    assert {str(each.place) for each in made.findings} <= {"text/a.md"}


@pytest.mark.parametrize("case", cases("safe"))
def test_html_from_outside_is_made_safe(case: dict[str, str]) -> None:
    check(case, bound(case["given"]))


@pytest.mark.parametrize("case", cases("forms"))
def test_each_form_of_text_has_one_form_of_markup(case: dict[str, str]) -> None:
    check(case, from_markdown(case["given"]))


# --- bounds ---


def depth_of(node: etree._Element) -> int:
    deepest, stack = 0, [(node, 0)]
    while stack:
        each, depth = stack.pop()
        deepest = max(deepest, depth)
        stack += [(child, depth + 1) for child in each]
    return deepest


@pytest.mark.parametrize("nested", [101, 300, 20_000])
def test_deep_nesting_is_flattened_and_no_word_lost(nested: int) -> None:
    markup = "<div>" * nested + "<p>one <b>two</b></p>" + "</div>" * nested + "<p>three</p>"
    root, said = parse(markup)
    assert depth_of(root) <= 100
    assert "".join(root.itertext()) == "one twothree"
    assert root[-1].tag == "p"
    assert said == ("what stands inside more than 100 elements loses its form",)


def test_a_hundred_elements_inside_one_another_are_not_too_many() -> None:
    root, said = parse("<div>" * 99 + "<p>x</p>" + "</div>" * 99)
    assert depth_of(root) == 100
    assert said == ()


def test_many_paragraphs_left_open_are_not_nested() -> None:
    root, said = parse("<p>x" * 5_000)
    assert len(root) == 5_000
    assert said == ()


@pytest.mark.parametrize("line", ["* * *", "- - -", "***", "_ _ _", " * * * "])
def test_a_line_of_marks_is_a_break(line: str) -> None:
    [chapter] = from_markdown(f"a\n\n{line}\n\nb\n\n> c\n>\n> {line}\n").chapters
    assert flat(chapter.html) == "<p>a</p> <hr/> <p>b</p> <blockquote> <p>c</p> <hr/> </blockquote>"


def test_empty_items_are_no_break() -> None:
    [chapter] = from_markdown("- - a\n\nb\n\n* *\n").chapters
    assert "<hr" not in chapter.html


def test_a_row_has_no_more_than_a_thousand_columns() -> None:
    cells = '<td colspan="600" rowspan="2">x</td>' * 3
    [chapter] = bound(f"<table><tr>{cells}</tr><tr><td colspan='7'>y</td></tr></table>").chapters
    assert re.findall(r'colspan="(\d+)"', chapter.html) == ["600", "400", "1", "1"]


@pytest.mark.parametrize(
    "piece",
    [
        "<h2>Letter</h2><p>x</p>",
        "<div><h1>Letter</h1></div>",
        '<p id="x"><a href="#x">y</a></p>',
        "<p>x<sup>y</sup><code>z</code></p>",
        '<div class="line-block">a<br>b</div>',
        "<table><tr><td>x</td></tr></table>",
        "<a '",
        '<a "',
        "<!--",
    ],
)
def test_time_is_linear(piece: str) -> None:
    def seconds(times: int) -> float:
        began = time.process_time()
        bound(piece * times)
        return time.process_time() - began

    seconds(10)
    assert seconds(4_000) < 15 * seconds(800) + 0.2  # five times the text; quadratic: 25 times


# --- markup ---

TOKENS = st.one_of(
    st.sampled_from([f"<{tag}>" for tag in sorted(TAGS)]),
    st.sampled_from([f"</{tag}>" for tag in sorted(TAGS)]),
    st.sampled_from(
        [
            *("<script>", "</script>", "<style>", "<form>", "<svg>", "</svg>", "<x-y>", "<!--"),
            *("-->", "<![CDATA[", "]]>", "<?x", "&amp;", "&lt;b>", "&#1;", "&nbsp;", "a", " b\n"),
            *("<pre>\n", '<div class="line-block">', '<div class="verse">', "<td colspan=3>"),
            *(
                "<a href='#x' title='\">&lt;'>",
                "<img src=x alt=' src='>",
                "<span id=a class='b c'>",
            ),
        ]
    ),
    st.text(max_size=5),
)


def shape(node: object, depth: int = 0) -> list[object]:
    """Say what a tree holds, in a form that two parsers' trees share."""
    attributes = {k: v for k, v in node.attrib.items() if not k.endswith("xmlns")}  # type: ignore[attr-defined]
    found: list[object] = [(depth, node.tag.rpartition("}")[2], attributes), node.text or ""]  # type: ignore[attr-defined]
    for child in node:  # type: ignore[attr-defined]
        found += [*shape(child, depth + 1), child.tail or ""]
    return found


@settings(max_examples=300, deadline=None)
@given(st.lists(TOKENS, max_size=12).map("".join))
@example("<h1><form><h1><form><h1>")
@example("<pre>" + "\n" * 9 + "x</pre>")
@example("<b></b>x<p></p>y")
@example("<table><tr><td><a><table><a>x")
def test_markup_is_the_same_to_xml_and_html(markup: str) -> None:
    root, _ = parse(markup)
    tidy(root)
    made = serialise(root)
    xml = etree.fromstring(f"<div>{made}</div>")
    page = f"<!DOCTYPE html><html><head></head><body><div>{made}</div></body></html>"
    html = tinyhtml5.parse(page, namespace_html_elements=False).find(".//div")
    assert shape(xml) == shape(html)


def letters(text: str) -> str:
    return "".join(char for char in text if char.isalnum())


WORDS = st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=8)


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(["p", "h1", "h2", "li", "note", "verse"]), WORDS)))
def test_no_letter_is_lost_on_the_way(parts: list[tuple[str, str]]) -> None:
    escaped = [(kind, re.sub(r"([^\w\s])", r"\\\1", words)) for kind, words in parts]
    forms = {"p": "{}", "h1": "# {}", "h2": "## {}", "li": "- x{}", "verse": "| {}"}
    source = "\n\n".join(
        f"p[^{nth}]\n\n[^{nth}]: x{words}" if kind == "note" else forms[kind].format(words)
        for nth, (kind, words) in enumerate(escaped)
    )
    html = pandoc.convert(source.encode(), pandoc.READERS["commonmark"], Place("a.md")).html
    made = bound(html)
    kept = "".join(c.html + "".join(f"<div>{n.html}</div>" for n in c.notes) for c in made.chapters)
    kept = (f"<h1>{made.title}</h1>" if made.title and not made.chapters else "") + kept

    def count(markup: str) -> dict[str, int]:
        root, _ = parse(markup)
        for mark in root.xpath('//a[@role="doc-noteref"]'):
            mark.clear(keep_tail=True)
        text = letters("".join(root.itertext()))
        return {char: text.count(char) for char in sorted(set(text))}

    found = count(kept)
    for char, times in count(html).items():
        assert found.get(char, 0) + letters(made.title or "").count(char) >= times


# --- notes ---


def test_notes_are_numbered_in_each_chapter_and_stand_with_it() -> None:
    made = from_markdown("# One\n\na[^x] b[^y]\n\n# Two\n\nc[^z]\n\n[^y]: Y\n[^x]: X\n[^z]: Z\n")
    one, two = made.chapters
    assert [(n.number, n.id, n.html) for n in one.notes] == [
        (1, "one--note-1", "<p>X</p>"),
        (2, "one--note-2", "<p>Y</p>"),
    ]
    assert [(n.number, n.id, n.references) for n in two.notes] == [
        (1, "two--note-1", ("two--ref-1",))
    ]
    mark = '<a class="noteref" role="doc-noteref" id="two--ref-1" href="#two--note-1">1</a>'
    assert f"c{mark}" in two.html


def test_a_note_may_have_several_marks() -> None:
    mark = '<a href="#fn1" role="doc-noteref"><sup>1</sup></a>'
    notes = '<section role="doc-endnotes"><ol><li id="fn1"><p>N</p></li></ol></section>'
    [chapter] = bound(f"<p>a{mark} b{mark}</p>{notes}").chapters
    assert chapter.notes[0].references == ("a--ref-1", "a--ref-1-2")
    assert {"a--ref-1", "a--ref-1-2", "a--note-1", "a"} == chapter.ids
    assert chapter.html.count('href="#a--note-1"') == 2


def test_a_note_in_a_heading_is_no_part_of_the_title() -> None:
    [chapter] = from_markdown("# The Sea[^1]\n\nText\n\n# \n\n[^1]: N\n", title="B").chapters[:1]
    assert chapter.title == "The Sea"
    assert chapter.slug == "the-sea"
    assert len(chapter.notes) == 1


def test_a_note_of_many_blocks_keeps_them_and_loses_its_backlink() -> None:
    [chapter] = from_markdown("a[^1]\n\n[^1]: One\n\n    Two\n\n    - three\n").chapters
    [note] = chapter.notes
    assert flat(note.html) == "<p>One</p> <p>Two</p> <ul> <li>three</li> </ul>"


def test_what_only_looks_like_a_note_stays_in_the_text() -> None:
    fake = '<section role="doc-endnotes"><ol><li id="fn9">kept</li></ol></section>'
    [chapter] = bound(f'<p>a <a role="doc-noteref" href="../x.html">b</a></p>{fake}').chapters
    assert chapter.notes == ()
    assert "kept" in chapter.html
    assert "role=" not in chapter.html
    assert "../x" not in chapter.html


def test_headings_in_a_note_are_not_in_the_outline() -> None:
    made = from_markdown("# One\n\na[^1]\n\n[^1]:\n    # Loud\n")
    [note] = made.chapters[0].notes
    assert "<h" not in note.html
    assert "Loud" in note.html
    assert made.contents[0].children == ()


# --- cutting ---


def titles(made: Bound) -> list[tuple[str, str, str]]:
    return [(c.title, c.slug, c.kind) for c in made.chapters]


def test_each_heading_of_level_one_begins_a_chapter() -> None:
    made = from_markdown("# One\n\na\n\n# Two\n\nb")
    assert titles(made) == [("One", "one", "chapter"), ("Two", "two", "chapter")]
    assert flat(made.chapters[1].html) == '<h1 id="two--title">Two</h1> <p>b</p>'


def test_parts_and_matter_before_and_after() -> None:
    heads = ["P {.front}", "I {.part}", "A", "II {.part}", "B", "X {.back}"]
    made = from_markdown("\n\n".join(f"# {head}\n\nx" for head in heads))
    assert [c.kind for c in made.chapters] == "front part chapter part chapter back".split()
    tree = [(e.title, e.level, [c.title for c in e.children]) for e in made.contents]
    assert tree == [("P", 1, []), ("I", 0, ["A"]), ("II", 0, ["B"]), ("X", 1, [])]


def test_text_without_a_heading_is_named_by_its_file() -> None:
    made = bound("<p>a</p>", "<p>b</p>")
    assert titles(made) == [("A", "a", "chapter"), ("B", "b", "chapter")]
    assert not made.chapters[0].titled
    assert name_of("text/02-the-sea.md") == "The sea"
    assert name_of("07.md") == "07"


def test_words_before_the_first_heading_are_a_chapter_of_their_own() -> None:
    made = bound("<p>before</p><h1>One</h1><p>x</p><h1>Two</h1>")
    assert [c.titled for c in made.chapters] == [False, True, True]


def test_a_single_leading_title_is_the_books() -> None:
    made = from_markdown("# The Sea\n\n## One\n\na\n\n## Two\n\nb\n")
    assert made.title == "The Sea"
    [chapter] = made.chapters
    assert "<h1" not in chapter.html
    assert [e.title for e in made.contents[0].children] == ["One", "Two"]


def test_a_title_is_dropped_only_where_it_repeats_the_books() -> None:
    same = from_markdown("# The  sea\n\ntext", title="The Sea")
    other = from_markdown("# Waves\n\ntext", title="The Sea")
    assert "<h1" not in same.chapters[0].html
    assert other.chapters[0].title == "Waves"


def test_a_long_text_is_cut_at_its_second_level() -> None:
    long = "word " * 4_100
    made = from_markdown(f"# Book\n\n## One\n\n{long}\n\n### Deep\n\n## Two\n\n{long}")
    assert [c.title for c in made.chapters] == ["One", "Two"]
    assert re.findall(r"<(h\d)", made.chapters[0].html) == ["h1", "h2"]


def test_wrappers_around_chapters_are_taken_away() -> None:
    html = (
        '<section id="ch1.xhtml"><div><h1>One</h1><a href="#ch2.xhtml">b</a></div></section>'
        '<section id="ch2.xhtml"><h1>Two</h1><p>c <a href="#ch1.xhtml">d</a></p></section>'
    )
    made = bound(html)
    assert [c.title for c in made.chapters] == ["One", "Two"]
    assert made.findings == ()
    ids = made.chapters[0].ids | made.chapters[1].ids
    for chapter in made.chapters:
        assert "<section" not in chapter.html
        [target] = re.findall(r'href="#([^"]*)"', chapter.html)
        assert target in ids - chapter.ids


def test_the_id_of_a_wrapper_is_its_headings() -> None:
    inside = "::: {lang=ar}\n# A {#here}\n\nSee [above](#here).\n:::"
    _, made = from_markdown(f"# First\n\nBefore.\n\n{inside}").chapters
    assert '<a href="#a">' in made.html
    assert '<h1 lang="ar" id="a--title">A</h1>' in made.html


def test_language_and_direction_of_a_wrapper_are_kept() -> None:
    html = (
        '<div lang="ar" dir="rtl"><div dir="auto"><h1>One</h1><p lang="en">b</p></div>'
        "<p>c</p></div>"
        "<h1>Two</h1><p>d</p>"
    )
    one, two = bound(html).chapters
    assert re.findall(r"<(?:h1|p)[^>]*>", one.html) == [
        '<h1 lang="ar" dir="auto" id="one--title">',
        '<p lang="en" dir="auto">',
        '<p lang="ar" dir="rtl">',
    ]
    assert "lang" not in two.html


@given(st.lists(st.integers(1, 6), max_size=12), st.booleans())
@settings(max_examples=60, deadline=None)
def test_levels_of_headings_are_never_skipped(levels: list[int], two: bool) -> None:
    html = "<p>x</p>" + "".join(f"<h{n}>T{i}</h{n}><p>x</p>" for i, n in enumerate(levels))
    for chapter in bound(*[html] * (1 + two)).chapters:
        found = [int(n) for n in re.findall(r"<h(\d)", chapter.html)]
        before = 0 if chapter.titled else 1
        for level in found:
            assert level <= before + 1
            before = level
        assert found.count(1) == chapter.titled


# --- slugs, ids and links ---


def test_slugs_are_unique_ascii_and_never_one_of_ours() -> None:
    names = ["Nav", "Cover", "Café", "Cafe", "第一章", "第二章", "12", "!!!", "Title"]
    made = from_markdown("\n\n".join(f"# {name}\n\nx" for name in names))
    slugs = [c.slug for c in made.chapters]
    assert len(set(slugs)) == len(slugs) == len(names)
    assert not RESERVED & set(slugs)
    assert all(re.fullmatch(r"[a-z][a-z0-9-]*", slug) for slug in slugs), slugs
    assert [c.title for c in made.chapters] == names


def test_a_slug_stays_when_other_chapters_come() -> None:
    few = from_markdown("# One\n\n# Two {#second}\n\n# Three")
    many = from_markdown("# Zero\n\n# One\n\n# More\n\n# Two {#second}\n\n# Three")
    assert {"one", "second", "three"} == {c.slug for c in few.chapters}
    assert {c.slug for c in few.chapters} <= {c.slug for c in many.chapters}


def all_ids(made: Bound) -> list[str]:
    html = "".join(c.html + "".join(n.html for n in c.notes) for c in made.chapters)
    given = [c.slug for c in made.chapters] + [n.id for c in made.chapters for n in c.notes]
    return [*given, *re.findall(r'<[^>]* id="([^"]*)"', html)]


def test_ids_are_unique_even_where_authors_repeat_them() -> None:
    text = (
        "# A\n\n## Note 1\n\n## Ref 1\n\n## Title\n\n## Title\n\n[x]{#contents} a[^1]\n\n"
        "[^1]: <span id='contents'>n</span> <b id='note-1'>m</b>\n"
    )
    made = from_markdown(text, text)
    ids = all_ids(made)
    assert len(ids) == len(set(ids))
    for chapter in made.chapters:
        assert chapter.ids <= set(ids)
    assert {name for c in made.chapters for name in c.ids} == set(ids)
    assert "contents" not in ids


def test_links_lead_across_chapters_and_files() -> None:
    first = "# One {#one}\n\n[a](#two) [b](b.md) [c](b.md#deep) [d](../text/b.md#deep)\n"
    first += "\n# Two {#two}\n"
    second = "# Three\n\n## Deep {#deep}\n\n[e](a.md#two) [f](#deep) [g](#one) [h](a.md#deep)\n"
    made = from_markdown(first, second)
    found = re.findall(r'<a href="([^"]*)">(\w)', "".join(c.html for c in made.chapters))
    assert {words: address for address, words in found} == {
        "a": "#two",
        "b": "#three",
        "c": "#three--deep",
        "d": "#three--deep",
        "e": "#two",
        "f": "#three--deep",
        "g": "#one",
    }
    [dead] = made.findings
    assert (dead.check, dead.message) == ("links", 'the link "h" leads nowhere: a.md#deep')


def test_the_nearest_of_equal_names_is_meant() -> None:
    made = from_markdown("# A\n\n## S {#s}\n\n[x](#s)", "# B\n\n## S {#s}\n\n[x](#s)")
    assert ['href="#a--s"' in made.chapters[0].html, 'href="#b--s"' in made.chapters[1].html] == [
        True,
        True,
    ]


def test_addresses_of_the_net_stay() -> None:
    made = bound(
        '<p><a href="https://example.org/?a=1&amp;b=2#c">x</a><a href="mailto:a@b.c">y</a></p>'
    )
    assert 'href="https://example.org/?a=1&amp;b=2#c"' in made.chapters[0].html
    assert 'href="mailto:a@b.c"' in made.chapters[0].html


# --- contents ---


def lines(entries: tuple[Entry, ...], at: int = 0) -> list[tuple[int, str, int]]:
    return [line for e in entries for line in [(at, e.title, e.level), *lines(e.children, at + 1)]]


def test_contents_nest_parts_chapters_and_sections() -> None:
    source = "# I {.part}\n\n# A\n\n## a\n\n### deep\n\n#### deeper\n\n## \n\n## b\n\n# B\n"
    made = from_markdown(source)
    assert lines(made.contents) == [
        (0, "I", 0),
        (1, "A", 1),
        (2, "a", 2),
        (3, "deep", 3),
        (2, "b", 2),
        (1, "B", 1),
    ]
    assert [line[1] for line in lines(from_markdown(source, depth=1).contents)] == ["I", "A", "B"]
    ids = {name for chapter in made.chapters for name in chapter.ids}
    assert {e.id for e in made.contents[0].children} <= ids


def test_an_image_in_a_heading_says_its_words() -> None:
    [chapter] = bound('<h1><img src="a.png" alt="The Sea"> rises</h1><p>x</p><h1>Z</h1>').chapters[
        :1
    ]
    assert chapter.title == "The Sea rises"
    assert text_of(parse("<p>a<b> b</b>\n c</p>")[0]) == "a b c"


def test_binding_twice_gives_the_same() -> None:
    source = "# A\n\n## S\n\n| v\n\n```python\nx\n```\n\n![y](b.png) z[^1]\n\n[^1]: n\n"
    assert from_markdown(source) == from_markdown(source)
    assert isinstance(from_markdown(source).chapters[0], Chapter)
