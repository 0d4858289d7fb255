"""Cut the rows into chunks, one for each block to be, and say of what kind each is."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final, Literal, TypeAlias

from octavo.model import Place
from octavo.structure.cast import cast_of
from octavo.structure.epigraphs import find_epigraphs
from octavo.structure.evidence import (
    Weights,
    learn,
    letters_of,
    observe,
    observe_again,
    score,
    sum_of,
)
from octavo.structure.headers import find_headers
from octavo.structure.headings import Found, Kind, Weighed, find_headings, kind_of, series_of
from octavo.structure.items import Marker, find_markers
from octavo.structure.letters import Letters, find_letters
from octavo.structure.measure import Geometry, Region, Row
from octavo.structure.poems import find_poems
from octavo.structure.quotations import is_deep, is_narrow, narrow_runs
from octavo.structure.scene import is_scene_break
from octavo.structure.speakers import Speaker, find_speakers
from octavo.structure.verse import rows_in
from octavo.structure.wording import is_place

Sort: TypeAlias = Literal["heading", "prose", "quotation", "item", "verse", "scene", "place"]


@dataclass(slots=True, eq=False)  # frozen by its types alone, as rows are
class Chunk:
    """The rows of one block, or of one stanza."""

    sort: Final[Sort]
    rows: Final[tuple[Row, ...]]
    geometry: Final[Geometry]  # what is usual around them
    heading: Final[Kind | None] = None
    marker: Final[Marker | None] = None
    ordered: Final[bool] = False  # somebody said that it is what it is
    name: Final[int] = 0  # characters of the speaker's name that it begins with


@dataclass(frozen=True, slots=True)
class Study:
    """What was found out about a region."""

    frame: "Frame"
    geometry: Geometry
    roles: "Roles"
    weights: Weights
    scores: tuple[float | None, ...]  # as `begins` gives them; None: it did not come to that


def study(regions: tuple[Region, ...]) -> tuple[Study, ...]:
    """Find out what the rows of each region are, and what its layout says."""
    series = series_of(regions)
    cast = cast_of(regions)
    frames = _framed(regions)
    roles = [
        _roles(frame, region.geometry, series)
        for frame, region in zip(frames, regions, strict=True)
    ]
    cues = [
        observe(frame.rows, region.geometry, lines.taken | frame.margin)
        for frame, region, lines in zip(frames, regions, roles, strict=True)
    ]
    said = [
        letters_of(frame.rows, region.geometry, lines.taken | frame.margin, cast)
        for frame, region, lines in zip(frames, regions, roles, strict=True)
    ]
    everywhere = sum_of(cues)
    cues = [
        observe_again(
            frame.rows,
            region.geometry,
            lines.taken | frame.margin,
            letters,
            learn(seen, everywhere, cast),
        )
        for frame, region, lines, letters, seen in zip(
            frames, regions, roles, said, cues, strict=True
        )
    ]
    everywhere = sum_of(cues)
    made: list[Study] = []
    for frame, region, lines, letters, seen in zip(frames, regions, roles, said, cues, strict=True):
        weights = learn(seen, everywhere, cast)
        scores = _scores(frame, region.geometry, lines, letters, weights)
        made.append(Study(frame, region.geometry, lines, weights, scores))
    return tuple(made)


def cut(studies: tuple[Study, ...]) -> tuple[Chunk, ...]:
    """Give the chunks in order; every row is in one of them, and none is in two regions."""
    chunks: list[Chunk] = []
    for found in studies:
        frame, lines = found.frame, found.roles
        starts = _starts(found)
        made = tuple(
            _chunk(frame.rows[first:end], first, lines, found.geometry)
            for first, end in pairwise([*starts, frame.end])
        )
        made = _with_quotations(made, found.geometry)
        chunks += _with_letters(made, starts, lines.letters)
    return tuple(chunks)


@dataclass(frozen=True, slots=True)
class Frame:
    """A region's rows, `first` to `end`, the latter not included, and the rows beside them."""

    rows: tuple[Row, ...]
    first: int
    end: int

    @property
    def margin(self) -> frozenset[int]:
        """The indexes of the rows beside the region."""
        return frozenset((*range(self.first), *range(self.end, len(self.rows))))


def _framed(regions: tuple[Region, ...]) -> list[Frame]:
    frames: list[Frame] = []
    for number, region in enumerate(regions):
        before = regions[number - 1].rows[-1:] if number else ()
        after = regions[number + 1].rows[:1] if number + 1 < len(regions) else ()
        rows = (*before, *region.rows, *after)
        frames.append(Frame(rows, len(before), len(rows) - len(after)))
    return frames


@dataclass(frozen=True, slots=True)
class Roles:
    """What was found out about single rows, by index from 0."""

    scenes: frozenset[int]
    markers: dict[int, Marker]
    headings: dict[int, Found]
    series: frozenset[Place]  # of rows that count, in the whole text
    close: dict[int, Weighed]  # rows that nearly are headings or nearly are none
    poems: dict[int, int]  # the first row of a stanza: its last
    verse: frozenset[int]
    headers: frozenset[int]  # of e-mails, and speakers: something begins there
    speakers: dict[int, Speaker]
    letters: Letters

    @property
    def taken(self) -> frozenset[int]:
        """The rows that are no prose."""
        return self.scenes | self.headings.keys() | self.verse


