"""The rules of typography, case by case: tests/typography/<rule>.toml has input, output, reason."""

import re
import time
import tomllib
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from octavo import pandoc
from octavo.build import Job, build
from octavo.chapters import Bound, Prepared, Source, Typography, bind
from octavo.chapters.markup import serialise
from octavo.chapters.sanitize import parse
from octavo.chapters.typography import RULES
from octavo.chapters.typography.signs import signs_of
from octavo.config import settle
from octavo.model import Overrides, Place, Resource
from octavo.rules import TYPOGRAPHY

FOLDER = Path(__file__).parent / "typography"
IMAGE = Resource("images/a.png", "image/png", b"")
LANGUAGES = "en de de-CH fr fr-CA es it pt-PT nl pl cs ru sv hu el tr he ar zh xx".split()


@dataclass(frozen=True)
class Case:
    rule: str
    name: str
    language: str
    input: str
    output: str
    why: str = ""


def cases() -> list[object]:
    found = []
    for path in sorted(FOLDER.glob("*.toml")):
        for row in tomllib.loads(path.read_text(encoding="utf-8"))["case"]:
            case = Case(path.stem, **row)
            found.append(pytest.param(case, id=f"{case.rule}: {case.name}"))
    return found


def set_(markup: str, typography: Typography) -> str:
    root, _ = parse(markup)
    typography.tree(root)
    return serialise(root)


@pytest.mark.parametrize("case", cases())
def test_case(case: Case) -> None:
    alone = Typography(case.language, frozenset(RULES) - {case.rule})
    assert set_(case.input, alone) == case.output
    assert set_(case.output, alone) == case.output
    without = Typography(case.language, frozenset({case.rule}))
    every = set_(case.input, Typography(case.language))
    assert set_(every, Typography(case.language)) == every
    marked = "<q" in case.input
    if case.input != case.output and not marked:
        assert set_(case.input, without) != every, "switched off, it does nothing"


def test_every_rule_is_named_and_has_cases_and_one_that_changes_nothing() -> None:
    assert tuple(RULES) == tuple(TYPOGRAPHY)
    assert {path.stem for path in FOLDER.glob("*.toml")} == set(RULES)
    for rule in RULES:
        own = [each.values[0] for each in cases() if each.values[0].rule == rule]
        assert any(case.input == case.output for case in own), rule
        assert any(case.input != case.output for case in own), rule


# --- what holds for any text ---

SIGNS = st.sampled_from(list("\"'\"'ab5 S.-,!;:«»“”‘’„‚‹›—–… \n\xa0\u202f\u2060(/°tsné"))
PIECES = st.lists(
    st.tuples(st.sampled_from(["", "em", "code", "br", "de"]), st.text(SIGNS, max_size=20)),
    max_size=5,
)
# What the rules may put in, take out or exchange; nothing else is touched.
ALTERED = re.compile("[\"'“”„‘’‚«»‹›′″\\-–—.…\\s\xa0\u202f\u2060]")


def tree_of(pieces: list[tuple[str, str]]) -> etree._Element:
    root = etree.Element("div")
    paragraph = etree.SubElement(root, "p")
    for name, text in pieces:
        node = etree.SubElement(paragraph, "i" if name in {"", "de"} else name)
        node.text = None if name == "br" else text
        node.tail = text[::-1]
        if name == "de":
            node.set("lang", "de")
    return root


@settings(deadline=None)
@given(PIECES, st.sampled_from(LANGUAGES))
def test_twice_is_once_and_no_letter_is_lost(pieces: list[tuple[str, str]], language: str) -> None:
    root, typography = tree_of(pieces), Typography(language)
    before = [(node.tag, node.text if node.tag == "code" else None) for node in root.iter()]
    letters = ALTERED.sub("", "".join(root.itertext()))
    typography.tree(root)
    once = etree.tostring(root)
    assert [(n.tag, n.text if n.tag == "code" else None) for n in root.iter()] == before
    assert ALTERED.sub("", "".join(root.itertext())) == letters
    typography.tree(root)
    assert etree.tostring(root) == once


@settings(deadline=None)
@given(PIECES, st.sampled_from(LANGUAGES))
def test_with_every_rule_off_not_a_byte_is_altered(
    pieces: list[tuple[str, str]], language: str
) -> None:
    root = tree_of(pieces)
    before = etree.tostring(root)
    Typography(language, frozenset(RULES)).tree(root)
    assert etree.tostring(root) == before


def test_what_is_well_set_already_is_left_as_it_is() -> None:
    good = {
        "en": "“It’s ‘fine’,” she said\u2060—and J.\u00a0S.\u00a0Mill, p.\u00a05, 5\u00a0kg…",
        "fr": "«\u202fOui\u202f!\u202f» dit-il\u202f; «\u00a0non\u00a0», l’eau, n°\u00a05",
        "de": "„Ja‚ nein‘“\u00a0– z.\u00a0B. „so“, S.\u00a05",
        "ru": "«Да „нет“»\u00a0— А.\u00a0С.\u00a0Пушкин",
    }
    for language, text in good.items():
        assert set_(f"<p>{text}</p>", Typography(language)) == f"<p>{text}</p>"


