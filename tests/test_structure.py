"""Blocks: titles, places, what is recorded, and the account of every character."""

import pytest

from octavo.guidance import Guidance, Order
from octavo.model import Footnote, Heading, Line, Paragraph, Place, Span, Text
from octavo.structure import lost, structure, title_of


def text_of(string: str) -> Text:
    rows = string.split("\n")
    return Text(tuple(Line(row, Place("a.txt", number)) for number, row in enumerate(rows, 1)))


BODY = """

The river had risen in the night and stood a hand below the bridge
when the boys came down to look at it.

Nobody else was about.
"""


@pytest.mark.parametrize(
    ("first", "title"),
    [
        ("The Long Road", "The Long Road"),
        ("THE LONG ROAD", "THE LONG ROAD"),
        ("Chapter 1", None),
        ("CHAPTER THE FIRST", None),
        ("IV", None),
        ("4.", None),
        ("Kapitel 3", None),
        ("Drittes Kapitel.", None),
        ("Preface", None),
        ("第一章", None),
        ("Nobody had seen it coming, and nobody was sorry that it came.", None),
    ],
)
def test_a_title_is_a_heading_that_names_no_chapter(first: str, title: str | None) -> None:
    assert title_of(structure(text_of(first + BODY), Guidance()).blocks) == title


def test_the_author_below_a_title_is_no_part_of_it() -> None:
    blocks = structure(text_of("The Long Road\nby N. Nobody" + BODY), Guidance()).blocks
    assert title_of(blocks) == "The Long Road"
    assert isinstance(blocks[1], Paragraph)
    assert blocks[1].inlines == (Span("by N. Nobody"),)


def test_no_blocks_have_no_title() -> None:
    assert title_of(()) is None
    assert structure(Text(()), Guidance()).blocks == ()


def test_places_are_those_of_the_first_lines() -> None:
    blocks = structure(text_of("The Long Road" + BODY), Guidance()).blocks
    assert [block.place.line for block in blocks] == [1, 3, 6]


def test_a_dropped_hyphen_is_recorded_and_doubtful_without_evidence() -> None:
    text = text_of("The gardener had forgotten to wa-\nter the roses, which are thirsty.\n")
    (change,) = structure(text, Guidance()).changes
    assert (change.rule, change.before, change.after) == ("hyphens", "wa-\nter", "water")
    assert change.place.line == 1  # where the hyphen stands
    assert change.doubtful
    text = text_of("The gardener had forgotten to wa-\nter the roses. They need water now.\n")
    (change,) = structure(text, Guidance()).changes
    assert not change.doubtful


def test_a_language_that_writes_compounds_as_one_word_leaves_less_doubt() -> None:
    text = text_of("Der Gärtner hatte vergessen, die Ro-\nsen zu gießen, die durstig sind.\n")
    (change,) = structure(text, Guidance("de-AT")).changes
    assert (change.after, change.doubtful) == ("Rosen", False)
    (change,) = structure(text, Guidance()).changes
    assert change.doubtful


def test_characters_are_accounted_for() -> None:
    place = Place("a.txt", 1)
    blocks = (Heading(1, (Span("ab"),), place), Paragraph((Span("c"), Span("d", "strong")), place))
    assert lost(text_of("a b\nc d"), blocks, ()) == {}
    assert lost(text_of("a b\nc d e"), blocks, ()) == {"e": 1}
    assert lost(text_of("a b\nc"), blocks, ()) == {"d": -1}


def test_a_note_without_a_mark_stays_and_is_doubtful() -> None:
    text = text_of("The river rose.\n\n[Footnote 3: In the night.]\n\nIt fell.\n")
    structured = structure(text, Guidance())
    assert [type(block) for block in structured.blocks] == [Paragraph] * 3
    (doubt,) = structured.doubts
    assert (doubt.place.line, doubt.doubtful) == (3, True)


def test_footnotes_can_be_switched_off() -> None:
    text = text_of("The river rose.[3]\n\n[3] In the night.\n\nIt fell.\n")
    assert any(isinstance(block, Footnote) for block in structure(text, Guidance()).blocks)
    off = Guidance(orders=(Order(off=frozenset({"footnotes"})),))
    assert not any(isinstance(block, Footnote) for block in structure(text, off).blocks)


def test_what_was_changed_shows_the_marks_as_typed() -> None:
    text = text_of("The ri-\nver[3] rose.\n\n[3] In the night.\n\nIt fell.\n")
    changes = {change.rule: change for change in structure(text, Guidance()).changes}
    assert changes["hyphens"].after == "river[3]"
    assert (changes["footnotes"].before, changes["footnotes"].after) == ("[3]", "")


def kinds(rough: str, *forced: str, off: str | None = None) -> list[str]:
    """The kinds of the blocks where rules are forced, or one is off, in the whole text."""
    order = Order(frozenset((off,)) if off else frozenset(), frozenset(forced))
    blocks = structure(text_of(rough), Guidance(None, (order,))).blocks
    return [type(block).__name__ for block in blocks]


def test_a_rule_may_be_forced_in_the_whole_text() -> None:
    lines = "The river rose.\n- The mill was still.\n\nThe bell rang.\n"
    assert kinds("CHAPTER I\n\n" + lines) == ["Heading", "Paragraph", "Paragraph", "Paragraph"]
    assert kinds("CHAPTER I\n\n" + lines, "verse") == ["Heading", "Verse"]
    assert kinds("CHAPTER I\n\n" + lines, "quotations") == ["Heading", "Quotation"]
    assert kinds("CHAPTER I\n\n" + lines, "paragraphs") == ["Heading", "Paragraph", "Paragraph"]
    assert kinds(lines + "\nAnd so it is said.\n\n" + lines, "headings").count("Heading") == 2
    assert kinds(lines + "\n-\n\n" + lines).count("SceneBreak") == 0
    assert kinds(lines + "\n-\n\n" + lines, "scene-breaks").count("SceneBreak") == 1
    assert kinds("1. a red one\nand blue\n4. a green one\n", "lists") == ["Items", "Items"]


def test_a_rule_may_be_off_in_the_whole_text_and_forced_in_a_range() -> None:
    rough = "CHAPTER I\n\nThe river rose.\n\nCHAPTER II\n\nThe bell rang.\n"
    assert kinds(rough, off="headings") == ["Paragraph"] * 4
    none = Order(off=frozenset(("headings",)))
    one = Order(force=frozenset(("headings",)), first=5, last=5)
    blocks = structure(text_of(rough), Guidance(None, (none, one))).blocks
    assert [isinstance(block, Heading) for block in blocks] == [False, False, True, False]
