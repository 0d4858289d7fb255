"""How the outputs of books stand: up to date or not, and why."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from octavo.build import Job, Ledger
from octavo.errors import OctavoError
from octavo.model import Format


@dataclass(frozen=True, slots=True)
class State:
    """How an output stands."""

    job: Job
    format: Format
    reasons: tuple[str, ...]  # why it has to be made
    waits: str | None = None  # what may yet make it so: what other outputs turn out to be
    fault: OctavoError | None = None  # why it cannot be made

    @property
    def path(self) -> Path:
        """The output."""
        return self.job.output / f"{self.job.name}.{self.format}"

    @property
    def is_good(self) -> bool:
        """Whether it is up to date, and will stay so."""
        return not self.reasons and not self.waits and not self.fault


def states(jobs: Iterable[Job]) -> tuple[State, ...]:
    """Tell how the outputs stand that jobs ask for; the jobs are planned with a judge."""
    return tuple(_state(job, each) for job in map(Job.settled, jobs) for each in job.formats)


def chapters(state: State) -> tuple[str, ...]:
    """Say which chapters have changed since an output was made, as far as its texts can be read."""
    ledger = state.job.ledger
    stamp = ledger.stamps.get(state.format) if ledger else None
    if stamp is None or not any(line.endswith(" has changed") for line in state.reasons):
        return ()
    from octavo.build import chapters_now
    from octavo.build.reasons import changed_chapters

    try:
        return changed_chapters(stamp.of, chapters_now(state.job))
    except OctavoError:
        return ()


def _state(job: Job, format_: Format) -> State:
    if job.fault is not None or job.ledger is None:
        return State(job, format_, (), fault=job.fault)
    reasons = job.ledger.reasons[format_]
    if reasons:
        return State(job, format_, reasons)
    waits = _awaited(job, format_, job.ledger)
    if waits is not None:
        return State(job, format_, (), waits)
    starts, built = job.ledger.before(job.formats, job.output, job.name)
    later = job.ledger.later(format_, starts, built)
    return State(job, format_, (later,) if later else ())


def _awaited(job: Job, format_: Format, ledger: Ledger) -> str | None:
    stale = {each for each in job.formats if ledger.reasons[each]}
    if format_ == "epub" and "pdf" in stale:
        return "if the pages of the PDF begin elsewhere"
    if format_ == "site" and stale - {"site"}:
        return "if what it offers for download changes"
    return None
