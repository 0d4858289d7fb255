"""Tell which decisions might as well have been made otherwise, for a person to look at.

The thresholds were chosen by measuring: most of the wrong boundaries and headings are among the
doubtful ones, and a reader is asked to look at two or three lines of a thousand words.
"""

from collections.abc import Iterator
from itertools import pairwise

from octavo.model import Decision, Evidence
from octavo.structure.chunks import Chunk, Study
from octavo.structure.evidence import weigh
from octavo.structure.measure import Geometry, fill

_BOUNDARY = 1.5  # nats: odds of four and a half to one
_LITTLE = 2  # lines: prose of so few may be a quotation
_FEW = 3  # lines: verse of so few may be prose
_ROOM = 0.93  # of the measure: the next word would have fitted
FLOWING = frozenset(("prose", "quotation", "item"))

_ANNOUNCED = Evidence("the line before ends with a colon", 0.0)
_WHITE_AROUND = Evidence("there is more white above and below it than usual", 0.0)
_SHORT_LINES = Evidence("its lines end early, inside sentences, and begin large", 0.0)
_FEW_LINES = Evidence("it has few lines", 0.0)
_ONE_LINE = Evidence("it is a single line", 0.0)
_BESIDE = Evidence("it is short, and a quotation stands beside it", 0.0)


def spots_of(studies: tuple[Study, ...]) -> Iterator[tuple[Study, int]]:
    """Give the rows of a text in order: the study each belongs to, and its index there."""
    for found in studies:
        for index in range(found.frame.first, found.frame.end):
            yield found, index


def doubts_of(chunks: tuple[Chunk, ...], studies: tuple[Study, ...]) -> tuple[Decision, ...]:
    """Give the doubtful decisions in the order of the lines; none is about what is ordered.

    Args:
        chunks: as they become blocks.
        studies: that they were made of.
    """
    spots = spots_of(studies)
    found: list[Decision] = []
    before: Chunk | None = None
    for chunk, after in zip(chunks, (*chunks[1:], None), strict=False):
        if chunk.rows[0].text:  # else it is white space of which somebody says that it is a break
            found += _of_rows(chunk, before, spots)
            found += _of_kind(chunk, before, after)
        before = chunk
    return tuple(found)


def _of_rows(
    chunk: Chunk, before: Chunk | None, spots: Iterator[tuple[Study, int]]
) -> Iterator[Decision]:
    """Doubt boundaries and headings."""
    for at, (row, (study, index)) in enumerate(zip(chunk.rows, spots, strict=False)):
        if chunk.ordered:
            continue
        score, close = study.scores[index], study.roles.close.get(index)
        doubtful = score is not None and abs(score) < _BOUNDARY and (score > 0) == (at == 0)
        cut_off = at == 0 and (before is None or before.ordered or before.sort not in FLOWING)
        if doubtful and not cut_off:
            evidence = weigh(study.frame.rows, index, study.geometry, study.weights)
            what = "goes on" if at else "begins a paragraph"
            yield Decision(row.place, what, evidence, doubtful=True)
        elif close is not None and chunk.sort in ("heading", "prose"):
            what = "is a heading" if chunk.sort == "heading" else "is no heading"
            if (chunk.sort == "heading") == (sum(each.weight for each in close) >= 0):
                yield Decision(row.place, what, close, doubtful=True)


def _of_kind(chunk: Chunk, before: Chunk | None, after: Chunk | None) -> Iterator[Decision]:
    """Doubt what is verse, what a quotation and what neither."""
    if chunk.ordered:
        return
    beside = [each.sort for each in (before, after) if each is not None]
    if chunk.sort == "verse" and len(chunk.rows) <= _FEW and "verse" not in beside:
        yield _doubt(chunk, "is verse", _FEW_LINES)
    elif chunk.sort == "quotation" and len(chunk.rows) == 1 and "quotation" not in beside:
        yield _doubt(chunk, "is a quotation", _ONE_LINE)
    elif chunk.sort in ("prose", "quotation") and _looks_like_verse(chunk):
        yield _doubt(chunk, "is no verse", _SHORT_LINES)
    elif chunk.sort == "prose" and len(chunk.rows) <= _LITTLE:
        if _is_announced(chunk, before):
            yield _doubt(chunk, "is no quotation", _ANNOUNCED)
        elif after is not None and _is_set_off(chunk, after, chunk.geometry):
            yield _doubt(chunk, "is no quotation", _WHITE_AROUND)
        elif "quotation" in beside:
            yield _doubt(chunk, "is no quotation", _BESIDE)


def _doubt(chunk: Chunk, what: str, evidence: Evidence) -> Decision:
    return Decision(chunk.rows[0].place, what, (evidence,), doubtful=True)


def _looks_like_verse(chunk: Chunk) -> bool:
    width = chunk.geometry.measure
    ends = [
        not row.tail.stops
        and not row.tail.breaks
        and not after.head.small
        and fill(row, after, width) < _ROOM
        for row, after in pairwise(chunk.rows)
    ]
    return bool(ends) and sum(ends) * 2 >= len(ends)


def _is_announced(chunk: Chunk, before: Chunk | None) -> bool:
    if before is None or before.sort not in FLOWING:
        return False
    head = chunk.rows[0].head
    speech = head.quotes or head.hyphen
    return before.rows[-1].tail.colon and not speech


def _is_set_off(chunk: Chunk, after: Chunk, geometry: Geometry) -> bool:
    edges = (chunk.rows[0], after.rows[0])
    return all(row.gap > geometry.gap and not row.edge for row in edges)
