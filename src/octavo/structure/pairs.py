"""Pair the marks of footnotes with the beginnings of notes by their labels and their order."""

from bisect import bisect_right
from collections import defaultdict, deque
from collections.abc import Set
from dataclasses import dataclass, field

from octavo.model import Line
from octavo.structure.marks import SIGNS, Mark, Opener, mark_at_start, marks_in, opener_of
from octavo.structure.pages import edges_of
from octavo.structure.wording import starts_small

NEAR = 80  # lines: so far from its mark may a note stand where there are no pages


@dataclass(frozen=True, slots=True)
class Pair:
    """A mark and the beginning of its note."""

    mark: Mark
    opener: Opener


class Found:
    """What may be marks and beginnings of notes in a text, in order."""

    def __init__(self, lines: tuple[Line, ...]):
        self.lines = lines
        self.openers: list[Opener] = []
        self.plain: list[int] = []  # the rows with digits glued to words
        self.edges = edges_of(lines)
        self._rows: list[_Row] = []
        set_off = True
        for row, line in enumerate(lines):
            if not line.text.strip():
                set_off = True
                continue
            if not SIGNS.search(line.text):
                set_off = False
                continue
            opener = opener_of(row, line.text)
            begun = None if opener is None or set_off else mark_at_start(row, line.text)
            marks = tuple(marks_in(row, line.text))
            if opener is not None:
                self.openers.append(opener)
            if opener is not None or marks:
                self._rows.append(_Row(row, opener, begun, marks))
            self.plain += [row for mark in marks if mark.sign == "digit"]
            set_off = False

    def pairs(self, left_out: Set[int]) -> tuple[list[Pair], dict[int, int]]:
        """Give the pairs, and by the row of each beginning whose mark another has that one's row.

        What begins in the rows `left_out` is no note.
        """
        pairs: list[Pair] = []
        owners: dict[str, int] = {}
        rivals: dict[int, int] = {}
        waiting = _Waiting()
        page = 0
        for there in self._rows:
            if self.page(there.row) != page:
                waiting.page.clear()
                page = self.page(there.row)
            opener = None if there.row in left_out else there.opener
            mark = waiting.first(opener.label) if opener else None
            if opener is not None and mark is not None and self._may_be(opener, mark):
                waiting.take(mark)
                pairs.append(Pair(mark, opener))
                owners[opener.label] = opener.row
            else:
                if opener is not None and opener.label in owners:
                    rivals[opener.row] = owners[opener.label]
                if there.begun is not None:
                    waiting.add(there.begun)
            for each in there.marks:
                waiting.add(each)
        return pairs, rivals

    def page(self, row: int) -> int:
        """Give the number of a line's page, from 0."""
        return bisect_right(self.edges, row)

    def _may_be(self, opener: Opener, mark: Mark) -> bool:
        """Tell whether a number alone on a line may begin a note: a page number may not."""
        if not opener.alone or opener.sign != "digit":
            return True
        if opener.row - mark.row > NEAR:
            return False
        lines = self.lines[opener.row + 1 : opener.row + 4]
        after = (line.text.strip("\f\v ") for line in lines)
        return not starts_small(next((text for text in after if text), "a"))


@dataclass(frozen=True, slots=True)
class _Row:
    row: int
    opener: Opener | None
    begun: Mark | None  # the opener as a mark
    marks: tuple[Mark, ...]


@dataclass(slots=True)
class _Waiting:
    """The marks that have no note yet, by label."""

    all: defaultdict[str, deque[Mark]] = field(default_factory=lambda: defaultdict(deque))
    page: dict[str, Mark] = field(default_factory=dict)  # the first of each label on this page
    last: tuple[int, int] = (-1, 0)  # where the last mark stands that has a note

    def add(self, mark: Mark) -> None:
        self.all[mark.label].append(mark)
        self.page.setdefault(mark.label, mark)

    def first(self, label: str) -> Mark | None:
        """Give the mark that a note with a label belongs to: on this page, else the first."""
        here = self.page.get(label)
        if here is not None and (here.row, here.start) > self.last:
            return here
        queue = self.all[label]
        while queue and (queue[0].row, queue[0].start) <= self.last:
            queue.popleft()
        return queue[0] if queue else None

    def take(self, mark: Mark) -> None:
        self.last = (mark.row, mark.start)
        self.page.pop(mark.label, None)
