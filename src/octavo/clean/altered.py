"""Record what a rule altered in a line: the whole line, or of a very long one the places only.

A text without line ends is one line, and each rule would keep two copies of it.
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import TypeAlias

from octavo.model import Change, Line

_LONG = 5_000  # characters: a longer line is recorded in parts
_AROUND = 40  # characters that are recorded on both sides of a difference
_ALIKE = 16  # characters: where so many are the same again, a difference has ended
_NEAR, _FAR = 32, 1 << 16  # characters in which the end is looked for at each, and at all
_CHUNK = 1 << 12  # characters compared at once

# From and to in the one text, from and to in the other; counted from 0, the ends not included.
_Part: TypeAlias = tuple[int, int, int, int]


def altered(
    rule: str, line: Line, text: str, *, doubtful: bool = False, why: str = ""
) -> tuple[Change, ...]:
    """Give the changes that say of a line what it is now.

    Those of a long line have a column: where in the line, as the rule found it, a part begins.
    """
    before = line.text
    if len(before) <= _LONG:
        return (Change(rule, line.place, before, text, doubtful, why),)
    return tuple(
        Change(
            rule,
            replace(line.place, column=(line.place.column or 1) + first),
            before[first:last],
            text[start:end],
            doubtful,
            why,
        )
        for first, last, start, end in _widened(_parts(before, text), len(before))
    )


def _widened(parts: Iterator[_Part], length: int) -> Iterator[_Part]:
    """Give parts with what stands around them; those that touch are one."""
    held: _Part | None = None
    for first, last, start, end in parts:
        left = min(first, start, _AROUND)
        first, start = first - left, start - left
        if held is not None and first <= held[1] + _AROUND:
            held = held[0], last, held[2], end
            continue
        if held is not None:
            yield _with_right(held, length)
        held = first, last, start, end
    if held is not None:
        yield _with_right(held, length)


def _with_right(part: _Part, length: int) -> _Part:
    first, last, start, end = part
    right = min(_AROUND, length - last)
    return first, last + right, start, end + right


def _parts(before: str, after: str) -> Iterator[_Part]:
    """Give the differences of two texts in order, in linear time."""
    at, on = 0, 0
    while True:
        same = _common(before, after, at, on)
        at, on = at + same, on + same
        if at == len(before) and on == len(after):
            return
        last, end = _met(before, after, at, on)
        while last > at and end > on and before[last - 1] == after[end - 1]:
            last, end = last - 1, end - 1
        yield at, last, on, end
        at, on = last, end


def _common(before: str, after: str, at: int, on: int) -> int:
    """Count the characters that are the same from two places on."""
    size, same = _ALIKE, 0
    while True:
        one, other = before[at + same : at + same + size], after[on + same : on + same + size]
        if one != other:
            for count, (old, new) in enumerate(zip(one, other, strict=False)):
                if old != new:
                    return same + count
            return same + min(len(one), len(other))
        same += len(one)
        if not one:
            return same
        size = min(2 * size, _CHUNK)


def _met(before: str, after: str, at: int, on: int) -> tuple[int, int]:
    """Give where two texts are the same again after a difference; if nowhere near, their ends."""
    step = 0
    while step <= _FAR:
        piece = before[at + step : at + step + _ALIKE]
        if len(piece) < _ALIKE:
            break
        found = after.find(piece, on, on + 2 * step + _NEAR + _ALIKE)
        if found >= 0:
            return at + step, found
        step += 1 if step < _NEAR else step // 2
    return len(before), len(after)
