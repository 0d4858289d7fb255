"""Footnotes and the marks that lead to them."""

from collections.abc import Iterable, Iterator
from typing import assert_never

from octavo.model import (
    Block,
    Footnote,
    Heading,
    Inlines,
    Items,
    Paragraph,
    Quotation,
    SceneBreak,
    Verse,
)


def marked(blocks: tuple[Block, ...]) -> dict[int, Footnote]:
    """Give the footnotes of a text that have a mark, by their numbers and in their order."""
    notes = {block.number: block for block in blocks if isinstance(block, Footnote)}
    marks = {span.note for inlines in _runs(blocks) for span in inlines if span.note}
    return {number: notes[number] for number in sorted(notes) if number in marks}


def _runs(blocks: Iterable[Block]) -> Iterator[Inlines]:
    for block in blocks:
        match block:
            case Heading() | Paragraph():
                yield block.inlines
            case Verse():
                for stanza in block.stanzas:
                    yield from stanza
            case Quotation():
                yield from _runs(block.blocks)
            case Items():
                for item in block.items:
                    yield from _runs(item)
            case SceneBreak() | Footnote():
                pass  # a mark inside a note leads nowhere
            case _:
                assert_never(block)
