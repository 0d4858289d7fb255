"""What a build is told and what it tells."""

import datetime
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypeAlias

from octavo.build.ledger import Ledger
from octavo.errors import OctavoError
from octavo.model import Artifact, Change, Finding, Format, Overrides
from octavo.timing import Span

if TYPE_CHECKING:
    from octavo.check import Validators
    from octavo.config import BookSettings

# A text goes through four stages, and the making of a format through three. Chapters are set, and
# other formats drafted, while the PDF is written.
Stage: TypeAlias = (
    Literal["text", "read", "clean", "structure", "convert"]
    | Literal["chapters", "set", "draft"]
    | Literal["make", "render", "write", "check", "done"]
)


@dataclass(frozen=True, slots=True)
class Job:
    """What is to be built from one book. Everything the build needs to know is in here."""

    name: str  # outputs are called <name>.<format>
    folder: Path  # the book's folder; no file outside is read
    texts: tuple[Path, ...]  # the source files, in reading order, inside `folder`
    settings: "BookSettings | None"  # None: a single file, which may say its title itself
    overrides: Overrides
    templates: tuple[Path, ...]  # folders that override the shipped templates, the first wins
    output: Path  # folder
    formats: tuple[Format, ...]
    when: datetime.datetime | None  # UTC: the moment written into the files; None: the book's own
    validators: "Validators | None" = None  # the slow validators, if they are to be run
    fault: OctavoError | None = None  # what already keeps it from being built
    workers: int = 1  # processes that may convert its texts or lay out its chapters at once
    cache: Path | None = None  # folder for what can be used again; None: nothing is kept
    keep_going: bool = False  # make the other formats if one fails
    ledger: Ledger | None = None  # what is known of its outputs; None: all are made, and no stamps
    settle: "Callable[[Job], Job] | None" = None  # completes it, if its settings are not read yet
    is_done: bool = False  # all it asks for is there already, and nothing else is to be done

    def settled(self) -> "Job":
        """Give the job with all that is known of its book; its `fault` may be found only now."""
        return self if self.settle is None else self.settle(self)


@dataclass(frozen=True, slots=True)
class Report:
    """What became of a Job. One book's failure is a value: the other books go on."""

    job: Job
    artifacts: tuple[Artifact, ...] = ()
    changes: tuple[Change, ...] = ()
    findings: tuple[Finding, ...] = ()
    errors: tuple[OctavoError, ...] = ()  # several only if it was to go on after the first
    seconds: float = 0.0  # wall time
    begun: bool = True  # False: another book had failed, and none was begun after it

    @property
    def error(self) -> OctavoError | None:
        """What went wrong first."""
        return self.errors[0] if self.errors else None


@dataclass(frozen=True, slots=True)
class Step:
    """A stage of a book begins or has ended; with "done", the book is finished."""

    book: str  # the job's name
    stage: Stage
    detail: str = ""  # the file, format or chapter it works on
    took: Span | None = None  # when it was, and who did it; None: it begins
    number: int = 0  # of the texts, or of the chapters laid out: how many are done
    of: int = 0  # how many there are; 0: they are not counted
    failed: bool = False  # of a book
    kept: bool = False  # of a book: all its outputs were up to date


Progress: TypeAlias = Callable[[Step], None]


def done(job: Job) -> Report:
    """Give the report of a job that is done already."""
    if job.ledger is None:
        raise ValueError("nothing is known of its outputs")
    found = (each for format_ in job.formats for each in job.ledger.stamps[format_].findings)
    kept = tuple(job.ledger.kept(each, job.output, job.name) for each in job.formats)
    return Report(job, kept, findings=tuple(dict.fromkeys(found)))
