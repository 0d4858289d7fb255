"""Find the cast of a play by names of any case that stand at line starts, before what they say."""

import re
from collections import Counter
from itertools import chain

from octavo.structure.measure import Region

_WORDS = 3  # of a name
_NAME = re.compile(
    rf"_?(?P<name>[^\W\d_][\w’'-]*(?: [^\W\d_][\w’'-]*){{0,{_WORDS - 1}}})_?"
    r"(?:[.:]_?(?=\s|—)| ?(?=[(\[]))"
)
_SIGN = re.compile(r"[.:(\[]")  # behind a name
# Behind a word; a pattern that begins with one sign is quick.
_STOPPED = (re.compile(r"\.(?=[^\S\n])"), re.compile(r":(?=[^\S\n])"))
_LONGEST = 30  # characters of a name
_TIMES = 3  # a name that comes less often is a word
_PAIR = 2  # speakers at least
_AT_START = 0.5  # of what looks like the name in the text: a title such as "Mr." stands anywhere


def name_at(text: str) -> str | None:
    """Give the name that a line begins with, if it looks like a speaker's."""
    if text[0] != "_" and not text[0].isupper():
        return None
    start = text[: _LONGEST + 2]
    found = _NAME.match(start) if _SIGN.search(start) else None
    if found is None or not all(word[0].isupper() for word in found["name"].split()):
        return None
    return found["name"].casefold()


def cast_of(regions: tuple[Region, ...]) -> frozenset[str]:
    """Give the names of those who speak, in small letters; none where the text is no play."""
    starts: Counter[str] = Counter()
    for region in regions:
        ended = True
        for row in region.rows:
            name = name_at(row.text) if ended or row.gap else None
            if name is not None:
                starts[name] += 1
            ended = row.tail.stops
    often = {name for name, times in starts.items() if times >= _TIMES}
    if len(often) < _PAIR:
        return frozenset()
    last = {name.split()[-1] for name in often}
    anywhere: Counter[str] = Counter()
    for region in regions:
        text = "\n".join(row.text for row in region.rows)
        # At a line's end the full stop may end the sentence, and after a name it mostly does.
        for stop in chain.from_iterable(sign.finditer(text) for sign in _STOPPED):
            # No more than a name could hold: a line may be as long as the text.
            before = text[max(0, stop.start() - _LONGEST - 2) : stop.start()]
            word = before.split()[-1].casefold() if before[-1:].strip() else ""
            if word in last:
                anywhere[word] += 1
    return frozenset(
        name for name in often if starts[name] >= anywhere[name.split()[-1]] * _AT_START
    )
