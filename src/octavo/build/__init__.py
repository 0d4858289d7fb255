"""One Job in, one Report out: the only place that knows the order of the stages.

read → clean → structure → convert → chapters → render → write → check → in place
"""

import signal
import time
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

from octavo import outputs
from octavo.build import faces
from octavo.build.explaining import Explained, explain_lines
from octavo.build.files import Files
from octavo.build.job import Job, Progress, Report, Stage, Step
from octavo.build.lettering import language_of, lettered, typography_of
from octavo.build.reviewing import review
from octavo.build.texts import Taken, copy_fair, rough_texts, take
from octavo.errors import InvalidOutput, OctavoError, OutOfMemory, Unforeseen
from octavo.model import FORMATS, Artifact, Book, Change, Finding, Format, PageStart, Place

if TYPE_CHECKING:
    from octavo.chapters import Bound
    from octavo.config import BookSettings
    from octavo.fonts import FontSet
    from octavo.render import Look

# What a chapter's layout may take: wall time in seconds, and bytes of address space.
_SECONDS = 300.0
_MEMORY = 4 << 30

__all__ = [
    "Explained",
    "Job",
    "Progress",
    "Report",
    "Stage",
    "Step",
    "build",
    "copy_fair",
    "explain_lines",
    "review",
    "rough_texts",
]


def build(job: Job, progress: Progress) -> Report:
    """Build one book in the formats asked for.

    Each format is written as a draft, checked, and only then put in place of the last good file;
    the first that fails ends the build and leaves its last good file as it was. The PDF comes
    first, for the EPUB has its page numbers; but what can do without it is made if it fails.
    """
    started, record = time.monotonic(), _Record()
    error: OctavoError | None = None
    try:
        _build(job, progress, record)
    except OctavoError as fault:
        error = fault
    except MemoryError:
        hint = "Split long texts, and scale large images down"
        error = OutOfMemory("the book takes more memory than there is", hint=hint)
    except Exception as fault:
        error = _unforeseen(fault)
    progress(Step(job.name, "done"))
    return Report(
        job=job,
        artifacts=tuple(sorted(record.artifacts, key=lambda one: FORMATS.index(one.format))),
        changes=tuple(record.changes),
        findings=tuple(dict.fromkeys(record.findings)),
        error=error,
        seconds=time.monotonic() - started,
    )


@dataclass(slots=True)
class _Record:
    """What is to be reported, also when the build ends early."""

    artifacts: list[Artifact] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Set:
    """A book with all that every format needs."""

    job: Job
    book: Book
    settings: "BookSettings"
    fonts: "FontSet"
    look: "Look"
    folders: tuple[Path, ...]
    new: int  # of the texts, as far as an earlier build has not kept what pandoc made of them
    built: tuple[Artifact, ...] = ()  # the formats that are in place
    starts: tuple[PageStart, ...] = ()  # of the PDF's pages, once it is made


@dataclass(frozen=True, slots=True)
class _Written:
    data: bytes | Mapping[str, bytes]  # of a site, its files by their paths
    starts: tuple[PageStart, ...] = ()  # of a PDF's pages
    findings: tuple[Finding, ...] = ()


def _unforeseen(fault: Exception) -> OctavoError:
    what = traceback.format_exception_only(fault)[-1].strip()
    hint = "Run the command again with --verbose and please report what it prints"
    trace = "".join(traceback.format_exception(fault)).rstrip()
    return Unforeseen(f"a fault of Octavo, not of the book: {what}", hint=hint, trace=trace)


def _build(job: Job, progress: Progress, record: _Record) -> None:
    if job.fault is not None:
        raise job.fault
    ready = _prepare(job, progress, record)
    fault: OctavoError | None = None
    for format_ in sorted(job.formats, key=lambda each: each != "pdf"):
        try:
            written = _made(ready, format_, progress, record)
        except OctavoError as error:
            if format_ != "pdf":
                raise
            fault = error
        else:
            starts = ready.starts or written.starts
            ready = replace(ready, starts=starts, built=tuple(record.artifacts))
    if fault is not None:
        raise fault
    if job.cache is not None:
        from octavo.cache import Cache

        Cache(job.cache).prune()


def _made(ready: _Set, format_: Format, progress: Progress, record: _Record) -> _Written:
    job = ready.job
    progress(Step(job.name, "render", format_))
    written = _WRITERS[format_](ready, partial(_say, progress, job.name))
    record.findings += written.findings
    progress(Step(job.name, "check", format_))
    record.artifacts.append(_put(job, format_, written, record))
    return written


