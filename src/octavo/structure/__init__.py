"""Text → blocks: understand the lines of a rough text by their geometry and their wording."""

from dataclasses import dataclass

from octavo.guidance import Guidance
from octavo.model import Block, Change, Decision, Text
from octavo.structure.balance import lost
from octavo.structure.blocks import Maker
from octavo.structure.chunks import cut, study
from octavo.structure.joining import lexicon_of
from octavo.structure.measure import Region, Row, measure, rows_of, settle
from octavo.structure.obeying import obey
from octavo.structure.regions import regions_of
from octavo.structure.title import title_of

__all__ = ["Structured", "lost", "structure", "title_of"]


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
    studies = study(tuple(_region(settle(part)) for part in regions_of(rows)))
    maker = Maker(lexicon_of(rows, guidance.language), guidance)
    blocks = maker.blocks(obey(cut(studies), studies, guidance))
    return Structured(blocks, tuple(maker.changes))


def _region(rows: tuple[Row, ...]) -> Region:
    return Region(rows, measure(rows))
