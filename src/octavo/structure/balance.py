"""Account for every character between a source and the blocks made of it."""

from collections import Counter
from collections.abc import Iterable

from octavo.model import Block, Change, Text
from octavo.walk import inlines_in


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
    balance.subtract(_count(span.text for inlines in inlines_in(blocks) for span in inlines))
    return {char: balance[char] for char in sorted(balance) if balance[char]}


def _count(strings: Iterable[str]) -> Counter[str]:
    counts: Counter[str] = Counter()
    for string in strings:
        counts.update(string)
    return Counter({char: number for char, number in counts.items() if not char.isspace()})
