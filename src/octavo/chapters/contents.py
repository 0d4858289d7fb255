"""The table of contents of a book, from the headings of its chapters."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from octavo.chapters.markup import Element, headings, level_of, text_of
from octavo.model import Chapter, Entry


@dataclass(slots=True)
class _Node:
    title: str
    id: str
    level: int
    children: "list[_Node]" = field(default_factory=list)


def contents(chapters: Sequence[tuple[Chapter, Element]], depth: int) -> tuple[Entry, ...]:
    """Give the entries of the contents: parts hold their chapters, chapters their sections.

    Args:
        chapters: each with its tree.
        depth: how many levels of headings are shown, counted from 1 (chapters).
    """
    top: list[_Node] = []
    part: _Node | None = None
    for chapter, root in chapters:
        node = _Node(chapter.title, chapter.slug, 0 if chapter.kind == "part" else 1)
        _add_sections(node, root, depth, titled=chapter.titled)
        if chapter.kind in {"part", "front", "back"}:
            part = node if chapter.kind == "part" else None
            top.append(node)
        else:
            (part.children if part is not None else top).append(node)
    return tuple(_entry(node) for node in top)


def _add_sections(chapter: _Node, root: Element, depth: int, *, titled: bool) -> None:
    path = [chapter]
    for heading in headings(root):
        level = level_of(heading)
        title = text_of(heading)
        if level > depth or not title or (titled and heading.tag == "h1"):
            continue
        while path[-1].level >= level and len(path) > 1:
            path.pop()
        node = _Node(title, str(heading.get("id")), level)
        path[-1].children.append(node)
        path.append(node)


def _entry(node: _Node) -> Entry:
    return Entry(node.title, node.id, node.level, tuple(_entry(child) for child in node.children))
