"""Walk through blocks, whatever stands inside of them."""

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


def inlines_in(blocks: Iterable[Block], *, notes: bool = True) -> Iterator[Inlines]:
    """Give the spans of each heading, paragraph and line of verse, in reading order.

    Args:
        blocks: with all that they hold.
        notes: those of the footnotes too.
    """
    for block in blocks:
        match block:
            case Heading() | Paragraph():
                yield block.inlines
            case Verse():
                for stanza in block.stanzas:
                    yield from stanza
            case Quotation():
                yield from inlines_in(block.blocks, notes=notes)
            case Footnote():
                if notes:
                    yield from inlines_in(block.blocks)
            case Items():
                for item in block.items:
                    yield from inlines_in(item, notes=notes)
            case SceneBreak():
                pass
            case _:
                assert_never(block)
