"""One Job in, one Report out: the only module that knows the order of the stages."""

import datetime
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeAlias

from octavo.config import BookSettings
from octavo.errors import OctavoError
from octavo.model import Artifact, Change, Finding, Format

Stage: TypeAlias = Literal[
    "read", "clean", "structure", "convert", "render", "write", "check", "done"
]


@dataclass(frozen=True, slots=True)
class Job:
    """What is to be built from one book. Everything the build needs to know is in here."""

    name: str  # outputs are called <name>.<format>
    folder: Path  # the book's folder; no file outside is read
    texts: tuple[Path, ...]  # the source files, in reading order, inside `folder`
    settings: BookSettings
    templates: tuple[Path, ...]  # folders that override the shipped templates, the first wins
    output: Path  # folder
    formats: tuple[Format, ...]
    when: datetime.datetime  # UTC: the moment that is written into the files
    validate: bool = False  # run the slow validators too


@dataclass(frozen=True, slots=True)
class Report:
    """What became of a Job. One book's failure is a value: the other books go on."""

    job: Job
    artifacts: tuple[Artifact, ...] = ()
    changes: tuple[Change, ...] = ()
    findings: tuple[Finding, ...] = ()
    error: OctavoError | None = None
    seconds: float = 0.0  # wall time


@dataclass(frozen=True, slots=True)
class Step:
    """A stage of a book begins (or, with "done", the book is finished)."""

    book: str  # the job's name
    stage: Stage
    detail: str = ""  # the file or format it works on


Progress: TypeAlias = Callable[[Step], None]


def build(job: Job, progress: Progress) -> Report:
    """Build one book in the formats asked for."""
    raise NotImplementedError
