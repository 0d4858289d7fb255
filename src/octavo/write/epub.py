"""Write an EPUB 3.3 with ebooklib, which makes the package; pages and navigation are our own.

What ebooklib 0.20 gets wrong is put right here: it parses pages anew as HTML, makes its own poor
navigation, leaves out language and accessibility, and stamps the current time into the archive.
"""

import io
import re
import zipfile
from collections.abc import Sequence
from typing import Any

from octavo.fonts import Font
from octavo.model import Author, Book, EpubEdition, Metadata, Page, Resource

FOLDER = "EPUB"
# A zip entry has to have a date; dcterms:modified is where the book's stands.
_ZIP_DATE = (1980, 1, 1, 0, 0, 0)
# An image whose alternative text is empty; other attributes may hold these letters as well.
_UNDESCRIBED = re.compile(r'<img(?: [\w:.-]+="[^"]*")*? alt=""')
_XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"


def write(book: Book, edition: EpubEdition, fonts: Sequence[Font]) -> bytes:
    """Give the bytes of an EPUB: the same bytes for the same input.

    Args:
        book: its metadata, images and cover.
        edition: its rendered pages.
        fonts: what is embedded.
    """
    package = _package(book, edition, fonts)
    out = io.BytesIO()
    _write_package(package, edition, book.metadata, out)
    return out.getvalue()


def _package(book: Book, edition: EpubEdition, fonts: Sequence[Font]) -> Any:
    from ebooklib import epub

    package = epub.EpubBook()
    package.FOLDER_NAME = FOLDER
    package.IDENTIFIER_ID = "identifier"
    package.uid = book.metadata.identifier
    package.metadata = {}
    package.prefixes = []
    _describe(package, book.metadata)
    _describe_access(package, book, edition)
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
    package.spine = _spine(pages, nav)
    package.direction = "rtl" if edition.direction == "rtl" else None
    return package


def _spine(pages: list[Any], nav: Any) -> list[Any]:
    """Cover and title page, then the contents, then the text."""
    front = [page for page in pages if page.id in {"page-cover", "page-title"}]
    return [*front, nav, *(page for page in pages if page not in front)]


def _page(page: Page) -> Any:
    # An EpubItem: an EpubHtml would be parsed anew and lose its head and its namespaces.
    item = _item(
        f"page-{page.name}",
        f"text/{page.name}.xhtml",
        "application/xhtml+xml",
        page.markup.encode(),
    )
    item.properties = ["mathml"] if page.formulas else []
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


def _describe(package: Any, about: Metadata) -> None:
    """Dublin Core, each refined by meta elements as EPUB 3.3, section 5.5, has it."""
    _dc(package, "identifier", about.identifier, id="identifier")
    _dc(package, "title", about.title, id="title")
    _meta(package, "title-type", "main", refines="#title")
    if about.subtitle:
        _dc(package, "title", about.subtitle, id="subtitle")
        _meta(package, "title-type", "subtitle", refines="#subtitle")
    _dc(package, "language", about.language)
    for nth, author in enumerate(about.authors, start=1):
        _describe_author(package, author, nth)
    for name, value in (
        ("publisher", about.publisher),
        ("date", about.date),
        ("rights", about.rights),
        ("description", about.description),
        *(("subject", subject) for subject in about.subjects),
    ):
        if value:
            _dc(package, name, value)
    if about.series:
        _meta(package, "belongs-to-collection", about.series.name, id="series")
        _meta(package, "collection-type", "series", refines="#series")
        if about.series.number is not None:
            _meta(package, "group-position", f"{about.series.number:g}", refines="#series")


def _describe_author(package: Any, author: Author, nth: int) -> None:
    name = f"author-{nth}"
    _dc(package, "creator" if author.role == "aut" else "contributor", author.name, id=name)
    _meta(package, "role", author.role, refines=f"#{name}", scheme="marc:relators")
    if author.sort:
        _meta(package, "file-as", author.sort, refines=f"#{name}")


def _describe_access(package: Any, book: Book, edition: EpubEdition) -> None:
    """What the book offers to whom, read off the book itself (schema.org accessibility terms)."""
    markup = [page.markup for page in edition.pages]
    images = any("<img" in page for page in markup)
    described = not any(_UNDESCRIBED.search(page) for page in markup)
    moving = any(image.media_type == "image/gif" for image in book.resources)
    features = [
        "structuralNavigation",
        "tableOfContents",
        "readingOrder",
        "displayTransformability",
    ]
    features += ["alternativeText"] if images and described else []
    features += ["MathML"] if any(page.formulas for page in edition.pages) else []
    for mode in ("textual", "visual") if images else ("textual",):
        _meta(package, "schema:accessMode", mode)
    if described:
        _meta(package, "schema:accessModeSufficient", "textual")
    for feature in features:
        _meta(package, "schema:accessibilityFeature", feature)
    _meta(package, "schema:accessibilityHazard", "unknown" if moving else "none")
    _meta(package, "schema:accessibilitySummary", _summary(images, described))


def _summary(images: bool, described: bool) -> str:
    about_images = (
        ""
        if not images
        else " All images have alternative text."
        if described
        else " Some images have no alternative text."
    )
    return (
        "The text has headings, a table of contents and a logical reading order, and can be read"
        f" aloud or in any size and colour.{about_images} No person has evaluated it."
    )


def _dc(package: Any, name: str, value: str, **attributes: str) -> None:
    package.add_metadata("DC", name, value, attributes)


def _meta(package: Any, name: str, value: str, **attributes: str) -> None:
    package.add_metadata(None, "meta", value, {"property": name, **attributes})


def _write_package(package: Any, edition: EpubEdition, about: Metadata, out: io.BytesIO) -> None:
    from ebooklib import epub

    class Writer(epub.EpubWriter):  # type: ignore[misc]  # ebooklib ships no types
        """Writes our navigation in place of its own, and an archive without a clock."""

        def write(self) -> None:
            with _StillZip(out, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as self.out:
                self.out.writestr("mimetype", "application/epub+zip", zipfile.ZIP_STORED)
                self._write_container()
                self._write_opf()
                self._write_items()

        def _get_nav(self, item: object) -> bytes:
            return edition.nav.encode()

        def _get_ncx(self) -> bytes:
            return edition.ncx.encode()

        def _write_opf_file(self, root: Any) -> None:
            root.set(_XML_LANG, about.language)
            del root.attrib["prefix"]  # declares a vocabulary that is built in and not used
            super()._write_opf_file(root)

    options = {"mtime": about.modified, "raise_exceptions": True, "epub3_pages": False}
    writer = Writer(None, package, options)
    writer.process()
    writer.write()


class _StillZip(zipfile.ZipFile):
    """An archive whose entries all have the same date and rights."""

    def writestr(
        self,
        zinfo_or_arcname: str | zipfile.ZipInfo,
        data: bytes | str,  # type: ignore[override]  # the wider type is never used here
        compress_type: int | None = None,
        compresslevel: int | None = None,
    ) -> None:
        entry = zipfile.ZipInfo(str(zinfo_or_arcname), _ZIP_DATE)
        entry.compress_type = zipfile.ZIP_DEFLATED if compress_type is None else compress_type
        entry.external_attr = 0o644 << 16
        entry.create_system = 3  # Unix, wherever it is built
        super().writestr(entry, data, entry.compress_type, compresslevel or 9)
