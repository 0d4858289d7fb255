"""Write a site: the files of one folder."""

from collections.abc import Mapping

from octavo.model import Book, SiteEdition
from octavo.write import html


def write(
    book: Book, edition: SiteEdition, fonts: Mapping[str, bytes], downloads: Mapping[str, bytes]
) -> dict[str, bytes]:
    """Give the files of a site by their paths in its folder.

    Args:
        book: whose images are taken.
        edition: its pages.
        fonts: by their names.
        downloads: other editions by their paths.
    """
    pictures = (*book.resources, book.cover) if book.cover else book.resources
    return {
        **downloads,
        **{f"fonts/{name}": data for name, data in fonts.items()},
        **{picture.name: picture.data for picture in pictures},
        **{f"{page.name}.html": html.write(page.markup) for page in edition.pages},
        "book.css": edition.css.encode("utf-8"),
        "search-index.js": edition.index.encode("utf-8"),
    }
