"""Cut a text into regions, each in one manner of setting its lines.

What is compared does not depend on what the text says: how wide the lines are that surely go on,
and what white space and indents stand before lines that surely begin or surely go on. A stretch
of short or long paragraphs is no region of its own, nor is a poem or a quotation, after which
the former manner returns.
"""

import operator
from array import array
from collections.abc import Callable
from itertools import accumulate, chain, pairwise
from math import exp, lgamma, log, log1p
from typing import TypeAlias

from octavo.structure.measure import Row

_STEPS = (10, 30)  # rows from place to place that is looked at; the rare shows in wide ones
_WINDOW = 6  # steps on each side that are compared
_LEAST = 30  # rows of a region
_INSERTED = 100  # rows: fewer are a poem or quotation if the former manner returns after them
_NARROW = 0.97  # of the width of the lines beside
_EVIDENCE = 5.0  # nats for a change of manner
_NEAR = 8  # rows: as many on each side, at least, tell how wide a full line is there
_SHORT = 0.75  # of a full line
_FULL = 0.9
_OVERLONG = 160  # columns: such lines are paragraphs
_RATIO = 0.05  # widths that differ by less are alike
_DOUBT = 0.1  # of an observation, for what has not been seen
_WORTH = 60  # observations at most: more of them do not make a difference larger
_NOTHING = lgamma(_DOUBT)
_EVEN = log(2)

# What is looked at, in groups: how far a line reaches that goes on; the white and the indent before
# lines that begin, and before those that go on; whether a line is overlong. A feature is the number
# of its group's first, below, and its value.
_SIZES = (60, 3, 4, 3, 3, 2)  # how many values each group has
_BOUNDS = tuple(accumulate(_SIZES, initial=0))
# By a group's size and the number of observations: the logarithm that its prior leads to.
_TOTALS = {
    size: [lgamma(number + size * _DOUBT) for number in range(2 * _WORTH + 1)] for size in _SIZES
}
# Of each, its first feature, the one after its last, and those logarithms.
_GROUPS = tuple((first, end, _TOTALS[end - first]) for first, end in pairwise(_BOUNDS))
_END, _BEGIN_GAP, _BEGIN_INDENT, _ON_GAP, _ON_INDENT, _LONG, _ALL = _BOUNDS

_NONE = (0,) * _ALL

_Features: TypeAlias = tuple[int, ...]  # of a row, one of a group at most
_Counts: TypeAlias = list[int]  # of each feature


def regions_of(rows: tuple[Row, ...]) -> tuple[tuple[Row, ...], ...]:
    """Give the rows in regions, each with at least one.

    Args:
        rows: as `rows_of` gives them, before their indents are counted from the pages' edges.
    """
    if len(rows) < 2 * _LEAST:
        return (rows,)
    features = _features(rows)
    bounds = [0, *_changes(rows, features), len(rows)]
    bounds = _without_narrow_ends(_merged(bounds, features), rows)
    return tuple(rows[first:end] for first, end in pairwise(bounds))


def _features(rows: tuple[Row, ...]) -> list[_Features]:
    """Give what each row shows of the manner, the first of them nothing."""
    groups = [rows[first : first + _NEAR] for first in range(0, len(rows), _NEAR)]
    full = _around([max(row.width for row in group) for group in groups], max)
    left = _around([min(row.indent for row in group) for group in groups], min)
    found: list[_Features] = [()]
    for index, (before, row) in enumerate(pairwise(rows), start=1):
        near = index // _NEAR
        long = _LONG + (row.width > _OVERLONG)
        found.append((long, *_of_pair(before, row, full[near], left[near])))
    return found


def _around(values: list[float], choose: Callable[..., float]) -> list[float]:
    """Give the largest or smallest of each value and its neighbours."""
    return [choose(values[max(0, at - 1) : at + 2]) for at in range(len(values))]


