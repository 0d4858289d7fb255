"""The rule for columns that stand side by side."""

import re
import unicodedata
from collections import Counter
from dataclasses import replace
from typing import TypeAlias

from octavo.clean.folios import key_of
from octavo.clean.gutters import ENOUGH, Gutters, cells_of, find_gutters, gutters_of
from octavo.clean.ruled import Lines, Ruled
from octavo.clean.strips import Strip, strips_of
from octavo.guidance import Guidance
from octavo.model import Change, Line

_LETTERS = 90  # a row with more is text, not a running head
_EDGE_ROWS = 2  # at the head and at the foot of a page
_FOLIO = re.compile(r"\W*\d{1,4}\W*")
_DOUBTFUL = 8.5  # evidence below: a person should look

_Rows: TypeAlias = list[str]


def columns(lines: Lines, guidance: Guidance) -> Ruled:
    r"""Put columns that were read side by side one below the other, page by page.

    A gutter is a band of white down a page with running text on all its sides: many rows, columns
    of like width, lines that reach far and go on with small letters. Lines across a gutter, and
    heads and feet, stay where they are, and columns end there. The columns of Arabic and Hebrew
    are read from the right. The first line of a column starts with a vertical tab, and its place
    has a column. Wrong for two texts that were meant to stand side by side, such as a translation
    beside its original.

    >>> from octavo.model import Line, Place
    >>> rows = [
    ...     "The river had risen     was still. Then the",
    ...     "in the night and        bell rang, and they",
    ...     "stood at the bridge     ran up to the house",
    ...     "when the boys came      where a lamp was",
    ...     "down to look at it.     burning. The miller",
    ...     "Nobody else was         was at the door and",
    ...     "about, and the mill     asked who it was.",
    ... ]
    >>> lines = tuple(Line(row, Place("a.txt", number)) for number, row in enumerate(rows, 1))
    >>> [line.text for line in columns(lines, Guidance())[0][6:9]]
    ['about, and the mill', '\x0bwas still. Then the', 'bell rang, and they']
    """
    pages = _pages(lines)
    texts = [[line.text.removeprefix("\f") for line in page] for page in pages]
    kept: list[Line] = []
    changes: list[Change] = []
    found = _guided(pages, texts, find_gutters(texts), guidance)
    if not any(gutters for gutters, _ in found):
        return lines, ()
    repeated = _repeated(texts)
    for page, rows, (gutters, apart) in zip(pages, texts, found, strict=True):
        if gutters is None:
            kept += page
            continue
        edges = _furniture(rows, gutters.cuts, repeated)
        for strip in strips_of(rows, gutters.cuts, edges | apart):
            before = page[strip.first : strip.end]
            after = _one_below_the_other(page, before, strip) if strip.columns else before
            kept += after
            if strip.columns:
                changes.append(_change(before, after, gutters))
    return tuple(kept), tuple(changes)


def _guided(
    pages: list[Lines], texts: list[_Rows], found: list[Gutters | None], guidance: Guidance
) -> list[tuple[Gutters | None, set[int]]]:
    """Give each page's gutters, and the rows that are to stay as they are."""
    nothing: set[int] = set()
    if not guidance.concerns(("columns",)):
        return [(gutters, nothing) for gutters in found]
    done = any(line.place.column is not None for page in pages for line in page)
    guided: list[tuple[Gutters | None, set[int]]] = []
    for page, rows, gutters in zip(pages, texts, found, strict=True):
        apart = {at for at, line in enumerate(page) if guidance.off("columns", line.place)}
        forced = [at for at, line in enumerate(page) if guidance.forced("columns", line.place)]
        if any(line.place.column is not None for line in page):
            gutters = None  # its columns are one below the other already
        elif gutters is None and forced and not done:
            gutters = gutters_of([rows[at] for at in forced])
            apart = set(range(len(page))) - set(forced)
        guided.append((gutters, apart))
    return guided


def _pages(lines: Lines) -> list[Lines]:
    """Cut the text at form feeds; one without any, where two blank lines follow each other."""
    starts = [index for index, line in enumerate(lines) if line.text[:1] == "\f"]
    if not starts:
        filled = [bool(line.text.strip()) for line in lines]
        above = zip(filled, filled[1:], filled[2:], strict=False)
        starts = [at for at, rows in enumerate(above, 2) if rows == (False, False, True)]
    starts = [0, *(start for start in starts if start)]
    return [lines[first:end] for first, end in zip(starts, [*starts[1:], None], strict=True)]


def _repeated(pages: list[_Rows]) -> set[str]:
    """Give the letters of the rows that stand at the edges of several pages."""
    keys: Counter[str] = Counter()
    for rows in pages:
        head, foot = _edges(rows)
        keys.update({key_of(rows[index].strip()) for index in head + foot})
    return {key for key, count in keys.items() if count > 1 and 0 < len(key) <= _LETTERS}


def _edges(rows: _Rows) -> tuple[list[int], list[int]]:
    """Give the outermost rows with text at the head and at the foot, from the edge inwards."""
    filled = [index for index, row in enumerate(rows) if row.strip()]
    return filled[:_EDGE_ROWS], filled[::-1][:_EDGE_ROWS]


def _furniture(rows: _Rows, cuts: tuple[int, ...], repeated: set[str]) -> set[int]:
    """Give the rows at a page's edges that are no part of its columns: heads, feet, folios."""
    found: set[int] = set()
    for edge in _edges(rows):
        for index in edge:
            cells = cells_of(rows[index], cuts) or ()
            numbered = any(_FOLIO.fullmatch(cell.text) for cell in cells)
            if not numbered and key_of(rows[index].strip()) not in repeated:
                break
            found.add(index)
    return found


def _one_below_the_other(page: Lines, rows: Lines, strip: Strip) -> Lines:
    """Give the lines of the columns in reading order, each with its indent in the column."""
    order = strip.columns[::-1] if _is_from_right(rows) else strip.columns
    made: list[Line] = []
    edge = "\f" if rows[0].text.startswith("\f") else ""
    for column in order:
        for entry in column:
            place = page[entry.row].place
            if entry.column:
                place = replace(place, column=entry.column + 1)
            made.append(Line(edge + entry.text, place))
            edge = ""
        edge = "\v"
    return tuple(made)


def _change(before: Lines, after: Lines, gutters: Gutters) -> Change:
    old, new = ("\n".join(line.text for line in lines) for lines in (before, after))
    why = f"the evidence is {gutters.evidence:.1f}; {ENOUGH:g} is enough"
    return Change("columns", before[0].place, old, new, gutters.evidence < _DOUBTFUL, why)


def _is_from_right(page: Lines) -> bool:
    letters = [char for line in page for char in line.text if char.isalpha()]
    return sum(unicodedata.bidirectional(char) in ("R", "AL") for char in letters) * 2 > len(
        letters
    )
