"""Find the running heads that repeat and the numbers that count, at the edges of pages."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from typing import TypeAlias

from octavo.clean.edges import Side
from octavo.clean.rows import Edge

Head: TypeAlias = tuple[str, bool]  # its letters, and whether it stands at the foot

_LETTERS = 90  # a line with more is text
_SPOKEN_SHARE = 0.3  # of the pages have a line that ends so, before it is a running head
SURE = 4  # pages: fewer repetitions of a line without a number may be chance
_SKIPPED = 2  # pages: so far apart are two numbers of one counting
_AGREEING = 0.4  # of the pages have a number, before bare numbers are folios
_COUNTED = 0.5  # of the pages have a line with a number, before its number alone is evidence
_TWICE = 2  # pages: what stands on one alone is not repeated
_LEAST = 3  # pages


def repeated(sides: Iterable[Side], pages: int, *, weak: bool) -> dict[Head, int]:
    """Give the keys that stand at the same end of several pages, and the number of pages.

    Where such lines have numbers, they are the same everywhere or grow with the pages: the
    headings "Article 4" and "Article 9" are not furniture.
    """
    found: dict[Head, int] = {}
    for foot in (False, True):
        for key, stands in _stands(sides, foot=foot).items():
            if len(stands) < _TWICE or not 0 < len(key) <= _LETTERS:
                continue
            wanted = 2.0 if pages < 6 or weak else 3.0
            if not weak and any(edge.spoken or edge.small for _, edge in stands):
                wanted = max(wanted, pages * _SPOKEN_SHARE)
            agreeing = _agreeing(stands)
            consistent = agreeing is None or (agreeing > 1 and agreeing * 2 >= len(stands))
            if consistent and (len(stands) >= wanted or (agreeing or 0) > 1):
                found[key, foot] = len(stands)
    return found


def _stands(sides: Iterable[Side], *, foot: bool) -> dict[str, list[tuple[int, Edge]]]:
    """Give on which pages each key stands at one end, and the first line with it on each."""
    found: defaultdict[str, list[tuple[int, Edge]]] = defaultdict(list)
    for side in sides:
        if side.foot is foot:
            for edge in side.edges:
                stands = found[edge.key]
                if not stands or stands[-1][0] != side.page:
                    stands.append((side.page, edge))
    return found


def _agreeing(stands: list[tuple[int, Edge]]) -> int | None:
    """Give on how many pages the numbers are the same or grow alike; None if there are none."""
    numbered = [(page, edge.values) for page, edge in stands if edge.folio or edge.numbers]
    if not numbered:
        return None
    constant = Counter(value for _, values in numbered for value in values)
    counting = Counter(value - page for page, values in numbered for value in values)
    return max(*constant.values(), *counting.values())


def usual_depths(sides: Iterable[Side], heads: Iterable[Head]) -> dict[Head, tuple[int, int]]:
    """Give how many lines stand between a head and the edge, and on how many pages so many do."""
    depths: dict[Head, Counter[int]] = {head: Counter() for head in heads}
    for _, foot, edges in sides:
        for depth, edge in enumerate(edges):
            counts = depths.get((edge.key, foot))
            if counts is not None:
                counts[depth] += 1
    return {
        head: min(counts.items(), key=lambda item: (-item[1], item[0]))
        for head, counts in depths.items()
    }


def counted(sides: Iterable[Side], pages: int) -> dict[bool, int]:
    """Give, for head and foot, the difference between page and number that lines with letters show.

    So are heads told that change with the chapter, and that have the page number beside them.
    """
    agreeing: defaultdict[bool, defaultdict[int, set[int]]]
    agreeing = defaultdict(lambda: defaultdict(set))
    for page, foot, edges in sides:
        for edge in edges:
            if edge.numbers and edge.key and edge.short and not edge.spoken:
                for value in edge.numbers:
                    agreeing[foot][value - page].add(page)
    best = {foot: _most(found) for foot, found in agreeing.items()}
    least = max(_LEAST, pages * _COUNTED)
    return {foot: offset for foot, offset in best.items() if len(agreeing[foot][offset]) >= least}


def offsets(sides: Iterable[Side], pages: int) -> dict[int, set[int]]:
    """Give the differences between folio and page that bare numbers agree on, with the pages.

    That is the most usual one, and those of parts that count for themselves: there many pages
    that follow each other agree.
    """
    counts: defaultdict[int, set[int]] = defaultdict(set)
    roman: defaultdict[int, set[int]] = defaultdict(set)
    for page, _, edges in sides:
        for edge in edges:
            if edge.folio is not None and not edge.key:
                counts[edge.folio.value - page].add(page)
                if edge.folio.small:
                    roman[edge.folio.value - page].add(page)
    best = _most(counts)
    agreed = {
        offset: _runs(found, SURE) | _runs(roman[offset], _LEAST)
        for offset, found in counts.items()
    }
    if len(counts[best]) >= max(2, pages * _AGREEING):
        agreed[best] = set(range(pages))
    return agreed


def _most(agreeing: Mapping[int, set[int]]) -> int:
    """Give the difference on which most pages agree."""
    return max(agreeing, key=lambda offset: (len(agreeing[offset]), -abs(offset)), default=0)


def _runs(pages: set[int], least: int) -> set[int]:
    """Give the pages that stand close together, many in a row."""
    runs: list[list[int]] = []
    for page in sorted(pages):
        if not runs or page - runs[-1][-1] > _SKIPPED:
            runs.append([])
        runs[-1].append(page)
    return {page for run in runs if len(run) >= least for page in run}
