"""Footnotes: from pandoc's list at a document's end to the chapters that refer to them."""

from collections.abc import Mapping
from dataclasses import dataclass

from octavo.chapters.markup import Element, drop, headings, rename


@dataclass(frozen=True, slots=True)
class NoteDraft:
    """A note while its chapter is being bound."""

    id: str
    number: int  # counted from 1 in the chapter
    root: Element  # its blocks, without number and backlink
    references: tuple[str, ...]


def lift_notes(root: Element) -> dict[str, Element]:
    """Take the notes out of a document. Gives them by the id their marks lead to.

    What only looks like a note, or like the mark of one, stays where it is as plain text.
    """
    marks = [mark for mark in root.iter("a") if mark.get("role") == "doc-noteref"]
    wanted = {mark.get("href", "").removeprefix("#") for mark in marks}
    notes: dict[str, Element] = {}
    for section in list(root.iter("section")):
        if section.attrib.pop("role", None) == "doc-endnotes":
            for item in list(section.iter("li")):
                if item.get("id") in wanted - notes.keys():
                    notes[str(item.attrib.pop("id"))] = _note(item)
            if not "".join(section.itertext()).strip():
                drop(section)
    inside = {mark for note in notes.values() for mark in note.iter("a")}
    for mark in marks:
        if mark in inside or mark.get("href", "").removeprefix("#") not in notes:
            del mark.attrib["role"]
    return notes


def _note(item: Element) -> Element:
    """Take a note out of its list; its backlink goes, and a heading in it is a paragraph."""
    for link in list(item.iter("a")):
        if link.get("role") == "doc-backlink":
            drop(link)
    for heading in list(headings(item)):
        rename(heading, "div")
    for paragraph in list(item.iter("p")):
        if not len(paragraph) and not (paragraph.text or "").strip():
            drop(paragraph)
    drop(item)
    return item


def take_notes(chapter: Element, notes: Mapping[str, Element], slug: str) -> tuple[NoteDraft, ...]:
    """Number a chapter's notes in the order of their marks, and make the marks lead to them."""
    order: dict[str, list[Element]] = {}
    for mark in chapter.iter("a"):
        if mark.get("role") == "doc-noteref":
            order.setdefault(mark.get("href", "").removeprefix("#"), []).append(mark)
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
