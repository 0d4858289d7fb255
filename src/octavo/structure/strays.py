"""Put the numbers of notes back before their notes where an extractor left them below."""

import re
from collections import Counter
from itertools import pairwise

from octavo.model import Line
from octavo.structure.marks import marks_in
from octavo.structure.pages import edges_of
from octavo.structure.wording import ends_sentence, proportional, starts_small

_NUMBER = re.compile(r"[0-9]{1,3}")
_WIDE = 1.1  # of the text's usual full line: smaller type has more letters on a line
_SHORT = 0.9  # of the widest line of the notes
_MOST = 60  # lines of notes on a page
_FEW = 2  # numbers in order and in place say more than any width


def in_place(lines: tuple[Line, ...]) -> tuple[Line, ...]:
    """Give the lines with raised numbers above the notes that they belong to.

    Raised numbers stand a little higher than their line. Some extractors give the first ones of a
    page after all its notes, at the foot. How many there are tells how many notes to look for;
    where they begin is told by a blank line, or by lines that are longer than those of the text.
    """
    edges = [0, *(edge for edge in edges_of(lines) if edge), len(lines)]
    pages = [lines[first:end] for first, end in pairwise(edges)]
    numbered = [_ends_with_number(page) for page in pages]
    full = _full(lines) if any(numbered) and len(pages) > 1 else 0.0
    order: list[Line] = []
    above: set[str] = set()
    for page, number, next_one in zip(pages, numbered, [*numbered[1:], False], strict=True):
        labels = _labels(page) if number or next_one else set()
        order += _mended(page, labels | above, full) if number else page
        above = labels
    return tuple(order)


def _ends_with_number(page: tuple[Line, ...]) -> bool:
    """Tell whether the last line of a page is a number; no other page has any to put back."""
    last = next((text for line in reversed(page) if (text := line.text.strip())), "")
    return _NUMBER.fullmatch(last) is not None


def _labels(page: tuple[Line, ...]) -> set[str]:
    """Give the numbers on a page that may be marks of notes, glued to words."""
    marks = (mark for line in page for mark in marks_in(0, line.text))
    return {mark.label for mark in marks if mark.sign == "digit"}


def _full(lines: tuple[Line, ...]) -> float:
    """Give the usual width of a line that the next goes on from."""
    widths = sorted(
        proportional(line.text.strip("\f\v "))
        for line, after in pairwise(lines)
        if line.text.strip() and after.text.strip() and starts_small(after.text.strip())
    )
    return widths[len(widths) // 2] if widths else 0.0


def _mended(page: tuple[Line, ...], labels: set[str], full: float) -> tuple[Line, ...]:
    rows = [row for row, line in enumerate(page) if line.text.strip("\f\v ")]
    strays = _strays(page, rows, labels)
    if not strays:
        return page
    after = str(int(page[strays[-1]].text) + 1)
    stop = next((row for row in rows[-_MOST:] if page[row].text.strip() == after), strays[0])
    starts = _starts(page, [row for row in rows if row < stop], len(strays), full)
    if len(starts) != len(strays):
        return page
    above = dict(zip(starts, strays, strict=True))
    moved = set(strays)
    order: list[Line] = []
    for row, line in enumerate(page):
        if row in above:
            order.append(page[above[row]])
        if row not in moved:
            order.append(line)
    return tuple(order)


def _strays(page: tuple[Line, ...], rows: list[int], labels: set[str]) -> list[int]:
    """Give the rows of the numbers at the foot of a page, which count.

    A number that also stands alone above is a page number here.
    """
    found: list[int] = []
    alone = Counter(text for row in rows if (text := page[row].text.strip()).isdecimal())
    for row in reversed(rows[1:]):
        text = page[row].text.strip()
        if not _NUMBER.fullmatch(text) or text not in labels or page[row].text[0] in "\f\v":
            break
        if alone[text] > 1:
            break
        if found and int(text) + 1 != int(page[found[-1]].text):
            break
        found.append(row)
    return found[::-1]


def _starts(page: tuple[Line, ...], rows: list[int], count: int, full: float) -> list[int]:
    """Give the rows that so many notes above a row begin with; none if it cannot be told."""
    texts = [page[row].text.strip("\f\v ") for row in rows]
    at = len(rows)
    while at > max(0, len(rows) - _MOST):
        text = texts[at - 1]
        wide = proportional(text) > full * _WIDE
        if not wide and not ends_sentence(text) and at < len(rows):
            break
        at -= 1
        if at and rows[at] - rows[at - 1] > 1 and len(rows) - at >= count:
            break
    while at < len(rows) and starts_small(texts[at]):
        at += 1
    widest = max(map(len, texts[at:]), default=0)
    starts = [
        rows[n]
        for n in range(at, len(rows))
        if n == at
        or (
            ends_sentence(texts[n - 1])
            and len(texts[n - 1]) < widest * _SHORT
            and not starts_small(texts[n])
        )
    ]
    return starts[-count:] if at or len(starts) == count else []
