"""Find in the source what was changed: for each change, stretches of lines."""

import re
import unicodedata
from array import array
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cache
from itertools import accumulate

from octavo.model import Change, Line
from octavo.render.review.letters import bare

_TOKEN = re.compile(r"\s+|[^\W_]+|[\W_]")
_MOST_TOKENS = 120  # of a line that are compared one by one: it takes the square of it
_WINDOW = 400  # lines in which a change of a block is looked for
_LETTERS = 20_000  # the same in letters
_APART = 80  # lines between the halves of a broken word: columns, notes and heads stand between
_HYPHENS = "-\u00ad\u2010\u2011\ufffe"


@dataclass(frozen=True, slots=True)
class Stretch:
    """A part of a source line that a change altered; `start` equal to `end` is an insertion."""

    row: int  # the line, from 0 in the text
    start: int  # characters, from 0
    end: int
    after: str = ""  # what stands in its place


@dataclass(frozen=True, slots=True)
class Found:
    """Where a change is in the source."""

    row: int  # the line that speaks of it, from 0 in the text
    stretches: tuple[Stretch, ...]  # none: the line as a whole


class Places:
    """Finds changes, in the order in which they were made.

    A rule sees lines as the rules before it left them. So the present wording of each line that
    was altered is kept, with the place in the source of each of its characters.
    """

    def __init__(self, lines: Sequence[Line], starts: Sequence[int]):
        self._lines = lines
        self._starts = starts  # rows in which blocks begin, ascending
        self._rows: dict[int, list[int]] = {}
        for row, line in enumerate(lines):
            if line.place.line is not None:
                self._rows.setdefault(line.place.line, []).append(row)
        self._present: dict[int, tuple[str, Sequence[int]]] = {}
        self._passed: dict[tuple[str, int], int] = {}  # where the last find of a rule ends
        self._opened: _Window | None = None

    def find(self, change: Change) -> Found | None:
        """Give where a change is; None if its line is not in this text."""
        rows = self._rows.get(change.place.line or 0)
        if rows is None:
            return None
        if "\n" in change.before:
            return self._lines_apart(change, rows[0]) or self._in_lines(change, rows[0])
        return self._in_line(change, rows) or self._in_block(change, rows[0]) or Found(rows[0], ())

    # --- one line ---

    def _in_line(self, change: Change, rows: list[int]) -> Found | None:
        before, after = change.before, change.after
        for row in rows:
            if before and before == self._text(row)[0]:
                return Found(row, tuple(self._replace(row, before, after)))
        before, after = before.strip(), after.strip()
        for row in rows if before else ():
            text, home = self._text(row)
            passed = self._passed.get((change.rule, row), 0)
            # A part of a long line says where it stands; rules before it may have moved it.
            passed = max(passed, (change.place.column or 0) - _LETTERS // 2)
            at = text.find(before, passed, passed + _LETTERS + len(before))
            if at >= 0:
                self._passed[change.rule, row] = at + len(before)
                found = differences(before, after)
                return Found(
                    row,
                    tuple(
                        Stretch(row, home[at + start], home[at + end], new)
                        for start, end, new in found
                    ),
                )
        return None

    def _replace(self, row: int, before: str, after: str) -> Iterator[Stretch]:
        """Alter the present wording of a line; give what that means for the source's."""
        _, home = self._text(row)
        homes = array("I")
        done = 0
        for start, end, new in differences(before, after):
            yield Stretch(row, home[start], home[end], new)
            homes.extend(home[done:start])
            homes.extend([home[start]] * len(new))
            done = end
        homes.extend(home[done:])
        self._present[row] = after, homes

    def _text(self, row: int) -> tuple[str, Sequence[int]]:
        text = self._lines[row].text
        return self._present.get(row) or (text, range(len(text) + 1))

    # --- several lines ---

    def _lines_apart(self, change: Change, row: int) -> Found | None:
        """Find two words that met: the one ends a line, the other begins one further on."""
        first, *between, second = change.before.split("\n")
        if not first or not second or any(between) or " " in first.strip() + second.strip():
            return None
        below = self._below(row, second)
        above = self._above(below[0], first) if below else None
        if below is None or above is None:
            return None
        after = " ".join(change.after.split())
        return Found(
            above[0], (self._word(*above, first, after), self._word(*below, second, after))
        )

    def _word(self, row: int, at: int, word: str, after: str) -> Stretch:
        home = self._text(row)[1]
        return Stretch(row, home[at], home[at + len(word)], after)

    def _below(self, row: int, word: str) -> tuple[int, int] | None:
        """Give the line that begins with a word, or in which a column does, and where."""
        for at in range(row, min(row + _APART, len(self._lines))):
            text = self._text(at)[0]
            start = len(text) - len(text.lstrip())
            if text.startswith(word, start):
                return at, start
            if at == row and (start := text.find(f"  {word}")) >= 0:
                return at, start + 2
        return None

    def _above(self, below: int, word: str) -> tuple[int, int] | None:
        """Give the line above, or in another column, that ends with a word, and where."""
        for row in range(below - 1, max(-1, below - _APART), -1):
            text = self._text(row)[0].rstrip()
            if text.endswith(word):
                return row, len(text) - len(word)
        for row in range(max(0, below - _APART), min(below + _APART, len(self._lines))):
            at = self._text(row)[0].find(f"{word}  ")
            if at >= 0:
                return row, at
        return None

    def _in_lines(self, change: Change, row: int) -> Found:
        """Find lines that stand one below the other."""
        if change.after and "\n" in change.after:
            return Found(row, ())  # lines in another order, with the same wording
        found: list[Stretch] = []
        for number, line in enumerate(change.before.split("\n")):
            at = row + number
            if at == len(self._lines):
                break
            text, home = self._text(at)
            start = text.find(line.strip())
            if start < 0:
                return Found(row, ())
            if line.strip():
                found.append(Stretch(at, home[start], home[start + len(line.strip())]))
        return Found(row, tuple(found))

    # --- somewhere in a block ---

    def _in_block(self, change: Change, row: int) -> Found | None:
        """Find words that the block has in one line, and the source perhaps in several."""
        wanted = [_squeezed(char) for char in change.before]
        window = self._window(row)
        passed = self._passed.get((change.rule, -1 - row), 0)
        word = "".join(wanted)
        at = window.text.find(word, passed, passed + _LETTERS) if word else -1
        if at < 0:
            return None
        self._passed[change.rule, -1 - row] = at + len(word)
        letters = list(accumulate(map(len, wanted), initial=at))
        found: list[Stretch] = []
        for start, end, new in differences(change.before, change.after):
            found += _joined(map(window.spot, range(letters[start], letters[end])), new)
        return Found(found[0].row if found else window.spot(at)[0], tuple(found))

    def _window(self, row: int) -> "_Window":
        if self._opened is None or self._opened.row != row:
            number = bisect_right(self._starts, row)
            end = self._starts[number] if number < len(self._starts) else len(self._lines)
            self._opened = _Window(row, self._lines[row : min(end, row + _WINDOW)])
        return self._opened


class _Window:
    """The letters of some lines, without spaces and hyphens, and where each of them stands."""

    def __init__(self, row: int, lines: Sequence[Line]):
        self.row = row
        self._columns: list[list[int]] = []
        texts: list[str] = []
        for line in lines:
            squeezed = [_squeezed(char) for char in line.text]
            texts.append("".join(squeezed))
            self._columns.append([at for at, piece in enumerate(squeezed) for _ in piece])
        self._ends = list(accumulate(map(len, texts)))
        self.text = "".join(texts)

    def spot(self, offset: int) -> tuple[int, int]:
        """Give the row and the column of a letter."""
        line = bisect_right(self._ends, offset)
        columns = self._columns[line]
        return self.row + line, columns[offset - self._ends[line]]


def differences(before: str, after: str) -> Iterator[tuple[int, int, str]]:
    """Give what was altered: from, to (from 0, not included), and what stands there now.

    >>> list(differences("two  words", "two words")), list(differences("_so_", "so"))
    ([(3, 5, ' ')], [(0, 1, ''), (3, 4, '')])
    """
    if not after:
        yield (0, len(before), "")
        return
    if before.split() == after.split():
        yield from _white(before, after)
        return
    old, new = _TOKEN.findall(before), _TOKEN.findall(after)
    head = 0
    while head < min(len(old), len(new)) and old[head] == new[head]:
        head += 1
    tail = 0
    while tail < min(len(old), len(new)) - head and old[-1 - tail] == new[-1 - tail]:
        tail += 1
    starts = list(accumulate(map(len, old), initial=0))
    inner, other = old[head : len(old) - tail], new[head : len(new) - tail]
    if max(len(inner), len(other)) > _MOST_TOKENS:
        yield starts[head], starts[len(old) - tail], "".join(other)
        return
    for tag, first, last, start, end in SequenceMatcher(
        None, inner, other, autojunk=False
    ).get_opcodes():
        if tag != "equal":
            yield starts[head + first], starts[head + last], "".join(other[start:end])


def _white(before: str, after: str) -> Iterator[tuple[int, int, str]]:
    """The same words with other spaces between them."""
    old, new = _between(before), _between(after)
    for (start, end), (first, last) in zip(old, new, strict=True):
        if before[start:end] != after[first:last]:
            yield start, end, after[first:last]


def _between(text: str) -> list[tuple[int, int]]:
    words = [found.span() for found in re.finditer(r"\S+", text)]
    edges = [0, *[edge for span in words for edge in span], len(text)]
    return list(zip(edges[::2], edges[1::2], strict=True))


@cache
def _squeezed(char: str) -> str:
    return "" if char in _HYPHENS else bare(unicodedata.normalize("NFKC", char))


def _joined(spots: Iterable[tuple[int, int]], after: str) -> list[Stretch]:
    """Make stretches of single characters."""
    found: list[Stretch] = []
    for row, column in spots:
        last = found[-1] if found else None
        if last and last.row == row and last.start <= column:
            found[-1] = Stretch(row, last.start, column + 1, after)
        else:
            found.append(Stretch(row, column, column + 1, after))
    return found
