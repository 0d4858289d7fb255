"""The rule for page furniture: running heads and feet, page numbers."""

from collections import Counter, defaultdict
from dataclasses import dataclass, replace

from octavo.clean.folios import Folio, folio, key_of, may_be_furniture
from octavo.clean.ruled import Lines, Ruled
from octavo.clean.unpaged import unpaged
from octavo.guidance import Guidance
from octavo.model import Change

_DEPTH = 4  # lines looked at from each end of a page
_ROUNDS = 4  # taking furniture away can show more of it
_LETTERS = 90  # a line with more is text
_ENDS = frozenset(".!?,;:…”’\"'»")
_SPOKEN_SHARE = 0.3  # of the pages have a line that ends so, before it is a running head
_SURE = 4  # pages: fewer repetitions of a line without a number may be chance
_SKIPPED = 2  # pages: so far apart are two numbers of one counting
_AGREEING = 0.4  # of the pages have a number, before bare numbers are folios


def furniture(lines: Lines, guidance: Guidance) -> Ruled:
    """Drop running heads and feet and page numbers.

    With form feeds: lines at the top or foot of pages that repeat but for their numbers (compared
    by their letters, because heads are often letter-spaced), and numbers that count the pages.
    Without, or besides: such lines where they interrupt sentences; a form feed takes their place.
    Wrong where a short line of text happens to stand at the top of several pages.
    """
    changes: list[Change] = []
    for _ in range(_ROUNDS):
        made: tuple[Change, ...] = ()
        if any(line.text.startswith("\f") for line in lines):
            lines, made = _strip(lines, guidance)
        # Some extractors mark one page end and not the next.
        lines, more = unpaged(lines, guidance)
        lines, ordered = _ordered(lines, guidance)
        changes += made + more + ordered
        if not made and not more and not ordered:
            break
    return lines, tuple(changes)


def _ordered(lines: Lines, guidance: Guidance) -> Ruled:
    """Drop the lines of which somebody says that they are furniture."""
    if not guidance.concerns(("furniture",)):
        return lines, ()
    kept = list(lines)
    changes: list[Change] = []
    for index, line in enumerate(lines):
        if line.text.strip() and guidance.ranged("furniture", line.place):
            changes.append(Change("furniture", line.place, line.text.strip(), ""))
            # Above and below is one column: a form feed would say more of the pages than is known.
            kept[index] = replace(line, text="\f" if line.text.startswith("\f") else "\v")
    return tuple(kept), tuple(changes)


@dataclass(frozen=True, slots=True)
class _Edge:
    """A line near the top or the foot of a page."""

    index: int  # of the line, from 0
    page: int  # from 0
    foot: bool
    key: str  # its letters alone
    spoken: bool  # it ends as speech and sentences do
    folio: Folio | None  # the number in it


def _strip(lines: Lines, guidance: Guidance) -> Ruled:
    edges = _edges(lines)
    pages = edges[-1].page + 1 if edges else 0
    heads = _repeated(edges, pages, weak=guidance.forced("furniture"))
    offsets = _offsets(edges, pages)
    kept = list(lines)
    changes: list[Change] = []
    blocked: set[tuple[int, bool]] = set()  # text has been met: what follows is text too
    seen: set[tuple[int, bool, str]] = set()  # a second line like it is the heading itself
    opening = "".join(edge.key for edge in edges if edge.page == 0 and not edge.foot)
    for edge in edges:
        side = (edge.page, edge.foot)
        number = edge.folio
        numbered = number is not None and edge.page in offsets.get(number.value - edge.page, ())
        found = (edge.key, edge.foot) in heads if edge.key else numbered
        if found and edge.page == 0 and not edge.foot and edge.key and edge.folio is None:
            # A first page has seldom a head; what looks like one is then the title.
            found = opening.count(edge.key) > 1 or any(s[0] == 0 and not s[1] for s in seen)
        line = kept[edge.index]
        if not found or side in blocked or (*side, edge.key) in seen or not line.text.strip():
            blocked.add(side)
            continue
        seen.add((*side, edge.key))
        if guidance.off("furniture", line.place):
            continue
        doubtful = edge.key != "" and edge.folio is None and heads[edge.key, edge.foot] < _SURE
        why = _why(edge, heads, pages)
        changes.append(Change("furniture", line.place, line.text.strip(), "", doubtful, why))
        kept[edge.index] = replace(line, text="\f" if line.text.startswith("\f") else "")
    return tuple(kept), tuple(changes)