def _taken(job: Job, files: Files, progress: Progress) -> list[Taken]:
    """Take the texts, several at once: most of the time is pandoc's, which is another program.

    The first in reading order that fails is the one that is told of.
    """
    from concurrent.futures import ThreadPoolExecutor

    telling = Lock()

    def told(step: Step) -> None:
        with telling:
            progress(step)

    with ThreadPoolExecutor(job.workers, initializer=_leave_signals) as threads:
        waited = [threads.submit(take, path, files, job, told) for path in job.texts]
        try:
            return [each.result() for each in waited]
        finally:
            for each in waited:
                each.cancel()


def _leave_signals() -> None:
    # Python heeds signals in the main thread, which sleeps on if the system gives them to another.
    signal.pthread_sigmask(signal.SIG_BLOCK, (signal.SIGINT, signal.SIGTERM, signal.SIGHUP))


def _say(progress: Progress, book: str, detail: str) -> None:
    progress(Step(book, "write", detail))


def _prepare(job: Job, progress: Progress, record: _Record) -> _Set:
    from octavo.chapters import Source, bind
    from octavo.config import metadata, moment

    files = Files(job.folder)
    taken = _taken(job, files, progress)
    for each in taken:
        record.changes += each.changes
        record.findings += _recognised(each)
        files.media.update({(each.path, name): data for name, data in each.converted.media})
    typography = typography_of(job, taken)
    bound = bind(
        [Source(each.path, each.converted.html) for each in taken],
        title=_given_title(job, taken),
        fetch=files.image,
        depth=job.settings.contents_depth if job.settings else 2,
        typography=typography,
    )
    record.findings += bound.findings
    settings = _settings(job, taken, bound)
    about = lettered(metadata(settings, when=job.when or moment(settings)), typography)
    cover = files.cover(str(settings.cover)) if settings.cover else None
    book = Book(about, bound.chapters, bound.contents, bound.resources, cover)
    folders = _folders(job, settings)
    fonts = _fonts(book, folders, record)
    new = sum(each.new for each in taken)
    return _Set(job, book, settings, fonts, _look(settings), folders, new)


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


def _fonts(book: Book, folders: tuple[Path, ...], record: _Record) -> "FontSet":
    from octavo.fonts import faces_for, font_set
    from octavo.render import text_face

    own = faces_for(_markup(book), text_face(folders))
    fonts = font_set(_characters(book, folders), own)
    record.findings.extend(faces.lacking(fonts.missing, book.metadata.language))
    return fonts


def _markup(book: Book) -> list[str]:
    return [c.html + "".join(note.html for note in c.notes) for c in book.chapters]


def _characters(book: Book, folders: tuple[Path, ...]) -> set[str]:
    from octavo.render import said_beside

    return set().union(*_markup(book), *said_beside(book, folders))


def _html(ready: _Set, say: Callable[[str], None]) -> _Written:
    from octavo.render import html_edition
    from octavo.write import html

    fonts = ready.fonts.fonts if ready.settings.html.embed_fonts else ()
    page = html_edition(ready.book, fonts, ready.look, ready.folders)
    say("html")
    return _Written(html.write(page))


def _epub(ready: _Set, say: Callable[[str], None]) -> _Written:
    from octavo.build.subsetting import ebook_fonts
    from octavo.render import drawn_cover, epub_edition
    from octavo.write import epub

    fonts = ebook_fonts(ready.book, ready.folders) if ready.settings.epub.embed_fonts else ()
    book, findings = ready.book, tuple[Finding, ...]()
    if book.cover is None:
        book = replace(book, cover=drawn_cover(book, ready.look, ready.folders))
        findings = _NO_COVER if book.cover is None else ()
    edition = epub_edition(book, fonts, ready.look, ready.folders, _starts(ready))
    say("epub")
    return _Written(epub.write(book, edition, fonts), findings=findings)


_NO_COVER = (
    Finding(
        "cover",
        "info",
        "no cover is drawn, because Octavo's fonts lack a character of its words;"
        ' give a picture with cover = "…" in book.toml',
    ),
)


