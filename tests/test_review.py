"""The review page: nothing is missing on it, nothing can act in it, everybody can use it."""

import doctest
import json
import re
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree, html

from conftest import REQUIRED, ROOT, Command, assert_clean, write
from octavo.build.fair import fair_copy
from octavo.errors import TemplateFault
from octavo.guidance import Guidance
from octavo.model import (
    Change,
    Decision,
    Evidence,
    FairCopy,
    Finding,
    Footnote,
    Line,
    Paragraph,
    Place,
    Span,
    Text,
)
from octavo.render.review import letters, places, review_page
from octavo.render.review.places import Places
from octavo.render.review.rows import rows_of

Element = etree._Element


def fair_of(source: str, language: str | None = "en") -> FairCopy:
    return fair_copy(source.encode(), "a.txt", Guidance(language), with_source=True)


def page_of(fair: FairCopy, *folders: Path) -> str:
    return review_page(fair, "A Voyage", folders=folders)


def parsed(page: str) -> Element:
    return html.document_fromstring(page)


def source_lines(root: Element) -> list[str]:
    """What the left side says, line by line, without what is said about it."""
    found = []
    for item in root.iterfind(".//ol[@class='source']/li"):
        for said in [*item.iterfind("small"), *item.iterfind("div")]:
            said.drop_tree()
        found.append(item.text_content().rstrip(" \n"))
    return found


def texts(root: Element, path: str) -> list[str]:
    return [" ".join(each.text_content().split()) for each in root.iterfind(path)]


STORY = (
    "The harbour  lay behind them when the wind came from the hills, and the pilot who\n"
    "had been asleep below came up to look at the long grey line of the breakers and at\n"
    "the lamp of the _Osprey_ before he said a word to anybody. They were twelve in all,\n"
    "and not one had slept. It would soon be morning, and then they would know the com-\n"
    "pass from the chart, if the glass did not fall any further than it had done.\n",
    "Nothing was seen of the island for two days. On the third a bird sat on the yard,\n"
    "and the cook, who knew about birds, would not let anyone throw anything at it. We\n"
    "are near, he said; she has eaten today. The captain laughed, but he went below and\n"
    "drew a line on the paper that none of us was to see, and he came up with his tele-\n"
    "scope under his arm and a face as if he had found a coin in an old coat.\n",
    "So it went on until the water changed its colour. First it was green where it had\n"
    "been blue, then there was weed in it, and a plank with three nails, and at last we\n"
    "smelt the land before we saw it: smoke, and something sweet, like hay. No one said\n"
    "that word aloud, since it is bad luck, but every man had thought of it. The anch-\n"
    "or was made ready, and the boys sat in the bows with their legs over the side.\n",
)
PAGES = "\f".join(
    f"A VOYAGE{' ' * 40}{number}\n\n{page}\n" for number, page in enumerate(STORY * 2, start=12)
)
SAMPLE = f"""The Project Gutenberg EBook of A Voyage

*** START OF THE PROJECT GUTENBERG EBOOK A VOYAGE ***

Produced by a friend

A VOYAGE

CHAPTER I

{PAGES}
* * *

1. a rope
2. a lamp

*** END OF THE PROJECT GUTENBERG EBOOK A VOYAGE ***
"""
DOUBTS = (
    Decision(
        Place("a.txt", 13),
        "begins a paragraph",
        (Evidence("the line before ends a sentence", 1.2), Evidence("it has no indent", -0.9)),
        True,
    ),
    Decision(Place("a.txt", 40), "goes on", (), True),
)


@pytest.fixture(scope="module")
def sample() -> FairCopy:
    return replace(fair_of(SAMPLE), doubts=DOUBTS)


@pytest.fixture(scope="module")
def page(sample: FairCopy) -> str:
    return page_of(sample)


# --- nothing is missing ---


def test_every_line_of_the_source_is_there_once(sample: FairCopy, page: str) -> None:
    shown = source_lines(parsed(page))
    assert shown == [line.text.replace("\f", "␌").rstrip() for line in sample.text.lines]


def test_lines_have_their_numbers(page: str) -> None:
    root = parsed(page)
    for lines in root.iterfind(".//ol[@class='source']"):
        first = lines[0]
        assert first.get("id") in {f"L{lines.get('start')}", None}
    numbers = [int(str(each)[1:]) for each in root.xpath("//ol[@class='source']/li/@id")]
    assert numbers == sorted(set(numbers))


