"""A book's texts, taken and bound: all that every format needs."""

import signal
from collections.abc import Mapping
from concurrent.futures import Executor
from dataclasses import dataclass, field, replace
from importlib import import_module
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

from octavo.build import faces
from octavo.build.files import Files
from octavo.build.job import Job, Progress, Step
from octavo.build.lettering import Lettered, language_of, lettered, typography_of
from octavo.build.telling import Course
from octavo.build.texts import Taken, take
from octavo.errors import EmptyFile, OctavoError
from octavo.model import Artifact, Book, Change, Finding, PageStart, Place

if TYPE_CHECKING:
    from octavo.chapters import Bound
    from octavo.config import BookSettings
    from octavo.fonts import Font, FontSet
    from octavo.render import EpubDraft, Look


@dataclass(slots=True)
class Record:
    """What is to be reported, also when the build ends early."""

    artifacts: list[Artifact] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    errors: list[OctavoError] = field(default_factory=list)
    starts: tuple[PageStart, ...] = ()  # of a PDF's pages

    def add(self, other: "Record") -> None:
        """Take over what another has to report."""
        self.artifacts += other.artifacts
        self.changes += other.changes
        self.findings += other.findings
        self.errors += other.errors
        self.starts = self.starts or other.starts


@dataclass(slots=True)
class Drafts:
    """What was made of formats before their turn; it is taken away when that comes."""

    begun: bool = False
    epub: "tuple[EpubDraft, tuple[Font, ...]] | None" = None
    html: bytes | None = None


@dataclass(frozen=True, slots=True)
class Ready:
    """A book with all that every format needs."""

    job: Job
    book: Book
    settings: "BookSettings"
    fonts: "FontSet"
    look: "Look"
    folders: tuple[Path, ...]
    new: int  # of the texts, as far as an earlier build has not kept what pandoc made of them
    seen: Mapping[str, bytes | None]  # the pictures that were looked for
    findings: tuple[Finding, ...]  # whatever the format
    setters: Executor | None = None  # lay chapters out
    built: tuple[Artifact, ...] = ()  # the formats that are in place
    starts: tuple[PageStart, ...] = ()  # of the PDF's pages, once it is made
    drafts: Drafts = field(default_factory=Drafts)


def prepare(job: Job, progress: Progress, record: Record) -> Ready:
    """Take a book's texts, and bind them.

    Raises:
        OctavoError
    """
    files = Files(job.folder)
    taken = _taken(job, files, progress)
    with Course(progress, Step(job.name, "chapters")):
        return _bound(job, files, taken, record)


def _taken(job: Job, files: Files, progress: Progress) -> list[Taken]:
    """Take the texts, several at once: most of the time is pandoc's, which is another program.

    The first in reading order that fails is the one that is told of.
    """
    from concurrent.futures import ThreadPoolExecutor

    telling, done, of = Lock(), 0, len(job.texts)

    def told(step: Step) -> None:
        nonlocal done
        with telling:
            done += step.stage == "text" and step.took is not None
            progress(replace(step, number=done, of=of))

    with ThreadPoolExecutor(job.workers, initializer=_leave_signals) as threads:
        waited = [threads.submit(take, path, files, job, told) for path in job.texts]
        try:
            _load(job)
            return [each.result() for each in waited]
        finally:
            for each in waited:
                each.cancel()


def _load(job: Job) -> None:
    """Load what is wanted next: pandoc works meanwhile."""
    for name in ("chapters", "fonts", "render", *("write.pdf",) * ("pdf" in job.formats)):
        import_module(f"octavo.{name}")


def _leave_signals() -> None:
    # Python heeds signals in the main thread, which sleeps on if the system gives them to another.
    signal.pthread_sigmask(signal.SIG_BLOCK, (signal.SIGINT, signal.SIGTERM, signal.SIGHUP))


