"""Drop page furniture where form feeds show the edges of pages."""

import sys
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

from octavo.clean.edges import Pages, Side, is_uneven, is_whole, pages_of, runs_over
from octavo.clean.heads import SURE, Head, counted, offsets, repeated, usual_depths
from octavo.clean.rows import Edge, Rows, Taken
from octavo.guidance import Guidance
from octavo.model import Change

_FEW = 2  # times that a head's letters may stand inside pages: as a heading, and in the contents
_COMMON = 0.4  # of the pages have a head that is the book's, not a chapter's
_OPENING = 8  # lines with text: so far below its head may a chapter's title stand
_SLOT = 1 / 3  # of the pages have a head, before a line in its place may be one
_OUTER = 1  # lines between such a line and the edge, at most
_LIKE = 0.6  # of the pairs of letters: below, two lines are two
_KNOWN = 8  # heads with which a line is compared


@dataclass(frozen=True, slots=True)
class _Book:
    """What all pages together show."""

    pages: Pages
    heads: dict[Head, int]  # on how many pages each stands
    depths: dict[Head, tuple[int, int]]  # how deep most stand, and on how many pages they do
    offsets: dict[int, set[int]]
    counted: dict[bool, int]
    beside: dict[bool, int]  # at the head and the foot: pages with one line outside the folio
    edged: Counter[str]  # how often a key stands at the very edge of a page


@dataclass(frozen=True, slots=True)
class _Reason:
    """Why a line is furniture."""

    why: str
    doubtful: bool = False


def paged(rows: Rows, guidance: Guidance) -> Taken:
    """Drop the running heads, feet and folios at the edges of pages."""
    reasons = _reasons(rows, guidance)
    taken: dict[int, str] = {}
    changes: list[Change] = []
    for index in sorted(reasons):
        reason = reasons[index]
        place, before = rows.facts.lines[index].place, rows.texts[index]
        if not guidance.off("furniture", place):
            changes.append(Change("furniture", place, before, "", reason.doubtful, reason.why))
            taken[index] = rows.rest(index)
    return rows.without(taken), tuple(changes)


def _reasons(rows: Rows, guidance: Guidance) -> dict[int, _Reason]:
    """Give the furniture, and why each line is."""
    pages = pages_of(rows)
    book = _book(pages, weak=guidance.forced("furniture"))
    reasons: dict[int, _Reason] = {}
    for side in pages.sides:
        _add_certain(reasons, book, side)
    for foot in (False, True):
        reasons.update(_likely(book, reasons, foot=foot))
    return reasons


def _book(pages: Pages, *, weak: bool) -> _Book:
    sides, total = pages.sides, pages.total
    heads = repeated(sides, total, weak=weak)
    depths = usual_depths(sides, heads)
    stands: Counter[str] = Counter()
    for (key, _), (_, times) in depths.items():
        stands[key] += times
    if not weak:  # speakers' names and refrains stand inside pages too
        heads = {
            head: count
            for head, count in heads.items()
            if len(pages.alone(head[0])) - stands[head[0]] <= max(_FEW, stands[head[0]])
        }
    numbered = counted(sides, total)
    if _is_of_sections(pages, heads, numbered):
        counting = _counting_heads(sides)
        heads = {head: count for head, count in heads.items() if head not in counting}
        numbered = {}
    edged = Counter(edge.key for side in sides for edge in side.edges[: _OUTER + 1] if edge.key)
    folios = offsets(sides, total)
    return _Book(pages, heads, depths, folios, numbered, _beside(sides, folios), edged)


def _beside(sides: Iterable[Side], folios: dict[int, set[int]]) -> dict[bool, int]:
    return Counter(
        side.foot
        for side in sides
        if len(side.edges) > 1 and _is_folio(folios, side, side.edges[1])
    )