def test_every_block_is_there_once_and_in_order(sample: FairCopy, page: str) -> None:
    said = " ".join(texts(parsed(page), ".//div[@class='result']"))
    first = [block for block in sample.blocks if isinstance(block, Paragraph)]
    at = -1
    for block in first:
        text = " ".join("".join(span.text for span in block.inlines).split())
        at = said.find(text, at + 1)
        assert at >= 0, text


def test_every_change_is_named_at_its_line(sample: FairCopy, page: str) -> None:
    root = parsed(page)
    told = [tuple(texts(row, "./*")) for row in root.iterfind(".//table/tbody/tr")]
    for rule in {change.rule for change in sample.changes}:
        count = sum(change.rule == rule for change in sample.changes)
        assert (rule, str(count)) in {row[:2] for row in told}
        named = [
            each
            for each in root.iterfind(".//ol[@class='source']/li")
            if any(b.text.rstrip("?") == rule for b in each.iterfind("small/b"))
            or rule in each.get("data-quiet", "").split(", ")
        ]
        assert named, rule


def test_what_was_taken_away_is_struck_through(page: str) -> None:
    root = parsed(page)
    gone = texts(root, ".//ol[@class='source']//del")
    assert "*** START OF THE PROJECT GUTENBERG EBOOK A VOYAGE ***" in gone
    assert "Produced by a friend" in gone
    assert "1." in gone
    assert gone.count("_") == 4
    labels = texts(root, ".//ol[@class='source']//small")
    assert any(label.startswith("boilerplate · 3 lines") for label in labels)


def test_what_was_altered_is_marked_and_said(page: str) -> None:
    root = parsed(page)
    assert texts(root, ".//mark").count("com-") == 2
    assert any("hyphens" in each and "→ compass" in each for each in texts(root, ".//small"))


def test_changes_of_spaces_are_quiet(page: str) -> None:
    root = parsed(page)
    assert root.xpath("//li[contains(@data-quiet, 'spaces')]/span[@class='quiet']")
    assert not any("spaces" in label for label in texts(root, ".//small"))


def test_a_change_without_a_line_is_told_at_the_top(sample: FairCopy) -> None:
    general = Change("controls", Place("a.txt"), "one", "two")
    root = parsed(page_of(replace(sample, changes=(general,))))
    assert "controls one → two" in texts(root, ".//section[@id='doubts']//li")


@given(
    st.lists(
        st.text(st.sampled_from("ab. _-*1é\t\u00ad\u200b\u0301ﬁA“T")).filter(str.isprintable)
        | st.sampled_from(["", "", "\f12", "* * *", "1. one", "A HEAD", "so com-", "pound words"]),
        min_size=1,
        max_size=30,
    ).filter(lambda rows: any(row.strip() for row in rows))
)
@settings(max_examples=60, deadline=None)
def test_no_text_loses_a_line(rows: list[str]) -> None:
    fair = fair_of("\n".join(rows) + "\n")
    shown = source_lines(parsed(page_of(fair)))
    assert len(shown) == len(fair.text.lines)
    for one, line in zip(shown, fair.text.lines, strict=True):
        assert re.sub("[·¬␌]", "", one).split() == re.sub("[\f\u00ad\u200b]", "", line.text).split()


# --- doubts ---


def test_every_doubt_is_linked_and_shown(sample: FairCopy, page: str) -> None:
    root = parsed(page)
    count = sum(change.doubtful for change in sample.changes) + len(DOUBTS)
    assert count > len(DOUBTS)
    cards = root.xpath("//main//ol[@class='source']//div[@class='doubt']/@id")
    assert cards == [f"d{number}" for number in range(1, count + 1)]
    links = root.xpath("//section[@id='doubts']//details//a/@href")
    assert sorted(links) == sorted(f"#{card}" for card in cards)
    assert f"{count} doubts" in "".join(texts(root, ".//header"))


def test_doubts_come_in_the_order_of_the_lines(page: str) -> None:
    groups = parsed(page).xpath("//section[@id='doubts']/details[@data-group]")
    assert len(groups) > 1
    for group in groups:
        numbers = [int(str(each)) for each in group.xpath(".//span[@class='number']/text()")]
        assert numbers == sorted(numbers)


def test_evidence_is_told_for_and_against(page: str) -> None:
    (said,) = (each for each in texts(parsed(page), ".//div[@class='doubt']") if "begins" in each)
    assert "for it: the line before ends a sentence" in said
    assert "against it: it has no indent" in said


