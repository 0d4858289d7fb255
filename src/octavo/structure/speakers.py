"""Find the names of speakers in a play."""

import re
from collections import Counter
from dataclasses import dataclass
from itertools import pairwise

from octavo.structure.headings import kind_of
from octavo.structure.measure import Row

_CAPITAL = r"[^\W\d_a-zß-öø-ÿа-яё]"
_NAME = re.compile(
    rf"(?P<name>{_CAPITAL}(?:{_CAPITAL}|[ .’'-](?={_CAPITAL})){{1,24}})"
    r"(?P<sign>[.:]?)(?P<stage> ?(?:\[[^\]]{1,80}\]|\([^)]{1,80}\)|_\([^)]{1,80}\)_)[.:]?)?"
    r"(?P<rest>$|\s*[—–-]?\s+\S)"
)
_LEAST = 6  # speeches
_PER_NAME = 2  # speeches of a name, and of all names on average: headings come once
_VARIED = 0.5  # of the speeches at least are answered by another


@dataclass(frozen=True, slots=True)
class Speaker:
    """A name at the start of a row."""

    length: int  # of the name, in characters
    alone: bool  # the speech begins on the next row


def find_speakers(rows: tuple[Row, ...]) -> dict[int, Speaker]:
    """Give the rows that begin with a speaker's name, by index from 0.

    A name is in capitals, alone on its line or followed by a full stop or colon, and a stage
    direction in brackets may stand behind it. There are a few names, they come again, and they
    take turns. Wrong for a paper whose few section titles come again and again.
    """
    named: list[tuple[int, str, Speaker]] = []
    for index, row in enumerate(rows):
        if index and not (row.gap or row.edge or rows[index - 1].tail.stops):
            continue
        match = _NAME.match(row.text)
        if match is None or (index + 1 >= len(rows) and not match["rest"].strip()):
            continue
        alone = not match["rest"].strip()
        if not (alone or match["sign"] or match["stage"]):
            continue
        if kind_of(match["name"]) != "titled":
            continue
        if alone and rows[index + 1].gap > row.gap:
            continue  # a heading: its speech would stand nearer than the one before
        named.append((index, match["name"], Speaker(match.end("name"), alone)))
    times = Counter(name for _, name, _ in named)
    known = [each for each in named if times[each[1]] >= _PER_NAME]
    turns = sum(one[1] != two[1] for one, two in pairwise(known))
    names = {name for _, name, _ in known}
    if len(known) < _LEAST or len(names) < 2 or turns < (len(known) - 1) * _VARIED:
        return {}
    if len(known) * _PER_NAME < len(named):
        return {}
    return {index: speaker for index, _, speaker in named}
