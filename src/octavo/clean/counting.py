"""Find lines that count pages, in a text without form feeds."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from itertools import pairwise

from octavo.clean.folios import Facts, Folio, folio, key_of, may_be_furniture
from octavo.clean.ruled import Lines

TIMES = 3  # a line that comes less often is text
NEAREST, FARTHEST = 12, 90  # lines on a page
LONGEST = 70  # characters
_UNEVEN = 0.35  # of the usual number of lines on a page
_ALIKE = 0.75  # of the pages
_CHAIN = 4  # lines with different letters and numbers that count
_SKIPPED = 2  # a page without a number stands between
_DIGITS = re.compile("[0-9]+")
_ENDS = frozenset(".!?,;:…”’\"'»")
_TYPED = (50, 76)  # lines on a typed page, with its margins
_DRIFT = 4  # lines: so much may a typed page's length differ
_MARGIN = 3  # blank lines, at least, on one side of a typed page's head


def bare_counting(lines: Lines, facts: Facts, indexes: Iterable[int]) -> dict[int, str]:
    """Give the bare numbers that belong to a run of consecutive ones; a run's name is its key."""
    runs: dict[tuple[str, int], list[int]] = {}  # by shape, and the number that would come next
    done: list[list[int]] = []
    for index in indexes:
        text = lines[index].text.strip()
        found = facts.folio(index, text)
        if found is None:
            continue
        shape = "roman" if found.roman else _DIGITS.sub("#", text)
        run = runs.pop((shape, found.value), [])
        run.append(index)
        done.append(runs.pop((shape, found.value + 1), []))
        runs[shape, found.value + 1] = run
    long = [run for run in [*done, *runs.values()] if len(run) >= TIMES]
    return {index: f"#{run[0]}" for run in long for index in run}


def between(
    lines: Lines, facts: Facts, repeated: dict[int, str], bare: list[int]
) -> dict[int, str]:
    """Give the bare numbers that count on from the numbers of repeated lines.

    Where a head has its number on one page, and the next page's stands alone.
    """
    numbered: list[tuple[int, int]] = []  # index and value of the chain so far
    chains: list[list[tuple[int, int]]] = []
    for index in sorted({*repeated, *bare}):
        found = facts.folio(index, lines[index].text.strip())
        if found is None or found.roman:
            continue
        if not numbered or not 0 < found.value - numbered[-1][1] <= _SKIPPED:
            numbered = []
            chains.append(numbered)
        numbered.append((index, found.value))
    return {
        index: "#"
        for chain in chains
        if sum(index in repeated for index, _ in chain) >= TIMES
        for index, _ in chain
        if index not in repeated
    }


def chained(lines: Lines, facts: Facts) -> set[int]:
    """Give the lines with a number at their end or beginning that counts from page to page.

    Their letters change, as chapters do, but not each time; they come at the distance of a page.
    """
    chains: dict[int, list[int]] = {}  # by the last number
    done: list[list[int]] = []
    for index in facts.numbered(lines):
        text = lines[index].text.strip()
        if text[-1] in _ENDS:
            continue
        for value in facts.numbers(index, text) or _bare(text, facts.folio(index, text)):
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
        if len(chain) >= _CHAIN and is_even(chain) and _is_mixed(lines, chain)
        for index in chain
    }


def _bare(text: str, found: Folio | None) -> tuple[int, ...]:
    return (found.value,) if found and not found.roman and not key_of(text) else ()


def _is_mixed(lines: Lines, chain: list[int]) -> bool:
    """Tell whether some lines have letters, and not all of them letters of their own."""
    keys = Counter(key_of(lines[index].text.strip()) for index in chain)
    return set(keys) != {""} and len(keys) < len(chain)


def is_even(rows: list[int]) -> bool:
    """Tell whether rows follow each other at the distance of a page, most of them equally."""
    steps = sorted(after - row for row, after in pairwise(rows))
    if len(steps) < TIMES:
        return False
    usual = steps[len(steps) // 2]
    alike = sum(usual * (1 - _UNEVEN) <= step <= usual * (1 + _UNEVEN) for step in steps)
    return NEAREST <= usual <= FARTHEST and alike >= len(steps) * _ALIKE


def typed_heads(lines: Lines, facts: Facts) -> set[int]:
    """Give the heads of typed pages: the title that begins the text, and a number that counts.

    Such pages have a fixed number of lines, and margins of blank lines.
    """
    first = next((line.text.strip() for line in lines if line.text.strip()), "")
    title = key_of(first)
    if not title or folio(first) is not None:
        return set()
    found: defaultdict[int, int] = defaultdict(int)
    for index, line in enumerate(lines):
        if len(line.text) > LONGEST + FARTHEST or not may_be_furniture(line.text):
            continue
        text = line.text.strip()
        if facts.key(index, text) == title and _has_margin(lines, index):
            for value in facts.numbers(index, text):
                if value > 1 and _TYPED[0] <= _row(lines, index) / (value - 1) <= _TYPED[1]:
                    found[index] = value
    lengths = [(index, value) for index, value in found.items()]
    steps = [
        (_row(lines, after) - _row(lines, index)) / (number - value)
        for (index, value), (after, number) in pairwise(lengths)
        if number > value
    ]
    even = len(steps) == len(lengths) - 1 and (not steps or max(steps) - min(steps) <= _DRIFT)
    return set(found) if even else set()


def _row(lines: Lines, index: int) -> int:
    """Give where a line stood in the source: other rules may have taken lines away."""
    return lines[index].place.line or index + 1


def _has_margin(lines: Lines, index: int) -> bool:
    """Tell whether a line has blank lines on both sides, and on one of them many."""
    above = _blank(lines, range(index - 1, max(-1, index - 1 - _MARGIN), -1))
    below = _blank(lines, range(index + 1, min(len(lines), index + 1 + _MARGIN)))
    return min(above, below) > 0 and max(above, below) >= _MARGIN


def _blank(lines: Lines, rows: range) -> int:
    count = 0
    for row in rows:
        if lines[row].text.strip():
            break
        count += 1
    return count


def of_pages(lines: Lines, candidates: dict[int, str]) -> set[str]:
    """Give the keys of lines such as "Page 3 of 9": a counting number and a total."""
    first: dict[str, int] = {}
    steps: Counter[str] = Counter()
    totals: dict[str, int] = {}
    wrong: set[str] = set()
    for index, key in candidates.items():
        if key in wrong:
            continue
        found = _DIGITS.findall(lines[index].text)
        page, total = map(int, found) if len(found) == 2 else (0, 0)
        expected = first.setdefault(key, page) + steps[key]
        if len(found) != 2 or total != totals.setdefault(key, total) or page != expected:
            wrong.add(key)
        steps[key] += 1
    return first.keys() - wrong


def leaps(lines: Lines, facts: Facts, candidates: dict[int, str]) -> set[str]:
    """Give the keys of lines whose numbers do not count page by page: "Article 4", "Article 9"."""
    values: defaultdict[str, list[int | None]] = defaultdict(list)
    for index, key in candidates.items():
        found = facts.folio(index, lines[index].text.strip())
        values[key].append(None if found is None else found.value)
    return {key for key, found in values.items() if not key.startswith("#") and _leaps(found)}


def _leaps(found: list[int | None]) -> bool:
    numbers = [value for value in found if value is not None]
    steps = [after - value for value, after in pairwise(numbers)]
    slow = sum(0 <= step <= _SKIPPED for step in steps)
    return len(numbers) == len(found) and slow < len(steps) * _ALIKE
