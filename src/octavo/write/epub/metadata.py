"""What the package says of the book: Dublin Core, and meta elements that refine it."""

from typing import Any

from octavo.model import Author, Metadata

# Without it Apple Books shows its own fonts (Apple Books Asset Guide, Fonts Overview).
SPECIFIED_FONTS = "ibooks:specified-fonts"


def describe(package: Any, about: Metadata) -> None:
    """Dublin Core, each refined by meta elements as EPUB 3.3, section 5.5, has it."""
    dc(package, "identifier", about.identifier, id="identifier")
    dc(package, "title", about.title, id="title")
    meta(package, "title-type", "main", refines="#title")
    if about.subtitle:
        dc(package, "title", about.subtitle, id="subtitle")
        meta(package, "title-type", "subtitle", refines="#subtitle")
    dc(package, "language", about.language)
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
            dc(package, name, value)
    if about.series:
        meta(package, "belongs-to-collection", about.series.name, id="series")
        meta(package, "collection-type", "series", refines="#series")
        if about.series.number is not None:
            meta(package, "group-position", f"{about.series.number:g}", refines="#series")


def _describe_author(package: Any, author: Author, nth: int) -> None:
    name = f"author-{nth}"
    dc(package, "creator" if author.role == "aut" else "contributor", author.name, id=name)
    meta(package, "role", author.role, refines=f"#{name}", scheme="marc:relators")
    if author.sort:
        meta(package, "file-as", author.sort, refines=f"#{name}")


def dc(package: Any, name: str, value: str, **attributes: str) -> None:
    """Add an element of Dublin Core."""
    package.add_metadata("DC", name, value, attributes)


def meta(package: Any, name: str, value: str, **attributes: str) -> None:
    """Add a meta element."""
    package.add_metadata(None, "meta", value, {"property": name, **attributes})
