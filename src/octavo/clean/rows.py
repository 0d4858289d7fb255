"""Keep the rows of a text while furniture is taken from it, and what each of them shows.

Nothing moves a row, nor alters one that stays: so what a row shows is read once, by its index.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import compress, filterfalse
from operator import itemgetter
from typing import NamedTuple, TypeAlias

from octavo.clean.folios import (
    ENDS,
    LAST,
    SHORT,
    Folio,
    folio,
    is_mark,
    key_of,
    keys_of,
    numbered,
    outer_numbers,
)
from octavo.clean.ruled import Lines
from octavo.model import Change

_WIDE = 160  # characters: of a short line with an indent, and its number at the other margin


class Edge(NamedTuple):
    """A line near the top or the foot of a page."""

    at: int  # its index
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


class Facts:
    """What furniture is told by, on each row of a text by its index, from 0."""

    def __init__(self, lines: Lines):
        self.lines = lines
        self.texts = [line.text.strip() for line in lines]
        # All that is below takes its indexes from here: a number takes more than its place.
        self.filled = tuple(compress(range(len(lines)), self.texts))
        self._keys: list[str | None] = [None] * len(lines)
        self._same: dict[str, str] = {}  # rows with the same letters share one string
        self._edges: list[Edge | None] = [None] * len(lines)

    def key(self, index: int) -> str:
        """Give the letters of a row, as `key_of` does."""
        key = self._keys[index]
        if key is None:
            found = key_of(self.texts[index])
            key = self._keys[index] = self._same.setdefault(found, found)
        return key

    def folio(self, index: int) -> Folio | None:
        """Give the first number of a row, as `folio` does."""
        if len(self.lines[index].text) <= SHORT:
            return self.folios.get(index)
        return folio(self.texts[index])

    @cached_property
    def folios(self) -> dict[int, Folio]:
        """The first numbers of short rows."""
        texts, short = self.texts, self._short
        some = {short[number] for number in numbered([texts[at] for at in short])}
        # A Roman one has no other letters.
        some.update(self.keyed.get("", ()), self.marks.intersection(short))
        return {at: number for at in sorted(some) if (number := folio(texts[at])) is not None}

    def numbers(self, index: int) -> tuple[int, ...]:
        """Give the numbers that begin and end a row, as `outer_numbers` does."""
        if len(self.lines[index].text) <= _WIDE:
            return self._numbers.get(index, ())
        return outer_numbers(self.texts[index])

    @cached_property
    def _numbers(self) -> dict[int, tuple[int, ...]]:
        lines, texts = self.lines, self.texts
        return {
            at: numbers
            for at in self.filled
            if (texts[at][-1] in LAST or not texts[at][0].isalpha())
            and len(lines[at].text) <= _WIDE
            and (numbers := outer_numbers(texts[at]))
        }

    def edges(self, indexes: Iterable[int]) -> tuple[Edge, ...]:
        """Give what rows show that stand near the edge of a page."""
        known = self._edges
        return tuple([known[index] or self._edge(index, self.texts[index]) for index in indexes])

    def _edge(self, index: int, text: str) -> Edge:
        short = len(text) <= SHORT
        edge = self._edges[index] = Edge(
            index,
            self.key(index),
            spoken=text[-1] in ENDS,
            small=text[0].islower(),
            short=short,
            folio=self.folio(index),
            numbers=self.numbers(index) if short else (),
        )
        return edge

    @cached_property
    def marks(self) -> frozenset[int]:
        """The rows that an archive has marked: they are for another rule."""
        texts = self.texts
        return frozenset(at for at in self.filled if texts[at][0] == "*" and is_mark(texts[at]))

    @cached_property
    def _short(self) -> list[int]:
        """The rows with text that are short, with their indents."""
        lines = self.lines
        return [index for index in self.filled if len(lines[index].text) <= SHORT]

    @cached_property
    def keyed(self) -> dict[str, tuple[int, ...]]:
        """The rows that are short enough for furniture, by their letters."""
        short = [index for index in self._short if index not in self.marks]
        found: defaultdict[str, list[int]] = defaultdict(list)
        keys = keys_of([self.texts[index] for index in short])
        for index, key in zip(short, keys, strict=True):
            self._keys[index] = self._same.setdefault(key, key)
            found[key].append(index)
        return {key: tuple(indexes) for key, indexes in found.items()}

    @cached_property
    def ends(self) -> Counter[str]:
        """The last characters of rows."""
        return Counter(map(itemgetter(-1), filter(None, self.texts)))

    @cached_property
    def counting(self) -> dict[int, tuple[int, ...]]:
        """The numbers by which short rows may count pages: at their ends, or alone."""
        outer, values, alone = self._numbers, self.values, frozenset(self.keyed.get("", ()))
        return {
            index: outer.get(index) or (values[index],)
            for index in self._short
            if (index in outer or (index in values and index in alone))
            and index not in self.marks
            and self.texts[index][-1] not in ENDS
        }

    @cached_property
    def values(self) -> dict[int, int]:
        """The numbers in short rows, the Roman ones left aside."""
        return {
            index: found.value
            for index, found in self.folios.items()
            if not found.roman and index not in self.marks
        }

    @cached_property
    def outer(self) -> list[tuple[int, int]]:
        """The numbers at the ends of rows, as (index, value)."""
        return [
            (index, value)
            for index, values in self._numbers.items()
            if index not in self.marks
            for value in values
        ]


@dataclass(frozen=True, slots=True)
class Rows:
    """The rows of a text, of which some are gone."""

    facts: Facts
    texts: Sequence[str]  # without the spaces around them; empty where nothing stands any more
    filled: tuple[int, ...]  # those with text
    starts: tuple[int, ...]  # those after a form feed
    keyed: dict[str, tuple[int, ...]]  # the short ones, by their letters
    gone: dict[int, str]  # what is left where one was taken: nothing, a form feed, a vertical tab

    def rest(self, index: int) -> str:
        """Give what is to be left of a row: the edge of the page, if it was there."""
        return "\f" if self.facts.lines[index].text.startswith("\f") else ""

    def without(self, taken: dict[int, str]) -> "Rows":
        """Take rows away; `taken` says what is left in their places."""
        if not taken:
            return self
        texts = list(self.texts)
        for index in taken:
            texts[index] = ""
        keyed = dict(self.keyed)
        for key in {self.facts.key(index) for index in taken} & keyed.keys():
            keyed[key] = tuple(index for index in keyed[key] if texts[index])
        filled = tuple(filterfalse(taken.__contains__, self.filled))
        starts = {*self.starts, *(index for index, left in taken.items() if left == "\f")}
        gone = self.gone | taken
        return Rows(self.facts, texts, filled, tuple(sorted(starts)), keyed, gone)


Taken: TypeAlias = tuple[Rows, tuple[Change, ...]]


def rows_of(facts: Facts) -> Rows:
    """Give a text's rows, of which none is gone yet."""
    starts = tuple(index for index, line in enumerate(facts.lines) if line.text[:1] == "\f")
    return Rows(facts, facts.texts, facts.filled, starts, facts.keyed, {})
