"""Settings → what is said about the book."""

import datetime
import json
import uuid

from octavo.config.load import settle
from octavo.config.settings import AccessibilitySettings, BookSettings
from octavo.config.values import EARLIEST, LATEST
from octavo.model import Author, Evaluation, Metadata, Overrides, Series

# Made once at random; with another one every book without an identifier would become another book.
_NAMESPACE = uuid.UUID("708cd887-6268-4a73-80dc-f12b664d1289")


def overridden(settings: BookSettings, overrides: Overrides) -> BookSettings:
    """Give settings with what the command line says in place of their own values.

    Raises:
        InvalidSettings: a value is wrong, and would be in book.toml too.
    """
    given: dict[str, object] = {
        key: value
        for key, value in (
            ("title", overrides.title),
            ("authors", overrides.authors or None),
            ("language", overrides.language),
        )
        if value is not None
    }
    checked = settle({"title": "-", **given}, shown="the command line")
    return settings.model_copy(update={key: getattr(checked, key) for key in given})


def metadata(settings: BookSettings, *, when: datetime.datetime) -> Metadata:
    """Say what the settings say about the book; `when` is when it was last changed, in UTC."""
    series, said = settings.series, settings.accessibility
    return Metadata(
        title=settings.title,
        subtitle=settings.subtitle,
        authors=tuple(Author(one.name, one.role, one.sort) for one in settings.authors),
        language=settings.language,
        identifier=settings.identifier or _identifier(settings),
        modified=when,
        publisher=settings.publisher,
        date=settings.date,
        rights=settings.rights,
        description=settings.description,
        subjects=settings.subjects,
        series=Series(series.name, series.number) if series else None,
        evaluation=_evaluation(said) if said else None,
    )


def _evaluation(said: AccessibilitySettings) -> Evaluation:
    return Evaluation(
        by=said.certified_by,
        wcag=said.wcag,
        level=said.level,
        credential=said.credential,
        report=said.report,
        summary=said.summary,
    )


def moment(settings: BookSettings) -> datetime.datetime:
    """Give the moment that is written into the files when nothing else is said.

    It is `modified`, or the beginning of `date`, or that of 1980, and always `storable`.
    """
    if settings.modified:
        return settings.modified
    if not settings.date:
        return EARLIEST
    year, month, day = (*(int(part) for part in settings.date.split("-")), 1, 1)[:3]
    return storable(datetime.datetime(year, month, day, tzinfo=datetime.UTC))


def storable(when: datetime.datetime) -> datetime.datetime:
    """Move a moment to the nearest one a ZIP archive, and so an EPUB, can hold: 1980 to 2107."""
    return min(max(when, EARLIEST), LATEST)


def _identifier(settings: BookSettings) -> str:
    names = [author.name for author in settings.authors]
    key = json.dumps([settings.title, names, settings.language])
    return f"urn:uuid:{uuid.uuid5(_NAMESPACE, key)}"
