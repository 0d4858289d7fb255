"""The form of a rule's result, and the way to write a rule that looks at one line at a time."""

from collections.abc import Callable
from dataclasses import replace
from typing import TypeAlias

from octavo.clean.altered import altered
from octavo.guidance import Guidance
from octavo.model import Change, Line

Lines: TypeAlias = tuple[Line, ...]
Ruled: TypeAlias = tuple[Lines, tuple[Change, ...]]


def each_line(rule: str, lines: Lines, guidance: Guidance, mend: Callable[[str], str]) -> Ruled:
    """Apply `mend` to the text of every line where the rule is on; record the lines it alters."""
    mended: list[Line] = []
    changes: list[Change] = []
    for line in lines:
        text = mend(line.text)
        if text != line.text and not guidance.off(rule, line.place):
            changes += altered(rule, line, text)
            line = replace(line, text=text)
        mended.append(line)
    return tuple(mended), tuple(changes)
