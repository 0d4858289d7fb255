"""Chapters through the shared templates, in all three editions."""

import datetime
import re
from dataclasses import replace
from html import escape as html_escape
from pathlib import Path

import pytest
import tinyhtml5
from hypothesis import example, given, settings
from hypothesis import strategies as st
from lxml import etree

from octavo.config import MarginSettings, PageSize
from octavo.direction import direction
from octavo.errors import TemplateFault
from octavo.fonts import FACES, font_set
from octavo.model import Author, Book, Chapter, Entry, Metadata, Note, Resource, Series
from octavo.render import (
    Look,
    epub_edition,
    html_edition,
    print_edition,
    said_beside,
    shipped_templates,
)
from octavo.render.measures import measures
from octavo.render.opening import begin

pytestmark = pytest.mark.filterwarnings("ignore:path is deprecated")  # ziamath asks for its fonts

LOOK = Look(PageSize(148, 210), 10.5, recto=True)
ABOUT = Metadata(
    title="The Sea",
    language="en",
    identifier="urn:uuid:00000000-0000-4000-8000-000000000000",
    modified=datetime.datetime(2026, 1, 2, tzinfo=datetime.UTC),
    authors=(Author("Ann B."), Author("Ed C.", "edt"), Author("Tr D.", "trl")),
)
MAP = Resource("images/map.png", "image/png", b"\x89PNG", 3, 2)
FORMULA = (
    '<math xmlns="http://www.w3.org/1998/Math/MathML" display="block" alttext="x &quot;&lt;&quot;">'
    "<mi>x</mi></math>"
)
NS = {"x": "http://www.w3.org/1999/xhtml", "epub": "http://www.idpf.org/2007/ops"}
XML = "{http://www.w3.org/XML/1998/namespace}"


def mark(slug: str, number: int) -> str:
    return (
        f'<a class="noteref" role="doc-noteref" id="{slug}--ref-{number}"'
        f' href="#{slug}--note-{number}">{number}</a>'
    )


def note(slug: str, number: int, html: str) -> Note:
    return Note(f"{slug}--note-{number}", number, html, (f"{slug}--ref-{number}",))


def chapter(slug: str, inner: str, *notes: Note, **said: object) -> Chapter:
    title = str(said.pop("title", slug.title()))
    heading = etree.Element("h1", id=f"{slug}--title")
    heading.text = title
    html = etree.tostring(heading, encoding="unicode") + inner
    ids = {slug, *re.findall(r' id="([^"]*)"', html), *(each.id for each in notes)}
    return Chapter(slug, title, "chapter", html, notes, frozenset(ids), **said)  # type: ignore[arg-type]


def book(*chapters: Chapter, about: Metadata = ABOUT, **said: object) -> Book:
    chapters = chapters or (chapter("one", "<p>a</p>"), chapter("two", "<p>b</p>"))
    entries = tuple(Entry(each.title, each.slug, 1, ()) for each in chapters)
    return Book(about, chapters, entries, **said)  # type: ignore[arg-type]


def html(made: Book, *folders: Path) -> str:
    return html_edition(made, (), LOOK, folders)


def printed(made: Book, *folders: Path) -> str:
    return print_edition(made, (), LOOK, folders).html


def pages(made: Book, *folders: Path) -> dict[str, str]:
    edition = epub_edition(made, (), LOOK, folders)
    found = {page.name: page.markup for page in edition.pages}
    return {**found, "nav": edition.nav, "ncx": edition.ncx}


# --- templates of the book's own ---


def test_one_file_replaces_ours_in_every_edition(tmp_path: Path) -> None:
    (tmp_path / "parts").mkdir()
    (tmp_path / "parts/colophon.html").write_text("<p>Printed in {{ meta.title }}’s shop</p>")
    made = book()
    for markup in (
        html(made, tmp_path),
        printed(made, tmp_path),
        pages(made, tmp_path)["colophon"],
    ):
        assert "Printed in The Sea’s shop" in markup
        assert "doc-colophon" not in markup
    assert "Printed in" not in html(made)


def test_the_first_folder_wins(tmp_path: Path) -> None:
    for name in ("book", "project"):
        (tmp_path / name / "style").mkdir(parents=True)
        (tmp_path / name / "style/screen.css").write_text(f".{name} {{ color: red }}")
    found = html(book(), tmp_path / "book", tmp_path / "project")
    assert ".book {" in found
    assert ".project {" not in found


