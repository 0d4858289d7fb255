"""Cut the rows into chunks, one for each block to be, and say of what kind each is."""

from dataclasses import dataclass
from typing import Literal, TypeAlias

from octavo.structure.evidence import begins, learn
from octavo.structure.headings import Kind, find_headings
from octavo.structure.items import Marker, find_markers
from octavo.structure.measure import Geometry, Row
from octavo.structure.quotations import Setting, is_quotation
from octavo.structure.scene import is_scene_break
from octavo.structure.verse import find_verse

Sort: TypeAlias = Literal["heading", "prose", "quotation", "item", "verse", "scene"]


@dataclass(frozen=True, slots=True)
class Chunk:
    """The rows of one block, or of one stanza."""

    sort: Sort
    rows: tuple[Row, ...]
    heading: Kind | None = None
    marker: Marker | None = None


def cut(rows: tuple[Row, ...], geometry: Geometry) -> tuple[Chunk, ...]:
    """Give the chunks in order; every row is in one of them."""
    scenes = frozenset(index for index, row in enumerate(rows) if is_scene_break(row.text))
    markers = find_markers(rows, scenes)
    headings = find_headings(rows, geometry)
    headings = {
        index: found
        for index, found in headings.items()
        if index not in markers and index not in scenes
    }
    poems = find_verse(rows, geometry, scenes | headings.keys() | markers.keys())
    last_of = {poem.first: poem.last for poem in poems}
    inside = frozenset(row for poem in poems for row in range(poem.first, poem.last + 1))
    taken = scenes | headings.keys() | inside
    weights = learn(rows, geometry, taken)
    starts = [
        index
        for index in range(len(rows))
        if not (index in inside and index not in last_of)
        and not (index in headings and headings[index].goes_on)
        and (
            index == 0
            or index in taken
            or index - 1 in taken
            or index in markers
            or not geometry.wrapped
            or begins(rows, index, geometry, weights) > 0
        )
    ]
    chunks: list[Chunk] = []
    for first, end in zip(starts, [*starts[1:], len(rows)], strict=True):
        part = rows[first:end]
        if first in scenes:
            chunks.append(Chunk("scene", part))
        elif first in headings:
            chunks.append(Chunk("heading", part, heading=headings[first].kind))
        elif first in last_of:
            chunks.append(Chunk("verse", part))
        elif first in markers:
            chunks.append(Chunk("item", part, marker=markers[first]))
        else:
            gap_after = rows[end].gap if end < len(rows) else geometry.gap + 1
            quoted = is_quotation(part, Setting(geometry, part[0].gap, gap_after))
            chunks.append(Chunk("quotation" if quoted else "prose", part))
    return tuple(chunks)
