"""Say how single lines were understood and what spoke for it; worked out only when it is asked."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import pairwise

from octavo.model import Decision, Evidence, Place
from octavo.structure.chunks import Chunk, Sort, Study
from octavo.structure.doubts import FLOWING, doubts_of, spots_of
from octavo.structure.evidence import weigh
from octavo.structure.headings import Weighed, weigh_heading
from octavo.structure.measure import fill
from octavo.structure.obeying import RULE_OF

_ROOM = 0.95  # of the measure: the next word would have fitted
_BEGINS: dict[Sort, str] = {
    "heading": "is a heading",
    "prose": "begins a paragraph",
    "quotation": "begins a paragraph of a quotation",
    "item": "begins an item of a list",
    "verse": "begins a stanza of verse",
    "scene": "is a break between scenes",
    "place": "begins what an e-mail quotes",
}
_GOES_ON: dict[Sort, str] = {
    "heading": "goes on with the heading",
    "prose": "goes on with the paragraph",
    "quotation": "goes on with the paragraph of a quotation",
    "item": "goes on with the item of a list",
    "verse": "is a line of verse",
    "scene": "is a break between scenes",
    "place": "begins what an e-mail quotes",
}
_ORDERED = Evidence("somebody has said so", 0.0)
_ORNAMENTS = Evidence("it has ornaments only", 0.0)
_FIRST = Evidence("the text begins with it", 0.0)
_NEW_MANNER = Evidence("the text is set in another manner from here on", 0.0)
_AFTER_OTHERS = Evidence("what stands above it is something else", 0.0)
_ABOVE_VERSE = Evidence("it stands alone above verse, with the capitals of a title", 0.0)
_OF_LETTER = Evidence("it stands by itself, as the edges of letters do", 0.0)
_IN_LETTER = Evidence("it belongs to a letter with a salutation and a signature", 0.0)
_UNBROKEN = Evidence("each line of this text is a paragraph", 0.0)


@dataclass(frozen=True, slots=True)
class Reading:
    """How a line was understood."""

    line: int
    rule: str  # that says what it is, as "paragraphs"
    first: bool  # its block or stanza begins with it
    block: tuple[int, int]  # the first and the last line of that
    above: int | None  # the first line of the block above, if that is running text, too
    blank: bool  # there is a blank line above it
    decisions: tuple[Decision, ...]  # what it is comes first


def explain(
    chunks: tuple[Chunk, ...], studies: tuple[Study, ...], wanted: frozenset[int]
) -> tuple[Reading, ...]:
    """Give the readings of lines; blank ones have none.

    Args:
        chunks: as they become blocks.
        studies: that they were made of.
        wanted: the numbers of the lines.
    """
    doubts: defaultdict[Place, list[Decision]] = defaultdict(list)
    for doubt in doubts_of(chunks, studies):
        doubts[doubt.place].append(doubt)
    spots = spots_of(studies)
    found: list[Reading] = []
    before: Chunk | None = None
    for chunk in chunks:
        for at, row in enumerate(chunk.rows if chunk.rows[0].text else ()):
            study, index = next(spots)
            if row.place.line in wanted:
                made = _with_doubts(_decisions(chunk, at, before, study, index), doubts[row.place])
                found.append(_reading(chunk, at, before, made))
        before = chunk
    return tuple(found)


def _with_doubts(made: Iterable[Decision], doubts: list[Decision]) -> tuple[Decision, ...]:
    """Mark the decisions that are doubtful, and add the doubts that are about something else."""
    evidence = [doubt.evidence for doubt in doubts]
    marked = tuple(replace(each, doubtful=each.evidence in evidence) for each in made)
    said = [each.evidence for each in marked]
    return (*marked, *(doubt for doubt in doubts if doubt.evidence not in said))


def _reading(
    chunk: Chunk, at: int, before: Chunk | None, decisions: tuple[Decision, ...]
) -> Reading:
    row = chunk.rows[at]
    flowing = chunk.sort in FLOWING and before is not None and before.sort in FLOWING
    return Reading(
        line=row.place.line or 0,
        rule=RULE_OF.get(chunk.sort, "quoting"),
        first=at == 0,
        block=(chunk.rows[0].place.line or 0, chunk.rows[-1].place.line or 0),
        above=before.rows[0].place.line if flowing and before is not None else None,
        blank=row.gap > 0 and not row.edge,
        decisions=decisions,
    )


def _decisions(
    chunk: Chunk, at: int, before: Chunk | None, study: Study, index: int
) -> Iterator[Decision]:
    place = chunk.rows[at].place
    what = _GOES_ON[chunk.sort] if at else _BEGINS[chunk.sort]
    heading = _as_heading(chunk, before if at == 0 else None, study, index)
    if chunk.ordered:
        yield Decision(place, what, (_ORDERED,))
    elif chunk.sort == "heading":
        found = study.roles.headings.get(index)
        above = (_ABOVE_VERSE,) if found is not None and found.verse_below else ()
        yield Decision(place, what, (*above, *(heading or ())))
    elif chunk.sort == "scene":
        yield Decision(place, what, (_ORNAMENTS,))
    elif chunk.sort == "verse":
        yield Decision(place, what, tuple(_of_verse(chunk)))
    else:
        yield Decision(place, what, _of_boundary(chunk, at, study, index))
        if chunk.sort == "quotation":
            letter = (_IN_LETTER,) if index in study.roles.letters.quoted else ()
            yield Decision(place, "is a quotation", (*letter, *_of_quotation(chunk)))
        if heading is not None:
            yield Decision(place, "is no heading", heading)


def _as_heading(chunk: Chunk, before: Chunk | None, study: Study, index: int) -> Weighed | None:
    if chunk.sort == "item":
        return None
    return weigh_heading(
        study.frame.rows,
        index,
        study.geometry,
        study.roles.series,
        study.frame.first,
        headed=index - 1 in study.roles.headings
        or (before is not None and before.sort == "heading"),
    )


def _of_boundary(chunk: Chunk, at: int, study: Study, index: int) -> tuple[Evidence, ...]:
    if at == 0 and chunk.marker is not None:
        marker = chunk.marker.text.strip()
        return (Evidence(f"it begins with {marker}, which counts on or repeats", 0.0),)
    if index == study.frame.first:
        return (_NEW_MANNER,) if index else (_FIRST,)
    if not study.geometry.wrapped:
        return (_UNBROKEN,)
    if index in study.roles.letters.lines:
        return (_OF_LETTER,)
    if study.scores[index] is None:
        return (_AFTER_OTHERS,)
    return weigh(study.frame.rows, index, study.geometry, study.weights)


def _of_verse(chunk: Chunk) -> Iterator[Evidence]:
    rows, width = chunk.rows, chunk.geometry.measure
    short = sum(fill(row, after, width) < _ROOM for row, after in pairwise(rows))
    open_ends = sum(not row.tail.stops for row in rows)
    large = sum(row.head.large for row in rows)
    yield Evidence(f"{short} of its {len(rows) - 1} line ends come before they have to", 0.0)
    yield Evidence(f"{open_ends} of its {len(rows)} lines end inside a sentence", 0.0)
    yield Evidence(f"{large} of them begin with a capital", 0.0)


def _of_quotation(chunk: Chunk) -> Iterator[Evidence]:
    rows, width = chunk.rows, chunk.geometry.measure
    deep = min(row.indent for row in rows)
    if deep:
        yield Evidence(f"its lines begin {deep} columns farther in", 0.0)
    if len(rows) > 1:
        share = max(row.end for row in rows[:-1]) / width
        yield Evidence(f"its lines reach {share:.0%} of the usual width at most", 0.0)
    if rows[0].gap > chunk.geometry.gap and not rows[0].edge:
        yield Evidence("there is more white above it than usual", 0.0)