FAULTS = {
    "syntax": ("<p>\n{% if %}</p>", 2, "Expected"),
    "unknown tag": ("\n\n{% frob %}", 3, "frob"),
    "undefined": ("a\n\n{{ meta.titel }}\n", 3, "titel"),
    "undefined name": ("{{ nothing }}", 1, "nothing"),
    "missing include": ("\n{% include 'no.html' %}", 2, "no.html"),
    "wrong type": ("\n\n\n{{ meta.title + 1 }}", 4, "str"),
    "no number": ("{{ 1 / 0 }}", 1, "zero"),
    "itself": ("{% include 'parts/colophon.html' %}", 1, "recursion"),
}


@pytest.mark.parametrize(("source", "line", "word"), FAULTS.values(), ids=FAULTS)
def test_a_fault_in_a_template_says_where(
    tmp_path: Path, source: str, line: int, word: str
) -> None:
    (tmp_path / "parts").mkdir()
    (tmp_path / "parts/colophon.html").write_text(source)
    (tmp_path / "part").mkdir()  # its name begins as another folder's does
    with pytest.raises(TemplateFault) as caught:
        html(book(), tmp_path / "part", tmp_path)
    assert str(caught.value.place) == f"templates/parts/colophon.html:{line}"
    assert word in caught.value.message


@pytest.mark.parametrize(
    ("source", "line"), [("[en]\ncontents =\n", 2), ("x = 1", None), ("[en]\na = 1", None)]
)
def test_a_broken_table_of_words_is_a_fault(tmp_path: Path, source: str, line: int | None) -> None:
    (tmp_path / "words.toml").write_text(source)
    with pytest.raises(TemplateFault) as caught:
        html(book(), tmp_path)
    assert caught.value.place
    assert (caught.value.place.path, caught.value.place.line) == ("templates/words.toml", line)


def test_a_template_that_is_no_text_is_a_fault(tmp_path: Path) -> None:
    (tmp_path / "book.html").write_bytes(b"\xff\xfe<html>")
    with pytest.raises(TemplateFault, match="UTF-8"):
        html(book(), tmp_path)


# --- words and directions ---


def test_words_come_in_the_books_language_and_else_in_english(tmp_path: Path) -> None:
    assert ">Inhalt<" in html(book(about=replace(ABOUT, language="de-AT")))
    assert ">Contents<" in html(book(about=replace(ABOUT, language="qaa")))
    (tmp_path / "words.toml").write_text('[qaa]\ncontents = "Zzz"\n')
    own = html(book(about=replace(ABOUT, language="qaa")), tmp_path)
    assert ">Zzz<" in own
    assert "Edited by" in own
    assert ">Inhalt<" in html(book(about=replace(ABOUT, language="de")), tmp_path)


def test_words_that_were_changed_are_the_new_ones(tmp_path: Path) -> None:
    for word in ("Zzz", "Yyy", "Zzz"):
        (tmp_path / "words.toml").write_text(f'[qaa]\ncontents = "{word}"\n')
        assert f">{word}<" in html(book(about=replace(ABOUT, language="qaa")), tmp_path)


def test_every_language_has_every_word() -> None:
    import tomllib

    table = tomllib.loads((shipped_templates() / "words.toml").read_text(encoding="utf-8"))
    assert {language: set(said) for language, said in table.items()} == {
        language: set(table["en"]) for language in table
    }


@pytest.mark.parametrize(
    ("language", "expected"),
    [("en", "ltr"), ("ar", "rtl"), ("he-IL", "rtl"), ("az-Arab", "rtl"), ("ar-Latn", "ltr")],
)
def test_the_direction_is_the_scripts(language: str, expected: str) -> None:
    assert direction(language) == expected
    made = book(about=replace(ABOUT, language=language))
    assert f'<html lang="{language}" dir="{expected}">' in html(made)
    assert epub_edition(made, (), LOOK, ()).direction == expected
    root = etree.fromstring(pages(made)["one"].encode())
    assert (root.get("lang"), root.get(f"{XML}lang"), root.get("dir")) == (
        language,
        language,
        expected,
    )


