"""Cut source and result into rows: stretches of lines with the blocks made of them."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from typing import assert_never

from octavo.model import (
    Block,
    Change,
    Footnote,
    Heading,
    Items,
    Line,
    Paragraph,
    Quotation,
    SceneBreak,
    Verse,
)
from octavo.render.review.letters import bare

_CUT_OFF = 4  # lines taken away at the end of a row that get a row of their own
_SPARE = 12  # letters by which a note may be shorter than its lines: its mark
_REARRANGED = 3  # lines; a change of more, with lines after it, puts them into another order


@dataclass(frozen=True, slots=True)
class Row:
    """Lines `first` to `end` (from 0, the latter not included), and the blocks made of them."""

    first: int
    end: int
    blocks: tuple[Block, ...]


def rows_of(
    lines: Sequence[Line],
    blocks: Sequence[Block],
    changes: Iterable[Change],
    gone: frozenset[int],
) -> tuple[Row, ...]:
    """Cut wherever all earlier blocks come from earlier lines, and all later ones from later.

    Where columns were undone that is at a page's edges. A footnote in the middle of a paragraph
    stays in the paragraph's row.

    Args:
        lines: the source's.
        blocks: the result's, in reading order; where the footnotes stand in it does not matter.
        changes: all of them.
        gone: the lines that were taken away, counted from 0.
    """
    if not lines:
        return ()
    text = [block for block in blocks if not isinstance(block, Footnote)]
    notes = [block for block in blocks if isinstance(block, Footnote)]
    starts, noted = starts_of(lines, text), starts_of(lines, notes)
    pages = _rearranged(lines, changes)
    cuts = _cuts(starts, pages) | {0}
    cuts |= _cuts_at_notes(lines, notes, noted, sorted(cuts), gone)
    cuts -= {row for page in pages for row in page[1:]}
    edges = [*sorted(cuts), len(lines)]
    if len(edges) > 2 and not any(line.text.strip() for line in lines[: edges[1]]):
        del edges[1]
    owned: dict[int, list[tuple[Block, int]]] = {}
    for block, start in [*zip(text, starts, strict=True), *zip(notes, noted, strict=True)]:
        owned.setdefault(edges[bisect_right(edges, start) - 1], []).append((block, start))
    return tuple(
        row
        for first, end in pairwise(edges)
        for row in _without_tail(lines, first, end, owned.get(first, []), gone)
    )


def starts_of(lines: Sequence[Line], blocks: Iterable[Block]) -> list[int]:
    """Give for each block the line it begins in, counted from 0."""
    rows: dict[int | None, int] = {}
    for row, line in enumerate(lines):
        rows.setdefault(line.place.line, row)
    found: list[int] = []
    for block in blocks:
        found.append(rows.get(block.place.line, found[-1] if found else 0))
    return found


def _rearranged(lines: Sequence[Line], changes: Iterable[Change]) -> list[range]:
    """Give the stretches whose lines were put into another order."""
    rows: dict[int | None, int] = {}
    for row, line in enumerate(lines):
        rows.setdefault(line.place.line, row)
    found = []
    for change in changes:
        count = change.before.count("\n") + 1
        if count > _REARRANGED and "\n" in change.after and change.place.line in rows:
            first = rows[change.place.line]
            found.append(range(first, min(first + count, len(lines))))
    return found


def _cuts(starts: Sequence[int], pages: Iterable[range]) -> set[int]:
    """Give the lines before which both sides can be cut.

    Blocks k and later begin in line `least[k]` at the earliest, those before in line `most[k]` at
    the latest; one can cut between the two.
    """
    most = [-1, *accumulate(starts, max)]
    least = [*accumulate(reversed(starts), min)][::-1]
    cuts = {start for start, above in zip(least, most, strict=False) if above < start}
    for edge in (edge for page in pages for edge in (page.start, page.stop)):
        k = bisect_left(least, edge)
        if most[k] < edge:
            cuts.add(edge)
    return cuts


def _cuts_at_notes(
    lines: Sequence[Line],
    notes: Sequence[Footnote],
    starts: Sequence[int],
    cuts: Sequence[int],
    gone: frozenset[int],
) -> set[int]:
    """Give the notes' lines after which nothing stands but notes, up to the next cut."""
    found: set[int] = set()
    below, open_ = len(lines), True
    for note, start in sorted(zip(notes, starts, strict=True), key=lambda pair: -pair[1]):
        number = bisect_right(cuts, start)
        end = cuts[number] if number < len(cuts) else len(lines)
        if end < below:
            below, open_ = end, True
        there = sum(len(bare(lines[row].text)) for row in range(start, below) if row not in gone)
        open_ = open_ and there <= _letters((note,)) + _SPARE
        if open_:
            found.add(start)
        below = start
    return found


def _letters(blocks: Sequence[Block]) -> int:
    return sum(len(bare(text)) for text in _texts(blocks))


def _texts(blocks: Sequence[Block]) -> Iterator[str]:
    for block in blocks:
        match block:
            case Heading() | Paragraph():
                yield from (span.text for span in block.inlines)
            case Verse():
                yield from (s.text for stanza in block.stanzas for line in stanza for s in line)
            case Quotation() | Footnote():
                yield from _texts(block.blocks)
            case Items():
                for item in block.items:
                    yield from _texts(item)
            case SceneBreak():
                pass
            case _:
                assert_never(block)


def _without_tail(
    lines: Sequence[Line],
    first: int,
    end: int,
    blocks: Sequence[tuple[Block, int]],
    gone: frozenset[int],
) -> Iterator[Row]:
    """Give lines that were taken away after the blocks' own a row of theirs."""
    own = tuple(block for block, _ in blocks)
    last = max((start for _, start in blocks), default=first)
    tail = end
    while tail > last + 1 and (tail - 1 in gone or not lines[tail - 1].text.strip()):
        tail -= 1
    taken = sum(row in gone for row in range(tail, end))
    if own and taken >= _CUT_OFF:
        yield Row(first, tail, own)
        yield Row(tail, end, ())
    else:
        yield Row(first, end, own)
