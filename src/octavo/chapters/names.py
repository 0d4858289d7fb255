"""The ids of a book: each carries its chapter's slug, and every link finds its element."""

import posixpath
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from urllib.parse import unquote

from octavo.chapters.cut import ascii_name
from octavo.chapters.markup import Element, headings, text_of


@dataclass(frozen=True, slots=True)
class Names:
    """What the sources call an element → its id in the book."""

    by_chapter: dict[str, dict[str, str]]  # by the slug of the chapter it stands in
    chapters: tuple[tuple[str, int], ...]  # slug and source of each chapter, in order
    paths: tuple[str, ...]  # the sources' names; a chapter's source is an index into them

    def resolve(self, address: str, slug: str, source: int, path: PurePosixPath) -> str | None:
        """Give the id a link leads to; None if it leads nowhere.

        An id is looked for in the link's own chapter, then in its file, then in the whole book.
        """
        file, _, name = unquote(address).partition("#")
        if file:
            return self._in_file(file, name, path)
        if not name:
            return None
        near = [slug] + [each for each, of in self.chapters if of == source]
        return self._first(name, near + [each for each, _ in self.chapters])

    def _in_file(self, file: str, name: str, path: PurePosixPath) -> str | None:
        wanted = posixpath.normpath(str(path.parent / file))
        here = [slug for slug, of in self.chapters if self.paths[of] == wanted]
        if not here:
            return None
        return self._first(name, here) if name else here[0]

    def _first(self, name: str, slugs: Sequence[str]) -> str | None:
        return next((self.by_chapter[s][name] for s in slugs if name in self.by_chapter[s]), None)


def name_ids(chapters: Sequence[tuple[str, Element, int]], paths: Sequence[str]) -> Names:
    """Give every element with an id, and every heading, an id that is unique in the book.

    Args:
        chapters: slug, tree and source of each chapter.
        paths: the sources' names.
    """
    taken = {slug for slug, _, _ in chapters}
    by_chapter: dict[str, dict[str, str]] = {}
    for slug, root, _ in chapters:
        by_chapter[slug] = _name_chapter(slug, root, taken)
    return Names(by_chapter, tuple((slug, source) for slug, _, source in chapters), tuple(paths))


def _name_chapter(slug: str, root: Element, taken: set[str]) -> dict[str, str]:
    found: dict[str, str] = {slug: slug}
    for heading in headings(root):
        given = heading.attrib.pop("data-id", None)
        if heading.tag == "h1":
            heading.set("id", f"{slug}--title")
            taken.add(f"{slug}--title")
            if given is not None:
                found[str(given)] = slug
        elif heading.get("id") is None:
            heading.set("id", text_of(heading))
    for node in root.iter():
        name = node.get("id")
        if name is None or name == f"{slug}--title":
            continue
        fresh = _unique(f"{slug}--{ascii_name(re.sub(r'^c-', '', name)) or 'place'}", taken)
        node.set("id", fresh)
        found.setdefault(name, fresh)
    return found


def _unique(wanted: str, taken: set[str]) -> str:
    name, nth = wanted, 2
    while name in taken:
        name, nth = f"{wanted}-{nth}", nth + 1
    taken.add(name)
    return name