def test_a_language_inside_the_text_is_said_twice_in_the_epub_only() -> None:
    inner = """<p title=' lang="x"'>a <i class="b" lang="fr">mot</i> lang="de"</p>""".replace(
        "' lang=\"x\"'", '" lang=&quot;x&quot;"'
    )
    made = book(chapter("one", inner))
    assert '<i class="b" lang="fr" xml:lang="fr">mot</i> lang="de"' in pages(made)["one"]
    assert "xml:lang" not in html(made)


def test_lines_of_a_paragraph_are_joined_in_the_epub_only() -> None:
    inner = "<p>a\nb\n<em>c</em> d</p>\n<pre>e\nf</pre>\n<p>字\n字 g\nh</p>"
    found = pages(book(chapter("one", inner)))["one"]
    assert "<p>a b\n<em>c</em> d</p>\n<pre>e\nf</pre>\n<p>字\n字 g h</p>" in found
    assert inner in html(book(chapter("one", inner)))


@pytest.mark.parametrize(
    ("language", "inside", "rule"),
    [
        ("en", "rtl", '[dir="rtl"] dd, dd[dir="rtl"] { margin: 0 1.6em 0 0; }'),
        ("ar", "ltr", '[dir="ltr"] dd, dd[dir="ltr"] { margin: 0 0 0 1.6em; }'),
        ("en", "ltr", None),
        ("ar", "rtl", None),
    ],
)
def test_passages_that_run_the_other_way_begin_at_their_side(
    language: str, inside: str, rule: str | None
) -> None:
    made = book(chapter("one", f'<p dir="{inside}">a</p>'), about=replace(ABOUT, language=language))
    css = epub_edition(made, (), LOOK, ()).css
    assert rule in css if rule else "[dir=" not in css


# --- escaping ---

TITLES = st.text(
    st.characters(
        codec="utf-8", exclude_categories=["Cc", "Cs"], exclude_characters="\ufffe\uffff"
    ),
    min_size=1,
    max_size=30,
)


@settings(max_examples=200, deadline=None)
@given(TITLES)
@example("</title><script>alert(1)</script>")
@example("{{7*7}}{% raw %}{{ meta }}")
@example("]]><!-- --> <![CDATA[ &lt; &#1; \"quoted\" 'single' & --")
@example("</style></textarea><img src=x onerror=y>")
def test_titles_are_words_everywhere(title: str) -> None:
    people = (Author(title), Author(title, "edt"))
    said = replace(
        ABOUT,
        title=title,
        subtitle=title,
        authors=people,
        publisher=title,
        description=title,
        rights=title,
        subjects=(title,),
        series=Series(title, 1.5),
    )
    made = book(chapter("one", "<p>a</p>", title=title), chapter("two", "<p>b</p>"), about=said)
    words = " ".join(title.split())
    for name, markup in pages(made).items():
        root = etree.fromstring(markup.encode())
        assert not root.xpath("//x:script | //x:img[@onerror]", namespaces=NS)
        if name in {"title", "one"}:
            assert " ".join(root.findtext(".//x:head/x:title", namespaces=NS).split()) == words
        if name == "title":
            assert " ".join(root.findtext(".//x:h1", namespaces=NS).split()) == words
    for markup, scripts in ((html(made), 1), (printed(made), 0)):
        assert markup.count("<script") == scripts, "its own alone"
        assert "onerror=y>" not in markup
        assert "{{ meta" not in markup or "{{ meta" in title
        root = tinyhtml5.parse(markup, namespace_html_elements=False)
        assert len(root.findall(".//h1")) == 1
        assert " ".join(root.findtext(".//title").split()) == words


def test_a_style_sheet_that_speaks_of_the_title_cannot_end_the_style(tmp_path: Path) -> None:
    (tmp_path / "style").mkdir()
    (tmp_path / "style/screen.css").write_text('p::before { content: "{{ meta.title }}" }')
    made = html(book(about=replace(ABOUT, title="</style><script>x()</script>")), tmp_path)
    assert made.count("</style>") == 1
    root = tinyhtml5.parse(made, namespace_html_elements=False)
    own = (shipped_templates() / "reader.js").read_text(encoding="utf-8").strip()
    assert [each.text for each in root.iter("script")] == [own]


# --- markup of chapters ---

TRICKY = (
    '<p>He wrote href="#two" and src="images/x.png".</p>'
    '<p><img alt=" src=" src="images/map.png" width="3"/></p>'
    '<p><a title=" href=" href="#two">a</a> <a href="#one">b</a></p>'
)


