"""Collect the lines that stand near the edges of pages, where form feeds show the pages."""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from octavo.clean.rows import Edge, Rows

_DEPTH = 4  # lines looked at from each end of a page
_CLOSING = "”’\"'»)]"
_STOPS = frozenset(".!?…。！？।:")
_UNEVEN = 1.9  # times as many lines have sections of a text, but not its pages


class Side(NamedTuple):
    """The head or the foot of a page."""

    page: int  # from 0
    foot: bool
    edges: tuple[Edge, ...]  # from the page's edge inwards


@dataclass(frozen=True, slots=True)
class Pages:
    """A text by its pages."""

    rows: Rows
    filled: Sequence[int]  # the indexes of the lines with text
    bounds: Sequence[int]  # where in `filled` each page begins, and where the last one ends
    sides: tuple[Side, ...]  # head and foot of each page
    total: int  # the number of pages

    def first(self, page: int, count: int) -> Sequence[int]:
        """Give the indexes of so many lines with text that begin a page."""
        start, end = self.bounds[page : page + 2]
        return self.filled[start : min(end, start + count)]

    def last(self, page: int, count: int) -> Sequence[int]:
        """Give the indexes of so many lines with text that end a page, the last one first."""
        start, end = self.bounds[page : page + 2]
        return self.filled[max(start, end - count) : end][::-1]

    def alone(self, key: str) -> tuple[int, ...]:
        """Give the indexes of the lines that have these letters, and no others."""
        return self.rows.keyed.get(key, ())


def pages_of(rows: Rows) -> Pages:
    """Cut a text at its form feeds."""
    marks, edges = rows.facts.marks, rows.facts.edges
    filled = [index for index in rows.filled if index not in marks] if marks else rows.filled
    starts = [bisect_left(filled, start) for start in rows.starts if start]
    bounds = [0, *starts, len(filled)]
    sides: list[Side] = []
    for page, (start, end) in enumerate(pairwise(bounds)):
        depth = min(_DEPTH, (end - start) // 2 + 1, end - start)
        head, foot = filled[start : start + depth], filled[end - depth : end]
        sides.append(Side(page, False, edges(head)))
        sides.append(Side(page, True, edges(reversed(foot))))
    return Pages(rows, filled, bounds, tuple(sides), len(bounds) - 1)


def runs_over(pages: Pages, page: int, taken: set[int]) -> bool:
    """Tell whether a sentence goes on from the page before to a page."""
    before, after = _around(pages, page, taken)
    return bool(before and after) and before[-1] not in _STOPS and after[0].islower()


def is_whole(pages: Pages, page: int, taken: set[int]) -> bool:
    """Tell whether the page before ends with a sentence, or there is none."""
    before, _ = _around(pages, page, taken)
    return not before or before.rstrip(_CLOSING)[-1:] in _STOPS


def is_uneven(pages: Pages) -> bool:
    """Tell whether some pages have far more lines than others, the first and last left aside."""
    sizes = [end - start for start, end in pairwise(pages.bounds)][1:-1]
    return max(sizes, default=0) > _UNEVEN * min(sizes, default=0)


def _around(pages: Pages, page: int, taken: set[int]) -> tuple[str, str]:
    """Give the last line of the page before, and the first of this, without furniture."""
    before = pages.last(page - 1, _DEPTH + 1) if page else ()
    last = next((at for at in before if at not in taken), None)
    first = next((at for at in pages.first(page, _DEPTH + 1) if at not in taken), None)
    return (
        "" if last is None else pages.rows.texts[last],
        "" if first is None else pages.rows.texts[first],
    )
