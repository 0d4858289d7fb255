"""Cut a text into regions, each in one manner of setting its lines.

What is compared does not depend on what the text says: how wide the lines are that surely go on,
and what white space and indents stand before lines that surely begin or surely go on. A stretch
of short or long paragraphs is no region of its own, nor is a poem or a quotation, after which
the former manner returns.
"""

from collections import Counter
from collections.abc import Callable
from itertools import chain, pairwise
from math import exp, lgamma, log, log1p
from typing import TypeAlias

from octavo.structure.measure import Row

_STEPS = (
    10,
    30,
)  # rows: so far apart are the places that are looked at; the rare shows in wide ones
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
_SIZES = {"end": 60, "begin gap": 3, "begin indent": 4, "on gap": 3, "on indent": 3, "long": 2}
_DOUBT = 0.1  # of an observation, for what has not been seen
_WORTH = 60  # observations at most: more of them do not make a difference larger
_NOTHING = lgamma(_DOUBT)

_Feature: TypeAlias = tuple[str, int]
_Features: TypeAlias = tuple[_Feature, ...]
_Counts: TypeAlias = Counter[_Feature]


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
        long = ("long", int(row.width > _OVERLONG))
        found.append((long, *_of_pair(before, row, full[near], left[near])))
    return found


def _around(values: list[float], choose: Callable[..., float]) -> list[float]:
    """Give the largest or smallest of each value and its neighbours."""
    return [choose(values[max(0, at - 1) : at + 2]) for at in range(len(values))]


def _of_pair(before: Row, row: Row, full: float, left: float) -> _Features:
    deep = row.indent - left
    gap = min(row.gap, 2)
    if _surely_begins(before, row, full):
        depth = 0 if deep < 1 else 1 if deep < 3 else 2 if deep < 6 else 3
        indent = ("begin indent", depth)
        return (indent,) if row.edge else (indent, ("begin gap", gap))
    if _surely_goes_on(before, row, full):
        end = before.indent - left + before.width
        width = min(59, round(log(max(8.0, end) / 8) / _RATIO))
        shown = (("on indent", 0 if deep < 1 else 1 if deep < 3 else 2), ("end", width))
        return shown if row.edge else (*shown, ("on gap", gap))
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
    counts = [
        Counter(chain.from_iterable(features[first : first + step]))
        for first in range(0, len(features), step)
    ]
    before, after = _sum([]), _sum(counts[:_WINDOW])
    evidence = [0.0]
    for number in range(1, len(counts)):
        _add(before, counts[number - 1], 1)
        _add(after, counts[number - 1], -1)
        if number > _WINDOW:
            _add(before, counts[number - 1 - _WINDOW], -1)
        if number + _WINDOW <= len(counts):
            _add(after, counts[number + _WINDOW - 1], 1)
        evidence.append(_difference(before, after))
    return evidence


def _add(total: _Counts, part: _Counts, times: int) -> None:
    for feature, number in part.items():
        total[feature] += times * number


def _sum(parts: list[_Counts]) -> _Counts:
    total: _Counts = Counter()
    for part in parts:
        total.update(part)
    return total


def _place(rows: tuple[Row, ...], features: list[_Features], about: int, reach: int) -> int | None:
    """Give the row near another with which a new manner most likely begins."""
    best, value = None, float("-inf")
    near = _STEPS[0] * _WINDOW // 2
    for index in range(max(1, about - near), min(len(rows), about + near)):
        natural = _naturalness(rows[index - 1], rows[index])
        if natural <= 0.0:
            continue
        before = Counter(chain.from_iterable(features[max(0, index - reach) : index]))
        after = Counter(chain.from_iterable(features[index + 1 : index + reach]))
        found = _difference(before, after) + natural
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
        counts.append(Counter(chain.from_iterable(features[first + 1 : end])))
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
    first, second = _by_group(one), _by_group(other)
    total = 0.0
    for group, size in _SIZES.items():
        if not first[group] or not second[group]:
            continue
        factor = _factor(first[group], second[group], size)
        # A manner may change in this and stay the same in that: the groups are even chances.
        total += max(0.0, factor) + log1p(exp(-abs(factor))) - log(2)
    return total


def _by_group(counts: _Counts) -> dict[str, dict[int, float]]:
    """Give the counts of each group's values, at most as many as are worth counting."""
    groups: dict[str, dict[int, float]] = {group: {} for group in _SIZES}
    for (group, value), number in counts.items():
        if number:
            groups[group][value] = number
    for group, found in groups.items():
        total = sum(found.values())
        if total > _WORTH:
            groups[group] = {value: number * _WORTH / total for value, number in found.items()}
    return groups


def _factor(first: dict[int, float], second: dict[int, float], size: int) -> float:
    """Give the logarithm of a Bayes factor; what only one of the two has cancels out."""
    prior = size * _DOUBT
    one, other = sum(first.values()), sum(second.values())
    factor = lgamma(prior) + lgamma(one + other + prior)
    factor -= lgamma(one + prior) + lgamma(other + prior)
    for value, number in first.items():
        if value in second:
            beside = second[value]
            factor += lgamma(number + _DOUBT) + lgamma(beside + _DOUBT)
            factor -= lgamma(number + beside + _DOUBT) + _NOTHING
    return factor
