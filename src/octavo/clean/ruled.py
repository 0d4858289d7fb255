"""The form of a rule's result, and the way to write a rule that looks at one line at a time."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import TypeAlias

from octavo.clean.altered import altered
from octavo.guidance import Guidance
from octavo.model import Change, Line

Lines: TypeAlias = tuple[Line, ...]
Ruled: TypeAlias = tuple[Lines, tuple[Change, ...]]

_CHUNK = 64  # lines


def suspects(lines: Lines, pattern: re.Pattern[str]) -> Iterator[int]:
    """Give the indexes of the lines in which a pattern is found.

    Most patterns are rare, so many lines are looked at in one: a line end must not hide a match.
    """
    for first in range(0, len(lines), _CHUNK):
        texts = [line.text for line in lines[first : first + _CHUNK]]
        if pattern.search("\n".join(texts)):
            yield from (at for at, text in enumerate(texts, first) if pattern.search(text))


def each_line(
    rule: str,
    lines: Lines,
    guidance: Guidance,
    mend: Callable[[str], str],
    suspect: re.Pattern[str],
) -> Ruled:
    """Apply `mend` to lines where the rule is on; record those that it alters.

    Args:
        rule: the name.
        lines: of the text.
        guidance: the orders.
        mend: gives the text of a line as it is to be.
        suspect: what every line holds that `mend` alters.
    """
    kept = list(lines)
    changes: list[Change] = []
    for index in suspects(lines, suspect):
        line = lines[index]
        text = mend(line.text)
        if text != line.text and not guidance.off(rule, line.place):
            changes += altered(rule, line, text)
            kept[index] = replace(line, text=text)
    return (tuple(kept), tuple(changes)) if changes else (lines, ())