def test_only_attributes_are_changed_and_not_words() -> None:
    made = book(chapter("one", TRICKY), chapter("two", "<p>b</p>"), resources=(MAP,))
    epub = pages(made)["one"]
    assert 'He wrote href="#two" and src="images/x.png".' in epub
    assert '<img alt=" src=" src="../images/map.png"' in epub
    assert '<a title=" href=" href="two.xhtml#two">a</a> <a href="#one">b</a>' in epub
    assert '<img alt=" src=" src="data:image/png;base64,iVBORw=="' in html(made)
    assert '<img alt=" src=" src="octavo:images/map.png"' in printed(made)


def test_every_link_and_id_of_the_pages_fits() -> None:
    made = book(
        chapter(
            "one", f"<p>a{mark('one', 1)} <a href='#two'>x</a></p>", note("one", 1, "<p>n</p>")
        ),
        chapter("two", "<p>b <a href='#one--note-1'>y</a></p>".replace("'", '"')),
    )
    made = replace(
        made, chapters=tuple(replace(c, html=c.html.replace("'", '"')) for c in made.chapters)
    )
    found = pages(made)
    ids = {name: etree.fromstring(markup.encode()).xpath("//@id") for name, markup in found.items()}
    for name, markup in found.items():
        assert len(ids[name]) == len(set(ids[name]))
        for address in etree.fromstring(markup.encode()).xpath("//x:a/@href", namespaces=NS):
            file, _, target = address.partition("#")
            page = file.removeprefix("text/").removesuffix(".xhtml") or name
            assert not target or target in ids[page], address
    for markup in (html(made), printed(made)):
        every = re.findall(r' id="([^"]*)"', markup)
        assert len(every) == len(set(every))
        assert set(re.findall(r'href="#([^"]*)"', markup)) <= set(every)


def test_headings_stand_below_the_books_title() -> None:
    made = book(chapter("one", '<h2 id="one--a">A</h2><p>h1 &lt;h1&gt;</p><h6 id="x">Z</h6>'))
    found = re.findall(r"<(h\d)[ >]", html(made).split("<main>")[1])
    assert found == ["h2", "h3", "h6"]
    assert "h1 &lt;h1&gt;" in html(made)
    assert re.findall(r"<(h\d)[ >]", pages(made)["one"]) == ["h1", "h2", "h6"]


def test_notes_say_what_they_are_in_both_vocabularies() -> None:
    page = etree.fromstring(pages(book(NOTED))["one"].encode())
    types = {
        str(each.get("role")): each.get(f"{{{NS['epub']}}}type")
        for each in page.iter("{*}a", "{*}aside")
        if each.get("role")
    }
    assert types == {
        "doc-noteref": "noteref",
        "doc-footnote": "footnote",
        "doc-backlink": "backlink",
    }


def test_the_old_contents_have_two_levels_and_every_entry() -> None:
    def entry(name: str, *children: Entry) -> Entry:
        return Entry(name.upper(), f"one--{name}", 1, children)

    tree = (entry("a", entry("b", entry("c", entry("d")), entry("e"))), entry("f"))
    ids = "".join(f'<p id="one--{name}">x</p>' for name in "abcdef")
    made = replace(book(chapter("one", ids)), contents=tree)
    ncx = etree.fromstring(pages(made)["ncx"].encode())
    points = [
        (len(list(each.iterancestors("{*}navPoint"))), each.findtext("{*}navLabel/{*}text"))
        for each in ncx.iter("{*}navPoint")
    ]
    assert points == [(0, "A"), (1, "B"), (1, "C"), (1, "D"), (1, "E"), (0, "F")]
    metas = {each.get("name"): each.get("content") for each in ncx.iter("{*}meta")}
    assert metas["dtb:depth"] == "2"


def test_formulas_are_drawn_for_print_and_stay_elsewhere() -> None:
    made = book(chapter("one", f"<p>{FORMULA}</p>"))
    edition = print_edition(made, (), LOOK, ())
    [drawing] = edition.resources
    image = re.search(r"<img [^>]*>", edition.html)
    assert image
    found = etree.fromstring(image[0])
    assert found.get("alt") == "x"
    assert found.get("src") == f"octavo:{drawing.name}"
    assert found.get("class") == "formula display"
    assert "<math" in html(made)