def test_the_list_cites_the_lines_that_were_decided_about(sample: FairCopy, page: str) -> None:
    (line,) = (line.text.split() for line in sample.text.lines if line.place.line == 13)
    assert any(each.split()[:4] == line[:4] for each in texts(parsed(page), ".//li//q"))


def test_every_link_leads_to_an_id_of_the_page(page: str) -> None:
    root = parsed(page)
    ids = [str(each) for each in root.xpath("//@id")]
    assert len(ids) == len(set(ids))
    assert {str(each) for each in root.xpath("//@href")} <= {f"#{each}" for each in ids}


def test_a_clean_text_has_no_doubts() -> None:
    root = parsed(page_of(fair_of("One sentence that nothing is wrong with.\n")))
    assert "Nothing was doubtful" in texts(root, ".//h2")
    assert root.find(".//nav") is None


# --- rows ---


def text_of(*rows: str) -> Text:
    return Text(tuple(Line(row, Place("a.txt", n)) for n, row in enumerate(rows, start=1)))


def paragraph(line: int, text: str = "x") -> Paragraph:
    return Paragraph((Span(text),), Place("a.txt", line))


def firsts(text: Text, blocks: list[object], *changes: Change) -> list[tuple[int, int]]:
    rows = rows_of(text.lines, blocks, changes, frozenset())  # type: ignore[arg-type]
    assert [row.end for row in rows[:-1]] == [row.first for row in rows[1:]]
    return [(row.first + 1, len(row.blocks)) for row in rows]


def test_each_block_has_its_row() -> None:
    text = text_of(*"abcdef")
    assert firsts(text, [paragraph(1), paragraph(3), paragraph(6)]) == [(1, 1), (3, 1), (6, 1)]


def test_blocks_in_another_order_share_a_row() -> None:
    text = text_of(*"abcdef")
    blocks = [paragraph(line) for line in (1, 4, 2, 3, 6)]
    assert firsts(text, list(blocks)) == [(1, 1), (2, 3), (6, 1)]


def test_columns_are_cut_at_the_edges_of_pages() -> None:
    text = text_of(*"abcdefghijkl")
    change = Change("columns", Place("a.txt", 5), "e\nf\ng\nh", "e\nh\nf\ng")
    blocks = [paragraph(line) for line in (1, 3, 6, 8, 10)]
    assert firsts(text, list(blocks), change) == [(1, 1), (3, 1), (5, 2), (9, 0), (10, 1)]


def test_a_note_inside_a_paragraph_stays_in_its_row() -> None:
    note = Footnote(1, (paragraph(3, "A note."),), Place("a.txt", 3))
    text = text_of("It was", "late when", "1 A note.", "the letter from home came at last", "End")
    assert firsts(text, [paragraph(1), paragraph(5), note]) == [(1, 2), (5, 1)]


def test_a_note_after_a_paragraph_has_a_row() -> None:
    note = Footnote(1, (paragraph(2, "A note."),), Place("a.txt", 2))
    assert firsts(text_of("It was late.", "1 A note.", "End"), [paragraph(1), paragraph(3), note])[
        1:
    ] == [(2, 1), (3, 1)]


def test_a_mark_and_its_note_lead_to_each_other() -> None:
    text = text_of("It was late.1", "1 A note.")
    note = Footnote(1, (paragraph(2, "A note."),), Place("a.txt", 2))
    marked = Paragraph((Span("It was late."), Span("1", note=1)), Place("a.txt", 1))
    fair = FairCopy("a.txt", text, "utf-8", "en", (marked, note), ())
    root = parsed(page_of(fair))
    assert root.xpath("//sup[@id='mark-1']/a/@href") == ["#note-1"]
    assert root.xpath("//div[@id='note-1']//a/@href") == ["#mark-1"]


# --- places ---


def found(text: Text, *changes: Change) -> list[list[tuple[int, str, str]]]:
    finder = Places(text.lines, [0])
    made = []
    for change in changes:
        where = finder.find(change)
        assert where is not None
        made.append(
            [
                (each.row + 1, text.lines[each.row].text[each.start : each.end], each.after)
                for each in where.stretches
            ]
        )
    return made


def at(rule: str, line: int, before: str, after: str) -> Change:
    return Change(rule, Place("a.txt", line), before, after)


