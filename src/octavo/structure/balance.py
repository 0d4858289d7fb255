"""Account for every character between a source and the blocks made of it."""

from collections import Counter
from collections.abc import Iterable

from octavo.model import Block, Change, Text
from octavo.walk import inlines_in

_BATCH = 1 << 16  # characters counted at once
_LATIN = 1.5  # bytes of UTF-8 for each character, at most
# Of Latin texts, the most frequent ones first; the space, too, so that it is none of the rest.
_FREQUENT = (b" etao", b"insrhl", b"dcumpgfbvwy,.")


def characters(text: Text) -> Counter[str]:
    """Count the characters of a text but its spaces."""
    return _count(line.text for line in text.lines)


def lost(
    source: Text | Counter[str], blocks: tuple[Block, ...], changes: tuple[Change, ...]
) -> dict[str, int]:
    """Count the characters of a text that are neither in the blocks nor in a recorded change.

    Spaces do not count. A negative number says that a character was invented. No loss and no
    invention is the empty dictionary.

    Args:
        source: the text before the changes, or its `characters`.
        blocks: made of the text after the changes.
        changes: all that were made between the two.
    """
    balance = characters(source) if isinstance(source, Text) else source.copy()
    balance.update(_count(change.after for change in changes))
    balance.subtract(_count(change.before for change in changes))
    balance.subtract(_count(span.text for inlines in inlines_in(blocks) for span in inlines))
    return {char: balance[char] for char in sorted(balance) if balance[char]}


def _count(strings: Iterable[str]) -> Counter[str]:
    """Count characters; one call for each of many short strings would take longer."""
    counts: Counter[str] = Counter()
    batch: list[str] = []
    size = 0
    for string in strings:
        batch.append(string)
        size += len(string)
        if size >= _BATCH:
            _add(counts, "".join(batch))
            batch, size = [], 0
    _add(counts, "".join(batch))
    return Counter({char: number for char, number in counts.items() if not char.isspace()})


def _add(counts: Counter[str], text: str) -> None:
    """Count a text's characters, the frequent ones of Latin by themselves: that is faster."""
    encoded = text.encode("utf-8", "surrogatepass")
    if len(encoded) > len(text) * _LATIN:
        counts.update(text)
        return
    for frequent in _FREQUENT:
        for code in frequent:
            counts[chr(code)] += encoded.count(code)
        encoded = encoded.translate(None, frequent)
    counts.update(encoded.decode("utf-8", "surrogatepass"))
