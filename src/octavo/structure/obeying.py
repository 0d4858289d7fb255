"""Overrule what was found out about lines by what a person says of them.

What nobody spoke of stays as it was found: the weights are those that the text gave without
orders, and a range is cut out at its two ends.
"""

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import groupby, pairwise
from math import inf

from octavo.guidance import Guidance
from octavo.model import Place
from octavo.rules import KINDS
from octavo.structure.chunks import Chunk, Sort, Study
from octavo.structure.doubts import spots_of
from octavo.structure.evidence import begins
from octavo.structure.headings import Kind, kind_of, possible
from octavo.structure.items import Marker, readings
from octavo.structure.quotations import is_deep
from octavo.structure.wording import is_place

SORTS: dict[str, Sort] = {
    "scene-breaks": "scene",
    "lists": "item",
    "headings": "heading",
    "verse": "verse",
    "quotations": "quotation",
    "paragraphs": "prose",
}
RULE_OF: dict[str, str] = {sort: rule for rule, sort in SORTS.items()}
_TAKEN = frozenset(("heading", "verse", "scene", "place"))
_FLOWING = frozenset(("prose", "quotation"))


def obey(
    chunks: tuple[Chunk, ...], studies: tuple[Study, ...], guidance: Guidance
) -> tuple[Chunk, ...]:
    """Give the chunks as the orders want them; every row is in one of them still.

    Args:
        chunks: as `cut` gives them.
        studies: that it made them of.
        guidance: the orders.
    """
    if not guidance.concerns(KINDS) or not chunks:
        return chunks
    overruler = _Overruler(chunks, studies, guidance)
    overruler.switch_off()
    overruler.force_everywhere()
    overruler.force_ranges()
    overruler.keep_apart()
    overruler.break_at_white()
    return overruler.chunks()


@dataclass(slots=True)
class _Label:
    """What one row is."""

    sort: Sort
    new: bool  # a chunk begins with it
    heading: Kind | None = None
    marker: Marker | None = None
    ordered: bool = False


