"""Cut the rows into chunks, one for each block to be, and say of what kind each is."""

from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Literal, TypeAlias

from octavo.structure.evidence import begins, learn
from octavo.structure.headings import Found, Kind, find_headings
from octavo.structure.items import Marker, find_markers
from octavo.structure.measure import Geometry, Row
from octavo.structure.quotations import is_deep, is_narrow, narrow_runs
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
    ordered: bool = False  # somebody said that it is what it is


def cut(rows: tuple[Row, ...], geometry: Geometry) -> tuple[Chunk, ...]:
    """Give the chunks in order; every row is in one of them."""
    lines = _roles(rows, geometry)
    starts = _starts(rows, geometry, lines)
    chunks = tuple(
        _chunk(rows[first:end], first, lines) for first, end in pairwise([*starts, len(rows)])
    )
    return _with_quotations(chunks, geometry)


@dataclass(frozen=True, slots=True)
class _Roles:
    """What was found out about single rows, by index from 0."""

    scenes: frozenset[int]
    markers: dict[int, Marker]
    headings: dict[int, Found]
    poems: dict[int, int]  # the first row of a stanza: its last
    verse: frozenset[int]


def _roles(rows: tuple[Row, ...], geometry: Geometry) -> _Roles:
    scenes = frozenset(index for index, row in enumerate(rows) if is_scene_break(row.text))
    markers = find_markers(rows, scenes)
    headings = find_headings(rows, geometry, scenes | markers.keys())
    poems = find_verse(rows, geometry, scenes | headings.keys() | markers.keys())
    verse = frozenset(row for poem in poems for row in range(poem.first, poem.last + 1))
    return _Roles(scenes, markers, headings, {poem.first: poem.last for poem in poems}, verse)


def _starts(rows: tuple[Row, ...], geometry: Geometry, lines: _Roles) -> list[int]:
    """Give the rows that a chunk begins with."""
    taken = lines.scenes | lines.headings.keys() | lines.verse
    weights = learn(rows, geometry, taken)
    starts: list[int] = []
    for index in range(len(rows)):
        if index in lines.headings:
            new = not lines.headings[index].goes_on
        elif index in taken:
            new = index in lines.poems or index in lines.scenes
        else:
            new = (
                index == 0
                or index - 1 in taken
                or index in lines.markers
                or not geometry.wrapped
                or begins(rows, index, geometry, weights) > 0
            )
        if new:
            starts.append(index)
    return starts


def _chunk(part: tuple[Row, ...], first: int, lines: _Roles) -> Chunk:
    if first in lines.scenes:
        return Chunk("scene", part)
    if first in lines.headings:
        return Chunk("heading", part, heading=lines.headings[first].kind)
    if first in lines.poems:
        return Chunk("verse", part)
    if first in lines.markers:
        return Chunk("item", part, marker=lines.markers[first])
    return Chunk("prose", part)


def _with_quotations(chunks: tuple[Chunk, ...], geometry: Geometry) -> tuple[Chunk, ...]:
    """Make quotations of prose that is set deeper or narrower."""
    if not geometry.wrapped:
        return chunks
    made: list[Chunk] = []
    for group, set_off in _between_gaps(chunks, geometry):
        paragraphs = tuple(chunk.rows for chunk in group if chunk.sort == "prose")
        whole = set_off and len(paragraphs) == len(group)
        narrow = whole and is_narrow(paragraphs, geometry, set_off=True)
        for chunk in group:
            quoted = narrow or (
                chunk.sort == "prose"
                and (
                    is_deep(chunk.rows, geometry)
                    or is_narrow((chunk.rows,), geometry, set_off=False)
                )
            )
            made.append(replace(chunk, sort="quotation") if quoted else chunk)
    runs = narrow_runs(
        [chunk.rows if chunk.sort in ("prose", "quotation") else None for chunk in made], geometry
    )
    return tuple(
        replace(chunk, sort="quotation") if index in runs else chunk
        for index, chunk in enumerate(made)
    )


def _between_gaps(chunks: tuple[Chunk, ...], geometry: Geometry) -> list[tuple[list[Chunk], bool]]:
    """Group the chunks at gaps wider than usual; say which groups have one on both sides."""
    groups: list[list[Chunk]] = []
    for chunk in chunks:
        if not groups or chunk.rows[0].gap > geometry.gap:
            groups.append([])
        groups[-1].append(chunk)
    return [(group, 0 < number < len(groups) - 1) for number, group in enumerate(groups)]
