"""The books below a folder, and their jobs through a pool of worker processes."""

from octavo.build import Job, Judge, Progress, Report, Step
from octavo.library.adopt import Adopted, adopt, beside
from octavo.library.built import built
from octavo.library.shelf import ShelvedBook, shelve
from octavo.library.state import State, chapters, states
from octavo.library.targets import pick, plan

__all__ = [
    "Adopted",
    "Judge",
    "ShelvedBook",
    "State",
    "adopt",
    "beside",
    "built",
    "chapters",
    "pick",
    "plan",
    "run",
    "shelve",
    "states",
]


def run(jobs: tuple[Job, ...], *, workers: int, progress: Progress) -> tuple[Report, ...]:
    """Build the jobs in at most `workers` processes; give their reports in the jobs' order.

    Those of which nothing has to be made start no process. A worker that ends without an answer is
    the failure of its book alone.

    Args:
        jobs: as `plan` gives them.
        workers: processes that build books, and as many that lay out their chapters.
        progress: is called in the calling thread, in the order of the steps of each book.

    Raises:
        OutputFailed: there is no place for temporary files.
    """
    from octavo.build import done

    reports = {number: done(job) for number, job in enumerate(jobs) if job.is_done}
    for each in reports.values():
        progress(Step(each.job.name, "done", kept=True))
    left = [number for number in range(len(jobs)) if number not in reports]
    if left:
        from octavo.library.pool import run_all

        made = run_all(tuple(jobs[number] for number in left), workers=workers, progress=progress)
        reports |= dict(zip(left, made, strict=True))
        _prune(jobs)
    else:
        from octavo.scratch import sweep

        sweep()  # the last build may have been killed when all was done
    return tuple(reports[number] for number in range(len(jobs)))


def _prune(jobs: tuple[Job, ...]) -> None:
    """Keep the caches of jobs within their bounds."""
    from octavo.cache import Cache

    for folder in {job.cache for job in jobs if job.cache is not None}:
        Cache(folder).prune()
