"""Why lines were treated as they were, what is doubtful, and what would change it."""

import json
import tomllib
from functools import cache
from pathlib import Path

import pytest

from conftest import Command, write
from octavo.build.explaining import Explained, Remedy, explain
from octavo.config import settle
from octavo.guidance import Guidance, Order
from octavo.model import Line, Place, Text
from octavo.structure import readings, structure

ROUGH = """\
THE ROAD 1
The river had risen in the night, and the boys came down to
the bridge to look at it. Nobody else was about, and the old
mill was still, because the miller had gone to town for nails.
   In the morning the ﬁrst of them went up to the well-
known house, as they called it, and asked for bread. But then
nobody was at home but the old dog.
THE ROAD 2
   "Come in," said the dog, or so it seemed to them when they
stood in the hall and thought of going home again, which they
did not do before the evening.

   Roses are red in the garden,
   Violets are none in the field,
   Rivers are blue at the ford
   And silent the bell.

CHAPTER II

It rained. They went home by the upper road, which was longer
and dry. The miller came back on the third day, and he had no
THE ROAD 3
nails with him, but a bell, and hung it up beside the door.
"""
LINES = frozenset(range(1, ROUGH.count("\n") + 1))


@cache
def explained(*orders: Order) -> dict[int, Explained]:
    found = explain(ROUGH.encode(), "a.txt", Guidance(None, orders), LINES)
    return {each.line: each for each in found}


def order_of(remedy: Remedy) -> Order:
    """The order, by the way it takes through book.toml."""
    said = tomllib.loads(f'title = "T"\n{remedy.toml()}')
    (part,) = settle(said, shown="-").clean.lines
    return Order(frozenset(part.off), frozenset(part.force), part.lines.first, part.lines.last)


def test_every_line_is_explained() -> None:
    found = explained()
    assert set(found) == LINES
    for line, text in enumerate(ROUGH.split("\n")[:-1], 1):
        assert found[line].text == text
        furniture = text.startswith("THE ROAD")
        assert [each.rule for each in found[line].changes if furniture] == ["furniture"] * furniture
        assert bool(found[line].readings) == (bool(text) and not furniture)


def test_what_a_line_is_comes_with_what_spoke_for_it() -> None:
    found = explained()
    said = {line: found[line].readings[0].decisions[0] for line in (2, 3, 5, 14, 18)}
    assert said[3].what == "goes on with the paragraph"
    assert "it goes on with a small letter" in [piece.what for piece in said[3].evidence]
    assert sum(piece.weight for piece in said[3].evidence) < 0
    assert said[5].what == "begins a paragraph"
    assert sum(piece.weight for piece in said[5].evidence) > 0
    assert said[14].what == "is a line of verse"
    assert said[18].what == "is a heading"
    assert "it names a chapter" in [piece.what for piece in said[18].evidence]


def remedies() -> list[object]:
    return [
        pytest.param(line, remedy, id=f"{line}: {remedy.what}")
        for line, each in explained().items()
        for remedy in each.remedies
    ]


@pytest.mark.parametrize(("line", "remedy"), remedies())
def test_every_remedy_does_what_it_says(line: int, remedy: Remedy) -> None:
    before, after = explained()[line], explained(order_of(remedy))[line]
    for rule in remedy.off:
        if rule == "paragraphs":
            assert not before.readings[0].first and after.readings[0].first
        elif before.readings and before.readings[0].rule == rule:
            assert after.readings[0].rule != rule
        else:
            assert rule in {change.rule for change in before.changes}
            assert rule not in {change.rule for change in after.changes}
    for rule in remedy.force:
        if rule == "furniture":
            assert before.readings and not after.readings
        elif rule == "paragraphs":
            assert before.readings[0].first and not after.readings[0].first
        elif rule == "blanks":
            assert before.readings[0].blank and not after.readings[0].blank
        else:
            assert before.readings[0].rule != rule == after.readings[0].rule
            assert after.readings[0].decisions[0].evidence[0].what == "somebody has said so"


# --- doubts ---


def text_of(string: str) -> Text:
    rows = string.split("\n")[:-1]
    return Text(tuple(Line(row, Place("a.txt", number)) for number, row in enumerate(rows, 1)))


PROSE = """\
The river had risen in the night, and the boys came down to
the bridge to look at it. Nobody else was about, and the old
mill was still, because the miller had gone to town for nails.
"""
SHORT = PROSE.replace("the miller had gone to town for nails", "the miller was in town")


@pytest.mark.parametrize(
    ("rough", "line", "what"),
    [
        # A line that is nearly full, the end of a sentence, and a capital: both are as likely.
        (SHORT + PROSE, 4, "begins a paragraph"),
        (SHORT * 4, 4, "goes on"),
        (
            PROSE + "\n     Roses are red,\n     Violets blue\n     Or none.\n\n" + PROSE,
            5,
            "is verse",
        ),
        (PROSE * 3 + "And then she sang:\nThe rose that was red.\n" + PROSE, 11, "is no quotation"),
        (SHORT * 4 + "\nThe Mill Again\n" + SHORT * 4, 14, "is no heading"),
    ],
)
def test_what_is_doubtful(rough: str, line: int, what: str) -> None:
    doubts = structure(text_of(rough), Guidance()).doubts
    found = {doubt.place.line: doubt for doubt in doubts}
    assert line in found, doubts
    assert found[line].doubtful and found[line].evidence
    assert found[line].what == what


