"""The EPUB's pages, navigation and style."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from octavo.fonts import Font
from octavo.model import Book, EpubEdition, Page, PageStart
from octavo.render.access import access_of
from octavo.render.look import Look
from octavo.render.pagebreaks import PageBreak, mark, page_breaks
from octavo.render.studio import Studio


@dataclass(frozen=True, slots=True)
class EpubDraft:
    """What of an EPUB does not depend on the pages of the PDF."""

    studio: Studio
    homes: Mapping[str, str]  # the file of every id
    front: tuple[Page, ...]
    chapters: tuple[Page, ...]
    back: tuple[Page, ...]
    nav: str  # without page numbers
    css: str


def epub_edition(
    book: Book,
    fonts: Sequence[Font],
    look: Look,
    folders: tuple[Path, ...],
    starts: Sequence[PageStart] = (),
) -> EpubEdition:
    """Render the pages, navigation and style of an EPUB 3.3.

    Pages stand in `text/`, beside `images/`, `fonts/` and `style/`.

    Args:
        book: the book.
        fonts: what is embedded.
        look: what the settings say.
        folders: where templates are looked for before the shipped ones, the first wins.
        starts: where the pages of the PDF begin, in order; none where that is not known.

    Raises:
        TemplateFault: a template is wrong.
    """
    return epub_of(epub_draft(book, fonts, look, folders), starts)


def epub_draft(
    book: Book, fonts: Sequence[Font], look: Look, folders: tuple[Path, ...]
) -> EpubDraft:
    """Render what of an EPUB can be had before the PDF is laid out, as for `epub_edition`."""
    studio = Studio(book, look, folders, "epub")
    front, back = _around(studio)
    homes = {name: f"{c.slug}.xhtml" for c in book.chapters for name in c.ids}
    pages = (*front, *_chapters(studio, homes), *back)
    faces = [(font.face, f"../fonts/{font.face.name}") for font in fonts]
    return EpubDraft(
        studio=studio,
        homes=homes,
        front=tuple(front),
        chapters=pages[len(front) : len(pages) - len(back)],
        back=tuple(back),
        nav=_nav(studio, pages, homes, ()),
        css=studio.css(("type.css", "ebook.css"), faces),
    )


def epub_of(draft: EpubDraft, starts: Sequence[PageStart]) -> EpubEdition:
    """Give the edition of a draft, as `epub_edition` does."""
    studio, book, look = draft.studio, draft.studio.book, draft.studio.look
    pages = (*draft.front, *draft.chapters, *draft.back)
    printed = [(page.name, page.markup) for page in draft.front if page.name != "cover"]
    lead = studio.page("parts/halftitle.html") if studio.half_title and not _article(book) else ""
    breaks = page_breaks(starts, [*printed, ("nav", draft.nav)], lead)
    nav = draft.nav
    if breaks:
        nav = _marked(_nav(studio, pages, draft.homes, breaks), "nav", breaks, None)
    text = [page.markup for page in pages if page.name != "cover"]  # which nobody has to see
    return EpubEdition(
        pages=tuple(_with_marks(page, breaks, draft.chapters) for page in pages),
        contents_at=len(draft.front),
        nav=nav,
        ncx=studio.page("toc.ncx", breaks=breaks, **_values(studio, pages, draft.homes)),
        access=access_of(book, text, studio.words, paged=bool(breaks)),
        css=draft.css,
        direction="rtl" if look.vertical else studio.direction,
        vertical=look.vertical,
        page_source=f"{book.metadata.title} (PDF)" if breaks else None,
    )


def _nav(
    studio: Studio, pages: Sequence[Page], homes: Mapping[str, str], breaks: Sequence[PageBreak]
) -> str:
    return studio.page("nav.xhtml", breaks=breaks, **_values(studio, pages, homes))


def _values(studio: Studio, pages: Sequence[Page], homes: Mapping[str, str]) -> dict[str, object]:
    return {"pages": tuple(pages), "homes": homes, "page_title": studio.words["contents"]}


def _around(studio: Studio) -> tuple[list[Page], list[Page]]:
    """Give the pages before the contents and behind the text.

    They follow each other as in print, where an article has no colophon before its text.
    """
    book, words = studio.book, studio.words
    front = [_page(studio, "title", book.metadata.title)]
    if book.cover is not None:
        front.insert(0, _page(studio, "cover", words["cover"]))
    colophon = _page(studio, "colophon", words["colophon"])
    return (front, [colophon]) if _article(book) else ([*front, colophon], [])


def _article(book: Book) -> bool:
    """Tell whether a book is one text without a heading, which print sets below its title."""
    return len(book.chapters) == 1 and not book.chapters[0].titled


def _page(studio: Studio, name: str, title: str) -> Page:
    return Page(name, title, studio.page(f"{name}.xhtml", page_title=title))


def _chapters(studio: Studio, homes: Mapping[str, str]) -> list[Page]:
    book = studio.book
    addresses = {each.name: f"../{each.name}" for each in book.resources}
    pages = []
    for chapter in book.chapters:
        shown = studio.chapter(chapter, addresses, homes)
        markup = studio.page("chapter.xhtml", chapter=shown, page_title=chapter.title)
        pages.append(Page(chapter.slug, chapter.title, markup))
    return pages


def _with_marks(page: Page, breaks: Sequence[PageBreak], chapters: Sequence[Page]) -> Page:
    root = page.name if page in chapters else None
    return Page(page.name, page.title, _marked(page.markup, page.name, breaks, root))


def _marked(markup: str, name: str, breaks: Sequence[PageBreak], root: str | None) -> str:
    return mark(markup, [each for each in breaks if each.page == name], root)
