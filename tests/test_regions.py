"""Regions of a text in different manners, and lines whose geometry was measured."""

import random
from dataclasses import replace

from octavo.guidance import Guidance
from octavo.model import Block, Box, Heading, Line, Paragraph, Place, Quotation, Text
from octavo.structure import structure
from octavo.structure.measure import rows_of
from octavo.structure.regions import regions_of

WORDS = (
    "the river had risen in night and nobody on lower farms slept while water climbed "
    "past stones of old bridge until a bell rang from chapel then men came down with "
    "lanterns ropes carts carried what they could to higher ground before morning"
).split()


def prose(number: int, seed: int) -> list[str]:
    """Paragraphs of one to eight sentences, each with a different number of words."""
    chance = random.Random(seed)
    paragraphs = []
    for _ in range(number):
        sentences = [
            " ".join(chance.choice(WORDS) for _ in range(chance.randint(4, 18))).capitalize() + "."
            for _ in range(chance.randint(1, 8))
        ]
        paragraphs.append(" ".join(sentences))
    return paragraphs


def wrapped(paragraph: str, width: int, indent: int = 0) -> list[str]:
    rows = [" " * indent]
    for word in paragraph.split():
        if len(rows[-1]) + len(word) + 1 > width and rows[-1].strip():
            rows.append("")
        rows[-1] += word if not rows[-1].strip() else " " + word
    return rows


def blank_lines(paragraphs: list[str], width: int = 70) -> list[str]:
    return [row for one in paragraphs for row in [*wrapped(one, width), ""]]


def indents(paragraphs: list[str], width: int = 70) -> list[str]:
    return [row for one in paragraphs for row in wrapped(one, width, 4)]


def unwrapped(paragraphs: list[str]) -> list[str]:
    return paragraphs


def text_of(rows: list[str]) -> Text:
    return Text(tuple(Line(row, Place("a.txt", number)) for number, row in enumerate(rows, 1)))


def texts(blocks: tuple[Block, ...]) -> list[str]:
    found = []
    for block in blocks:
        assert isinstance(block, Heading | Paragraph), block
        found.append("".join(span.text for span in block.inlines))
    return found


MANNERS = {
    "blank lines": blank_lines,
    "indents": indents,
    "narrow, with indents": lambda paragraphs: indents(paragraphs, 45),
    "narrow, with blank lines": lambda paragraphs: blank_lines(paragraphs, 48),
    "a line each": unwrapped,
}


def test_each_part_is_understood_in_its_own_manner() -> None:
    for one, first in MANNERS.items():
        for other, second in MANNERS.items():
            before, after = prose(40, 1), prose(40, 2)
            rows = [*first(before), "", *second(after)]
            got = texts(structure(text_of(rows), Guidance("en")).blocks)
            assert got == [*before, *after], (one, other)


def test_a_text_in_one_manner_is_one_region() -> None:
    for name, manner in MANNERS.items():
        rows = rows_of(text_of(manner(prose(80, 3))))
        assert len(regions_of(rows)) == 1, name


def test_a_quotation_is_no_region() -> None:
    quoted = [f"    {row}" for row in blank_lines(prose(6, 4), 50)]
    rows = [*blank_lines(prose(40, 5)), *quoted, "", *blank_lines(prose(40, 6))]
    assert len(regions_of(rows_of(text_of(rows)))) == 1
    blocks = structure(text_of(rows), Guidance("en")).blocks
    assert [len(block.blocks) for block in blocks if isinstance(block, Quotation)] == [6]


def boxed(text: Text, seed: int, scale: float = 5.2) -> Text:
    """The same lines with their geometry in points, a little uneven; no indents, no blanks."""
    chance = random.Random(seed)
    lines: list[Line] = []
    white, edge = 0.0, True
    for line in text.lines:
        edge = edge or line.text.startswith("\f")
        body = line.text.strip()
        if not body:
            white += 14.4
            continue
        box = Box(
            left=72 + (len(line.text.lstrip("\f")) - len(body)) * scale + chance.uniform(-0.4, 0.4),
            width=len(body) * scale + chance.uniform(-0.6, 0.6),
            height=12 + chance.uniform(-0.1, 0.1),
            above=2.4 + white + chance.uniform(-0.3, 0.3),
            edge=edge,
        )
        lines.append(Line(body, line.place, box))
        white, edge = 0.0, False
    return Text(tuple(lines))


def test_points_say_what_characters_say() -> None:
    quoted = [f"      {row}" for row in blank_lines(prose(1, 7), 56)]
    verse = ["   O mill, O mill, beside the weir,", "   What do you grind all day", ""]
    verse += ["   I grind the light upon the stream,", "   I grind the hours away.", ""]
    parts = {
        "blank lines": [*blank_lines(prose(20, 8)), *quoted, *verse, *blank_lines(prose(20, 9))],
        "indents": [
            "CHAPTER I",
            "",
            "",
            *indents(prose(30, 10)),
            "\f" + prose(1, 11)[0][:60] + ".",
        ],
        "both": [*blank_lines(prose(30, 12)), "", *indents(prose(30, 13), 50)],
    }
    for name, rows in parts.items():
        text = text_of(rows)
        flat = structure(text, Guidance("en"))
        measured = structure(boxed(text, 14), Guidance("en"))
        assert measured.blocks == flat.blocks, name
        assert measured.changes == flat.changes, name


def test_half_a_line_of_white_is_white() -> None:
    before, after = prose(2, 15)
    text = boxed(text_of([*wrapped(before, 60), *wrapped(after, 60)]), 16)
    first = len(wrapped(before, 60))
    line = text.lines[first]
    assert line.box is not None
    lines = [*text.lines]
    lines[first] = replace(line, box=replace(line.box, above=line.box.above + 7))
    gaps = [row.gap for row in rows_of(Text(tuple(lines)))]
    assert gaps == [int(index == first) for index in range(len(lines))]
