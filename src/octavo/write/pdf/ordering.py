"""Paint a page's marked content in the order in which the structure tree has it.

A reader that takes the content as it comes, and not the tree, then says the same (ISO 32000-1,
14.8.2.3). Nothing moves on the page: what is painted earlier or later takes along the colours, the
line and the font it had, and goes only where the same coordinates and the same clipping hold.
"""

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

_Content: TypeAlias = list[Any]  # pydyf's: operators with their operands; those of BDC apart
_State: TypeAlias = dict[bytes, Any]  # what is in force, by operator, the last set last

_SET = frozenset(  # ISO 32000-1, tables 57, 74 and 105
    b"g G rg RG k K cs CS sc SC scn SCN w J j M d i ri Tc Tw Tz TL Tf Tr Ts".split()
)
_PAINT = frozenset(b"S s f F f* B B* b b* sh Do EI Tj TJ".split())
_ELSEWHERE = frozenset((b"cm", b"W", b"W*", b"gs"))  # behind them, nothing is where it was
_HEAD = 2  # items of marked content before its BDC: tag and properties


def arrange(content: _Content, order: Sequence[int]) -> None:
    """Put marked content into its order, in place; what cannot be moved safely stays.

    Args:
        content: the page's.
        order: the numbers (MCID) of the page's marked content, as the tree has them.
    """
    rank = {number: at for at, number in enumerate(order)}
    painted = [rank[number] for number in _numbers(content) if number in rank]
    if painted == sorted(painted):
        return
    marks = _Survey(rank).marks(content)
    settled = _longest_rise([at for at in painted if at in marks])
    content[:] = _rewritten(content, _moves(content, marks, settled))


def _numbers(content: _Content) -> Iterator[int]:
    for at, item in enumerate(content):
        if item == b"BDC" and "MCID" in content[at - 1]:
            yield content[at - 1]["MCID"]


def _longest_rise(numbers: Sequence[int]) -> set[int]:
    """Give as many of the numbers as can be that rise from each to the next.

    Of several such, those that begin with the highest: a list's text, and not its markers.
    """
    ends: list[int] = []  # negative, of the best fall of each length, read from the end
    behind: dict[int, int | None] = {}
    for number in reversed(numbers):
        length = bisect_left(ends, -number)
        behind[number] = -ends[length - 1] if length else None
        ends[length : length + 1] = [-number]
    found: set[int] = set()
    first = -ends[-1] if ends else None
    while first is not None:
        found.add(first)
        first = behind[first]
    return found


@dataclass(eq=False, slots=True)
class _Part:
    """A piece of marked content, or a group: what is between a `q` and its `Q`."""

    start: int  # of its first item
    around: "_Part | None"
    place: int  # a number for the coordinates and the clipping where it begins
    state: _State  # where it begins
    end: int = 0  # its last item
    ranks: list[int] = field(default_factory=list)  # of the marked content in it, as painted
    painted: bool = False  # something in it is not marked
    left: _State = field(default_factory=dict)  # what it sets for what is behind it

    def groups(self) -> "Iterator[_Part]":
        """Give the groups around it, from the innermost."""
        group = self.around
        while group is not None:
            yield group
            group = group.around


class _Survey:
    """Reads content, and keeps what is in force.

    Args:
        rank: where each number of marked content is in the order.
    """

    def __init__(self, rank: Mapping[int, int]):
        self._rank = rank
        self._group = _Part(0, None, 0, {})
        self._place = self._places = 0
        self._state: _State = {}
        self._outside: list[tuple[int, _State]] = []  # place and state of the groups around
        self._open: list[_Part | None] = []  # marked content; None where it has no rank
        self._marks: dict[int, _Part] = {}

    def marks(self, content: _Content) -> dict[int, _Part]:
        """Give the pieces of marked content by their ranks."""
        for at, item in enumerate(content):
            name = _operator(item)
            if key := _sets(item, name):
                self._state.pop(key, None)
                self._state[key] = item
            elif name in _PAINT:
                self._group.painted |= not any(self._open)
            elif name in _ELSEWHERE:
                self._places += 1
                self._place = self._places
            elif name in (b"q", b"Q"):
                self._enter(at) if name == b"q" else self._leave(at)
            elif name in (b"BDC", b"BMC"):
                self._begin(at - _HEAD, content[at - 1].get("MCID") if name == b"BDC" else None)
            elif name == b"EMC":
                self._end(at)
        return self._marks

    def _enter(self, at: int) -> None:
        self._outside.append((self._place, self._state))
        self._group = _Part(at, self._group, self._place, dict(self._state))
        self._state = dict(self._state)

    def _leave(self, at: int) -> None:
        group = self._group
        assert group.around is not None
        group.end = at
        group.around.painted |= group.painted
        self._group = group.around
        self._place, self._state = self._outside.pop()

    def _begin(self, start: int, number: int | None) -> None:
        mark = None
        if number is not None and number in self._rank:
            mark = _Part(start, self._group, self._place, dict(self._state))
            mark.ranks.append(self._rank[number])
            for group in mark.groups():
                group.ranks += mark.ranks
        self._open.append(mark)

    def _end(self, at: int) -> None:
        mark = self._open.pop()
        if mark is None or mark.around is not self._group or mark.place != self._place:
            return  # it is none of ours, or changes more than can be told
        mark.end = at
        said = mark.state.items()
        mark.left = {key: each for key, each in self._state.items() if (key, each) not in said}
        self._marks[mark.ranks[0]] = mark