def _roles(frame: Frame, geometry: Geometry, series: frozenset[Place]) -> Roles:
    rows, margin = frame.rows, frame.margin
    scenes = frozenset(
        index
        for index, row in enumerate(rows)
        if (is_scene_break(row.text) or is_place(row.text)) and index not in margin
    )
    speakers = {at: found for at, found in find_speakers(rows).items() if at not in margin}
    headers = (find_headers(rows) | speakers.keys()) - margin
    markers = find_markers(rows, scenes | headers | margin)
    elsewhere = scenes | headers | markers.keys() | margin
    headings = find_headings(rows, geometry, elsewhere, series, frame.first)
    taken = scenes | headers | headings.found.keys() | markers.keys() | margin
    letters = find_letters(rows, geometry, taken)
    names, epigraphs = find_epigraphs(rows, geometry, taken)
    letters = Letters(letters.lines | names, letters.quoted | epigraphs)
    poems, titles = find_poems(rows, geometry, taken | letters.lines)
    verse = rows_in(poems)
    stanzas = {poem.first: poem.last for poem in poems}
    above = {at: Found(kind_of(rows[at].text), goes_on=False, verse_below=True) for at in titles}
    found, close = headings.found | above, headings.close
    return Roles(scenes, markers, found, series, close, stanzas, verse, headers, speakers, letters)


def _scores(
    frame: Frame, geometry: Geometry, lines: Roles, said: Sequence[float], weights: Weights
) -> tuple[float | None, ...]:
    """Weigh whether something new begins, with each row where nothing else says so."""
    apart = (lines.headers - lines.speakers.keys()) | lines.letters.lines
    closed = lines.taken | apart | frame.margin  # after these, something new begins
    taken = closed | lines.headers | lines.markers.keys()
    scores: list[float | None] = [None] * len(frame.rows)
    for index in range(1, len(frame.rows)) if geometry.wrapped else ():
        if index not in taken and index - 1 not in closed:
            scores[index] = score(frame.rows, index, geometry, said[index], weights)
    return tuple(scores)


def _starts(found: Study) -> list[int]:
    """Give the rows that a chunk begins with."""
    frame, lines = found.frame, found.roles
    taken = lines.taken
    starts: list[int] = []
    for index in range(frame.first, frame.end):
        above = lines.speakers.get(index - 1)
        if above is not None and above.alone and index not in taken and index != frame.first:
            new = index in lines.markers or index in lines.headers
        elif index in lines.headings:
            new = not lines.headings[index].goes_on
        elif index in taken:
            new = index in lines.poems or bool({index - 1, index} & lines.scenes)
        else:
            score = found.scores[index]
            new = score is None or score > 0
        if new:
            starts.append(index)
    return starts


def _chunk(part: tuple[Row, ...], first: int, lines: Roles, geometry: Geometry) -> Chunk:
    if first in lines.scenes:
        return Chunk("place" if is_place(part[0].text) else "scene", part, geometry)
    if first in lines.headings:
        return Chunk("heading", part, geometry, heading=lines.headings[first].kind)
    if first in lines.verse:
        return Chunk("verse", part, geometry)
    if first in lines.markers:
        return Chunk("item", part, geometry, marker=lines.markers[first])
    speaker = lines.speakers.get(first)
    return Chunk("prose", part, geometry, name=speaker.length if speaker else 0)


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
                and not chunk.name
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


def _with_letters(
    chunks: tuple[Chunk, ...], starts: list[int], letters: Letters
) -> tuple[Chunk, ...]:
    """Make quotations of letters that are quoted, and of lines of letters beside a quotation."""
    made = [
        replace(chunk, sort="quotation")
        if chunk.sort == "prose" and first in letters.quoted
        else chunk
        for first, chunk in zip(starts, chunks, strict=True)
    ]
    alone = [at for at, first in enumerate(starts) if first in letters.lines]
    for order, step in ((alone, -1), (alone[::-1], 1)):
        for at in order:
            beside = made[at + step].sort if 0 <= at + step < len(made) else None
            if made[at].sort == "prose" and beside == "quotation":
                made[at] = replace(made[at], sort="quotation")
    return tuple(made)


def _between_gaps(chunks: tuple[Chunk, ...], geometry: Geometry) -> list[tuple[list[Chunk], bool]]:
    """Group the chunks at gaps wider than usual; say which groups have one on both sides."""
    groups: list[list[Chunk]] = []
    for chunk in chunks:
        if not groups or chunk.rows[0].gap > geometry.gap:
            groups.append([])
        groups[-1].append(chunk)
    return [(group, 0 < number < len(groups) - 1) for number, group in enumerate(groups)]