def _starts(ready: _Set) -> tuple[PageStart, ...]:
    """Give where the PDF's pages begin, if it was made in this build or the same one before."""
    if ready.starts or ready.job.cache is None or "pdf" in ready.job.formats:
        return ready.starts
    from octavo.build.pages import kept
    from octavo.cache import Cache

    return kept(Cache(ready.job.cache), _page_key(ready))


def _page_key(ready: _Set) -> str:
    from octavo.build.pages import page_key

    divided = ready.settings.pdf.bind and not ready.look.run_on
    return page_key(ready.book, ready.look, ready.folders, divided=divided)


def _pdf(ready: _Set, say: Callable[[str], None]) -> _Written:
    from octavo.cache import Cache
    from octavo.crew import Crew
    from octavo.fonts import faces_of, font_set
    from octavo.render import print_edition, text_face
    from octavo.scripts import of_language
    from octavo.write import pdf

    cache = Cache(ready.job.cache) if ready.job.cache else None
    said, language = ready.settings.pdf, ready.book.metadata.language
    with Crew(ready.job.workers, seconds=_SECONDS, memory=_MEMORY) as crew:
        for _ in range(min(ready.new, ready.job.workers if said.bind else 1)):
            crew.submit(pdf.load)  # meanwhile the pages are made
        own = faces_of(text_face(ready.folders))
        fonts = font_set(_characters(ready.book, ready.folders), own, neighbours=True).fonts
        edition = print_edition(ready.book, fonts, ready.look, ready.folders)
        say("pdf")
        shop = pdf.Shop(crew, cache, lambda title: say(f"pdf: {title}"))
        laid = pdf.write(
            ready.book,
            edition,
            fonts,
            shop,
            divided=said.bind and not ready.look.run_on,
            standard=said.standard,
            lent=bool(ready.fonts.missing) or of_language(language) is not None,
        )
    if cache is not None:
        from octavo.build.pages import keep

        keep(cache, _page_key(ready), laid.starts)
    return _Written(laid.data, laid.starts, faces.joined(laid.findings, language))


def _site(ready: _Set, say: Callable[[str], None]) -> _Written:
    from octavo.build.site import site_files

    said = ready.settings.html
    fonts = ready.fonts.fonts if said.embed_fonts else ()
    files = site_files(ready.book, fonts, ready.look, ready.folders, ready.built, said.address)
    say("site")
    return _Written(files)


_WRITERS: dict[Format, Callable[[_Set, Callable[[str], None]], _Written]] = {
    "epub": _epub,
    "pdf": _pdf,
    "html": _html,
    "site": _site,
}


def _put(job: Job, format_: Format, written: _Written, record: _Record) -> Artifact:
    """Write a draft, check it, and put it in place."""
    import hashlib  # takes megabytes, which cleaning can do without

    from octavo import check

    target = job.output / f"{job.name}.{format_}"
    with outputs.draft(written.data, target) as path:
        found = check.check(path, format_)
        if job.validators is not None:
            found += check.validate(path, format_, job.validators)
        found = tuple(_named(each, path, target) for each in found)
        record.findings += found
        wrong = [each for each in found if each.severity == "error"]
        if wrong:
            raise _invalid(wrong, target)
        outputs.put(path, target)
    data = written.data
    whole = data if isinstance(data, bytes) else outputs.sums(data)
    size = len(data) if isinstance(data, bytes) else sum(map(len, data.values()))
    return Artifact(
        format_, target, hashlib.sha256(whole).hexdigest(), size, len(written.starts) or None
    )


def _named(finding: Finding, draft: Path, target: Path) -> Finding:
    """Give a finding in the draft as one in its target: nobody will see the draft."""
    place, message = finding.place, finding.message
    if place is not None and place.path == draft.name:
        place = replace(place, path=target.name)
    for name in (str(draft.resolve()), str(draft), draft.name):
        message = message.replace(name, target.name)
    return replace(finding, message=message, place=place)


def _invalid(wrong: list[Finding], target: Path) -> InvalidOutput:
    said = [f"{each.place}: {each.message}" if each.place else each.message for each in wrong]
    more = [f"and {len(said) - 20} more"] if len(said) > 20 else []
    kept = "The last good file is still there; " if target.exists() else ""
    hint = f"{kept}look for the cause in the text or your templates, or report it with the book"
    message = f"{target.name} failed its checks and was not put in place: "
    lines = "\n".join(each.rstrip(".") for each in [*said[:20], *more])
    return InvalidOutput(message + lines, hint=hint[0].upper() + hint[1:])
