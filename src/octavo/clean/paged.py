"""Drop page furniture where form feeds show the edges of pages."""

from collections import Counter, defaultdict
from dataclasses import dataclass
from itertools import pairwise

from octavo.clean.edges import Edge, Pages, is_uneven, is_whole, pages_of, runs_over
from octavo.clean.heads import SURE, Head, counted, offsets, repeated, usual_depths
from octavo.clean.rows import Rows, Taken
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

    @property
    def total(self) -> int:
        """The number of pages."""
        return len(self.pages.filled)


@dataclass(frozen=True, slots=True)
class _Reason:
    """Why a line is furniture."""

    why: str
    doubtful: bool = False


def paged(rows: Rows, guidance: Guidance) -> Taken:
    """Drop the running heads, feet and folios at the edges of pages."""
    pages = pages_of(rows)
    book = _book(pages, weak=guidance.forced("furniture"))
    reasons: dict[int, _Reason] = {}
    for side in pages.sides:
        reasons.update(_certain(book, side))
    for foot in (False, True):
        reasons.update(_likely(book, reasons, foot=foot))
    taken: dict[int, str] = {}
    changes: list[Change] = []
    for index, reason in sorted(reasons.items()):
        place, before = rows.facts.lines[index].place, rows.texts[index]
        if not guidance.off("furniture", place):
            changes.append(Change("furniture", place, before, "", reason.doubtful, reason.why))
            taken[index] = rows.mark(index)
    return rows.without(taken), tuple(changes)


def _book(pages: Pages, *, weak: bool) -> _Book:
    edges, total = pages.edges, len(pages.filled)
    heads = repeated(edges, total, weak=weak)
    depths = usual_depths(edges, heads)
    stands: Counter[str] = Counter()
    for (key, _), (_, times) in depths.items():
        stands[key] += times
    if not weak:  # speakers' names and refrains stand inside pages too
        heads = {
            head: count
            for head, count in heads.items()
            if len(pages.alone(head[0])) - stands[head[0]] <= max(_FEW, stands[head[0]])
        }
    numbered = counted(edges, total)
    if _is_of_sections(pages, heads, numbered):
        counting = _counting_heads(edges)
        heads = {head: count for head, count in heads.items() if head not in counting}
        numbered = {}
    edged = Counter(edge.key for edge in edges if edge.depth <= _OUTER and edge.key)
    folios = offsets(edges, total)
    return _Book(pages, heads, depths, folios, numbered, _beside(edges, folios), edged)


def _beside(edges: tuple[Edge, ...], folios: dict[int, set[int]]) -> dict[bool, int]:
    inner = Counter(edge.foot for edge in edges if edge.depth == 1 and _is_folio(folios, edge))
    return dict(inner)


def _counting_heads(edges: tuple[Edge, ...]) -> set[Head]:
    values: defaultdict[Head, set[int]] = defaultdict(set)
    for edge in edges:
        if edge.folio is not None:
            values[edge.key, edge.foot].add(edge.folio.value)
    return {head for head, found in values.items() if len(found) > 1}


def _is_of_sections(pages: Pages, heads: dict[Head, int], numbered: dict[bool, int]) -> bool:
    """Tell whether each page is a section, with its number above it."""
    above = {
        edge.at
        for edge in pages.edges
        if _counts(numbered, edge) or (edge.folio and (edge.key, edge.foot) in heads)
    }
    whole = all(is_whole(pages, page, above) for page in range(len(pages.filled)))
    return whole and is_uneven(pages)


def _counts(numbered: dict[bool, int], edge: Edge) -> bool:
    """Tell whether the number beside a line's letters counts the pages."""
    offset = numbered.get(edge.foot)
    return (
        offset is not None
        and edge.short
        and not edge.spoken
        and any(value - edge.page == offset for value in edge.numbers)
    )


def _certain(book: _Book, side: tuple[Edge, ...]) -> dict[int, _Reason]:
    """Give the furniture from the edge of a page inwards: what follows on text is text too."""
    found: dict[int, _Reason] = {}
    seen: set[str] = set()  # a second line like it is the heading itself
    outer = _outside_folio(book, side)
    for edge in side:
        reason = _reason(book, edge, side)
        if reason is None and edge.depth < outer:
            reason = _Reason("between the page number and the page's edge", doubtful=True)
        if reason is None or edge.key in seen:
            break
        seen.add(edge.key)
        found[edge.at] = reason
    return found


def _is_folio(folios: dict[int, set[int]], edge: Edge) -> bool:
    number = edge.folio
    if edge.key or number is None:
        return False
    return edge.page in folios.get(number.value - edge.page, ())


def _outside_folio(book: _Book, side: tuple[Edge, ...]) -> int:
    """Give how many lines stand between the edge and a page number, where that is usual."""
    for edge in side[1 : _OUTER + 1]:
        above = side[edge.depth - 1]
        if _is_folio(book.offsets, edge) and edge.folio and not edge.folio.roman:
            fits = above.short and not above.spoken
            return edge.depth if fits and book.beside.get(edge.foot, 0) >= _FEW else 0
    return 0


