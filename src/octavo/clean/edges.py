"""Collect the lines that stand near the edges of pages, where form feeds show the pages."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from octavo.clean.folios import SHORT, Facts, Folio, may_be_furniture
from octavo.clean.ruled import Lines

_DEPTH = 4  # lines looked at from each end of a page
_ENDS = frozenset(".!?,;:…”’\"'»")
_CLOSING = "”’\"'»)]"
_STOPS = frozenset(".!?…。！？।:")
_UNEVEN = 1.9  # times as many lines have sections of a text, but not its pages


@dataclass(frozen=True, slots=True)
class Edge:
    """A line near the top or the foot of a page."""

    index: int  # of the line, from 0
    page: int  # from 0
    foot: bool
    depth: int  # lines with text between it and the edge
    key: str  # its letters alone
    spoken: bool  # it ends as speech and sentences do
    small: bool  # it begins with a small letter
    short: bool  # as a running head is
    folio: Folio | None  # the number in it
    numbers: tuple[int, ...]  # those at its ends

    @property
    def values(self) -> set[int]:
        """What its page number can be."""
        return {*self.numbers, *([self.folio.value] if self.folio else [])}


@dataclass(frozen=True, slots=True)
class Pages:
    """A text by its pages."""

    lines: Lines
    filled: tuple[tuple[int, ...], ...]  # by page: the indexes of its lines with text
    sides: tuple[tuple[Edge, ...], ...]  # head and foot of each page, from the edge inwards
    own: Counter[str]  # how often letters stand on a line of their own
    first: dict[str, int]  # the index of the first such line

    @property
    def edges(self) -> list[Edge]:
        """Every line near an edge."""
        return [edge for side in self.sides for edge in side]


def pages_of(lines: Lines, facts: Facts) -> Pages:
    """Cut a text at its form feeds."""
    starts = [index for index, line in enumerate(lines) if line.text.startswith("\f")]
    starts = [0, *(start for start in starts if start)]
    filled: list[tuple[int, ...]] = []
    sides: list[tuple[Edge, ...]] = []
    inked = [may_be_furniture(line.text) for line in lines]
    for page, (start, end) in enumerate(zip(starts, [*starts[1:], len(lines)], strict=True)):
        inside = tuple(at for at in range(start, end) if inked[at])
        filled.append(inside)
        depth = min(_DEPTH, len(inside) // 2 + 1)
        sides.append(_side(lines, inside[:depth], page, facts, foot=False))
        sides.append(_side(lines, inside[::-1][:depth], page, facts, foot=True))
    short = facts.short(lines)
    own = Counter(short.values())
    first = {key: index for index, key in reversed(short.items())}
    return Pages(lines, tuple(filled), tuple(sides), own, first)


def _side(
    lines: Lines, indexes: Sequence[int], page: int, facts: Facts, *, foot: bool
) -> tuple[Edge, ...]:
    edges: list[Edge] = []
    for depth, index in enumerate(indexes):
        text = lines[index].text.strip()
        short = len(text) <= SHORT
        edges.append(
            Edge(
                index,
                page,
                foot,
                depth,
                key=facts.key(index, text),
                spoken=text[-1] in _ENDS,
                small=text[0].islower(),
                short=short,
                folio=facts.folio(index, text),
                numbers=facts.numbers(index, text) if short else (),
            )
        )
    return tuple(edges)


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
        "" if last is None else pages.lines[last].text.strip(),
        "" if first is None else pages.lines[first].text.strip(),
    )
