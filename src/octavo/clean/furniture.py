"""The rule for page furniture: running heads and feet, page numbers."""

from dataclasses import replace

from octavo.clean.folios import Keys
from octavo.clean.navigation import navigation
from octavo.clean.paged import paged
from octavo.clean.ruled import Lines, Ruled
from octavo.clean.ruling import ruling
from octavo.clean.unpaged import unpaged
from octavo.guidance import Guidance
from octavo.model import Change

_ROUNDS = 12  # taking furniture away can show more of it


def furniture(lines: Lines, guidance: Guidance) -> Ruled:
    """Drop running heads and feet and page numbers.

    With form feeds: lines at the top or foot of pages that repeat but for their numbers (compared
    by their letters, because heads are often letter-spaced), and numbers that count the pages.
    Without, or besides: such lines where they interrupt sentences; a form feed takes their place.
    The links before and after the text of a web page go too, and a rule down the margin. Wrong
    where a short line of text happens to stand at the top of several pages.
    """
    lines, bars = ruling(lines, guidance)
    changes = [*bars]
    keys = Keys(len(lines))  # nothing below moves a line, nor alters one that it leaves
    for _ in range(_ROUNDS):
        made: tuple[Change, ...] = ()
        if any(line.text.startswith("\f") for line in lines):
            lines, made = paged(lines, guidance, keys)
        # Some extractors mark one page end and not the next.
        lines, more = unpaged(lines, guidance, keys)
        lines, links = navigation(lines, guidance)
        lines, ordered = _ordered(lines, guidance)
        changes += made + more + links + ordered
        if not made + more + links + ordered:
            break
    return lines, tuple(changes)


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
