"""Find lines that count pages, in a text without form feeds."""

import operator
import re
from bisect import bisect_left, bisect_right
from collections.abc import Container, Iterable, Sequence
from itertools import pairwise, takewhile

from octavo.clean.rows import Rows

TIMES = 3  # a line that comes less often is text
NEAREST, FARTHEST = 12, 90  # lines on a page
_UNEVEN = 0.35  # of the usual number of lines on a page
_ALIKE = 0.75  # of the pages
_CHAIN = 4  # lines with different letters and numbers that count
_SKIPPED = 2  # a page without a number stands between
_DIGITS = re.compile("[0-9]+")
_TYPED = (50, 76)  # lines on a typed page, with its margins
_DRIFT = 4  # lines: so much may a typed page's length differ
_MARGIN = 3  # blank lines, at least, on one side of a typed page's head


def bare_counting(rows: Rows, bare: Iterable[int]) -> dict[int, str]:
    """Give the bare numbers that belong to a run of consecutive ones; a run's name is its key."""
    runs: dict[tuple[str, int], list[int]] = {}  # by shape, and the number that would come next
    done: list[list[int]] = []
    for index in bare:
        found = rows.facts.folios.get(index)
        if found is None:
            continue
        shape = "roman" if found.roman else _DIGITS.sub("#", rows.texts[index])
        run = runs.pop((shape, found.value), [])
        run.append(index)
        done.append(runs.pop((shape, found.value + 1), []))
        runs[shape, found.value + 1] = run
    long = [run for run in [*done, *runs.values()] if len(run) >= TIMES]
    return {index: f"#{run[0]}" for run in long for index in run}


def between(rows: Rows, repeated: Container[str]) -> dict[int, str]:
    """Give the bare numbers that count on from the numbers of repeated lines.

    Where a head has its number on one page, and the next page's stands alone.
    """
    last = 0
    chains: list[list[int]] = []
    for index, value in rows.facts.values.items():
        key = rows.facts.key(index)
        if not rows.texts[index] or (key and key not in repeated):
            continue
        if not chains or not 0 < value - last <= _SKIPPED:
            chains.append([])
        chains[-1].append(index)
        last = value
    found: dict[int, str] = {}
    for chain in chains:
        bare = [index for index in chain if not rows.facts.key(index)]
        if len(chain) - len(bare) >= TIMES:
            found |= dict.fromkeys(bare, "#")
    return found


def chained(rows: Rows) -> set[int]:
    """Give the lines with a number at their end or beginning that counts from page to page.

    Their letters change, as chapters do, but not each time; they come at the distance of a page.
    """
    chains: dict[int, list[int]] = {}  # by the last number
    done: list[list[int]] = []
    for index, values in rows.facts.counting.items():
        if not rows.texts[index]:
            continue
        for value in values:
            near = (
                before
                for before in range(value - 1, value - 1 - _SKIPPED, -1)
                if NEAREST <= index - chains.get(before, [-FARTHEST])[-1] <= FARTHEST
            )
            chain = chains.pop(next(near, 0), [])
            chain.append(index)
            done.append(chains.pop(value, []))
            chains[value] = chain
    return {
        index
        for chain in [*done, *chains.values()]
        if len(chain) >= _CHAIN and is_even(chain) and _is_mixed(rows, chain)
        for index in chain
    }


def _is_mixed(rows: Rows, chain: list[int]) -> bool:
    """Tell whether some lines have letters, and not all of them letters of their own."""
    keys = {rows.facts.key(index) for index in chain}
    return keys != {""} and len(keys) < len(chain)


def is_even(rows: list[int]) -> bool:
    """Tell whether rows follow each other at the distance of a page, most of them equally."""
    if len(rows) <= TIMES:
        return False
    steps = sorted(map(operator.sub, rows[1:], rows))
    usual = steps[len(steps) // 2]
    alike = bisect_right(steps, usual * (1 + _UNEVEN)) - bisect_left(steps, usual * (1 - _UNEVEN))
    return NEAREST <= usual <= FARTHEST and alike >= len(steps) * _ALIKE


def typed_heads(rows: Rows) -> set[int]:
    """Give the heads of typed pages: the title that begins the text, and a number that counts.

    Such pages have a fixed number of lines, and margins of blank lines.
    """
    facts, first = rows.facts, rows.filled[0] if rows.filled else None
    if first is None or not facts.key(first) or facts.folio(first) is not None:
        return set()
    found: dict[int, int] = {}
    for index, value in facts.outer:
        typed = value > 1 and _TYPED[0] <= _row(rows, index) / (value - 1) <= _TYPED[1]
        stands = typed and rows.texts[index] and _has_margin(rows, index)
        if stands and facts.key(index) == facts.key(first):
            found[index] = value
    steps = [
        (_row(rows, after) - _row(rows, index)) / (number - value)
        for (index, value), (after, number) in pairwise(found.items())
        if number > value
    ]
    even = len(steps) == len(found) - 1 and (not steps or max(steps) - min(steps) <= _DRIFT)
    return set(found) if even else set()


def _row(rows: Rows, index: int) -> int:
    """Give where a line stood in the source: other rules may have taken lines away."""
    return rows.facts.lines[index].place.line or index + 1


def _has_margin(rows: Rows, index: int) -> bool:
    """Tell whether a line has blank lines on both sides, and on one of them many."""
    above = rows.texts[max(0, index - _MARGIN) : index][::-1]
    below = rows.texts[index + 1 : index + 1 + _MARGIN]
    blank = [sum(1 for _ in takewhile(operator.not_, side)) for side in (above, below)]
    return min(blank) > 0 and max(blank) >= _MARGIN


def of_pages(rows: Rows, candidates: dict[str, tuple[int, ...]]) -> set[str]:
    """Give the keys of lines such as "Page 3 of 9": a counting number and a total."""
    return {
        key
        for key, indexes in candidates.items()
        if indexes and rows.facts.folio(indexes[0]) and _is_of_pages(rows, indexes)
    }


def _is_of_pages(rows: Rows, indexes: Sequence[int]) -> bool:
    found: list[tuple[int, int]] = []
    for index in indexes:
        numbers = _DIGITS.findall(rows.texts[index])
        if len(numbers) != 2:
            return False
        found.append((int(numbers[0]), int(numbers[1])))
    pages, totals = map(list, zip(*found, strict=True))
    counting = pages == list(range(pages[0], pages[0] + len(pages)))
    return counting and len(set(totals)) == 1


def leaps(rows: Rows, indexes: Sequence[int]) -> bool:
    """Tell whether the numbers of lines do not count page by page: "Article 4", "Article 9"."""
    if not rows.facts.folio(indexes[0]):
        return False
    numbers = [found.value for index in indexes if (found := rows.facts.folio(index))]
    slow = sum(0 <= after - value <= _SKIPPED for value, after in pairwise(numbers))
    return len(numbers) == len(indexes) and slow < (len(numbers) - 1) * _ALIKE
