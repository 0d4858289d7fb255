"""Chapters → pages, through the shared templates."""

import base64
from collections.abc import Sequence
from pathlib import Path

from markupsafe import Markup

from octavo.fonts import Font, woff2
from octavo.model import Book, EpubEdition, Page, PrintEdition, Resource
from octavo.render.environment import environment as environment_of
from octavo.render.environment import shipped_templates
from octavo.render.environment import words as words_of
from octavo.render.look import Look
from octavo.render.markup import without_slashes
from octavo.render.review import review_page
from octavo.render.script import policy, script, store
from octavo.render.site import Download, font_name, site_edition
from octavo.render.studio import Studio
from octavo.render.themes import text_face, themed

__all__ = [
    "Download",
    "Look",
    "epub_edition",
    "font_name",
    "html_edition",
    "print_edition",
    "review_page",
    "said_beside",
    "shipped_templates",
    "site_edition",
    "text_face",
    "themed",
]


def said_beside(book: Book, folders: tuple[Path, ...]) -> tuple[str, ...]:
    """Give what the templates may set beside the chapters: what is said of the book, and words."""
    about = book.metadata
    names = [author.name for author in about.authors]
    series = [about.series.name] if about.series else []
    others = (about.subtitle, about.publisher, about.rights, about.description, about.identifier)
    words = words_of(environment_of(folders), about.language).values()
    return (about.title, *names, *series, *about.subjects, *(each or "" for each in others), *words)


def html_edition(book: Book, fonts: Sequence[Font], look: Look, folders: tuple[Path, ...]) -> str:
    """Render the book as one HTML page that needs nothing beside it.

    Args:
        book: the book.
        fonts: what is embedded.
        look: what the settings say.
        folders: where templates are looked for before the shipped ones, the first wins.

    Raises:
        TemplateFault: a template is wrong.
    """
    studio = Studio(book, look, folders, "html")
    addresses = {each.name: _data(each.media_type, each.data) for each in book.resources}
    faces = [(font.face, _data("font/woff2", woff2(font))) for font in fonts]
    css = studio.css(("type.css", "screen.css"), faces)
    chapters = [studio.chapter(chapter, addresses) for chapter in book.chapters]
    safe = Markup(css.replace("</", "<\\/"))  # the same to CSS, but no end of the <style>
    acting = script(studio, "reader.js")
    page = studio.page(
        "book.html",
        css=safe,
        chapters=chapters,
        script=acting,
        policy=policy(acting),
        store=store(book.metadata),
    )
    return without_slashes(page)


def print_edition(
    book: Book, fonts: Sequence[Font], look: Look, folders: tuple[Path, ...]
) -> PrintEdition:
    """Render the book as the HTML and CSS its PDF is laid out from.

    Addresses are `octavo:` and a resource's or font's name. Formulas are drawn, for WeasyPrint
    does not set MathML; notes stand where they are referred to, and go to the foot of the page.
    """
    studio = Studio(book, look, folders, "print")
    addresses = {each.name: f"octavo:{each.name}" for each in book.resources}
    faces = [(font.face, f"octavo:fonts/{font.face.name}") for font in fonts]
    drawn: dict[str, Resource] = {}
    chapters = [studio.printed(chapter, addresses, drawn) for chapter in book.chapters]
    return PrintEdition(
        html=studio.page("book.html", css=None, chapters=chapters),
        css=studio.css(("type.css", "print.css"), faces),
        resources=(*book.resources, *drawn.values()),
        direction=studio.direction,
    )


def epub_edition(
    book: Book, fonts: Sequence[Font], look: Look, folders: tuple[Path, ...]
) -> EpubEdition:
    """Render the pages, navigation and style of an EPUB 3.3.

    Pages stand in `text/`, beside `images/`, `fonts/` and `style/`.
    """
    studio = Studio(book, look, folders, "epub")
    addresses = {each.name: f"../{each.name}" for each in book.resources}
    homes = {name: f"{c.slug}.xhtml" for c in book.chapters for name in c.ids}
    front = [("title", book.metadata.title, "title.xhtml")]
    if book.cover is not None:
        front.insert(0, ("cover", studio.words["cover"], "cover.xhtml"))
    pages = [Page(name, title, studio.page(file, page_title=title)) for name, title, file in front]
    for chapter in book.chapters:
        shown = studio.chapter(chapter, addresses, homes)
        markup = studio.page("chapter.xhtml", chapter=shown, page_title=chapter.title)
        pages.append(Page(chapter.slug, chapter.title, markup, formulas="<math" in markup))
    colophon = studio.words["colophon"]
    pages.append(Page("colophon", colophon, studio.page("colophon.xhtml", page_title=colophon)))
    places = {
        "pages": pages,
        "homes": {**homes, **{c.slug: f"{c.slug}.xhtml" for c in book.chapters}},
    }
    return EpubEdition(
        pages=tuple(pages),
        nav=studio.page("nav.xhtml", page_title=studio.words["contents"], **places),
        ncx=studio.page("toc.ncx", **places),
        css=studio.css(
            ("type.css", "ebook.css"), [(f.face, f"../fonts/{f.face.name}") for f in fonts]
        ),
        direction=studio.direction,
    )


def _data(media_type: str, data: bytes) -> str:
    return f"data:{media_type};base64,{base64.b64encode(data).decode()}"
