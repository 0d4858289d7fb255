"""Build what a change touches, and remember what is still to be done."""

import time
import traceback
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from octavo.build import Job, Report
from octavo.errors import OctavoError, Unforeseen
from octavo.watch.ground import is_alone, is_picture_beside


@dataclass(frozen=True, slots=True)
class Round:
    """What became of a change."""

    changes: tuple[Path, ...]  # sorted; none: everything was to be built
    jobs: tuple[Job, ...]  # all there are now, not only those that were built
    reports: tuple[Report, ...] = ()  # of those that were built
    fault: OctavoError | None = None  # nothing could be built: there is no plan
    seconds: float = 0.0  # wall time


class Rebuilder:
    """Plans and builds, over and over.

    Args:
        root: the project's folder.
        plan: gives the jobs as they are now, or raises an OctavoError.
        run: builds jobs and gives their reports in the same order.
    """

    def __init__(
        self,
        root: Path,
        plan: Callable[[], tuple[Job, ...]],
        run: Callable[[tuple[Job, ...]], tuple[Report, ...]],
    ):
        self._root, self._plan, self._run = root, plan, run
        self._jobs: tuple[Job, ...] = ()
        self._known: set[tuple[str, Path]] = set()
        self._waiting: set[Path] = set()  # changes that no plan could be made for

    def rebuild(self, changes: Iterable[Path] = ()) -> Round:
        """Plan anew and build the books that these changes touch, and those that are new.

        Whatever goes wrong is told in the round.
        """
        begun = time.monotonic()
        self._waiting.update(changes)
        told = tuple(sorted(self._waiting))
        try:
            self._jobs = self._plan()
            reports = self._run(tuple(job for job in self._jobs if self._is_due(job)))
        except Exception as cause:
            fault = cause if isinstance(cause, OctavoError) else _unforeseen(cause)
            return Round(told, self._jobs, (), fault, time.monotonic() - begun)
        self._known = {_key(job) for job in self._jobs}
        self._waiting.clear()
        return Round(told, self._jobs, reports, None, time.monotonic() - begun)

    def _is_due(self, job: Job) -> bool:
        return _key(job) not in self._known or touches(self._waiting, job, self._root)


def touches(changes: Iterable[Path], job: Job, root: Path) -> bool:
    """Say whether one of these files or folders has to do with a job."""
    shared = root / "templates"
    if is_alone(job):
        own = job.folder / "templates"
        homes = (*job.texts, shared, own)
        return any(
            any(_meet(path, home) for home in homes) or is_picture_beside(job.folder, path)
            for path in changes
        )
    return any(_meet(path, home) for path in changes for home in (job.folder, shared))


def _meet(path: Path, home: Path) -> bool:
    return path.is_relative_to(home) or home.is_relative_to(path)


def _key(job: Job) -> tuple[str, Path]:
    return job.name, job.folder


def _unforeseen(fault: Exception) -> OctavoError:
    what = traceback.format_exception_only(fault)[-1].strip()
    trace = "".join(traceback.format_exception(fault)).rstrip()
    hint = "Save a file again; if it comes back, please report it with what --verbose prints"
    return Unforeseen(f"a fault of Octavo, not of the book: {what}", hint=hint, trace=trace)
