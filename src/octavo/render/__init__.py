"""Chapters → pages, through the shared templates."""

import base64
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from markupsafe import Markup

from octavo.fonts import Font, woff2
from octavo.layers import shipped_templates
from octavo.model import Book, PrintEdition, Resource
from octavo.render.cover import drawn_cover
from octavo.render.ebook import EpubDraft, epub_draft, epub_edition, epub_of
from octavo.render.environment import environment as environment_of
from octavo.render.environment import words as words_of
from octavo.render.look import Look
from octavo.render.markup import without_slashes
from octavo.render.script import policy, script, store
from octavo.render.studio import Studio
from octavo.render.themes import text_face, themed

if TYPE_CHECKING:
    from octavo.render.site import Download, font_name, site_edition

__all__ = [
    "Download",
    "EpubDraft",
    "Look",
    "drawn_cover",
    "epub_draft",
    "epub_edition",
    "epub_of",
    "font_name",
    "html_edition",
    "print_edition",
    "said_beside",
    "shipped_templates",
    "site_edition",
    "text_face",
    "themed",
]


# What few builds want, and is loaded when it is asked for.
_HOMES = {
    "Download": "site",
    "font_name": "site",
    "site_edition": "site",
}


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"octavo.render has no {name}")
    return getattr(import_module(f"octavo.render.{_HOMES[name]}"), name)


def said_beside(book: Book, folders: tuple[Path, ...]) -> tuple[str, ...]:
    """Give what the templates may set beside the chapters: what is said of the book, and words."""
    about = book.metadata
    names = [author.name for author in about.authors]
    series = [about.series.name] if about.series else []
    others = (about.subtitle, about.publisher, about.rights, about.description, about.identifier)
    words = words_of(environment_of(folders), about.language).items()
    shown = (word for name, word in words if not name.startswith("access_"))  # those are metadata
    return (about.title, *names, *series, *about.subjects, *(each or "" for each in others), *shown)


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


def _data(media_type: str, data: bytes) -> str:
    return f"data:{media_type};base64,{base64.b64encode(data).decode()}"
