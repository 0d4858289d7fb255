"""Account for every character between a source and the blocks made of it."""

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import assert_never

from octavo.model import (
    Block,
    Change,
    Footnote,
    Heading,
    Inlines,
    Items,
    Paragraph,
    Quotation,
    SceneBreak,
    Text,
    Verse,
)


def lost(text: Text, blocks: tuple[Block, ...], changes: tuple[Change, ...]) -> dict[str, int]:
    """Count the characters of a text that are neither in the blocks nor in a recorded change.

    Spaces do not count. A negative number says that a character was invented. No loss and no
    invention is the empty dictionary.

    Args:
        text: before the changes.
        blocks: made of the text after the changes.
        changes: all that were made between the two.
    """
    balance = _count(line.text for line in text.lines)
    balance.update(_count(change.after for change in changes))
    balance.subtract(_count(change.before for change in changes))
    balance.subtract(_count(_strings(blocks)))
    return {char: balance[char] for char in sorted(balance) if balance[char]}


def _count(strings: Iterable[str]) -> Counter[str]:
    counts: Counter[str] = Counter()
    for string in strings:
        counts.update(string)
    return Counter({char: number for char, number in counts.items() if not char.isspace()})


def _strings(blocks: tuple[Block, ...]) -> Iterator[str]:
    for block in blocks:
        match block:
            case Heading() | Paragraph():
                yield from _texts(block.inlines)
            case Verse():
                for stanza in block.stanzas:
                    for line in stanza:
                        yield from _texts(line)
            case Quotation() | Footnote():
                yield from _strings(block.blocks)
            case Items():
                for item in block.items:
                    yield from _strings(item)
            case SceneBreak():
                pass
            case _:
                assert_never(block)


def _texts(inlines: Inlines) -> Iterator[str]:
    return (span.text for span in inlines)
