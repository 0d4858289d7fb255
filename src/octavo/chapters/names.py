"""The ids of a book: each carries its chapter's slug, and every link finds its element."""

import posixpath
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from urllib.parse import unquote

from octavo.chapters.cut import ascii_name, unique
from octavo.chapters.markup import Element, headings, text_of

# Pandoc joins the files of an EPUB: chapter.xhtml#place becomes chapter.xhtml_place, and it keeps
# chapter.xhtml where it loses the place.
_FILE_IN_EPUB = re.compile(r"^(.+\.x?html?)_")


@dataclass(frozen=True, slots=True)
class Named:
    """A chapter whose ids are to be named."""

    slug: str
    roots: tuple[Element, ...]  # its text, then its notes
    source: int  # index of its source, counted from 0


@dataclass(frozen=True, slots=True)
class Names:
    """What the sources call an element → its id in the book."""

    by_chapter: Mapping[str, Mapping[str, str]]  # by the slug of the chapter it stands in
    by_source: Mapping[int, Mapping[str, str]]
    everywhere: Mapping[str, str]  # the first of that name in the book
    files: Mapping[str, tuple[int, str]]  # of each file: its index, the slug of its first chapter

    def resolve(self, address: str, slug: str, source: int, path: PurePosixPath) -> str | None:
        """Give the id a link leads to; None if it leads nowhere.

        An id is looked for in the link's own chapter, then in its file, then in the whole book.
        """
        file, _, name = (unquote(part) for part in address.partition("#"))
        if file:
            return self._in_file(posixpath.normpath(str(path.parent / file)), name)
        near = (self.by_chapter[slug], self.by_source[source], self.everywhere)
        names = (name, *_FILE_IN_EPUB.findall(name)[:1])
        return next((ids[each] for each in names for ids in near if each and each in ids), None)

    def _in_file(self, file: str, name: str) -> str | None:
        if file not in self.files:
            return None
        source, slug = self.files[file]
        return self.by_source[source].get(name) if name else slug


def name_ids(chapters: Sequence[Named], paths: Sequence[str], taken: Iterable[str]) -> Names:
    """Give every element with an id, and every heading, an id that is unique in the book.

    Args:
        chapters: in the order of the book.
        paths: the sources' names.
        taken: ids that are in use: of notes and of the marks that lead to them.
    """
    used = {*taken, *(chapter.slug for chapter in chapters)}
    by_chapter: dict[str, dict[str, str]] = {}
    by_source: dict[int, dict[str, str]] = {}
    everywhere: dict[str, str] = {}
    files: dict[str, tuple[int, str]] = {}
    following: dict[str, int] = {}
    for chapter in chapters:
        found = _name_chapter(chapter, used, following)
        by_chapter[chapter.slug] = found
        for wider in (by_source.setdefault(chapter.source, {}), everywhere):
            wider.update({name: found[name] for name in found if name not in wider})
        files.setdefault(paths[chapter.source], (chapter.source, chapter.slug))
    return Names(by_chapter, by_source, everywhere, files)


def _name_chapter(chapter: Named, used: set[str], following: dict[str, int]) -> dict[str, str]:
    slug = chapter.slug
    found: dict[str, str] = {slug: slug}
    for heading in headings(chapter.roots[0]):
        given = heading.attrib.pop("data-id", None)
        if heading.tag == "h1":
            heading.set("id", f"{slug}--title")
            used.add(f"{slug}--title")
            if given is not None:
                found[str(given)] = slug
        elif heading.get("id") is None:
            heading.set("id", text_of(heading))
    for node in (node for root in chapter.roots for node in root.iter()):
        name = node.get("id")
        if name is None or name == f"{slug}--title" or node.get("role") == "doc-noteref":
            continue
        wanted = f"{slug}--{ascii_name(re.sub(r'^c-', '', name)) or 'place'}"
        node.set("id", unique(wanted, used, following))
        found.setdefault(name, str(node.get("id")))
    return found
