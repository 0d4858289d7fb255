"""What a person says about a rough text: its language, and which rules may do what where."""

from dataclasses import dataclass

from octavo.model import Place


@dataclass(frozen=True, slots=True)
class Order:
    """Rules switched off or forced, in a whole text or a range of its lines."""

    off: frozenset[str] = frozenset()  # names of rules
    force: frozenset[str] = frozenset()  # they are applied even where the evidence is too weak
    first: int = 1  # the range's first line, counted from 1
    last: int | None = None  # its last line, included; None: the text's

    def covers(self, line: int | None) -> bool:
        """Tell whether a line is in the range; None stands for the text as a whole."""
        if line is None:
            return self.first == 1 and self.last is None
        return self.first <= line and (self.last is None or line <= self.last)


@dataclass(frozen=True, slots=True)
class Guidance:
    """What is known about a text from outside it."""

    language: str | None = None  # BCP 47
    orders: tuple[Order, ...] = ()  # a later one beats an earlier one

    def off(self, rule: str, place: Place | None = None) -> bool:
        """Tell whether a rule may do nothing at a place, or anywhere."""
        return self._order(rule, place) is False

    def forced(self, rule: str, place: Place | None = None) -> bool:
        """Tell whether a rule is to be applied at a place, or everywhere, on any evidence."""
        return self._order(rule, place) is True

    def _order(self, rule: str, place: Place | None) -> bool | None:
        for order in reversed(self.orders):
            if order.covers(place.line if place else None):
                if rule in order.off:
                    return False
                if rule in order.force:
                    return True
        return None