@pytest.mark.parametrize(
    "bait",
    ['"a ', "'a ", "''", '" "', "a--", "...", ". ", "  ", " ;", "« ", "A. ", "5 k", "http://", "@"],
)
def test_time_is_linear(bait: str) -> None:
    def seconds(times: int) -> float:
        root = etree.Element("p")
        root.text = bait * times
        begun = time.process_time()
        Typography("fr").tree(root)
        return time.process_time() - begun

    assert seconds(40_000) < 4 * seconds(20_000) + 0.5


# --- in the book ---


def test_other_quotation_marks_can_be_asked_for() -> None:
    typography = Typography("de", quotes="»«›‹")
    shown = set_('<p>"Ja \'nein\'" <i lang="en">"no"</i></p>', typography)
    assert shown == '<p>»Ja ›nein‹« <i lang="en">“no”</i></p>'


def test_a_region_adds_to_its_language() -> None:
    assert signs_of("fr-CH").narrow == signs_of("fr").narrow
    assert signs_of("fr-CH").inner != signs_of("fr").inner
    assert signs_of("de-Latn-CH") == signs_of("de-ch")
    assert signs_of("gsw") == signs_of("und")


def test_titles_and_alternative_texts_are_set_as_the_text_is() -> None:
    html = '<h1>The Keeper\'s "Log"</h1><p><img src="a.png" alt="Tom\'s" /></p><p>x</p>'
    made = bind([Source("a.md", html)], title="Else", fetch=lambda *_: IMAGE, depth=1)
    [chapter] = made.chapters
    assert chapter.title == "The Keeper’s “Log”"
    assert 'alt="Tom’s"' in chapter.html
    title = 'The Keeper\'s "Log"'
    same = bind([Source("a.md", html)], title=title, fetch=lambda *_: IMAGE, depth=1)
    assert "<h1" not in same.chapters[0].html


def test_no_break_spaces_stay_in_titles_and_word_joiners_do_not() -> None:
    html = "<h1>Où est-il ? Là—ici</h1><p>x</p><h1>b</h1>"
    made = bind(
        [Source("a.md", html)],
        title="T",
        fetch=lambda *_: IMAGE,
        depth=1,
        typography=Typography("fr"),
    )
    assert made.contents[0].title == "Où est-il\u202f? Là—ici"
    assert "Là\u2060—ici" in made.chapters[0].html


class Kept(dict[Source, Prepared]):
    """What is known of sources: a dictionary."""

    def recall(self, source: Source) -> Prepared | None:
        return self.get(source)

    def keep(self, source: Source, prepared: Prepared) -> None:
        self[source] = prepared


HTML = """<p>'Twas <em>"a</em>", <q lang="de">"da"</q> <q>x</q><img src="a.png" alt="Tom's"></p>
<p><math display="block"><semantics><mi>x</mi><annotation>x &lt; "y"</annotation></semantics></math>
xmlns="a" data-xmlns="b" &amp;amp; a&#13;b\u00ad<br> \u2028 <i></i></p><pre>\n\n a\n</pre>
<table class="a"><tr><td></td></tr></table><hr><marquee>x</marquee><a href="ftp://x">"y"</a>"""


def test_a_source_that_is_known_is_not_prepared_again(monkeypatch: pytest.MonkeyPatch) -> None:
    def bound(memory: Kept | None) -> Bound:
        source = Source("a.md", HTML)
        return bind([source], title=None, fetch=lambda *_: IMAGE, depth=1, memory=memory)

    kept = Kept()
    once = bound(kept)
    assert once == bound(None)
    assert len(once.findings) == 2
    assert '<math display="block" xmlns="http://www.w3.org/1998/Math/MathML" alttext' in str(once)
    monkeypatch.setattr(Typography, "_set", None)  # to set any sign would be an error
    assert bound(kept) == once


@pytest.mark.parametrize(
    ("reader", "source", "made"),
    [
        ("html", "<p><q>a <q>b</q></q></p>", "„a ‚b‘“"),
        ("latex", "\\enquote{a \\enquote{b}} ``c''", "„a ‚b‘“ „c“"),
        (pandoc.READERS["commonmark"], "\"a 'b'\" -- c...", "„a ‚b‘“\u00a0– c…"),
        (pandoc.READERS["markdown"], "\"a 'b'\" -- c...", "„a ‚b‘“\u00a0– c…"),
    ],
)
def test_every_input_gets_the_signs_of_the_books_language(
    reader: str, source: str, made: str
) -> None:
    html = pandoc.convert(source.encode(), reader, Place("a")).html
    assert set_(html, Typography("de")).replace("\n", " ") == f"<p>{made}</p>"


def test_settings_reach_the_book(tmp_path: Path) -> None:
    (tmp_path / "text").mkdir()
    text = tmp_path / "text" / "a.md"
    text.write_text('# Eins\n\n"Ja" und so... 5 kg\n', encoding="utf-8")
    said = {"off": ("ellipses",), "quotes": "»«›‹"}
    book = settle({"title": '"T"', "language": "de", "typography": said}, shown="book.toml")
    job = Job("a", tmp_path, (text,), book, Overrides(), (), tmp_path, ("html",), None)
    report = build(job, lambda _: None)
    assert report.error is None
    page = (tmp_path / "a.html").read_text(encoding="utf-8")
    assert "»Ja« und so... 5\u00a0kg" in page
    assert "<title>»T«</title>" in page
