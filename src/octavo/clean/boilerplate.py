"""The rule for what archives put before and after their texts."""

import re
from dataclasses import replace

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
    kept: list[Line] = []
    changes: list[Change] = []
    for first, last, inside in _regions(lines):
        region = lines[first:last]
        if not inside:
            head, foot = _around(region)
            kept += region[head:foot]
            changes += _cut(region[:head]) + _cut(region[foot:])
            continue
        if last < len(lines):
            last = _before_last_line(lines, first, last)
            changes += _cut(lines[last : first + len(region)])
        body, credits = _without_credits(lines[first:last]) if first else (region[:last], ())
        kept += body
        changes += credits
    if not any(line.text.strip() for line in kept):
        return lines, ()  # nothing would be left: these are no header and footer
    return tuple(kept), tuple(changes)


def _regions(lines: Lines) -> list[tuple[int, int, bool]]:
    """Give (first line, line after the last, whether it is the text itself) in order."""
    marks = [
        (index, _START.match(line.text.strip()) is not None)
        for index, line in enumerate(lines)
        if line.text.lstrip().startswith("***") and _MARK.match(line.text.strip())
    ]
    inside = not marks or not marks[0][1]
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


def _cut(lines: Lines, *, doubtful: bool = False) -> tuple[Change, ...]:
    if not any(line.text.strip() for line in lines):
        return ()
    before = "\n".join(line.text for line in lines)
    return (Change("boilerplate", lines[0].place, before, "", doubtful),)


def _before_last_line(lines: Lines, start: int, end: int) -> int:
    last = end - 1
    while last > start and not lines[last].text.strip():
        last -= 1
    return last if last > start and _LAST_LINE.match(lines[last].text.strip()) else end


def _without_credits(lines: Lines) -> Ruled:
    kept: list[Line] = list(lines)
    changes: list[Change] = []
    paragraphs = 0
    index = 0
    while index < len(lines) and paragraphs < _NEAR:
        first = index
        while index < len(lines) and lines[index].text.strip():
            index += 1
        if index > first:
            paragraphs += 1
            if _CREDIT.match(lines[first].text.strip()):
                changes += _cut(lines[first:index], doubtful=True)
                kept[first:index] = [replace(line, text="") for line in lines[first:index]]
        index += 1
    return tuple(kept), tuple(changes)
