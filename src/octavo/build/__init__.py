"""One Job in, one Report out: the only place that knows the order of the stages.

read → clean → structure → convert → chapters → render → write → check → in place
"""

import contextlib
import time
import traceback
from concurrent.futures import Executor
from dataclasses import replace
from functools import partial
from pathlib import Path

from octavo import outputs
from octavo.build.explaining import Explained, explain_lines
from octavo.build.job import Job, Progress, Report, Stage, Step
from octavo.build.making import WRITERS, Written, layout_crew
from octavo.build.ready import Ready, Record, prepare
from octavo.build.reviewing import review
from octavo.build.texts import copy_fair, rough_texts
from octavo.errors import InvalidOutput, OctavoError, OutOfMemory, Unforeseen
from octavo.model import FORMATS, Artifact, Finding, Format

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
    "layout_crew",
    "review",
    "rough_texts",
]


def build(job: Job, progress: Progress, setters: Executor | None = None) -> Report:
    """Build one book in the formats asked for.

    Args:
        job: what is wanted.
        progress: hears each step.
        setters: lay chapters out; None: a crew of the book's own does, which goes home with it.

    Each format is written as a draft, checked, and only then put in place of the last good file;
    the first that fails ends the build and leaves its last good file as it was. The PDF comes
    first, for the EPUB has its page numbers; but what can do without it is made if it fails.
    """
    started, record = time.monotonic(), Record()
    error: OctavoError | None = None
    try:
        _build(job, progress, record, setters)
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


def _unforeseen(fault: Exception) -> OctavoError:
    what = traceback.format_exception_only(fault)[-1].strip()
    hint = "Run the command again with --verbose and please report what it prints"
    trace = "".join(traceback.format_exception(fault)).rstrip()
    return Unforeseen(f"a fault of Octavo, not of the book: {what}", hint=hint, trace=trace)


def _build(job: Job, progress: Progress, record: Record, setters: Executor | None) -> None:
    if job.fault is not None:
        raise job.fault
    with contextlib.ExitStack() as stack:
        if setters is None and "pdf" in job.formats:
            setters = crew = stack.enter_context(layout_crew(job.workers))
            crew.hire(1)  # who gets ready while the texts are
        ready = prepare(job, progress, record)
        _make(replace(ready, setters=setters), progress, record)


def _make(ready: Ready, progress: Progress, record: Record) -> None:
    job = ready.job
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


def _made(ready: Ready, format_: Format, progress: Progress, record: Record) -> Written:
    job = ready.job
    progress(Step(job.name, "render", format_))
    written = WRITERS[format_](ready, partial(_say, progress, job.name))
    record.findings += written.findings
    progress(Step(job.name, "check", format_))
    record.artifacts.append(_put(job, format_, written, record))
    return written


def _say(progress: Progress, book: str, detail: str) -> None:
    progress(Step(book, "write", detail))


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
