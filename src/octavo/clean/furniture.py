"""The rule for page furniture: running heads and feet, page numbers."""

import re
from dataclasses import replace

from octavo.clean.folios import Facts
from octavo.clean.navigation import navigation
from octavo.clean.paged import paged
from octavo.clean.ruled import Lines, Ruled
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
    lines, bars = ruling(lines, guidance)
    facts = Facts(len(lines))  # nothing below moves a line, nor alters one that it leaves
    ruled = _dropped(lines, guidance, facts, _most(lines, guidance))
    lines, changes = ruled or _dropped(lines, guidance, facts, None) or (lines, ())
    return lines, bars + changes


def _most(lines: Lines, guidance: Guidance) -> float:
    """Give how many lines with letters can be furniture."""
    if guidance.forced("furniture"):
        return len(lines)
    pages = sum(line.text.startswith("\f") for line in lines)
    return max(sum(_is_lettered(line.text) for line in lines) * _MOST, pages * _EACH)


def _dropped(lines: Lines, guidance: Guidance, facts: Facts, most: float | None) -> Ruled | None:
    """Drop the furniture, round by round; None if it is more than so many lines with letters.

    Without a number, no line with letters is dropped at all.
    """
    changes: list[Change] = []
    gone = 0
    for _ in range(_ROUNDS):
        before = lines
        made: tuple[Change, ...] = ()
        if any(line.text.startswith("\f") for line in lines):
            lines, made = paged(lines, guidance, facts)
        # Some extractors mark one page end and not the next.
        lines, more = unpaged(lines, guidance, facts)
        if most is None:
            lines, made = _numbers(before, lines, made + more)
            more = ()
        gone += sum(_is_lettered(change.before) for change in made + more)
        if most is not None and gone > most:
            return None
        lines, links = navigation(lines, guidance)
        lines, ordered = _ordered(lines, guidance)
        changes += made + more + links + ordered
        if not made + more + links + ordered:
            break
    return lines, tuple(changes)


def _numbers(before: Lines, after: Lines, changes: tuple[Change, ...]) -> Ruled:
    """Give the lines with letters back."""
    kept = tuple(
        old if new is not old and _is_lettered(old.text) else new
        for old, new in zip(before, after, strict=True)
    )
    return kept, tuple(change for change in changes if not _is_lettered(change.before))


def _is_lettered(text: str) -> bool:
    return _LETTER.search(text) is not None


def _ordered(lines: Lines, guidance: Guidance) -> Ruled:
    """Drop the lines of which somebody says that they are furniture."""
    if not guidance.concerns(("furniture",)):
        return lines, ()
    kept = list(lines)
    changes: list[Change] = []
    for index, line in enumerate(lines):
        if line.text.strip() and guidance.ranged("furniture", line.place):
            changes.append(Change("furniture", line.place, line.text.strip(), ""))
            # Above and below is one column: a form feed would say more of the pages than is known.
            kept[index] = replace(line, text="\f" if line.text.startswith("\f") else "\v")
    return tuple(kept), tuple(changes)
