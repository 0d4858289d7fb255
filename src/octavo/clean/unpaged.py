"""Find page furniture in a text without form feeds: it interrupts sentences."""

import re
from collections import Counter, defaultdict
from dataclasses import replace
from itertools import pairwise

from octavo.clean.folios import folio, key_of, may_be_furniture
from octavo.clean.ruled import Lines, Ruled
from octavo.guidance import Guidance
from octavo.model import Change

_TIMES = 3  # a line that comes less often is text
_FORCED_TIMES = 2  # the same where somebody wants it so
_LONGEST = 70  # characters
_BESIDE = 0.8  # of a line's occurrences stand beside other furniture
_DIGITS = re.compile("[0-9]+")
_NEAREST, _FARTHEST = 12, 90  # lines on a page
_UNEVEN = 0.35  # of the usual number of lines on a page
_ALIKE = 0.75  # of the pages
_INTERRUPTING = 0.2  # of a furniture line's occurrences at least


def unpaged(lines: Lines, guidance: Guidance) -> Ruled:
    """Drop repeated lines and counting numbers that interrupt sentences; put a form feed there."""
    candidates = _candidates(lines, _FORCED_TIMES if guidance.forced("furniture") else _TIMES)
    clusters = _clusters(lines, candidates)
    furniture = _interrupting(lines, candidates, clusters) | _of_pages(lines, candidates)
    furniture |= _at_distance(lines, candidates, clusters)
    furniture |= _companions(candidates, clusters, furniture)
    times = Counter(candidates.values())
    kept = list(lines)
    changes: list[Change] = []
    if clusters and _is_title(lines, clusters[0], candidates):
        clusters = clusters[1:]
    for cluster in clusters:
        for index in _of_cluster(cluster, candidates, furniture):
            line = lines[index]
            if guidance.off("furniture", line.place):
                continue
            why = f"{times[candidates[index]]} times in the text, also inside sentences"
            changes.append(Change("furniture", line.place, line.text.strip(), "", why=why))
            kept[index] = replace(line, text="\f")
    return tuple(kept), tuple(changes)


def _candidates(lines: Lines, least: int) -> dict[int, str]:
    """Give the lines that repeat, or count, by index, with their keys."""
    keys = {
        index: key_of(line.text.strip())
        for index, line in enumerate(lines)
        if len(line.text) <= _LONGEST and may_be_furniture(line.text)
    }
    times = Counter(keys.values())
    counting = _counting(lines, [index for index, key in keys.items() if not key])
    repeated = {index: key for index, key in keys.items() if key and times[key] >= least}
    between = _between(lines, repeated, [index for index, key in keys.items() if not key])
    return dict(sorted({**repeated, **between, **counting}.items()))


def _between(lines: Lines, repeated: dict[int, str], bare: list[int]) -> dict[int, str]:
    """Give the bare numbers that count on from the numbers of repeated lines.

    Where a head has its number on one page, and the next page's stands alone.
    """
    numbered: list[tuple[int, int]] = []  # index and value of the chain so far
    chains: list[list[tuple[int, int]]] = []
    for index in sorted({*repeated, *bare}):
        found = folio(lines[index].text.strip())
        if found is None or found.roman:
            continue
        if not numbered or not 0 < found.value - numbered[-1][1] <= 2:
            numbered = []
            chains.append(numbered)
        numbered.append((index, found.value))
    return {
        index: "#"
        for chain in chains
        if sum(index in repeated for index, _ in chain) >= _TIMES
        for index, _ in chain
        if index not in repeated
    }


def _counting(lines: Lines, indexes: list[int]) -> dict[int, str]:
    """Give the bare numbers that belong to a run of consecutive ones; a run's name is its key."""
    runs: dict[tuple[str, int], list[int]] = {}  # by shape, and the number that would come next
    done: list[list[int]] = []
    for index in indexes:
        text = lines[index].text.strip()
        found = folio(text)
        if found is None:
            continue
        shape = "roman" if found.roman else _DIGITS.sub("#", text)
        run = runs.pop((shape, found.value), [])
        run.append(index)
        done.append(runs.pop((shape, found.value + 1), []))
        runs[shape, found.value + 1] = run
    long = [run for run in [*done, *runs.values()] if len(run) >= _TIMES]
    return {index: f"#{run[0]}" for run in long for index in run}


def _clusters(lines: Lines, candidates: dict[int, str]) -> list[list[int]]:
    """Give the candidates in groups that have only blank lines between them."""
    clusters: list[list[int]] = []
    last = -1
    for index in candidates:
        apart = any(lines[between].text.strip() for between in range(last + 1, index))
        if apart or not clusters:
            clusters.append([])
        clusters[-1].append(index)
        last = index
    return clusters


