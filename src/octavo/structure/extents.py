"""How far a note reaches: to the next note, the foot of its page, or where the text goes on."""

from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from itertools import pairwise

from octavo.model import Line
from octavo.structure.marks import Opener, names_notes
from octavo.structure.pages import edges_of
from octavo.structure.wording import breaks_word, ends_sentence, starts_small

_SECTION = 4  # notes in a row over several pages are a section of their own
_BRACKET = 400  # lines in which a bracket is looked for
_LONG = 30  # lines between the beginnings of two notes of one page
_SHORT = 0.9  # of a note's widest line: it ends there
_WIDER = 1.08  # of the text's usual line: what is set in smaller type
_TITLE_WORDS = 3


@dataclass(slots=True)
class _Foot:
    """The notes of a run that stand on one page."""

    head: int  # the row of the first
    widest: int = 0  # characters of the longest line so far


class Extents:
    """The lines that belong to each note."""

    def __init__(
        self, lines: tuple[Line, ...], pairs: list[tuple[int, Opener]], openers: list[Opener]
    ):
        """Take the lines, for each note the row of its mark and its beginning, and all beginnings.

        A note without a mark ends the one before it.
        """
        self._certain = [each.row for each in openers if each.sign != "digit"]
        self._lines = lines
        self._full = _full(lines)
        self._edges = edges_of(lines)
        self._paged = any(lines[edge].text[0] == "\f" for edge in self._edges)
        self.titles: list[int] = []  # rows of headings that stood above notes alone
        self.rows: list[tuple[int, ...]] = []
        limit = len(lines)
        limits: list[int] = []  # for each run the row of the first mark after it
        runs = _runs(pairs)
        for run in reversed(runs):
            limits.append(limit)
            limit = min(mark for mark, _ in run)
        for run, limit in zip(runs, reversed(limits), strict=True):
            self._add([opener for _, opener in run], max(mark for mark, _ in run), limit)

    def taken(self) -> set[int]:
        """Give all rows that are no longer text."""
        return {row for rows in self.rows for row in rows} | set(self.titles)

    def _add(self, run: list[Opener], last_mark: int, limit: int) -> None:
        title = self._title(run[0].row)
        across = self._paged and self._edge(run[0].row + 1, run[-1].row + 1) is not None
        together = title is not None or (across and len(run) >= _SECTION and self._dense(run))
        section = together and last_mark < run[0].row
        if title is not None and section:
            self.titles.append(title)
        foot = _Foot(run[0].row)
        for opener, after in pairwise([*run, None]):
            assert opener is not None
            if self._edge(foot.head + 1, opener.row + 1) is not None:
                foot = _Foot(opener.row)
            stop = after.row if after else len(self._lines)
            beyond = bisect_right(self._certain, opener.row)
            if section and beyond < len(self._certain) and opener.sign != "digit":
                stop = min(stop, self._certain[beyond])
            end = self._end(opener, stop, foot, last=after is None, section=section)
            if not section and opener.row < limit < end:
                end = self._before(opener.row, limit, foot)
            self.rows.append(tuple(range(opener.row, end)))

    def _dense(self, run: list[Opener]) -> bool:
        """Tell whether all the pages between the notes of a run are full of them."""
        return all(two.row - one.row <= 40 for one, two in pairwise(run))

    def _before(self, first: int, limit: int, foot: _Foot) -> int:
        """Give the row where the text goes on between a note and a mark of the text below it.

        There is a blank line, or the lines become narrow, or a sentence has ended.
        """
        texts = [self._lines[row].text.strip("\f\v ") for row in range(first, limit + 1)]
        most = self._full * _WIDER
        small = foot.widest > most
        for at, (text, after) in enumerate(pairwise(texts)):
            if not text:
                return first + at
            if small and at and len(text) <= most and len(after) <= most:
                # A note's last line is seldom full.
                return first + at + (not ends_sentence(texts[at - 1]))
            if not small and ends_sentence(text):
                return first + at + 1
        return first + 1

    def _end(self, opener: Opener, stop: int, foot: _Foot, *, last: bool, section: bool) -> int:
        """Give the row after a note's last."""
        if opener.sign == "word":
            closed = self._closed(opener.row, stop)
            if closed is not None:
                return closed
        if section:
            return stop if not last else self._paragraph(opener.row, stop, foot, paged=True)
        if not self._paged:
            return self._paragraph(opener.row, stop, foot, paged=False)
        edge = self._edge(opener.row + 1, stop)
        if edge is None and not last:
            # What is longer leaves no room for the page's text.
            close = stop - opener.row <= _LONG
            return stop if close else self._paragraph(opener.row, stop, foot, paged=False)
        page_end = edge if edge is not None else stop
        if edge is not None and self._interrupts(foot.head, page_end):
            return page_end
        return self._paragraph(opener.row, page_end, foot, paged=True)

    def _closed(self, first: int, stop: int) -> int | None:
        depth = 0
        for row in range(first, min(stop, first + _BRACKET)):
            text = self._lines[row].text
            depth += text.count("[") - text.count("]")
            if depth <= 0:
                return row + 1
        return None

    def _edge(self, first: int, stop: int) -> int | None:
        """Give the first row of the next page."""
        at = bisect_left(self._edges, first)
        return self._edges[at] if at < len(self._edges) and self._edges[at] < stop else None

    def _paragraph(self, first: int, stop: int, foot: _Foot, *, paged: bool) -> int:
        """Give the row after the paragraph that begins with a row."""
        crowded = not paged and first > 0 and bool(self._lines[first - 1].text.strip())
        before = ""
        row = first
        end = first + 1
        while row < stop:
            text = self._lines[row].text.strip("\f\v ")
            if not text:
                after = self._filled(row, stop)
                if after is None or not self._continues(before, after[1]):
                    return end
                if not paged and self._interrupts(foot.head, after[0]):
                    return end
                row = after[0]
                continue
            elif crowded and before and ends_sentence(before):
                short = len(before) < max(foot.widest, self._full) * _SHORT
                most = self._full * _WIDER
                small = foot.widest > most  # the notes are set in smaller type
                if len(text) <= most if small else short or starts_small(text):
                    return end
            if text:
                before, end = text, row + 1
                foot.widest = max(foot.widest, len(text))
            row += 1
        return end

    def _filled(self, first: int, stop: int) -> tuple[int, str] | None:
        for row in range(first, stop):
            text = self._lines[row].text.strip("\f\v ")
            if text:
                return row, text
        return None

    def _continues(self, before: str, after: str) -> bool:
        return breaks_word(before) or (not ends_sentence(before) and starts_small(after))

    def _interrupts(self, first: int, edge: int) -> bool:
        """Tell whether the sentence before a note goes on after the page's end."""
        before = ""
        for row in range(first - 1, max(-1, first - 40), -1):
            before = self._lines[row].text.strip("\f\v ")
            if before:
                break
        after = self._filled(edge, len(self._lines))
        if not before or after is None:
            return False
        return not ends_sentence(before) and starts_small(after[1])

    def _title(self, first: int) -> int | None:
        """Give the row of the heading right above a note."""
        for row in range(first - 1, max(-1, first - 6), -1):
            text = self._lines[row].text.strip("\f\v ")
            if text:
                short = len(text.split()) <= _TITLE_WORDS and len(text) <= 30
                set_off = row == 0 or not self._lines[row - 1].text.strip("\f\v ")
                named = names_notes(text)
                return row if short and named and (set_off or text[0].isupper()) else None
        return None


def _full(lines: tuple[Line, ...]) -> int:
    """Give the usual length of a line that the next goes on from."""
    texts = [line.text.strip("\f\v ") for line in lines]
    lengths = sorted(
        len(text) for text, after in pairwise(texts) if text and after and starts_small(after)
    )
    return lengths[len(lengths) // 2] if lengths else 0


def _runs(pairs: list[tuple[int, Opener]]) -> list[list[tuple[int, Opener]]]:
    """Give the notes in groups; between two groups there is a mark that has a note."""
    runs: list[list[tuple[int, Opener]]] = []
    last = -1
    for mark, opener in pairs:
        if not runs or mark > last:
            runs.append([])
        runs[-1].append((mark, opener))
        last = opener.row
    return runs
