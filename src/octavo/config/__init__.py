"""book.toml → typed settings."""

from octavo.config.load import load, settle
from octavo.config.metadata import Overrides, metadata, moment, storable
from octavo.config.schema import schema, schema_text
from octavo.config.settings import (
    AuthorSettings,
    BookSettings,
    Dialect,
    EpubSettings,
    HtmlSettings,
    PdfSettings,
    SeriesSettings,
)
from octavo.config.values import PageSize

__all__ = [
    "AuthorSettings",
    "BookSettings",
    "Dialect",
    "EpubSettings",
    "HtmlSettings",
    "Overrides",
    "PageSize",
    "PdfSettings",
    "SeriesSettings",
    "load",
    "metadata",
    "moment",
    "schema",
    "schema_text",
    "settle",
    "storable",
]
