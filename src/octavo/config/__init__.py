"""book.toml → typed settings."""

from octavo.config.flat import flat
from octavo.config.load import line_in, load, settle
from octavo.config.metadata import metadata, moment, overridden, storable
from octavo.config.orders import CleanSettings, LinesSettings, TypographySettings
from octavo.config.rulings import line_range
from octavo.config.schema import schema, schema_text
from octavo.config.settings import (
    AccessibilitySettings,
    AuthorSettings,
    BookSettings,
    Dialect,
    EpubSettings,
    HtmlSettings,
    MarginSettings,
    PdfSettings,
    SeriesSettings,
)
from octavo.config.values import PageSize

__all__ = [
    "AccessibilitySettings",
    "AuthorSettings",
    "BookSettings",
    "CleanSettings",
    "Dialect",
    "EpubSettings",
    "HtmlSettings",
    "LinesSettings",
    "MarginSettings",
    "PageSize",
    "PdfSettings",
    "SeriesSettings",
    "TypographySettings",
    "flat",
    "line_in",
    "line_range",
    "load",
    "metadata",
    "moment",
    "overridden",
    "schema",
    "schema_text",
    "settle",
    "storable",
]