def _operator(item: Any) -> bytes:
    return item.rpartition(b" ")[2] if isinstance(item, bytes) else b""


def _sets(item: bytes, name: bytes) -> bytes:
    """Give the key of what an operator sets, if it only sets something.

    Of the graphics states these are WeasyPrint's for opacity alone: /a0.5 and /A0.5.
    """
    if name == b"gs":
        return item[:2] if item[1:2] in (b"a", b"A") and item[2:3].isdigit() else b""
    return name if name in _SET else b""


def _moves(
    content: _Content, marks: Mapping[int, _Part], settled: set[int]
) -> dict[int, list[_Part]]:
    """Give what is to be moved, by the item before which it goes."""
    moves: dict[int, list[_Part]] = {}
    for run, goal, behind in _runs(marks, settled):
        at = 0
        while at < len(run):
            part = _largest(marks[run[at]], goal, run[at:])
            edge = _edge(part, goal, settled, behind=behind)
            if edge is not None and _looks_the_same(content, part, edge, behind=behind):
                moves.setdefault(edge.end + 1 if behind else edge.start, []).append(part)
            at += len(part.ranks)
    return moves


def _runs(marks: Mapping[int, _Part], settled: set[int]) -> Iterator[tuple[list[int], _Part, bool]]:
    """Give each run that is to be moved, where it goes, and whether that is behind it."""
    run: list[int] = []
    for at in sorted(marks):
        if at not in settled:
            run.append(at)
            continue
        yield run, marks[at], False
        run = []
    if run:
        yield run, marks[max(settled)], True


def _largest(mark: _Part, goal: _Part, run: Sequence[int]) -> _Part:
    """Give the outermost group that can move as a whole; or the piece itself."""
    part, beside = mark, set(goal.groups())
    for group in mark.groups():
        if group in beside or group.ranks != run[: len(group.ranks)]:
            break
        part = group
    return part


def _edge(part: _Part, goal: _Part, settled: set[int], *, behind: bool) -> _Part | None:
    """Give the goal, or the largest group it begins or ends, that is placed as the part is."""
    groups = set(part.groups())
    if part.start > goal.start and any(group.painted for group in groups - set(goal.groups())):
        return None  # it may stand upon what is painted there
    edge = goal
    while edge.place != part.place:
        group = edge.around
        if group is None or group in groups:
            return None
        kept = [at for at in group.ranks if at in settled]
        if kept[-1 if behind else 0] != goal.ranks[0]:
            return None
        edge = group
    return edge


def _looks_the_same(content: _Content, part: _Part, edge: _Part, *, behind: bool) -> bool:
    """Tell whether a part sets, before it paints, what was not set where it is."""
    new = edge.state.keys() - part.state.keys()
    if behind:
        new |= edge.left.keys() - part.state.keys()
    known: set[bytes] = set()
    outside: list[set[bytes]] = []
    for item in content[part.start : part.end + 1] if new else ():
        name = _operator(item)
        if name == b"q":
            outside.append(set(known))
        elif name == b"Q":
            known = outside.pop()
        elif name in _PAINT and not new <= known:
            return False
        elif key := _sets(item, name):
            known.add(key)
    return True


def _rewritten(content: _Content, moves: Mapping[int, Sequence[_Part]]) -> _Content:
    """Give the content with parts moved."""
    taken = {part.start: part for parts in moves.values() for part in parts}
    out: _Content = []
    at = 0
    while at < len(content):
        for part in moves.get(at, ()):
            out += _carried(content, part)
        if at in taken:
            out += taken[at].left.values()
            at = taken[at].end
        else:
            out.append(content[at])
        at += 1
    for part in moves.get(at, ()):
        out += _carried(content, part)
    return out


def _carried(content: _Content, part: _Part) -> _Content:
    """Give a part with what is in force where it was."""
    first, *others = content[part.start : part.end + 1]
    if first == b"q":
        return [first, *part.state.values(), *others]
    return [b"q", *part.state.values(), first, *others, b"Q"]
