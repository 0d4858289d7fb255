"""Dashes and dots as they are typed → as they are printed."""

import re
from collections.abc import Iterator

from octavo.chapters.typography.signs import NO_BREAK, Edit, Signs

_HYPHENS = re.compile(r"(?<!-)--(-?)(?!-)")


def dashes(text: str, signs: Signs) -> Iterator[Edit]:
    """Make a dash of two or three hyphens."""
    for found in _HYPHENS.finditer(text):
        start, end = found.span()
        before, after = text[max(start - 1, 0) : start], text[end : end + 1]
        if found[1]:
            dash = "—"
        elif before.isdigit() and after.isdigit():
            dash = "–"
        else:
            white = not before.strip() and not after.strip()
            dash = signs.spaced if white else signs.closed
        yield start, end, dash


def ellipses(text: str, _: Signs) -> Iterator[Edit]:
    """Make one sign of three full stops, and keep those together that have spaces between them."""
    for found in _DOTS.finditer(text):
        yield *found.span(), NO_BREAK if found["white"] else "…"


# A fourth one ends the sentence.
_DOTS = re.compile(
    r"(?<!\.)\.\.\.(?=\.?(?!\.))|(?P<white>(?:(?<= \.)|(?<=\xa0\.)) (?=\.)|(?<=\.) (?=\.[ \xa0]\.))"
)