def test_a_formula_is_said_in_the_books_language() -> None:
    inner = '<mfrac><mi>a</mi><mtext>"&lt;&amp;</mtext></mfrac>'
    formula = f'<math xmlns="http://www.w3.org/1998/Math/MathML">{inner}</math>'
    about = replace(ABOUT, language="de")
    made = book(chapter("one", f"<p>{formula}</p>"), about=about)
    image = re.search(r"<img [^>]*>", print_edition(made, (), LOOK, ()).html)
    assert image
    assert etree.fromstring(image[0]).get("alt") == 'a durch "<&'


def test_a_formula_that_cannot_be_drawn_is_set_as_its_source() -> None:
    unknown = FORMULA.replace("<mi>x</mi>", "<mtext>第</mtext>")
    found = printed(book(chapter("one", f"<p>{unknown}</p>")))
    assert '<span class="formula display">x &quot;&lt;&quot;</span>' in found
    assert "<math" not in found


# --- notes ---

NOTED = chapter(
    "one",
    f"<p>a{mark('one', 1)} b{mark('one', 2)} c{mark('one', 3)}</p>",
    note("one", 1, "<p>First</p><ul><li>x</li></ul>"),
    note("one", 2, "<table><tbody><tr><td>t</td></tr></tbody></table>"),
    note("one", 3, "<p>Third</p>"),
)


def test_notes_stand_at_the_foot_and_tables_at_the_end() -> None:
    found = printed(book(NOTED))
    assert (
        'a<span class="footnote" data-number="1" id="one--note-1"><span data-block="p">First</span>'
        '<span data-block="ul"><span data-block="li">x</span></span></span> b<a'
    ) in found
    assert 'data-number="3"' in found
    [ends] = re.findall(r'<section class="notes".*?</section>', found, re.DOTALL)
    assert re.findall(r' id="([^"]*)"', ends) == ["one--note-2"]
    assert 'href="#one--ref-2">2</a>' in ends
    assert 'id="one--ref-2"' in found


def test_notes_of_a_screen_stand_at_the_chapters_end_and_lead_back() -> None:
    for markup in (html(book(NOTED)), pages(book(NOTED))["one"]):
        assert markup.count('role="doc-footnote"') == 3
        assert 'href="#one--ref-1">1</a> First</p>' in markup


def test_what_a_face_lacks_is_looked_for_in_the_serif_first() -> None:
    made = html_edition(book(), font_set("aك", FACES[:8]).fonts, LOOK, ())
    families = set(re.findall(r"font-family: (\"[^;]*);", made.split("@media")[0]))
    assert '"Octavo Mono", "Octavo Serif", "Octavo Arabic", monospace' in families
    assert '"Octavo Serif", "Octavo Arabic", "Octavo Mono", serif' in families


# --- shapes of books ---


def test_a_text_without_chapters_is_set_as_an_article() -> None:
    alone = replace(chapter("one", "<p>a</p>"), html="<p>a</p>", titled=False)
    found = html(book(alone))
    assert '<header class="article">' in found
    assert "doc-toc" not in found
    assert f'aria-label="{alone.title}"' in found


def test_the_pages_of_an_epub_stand_in_order() -> None:
    edition = epub_edition(book(cover=MAP), (), LOOK, ())
    assert [page.name for page in edition.pages] == ["cover", "title", "colophon", "one", "two"]
    assert edition.contents_at == 3
    assert 'href="text/cover.xhtml"' in edition.nav


def test_rendering_twice_gives_the_same() -> None:
    made = book(NOTED, chapter("two", TRICKY), resources=(MAP,))
    assert html(made) == html(made)
    assert pages(made) == pages(made)
    assert print_edition(made, (), LOOK, ()) == print_edition(made, (), LOOK, ())


def test_what_templates_add_is_said_before_fonts_are_cut() -> None:
    about = replace(
        ABOUT, language="ru", publisher="Ω Press", series=Series("Ж series"), subjects=("Ю",)
    )
    said = set().union(*said_beside(Book(about, (), ()), ()))
    assert set("ΩЖЮ") | set("Содержание") <= said


# --- the printed page ---

LONG = " and then the tide came in over the sand" * 8