def test_clear_text_raises_no_doubt() -> None:
    indented = "   " + PROSE
    assert structure(text_of(indented * 6), Guidance()).doubts == ()


def test_what_is_ordered_is_not_doubted() -> None:
    rough = SHORT + PROSE
    order = Order(force=frozenset(("paragraphs",)), first=1, last=6)
    assert structure(text_of(rough), Guidance()).doubts
    assert structure(text_of(rough), Guidance(None, (order,))).doubts == ()


def test_doubts_are_doubtful_in_the_explanation_too() -> None:
    text = text_of(ROUGH)
    doubts = structure(text, Guidance()).doubts
    every = readings(text, Guidance(), LINES)
    marked = {
        (each.line, decision.evidence)
        for each in every
        for decision in each.decisions
        if decision.doubtful
    }
    assert marked == {(doubt.place.line, doubt.evidence) for doubt in doubts}


# --- the command ---


def test_the_command_explains_lines(tmp_path: Path, octavo: Command) -> None:
    write(tmp_path, {"a.txt": ROUGH})
    said = octavo("clean", "a.txt", "--explain", "3", "--explain", "7-8")
    assert said.code == 0 and said.err == ""
    assert [row for row in said.out.split("\n") if row.startswith("a.txt:")] == [
        "a.txt:3: the bridge to look at it. Nobody else was about, and the old",
        "a.txt:7: nobody was at home but the old dog.",
        "a.txt:8: THE ROAD 2",
    ]
    assert "  goes on with the paragraph\n" in said.out
    assert "       -3.0  it goes on with a small letter\n" in said.out
    assert "  changed by furniture: 3 times in the text, also inside sentences\n" in said.out
    assert "  is dropped\n" in said.out
    assert '    # begins a paragraph with it\n    [[clean.lines]]\n    lines = "3"\n' in said.out
    assert [path.name for path in tmp_path.iterdir()] == ["a.txt"]


STAMPED = """\
The river had risen in the
Generated on 2012-05-01 10:12 GMT / https://hdl.handle.net/2027/abc.123
Public Domain, Google-digitized / http://www.hathitrust.org/access_use#pd-google
night, and the boys went to
This content downloaded from 10.0.0.1 on Mon, 1 May 2012 10:12:00 UTC
All use subject to http://about.jstor.org/terms
look at it.
"""


def test_what_any_rule_drops_is_dropped(tmp_path: Path, octavo: Command) -> None:
    write(tmp_path, {"a.txt": STAMPED})
    said = octavo("clean", "a.txt", "--explain", "2").out
    assert "  changed by notices" in said
    assert "  is dropped\n" in said
    assert "footnote" not in said


def test_the_explanation_as_json(tmp_path: Path, octavo: Command) -> None:
    write(tmp_path, {"a.txt": ROUGH})
    (line,) = json.loads(octavo("clean", "a.txt", "--explain", "5", "--json").out)["lines"]
    assert (line["source"], line["line"]) == ("a.txt", 5)
    assert [change["rule"] for change in line["changes"]] == ["ligatures", "hyphens"]
    assert line["decisions"][0]["what"] == "begins a paragraph"
    assert line["remedies"][0]["toml"].startswith("[[clean.lines]]\n")


def test_a_book_says_which_of_its_files_is_meant(tmp_path: Path, octavo: Command) -> None:
    toml = 'title = "B"\n[[clean.lines]]\nfile = "text/b.txt"\nlines = 2\nforce = ["headings"]\n'
    book = {"book.toml": toml, "text/a.txt": PROSE, "text/b.txt": PROSE}
    write(tmp_path / "source" / "b", book)
    said = octavo("clean", "b", "--explain", "2").out
    first, second = said.split("source/b/text/b.txt:2: ")
    assert first.startswith("source/b/text/a.txt:2: ")
    assert 'file = "text/a.txt"' in first and 'file = "text/b.txt"' in second
    assert "is a heading\n             somebody has said so" in second


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ("99", "a.txt has no line 99. Count lines as your editor does"),
        ("x", "the lines 'x' are no lines; write \"120-134\""),
        ("9-3", "the lines '9-3' run backwards"),
        ("1-2000", "1-2000 is more than 1000 lines."),
    ],
)
def test_lines_that_are_none(tmp_path: Path, octavo: Command, lines: str, said: str) -> None:
    write(tmp_path, {"a.txt": ROUGH})
    got = octavo("clean", "a.txt", "--explain", lines)
    assert got.code == 22
    assert said in got.err.replace("\n", " ")