def _why(edge: _Edge, heads: dict[tuple[str, bool], int], pages: int) -> str:
    if not edge.key:
        return f"it counts the pages, of which there are {pages}"
    return (
        f"at the {'foot' if edge.foot else 'head'} of {heads[edge.key, edge.foot]} of {pages} pages"
    )


def _edges(lines: Lines) -> list[_Edge]:
    """Give the lines near each page's edges, from the edge inwards."""
    starts = [index for index, line in enumerate(lines) if line.text.startswith("\f")]
    starts = [0, *(start for start in starts if start)]
    edges: list[_Edge] = []
    for page, (start, end) in enumerate(zip(starts, [*starts[1:], len(lines)], strict=True)):
        filled = [index for index in range(start, end) if may_be_furniture(lines[index].text)]
        depth = min(_DEPTH, len(filled) // 2 + 1)
        for foot, indexes in ((False, filled[:depth]), (True, filled[::-1][:depth])):
            for index in indexes:
                text = lines[index].text.strip()
                edges.append(_Edge(index, page, foot, key_of(text), text[-1] in _ENDS, folio(text)))
    return edges


def _repeated(edges: list[_Edge], pages: int, *, weak: bool) -> dict[tuple[str, bool], int]:
    """Give the keys that stand at the same end of several pages, and the number of pages.

    Where such lines have numbers, they are the same everywhere or grow with the pages: the
    headings "Article 4" and "Article 9" are not furniture.
    """
    places: defaultdict[tuple[str, bool], set[int]] = defaultdict(set)
    values: defaultdict[tuple[str, bool], Counter[tuple[str, int]]] = defaultdict(Counter)
    spoken: set[tuple[str, bool]] = set()
    for edge in edges:
        key = (edge.key, edge.foot)
        if edge.key and len(edge.key) <= _LETTERS and edge.page not in places[key]:
            places[key].add(edge.page)
            if edge.folio is not None:
                values[key]["constant", edge.folio.value] += 1
                values[key]["counting", edge.folio.value - edge.page] += 1
            if edge.spoken:
                spoken.add(key)
    found: dict[tuple[str, bool], int] = {}
    for key, stands in places.items():
        wanted = 2.0 if pages < 6 or weak else 3.0
        if key in spoken and not weak:
            wanted = max(wanted, pages * _SPOKEN_SHARE)
        agreeing = max(values[key].values(), default=0)
        consistent = not values[key] or (agreeing > 1 and agreeing * 2 >= len(stands))
        if consistent and len(stands) >= (2 if agreeing > 1 else wanted):
            found[key] = len(stands)
    return found


def _offsets(edges: list[_Edge], pages: int) -> dict[int, set[int]]:
    """Give the differences between folio and page that bare numbers agree on, with the pages.

    That is the most usual one, and those of parts that count for themselves: there many pages
    that follow each other agree.
    """
    counts: defaultdict[int, set[int]] = defaultdict(set)
    for edge in edges:
        if edge.folio is not None and not edge.key:
            counts[edge.folio.value - edge.page].add(edge.page)
    best = max(counts, key=lambda offset: (len(counts[offset]), -abs(offset)), default=0)
    if len(counts[best]) >= max(2, pages * _AGREEING):
        return {best: set(range(pages))} | {
            offset: _runs(counts[offset]) for offset in counts if offset != best
        }
    return {offset: _runs(found) for offset, found in counts.items()}


def _runs(pages: set[int]) -> set[int]:
    """Give the pages that stand close together, many in a row."""
    runs: list[list[int]] = []
    for page in sorted(pages):
        if not runs or page - runs[-1][-1] > _SKIPPED:
            runs.append([])
        runs[-1].append(page)
    return {page for run in runs if len(run) >= _SURE for page in run}
