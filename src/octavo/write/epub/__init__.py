"""Write an EPUB 3.3 with ebooklib, which makes the package; pages and navigation are our own.

What ebooklib 0.20 gets wrong is put right here: it parses pages anew as HTML, makes its own poor
navigation, leaves out language and accessibility, and stamps the current time into the archive.
"""

from collections.abc import Sequence
from typing import Any

from octavo.fonts import Font
from octavo.model import Book, EpubEdition, Page, Resource
from octavo.write.epub.access import describe_access
from octavo.write.epub.archive import pack
from octavo.write.epub.metadata import SPECIFIED_FONTS, describe, meta

__all__ = ["write"]

FOLDER = "EPUB"


def write(book: Book, edition: EpubEdition, fonts: Sequence[Font]) -> bytes:
    """Give the bytes of an EPUB: the same bytes for the same input.

    Args:
        book: its metadata, images and cover.
        edition: its rendered pages.
        fonts: what is embedded.
    """
    return pack(_package(book, edition, fonts), edition, book.metadata)


def _package(book: Book, edition: EpubEdition, fonts: Sequence[Font]) -> Any:
    from ebooklib import epub

    package = epub.EpubBook()
    package.FOLDER_NAME = FOLDER
    package.IDENTIFIER_ID = "identifier"
    package.uid = book.metadata.identifier
    package.metadata = {}
    package.prefixes = []
    describe(package, book.metadata)
    if edition.vertical:  # Kindle does not read it off the style
        mode = {"name": "primary-writing-mode", "content": "vertical-rl"}
        package.add_metadata(None, "meta", "", mode)
    describe_access(package, edition, book.metadata.evaluation)
    if fonts:
        meta(package, SPECIFIED_FONTS, "true")
    nav = epub.EpubNav(uid="nav", file_name="nav.xhtml")
    for item in (nav, epub.EpubNcx(uid="ncx", file_name="toc.ncx")):
        package.add_item(item)
    package.add_item(_item("style", "style/book.css", "text/css", edition.css.encode()))
    pages = [_page(page) for page in edition.pages]
    for item in pages:
        package.add_item(item)
    for nth, font in enumerate(fonts, start=1):
        name = f"fonts/{font.face.name}"
        package.add_item(_item(f"font-{nth}", name, "font/ttf", font.data))
    _illustrate(package, book)
    package.spine = [*pages[: edition.contents_at], nav, *pages[edition.contents_at :]]
    package.direction = "rtl" if edition.direction == "rtl" else None
    return package


# Beginnings of tags → the property of the item they are in (EPUB 3.3, appendix C.2).
_SPECIAL = {"<math": "mathml", "<svg": "svg"}


def _page(page: Page) -> Any:
    # An EpubItem: an EpubHtml would be parsed anew and lose its head and its namespaces.
    item = _item(
        f"page-{page.name}",
        f"text/{page.name}.xhtml",
        "application/xhtml+xml",
        page.markup.encode(),
    )
    item.properties = [each for tag, each in _SPECIAL.items() if tag in page.markup]
    return item


def _illustrate(package: Any, book: Book) -> None:
    images: dict[str, Resource] = {each.name: each for each in book.resources}
    if book.cover is not None:
        images[book.cover.name] = book.cover
    for nth, image in enumerate(images.values(), start=1):
        item = _item(f"image-{nth}", image.name, image.media_type, image.data)
        item.properties = ["cover-image"] if image == book.cover else []
        package.add_item(item)


def _item(uid: str, name: str, media_type: str, content: bytes) -> Any:
    from ebooklib import epub

    return epub.EpubItem(uid=uid, file_name=name, media_type=media_type, content=content)
