"""The rule for what archives put before and after their texts."""

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby

from octavo.clean.ruled import Lines, Ruled
from octavo.guidance import Guidance
from octavo.model import Change, Line

_START = re.compile(r"\*{3} ?START OF ", re.IGNORECASE)
_MARK = re.compile(
    r"\*{3} ?(START|END) OF (THE|THIS) (PROJECT GUTENBERG|E-?BOOK|E-?TEXT)\b", re.IGNORECASE
)
_CREDIT = re.compile(
    r"(Produced by|Transcribed (by|from)|E-?text (prepared|produced) by|This e-?text was|Credits:)",
    re.IGNORECASE,
)
_LAST_LINE = re.compile(r"End of (the |this )?Project Gutenberg", re.IGNORECASE)
_MENTION = re.compile(r"gutenberg|e-?books?\b|e-?texts?\b|electronic works?\b", re.IGNORECASE)
_APART = 40  # lines with text: between two mentions in a header or footer there are fewer
_LITTLE = 10  # lines with text: fewer beside a header or footer belong to it
_NEAR = 3  # paragraphs after the first line of the text in which credits are looked for


def boilerplate(lines: Lines, guidance: Guidance) -> Ruled:
    """Drop the header and the footer of Project Gutenberg, told by their `*** START OF` lines.

    They reach as far as lines speak of the archive and its electronic texts, so that what stands
    before or after them in the same file stays. The credits after the header ("Produced by …") go
    too, as doubtful. Wrong for a text that quotes such lines.

    >>> from octavo.model import Line, Place
    >>> rows = ["Terms.", "*** START OF THE EBOOK A ***", "Text.", "*** END OF THE EBOOK A ***"]
    >>> lines = tuple(Line(row, Place("a.txt", n)) for n, row in enumerate(rows, 1))
    >>> [line.text for line in boilerplate(lines, Guidance())[0]]
    ['Text.']
    """
    if guidance.concerns(("boilerplate",)):
        forced = [guidance.ranged("boilerplate", line.place) for line in lines]
        lines, ordered = _cut(lines, forced)
    else:
        ordered = ()
    kept, changes = _without_frame(lines, guidance)
    if not any(line.text.strip() for line in kept):
        return lines, ordered  # nothing would be left: these are no header and footer
    return kept, ordered + changes


def _without_frame(lines: Lines, guidance: Guidance) -> Ruled:
    marks = _marks(lines, guidance)
    if not marks:
        return lines, ()
    off = [False] * len(lines)
    if guidance.concerns(("boilerplate",)):
        off = [guidance.off("boilerplate", line.place) for line in lines]
    drops = [False] * len(lines)
    credits: list[tuple[int, int]] = []
    for first, last, inside in _regions(lines, marks):
        if not inside:
            head, foot = _around(lines[first:last])
            drops[first : first + head] = [True] * head
            drops[first + foot : last] = [True] * (last - first - foot)
            continue
        if last < len(lines):
            end = _before_last_line(lines, first, last)
            drops[end:last] = [True] * (last - end)
            last = end
        if first:
            credits += _credits(lines, first, last, off)
    return _cut(lines, [drop and not kept for drop, kept in zip(drops, off, strict=True)], credits)


def _marks(lines: Lines, guidance: Guidance) -> list[tuple[int, bool]]:
    """Give the lines with the archive's marks, and whether they start a text."""
    return [
        (index, _START.match(line.text.strip()) is not None)
        for index, line in enumerate(lines)
        if "***" in line.text
        and _MARK.match(line.text.strip())
        and not guidance.off("boilerplate", line.place)
    ]


def _regions(lines: Lines, marks: list[tuple[int, bool]]) -> list[tuple[int, int, bool]]:
    """Give (first line, line after the last, whether it is the text itself) in order."""
    inside = not marks[0][1]
    regions: list[tuple[int, int, bool]] = []
    first = 0
    for index, starts in marks:
        cut = index + 1 if starts else index
        if starts and inside:
            regions += [(first, index, True), (index, cut, False)]
        else:
            regions.append((first, cut, inside))
        first, inside = cut, starts
    return [*regions, (first, len(lines), inside)]


def _around(region: Lines) -> tuple[int, int]:
    """Give the lines of another text between a footer and a header: from the one to the other."""
    filled = [index for index, line in enumerate(region) if line.text.strip()]
    foot = 0
    if filled and not _START.match(region[filled[0]].text.strip()) and _is_mark(region[filled[0]]):
        foot = _reach(region, filled)
    head = len(region)
    if filled and _START.match(region[filled[-1]].text.strip()):
        head = len(region) - _reach(region[::-1], [len(region) - 1 - at for at in filled[::-1]])
    if sum(foot <= index < head for index in filled) <= _LITTLE:
        return len(region), len(region)
    return foot, head


def _is_mark(line: Line) -> bool:
    return _MARK.match(line.text.strip()) is not None


def _reach(lines: Lines, filled: list[int]) -> int:
    """Give how many lines from a mark on, to the end of a paragraph, speak of the archive."""
    last = 0
    for count, index in enumerate(filled):
        if count - last > _APART:
            break
        if _MENTION.search(lines[index].text):
            last = count
    end = filled[last]
    while end < len(lines) and lines[end].text.strip():
        end += 1
    return end


def _cut(lines: Lines, drops: list[bool], credits: Sequence[tuple[int, int]] = ()) -> Ruled:
    """Leave out the lines that are to be dropped; blank those of the credits."""
    mended = list(lines)
    changes: list[Change] = []
    for first, end in credits:
        changes.append(_change(lines[first:end], doubtful=True))
        mended[first:end] = [replace(line, text="") for line in lines[first:end]]
    for drop, run in groupby(range(len(lines)), key=drops.__getitem__):
        indexes = list(run)
        part = lines[indexes[0] : indexes[-1] + 1]
        if drop and any(line.text.strip() for line in part):
            changes.append(_change(part))
    kept = tuple(line for line, drop in zip(mended, drops, strict=True) if not drop)
    return kept, tuple(sorted(changes, key=lambda change: change.place.line or 0))


def _change(lines: Lines, *, doubtful: bool = False) -> Change:
    before = "\n".join(line.text for line in lines)
    return Change("boilerplate", lines[0].place, before, "", doubtful)


def _before_last_line(lines: Lines, start: int, end: int) -> int:
    last = end - 1
    while last > start and not lines[last].text.strip():
        last -= 1
    return last if last > start and _LAST_LINE.match(lines[last].text.strip()) else end


def _credits(lines: Lines, start: int, end: int, off: list[bool]) -> list[tuple[int, int]]:
    """Give the first paragraphs of the text that say who made the file."""
    found: list[tuple[int, int]] = []
    paragraphs = 0
    index = start
    while index < end and paragraphs < _NEAR:
        first = index
        while index < end and lines[index].text.strip():
            index += 1
        if index > first:
            paragraphs += 1
            if _CREDIT.match(lines[first].text.strip()) and not any(off[first:index]):
                found.append((first, index))
        index += 1
    return found
