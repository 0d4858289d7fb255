"""The EPUB's pages, navigation and style."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from octavo.fonts import Font
from octavo.model import Book, EpubEdition, Page, PageStart
from octavo.render.access import access_of
from octavo.render.look import Look
from octavo.render.pagebreaks import PageBreak, mark, page_breaks
from octavo.render.studio import Studio


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
    studio = Studio(book, look, folders, "epub")
    front, back = _around(studio)
    homes = {name: f"{c.slug}.xhtml" for c in book.chapters for name in c.ids}
    chapters = _chapters(studio, homes)
    pages = (*front, *chapters, *back)
    values = {"pages": pages, "homes": homes, "page_title": studio.words["contents"]}
    nav = studio.page("nav.xhtml", breaks=(), **values)
    printed = [(page.name, page.markup) for page in front if page.name != "cover"]
    lead = studio.page("parts/halftitle.html") if studio.half_title and not _article(book) else ""
    breaks = page_breaks(starts, [*printed, ("nav", nav)], lead)
    if breaks:
        nav = _marked(studio.page("nav.xhtml", breaks=breaks, **values), "nav", breaks, None)
    text = [page.markup for page in pages if page.name != "cover"]  # which nobody has to see
    return EpubEdition(
        pages=tuple(_with_marks(page, breaks, chapters) for page in pages),
        contents_at=len(front),
        nav=nav,
        ncx=studio.page("toc.ncx", breaks=breaks, **values),
        access=access_of(book, text, studio.words, paged=bool(breaks)),
        css=studio.css(
            ("type.css", "ebook.css"), [(f.face, f"../fonts/{f.face.name}") for f in fonts]
        ),
        direction="rtl" if look.vertical else studio.direction,
        vertical=look.vertical,
        page_source=f"{book.metadata.title} (PDF)" if breaks else None,
    )


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