def _bound(job: Job, files: Files, taken: list[Taken], record: Record) -> Ready:
    from octavo.chapters import Source, bind
    from octavo.config import metadata, moment

    for each in taken:
        record.changes += each.changes
        record.findings += _recognised(each)
        files.media.update({(each.path, name): data for name, data in each.converted.media})
    typography = typography_of(job, taken)
    memory = None
    if job.cache is not None:
        from octavo.cache import Cache

        memory = Lettered(Cache(job.cache), typography)
    bound = bind(
        [Source(each.path, each.converted.html) for each in taken],
        title=_given_title(job, taken),
        fetch=files.image,
        depth=job.settings.contents_depth if job.settings else 2,
        typography=typography,
        memory=memory,
    )
    record.findings += bound.findings
    if not bound.chapters:
        hint = "Write something below the title, or take another text"
        raise EmptyFile("there is nothing to read in it", place=Place(taken[0].path), hint=hint)
    settings = _settings(job, taken, bound)
    about = lettered(metadata(settings, when=job.when or moment(settings)), typography)
    cover = files.cover(str(settings.cover)) if settings.cover else None
    book = Book(about, bound.chapters, bound.contents, bound.resources, cover)
    folders = _folders(job, settings)
    fonts = _fonts(book, folders, own=bool(job.templates))
    record.findings += faces.lacking(fonts.missing, about.language)
    new = sum(each.new for each in taken)
    starts = job.ledger.starts if job.ledger and "pdf" not in job.formats else ()
    found = tuple(record.findings)
    return Ready(
        job, book, settings, fonts, _look(settings), folders, new, files.seen, found, starts=starts
    )


def _folders(job: Job, settings: "BookSettings") -> tuple[Path, ...]:
    """The folders of the templates, with the theme's."""
    from octavo.config import line_in
    from octavo.render import themed

    path = job.folder / "book.toml"
    line = line_in(path, ("theme",)) if job.settings and path.is_file() else None
    return themed(job.templates, settings.theme, Place("book.toml", line))


def _look(settings: "BookSettings") -> "Look":
    from octavo.render import Look

    said = settings.pdf
    return Look(
        vertical=settings.epub.vertical,
        page=said.size,
        font_size=said.font_size,
        recto=said.recto,
        line_height=said.line_height,
        margins=said.margins,
        gutter=said.gutter,
        columns=said.columns,
        opening=said.opening,
        running_heads=said.running_heads,
        run_on=said.runs_on,
        half_title=said.half_title,
        figures=said.figures,
        bleed=said.bleed,
        crop_marks=said.crop_marks,
    )


def _recognised(taken: Taken) -> tuple[Finding, ...]:
    if taken.recognised is None:
        return ()
    message = f"recognised as {taken.recognised}; say another with --lang or in book.toml"
    return (Finding("language", "info", message, Place(taken.path)),)


def _given_title(job: Job, taken: list[Taken]) -> str | None:
    """The title as far as it is known before the text has been looked at."""
    if job.overrides.title or job.settings:
        return job.overrides.title or (job.settings.title if job.settings else None)
    return next((each.converted.title or each.title for each in taken), None)


def _settings(job: Job, taken: list[Taken], bound: "Bound") -> "BookSettings":
    from octavo.chapters import name_of
    from octavo.config import overridden, settle

    if job.settings is not None:
        return overridden(job.settings, job.overrides)
    first = taken[0]
    said = {
        "title": _given_title(job, taken) or bound.title or name_of(first.path),
        "authors": job.overrides.authors or first.converted.authors,
        "language": language_of(job, taken),
    }
    return settle(said, shown=first.path)


def _fonts(book: Book, folders: tuple[Path, ...], *, own: bool) -> "FontSet":
    """Cut the fonts of the HTML editions, and look for characters that none has.

    Templates of the book's own may ask for any feature of a face. The shipped ones do not, and
    most books that are set with them share their fonts.
    """
    from octavo.fonts import PAGE_BASE, PAGE_FEATURES, cases, faces_for, font_set
    from octavo.render import text_face

    wanted = faces_for(markup_of(book), text_face(folders))
    said = characters(book, folders)
    if own:
        return font_set(said, wanted)
    return font_set(said, wanted, widened=cases, features=PAGE_FEATURES, base=PAGE_BASE)


def markup_of(book: Book) -> list[str]:
    """Give the markup of each chapter, with its notes."""
    return [c.html + "".join(note.html for note in c.notes) for c in book.chapters]


def characters(book: Book, folders: tuple[Path, ...]) -> set[str]:
    """Give the characters that stand in a book, also those which its templates set."""
    from octavo.render import said_beside

    return set().union(*markup_of(book), *said_beside(book, folders))