def _reason(book: _Book, edge: Edge, side: tuple[Edge, ...]) -> _Reason | None:
    if not edge.key:
        why = f"it counts the pages, of which there are {book.total}"
        return _Reason(why) if _is_folio(book.offsets, edge) else None
    if _counts(book.counted, edge):
        return _Reason(f"its number counts the pages, of which there are {book.total}")
    times = book.heads.get((edge.key, edge.foot))
    if times is None or _is_heading(book, edge, side):
        return None
    end = "foot" if edge.foot else "head"
    why = f"at the {end} of {times} of {book.total} pages"
    return _Reason(why, doubtful=edge.folio is None and times < SURE)


def _is_heading(book: _Book, edge: Edge, side: tuple[Edge, ...]) -> bool:
    """Tell whether a line like the running heads is the heading from which they are taken."""
    if edge.foot or edge.folio is not None:
        return False
    outer = side[: edge.depth]
    if edge.page == 0:
        # A first page has seldom a head; what looks like one is then the title.
        keys = "".join(other.key for other in side)
        return keys.count(edge.key) < 2 and not any(other.key for other in outer)
    lettered = any(other.key for other in outer)
    if lettered and edge.depth > book.depths[edge.key, edge.foot][0]:
        return True
    times = book.heads[edge.key, edge.foot]
    if lettered or times >= book.total * _COMMON or book.pages.alone(edge.key)[:1] != (edge.at,):
        return False
    return not _comes_again(book, edge) and is_whole(book.pages, edge.page, {edge.at})


def _comes_again(book: _Book, edge: Edge) -> bool:
    """Tell whether a line's letters stand on a line below it, at the page's beginning."""
    below = (at for at in book.pages.filled[edge.page][: _OPENING + 1] if at > edge.at)
    return any(book.pages.rows.facts.key(at) == edge.key for at in below)


def _likely(book: _Book, taken: dict[int, _Reason], *, foot: bool) -> dict[int, _Reason]:
    """Give what stands where other pages have heads, and is like a heading or like those heads."""
    sides = [side for side in book.pages.sides if side and side[0].foot is foot]
    heads = [edge for side in sides for edge in side if edge.key and edge.at in taken]
    on = {edge.page for edge in heads}
    if len(on) < max(_FEW, len(sides) * _SLOT):
        return {}
    apart = 2 * sum(_is_apart(book, edge) for edge in heads) > len(heads)
    known = [_pairs_of(key) for key, _ in Counter(edge.key for edge in heads).most_common(_KNOWN)]
    found: dict[int, _Reason] = {}
    for side in sides:
        edge = next((edge for edge in side if edge.at not in taken), None)
        if edge is None or edge.page in on or edge.depth > _OUTER or not edge.key:
            continue
        if edge.spoken or not edge.short or (apart and not _is_apart(book, edge)):
            continue
        if (edge.key, foot) in book.heads and _is_heading(book, edge, side):
            continue
        if _repeats_heading(book, edge):
            found[edge.at] = _Reason("a heading again, where other pages have heads", True)
        elif edge.page and any(_alike(_pairs_of(edge.key), pairs) for pairs in known):
            found[edge.at] = _Reason("nearly a running head of other pages", True)
        elif apart and _interrupts(book, edge, taken):
            found[edge.at] = _Reason("inside a sentence, where other pages have heads", True)
    return found


def _is_apart(book: _Book, edge: Edge) -> bool:
    """Tell whether a blank line stands between a line and the page's text."""
    texts = book.pages.rows.texts
    beside = edge.at - 1 if edge.foot else edge.at + 1
    return not 0 <= beside < len(texts) or not texts[beside]


def _repeats_heading(book: _Book, edge: Edge) -> bool:
    alone = book.pages.alone(edge.key)
    if not 2 <= len(alone) <= 2 * _FEW + book.edged[edge.key]:
        return False
    return alone[0] < edge.at or (not edge.foot and _comes_again(book, edge))


def _interrupts(book: _Book, edge: Edge, taken: dict[int, _Reason]) -> bool:
    page = edge.page + edge.foot
    text = book.pages.rows.texts[edge.at]
    if page >= book.total or text[0].islower():
        return False
    return runs_over(book.pages, page, {*_near(book, page, taken), edge.at})


def _near(book: _Book, page: int, taken: dict[int, _Reason]) -> set[int]:
    sides = book.pages.sides[max(0, 2 * page - 1) : 2 * page + 1]
    return {edge.at for side in sides for edge in side if edge.at in taken}


def _pairs_of(key: str) -> Counter[str]:
    return Counter(map("".join, pairwise(key)))


def _alike(one: Counter[str], other: Counter[str]) -> bool:
    """Tell whether most pairs of letters are the same: heads that were read from scans."""
    return 2 * (one & other).total() >= _LIKE * (one.total() + other.total()) > 0