def test_a_second_change_of_a_line_is_found_in_what_the_first_left() -> None:
    text = text_of("The  ﬁrst\u00ad")
    first = at("invisible", 1, "The  ﬁrst\u00ad", "The  ﬁrst‐")
    second = at("ligatures", 1, "The  ﬁrst‐", "The  first‐")
    third = at("spaces", 1, "The  first‐", "The first‐")
    assert found(text, first, second, third) == [
        [(1, "\u00ad", "‐")],
        [(1, "ﬁrst", "first")],
        [(1, "  ", " ")],
    ]


def test_words_that_met_across_a_page_are_found() -> None:
    text = text_of("all the compos-", "12", "", "itors were there")
    change = at("hyphens", 4, "compos-\nitors", "compositors")
    assert found(text, change) == [[(1, "compos-", "compositors"), (4, "itors", "compositors")]]


def test_words_of_a_block_are_found_in_its_later_lines() -> None:
    text = text_of("a first line and", "a _second", "one_ follow")
    change = at("emphasis", 1, "_second one_", "second one")
    assert found(text, change) == [[(2, "_", ""), (3, "_", "")]]


def test_what_cannot_be_found_is_said_of_the_line() -> None:
    text = text_of("something else")
    assert found(text, at("misread", 1, "T am", "I am")) == [[]]
    fair = FairCopy("a.txt", text, "utf-8", "en", (), (at("misread", 1, "T am", "I am"),))
    assert "misread → T am → I am" in texts(parsed(page_of(fair)), ".//small")


def test_the_examples_in_the_code_are_true() -> None:
    for module in (letters, places):
        tried = doctest.testmod(module)
        assert tried.attempted and not tried.failed


# --- hostile text ---

HOSTILE = (
    "</script><script>alert(1)</script><img src=x onerror=alert(2)>",
    "\"'><style>*{}</style><!-- {{ 7*7 }} {% raw %} ]]> & &amp; &#0;",
    "\u202eesrever\u202c \u2066x \ufeff\u200b \x85 \ufdd0 \U0001ffff \x07 javascript:alert(3)",
)


def test_hostile_text_is_only_text() -> None:
    text = Text(tuple(Line(row, Place(HOSTILE[0], n)) for n, row in enumerate(HOSTILE, 1)))
    changes = tuple(
        Change(rule, Place(HOSTILE[0], n), row, row[:5], True, row)
        for n, row in enumerate(HOSTILE, 1)
        for rule in ("spaces", HOSTILE[0], HOSTILE[1])
    )
    doubts = (Decision(Place("a", 1), HOSTILE[0], (Evidence(HOSTILE[1], 1.0),), True),)
    blocks = tuple(
        Paragraph((Span(row, "emphasis"), Span(row, note=n)), Place("a", n))
        for n, row in enumerate(HOSTILE, 1)
    )
    fair = FairCopy(HOSTILE[0], text, "utf-8", "en", blocks, changes, doubts)
    root = parsed(review_page(fair, HOSTILE[0]))
    assert len(root.findall(".//script")) == len(root.findall(".//style")) == 1
    assert root.find(".//img") is None
    assert not [name for name in root.xpath("//@*") if str(name).startswith("javascript:")]
    assert not [each for e in root.iter("*") for each in e.attrib if str(each).startswith("on")]
    written = review_page(fair, HOSTILE[0])
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufdd0]", written)
    assert "{{ 7*7 }}" in written


def test_the_page_needs_nothing_from_outside(page: str) -> None:
    assert "://" not in page
    assert not re.search(r"\bsrc\s*=|@import|<link|<iframe|<object|<form", page)
    policy = parsed(page).xpath("//meta[@http-equiv='Content-Security-Policy']/@content")
    assert str(policy[0]).startswith("default-src 'none'; style-src 'nonce-")
    assert "unsafe" not in str(policy[0])


def test_the_script_makes_no_markup_of_text() -> None:
    script = (ROOT / "templates" / "review.js").read_text(encoding="utf-8")
    for word in ("innerHTML", "outerHTML", "insertAdjacent", "document.write", "eval", "Function"):
        assert word not in script
    for word in ("{{", "{%", "fetch", "import", "Date", "random"):
        assert word not in script


def test_the_page_is_the_same_each_time(sample: FairCopy, page: str) -> None:
    assert page_of(sample) == page


def test_a_long_text_makes_a_page_in_proportion() -> None:
    once, thrice = (page_of(fair_of(PAGES * times)) for times in (20, 60))
    assert len(thrice) < 3.1 * len(once)


