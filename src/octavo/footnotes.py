"""Footnotes and the marks that lead to them."""

from octavo.model import Block, Footnote
from octavo.walk import inlines_in


def marked(blocks: tuple[Block, ...]) -> dict[int, Footnote]:
    """Give the footnotes of a text that have a mark, by their numbers and in their order.

    A mark inside a note leads nowhere.
    """
    notes = {block.number: block for block in blocks if isinstance(block, Footnote)}
    runs = inlines_in(blocks, notes=False)
    marks = {span.note for inlines in runs for span in inlines if span.note}
    return {number: notes[number] for number in sorted(notes) if number in marks}
