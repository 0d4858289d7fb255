"""Text → blocks: understand the lines of a rough text by their geometry and their wording."""

from dataclasses import replace

from octavo.guidance import Guidance
from octavo.model import Change, Decision, Text
from octavo.structure.balance import characters, lost
from octavo.structure.blocks import Maker
from octavo.structure.chunks import Chunk, Study, cut, study
from octavo.structure.doubts import doubts_of
from octavo.structure.footnotes import Parted, part_notes
from octavo.structure.joining import lexicon_of
from octavo.structure.marked import restore
from octavo.structure.measure import Region, Row, measure, rows_of, settle
from octavo.structure.noted import with_notes
from octavo.structure.obeying import obey
from octavo.structure.quoted import Structured, Unquoted, unquote
from octavo.structure.reasons import Reading, explain
from octavo.structure.regions import regions_of
from octavo.structure.title import title_of
from octavo.structure.white import with_breaks

__all__ = ["Reading", "Structured", "characters", "lost", "readings", "structure", "title_of"]


_NO_TEXT = Text(())


def structure(text: Text, guidance: Guidance, depth: int = 0) -> Structured:
    """Join lines to paragraphs and tell headings, verse, quotations, lists and scene breaks.

    What is done with is let go of at once, for a long text takes many times its size here; who
    gives a text and keeps no name for it helps.

    Args:
        text: a clean one; a line that begins with a form feed begins a page, one with a vertical
            tab a column.
        guidance: its language, and the rules that are switched off or forced.
        depth: of the quotation that the text is, 0 for the whole.
    """
    rows, unquoted, parted = _set_apart(text, guidance, depth)
    del text
    lexicon = lexicon_of(rows, guidance.language)
    regions = _regions(rows)
    del rows  # most have been made anew
    studies, chunks = _understand(regions, guidance)
    doubts = (*unquoted.doubts, *parted.doubts, *doubts_of(chunks, studies))
    del regions, studies
    maker = Maker(lexicon, guidance, parted.marks, unquoted.quotations)
    handed = [with_breaks(chunks, guidance)]
    del chunks
    blocks = with_notes(maker.blocks(handed.pop()), parted.notes, maker)
    changes = tuple(_restored(change, parted.marks) for change in maker.changes)
    made = unquoted.changes + parted.changes + changes
    return Structured(blocks, made, tuple(sorted(doubts, key=_line)))


def _set_apart(
    text: Text, guidance: Guidance, depth: int
) -> tuple[tuple[Row, ...], Unquoted, Parted]:
    """Give the rows without quoted e-mail and notes, and these, which no longer have the text."""
    unquoted = unquote(text, guidance, depth, structure)
    parted = part_notes(unquoted.text, guidance)
    rows = rows_of(parted.text)
    return rows, replace(unquoted, text=_NO_TEXT), replace(parted, text=_NO_TEXT)


def readings(text: Text, guidance: Guidance, lines: frozenset[int]) -> tuple[Reading, ...]:
    """Say how lines were understood and why; the same work is done as for the whole structure.

    Args:
        text: as `structure` takes it.
        guidance: the same.
        lines: the numbers of the lines, as their places have them.
    """
    parted = part_notes(unquote(text, guidance, 0, structure).text, guidance)
    studies, chunks = _understand(_regions(rows_of(parted.text)), guidance)
    return explain(chunks, studies, lines)


def _regions(rows: tuple[Row, ...]) -> tuple[Region, ...]:
    settled = (settle(part) for part in regions_of(rows))
    return tuple(Region(part, measure(part)) for part in settled)


def _understand(
    regions: tuple[Region, ...], guidance: Guidance
) -> tuple[tuple[Study, ...], tuple[Chunk, ...]]:
    studies = study(regions)
    return studies, obey(cut(studies), studies, guidance)


def _line(decision: Decision) -> int:
    return decision.place.line or 0


def _restored(change: Change, marks: tuple[str, ...]) -> Change:
    if not marks:
        return change
    before, after = restore(change.before, marks), restore(change.after, marks)
    return replace(change, before=before, after=after)