@pytest.mark.parametrize(
    ("text", "begun"),
    [
        ("The sea came in", ("T", "he sea came")),
        ("A sea came in", ("A", " sea came in")),
        ("I, who had the time", ("I", ",")),
        ("It was. Then", ("I", "t was.")),
        ("Yes, it was", ("Y", "es,")),
        ("Ångström was here", ("Å", "ngström was")),
        ("E\u0301clairs again", ("E\u0301", "clairs again")),
        ("IJsland is ver", ("IJ", "sland is ver")),
        ("Море было", ("М", "оре было")),
    ],
)
def test_a_large_initial_is_the_letter_and_its_accents(text: str, begun: tuple[str, str]) -> None:
    made = begin(f"<h1>One</h1>\n<p>{text}{LONG}</p>")
    letter, lead = begun
    assert f'">{letter}</span><span class="lead">{lead}' in made
    assert re.sub("<[^>]*>", "", made) == f"One\n{text}{LONG}"


@pytest.mark.parametrize(
    ("letter", "deep"), [("Q", True), ("Ç", True), ("C\u0327", True), ("É", False), ("O", False)]
)
def test_an_initial_below_the_line_takes_a_line_more(letter: str, deep: bool) -> None:
    made = begin(f"<h1>One</h1><p>{letter}a{LONG}</p>")
    assert ('class="initial deep"' in made) == deep


def test_quotes_before_an_initial_are_marked_and_stay() -> None:
    made = begin(f"<h1>One</h1><p><em>“Go</em> home,” he said{LONG}</p>")
    assert (
        '<p class="begun"><em><span class="initial"><span class="before">“</span>G</span>' in made
    )
    assert re.sub("<[^>]*>", "", made) == f"One“Go home,” he said{LONG}"


@pytest.mark.parametrize(
    "markup",
    [
        "<h1>One</h1><p>The sea.</p>",  # it would end beside its initial
        f"<h1>One</h1><p>1912 was{LONG}</p>",
        f"<h1>One</h1><p>iPhones{LONG}</p>",
        f"<h1>One</h1><p>كان{LONG}</p>",
        f"<h1>One</h1><p>港口的灯{LONG}</p>",
        f'<h1>One</h1><p><img src="images/map.png" alt=""/>The{LONG}</p>',
        f"<h1>One</h1><ul><li><p>The sea{LONG}</p></li></ul>",
        "<h1>One</h1>",
        "",
    ],
)
def test_what_cannot_have_an_initial_has_none(markup: str) -> None:
    assert begin(markup) == markup


@settings(max_examples=100, deadline=None)
@given(st.text(alphabet="AzÅ“”’\u0301 \u00a0.,&;<>1港ك", max_size=30))
def test_an_initial_changes_no_letter(text: str) -> None:
    before = f"<h1>One</h1><p>{html_escape(text)}{LONG}</p>"
    assert re.sub("<[^>]*>", "", begin(before)) == re.sub("<[^>]*>", "", before)


def test_initials_are_asked_for_and_are_for_print_only() -> None:
    made = book(chapter("one", f"<p>The sea{LONG}</p>"))
    look = replace(LOOK, opening="drop-cap")
    assert 'class="initial"' in print_edition(made, (), look, ()).html
    assert 'class="initial"' not in html_edition(made, (), look, ())
    assert 'class="initial"' not in printed(made)
    arabic = replace(made, metadata=replace(ABOUT, language="ar"))
    assert 'class="initial"' not in print_edition(arabic, (), look, ()).html


def test_the_gutter_grows_in_steps_with_the_book() -> None:
    def inner(words: int, **said: object) -> float:
        made = book(chapter("one", f"<p>{'tide ' * words}</p>"))
        return measures(made, replace(LOOK, **said), full_width=False).inner  # type: ignore[arg-type]

    slim = inner(1000)
    assert slim == 148 * 0.115
    assert inner(40_000) == slim
    assert inner(110_000) == slim + 3
    assert inner(220_000) == slim + 6
    assert inner(400_000) == slim + 9
    assert inner(400_000, gutter=0.0) == slim
    assert inner(400_000, margins=MarginSettings(inner="20mm")) == 20
    assert inner(1000, margins=MarginSettings(inner="20mm"), gutter=2.0) == 22


def test_chinese_lines_hold_whole_characters() -> None:
    made = book()
    found = measures(made, replace(LOOK, font_size=11), full_width=True)
    em = 11 * 25.4 / 72
    assert 0 <= (148 - found.inner - found.outer) % em < 0.05


