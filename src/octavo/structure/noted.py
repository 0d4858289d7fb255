"""Put the notes after the blocks that their marks stand in."""

from collections.abc import Iterator

from octavo.model import Block, Footnote, Text
from octavo.structure.blocks import Maker
from octavo.structure.footnotes import Note
from octavo.structure.measure import Row, rows_of
from octavo.walk import inlines_in


def with_notes(
    blocks: tuple[Block, ...], notes: tuple[Note, ...], maker: Maker
) -> tuple[Block, ...]:
    """Give the blocks, each followed by the notes that it has marks of."""
    if not notes:
        return blocks
    placed: list[Block] = []
    for block in blocks:
        placed.append(block)
        placed += [_footnote(notes[number - 1], maker) for number in _numbers(block)]
    return tuple(placed)


def _footnote(note: Note, maker: Maker) -> Footnote:
    """Make a note; blank lines divide its paragraphs."""
    paragraphs: list[list[Row]] = []
    for row in rows_of(Text(note.lines)):
        if not paragraphs or row.gap:
            paragraphs.append([])
        paragraphs[-1].append(row)
    blocks = tuple(maker.paragraph(tuple(rows)) for rows in paragraphs)
    return Footnote(note.number, blocks, note.place)


def _numbers(block: Block) -> Iterator[int]:
    for inlines in inlines_in((block,)):
        yield from (span.note for span in inlines if span.note)