def _interrupting(lines: Lines, candidates: dict[int, str], clusters: list[list[int]]) -> set[str]:
    """Give the keys that stand inside sentences often enough."""
    times = Counter(candidates.values())
    inside: Counter[str] = Counter()
    for cluster in clusters:
        before = _text(lines, range(cluster[0] - 1, -1, -1))
        after = _text(lines, range(cluster[-1] + 1, len(lines)))
        if before and after and _goes_on(before, after):
            inside.update(candidates[index] for index in cluster)
    return {key for key, count in inside.items() if count >= max(1, times[key] * _INTERRUPTING)}


def _at_distance(lines: Lines, candidates: dict[int, str], clusters: list[list[int]]) -> set[str]:
    """Give the keys of heads that stand beside a counting number at the distance of a page.

    Where notes stand at the foot of a page, the line before its end goes on nowhere.
    """
    beside: defaultdict[str, list[int]] = defaultdict(list)
    numbers: defaultdict[str, set[str]] = defaultdict(set)
    small: Counter[str] = Counter()  # how often a sentence goes on after it
    for cluster in clusters:
        keys = {candidates[index] for index in cluster}
        counting = {key for key in keys if key.startswith("#")}
        for key in counting:
            beside[key].append(cluster[0])
            small[key] += _begins_small(lines, cluster[-1])
        for key in keys - counting if counting else ():
            beside[key].append(cluster[0])
            numbers[key] |= counting
    found: set[str] = set()
    for key, rows in beside.items():
        if key.startswith("#") and small[key] < len(rows) * _INTERRUPTING:
            continue
        steps = sorted(after - row for row, after in pairwise(rows))
        if len(steps) < _TIMES:
            continue
        usual = steps[len(steps) // 2]
        alike = sum(usual * (1 - _UNEVEN) <= step <= usual * (1 + _UNEVEN) for step in steps)
        if _NEAREST <= usual <= _FARTHEST and alike >= len(steps) * _ALIKE:
            found |= {key} | numbers[key]
    return found


def _begins_small(lines: Lines, row: int) -> bool:
    return _text(lines, range(row + 1, len(lines)))[:1].islower()


def _of_pages(lines: Lines, candidates: dict[int, str]) -> set[str]:
    """Give the keys of lines such as "Page 3 of 9": a counting number and a total."""
    numbers: defaultdict[str, list[tuple[int, ...]]] = defaultdict(list)
    for index, key in candidates.items():
        numbers[key].append(tuple(int(digits) for digits in _DIGITS.findall(lines[index].text)))
    return {
        key
        for key, found in numbers.items()
        if all(len(pair) == 2 and pair[1] == found[0][1] for pair in found)
        and all(pair[0] == found[0][0] + step for step, pair in enumerate(found))
    }


def _companions(
    candidates: dict[int, str], clusters: list[list[int]], furniture: set[str]
) -> set[str]:
    """Give the keys that nearly always stand beside furniture."""
    times = Counter(candidates.values())
    beside: Counter[str] = Counter()
    for cluster in clusters:
        keys = {candidates[index] for index in cluster}
        if keys & furniture:
            beside.update(keys)
    return {key for key, count in beside.items() if count >= times[key] * _BESIDE}


def _is_title(lines: Lines, cluster: list[int], candidates: dict[int, str]) -> bool:
    """Tell whether a cluster begins the text and nothing shows it to be furniture.

    That would be a number, a line that comes twice, or the title on the line after it.
    """
    if any(line.text.strip() for line in lines[: cluster[0]]):
        return False
    keys = [candidates[index] for index in cluster]
    numbered = any(folio(lines[index].text.strip()) for index in cluster)
    after = key_of(_text(lines, range(cluster[-1] + 1, len(lines))))
    again = bool(after) and after in "".join(keys)
    return not numbered and not again and len(set(keys)) == len(keys)


def _of_cluster(cluster: list[int], candidates: dict[int, str], furniture: set[str]) -> list[int]:
    """Give the furniture of a cluster: each key once, for the second is the heading itself."""
    first: dict[str, int] = {}
    for index in cluster:
        if candidates[index] in furniture:
            first.setdefault(candidates[index], index)
    return list(first.values())


def _text(lines: Lines, indexes: range) -> str:
    return next((lines[index].text.strip() for index in indexes if lines[index].text.strip()), "")


def _goes_on(before: str, after: str) -> bool:
    caseless = after[0].isalpha() and after[0].lower() == after[0].upper()
    return (before[-1].isalnum() or before[-1] in ",;-\u2010") and (after[0].islower() or caseless)
