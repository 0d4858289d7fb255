"""Cut the trees of the sources into chapters."""

import itertools
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from lxml import etree

from octavo.chapters.markup import (
    Element,
    classes,
    drop,
    headings,
    level_of,
    plain,
    rename,
    text_of,
    unwrap,
)
from octavo.chapters.notes import lift_notes
from octavo.model import ChapterKind

# A text with one heading over all is cut at the next level only if it is longer than this.
_WORDS_OF_AN_ARTICLE = 8_000

# Names the templates give to pages and places of their own.
RESERVED = frozenset(
    "book-title colophon contents contents-title cover landmarks nav text title titlepage toc"
    " toc-title".split()
)

# What a wrapper says of the text in it, and still has to be said when the wrapper is gone.
_INHERITED = ("lang", "dir")

_KINDS: dict[str, ChapterKind] = {"part": "part", "front": "front", "back": "back"}


@dataclass(frozen=True, slots=True)
class Cut:
    """A chapter while it is being bound."""

    source: int  # index of its source, counted from 0
    slug: str
    title: str
    kind: ChapterKind
    titled: bool  # root begins with the chapter's heading
    root: Element
    notes: dict[str, Element]  # the source's notes, by the id their marks lead to


@dataclass(frozen=True, slots=True)
class _Piece:
    root: Element
    heading: Element | None


def leading_title(trees: Sequence[Element]) -> str | None:
    """Give the title a text begins with: its only heading of level 1, before anything else."""
    if len(trees) != 1:
        return None
    first = _leading(trees[0])
    if first is None or len(list(trees[0].iter("h1"))) != 1 or classes(first) & _KINDS.keys():
        return None
    return text_of(first) or None


def cut(trees: Sequence[Element], paths: Sequence[str], title: str | None) -> list[Cut]:
    """Cut trees at their headings.

    Args:
        trees: what the sources hold; taken apart.
        paths: the sources' names, which name what has no heading.
        title: the book's title; a text's leading heading that only repeats it is dropped.
    """
    slugs = _Slugs()
    cuts: list[Cut] = []
    for index, tree in enumerate(trees):
        notes = lift_notes(tree)
        _drop_title(tree, title, alone=len(trees) == 1)
        level = _level(tree)
        for piece in _pieces(tree, level):
            _renumber(piece, level)
            name = _name(piece, paths[index], title, alone=len(trees) == 1)
            slug = slugs.take(_wanted(piece, paths[index], name))
            cuts.append(
                Cut(
                    source=index,
                    slug=slug,
                    title=name,
                    kind=_kind(piece.heading),
                    titled=piece.heading is not None,
                    root=piece.root,
                    notes=notes,
                )
            )
    return cuts


def name_of(path: str) -> str:
    """Give a file's name as words: text/02-the-sea.md is “The sea”."""
    stem = re.sub(r"^\d+[-_. ]+", "", PurePosixPath(path).stem)
    words = re.sub(r"[-_\s]+", " ", stem).strip() or "Text"
    return words[0].upper() + words[1:]


def ascii_name(words: str) -> str:
    """Give words as an ASCII name that XML takes as an id; empty if no letter can be kept."""
    plain = unicodedata.normalize("NFKD", words).encode("ascii", "ignore").decode().lower()
    plain = plain.replace("'", "")  # as the curly one, and as pandoc names headings
    plain = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:60].strip("-")
    return f"c-{plain}" if plain[:1].isdigit() else plain


def unique(wanted: str, taken: set[str], following: dict[str, int]) -> str:
    """Give a name that is not taken, numbered from 2 if need be, and take it.

    `following` remembers the next number of each name: ten thousand may want the same.
    """
    name = wanted
    while name in taken:
        number = following.get(wanted, 2)
        name, following[wanted] = f"{wanted}-{number}", number + 1
    taken.add(name)
    return name


class _Slugs:
    """Hands out slugs, each once."""

    def __init__(self) -> None:
        self._taken = set(RESERVED)
        self._next: dict[str, int] = {}

    def take(self, wanted: str) -> str:
        return unique(wanted or "chapter", self._taken, self._next)


def _leading(tree: Element) -> Element | None:
    """The heading of level 1 that a tree begins with."""
    first: Element | None = tree
    while first is not None and first.tag in {"div", "section"}:
        if (first.text or "").strip() or len(first) == 0:
            return None
        first = first[0]
    return first if first is not None and first.tag == "h1" else None