def _counting_heads(sides: Iterable[Side]) -> set[Head]:
    values: defaultdict[Head, set[int]] = defaultdict(set)
    for _, foot, edges in sides:
        for edge in edges:
            if edge.folio is not None:
                values[edge.key, foot].add(edge.folio.value)
    return {head for head, found in values.items() if len(found) > 1}


def _is_of_sections(pages: Pages, heads: dict[Head, int], numbered: dict[bool, int]) -> bool:
    """Tell whether each page is a section, with its number above it."""
    if not is_uneven(pages):
        return False
    above = {
        edge.at
        for side in pages.sides
        for edge in side.edges
        if (edge.folio and (edge.key, side.foot) in heads)
        or (numbered and _counts(numbered, side, edge))
    }
    return all(is_whole(pages, page, above) for page in range(pages.total))


def _counts(numbered: dict[bool, int], side: Side, edge: Edge) -> bool:
    """Tell whether the number beside a line's letters counts the pages."""
    offset = numbered.get(side.foot)
    return (
        offset is not None
        and edge.short
        and not edge.spoken
        and any(value - side.page == offset for value in edge.numbers)
    )


def _add_certain(reasons: dict[int, _Reason], book: _Book, side: Side) -> None:
    """Add the furniture from the edge of a page inwards: what follows on text is text too."""
    for depth, edge in enumerate(side.edges):
        reason = _reason(book, side, depth)
        if reason is None and depth < _outside_folio(book, side):
            reason = _Reason("between the page number and the page's edge", doubtful=True)
        if reason is None or any(outer.key == edge.key for outer in side.edges[:depth]):
            break  # a second line like it is the heading itself
        reasons[edge.at] = reason


def _is_folio(folios: dict[int, set[int]], side: Side, edge: Edge) -> bool:
    number = edge.folio
    if edge.key or number is None:
        return False
    return side.page in folios.get(number.value - side.page, ())


def _outside_folio(book: _Book, side: Side) -> int:
    """Give how many lines stand between the edge and a page number, where that is usual."""
    if book.beside.get(side.foot, 0) < _FEW:
        return 0
    for depth, edge in enumerate(side.edges[1 : _OUTER + 1], 1):
        above = side.edges[depth - 1]
        if _is_folio(book.offsets, side, edge) and edge.folio and not edge.folio.roman:
            return depth if above.short and not above.spoken else 0
    return 0


def _reason(book: _Book, side: Side, depth: int) -> _Reason | None:
    edge, total = side.edges[depth], book.pages.total
    if not edge.key:
        why = f"it counts the pages, of which there are {total}"
        return _Reason(sys.intern(why)) if _is_folio(book.offsets, side, edge) else None
    if book.counted and _counts(book.counted, side, edge):
        return _Reason(sys.intern(f"its number counts the pages, of which there are {total}"))
    times = book.heads.get((edge.key, side.foot))
    if times is None or _is_heading(book, side, depth):
        return None
    end = "foot" if side.foot else "head"
    why = f"at the {end} of {times} of {total} pages"
    # Thousands of lines may have the same one.
    return _Reason(sys.intern(why), doubtful=edge.folio is None and times < SURE)


def _is_heading(book: _Book, side: Side, depth: int) -> bool:
    """Tell whether a line like the running heads is the heading from which they are taken."""
    edge = side.edges[depth]
    if side.foot or edge.folio is not None:
        return False
    lettered = any(outer.key for outer in side.edges[:depth])
    if side.page == 0:
        # A first page has seldom a head; what looks like one is then the title.
        keys = "".join(other.key for other in side.edges)
        return keys.count(edge.key) < 2 and not lettered
    if lettered and depth > book.depths[edge.key, side.foot][0]:
        return True
    times = book.heads[edge.key, side.foot]
    common = times >= book.pages.total * _COMMON
    if lettered or common or book.pages.alone(edge.key)[:1] != (edge.at,):
        return False
    return not _comes_again(book, side.page, edge) and is_whole(book.pages, side.page, {edge.at})


