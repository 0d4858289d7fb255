"""Text → blocks: understand the lines of a rough text by their geometry and their wording."""

from dataclasses import dataclass

from octavo.guidance import Guidance
from octavo.model import Block, Change, Decision, Text
from octavo.structure.balance import lost
from octavo.structure.blocks import Maker
from octavo.structure.chunks import Chunk, Study, cut, study
from octavo.structure.doubts import doubts_of
from octavo.structure.joining import lexicon_of
from octavo.structure.measure import Region, Row, measure, rows_of, settle
from octavo.structure.obeying import obey
from octavo.structure.reasons import Reading, explain
from octavo.structure.regions import regions_of
from octavo.structure.title import title_of

__all__ = ["Reading", "Structured", "lost", "readings", "structure", "title_of"]


@dataclass(frozen=True, slots=True)
class Structured:
    """The blocks of a text."""

    blocks: tuple[Block, ...]
    changes: tuple[Change, ...]  # hyphens, markers, ornaments and signs of emphasis
    doubts: tuple[Decision, ...] = ()  # what might as well have been understood otherwise


def structure(text: Text, guidance: Guidance) -> Structured:
    """Join lines to paragraphs and tell headings, verse, quotations, lists and scene breaks.

    Args:
        text: a clean one; a line that begins with a form feed begins a page, one with a vertical
            tab a column.
        guidance: its language, and the rules that are switched off or forced.
    """
    rows = rows_of(text)
    studies, chunks = _understand(rows, guidance)
    maker = Maker(lexicon_of(rows, guidance.language), guidance)
    blocks = maker.blocks(chunks)
    return Structured(blocks, tuple(maker.changes), doubts_of(chunks, studies))


def readings(text: Text, guidance: Guidance, lines: frozenset[int]) -> tuple[Reading, ...]:
    """Say how lines were understood and why; the same work is done as for the whole structure.

    Args:
        text: as `structure` takes it.
        guidance: the same.
        lines: the numbers of the lines, as their places have them.
    """
    studies, chunks = _understand(rows_of(text), guidance)
    return explain(chunks, studies, lines)


def _understand(
    rows: tuple[Row, ...], guidance: Guidance
) -> tuple[tuple[Study, ...], tuple[Chunk, ...]]:
    studies = study(tuple(_region(settle(part)) for part in regions_of(rows)))
    return studies, obey(cut(studies), studies, guidance)


def _region(rows: tuple[Row, ...]) -> Region:
    return Region(rows, measure(rows))
