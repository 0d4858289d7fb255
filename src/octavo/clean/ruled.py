"""The form of a rule's result, and the way to write a rule that looks at one line at a time."""

import re
from collections.abc import Callable, Iterable, Iterator
from typing import TypeAlias

from octavo.clean.altered import altered
from octavo.guidance import Guidance
from octavo.model import Change, Line

Lines: TypeAlias = tuple[Line, ...]
Ruled: TypeAlias = tuple[Lines, tuple[Change, ...]]
Finds: TypeAlias = Callable[[str], object]  # something true where there is something

_CHUNK = 64  # lines


def with_text(line: Line, text: str) -> Line:
    """Give a line with another text."""
    return Line(text, line.place, line.box)


def suspects(lines: Lines, finds: Finds) -> Iterator[int]:
    """Give the indexes of the lines in which something is found, such as by a pattern's `search`.

    Most of what is looked for is rare. So many lines are looked at as one text, with line ends
    between them; what is found in a line must be found there too.
    """
    return _found([line.text for line in lines], finds)


def beyond_ascii(lines: Lines, pattern: re.Pattern[str]) -> list[int]:
    """Give the indexes of the lines in which a pattern is found that every ASCII text lacks."""
    rows = [at for at, line in enumerate(lines) if not line.text.isascii()]
    return [rows[at] for at in _found([lines[row].text for row in rows], pattern.search)]


def _found(texts: list[str], finds: Finds) -> Iterator[int]:
    for first in range(0, len(texts), _CHUNK):
        batch = texts[first : first + _CHUNK]
        if finds("\n".join(batch)):
            yield from (at for at, text in enumerate(batch, first) if finds(text))


def each_line(
    rule: str,
    lines: Lines,
    guidance: Guidance,
    mend: Callable[[str], str],
    rows: Iterable[int],
) -> Ruled:
    """Apply `mend` to lines where the rule is on; record those that it alters.

    Args:
        rule: the name.
        lines: of the text.
        guidance: the orders.
        mend: gives the text of a line as it is to be.
        rows: the indexes of the lines that `mend` may alter.
    """
    kept = list(lines)
    changes: list[Change] = []
    for index in rows:
        line = lines[index]
        text = mend(line.text)
        if text != line.text and not guidance.off(rule, line.place):
            changes += altered(rule, line, text)
            kept[index] = with_text(line, text)
    return (tuple(kept), tuple(changes)) if changes else (lines, ())
