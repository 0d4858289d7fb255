"""Footnotes: from pandoc's list at a document's end to the chapters that refer to them."""

from collections.abc import Mapping
from dataclasses import dataclass

from octavo.chapters.markup import Element, drop


@dataclass(frozen=True, slots=True)
class NoteDraft:
    """A note while its chapter is being bound."""

    id: str
    number: int  # counted from 1 in the chapter
    root: Element  # its blocks, without number and backlink
    references: tuple[str, ...]


def lift_notes(root: Element) -> dict[str, Element]:
    """Take the list of notes out of a document. Gives the notes by the id their marks lead to."""
    notes: dict[str, Element] = {}
    for section in list(root.iter("section")):
        if section.get("role") != "doc-endnotes":
            continue
        for item in section.iter("li"):
            if item.get("id"):
                notes[str(item.get("id"))] = item
        drop(section)
    for note in notes.values():
        note.attrib.pop("id")
        for link in list(note.iter("a")):
            if link.get("role") == "doc-backlink":
                drop(link)
    return notes


def take_notes(chapter: Element, notes: Mapping[str, Element], slug: str) -> tuple[NoteDraft, ...]:
    """Number a chapter's notes in the order of their marks, and make the marks lead to them."""
    order: dict[str, list[Element]] = {}
    for mark in chapter.iter("a"):
        name = mark.get("href", "").removeprefix("#")
        if mark.get("role") == "doc-noteref" and name in notes:
            order.setdefault(name, []).append(mark)
    drafts = []
    for number, (name, marks) in enumerate(order.items(), start=1):
        note_id = f"{slug}--note-{number}"
        references = tuple(_mark(mark, number, nth, slug) for nth, mark in enumerate(marks))
        drafts.append(NoteDraft(note_id, number, notes[name], references))
    return tuple(drafts)


def _mark(mark: Element, number: int, nth: int, slug: str) -> str:
    reference = f"{slug}--ref-{number}" + (f"-{nth + 1}" if nth else "")
    tail, mark.tail = mark.tail, None
    mark.clear()
    mark.tail = tail
    mark.set("class", "noteref")
    mark.set("role", "doc-noteref")
    mark.set("id", reference)
    mark.set("href", f"#{slug}--note-{number}")
    mark.text = str(number)
    return reference
