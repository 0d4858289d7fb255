"""Collect the lines that stand near the edges of pages, where form feeds show the pages."""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain, pairwise
from typing import NamedTuple

from octavo.clean.folios import Folio
from octavo.clean.rows import Facts, Rows

_DEPTH = 4  # lines looked at from each end of a page
_CLOSING = "”’\"'»)]"
_STOPS = frozenset(".!?…。！？।:")
_UNEVEN = 1.9  # times as many lines have sections of a text, but not its pages


class Edge(NamedTuple):
    """A line near the top or the foot of a page."""

    at: int  # the index of the line, from 0
    page: int  # from 0
    foot: bool
    depth: int  # lines with text between it and the edge
    key: str  # from here on as `Look` has it
    spoken: bool
    small: bool
    short: bool
    folio: Folio | None
    numbers: tuple[int, ...]

    @property
    def values(self) -> set[int]:
        """What its page number can be."""
        return {*self.numbers, *([self.folio.value] if self.folio else [])}


@dataclass(frozen=True, slots=True)
class Pages:
    """A text by its pages."""

    rows: Rows
    filled: tuple[tuple[int, ...], ...]  # by page: the indexes of its lines with text
    sides: tuple[tuple[Edge, ...], ...]  # head and foot of each page, from the edge inwards
    edges: tuple[Edge, ...]  # every line near an edge

    def alone(self, key: str) -> tuple[int, ...]:
        """Give the indexes of the lines that have these letters, and no others."""
        return self.rows.keyed.get(key, ())


def pages_of(rows: Rows) -> Pages:
    """Cut a text at its form feeds."""
    inked = [index for index in rows.filled if index not in rows.facts.marks]
    starts = [bisect_left(inked, start) for start in rows.starts if start]
    filled = tuple(tuple(inked[first:end]) for first, end in pairwise([0, *starts, len(inked)]))
    sides: list[tuple[Edge, ...]] = []
    for page, inside in enumerate(filled):
        depth = min(_DEPTH, len(inside) // 2 + 1)
        sides.append(_side(rows.facts, inside[:depth], page, foot=False))
        sides.append(_side(rows.facts, inside[::-1][:depth], page, foot=True))
    return Pages(rows, filled, tuple(sides), tuple(chain.from_iterable(sides)))


def _side(facts: Facts, indexes: Sequence[int], page: int, *, foot: bool) -> tuple[Edge, ...]:
    return tuple(
        Edge(index, page, foot, depth, *facts.look(index)) for depth, index in enumerate(indexes)
    )


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
    sizes = [len(filled) for filled in pages.filled[1:-1]]
    return max(sizes, default=0) > _UNEVEN * min(sizes, default=0)


def _around(pages: Pages, page: int, taken: set[int]) -> tuple[str, str]:
    """Give the last line of the page before, and the first of this, without furniture."""
    before = pages.filled[page - 1] if page else ()
    last = next((at for at in before[: -_DEPTH - 2 : -1] if at not in taken), None)
    first = next((at for at in pages.filled[page][: _DEPTH + 1] if at not in taken), None)
    return (
        "" if last is None else pages.rows.texts[last],
        "" if first is None else pages.rows.texts[first],
    )