def test_a_book_can_bring_its_own_templates(sample: FairCopy, tmp_path: Path) -> None:
    write(tmp_path, {"style/review.css": "p { color: teal }"})
    assert "p { color: teal }" in page_of(sample, tmp_path)
    write(tmp_path / "broken", {"review.html": "{{ nothing }}"})
    with pytest.raises(TemplateFault, match="nothing"):
        page_of(sample, tmp_path / "broken")


# --- languages ---


@pytest.mark.parametrize(
    ("language", "lang", "dir"),
    [("ar", "ar", "rtl"), ("de", "de", "ltr"), (None, "und", "auto")],
)
def test_both_sides_say_their_language(language: str | None, lang: str, dir: str) -> None:
    fair = replace(fair_of("Text.\n"), language=language)
    root = parsed(page_of(fair))
    for side in (root.find(".//ol[@class='source']"), root.find(".//div[@class='result']")):
        assert side is not None
        assert (side.get("lang"), side.get("dir")) == (lang, dir)
    assert root.get("lang") == "en"


# --- the command ---


def test_the_command_writes_the_page(octavo: Command, tmp_path: Path) -> None:
    write(tmp_path, {"rough.txt": SAMPLE})
    ended = octavo("clean", "rough.txt", "-o", "fair.html", "--review", "review.html")
    assert ended.code == 0, ended.err
    page = (tmp_path / "review.html").read_text(encoding="utf-8")
    assert "Octavo Serif" in page
    assert "compass" in page


def test_the_page_may_go_into_a_folder(octavo: Command, tmp_path: Path) -> None:
    write(tmp_path, {"rough.txt": "Text.\n"})
    assert octavo("clean", "rough.txt", "-o", "fair.html", "--review", "pages").code == 0
    assert (tmp_path / "pages" / "rough.html").is_file()


def test_the_page_is_not_written_over_the_text(octavo: Command, tmp_path: Path) -> None:
    write(tmp_path, {"rough.txt": "Text.\n"})
    ended = octavo("clean", "rough.txt", "-o", "fair.html", "--review", "fair.html")
    assert ended.code
    assert "Name another file after --review" in ended.err
    write(tmp_path, {"rough.html": "Text.\n"})
    ended = octavo("clean", "rough.html", "-o", "fair.html", "--review", "rough.html")
    assert ended.code
    assert (tmp_path / "rough.html").read_text(encoding="utf-8") == "Text.\n"


# --- validators ---


def test_nu_has_nothing_to_say(
    sample: FairCopy, tmp_path: Path, validated: Callable[[Path], tuple[Finding, ...]]
) -> None:
    for number, language in enumerate(("en", "ar", None)):
        path = tmp_path / f"review-{number}.html"
        path.write_text(page_of(replace(sample, language=language)), encoding="utf-8")
        assert_clean(validated(path))


AXE = ROOT / ".tools" / "node_modules" / "axe-core" / "axe.min.js"
RUN_AXE = """
document.querySelectorAll('details').forEach((each) => { each.open = true; });
axe.run(document).then((found) => {
  const said = found.violations.map((v) => [v.id, v.nodes.map((n) => n.html.slice(0, 200))]);
  document.documentElement.setAttribute('data-axe', JSON.stringify(said));
});
"""


@pytest.mark.parametrize("width", [390, 1280])
def test_axe_finds_no_violation(width: int, sample: FairCopy, tmp_path: Path) -> None:
    browser = shutil.which("chromium")
    if browser is None or not AXE.is_file():
        (pytest.fail if REQUIRED else pytest.skip)("axe or Chromium is missing: run make test")
    page = re.sub(r'<meta http-equiv="Content-Security-Policy"[^>]*>', "", page_of(sample))
    script = f"<script>{AXE.read_text(encoding='utf-8')}</script><script>{RUN_AXE}</script>"
    path = tmp_path / "review.html"
    path.write_text(page.replace("</body>", f"{script}</body>"), encoding="utf-8")
    options = ["--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={tmp_path / 'u'}"]
    options += ["--virtual-time-budget=20000"]
    ended = subprocess.run(
        [browser, *options, f"--window-size={width},900", "--dump-dom", path.as_uri()],
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    said = parsed(ended.stdout).get("data-axe")
    assert said is not None, ended.stderr
    assert json.loads(said) == []
