"""Find the breaks between scenes that are made by white space alone."""

from dataclasses import replace
from itertools import pairwise

from octavo.guidance import Guidance
from octavo.structure.chunks import Chunk

_LEAST = 2  # blank lines: a single one may be astray
_SELDOM = 8  # paragraphs for each break at least: else white space is this text's usual sign
_APART = 3  # paragraphs between two breaks: a line between two white ones is set off


def with_breaks(chunks: tuple[Chunk, ...], guidance: Guidance) -> tuple[Chunk, ...]:
    """Put a break where blank lines stand between paragraphs that otherwise have only an indent.

    There must be two at least, in few places, between sentences and never inside a paragraph.
    Wrong where a page was left half empty.
    """
    gaps = _gaps(chunks)
    made: list[Chunk] = []
    for index, chunk in enumerate(chunks):
        row = chunk.rows[0]
        if index in gaps and not guidance.off("scene-breaks", row.place):
            made.append(Chunk("scene", (replace(row, text=""),), chunk.geometry))
        made.append(chunk)
    return tuple(made)


def _gaps(chunks: tuple[Chunk, ...]) -> set[int]:
    prose = [chunk for chunk in chunks if chunk.sort == "prose" and not chunk.name]
    inside = sum(bool(row.gap) and not row.edge for chunk in prose for row in chunk.rows[1:])
    if inside or any(chunk.geometry.gap or not chunk.geometry.indent for chunk in prose):
        return set()
    found = [index for index in range(1, len(chunks)) if _divides(chunks[index - 1], chunks[index])]
    close = any(after - index < _APART for index, after in pairwise(found))
    return set() if close or len(found) * _SELDOM > len(prose) else set(found)


def _divides(before: Chunk, after: Chunk) -> bool:
    """Tell whether there is white space between two paragraphs."""
    row = after.rows[0]
    both = before.sort == after.sort == "prose" and not (before.name or after.name)
    if not both or row.gap < _LEAST or row.edge:
        return False
    return before.rows[-1].tail.stops and not row.head.small
