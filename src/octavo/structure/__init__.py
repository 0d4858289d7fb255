"""Text → blocks: understand the lines of a rough text by their geometry and their wording."""

from dataclasses import dataclass, replace

from octavo.guidance import Guidance
from octavo.model import Block, Change, Decision, Text
from octavo.structure.balance import lost
from octavo.structure.blocks import Maker
from octavo.structure.chunks import cut, study
from octavo.structure.footnotes import part_notes, restore
from octavo.structure.joining import lexicon_of
from octavo.structure.measure import Region, Row, measure, rows_of, settle
from octavo.structure.noted import with_notes
from octavo.structure.obeying import obey
from octavo.structure.quoted import Inner, unquote
from octavo.structure.regions import regions_of
from octavo.structure.title import title_of
from octavo.structure.white import with_breaks

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
    inner = _structured(text, guidance, 0)
    return Structured(inner.blocks, inner.changes, inner.doubts)


def _structured(text: Text, guidance: Guidance, depth: int) -> Inner:
    unquoted = unquote(text, guidance, depth, _structured)
    parted = part_notes(unquoted.text, guidance)
    rows = rows_of(parted.text)
    studies = study(tuple(_region(settle(part)) for part in regions_of(rows)))
    maker = Maker(lexicon_of(rows, guidance.language), guidance, parted.marks, unquoted.quotations)
    chunks = with_breaks(obey(cut(studies), studies, guidance), guidance)
    blocks = maker.blocks(chunks)
    blocks = with_notes(blocks, parted.notes, maker)
    changes = tuple(_restored(change, parted.marks) for change in maker.changes)
    doubts = unquoted.doubts + parted.doubts
    return Inner(blocks, unquoted.changes + parted.changes + changes, doubts)


def _region(rows: tuple[Row, ...]) -> Region:
    return Region(rows, measure(rows))


def _restored(change: Change, marks: tuple[str, ...]) -> Change:
    if not marks:
        return change
    before, after = restore(change.before, marks), restore(change.after, marks)
    return replace(change, before=before, after=after)
