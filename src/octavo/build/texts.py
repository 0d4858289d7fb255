"""One source file through read, clean, structure and convert."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from octavo import pandoc
from octavo.build.files import Files
from octavo.build.job import Job, Progress, Stage, Step
from octavo.clean import clean
from octavo.errors import EmptyFile, InvalidOutput
from octavo.guidance import Guidance
from octavo.model import Block, Change, Place, Text
from octavo.read import read
from octavo.structure import lost, structure, title_of


@dataclass(frozen=True, slots=True)
class Taken:
    """A source file as HTML."""

    path: str  # relative to the book's folder, with /
    converted: pandoc.Converted
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

    def begin(stage: Stage) -> None:
        progress(Step(job.name, stage, shown))

    begin("read")
    data = files.text(path)
    if not data.strip():
        hint = "Put the text into it, or leave it out"
        raise EmptyFile("the file is empty", place=Place(shown), hint=hint)
    suffix = path.suffix.lower()
    reader = _reader(suffix, job)
    if reader is None:
        return _take_rough(data, shown, job, begin)
    if suffix not in pandoc.BINARY_SUFFIXES:
        data = "\n".join(line.text for line in read(data, shown).text.lines).encode()
    begin("convert")
    return Taken(shown, pandoc.convert(data, reader, Place(shown)))


def _reader(suffix: str, job: Job) -> str | None:
    reader = pandoc.READER_OF_SUFFIX.get(suffix)
    if reader != "markdown":
        return reader
    return pandoc.READERS[job.settings.dialect if job.settings else "commonmark"]


def _take_rough(data: bytes, shown: str, job: Job, begin: Callable[[Stage], None]) -> Taken:
    guidance = Guidance(_language(job))
    taken = read(data, shown)
    begin("clean")
    cleaned = clean(taken.text, guidance)
    begin("structure")
    structured = structure(cleaned.text, replace(guidance, language=cleaned.language))
    changes = (*taken.changes, *cleaned.changes, *structured.changes)
    blocks = structured.blocks
    _account(taken.text, blocks, cleaned.changes + structured.changes, shown)
    title = title_of(blocks)
    if title is not None and _is_title(title, job):
        blocks = blocks[1:]  # it stands on the title page
    begin("convert")
    converted = pandoc.convert_blocks(blocks, Place(shown))
    recognised = cleaned.language if guidance.language is None else None
    return Taken(shown, converted, changes, title, recognised)


def _account(text: Text, blocks: tuple[Block, ...], changes: tuple[Change, ...], at: str) -> None:
    """Hold every character of the source against the blocks and the recorded changes."""
    missing = lost(text, blocks, changes)
    if missing:
        kinds = ", ".join(f"{count} × {char!r}" for char, count in sorted(missing.items())[:8])
        hint = "This is a fault of Octavo; please report it with the file"
        raise InvalidOutput(f"cleaning lost characters: {kinds}", place=Place(at), hint=hint)


def _is_title(title: str, job: Job) -> bool:
    given = job.overrides.title or (job.settings.title if job.settings else None)
    return given is None or given.casefold() == title.casefold()


def _language(job: Job) -> str | None:
    if job.overrides.language:
        return job.overrides.language
    settings = job.settings
    return settings.language if settings and "language" in settings.model_fields_set else None