def _drop_title(tree: Element, title: str | None, *, alone: bool) -> None:
    first = _leading(tree)
    if first is None or title is None or not alone or len(list(tree.iter("h1"))) != 1:
        return
    if text_of(first).casefold() == plain(title).casefold():
        drop(first)


def _level(tree: Element) -> int:
    """The level of heading at which a tree is cut; 0: it is not cut."""
    levels = [level_of(heading) for heading in headings(tree)]
    if not levels:
        return 0
    top = min(levels)
    if top == 1:
        return 1
    long = len("".join(tree.itertext()).split()) > _WORDS_OF_AN_ARTICLE
    return top if long and levels.count(top) > 1 else 0


def _pieces(tree: Element, level: int) -> list[_Piece]:
    if level:
        _flatten(tree, f"h{level}")
    pieces = [_Piece(etree.Element("div"), None)]
    pieces[0].root.text = tree.text
    for child in list(tree):
        if level and child.tag == f"h{level}":
            pieces.append(_Piece(etree.Element("div"), child))
        pieces[-1].root.append(child)
    return [piece for piece in pieces if piece.heading is not None or _says(piece.root)]


def _flatten(tree: Element, tag: str) -> None:
    """Take away the wrappers around the headings at which a tree is cut."""
    for wrapper in list(tree.iter("section", "div")):
        if wrapper is tree or next(wrapper.iter(tag), None) is None:
            continue
        name = wrapper.attrib.pop("id", None)
        if name is not None:
            _take_id(wrapper, str(name), tag)
        for child, name in itertools.product(wrapper, _INHERITED):
            if name in wrapper.attrib and name not in child.attrib:
                child.set(name, wrapper.attrib[name])
        unwrap(wrapper)
    for heading in list(tree.iter(tag)):
        _take_marks(heading)


def _take_id(wrapper: Element, name: str, tag: str) -> None:
    """Let the heading that a wrapper begins with have its id, or else a mark of its own."""
    first = wrapper[0]
    if first.tag == tag and not (wrapper.text or "").strip() and "id" not in first.attrib:
        first.set("data-id", name)
        return
    wrapper.insert(0, etree.Element("span", {"id": name}))
    wrapper[0].tail, wrapper.text = wrapper.text, None


def _take_marks(heading: Element) -> None:
    """Move the marks of a place that stand before a heading into it: the place is the heading's."""
    before = heading.getprevious()
    while before is not None and _is_mark(before):
        for name in reversed([str(node.get("id")) for node in before.iter() if node.get("id")]):
            mark = etree.Element("span", {"id": name})
            mark.text, mark.tail, heading.text = "", heading.text, None
            heading.insert(0, mark)
        drop(before)
        before = heading.getprevious()


def _is_mark(node: Element) -> bool:
    """Tell whether an element holds nothing but ids."""
    empty = all(each.tag in {"p", "span", "div"} for each in node.iter())
    said = "".join(node.itertext()) + (node.tail or "")
    return empty and not said.strip() and any(each.get("id") for each in node.iter())


def _says(root: Element) -> bool:
    return bool("".join(root.itertext()).strip()) or next(root.iter("img"), None) is not None


def _renumber(piece: _Piece, level: int) -> None:
    """The chapter's heading has level 1, the next 2, and no level is left out below another."""
    found = [level_of(each) for each in headings(piece.root) if each is not piece.heading]
    shift = (level or min(found, default=2) - 1) - 1
    before = 1
    for heading in list(headings(piece.root)):
        if heading is piece.heading:
            rename(heading, "h1")
            continue
        before = min(max(level_of(heading) - shift, 2), before + 1)
        rename(heading, f"h{before}")


def _kind(heading: Element | None) -> ChapterKind:
    names = classes(heading) if heading is not None else frozenset()
    return next((kind for name, kind in _KINDS.items() if name in names), "chapter")


def _name(piece: _Piece, path: str, title: str | None, *, alone: bool) -> str:
    if piece.heading is not None:
        return text_of(piece.heading) or name_of(path)
    first = next(headings(piece.root), None)
    if first is not None and not alone:
        return text_of(first) or name_of(path)
    return (title if alone else None) or name_of(path)


def _wanted(piece: _Piece, path: str, name: str) -> str:
    given = piece.heading.attrib.pop("id", None) if piece.heading is not None else None
    if piece.heading is not None and given is not None:
        piece.heading.set("data-id", str(given))
    return ascii_name(str(given or "")) or ascii_name(name) or ascii_name(name_of(path))
