"""Make blocks of chunks: spans of text, levels of headings, stanzas, lists, quotations."""

from collections import deque
from collections.abc import Iterator
from dataclasses import replace
from itertools import groupby

from octavo.guidance import Guidance
from octavo.model import (
    Block,
    Change,
    Heading,
    Inlines,
    Items,
    Paragraph,
    Quotation,
    SceneBreak,
    Span,
    Verse,
)
from octavo.structure.chunks import Chunk
from octavo.structure.emphasis import inlines_of
from octavo.structure.headings import Kind
from octavo.structure.joining import Lexicon, join
from octavo.structure.marked import with_marks
from octavo.structure.measure import Geometry, Row
from octavo.structure.turned import lines_of
from octavo.structure.wording import FIRST_PLACE

# Above a numeral there is a title, above both a chapter's label.
_ORDER: tuple[Kind, ...] = ("chapter", "numbered", "titled", "numeral")

_OPENING_WORDS = 3


class Maker:
    """Make blocks, and keep the changes made on the way."""

    def __init__(
        self,
        lexicon: Lexicon,
        guidance: Guidance,
        marks: tuple[str, ...] = (),
        placed: tuple[Quotation, ...] = (),
    ):
        """Take the words, the orders, the marks of footnotes, and the quotations of an e-mail."""
        self.changes: list[Change] = []
        self._guidance = guidance
        self._lexicon = lexicon
        self._marks = marks  # of footnotes, as typed
        self._placed = {chr(ord(FIRST_PLACE) + at): block for at, block in enumerate(placed)}

    def blocks(self, chunks: tuple[Chunk, ...]) -> tuple[Block, ...]:
        """Give the blocks of the chunks, which are let go of one by one."""
        levels = _levels(chunks)
        blocks: list[Block] = []
        rest = deque(chunks)
        del chunks
        for (sort, _), run in groupby(_in_lists(rest), key=lambda pair: (pair[0].sort, pair[1])):
            group = [chunk for chunk, _ in run]
            match sort:
                case "heading":
                    blocks += [self._heading(chunk, levels) for chunk in group]
                case "prose":
                    blocks += [self._prose(chunk) for chunk in group]
                case "quotation":
                    inner = tuple(self.paragraph(chunk.rows) for chunk in group)
                    blocks.append(Quotation(inner, group[0].rows[0].place))
                case "item":
                    blocks += self._items(group)
                case "verse":
                    blocks += [self._verse(poem, group[0].geometry) for poem in _poems(group)]
                case "place":
                    blocks += [self._quoted(chunk.rows) for chunk in group]
                case "scene":
                    blocks += [self._scene(chunk) for chunk in group]
        return tuple(blocks)

    def _inlines(self, rows: tuple[Row, ...], indent: str = "") -> Inlines:
        joined = join(rows, self._lexicon, self._guidance)
        inlines, emphasised = inlines_of(joined, self._guidance, indent)
        self.changes += [*joined.changes, *emphasised]
        return with_marks(inlines, self._marks) if self._marks else inlines

    def _quoted(self, rows: tuple[Row, ...]) -> Block:
        # The source may have such a character of its own.
        return self._placed.get(rows[0].text) or self.paragraph(rows)

    def _prose(self, chunk: Chunk) -> Paragraph:
        made = self.paragraph(chunk.rows)
        first = made.inlines[0]
        name = first.text[: chunk.name]
        if not chunk.name or first.style != "plain" or name != chunk.rows[0].text[: chunk.name]:
            return made
        rest = (Span(first.text[chunk.name :]),) if len(first.text) > chunk.name else ()
        return Paragraph((Span(name, "smallcaps"), *rest, *made.inlines[1:]), made.place)

    def paragraph(self, rows: tuple[Row, ...]) -> Paragraph:
        """Give the rows as one paragraph."""
        return Paragraph(self._inlines(rows), rows[0].place)

    def _heading(self, chunk: Chunk, levels: dict[Kind, int]) -> Heading:
        level = levels[chunk.heading or "titled"]
        return Heading(level, self._inlines(chunk.rows), chunk.rows[0].place)

    def _items(self, group: list[Chunk]) -> list[Block]:
        first = group[0].marker
        if first is None or (len(group) == 1 and not group[0].ordered):
            return [self.paragraph(chunk.rows) for chunk in group]
        items: list[tuple[Block, ...]] = []
        for chunk in group:
            row, marker = chunk.rows[0], chunk.marker
            cut = len(marker.text) if marker else 0
            if cut:
                self.changes.append(Change("lists", row.place, row.text[:cut].strip(), ""))
            bare = replace(row, text=row.text[cut:])
            items.append((self.paragraph((bare, *chunk.rows[1:])),))
        place = group[0].rows[0].place
        return [Items(first.value > 0, tuple(items), place, max(1, first.value))]

    def _verse(self, stanzas: list[tuple[Row, ...]], geometry: Geometry) -> Verse:
        left = min(row.indent for stanza in stanzas for row in stanza)
        made: list[tuple[Inlines, ...]] = []
        for stanza in stanzas:
            lines: list[Inlines] = []
            for rows in lines_of(stanza, geometry):
                indent = " " * (rows[0].indent - left)
                lines.append(self._inlines(rows, indent))
            made.append(tuple(lines))
        return Verse(tuple(made), stanzas[0][0].place)

    def _scene(self, chunk: Chunk) -> SceneBreak:
        self.changes += [
            Change("scene-breaks", row.place, row.text, "") for row in chunk.rows if row.text
        ]
        return SceneBreak(chunk.rows[0].place)


def _levels(chunks: tuple[Chunk, ...]) -> dict[Kind, int]:
    """Give the level of each kind of heading; the title at the start does not count."""
    headings = [chunk.heading for chunk in chunks if chunk.heading is not None]
    if headings[:1] == ["titled"] and len(headings) > 1:
        headings = headings[1:]
    present = [kind for kind in _ORDER if kind in headings]
    levels: dict[Kind, int] = dict.fromkeys(_ORDER, 1)
    levels |= {kind: level for level, kind in enumerate(present, start=1)}
    return levels | {"part": 1}


def _in_lists(chunks: deque[Chunk]) -> Iterator[tuple[Chunk, int]]:
    """Take the chunks and number the lists, so that two that follow each other stay apart."""
    number = 0
    last: Chunk | None = None
    while chunks:
        chunk = chunks.popleft()
        if last is not None and last.marker is not None and chunk.marker is not None:
            same = last.marker.style == chunk.marker.style
            follows = chunk.marker.value in (0, last.marker.value + 1)
            number += not (same and follows)
        last = chunk
        yield chunk, number


def _poems(group: list[Chunk]) -> list[list[tuple[Row, ...]]]:
    """Put stanzas together that the usual gap between stanzas divides.

    A stanza that takes up the words a poem began with, after others, begins its next part.
    """
    gaps = [chunk.rows[0].gap for chunk in group[1:] if not chunk.rows[0].edge]
    usual = min(gaps, default=0)
    poems: list[list[tuple[Row, ...]]] = []
    for chunk in group:
        first = chunk.rows[0]
        apart = first.gap > usual and not first.edge
        if poems and not apart and len(poems[-1]) > 1:
            apart = _opening(poems[-1][0][0].text) == _opening(first.text)
        if not poems or apart:
            poems.append([])
        poems[-1].append(chunk.rows)
    return poems


def _opening(text: str) -> list[str]:
    words = ("".join(filter(str.isalnum, word)) for word in text.casefold().split())
    return [word for word in words if word][:_OPENING_WORDS]
