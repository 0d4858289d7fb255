"""Find the running heads that repeat and the numbers that count, at the edges of pages."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import TypeAlias

from octavo.clean.edges import Edge

Head: TypeAlias = tuple[str, bool]  # its letters, and whether it stands at the foot

_LETTERS = 90  # a line with more is text
_SPOKEN_SHARE = 0.3  # of the pages have a line that ends so, before it is a running head
SURE = 4  # pages: fewer repetitions of a line without a number may be chance
_SKIPPED = 2  # pages: so far apart are two numbers of one counting
_AGREEING = 0.4  # of the pages have a number, before bare numbers are folios
_COUNTED = 0.5  # of the pages have a line with a number, before its number alone is evidence
_LEAST = 3  # pages


def repeated(edges: tuple[Edge, ...], pages: int, *, weak: bool) -> dict[Head, int]:
    """Give the keys that stand at the same end of several pages, and the number of pages.

    Where such lines have numbers, they are the same everywhere or grow with the pages: the
    headings "Article 4" and "Article 9" are not furniture.
    """
    places: defaultdict[Head, set[int]] = defaultdict(set)
    values: defaultdict[Head, Counter[tuple[str, int]]] = defaultdict(Counter)
    spoken: set[Head] = set()
    for edge in edges:
        key = (edge.key, edge.foot)
        if edge.key and len(edge.key) <= _LETTERS and edge.page not in places[key]:
            places[key].add(edge.page)
            for value in edge.values:
                values[key]["constant", value] += 1
                values[key]["counting", value - edge.page] += 1
            if edge.spoken or edge.small:
                spoken.add(key)
    found: dict[Head, int] = {}
    for key, stands in places.items():
        wanted = 2.0 if pages < 6 or weak else 3.0
        if key in spoken and not weak:
            wanted = max(wanted, pages * _SPOKEN_SHARE)
        agreeing = max(values[key].values(), default=0)
        consistent = not values[key] or (agreeing > 1 and agreeing * 2 >= len(stands))
        if consistent and len(stands) >= (2 if agreeing > 1 else wanted):
            found[key] = len(stands)
    return found


def usual_depths(edges: tuple[Edge, ...], heads: Iterable[Head]) -> dict[Head, tuple[int, int]]:
    """Give how many lines stand between a head and the edge, and on how many pages so many do."""
    depths: dict[Head, Counter[int]] = {head: Counter() for head in heads}
    for edge in edges:
        if (edge.key, edge.foot) in depths:
            depths[edge.key, edge.foot][edge.depth] += 1
    return {
        head: min(counts.items(), key=lambda item: (-item[1], item[0]))
        for head, counts in depths.items()
    }


def counted(edges: tuple[Edge, ...], pages: int) -> dict[bool, int]:
    """Give, for head and foot, the difference between page and number that lines with letters show.

    So are heads told that change with the chapter, and that have the page number beside them.
    """
    found: dict[bool, int] = {}
    for foot in (False, True):
        agreeing: defaultdict[int, set[int]] = defaultdict(set)
        for edge in edges:
            if edge.foot is foot and edge.key and edge.short and not edge.spoken:
                for value in edge.numbers:
                    agreeing[value - edge.page].add(edge.page)
        best = max(agreeing, key=lambda offset: (len(agreeing[offset]), -abs(offset)), default=0)
        if len(agreeing[best]) >= max(_LEAST, pages * _COUNTED):
            found[foot] = best
    return found


def offsets(edges: tuple[Edge, ...], pages: int) -> dict[int, set[int]]:
    """Give the differences between folio and page that bare numbers agree on, with the pages.

    That is the most usual one, and those of parts that count for themselves: there many pages
    that follow each other agree.
    """
    counts: defaultdict[int, set[int]] = defaultdict(set)
    roman: defaultdict[int, set[int]] = defaultdict(set)
    for edge in edges:
        if edge.folio is not None and not edge.key:
            counts[edge.folio.value - edge.page].add(edge.page)
            if edge.folio.small:
                roman[edge.folio.value - edge.page].add(edge.page)
    best = max(counts, key=lambda offset: (len(counts[offset]), -abs(offset)), default=0)
    agreed = {
        offset: _runs(found, SURE) | _runs(roman[offset], _LEAST)
        for offset, found in counts.items()
    }
    if len(counts[best]) >= max(2, pages * _AGREEING):
        agreed[best] = set(range(pages))
    return agreed


def _runs(pages: set[int], least: int) -> set[int]:
    """Give the pages that stand close together, many in a row."""
    runs: list[list[int]] = []
    for page in sorted(pages):
        if not runs or page - runs[-1][-1] > _SKIPPED:
            runs.append([])
        runs[-1].append(page)
    return {page for run in runs if len(run) >= least for page in run}
