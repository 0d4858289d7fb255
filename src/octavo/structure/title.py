"""Find a text's own title."""

from octavo.model import Block, Heading
from octavo.structure.headings import kind_of


def title_of(blocks: tuple[Block, ...]) -> str | None:
    """Give the title that stands at the very start of a text.

    It is the first block, a heading, and not one that numbers or names a chapter ("Chapter 1",
    "IV", "Preface"). None where the evidence says no.
    """
    if not blocks or not isinstance(blocks[0], Heading):
        return None
    text = "".join(span.text for span in blocks[0].inlines if not span.note)
    return text if kind_of(text) == "titled" else None
