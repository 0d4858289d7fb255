"""What the settings, the command and the texts say of a book's signs and their language."""

from dataclasses import replace
from typing import TYPE_CHECKING

from octavo.build.job import Job
from octavo.build.texts import Taken
from octavo.model import Metadata

if TYPE_CHECKING:
    from octavo.chapters import Typography


def language_of(job: Job, taken: list[Taken]) -> str:
    """Give the book's language: what the command says, its settings, its first text, or English."""
    if job.overrides.language:
        return job.overrides.language
    if job.settings is not None:
        return job.settings.language
    first = taken[0]
    return first.converted.language or first.recognised or "en"


def typography_of(job: Job, taken: list[Taken]) -> "Typography":
    """Give how the book's signs are set."""
    from octavo.chapters import Typography

    language = language_of(job, taken)
    if job.settings is None:
        return Typography(language)
    said = job.settings.typography
    return Typography(language, frozenset(said.off), said.quotes)


def lettered(about: Metadata, typography: "Typography") -> Metadata:
    """Give what is said of a book with the signs of its titles and description set."""

    def line(text: str | None) -> str | None:
        return typography.line(text) if text is not None else None

    series = about.series
    return replace(
        about,
        title=typography.line(about.title),
        subtitle=line(about.subtitle),
        description=line(about.description),
        series=replace(series, name=typography.line(series.name)) if series else None,
    )
