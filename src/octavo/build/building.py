"""One Job in, one Report out: read, take apart, make and put in place what is not up to date."""

import contextlib
import traceback
from collections.abc import Iterator
from concurrent.futures import Executor
from dataclasses import replace
from pathlib import Path

from octavo import outputs
from octavo.build import stamps
from octavo.build.job import Job, Progress, Report, Step, done
from octavo.build.ledger import (
    SETTINGS,
    Ledger,
    chapters_of,
    derived,
    fonts_of_system,
    found_later,
    images_of,
)
from octavo.build.making import WRITERS, Written, layout_crew, lays_out
from octavo.build.ready import Ready, Record, prepare
from octavo.build.stamps import Stamp
from octavo.build.telling import Course
from octavo.errors import InvalidOutput, OctavoError, OutOfMemory, Unforeseen
from octavo.model import FORMATS, Artifact, Finding, Format
from octavo.timing import now, since


def build(job: Job, progress: Progress, setters: Executor | None = None) -> Report:
    """Build one book in the formats asked for.

    Args:
        job: what is wanted.
        progress: hears each step, in one thread at a time.
        setters: lay chapters out; None: a crew of the book's own does, which goes home with it.

    Each format is written as a draft, checked, and only then put in place of the last good file;
    the first that fails ends the build, unless the job says to go on, and leaves its last good file
    as it was. The PDF comes first, for the EPUB has its page numbers.
    """
    started, record = now(), Record()
    with _gathered(record.errors):
        job = job.settled()
        if job.is_done and job.ledger is not None:
            _renew(job, job.ledger)
            progress(Step(job.name, "done", kept=True))
            return done(job)
        _build(job, progress, record, setters)
    took = since(started)
    progress(Step(job.name, "done", took=took, failed=bool(record.errors)))
    return Report(
        job=job,
        artifacts=tuple(sorted(record.artifacts, key=lambda one: FORMATS.index(one.format))),
        changes=tuple(record.changes),
        findings=tuple(dict.fromkeys(record.findings)),
        errors=tuple(record.errors),
        seconds=took.seconds,
    )


@contextlib.contextmanager
def _gathered(errors: list[OctavoError]) -> Iterator[None]:
    """Gather what goes wrong, as what it means for the user."""
    try:
        yield
    except OctavoError as fault:
        errors.append(fault)
    except MemoryError:
        hint = "Split long texts, and scale large images down"
        errors.append(OutOfMemory("the book takes more memory than there is", hint=hint))
    except Exception as fault:
        errors.append(_unforeseen(fault))


def _unforeseen(fault: Exception) -> OctavoError:
    what = traceback.format_exception_only(fault)[-1].strip()
    hint = "Run the command again with --verbose and please report what it prints"
    trace = "".join(traceback.format_exception(fault)).rstrip()
    return Unforeseen(f"a fault of Octavo, not of the book: {what}", hint=hint, trace=trace)


def _build(job: Job, progress: Progress, record: Record, setters: Executor | None) -> None:
    if job.fault is not None:
        raise job.fault
    with contextlib.ExitStack() as stack:
        if setters is None and lays_out(job):
            setters = crew = stack.enter_context(layout_crew(job.workers))
            crew.hire(1)  # who gets ready while the texts are
        ready = prepare(job, progress, record)
        _make(replace(ready, setters=setters), progress, record)


def _make(ready: Ready, progress: Progress, record: Record) -> None:
    """Make the formats, or keep them: the EPUB lists the PDF's pages, and the site offers them."""
    job = ready.job
    for format_ in sorted(job.formats, key=lambda each: each != "pdf"):
        now = replace(ready, starts=ready.starts or record.starts, built=tuple(record.artifacts))
        record.add(_outcome(now, format_, progress))
        if record.errors and not job.keep_going:
            break


def _outcome(ready: Ready, format_: Format, progress: Progress) -> Record:
    """Make an output, or keep it; give what there is to report of it."""
    record, ledger = Record(), ready.job.ledger
    with _gathered(record.errors):
        if ledger and ledger.keeps(format_, ready.starts, ready.built):
            _keep(ready, ledger, format_, record)
        else:
            _put_anew(ready, format_, progress, record)
    return record


def chapters_now(job: Job) -> dict[str, str]:
    """Give the chapters of a book as its texts have them now, as stamps have them.

    Raises:
        OctavoError
    """
    return chapters_of(prepare(job, lambda _: None, Record()).book)


def _keep(ready: Ready, ledger: Ledger, format_: Format, record: Record) -> None:
    """Leave an output as it is; with validators, look at it all the same."""
    job, stamp = ready.job, ledger.stamps[format_]
    artifact = ledger.kept(format_, job.output, job.name)
    record.starts, record.findings = stamp.starts, [*stamp.findings]
    if job.validators is not None:
        from octavo import check

        record.findings += check.validate(artifact.path, format_, job.validators)
    record.artifacts.append(artifact)


def _put_anew(ready: Ready, format_: Format, progress: Progress, record: Record) -> None:
    """Make an output, put it in place, and stamp it."""
    job, begun = ready.job, now()
    with Course(progress, Step(job.name, "make", format_)) as course:
        course.begin("render")
        written = WRITERS[format_](ready, course)
        record.starts = written.starts
        record.findings += written.findings
        course.begin("check")
        artifact = replace(_put(job, format_, written, record), seconds=since(begun).seconds)
    record.artifacts.append(artifact)
    if job.ledger is not None:
        _stamp(ready, job.ledger, artifact, record, lent=written.lent)


def _renew(job: Job, ledger: Ledger) -> None:
    """Have stamps say how book.toml is now, whose settings say what they said."""
    toml = {SETTINGS: ledger.of[job.formats[0]].get(SETTINGS, "")}
    known = {each: ledger.stamps[each] for each in job.formats}
    renewed = {key: replace(stamp, of={**stamp.of, **toml}) for key, stamp in known.items()}
    stamps.write(job.output, job.name, renewed)


def _stamp(ready: Ready, ledger: Ledger, made: Artifact, record: Record, *, lent: bool) -> None:
    job, format_ = ready.job, made.format
    of = {
        **{key: each for key, each in ledger.of[format_].items() if not found_later(key)},
        **images_of(ready.seen),
        **chapters_of(ready.book),
        **derived(format_, ready.starts, ready.built),
        **(fonts_of_system() if lent else {}),
    }
    found = (*ready.findings, *record.findings)
    stamp = Stamp(made.sha256, made.size, made.pages, of, record.starts, found)
    stamps.write(job.output, job.name, {format_: stamp})


def _put(job: Job, format_: Format, written: Written, record: Record) -> Artifact:
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