def _comes_again(book: _Book, page: int, edge: Edge) -> bool:
    """Tell whether a line's letters stand on a line below it, at the page's beginning."""
    key = book.pages.rows.facts.key
    below = (at for at in book.pages.first(page, _OPENING + 1) if at > edge.at)
    return any(key(at) == edge.key for at in below)


def _likely(book: _Book, taken: dict[int, _Reason], *, foot: bool) -> dict[int, _Reason]:
    """Give what stands where other pages have heads, and is like a heading or like those heads."""
    sides = [side for side in book.pages.sides if side.edges and side.foot is foot]
    heads = [(side, edge) for side in sides for edge in side.edges if edge.key and edge.at in taken]
    on = {side.page for side, _ in heads}
    if len(on) < max(_FEW, len(sides) * _SLOT):
        return {}
    apart = 2 * sum(_is_apart(book, side, edge) for side, edge in heads) > len(heads)
    common = Counter(edge.key for _, edge in heads).most_common(_KNOWN)
    known = [_pairs_of(key) for key, _ in common]
    found: dict[int, _Reason] = {}
    for side in sides:
        outer = enumerate(side.edges[: _OUTER + 1])
        depth, edge = next((each for each in outer if each[1].at not in taken), (0, None))
        if edge is None or side.page in on or not edge.key:
            continue
        if edge.spoken or not edge.short or (apart and not _is_apart(book, side, edge)):
            continue
        if (edge.key, foot) in book.heads and _is_heading(book, side, depth):
            continue
        if _repeats_heading(book, side, edge):
            found[edge.at] = _Reason("a heading again, where other pages have heads", True)
        elif side.page and _is_like(edge.key, known):
            found[edge.at] = _Reason("nearly a running head of other pages", True)
        elif apart and _interrupts(book, side, edge, taken):
            found[edge.at] = _Reason("inside a sentence, where other pages have heads", True)
    return found


def _is_apart(book: _Book, side: Side, edge: Edge) -> bool:
    """Tell whether a blank line stands between a line and the page's text."""
    texts = book.pages.rows.texts
    beside = edge.at - 1 if side.foot else edge.at + 1
    return not 0 <= beside < len(texts) or not texts[beside]


def _repeats_heading(book: _Book, side: Side, edge: Edge) -> bool:
    alone = book.pages.alone(edge.key)
    if not 2 <= len(alone) <= 2 * _FEW + book.edged[edge.key]:
        return False
    return alone[0] < edge.at or (not side.foot and _comes_again(book, side.page, edge))


def _interrupts(book: _Book, side: Side, edge: Edge, taken: dict[int, _Reason]) -> bool:
    page = side.page + side.foot
    text = book.pages.rows.texts[edge.at]
    if page >= book.pages.total or text[0].islower():
        return False
    return runs_over(book.pages, page, {*_near(book, page, taken), edge.at})


def _near(book: _Book, page: int, taken: dict[int, _Reason]) -> set[int]:
    sides = book.pages.sides[max(0, 2 * page - 1) : 2 * page + 1]
    return {edge.at for side in sides for edge in side.edges if edge.at in taken}


def _pairs_of(key: str) -> Counter[str]:
    return Counter(map("".join, pairwise(key)))


def _is_like(key: str, known: list[Counter[str]]) -> bool:
    """Tell whether most pairs of letters are those of another line: heads read from scans."""
    # What is much longer or shorter need not be taken to pieces.
    near = [pairs for pairs in known if _alike(min(len(key) - 1, pairs.total()), key, pairs)]
    own = _pairs_of(key) if near else Counter[str]()
    return any(_alike((own & pairs).total(), key, pairs) for pairs in near)


def _alike(common: int, key: str, pairs: Counter[str]) -> bool:
    """Tell whether so many common pairs make two lines one."""
    return 2 * common >= _LIKE * (len(key) - 1 + pairs.total()) > 0
