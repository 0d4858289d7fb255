"""Cut a text into regions, each in one manner of setting its lines.

What is compared does not depend on what the text says: how wide the lines are that surely go on,
and what white space and indents stand before lines that surely begin or surely go on. A stretch
of short or long paragraphs is no region of its own, nor is a poem or a quotation, after which
the former manner returns.
"""

from collections import Counter
from collections.abc import Mapping
from itertools import chain, pairwise
from math import exp, lgamma, log, log1p
from typing import TypeAlias

from octavo.structure.measure import Row
from octavo.structure.wording import breaks_word, ends_sentence, is_wide, pauses, starts_small

_STEP = 10  # rows: so far apart are the places that are looked at first
_WINDOWS = (6, 18)  # steps on each side that are compared: what is rare shows in the wide one
_LEAST = 30  # rows of a region
_INSERTED = 100  # rows: fewer are a poem or quotation if the former manner returns after them
_NARROW = 0.97  # of the width of the lines beside
_EVIDENCE = 5.0  # nats for a change of manner
_NEAR = 8  # rows on each side that tell how wide a full line is there
_SHORT = 0.75  # of a full line
_FULL = 0.9
_OVERLONG = 160  # columns: such lines are paragraphs
_RATIO = 0.05  # widths that differ by less are alike
_SIZES = {"end": 60, "begin gap": 3, "begin indent": 4, "on gap": 3, "on indent": 3, "long": 2}
_DOUBT = 0.1  # of an observation, for what has not been seen
_UNSEEN = lgamma(_DOUBT)
_WORTH = 60  # observations at most: more of them do not make a difference larger

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
    found: list[_Features] = [()]
    for index in range(1, len(rows)):
        before, row = rows[index - 1], rows[index]
        near = rows[max(0, index - _NEAR) : index + _NEAR]
        full = max(each.width for each in near)
        left = min(each.indent for each in near)
        found.append((("long", int(row.width > _OVERLONG)), *_of_pair(before, row, full, left)))
    return found


def _of_pair(before: Row, row: Row, full: float, left: int) -> _Features:
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
    return short and ends_sentence(before.text) and not starts_small(row.text)


def _surely_goes_on(before: Row, row: Row, full: float) -> bool:
    if ends_sentence(before.text):
        return False
    if is_wide(row.text[0]):
        return before.width > full * _FULL and not pauses(before.text)
    return starts_small(row.text)


def _changes(rows: tuple[Row, ...], features: list[_Features]) -> list[int]:
    """Give the rows with which the manner seems to change, from the windows on both sides."""
    steps = [
        Counter(chain.from_iterable(features[first : first + _STEP]))
        for first in range(0, len(features), _STEP)
    ]
    changes: list[int] = []
    for window in _WINDOWS:
        evidence = _evidence(steps, window)
        for step, value in enumerate(evidence):
            around = evidence[max(0, step - _WINDOWS[0]) : step + _WINDOWS[0] + 1]
            if value < _EVIDENCE or value < max(around):
                continue
            change = _place(rows, features, step * _STEP, window * _STEP)
            if change is not None:
                changes.append(change)
    kept = [0]
    for change in sorted(changes):
        if change - kept[-1] >= _LEAST <= len(rows) - change:
            kept.append(change)
    return kept[1:]


def _evidence(steps: list[_Counts], window: int) -> list[float]:
    """Give the evidence for a change at each step."""
    evidence = [0.0]
    before, after = dict[_Feature, int](), dict[_Feature, int]()
    for part in steps[:window]:
        _add(after, part, 1)
    for step in range(1, len(steps)):
        last = steps[step - 1]
        _add(before, last, 1)
        _add(after, last, -1)
        if step > window:
            _add(before, steps[step - window - 1], -1)
        if step + window <= len(steps):
            _add(after, steps[step + window - 1], 1)
        evidence.append(_difference(before, after))
    return evidence


def _add(total: dict[_Feature, int], part: _Counts, times: int) -> None:
    for feature, count in part.items():
        number = total.get(feature, 0) + times * count
        if number:
            total[feature] = number
        else:
            del total[feature]


def _sum(parts: list[_Counts]) -> _Counts:
    total: _Counts = Counter()
    for part in parts:
        total.update(part)
    return total


def _place(rows: tuple[Row, ...], features: list[_Features], about: int, reach: int) -> int | None:
    """Give the row near another with which a new manner most likely begins."""
    best, value = None, float("-inf")
    near = _STEP * _WINDOWS[0] // 2
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
    if starts_small(row.text) or breaks_word(before.text):
        return -10.0
    score = 2.0 * min(row.gap, 3) + 3.0 * row.edge
    return score + (1.0 if ends_sentence(before.text) else -2.0)


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


def _difference(one: Mapping[_Feature, int], other: Mapping[_Feature, int]) -> float:
    """Give the evidence, in nats, that two counts come from different manners.

    For each group of features it is the logarithm of the Bayes factor of two multinomial
    distributions against one, under the same Dirichlet prior.
    """
    total = 0.0
    firsts, seconds = _shares(one), _shares(other)
    for group in sorted(firsts.keys() & seconds.keys()):  # the order of a sum counts
        first, second, size = firsts[group], seconds[group], _SIZES[group]
        both = {key: first.get(key, 0.0) + second.get(key, 0.0) for key in {**first, **second}}
        factor = _marginal(first, size) + _marginal(second, size) - _marginal(both, size)
        # A manner may change in this and stay the same in that: the groups are even chances.
        total += max(0.0, factor) + log1p(exp(-abs(factor))) - log(2)
    return total


def _shares(counts: Mapping[_Feature, int]) -> dict[str, dict[int, float]]:
    """Give the counts by group, with no group above what observations are worth."""
    groups: dict[str, dict[int, float]] = {}
    for (name, value), number in counts.items():
        groups.setdefault(name, {})[value] = number
    for name, found in groups.items():
        total = sum(found.values())
        if total > _WORTH:
            groups[name] = {value: number * _WORTH / total for value, number in found.items()}
    return groups


def _marginal(counts: dict[int, float], size: int) -> float:
    total = sum(counts.values())
    seen = sum([lgamma(number + _DOUBT) - _UNSEEN for number in counts.values()])
    return lgamma(size * _DOUBT) - lgamma(total + size * _DOUBT) + seen