def _of_pair(before: Row, row: Row, full: float, left: float) -> _Features:
    deep = row.indent - left
    gap = row.gap if row.gap < 2 else 2
    if _surely_begins(before, row, full):
        indent = _BEGIN_INDENT + (0 if deep < 1 else 1 if deep < 3 else 2 if deep < 6 else 3)
        return (indent,) if row.edge else (indent, _BEGIN_GAP + gap)
    if _surely_goes_on(before, row, full):
        end = before.indent - left + before.width
        reach = _END + min(59, round(log(max(8.0, end) / 8) / _RATIO))
        indent = _ON_INDENT + (0 if deep < 1 else 1 if deep < 3 else 2)
        return (indent, reach) if row.edge else (indent, reach, _ON_GAP + gap)
    return ()


def _surely_begins(before: Row, row: Row, full: float) -> bool:
    short = before.width + row.first < full * _SHORT
    return short and before.tail.stops and not row.head.small


def _surely_goes_on(before: Row, row: Row, full: float) -> bool:
    if before.tail.stops:
        return False
    if row.head.wide:
        return before.width > full * _FULL and not before.tail.pauses
    return row.head.small


def _changes(rows: tuple[Row, ...], features: list[_Features]) -> list[int]:
    """Give the rows with which the manner seems to change, from the windows on both sides."""
    changes: list[int] = []
    for step in _STEPS:
        evidence = _evidence(features, step)
        near = _WINDOW * _STEPS[0] // step
        for number, value in enumerate(evidence):
            around = evidence[max(0, number - near) : number + near + 1]
            if value >= _EVIDENCE and value == max(around):
                change = _place(rows, features, number * step, _WINDOW * step)
                changes += [change] if change is not None else []
    kept = [0]
    for change in sorted(changes):
        if change - kept[-1] >= _LEAST <= len(rows) - change:
            kept.append(change)
    return kept[1:]


def _evidence(features: list[_Features], step: int) -> list[float]:
    """Give the evidence for a change at each step."""
    parts = [_count(features[at : at + step]) for at in range(0, len(features), step)]
    # All up to each step, so that two of them tell what stands between; an array takes less room.
    sums = [array("i", _NONE)]
    for part in parts:
        sums.append(array("i", map(operator.add, sums[-1], part)))
    evidence = [0.0]
    for at in range(1, len(parts)):
        first, end = max(0, at - _WINDOW), min(at + _WINDOW, len(parts))
        before = list(map(operator.sub, sums[at], sums[first]))
        evidence.append(_difference(before, list(map(operator.sub, sums[end], sums[at]))))
    return evidence


class _Window:
    """The features of the rows on both sides of a place, counted while the place moves on."""

    def __init__(self, features: list[_Features], at: int, reach: int, *, apart: int = 0):
        """Take a place, the rows that are counted on each side, and how many it stands for."""
        self._features, self._at, self._reach, self._apart = features, at, reach, apart
        self.before = _count(features[max(0, at - reach) : at])
        self.after = _count(features[at + apart : at + reach])

    def move(self, at: int) -> None:
        """Move to a place farther on, by less than the window's reach."""
        rows, last = self._features, self._at
        _add(self.before, rows[last:at], 1)
        _add(self.before, rows[max(0, last - self._reach) : max(0, at - self._reach)], -1)
        _add(self.after, rows[last + self._apart : at + self._apart], -1)
        _add(self.after, rows[last + self._reach : at + self._reach], 1)
        self._at = at


def _count(rows: list[_Features]) -> _Counts:
    counts = list(_NONE)
    _add(counts, rows, 1)
    return counts


def _add(counts: _Counts, rows: list[_Features], times: int) -> None:
    for feature in chain.from_iterable(rows):
        counts[feature] += times


def _sum(parts: list[_Counts]) -> _Counts:
    return [sum(numbers) for numbers in zip(*parts, strict=True)]


def _place(rows: tuple[Row, ...], features: list[_Features], about: int, reach: int) -> int | None:
    """Give the row near another with which a new manner most likely begins."""
    best, value = None, float("-inf")
    near = _STEPS[0] * _WINDOW // 2
    first = max(1, about - near)
    window = _Window(features, first, reach, apart=1)
    for index in range(first, min(len(rows), about + near)):
        natural = _naturalness(rows[index - 1], rows[index])
        if natural <= 0.0:
            continue
        window.move(index)
        found = _difference(window.before, window.after) + natural
        if found > value:
            best, value = index, found
    return best


