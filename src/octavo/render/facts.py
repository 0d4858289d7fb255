"""What is said of a book to machines that read web pages: JSON-LD, in the terms of schema.org."""

import json
from collections.abc import Mapping

from markupsafe import Markup

from octavo.model import Book, Metadata

_ROLES = {"aut": "author", "edt": "editor", "trl": "translator", "ill": "illustrator"}


def of_book(book: Book, address: str | None) -> Markup:
    """Say what is known of the book; `address` is its front page's on the web."""
    about = book.metadata
    isbn = about.identifier.removeprefix("urn:isbn:")
    series = about.series
    said: dict[str, object] = {
        "@context": "https://schema.org",
        "@type": "Book",
        "@id": about.identifier,
        **_named(about),
        "alternativeHeadline": about.subtitle,
        "isbn": isbn if isbn != about.identifier else None,
        "publisher": about.publisher and {"@type": "Organization", "name": about.publisher},
        "datePublished": about.date,
        "description": about.description,
        "keywords": list(about.subjects),
        "copyrightNotice": about.rights,
        "isPartOf": series and {"@type": "BookSeries", "name": series.name},
        "position": series and series.number,
        "bookFormat": "https://schema.org/EBook",
        "url": address,
        "image": address + book.cover.name if address and book.cover else None,
    }
    return _script(said)


def of_chapter(book: Book, title: str, number: int, address: str | None) -> Markup:
    """Say what is known of a chapter.

    Args:
        book: the book.
        title: the chapter's.
        number: its place in the book, counted from 1.
        address: its page's on the web.
    """
    about = book.metadata
    said: dict[str, object] = {
        "@context": "https://schema.org",
        "@type": "Chapter",
        "name": title,
        "position": number,
        "url": address,
        "isPartOf": {"@type": "Book", "@id": about.identifier, **_known(_named(about))},
    }
    return _script(said)


def _named(about: Metadata) -> dict[str, object]:
    people = {
        key: [{"@type": "Person", "name": each.name} for each in about.authors if each.role == role]
        for role, key in _ROLES.items()
    }
    return {"name": about.title, **people, "inLanguage": about.language}


def _known(said: Mapping[str, object]) -> dict[str, object]:
    return {key: value for key, value in said.items() if value is not None and value != []}


def _script(said: Mapping[str, object]) -> Markup:
    written = json.dumps(_known(said), ensure_ascii=False, separators=(",", ":"))
    return Markup(written.replace("<", "\\u003c"))  # the same to JSON, but no end of the script
