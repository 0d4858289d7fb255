"""What a person says about a rough text: its language, and which rules may do what where."""

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, field
from heapq import heappop, heappush
from math import inf

from octavo.model import Place


@dataclass(frozen=True, slots=True)
class Order:
    """Rules switched off or forced, in a whole text or a range of its lines."""

    off: frozenset[str] = frozenset()  # names of rules
    force: frozenset[str] = frozenset()  # they are applied even where the evidence is too weak
    first: int = 1  # the range's first line, counted from 1
    last: int | None = None  # its last line, included; None: the text's

    @property
    def whole(self) -> bool:
        """Whether it is about the whole text."""
        return self.first == 1 and self.last is None

    def covers(self, line: int | None) -> bool:
        """Tell whether a line is in the range; None stands for the text as a whole."""
        if line is None:
            return self.whole
        return self.first <= line and (self.last is None or line <= self.last)


@dataclass(frozen=True, slots=True)
class _Ruling:
    """What is ordered about one rule: stretches of lines, none of them in two."""

    starts: tuple[int, ...]  # the first line of each stretch, in order; the first is 1
    orders: tuple[int | None, ...]  # the order that counts there, by index; None: no order does
    forced: tuple[bool, ...]  # whether that order forces the rule
    whole: bool | None  # whether the whole text's orders force it (True) or switch it off


@dataclass(frozen=True, slots=True)
class Guidance:
    """What is known about a text from outside it."""

    language: str | None = None  # BCP 47
    orders: tuple[Order, ...] = ()  # a later one beats an earlier one
    _rulings: dict[str, _Ruling] = field(
        init=False, repr=False, compare=False, default_factory=dict
    )

    def __post_init__(self) -> None:
        for rule in sorted({rule for order in self.orders for rule in order.off | order.force}):
            self._rulings[rule] = _ruling(rule, self.orders)

    def off(self, rule: str, place: Place | None = None) -> bool:
        """Tell whether a rule may do nothing at a place, or anywhere."""
        return self._forces(rule, place) is False

    def forced(self, rule: str, place: Place | None = None) -> bool:
        """Tell whether a rule is to be applied at a place, or everywhere, on any evidence."""
        return self._forces(rule, place) is True

    def order(self, rule: str, place: Place) -> int | None:
        """Give the order that counts for a rule at a place, as an index; None where none does."""
        ruling = self._rulings.get(rule)
        if ruling is None or place.line is None:
            return None
        return ruling.orders[bisect_right(ruling.starts, place.line) - 1]

    def ranged(self, rule: str, place: Place) -> bool:
        """Tell whether a rule is forced at a place by an order for a range, not the whole text."""
        order = self.order(rule, place)
        return order is not None and not self.orders[order].whole and self.forced(rule, place)

    def concerns(self, rules: Iterable[str]) -> bool:
        """Tell whether there is an order about one of the rules."""
        return any(rule in self._rulings for rule in rules)

    def idle(self, rule: str) -> bool:
        """Tell whether a rule is off everywhere."""
        ruling = self._rulings.get(rule)
        return ruling is not None and not any(
            forced or order is None
            for forced, order in zip(ruling.forced, ruling.orders, strict=True)
        )

    def _forces(self, rule: str, place: Place | None) -> bool | None:
        ruling = self._rulings.get(rule)
        if ruling is None:
            return None
        if place is None or place.line is None:
            return ruling.whole
        at = bisect_right(ruling.starts, place.line) - 1
        return None if ruling.orders[at] is None else ruling.forced[at]


def _ruling(rule: str, orders: tuple[Order, ...]) -> _Ruling:
    """Find the order that counts on each line: of those that cover it, the last."""
    about = [at for at, order in enumerate(orders) if rule in order.off or rule in order.force]
    ends = {orders[at].last for at in about} - {None}
    edges = {1, *(orders[at].first for at in about), *(end + 1 for end in ends if end)}
    coming = sorted(about, key=lambda at: orders[at].first, reverse=True)
    covering: list[tuple[int, float]] = []  # the last order first, with the line it ends on
    starts = sorted(edge for edge in edges if edge >= 1)
    found: list[int | None] = []
    for start in starts:
        while coming and orders[coming[-1]].first <= start:
            at = coming.pop()
            last = orders[at].last
            heappush(covering, (-at, inf if last is None else last))
        while covering and covering[0][1] < start:
            heappop(covering)
        found.append(-covering[0][0] if covering else None)
    forced = tuple(at is not None and rule not in orders[at].off for at in found)
    whole = [rule not in orders[at].off for at in about if orders[at].whole]
    return _Ruling(tuple(starts), tuple(found), forced, whole[-1] if whole else None)
