"""One source file through read, clean, structure and convert."""

import html
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from octavo import pandoc
from octavo.build.files import Files
from octavo.build.guiding import orders
from octavo.build.job import Job, Progress, Stage, Step
from octavo.build.telling import Course
from octavo.errors import EmptyFile
from octavo.guidance import Guidance
from octavo.model import Change, FairCopy, Place
from octavo.read import read

if TYPE_CHECKING:
    from octavo.cache import Cache


@dataclass(frozen=True, slots=True)
class Taken:
    """A source file as HTML."""

    path: str  # relative to the book's folder, with /
    converted: pandoc.Converted
    new: bool  # it is not what was kept of an earlier build
    changes: tuple[Change, ...] = ()
    title: str | None = None  # what a rough text gives as its title
    recognised: str | None = None  # the language of a rough text, where nobody has said it


def take(path: Path, files: Files, job: Job, progress: Progress) -> Taken:
    """Turn a source file into HTML.

    A name that ends in .txt, or in nothing pandoc reads, is rough text: it is cleaned and its
    structure guessed. Every other kind says itself what it is, and goes to pandoc as it stands.

    Raises:
        SourceError, ToolError: the file cannot be made sense of.
    """
    shown = files.shown(path)

    with Course(progress, Step(job.name, "text", shown)) as course:
        return _taken(path, shown, files, job, course.begin)


def _taken(path: Path, shown: str, files: Files, job: Job, begin: Callable[[Stage], None]) -> Taken:
    begin("read")
    data = files.text(path)
    if not data.strip():
        hint = "Put the text into it, or leave it out"
        raise EmptyFile("the file is empty", place=Place(shown), hint=hint)
    suffix = path.suffix.lower()
    reader = _reader(suffix, job)
    if reader is None:
        return _take_rough(data, shown, job, begin)
    changes: tuple[Change, ...] = ()
    if suffix not in pandoc.BINARY_SUFFIXES:
        taken = read(data, shown)
        changes = taken.changes
        data = "\n".join(line.text for line in taken.text.lines).encode()
    begin("convert")
    made, new = _converted(data, reader, shown, job)
    if made.title is not None and _is_title(made.title, job):
        made = replace(made, html=_without_title(made.html, made.title))
    return Taken(shown, made, new, changes)


def rough_texts(job: Job) -> tuple[Path, ...]:
    """Give the source files that are rough text; a file that was named by itself always is."""
    if job.settings is None:
        return job.texts
    return tuple(path for path in job.texts if _reader(path.suffix.lower(), job) is None)


def copy_fair(path: Path, job: Job, *, with_source: bool = False) -> FairCopy:
    """Give the fair copy of one of a book's rough texts, with its lines if they are wanted.

    Raises:
        SourceError: the file cannot be made sense of.
        InvalidOutput: a character would be lost.
    """
    from octavo.build.fair import fair_copy

    files = Files(job.folder)
    shown = files.shown(path)
    guidance = guidance_of(job, shown)
    return fair_copy(files.text(path), shown, guidance, with_source=with_source)


def _reader(suffix: str, job: Job) -> str | None:
    reader = pandoc.READER_OF_SUFFIX.get(suffix)
    if reader != "markdown":
        return reader
    return pandoc.READERS[job.settings.dialect if job.settings else "commonmark"]


def _take_rough(data: bytes, shown: str, job: Job, begin: Callable[[Stage], None]) -> Taken:
    from octavo.build.copies import copied

    guidance = guidance_of(job, shown)
    copy = copied(data, shown, guidance, begin, _cache(job))
    stands_on_title_page = copy.title is not None and _is_title(copy.title, job)
    document = copy.untitled if stands_on_title_page else copy.document
    begin("convert")
    made, new = _converted(document, "json", shown, job)
    recognised = copy.language if guidance.language is None else None
    return Taken(shown, made, new, copy.changes, copy.title, recognised)


def _converted(data: bytes, reader: str, shown: str, job: Job) -> tuple[pandoc.Converted, bool]:
    from octavo.build.converting import converted

    return converted(data, reader, Place(shown), _cache(job))


def _cache(job: Job) -> "Cache | None":
    from octavo.cache import Cache

    return Cache(job.cache) if job.cache is not None else None


def guidance_of(job: Job, shown: str) -> Guidance:
    """Give what the book's settings and the command say of one of its rough texts."""
    return Guidance(_language(job), orders(job.settings, shown))


_FIRST_HEADING = re.compile(r"\s*<h([1-6])(?: [^<>]*)?>(.*?)</h\1>", re.DOTALL)
_TAG = re.compile(r"<[^<>]*>")


def _without_title(converted: str, title: str) -> str:
    """Drop the heading a text begins with, if it only repeats the title in its metadata."""
    first = _FIRST_HEADING.match(converted)
    said = html.unescape(_TAG.sub("", first[2])) if first else ""
    return converted[first.end() :] if first and said.split() == title.split() else converted


def _is_title(title: str, job: Job) -> bool:
    given = job.overrides.title or (job.settings.title if job.settings else None)
    return given is None or given.casefold() == title.casefold()


def _language(job: Job) -> str | None:
    if job.overrides.language:
        return job.overrides.language
    settings = job.settings
    return settings.language if settings and "language" in settings.model_fields_set else None
