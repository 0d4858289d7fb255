"""book.toml → typed settings."""

from dataclasses import dataclass

from pydantic import BaseModel


class BookSettings(BaseModel):
    """A book's settings."""


@dataclass(frozen=True, slots=True)
class Overrides:
    """What the command line says about a book; it wins over `book.toml` and the text."""

    title: str | None = None
    authors: tuple[str, ...] = ()
    language: str | None = None
