"""HTML → the chapters of a book: made safe, cut, numbered, linked.

    parse → tidy → typography → notes → cut → name ids → resolve links → take images → serialise

Images come through a function that is handed in, so nothing here reads a file.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Protocol

from octavo.chapters.contents import contents
from octavo.chapters.cut import Cut, cut, leading_title, name_of
from octavo.chapters.markup import Element, read, rename, serialise, text_of, written
from octavo.chapters.names import Named, Names, name_ids
from octavo.chapters.notes import NoteDraft, take_notes
from octavo.chapters.sanitize import parse
from octavo.chapters.tidy import tidy
from octavo.chapters.typography import Typography
from octavo.model import Chapter, Entry, Finding, Note, Place, Resource

__all__ = ["Bound", "Memory", "Prepared", "Source", "Typography", "bind", "name_of"]


@dataclass(frozen=True, slots=True)
class Source:
    """One file of the book's text, as HTML."""

    path: str  # relative to the book's folder, with /
    html: str


# The address of an image as it stands in a source → the image.
Fetch = Callable[[str, Source], Resource]


@dataclass(frozen=True, slots=True)
class Prepared:
    """A source as far as it is its own affair: made safe, tidied, its signs set."""

    tree: str  # as `markup.written` gives it
    removed: tuple[str, ...]  # what was taken from it, in words


class Memory(Protocol):
    """What is known of sources that were bound before with the same typography."""

    def recall(self, source: Source) -> Prepared | None:
        """Give what was kept of a source that was the same."""

    def keep(self, source: Source, prepared: Prepared) -> None:
        """Keep what was made of a source, for the next time."""


@dataclass(frozen=True, slots=True)
class Bound:
    """What the sources make together."""

    title: str | None  # the title the text itself begins with
    chapters: tuple[Chapter, ...]
    contents: tuple[Entry, ...]
    resources: tuple[Resource, ...]
    findings: tuple[Finding, ...]


@dataclass(slots=True)
class _Bench:
    """What is being gathered while the chapters are bound."""

    findings: list[Finding] = field(default_factory=list)
    resources: dict[str, Resource] = field(default_factory=dict)

    def warn(self, check: str, message: str, path: str) -> None:
        self.findings.append(Finding(check, "warning", message, Place(path)))


_USUAL = Typography()


def bind(
    sources: Sequence[Source],
    *,
    title: str | None,
    fetch: Fetch,
    depth: int,
    typography: Typography = _USUAL,
    memory: Memory | None = None,
) -> Bound:
    """Bind sources to chapters.

    Args:
        sources: the book's texts in reading order. Each begins a chapter; each heading of level 1
            begins another. `{.part}`, `{.front}` and `{.back}` on it say what kind it is.
        title: the book's title, if it is known. A text that begins with its own title and has no
            other heading of that level gives the title and is cut at the next level if it is long.
        fetch: gives an image for its address; what it raises ends the binding.
        depth: levels of headings in the contents, counted from 1 (chapters).
        typography: the book's language, and how its signs are set.
        memory: spares most of the time for sources that were bound before.

    Raises:
        MissingFile, UnreadableImage, UnsafePath: from `fetch`.
    """
    bench = _Bench()
    trees = [_prepare(source, typography, memory, bench) for source in sources]
    title = typography.line(title) if title is not None else None
    own_title = leading_title(trees)
    pieces = cut(trees, [source.path for source in sources], title or own_title)
    drafts = [take_notes(piece.root, piece.notes, piece.slug) for piece in pieces]
    names = _names(pieces, drafts, sources)
    chapters = [
        _chapter(piece, notes, names, sources[piece.source], fetch, bench)
        for piece, notes in zip(pieces, drafts, strict=True)
    ]
    return Bound(
        title=own_title,
        chapters=tuple(chapters),
        contents=contents([(c, p.root) for c, p in zip(chapters, pieces, strict=True)], depth),
        resources=tuple(bench.resources.values()),
        findings=tuple(bench.findings),
    )