def test_a_link_may_ask_for_its_page_in_print() -> None:
    front = replace(chapter("pre", '<p id="pre--a">a</p>'), kind="front")
    links = (
        '<p><a href="#one" class="page">x</a> <a class="page wide" href="#pre--a">y</a>'
        ' <a class="page" href="https://example.org/">z</a> <a href="#one">w</a></p>'
    )
    made = book(front, chapter("one", links))
    said = print_edition(made, (), LOOK, ())
    assert '<a href="#one" class="page paged">x</a>' in said.html
    assert '<a class="page wide paged front" href="#pre--a">y</a>' in said.html
    assert said.html.count("paged") == 2
    assert "paged" not in html(made)
    assert (
        'a.paged::after { content: " (p.\xa0" target-counter(attr(href), page) ")"; }' in said.css
    )


def test_words_of_a_page_reference_cannot_end_their_string(tmp_path: Path) -> None:
    (tmp_path / "words.toml").write_text('[en]\npage_before = "\\"; x\\\\"\n', encoding="utf-8")
    css = print_edition(book(), (), LOOK, (tmp_path,)).css
    assert 'content: " (\\22 ; x\\5c " target-counter' in css


@pytest.mark.parametrize(
    ("heads", "told"), [("title", "The Sea"), ("author", "Ann B."), ("none", "The Sea")]
)
def test_running_heads_are_of_the_title_or_the_author(heads: str, told: str) -> None:
    edition = print_edition(book(), (), replace(LOOK, running_heads=heads), ())  # type: ignore[arg-type]
    assert f'data-book="{told}"' in edition.html
    assert ("string(book" in edition.css) == (heads != "none")


@pytest.mark.parametrize(("language", "verso"), [("en", "left"), ("ar", "right")])
def test_the_books_head_stands_on_the_verso(language: str, verso: str) -> None:
    css = print_edition(book(about=replace(ABOUT, language=language)), (), LOOK, ()).css
    before = css[: css.index("string(book")]
    assert before.rindex(f"@page text:{verso}") > before.rindex("@page front")


def test_bleed_and_marks_are_of_the_sheet() -> None:
    def css(**said: object) -> str:
        return print_edition(book(), (), replace(LOOK, **said), ()).css  # type: ignore[arg-type]

    assert "bleed:" not in css()
    assert "bleed: 3.0mm" in css(bleed=3.0)
    assert "bleed: 10.0mm" in css(bleed=3.0, crop_marks=True)
    assert "bleed: 20.0mm" in css(bleed=10.0, crop_marks=True)
    assert "marks: crop" in css(crop_marks=True)
    assert "columns: 2" in css(columns=2)
    assert "columns" not in css()


def test_a_long_book_has_a_half_title() -> None:
    def leaf(made: Book, **said: object) -> bool:
        edition = print_edition(made, (), replace(LOOK, **said), ())  # type: ignore[arg-type]
        before = edition.html.partition('id="titlepage"')[0]
        return '<p class="title">The Sea</p>' in before

    short = book()
    long = book(*(chapter(f"c{at}", f"<p>{'a word ' * 4000}</p>") for at in range(10)))
    assert leaf(long)
    assert not leaf(long, recto=False)
    assert not leaf(long, half_title=False)
    assert not leaf(short)
    assert leaf(short, half_title=True)
    assert "halftitle" not in html(long)
    single = book(replace(chapter("one", "<p>a</p>"), titled=False))
    assert not leaf(single, half_title=True), "a text without chapters has no title page, either"


def test_chapters_run_on_below_a_rule() -> None:
    def css(**said: object) -> str:
        return print_edition(book(), (), replace(LOOK, **said), ()).css  # type: ignore[arg-type]

    assert "section.chapter, section.back { break-before: auto; }" in css(run_on=True)
    assert "main { page: opening; }" in css(run_on=True)
    assert "break-before: auto" not in css()
    assert "main { page: text; }" in css()


@pytest.mark.parametrize(("language", "cased"), [("en", True), ("ar", False), ("th", False)])
def test_scripts_without_capitals_have_lining_figures(language: str, cased: bool) -> None:
    css = print_edition(book(about=replace(ABOUT, language=language)), (), LOOK, ()).css
    assert ("body, .initial, .titlepage .author { font-variant-numeric: lining-nums; }" in css) != (
        cased
    )
    assert ("em { font-weight: bold; }" in css) == (language == "th")
    # Two cuts of one of the system's fonts in a book are no PDF/A.
    assert ('content: counter(page); font-family: "Octavo Serif";' in css) == (language == "th")
