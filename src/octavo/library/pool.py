"""Run jobs in worker processes, and hear from them while they work."""

import multiprocessing
import signal
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from multiprocessing.queues import SimpleQueue

from octavo.build import Job, Progress, Report, Step, build
from octavo.errors import WorkerDied

# A fresh interpreter for each worker: forking is unsafe beside the threads of a live display.
_CONTEXT = multiprocessing.get_context("spawn")

_steps: "SimpleQueue[Step | None] | None" = None  # in a worker: where its steps go


def run(jobs: tuple[Job, ...], *, workers: int, progress: Progress) -> tuple[Report, ...]:
    """Build the jobs in at most `workers` processes; give their reports in the jobs' order.

    `progress` is called in the calling process, in the order of the steps of each book. A job whose
    worker ends without an answer is tried once more by itself; the others are not its victims.
    """
    if not jobs:
        return ()
    with _heard(progress) as steps:
        reports = _through_pool(jobs, min(workers, len(jobs)), steps)
        for job in jobs:
            if job.name not in reports:
                reports |= _through_pool((job,), 1, steps)
            if job.name not in reports:
                reports[job.name] = Report(job, error=_death(job))
                progress(Step(job.name, "done"))
    return tuple(reports[job.name] for job in jobs)


def _through_pool(
    jobs: tuple[Job, ...], workers: int, steps: "SimpleQueue[Step | None]"
) -> dict[str, Report]:
    """The reports of the jobs that were answered, by name."""
    reports = {}
    with ProcessPoolExecutor(workers, _CONTEXT, _prepare, (steps,)) as pool:
        try:
            futures: dict[str, Future[Report]] = {j.name: pool.submit(_work, j) for j in jobs}
            for name, future in futures.items():
                try:
                    reports[name] = future.result()
                except BrokenProcessPool:
                    continue
        except BaseException:
            # Ctrl-C, or a fault of ours: nobody waits for the rest.
            pool.shutdown(wait=False, cancel_futures=True)
            for worker in multiprocessing.active_children():
                worker.terminate()
            raise
    return reports


def _death(job: Job) -> WorkerDied:
    hint = "It may have run out of memory: split long texts, scale large images down"
    return WorkerDied(f"the process that built {job.name} ended without an answer", hint=hint)


@contextmanager
def _heard(progress: Progress) -> "Iterator[SimpleQueue[Step | None]]":
    """Give the queue workers put their steps into; pass each on to `progress`."""
    steps: SimpleQueue[Step | None] = _CONTEXT.SimpleQueue()

    def listen() -> None:
        while (step := steps.get()) is not None:
            progress(step)

    listener = threading.Thread(target=listen, daemon=True)
    listener.start()
    try:
        yield steps
    finally:
        steps.put(None)
        listener.join()


def _prepare(steps: "SimpleQueue[Step | None]") -> None:
    """Make a worker ready: Ctrl-C is the parent's business, and its word ends ours in order."""
    global _steps
    _steps = steps
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))


def _work(job: Job) -> Report:
    assert _steps is not None
    return build(job, _steps.put)