def _prepare(
    source: Source, typography: Typography, memory: Memory | None, bench: _Bench
) -> Element:
    known = memory.recall(source) if memory is not None else None
    root, removed = (read(known.tree), known.removed) if known else parse(source.html)
    for what in removed:
        bench.warn("markup", what, source.path)
    if known is None:
        tidy(root)
        typography.tree(root)
    if known is None and memory is not None:
        known = Prepared(written(root), removed)
        memory.keep(source, known)
        return read(known.tree)  # the one that it will be the next time
    return root


def _names(
    pieces: Sequence[Cut], drafts: Sequence[tuple[NoteDraft, ...]], sources: Sequence[Source]
) -> Names:
    named = [
        Named(piece.slug, (piece.root, *(note.root for note in notes)), piece.source)
        for piece, notes in zip(pieces, drafts, strict=True)
    ]
    taken = [name for notes in drafts for note in notes for name in (note.id, *note.references)]
    return name_ids(named, [source.path for source in sources], taken)


def _chapter(
    piece: Cut,
    drafts: tuple[NoteDraft, ...],
    names: Names,
    source: Source,
    fetch: Fetch,
    bench: _Bench,
) -> Chapter:
    for root in (piece.root, *(draft.root for draft in drafts)):
        _link(root, piece, names, source, bench)
        _illustrate(root, source, fetch, bench)
    notes = tuple(_note(draft) for draft in drafts)
    ids = {str(e.get("id")) for r in (piece.root, *(d.root for d in drafts)) for e in r.iter()}
    ids |= {piece.slug} | {note.id for note in notes}
    return Chapter(
        slug=piece.slug,
        title=piece.title,
        kind=piece.kind,
        html=serialise(piece.root),
        notes=notes,
        ids=frozenset(ids - {"None"}),
        titled=piece.titled,
    )


def _note(draft: NoteDraft) -> Note:
    return Note(draft.id, draft.number, serialise(draft.root), draft.references)


def _link(root: Element, piece: Cut, names: Names, source: Source, bench: _Bench) -> None:
    """Turn every link inside the book into `#id`; take the address from one that leads nowhere."""
    for anchor in root.iter("a"):
        address = anchor.get("href")
        if address is None or anchor.get("role") == "doc-noteref":
            continue
        if address.lower().startswith(("http://", "https://", "mailto:")):
            continue
        target = names.resolve(address, piece.slug, piece.source, PurePosixPath(source.path))
        if target is not None:
            anchor.set("href", f"#{target}")
            continue
        del anchor.attrib["href"]
        words = text_of(anchor)[:60]
        bench.warn("links", f'the link "{words}" leads nowhere: {address}', source.path)


_REMOTE = re.compile(r"(?!data:)([a-z][a-z0-9+.-]+:|//)", re.IGNORECASE)


def _illustrate(root: Element, source: Source, fetch: Fetch, bench: _Bench) -> None:
    for image in list(root.iter("img")):
        address = image.get("src", "")
        if _REMOTE.match(address):
            _say_instead(image)
            message = f"the image {address[:200]} is not in the book: nothing is fetched"
            bench.warn("images", message, source.path)
            continue
        resource = fetch(address, source)
        bench.resources[resource.name] = resource
        image.set("src", resource.name)
        if resource.width and resource.height and image.get("width") is None:
            image.set("width", str(resource.width))
            image.set("height", str(resource.height))
        if image.get("alt") is None:
            image.set("alt", "")
            bench.warn("alt", f"the image {image.get('src')} has no alternative text", source.path)


def _say_instead(image: Element) -> None:
    """Put an image's alternative text in its place."""
    words = image.get("alt", "")
    tail, image.tail = image.tail, None
    image.attrib.clear()
    rename(image, "span", "image-missing")
    image.text, image.tail = words, tail
