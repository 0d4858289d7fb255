"""The rule for page furniture: running heads and feet, page numbers."""

import re

from octavo.clean.navigation import navigation
from octavo.clean.paged import paged
from octavo.clean.rows import Facts, Rows, Taken, rows_of
from octavo.clean.ruled import Lines, Ruled, with_text
from octavo.clean.ruling import ruling
from octavo.clean.unpaged import unpaged
from octavo.guidance import Guidance
from octavo.model import Change

_ROUNDS = 12  # taking furniture away can show more of it
_MOST = 1 / 3  # of the lines with letters, or
_EACH = 2  # lines with letters on each page: what repeats more often is the text itself
_LETTER = re.compile(r"[^\W\d_]")


def furniture(lines: Lines, guidance: Guidance) -> Ruled:
    """Drop running heads and feet and page numbers.

    With form feeds: lines at the top or foot of pages that repeat but for their numbers (compared
    by their letters, because heads are often letter-spaced), and numbers that count the pages.
    Without, or besides: such lines where they interrupt sentences; a form feed takes their place.
    In a text that repeats itself that would be a good part of it: then only bare numbers go.
    The links before and after the text of a web page go too, and a rule down the margin. Wrong
    where a short line of text happens to stand at the top of several pages.
    """
    facts = Facts(lines)
    lines, bars = ruling(facts, guidance)
    gone, changes = _gone(Facts(lines) if bars else facts, guidance)
    if not gone:
        return lines, bars + changes
    kept = list(lines)
    for index, left in gone.items():
        kept[index] = with_text(lines[index], left)
    return tuple(kept), bars + changes


def _gone(facts: Facts, guidance: Guidance) -> tuple[dict[int, str], tuple[Change, ...]]:
    """Give what is left of the lines that are furniture, by index, and the changes."""
    rows = rows_of(facts)
    begun = paged(rows, guidance) if rows.starts else (rows, ())
    most = _most(rows, guidance)
    ruled = _dropped(rows, begun, guidance, most) or _dropped(rows, begun, guidance, None)
    rows, changes = ruled or (rows, ())
    return rows.gone, changes


def _most(rows: Rows, guidance: Guidance) -> float:
    """Give how many lines with letters can be furniture."""
    if guidance.forced("furniture"):
        return len(rows.texts)
    lettered = len(list(filter(_LETTER.search, rows.texts)))
    return max(lettered * _MOST, len(rows.starts) * _EACH)


def _dropped(rows: Rows, begun: Taken, guidance: Guidance, most: float | None) -> Taken | None:
    """Drop the furniture, round by round; None if it is more than so many lines with letters.

    Without a number, no line with letters is dropped at all.

    Args:
        rows: of the text.
        begun: what `paged` makes of them.
        guidance: the orders.
        most: how many lines with letters can be furniture.
    """
    changes: list[Change] = []
    gone = 0
    calm: Rows | None = None  # where no sentence is interrupted any more
    for turn in range(_ROUNDS):
        before = rows
        made: tuple[Change, ...] = ()
        if not turn:
            rows, made = begun
        elif rows.starts:
            rows, made = paged(rows, guidance)
        if most is not None and gone + _lettered(made) > most:
            return None
        if rows is not calm:
            # Some extractors mark one page end and not the next.
            rows, more = unpaged(rows, guidance)
            made += more
            calm = None if more else rows
        if most is None:
            rows, made = _numbers(before, rows, made)
        gone += _lettered(made)
        if most is not None and gone > most:
            return None
        rows, links = navigation(rows, guidance)
        rows, ordered = _ordered(rows, guidance)
        made += links + ordered
        changes += made
        if not made:
            break
    return rows, tuple(changes)


def _numbers(before: Rows, after: Rows, changes: tuple[Change, ...]) -> Taken:
    """Give the lines with letters back."""
    taken = {
        index: left
        for index, left in after.gone.items()
        if index not in before.gone and not _is_lettered(before.texts[index])
    }
    kept = tuple(change for change in changes if not _is_lettered(change.before))
    return before.without(taken), kept


def _lettered(changes: tuple[Change, ...]) -> int:
    return sum(_is_lettered(change.before) for change in changes)


def _is_lettered(text: str) -> bool:
    return _LETTER.search(text) is not None


def _ordered(rows: Rows, guidance: Guidance) -> Taken:
    """Drop the lines of which somebody says that they are furniture."""
    if not guidance.concerns(("furniture",)):
        return rows, ()
    taken: dict[int, str] = {}
    changes: list[Change] = []
    for index in rows.filled:
        place = rows.facts.lines[index].place
        if guidance.ranged("furniture", place):
            changes.append(Change("furniture", place, rows.texts[index], ""))
            # Above and below is one column: a form feed would say more of the pages than is known.
            taken[index] = rows.rest(index) or "\v"
    return rows.without(taken), tuple(changes)
