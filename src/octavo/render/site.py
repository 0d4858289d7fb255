"""Chapters → the pages of a site, which lie beside each other in one folder."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from markupsafe import Markup

from octavo.fonts import Font
from octavo.model import Book, Chapter, Format, Page, SiteEdition
from octavo.render import facts
from octavo.render.lines import Indexed, index, indexed
from octavo.render.look import Look
from octavo.render.markup import without_slashes
from octavo.render.script import policy, script, store
from octavo.render.studio import ShownChapter, Studio

_FRONT = "index.html"
_MEDIA_TYPES: dict[Format, str] = {
    "epub": "application/epub+zip",
    "pdf": "application/pdf",
    "html": "text/html",
}


@dataclass(frozen=True, slots=True)
class Download:
    """Another edition of the book, as the front page offers it."""

    format: Format
    file: str
    bytes: int

    @property
    def media_type(self) -> str:
        """Its media type."""
        return _MEDIA_TYPES[self.format]

    @property
    def size(self) -> str:
        """Its size, for people."""
        if self.bytes < 999_500:
            return f"{max(1, round(self.bytes / 1000))} KB"
        return f"{self.bytes / 1_000_000:.1f} MB"


@dataclass(frozen=True, slots=True)
class SitePage:
    """A page as the templates see it."""

    file: str
    name: str  # the chapter's title, or the book's
    title: str  # of the window
    address: str | None  # on the web, where that is known
    chapters: tuple[ShownChapter, ...]  # what stands on it; of the front page mostly none
    facts: Markup  # JSON-LD
    previous: "SitePage | None" = None
    next: "SitePage | None" = None


def site_edition(
    book: Book,
    fonts: Sequence[Font],
    look: Look,
    folders: tuple[Path, ...],
    downloads: Sequence[Download] = (),
    address: str | None = None,
) -> SiteEdition:
    """Render a front page, a page for each chapter, their style and the index of the search.

    Pages stand beside `book.css`, `search-index.js`, `images/` and `fonts/`. A text that has no
    chapters stands on the front page.

    Args:
        book: the book.
        fonts: what lies in `fonts/`, as WOFF2.
        look: what the settings say.
        folders: where templates are looked for before the shipped ones, the first wins.
        downloads: the other editions.
        address: of the folder on the web.

    Raises:
        TemplateFault: a template is wrong.
    """
    studio = Studio(book, look, folders, "site")
    homes = _homes(book)
    acting = script(studio, "reader.js", "search.js")
    common = {
        "downloads": downloads,
        "homes": homes,
        "front": [each.slug for each in book.chapters if each.kind == "front"],
        "picture": address and book.cover and address + book.cover.name,
        "script": acting,
        "store": store(book.metadata),
    }
    pages = []
    lines: list[Indexed] = []
    for page in _pages(book, studio, homes, address):
        rules = policy(acting, page.facts, loads=True)
        template = "site-front.html" if page.file == _FRONT else "site-chapter.html"
        markup = without_slashes(studio.page(template, page=page, policy=rules, **common))
        pages.append(Page(page.file.removesuffix(".html"), page.title, markup))
        if page.chapters:
            lines.append(indexed(markup, page.file, page.name, page.chapters[0].slug))
    faces = [(font.face, f"fonts/{font_name(font)}") for font in fonts]
    css = studio.css(("type.css", "screen.css"), faces)
    return SiteEdition(pages=tuple(pages), css=css, index=index(lines))


def font_name(font: Font) -> str:
    """Give the name of a font's file in a site."""
    return f"{font.face.name.removesuffix('.ttf')}.woff2"


def _is_article(chapters: Sequence[Chapter]) -> bool:
    return len(chapters) == 1 and not chapters[0].titled


def _homes(book: Book) -> dict[str, str]:
    """Give the file of every id."""
    if _is_article(book.chapters):
        return dict.fromkeys(book.chapters[0].ids | {book.chapters[0].slug}, _FRONT)
    taken = {_FRONT, *(f"{each.slug}.html" for each in book.chapters)}
    homes: dict[str, str] = {}
    for chapter in book.chapters:
        file = f"{chapter.slug}.html"
        if file == _FRONT:
            file = next(name for name in _others(chapter.slug) if name not in taken)
        homes |= dict.fromkeys(chapter.ids | {chapter.slug}, file)
    return homes


def _others(slug: str) -> Iterator[str]:
    number = 1
    while True:
        number += 1
        yield f"{slug}-{number}.html"


def _pages(
    book: Book, studio: Studio, homes: Mapping[str, str], address: str | None
) -> list[SitePage]:
    """Give the pages in order, each with its neighbours."""
    addresses = {each.name: each.name for each in book.resources}
    shown = [studio.chapter(chapter, addresses, homes) for chapter in book.chapters]
    title = book.metadata.title
    on_front = tuple(shown) if _is_article(book.chapters) else ()
    front = SitePage(_FRONT, title, title, address, on_front, facts.of_book(book, address))
    pages = [front]
    for number, chapter in enumerate(() if on_front else shown, start=1):
        file = homes[chapter.slug]
        window = title if chapter.title == title else f"{chapter.title} · {title}"
        there = address + file if address else None
        said = facts.of_chapter(book, chapter.title, number, there)
        pages.append(SitePage(file, chapter.title, window, there, (chapter,), said))
    return [
        replace(
            page,
            previous=pages[at - 1] if at > 1 else None,
            next=pages[at + 1] if at + 1 < len(pages) else None,
        )
        for at, page in enumerate(pages)
    ]