def _naturalness(before: Row, row: Row) -> float:
    """Weigh how well a region might begin with a row, by the white above it and the words."""
    if row.head.small or before.tail.breaks:
        return -10.0
    score = 2.0 * min(row.gap, 3) + 3.0 * row.edge
    return score + (1.0 if before.tail.stops else -2.0)


def _merged(bounds: list[int], features: list[_Features]) -> list[int]:
    """Leave out the bounds between regions that are alike as wholes, and around insertions."""
    ends: list[int] = []  # of the regions so far
    counts: list[_Counts] = []
    for first, end in pairwise(bounds):
        ends.append(end)
        counts.append(_count(features[first + 1 : end]))
        while len(ends) > 1:
            if _difference(counts[-2], counts[-1]) < _EVIDENCE:
                number = 2
            elif _is_inserted(ends, counts):
                number = 3
            else:
                break
            whole = _sum(counts[-number:])
            counts[-number:] = [whole]
            ends[-number:] = [ends[-1]]
    return [0, *ends]


def _is_inserted(ends: list[int], counts: list[_Counts]) -> bool:
    """Tell whether the last region but one is short and the former manner returns after it."""
    return (
        len(ends) > 2
        and ends[-2] - ends[-3] < _INSERTED
        and _difference(counts[-3], counts[-1]) < _EVIDENCE
    )


def _without_narrow_ends(bounds: list[int], rows: tuple[Row, ...]) -> list[int]:
    """Leave out the bound of a short narrow region at an end of the text: a quotation is there."""
    for inner, outer, beside in ((1, 0, 2), (-2, -1, -3)):
        if len(bounds) < 3 or abs(bounds[outer] - bounds[inner]) >= _INSERTED:
            continue
        first, middle, last = sorted((bounds[outer], bounds[inner], bounds[beside]))
        parts = rows[first:middle], rows[middle:last]
        end, next_to_it = (_width(part) for part in (parts if outer == 0 else parts[::-1]))
        if end < next_to_it * _NARROW:
            bounds = [bound for bound in bounds if bound != bounds[inner]]
    return bounds


def _width(rows: tuple[Row, ...]) -> float:
    widths = sorted(row.width for row in rows)
    return widths[len(widths) * 9 // 10]


def _difference(one: _Counts, other: _Counts) -> float:
    """Give the evidence, in nats, that two counts come from different manners.

    For each group of features it is the logarithm of the Bayes factor of two multinomial
    distributions against one, under the same Dirichlet prior.
    """
    total = 0.0
    for first, end, totals in _GROUPS:
        here, there = one[first:end], other[first:end]
        seen, beside = sum(here), sum(there)
        if seen and beside:
            factor = _factor(here, there, seen, beside, totals)
            # A manner may change in this and stay the same in that: the groups are even chances.
            total += log1p(exp(factor)) if factor < 0 else factor + log1p(exp(-factor))
            total -= _EVEN
    return total


def _factor(first: _Counts, second: _Counts, seen: int, beside: int, totals: list[float]) -> float:
    """Give the logarithm of a Bayes factor; what only one of the two has cancels out.

    Of each, as many counts count as are worth it.

    Args:
        first: counts of the values of a group.
        second: the same.
        seen: how often any of them was seen in the first.
        beside: the same for the second.
        totals: of the group, by the number of observations.
    """
    one = seen if seen < _WORTH else _WORTH
    other = beside if beside < _WORTH else _WORTH
    factor = totals[0] + totals[one + other]
    factor -= totals[one] + totals[other]
    for here, there in filter(all, zip(first, second, strict=True)):
        number = here if seen <= _WORTH else here * _WORTH / seen
        next_to_it = there if beside <= _WORTH else there * _WORTH / beside
        factor += lgamma(number + _DOUBT) + lgamma(next_to_it + _DOUBT)
        factor -= lgamma(number + next_to_it + _DOUBT) + _NOTHING
    return factor