class _Overruler:
    """The rows of a text with a label each."""

    def __init__(self, chunks: tuple[Chunk, ...], studies: tuple[Study, ...], guidance: Guidance):
        self._spots = list(spots_of(studies))
        self._rows = tuple(found.frame.rows[index] for found, index in self._spots)
        self._guidance = guidance
        self._white: dict[int, Place] = {}  # the place of a break, by the row after it
        self._labels = [
            _Label(chunk.sort, first, chunk.heading, chunk.marker if first else None)
            for chunk, first in _rows_of(chunks)
        ]

    def switch_off(self) -> None:
        """Make prose of what may not be what it was taken for."""
        runs = groupby(range(len(self._rows)), key=self._is_off)
        for off, run in runs:
            if not off:
                continue
            indexes = list(run)
            for index in indexes:
                label = self._labels[index]
                new = label.new and label.sort in ("quotation", "item", "scene")
                self._labels[index] = _Label("prose", new or self._begins(index))
            self._cut_before(indexes[-1] + 1)
            if not self._guidance.off("quotations", self._rows[indexes[0]].place):
                self._quote_deep(indexes)

    def _is_off(self, index: int) -> bool:
        rule = RULE_OF.get(self._labels[index].sort, "paragraphs")
        return rule != "paragraphs" and self._guidance.off(rule, self._rows[index].place)

    def _quote_deep(self, indexes: list[int]) -> None:
        """Make a quotation of what is prose now and has an indent on all its lines."""
        starts = [at for at in indexes if self._labels[at].new]
        for first, end in pairwise([*starts, indexes[-1] + 1]):
            if is_deep(self._rows[first:end], self._spots[first][0].geometry):
                for index in range(first, end):
                    self._labels[index].sort = "quotation"

    def force_everywhere(self) -> None:
        """Apply what is forced in the whole text to the lines that were found to be prose."""
        for index in range(len(self._labels)):
            for kind in KINDS:
                if self._labels[index].sort in _FLOWING and self._forced_everywhere(kind, index):
                    self._force(index, kind)

    def _force(self, index: int, kind: str) -> None:
        """Make a row what is forced in the whole text, if it can be that."""
        label, text = self._labels[index], self._rows[index].text
        if kind == "scene-breaks" and not any(map(str.isalnum, text)):
            self._set((index,), kind)
        elif kind == "lists":
            self._list_everywhere(index)
        elif kind == "headings" and self._stands_alone(index):
            self._set((index,), kind)
        elif kind in ("verse", "quotations", "paragraphs"):
            new = kind == "quotations" and label.new
            self._labels[index] = _Label(SORTS[kind], new or self._is_divided(index, kind))

    def _list_everywhere(self, index: int) -> None:
        marker = _marker(self._rows[index].text, None)
        above = self._labels[index - 1] if index else None
        if marker is not None:
            self._labels[index] = _Label("item", True, marker=marker, ordered=True)
        elif above and above.sort == "item" and above.ordered and not self._labels[index].new:
            self._labels[index].sort = "item"
            self._labels[index].ordered = True

    def _forced_everywhere(self, kind: str, index: int) -> bool:
        place = self._rows[index].place
        return self._guidance.forced(kind, place) and not self._guidance.ranged(kind, place)

    def _is_divided(self, index: int, kind: str) -> bool:
        """Tell whether a blank line, or something else, divides a row from the one before."""
        row = self._rows[index]
        other = index == 0 or self._labels[index - 1].sort != SORTS[kind]
        return other or (row.gap > 0 and not row.edge)

    def _stands_alone(self, index: int) -> bool:
        last = index + 1 == len(self._rows)
        alone = self._labels[index].new and (last or self._labels[index + 1].new)
        above = index == 0 or self._rows[index].gap > 0
        below = not last and self._rows[index + 1].gap > 0
        return (
            alone
            and above
            and below
            and possible(self._rows[index], self._spots[index][0].geometry)
        )

    def force_ranges(self) -> None:
        """Make the lines of each range what somebody says they are."""
        claims = [None if is_place(row.text) else self._claim(row.place) for row in self._rows]
        for claim, run in groupby(range(len(claims)), key=claims.__getitem__):
            if claim is not None:
                self._set(list(run), claim[1])

    def _claim(self, place: Place) -> tuple[int, str] | None:
        """Give the last order that says what a line is, and what it says."""
        found: tuple[int, str] | None = None
        for kind in KINDS:
            order = self._guidance.order(kind, place)
            if order is not None and self._guidance.ranged(kind, place):
                found = max(found or (order, kind), (order, kind), key=lambda claim: claim[0])
        return found

    def _set(self, indexes: Iterable[int], kind: str) -> None:
        indexes = list(indexes)
        before: Marker | None = None
        marked = kind == "lists" and any(readings(self._rows[at].text) for at in indexes)
        for index in indexes:
            row = self._rows[index]
            new = index == indexes[0] or (row.gap > 0 and not row.edge and kind != "scene-breaks")
            label = _Label(SORTS[kind], new, ordered=True)
            if kind == "headings":
                label.heading = kind_of(row.text)
            elif kind == "quotations":
                label.new = new or self._begins(index)
            elif kind == "lists":
                marker = _marker(row.text, before)
                label.new = index == indexes[0] or marker is not None or not marked
                label.marker = (marker or Marker("", "", 0)) if label.new else None
                before = marker or before
            self._labels[index] = label
        self._cut_before(indexes[-1] + 1)

    def _cut_before(self, index: int) -> None:
        """Let something new begin with a row."""
        if index == len(self._labels) or self._labels[index].new:
            return
        self._labels[index].new = True
        if self._labels[index].sort != "item":
            return
        self._labels[index].sort = "prose"  # what is left of an item has no marker
        rest = index + 1
        while rest < len(self._labels) and not self._labels[rest].new:
            self._labels[rest].sort = "prose"
            rest += 1

    def keep_apart(self) -> None:
        """Let a paragraph begin with each line where lines may not be joined."""
        for row, label in zip(self._rows, self._labels, strict=True):
            if label.sort in _FLOWING and self._guidance.off("paragraphs", row.place):
                label.new = True

    def break_at_white(self) -> None:
        """Put a break where somebody says that blank lines are one."""
        orders = sorted(
            (order.first, order.last or 0)
            for order in self._guidance.orders
            if "scene-breaks" in order.force and not order.whole
        )
        for index, (before, row) in enumerate(pairwise(self._rows), 1):
            at = bisect_right(orders, (before.place.line or 0, inf))
            if at == len(orders) or not orders[at][0] <= orders[at][1] < (row.place.line or 0):
                continue
            place = replace(row.place, line=orders[at][0], column=None)
            if self._guidance.forced("scene-breaks", place):
                self._white[index] = place
                self._cut_before(index)

    def _begins(self, index: int) -> bool:
        found, at = self._spots[index]
        if at == found.frame.first or self._labels[index - 1].sort in _TAKEN:
            return True
        if not found.geometry.wrapped:
            return True
        return begins(found.frame.rows, at, found.geometry, found.weights) > 0

    def chunks(self) -> tuple[Chunk, ...]:
        """Cut the rows where something begins."""
        starts = [
            at
            for at, label in enumerate(self._labels)
            if label.new or at == 0 or label.sort != self._labels[at - 1].sort
        ]
        made: list[Chunk] = []
        for first, end in pairwise([*starts, len(self._rows)]):
            if first in self._white:
                blank = replace(self._rows[first], text="", place=self._white[first])
                made.append(Chunk("scene", (blank,), self._spots[first][0].geometry, ordered=True))
            made.append(self._chunk(first, end))
        return tuple(made)

    def _chunk(self, first: int, end: int) -> Chunk:
        label = self._labels[first]
        rows = self._rows[first:end]
        geometry = self._spots[first][0].geometry
        return Chunk(label.sort, rows, geometry, label.heading, label.marker, label.ordered)


def _rows_of(chunks: tuple[Chunk, ...]) -> Iterator[tuple[Chunk, bool]]:
    """Give for each row its chunk, and whether it is the first of it."""
    return ((chunk, at == 0) for chunk in chunks for at in range(len(chunk.rows)))


def _marker(text: str, before: Marker | None) -> Marker | None:
    """Read a row's marker, as the next of the list if it can be."""
    ways = readings(text)
    if before is not None:
        for way in ways:
            if way.style == before.style and way.value in (0, before.value + 1):
                return way
    return ways[0] if ways else None
