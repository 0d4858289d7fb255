"""Run jobs in worker processes, and hear from them while they work.

Each worker has a pipe of its own to the process that called, through which its jobs come and its
steps and reports go: one that is killed harms nobody but its book. A worker's temporary files are
in a folder that the caller makes and takes away.
"""

import contextlib
import multiprocessing
import os
import signal
import tempfile
import threading
import time
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, replace
from multiprocessing import resource_tracker
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess

from octavo import outputs, programs
from octavo.build import Job, Progress, Report, Step, build
from octavo.errors import OutputFailed, WorkerDied

# A fresh interpreter for each worker: forking is unsafe beside the threads of a live display.
_CONTEXT = multiprocessing.get_context("spawn")
_ENDINGS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_PATIENCE = 1.0  # seconds a worker that was told to end may take


@dataclass(slots=True)
class _Worker:
    process: SpawnProcess
    line: Connection  # our end
    number: int  # of the job it works on, counted from 0
    job: Job


def run(jobs: tuple[Job, ...], *, workers: int, progress: Progress) -> tuple[Report, ...]:
    """Build the jobs in at most `workers` processes; give their reports in the jobs' order.

    `progress` is called in the calling thread, in the order of the steps of each book. A worker
    that ends without an answer is the failure of its book alone.

    Raises:
        OutputFailed: there is no place for temporary files.
    """
    share = max(1, workers // max(1, len(jobs)))  # a lone book has all of them
    waiting = deque(enumerate(replace(job, workers=share) for job in jobs))
    reports: dict[int, Report] = {}
    with _scratch() as scratch, _crew() as crew:
        while waiting or crew:
            while waiting and len(crew) < workers:
                _hire(crew, scratch, *waiting.popleft())
            for line in wait([worker.line for worker in crew]):
                worker = next(each for each in crew if each.line is line)
                report = _hear(worker, progress)
                if report is not None:
                    reports[worker.number] = report
                    _give_next(worker, crew, waiting)
    return tuple(reports[number] for number in range(len(jobs)))


@contextlib.contextmanager
def _scratch() -> Iterator[str]:
    """Make a folder for temporary files, and take it away with all that is left in it."""
    try:
        folder = tempfile.TemporaryDirectory(prefix="octavo-", ignore_cleanup_errors=True)
    except OSError as error:
        hint = "Set the variable TMPDIR to a folder with room"
        message = f"no temporary folder can be made: {error.strerror}"
        raise OutputFailed(message, hint=hint) from error
    with folder as name:
        yield name


@contextlib.contextmanager
def _crew() -> Iterator[list[_Worker]]:
    """Give the list of the workers; in the end none of them is left."""
    crew: list[_Worker] = []
    try:
        yield crew
    finally:
        with _undisturbed():
            for worker in crew:
                worker.process.terminate()
            deadline = time.monotonic() + _PATIENCE
            for worker in crew:
                _bury(worker, max(0.0, deadline - time.monotonic()))


def _hire(crew: list[_Worker], scratch: str, number: int, job: Job) -> None:
    with _undisturbed():
        resource_tracker.ensure_running()  # its start lets signals through that were held back
    with _undisturbed():
        ours, theirs = _CONTEXT.Pipe()
        process = _CONTEXT.Process(target=_serve, args=(theirs, scratch), daemon=False)
        process.start()
        theirs.close()  # so that its end is the pipe's end
        crew.append(_Worker(process, ours, number, job))
    with contextlib.suppress(BrokenPipeError):  # it has died, and will be found so
        ours.send(job)


def _hear(worker: _Worker, progress: Progress) -> Report | None:
    """Take a worker's next word; give the report, if that is what it is or its death makes it."""
    try:
        word: Step | Report = worker.line.recv()
    except (EOFError, OSError):
        code = _bury(worker)
        progress(Step(worker.job.name, "done"))
        return Report(worker.job, error=_death(worker.job, code))
    if isinstance(word, Report):
        return word
    progress(word)
    return None


def _give_next(worker: _Worker, crew: list[_Worker], waiting: deque[tuple[int, Job]]) -> None:
    if not worker.line.closed and waiting:
        worker.number, worker.job = waiting.popleft()
        with contextlib.suppress(BrokenPipeError):
            worker.line.send(worker.job)
    else:
        crew.remove(worker)
        _bury(worker)


def _bury(worker: _Worker, patience: float = _PATIENCE) -> int | None:
    """See a worker off, by force if need be, and take away its draft; give its exit code."""
    worker.line.close()  # the word to go home
    worker.process.join(patience)
    if worker.process.exitcode is None:
        worker.process.kill()
        worker.process.join()
    if worker.process.exitcode:
        outputs.sweep(worker.job.output)
    return worker.process.exitcode


def _death(job: Job, code: int | None) -> WorkerDied:
    how = f"was killed by signal {-code}" if code is not None and code < 0 else "ended"
    hint = (
        "It may have run out of memory: build fewer books at a time with -j 1, split long texts,"
        " scale large images down"
    )
    return WorkerDied(f"the process that built {job.name} {how} without an answer", hint=hint)


@contextlib.contextmanager
def _undisturbed() -> Iterator[None]:
    """Put off Ctrl-C and requests to end; what is started meanwhile never hears of them.

    What is ignored, as under `nohup`, stays so, here and in what is started.
    """
    caught: list[int] = []
    before = {}
    if threading.current_thread() is threading.main_thread():
        for each in filter(_is_heeded, _ENDINGS):
            before[each] = signal.signal(each, lambda number, _: caught.append(number))
    mask = signal.pthread_sigmask(signal.SIG_BLOCK, _ENDINGS)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, mask)
        for each, handler in before.items():
            signal.signal(each, handler)
        for number in caught[:1]:
            signal.raise_signal(number)


def _is_heeded(number: int) -> bool:
    return signal.getsignal(number) is not signal.SIG_IGN


# --- in the worker ---


def _serve(line: Connection, scratch: str) -> None:
    """Build the jobs that come, until there are no more or nobody listens."""
    # Ctrl-C is the caller's business; what comes from there ends us and what we have started.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    for number in filter(_is_heeded, (signal.SIGTERM, signal.SIGHUP)):
        signal.signal(number, _end)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, _ENDINGS)
    tempfile.tempdir = scratch
    with contextlib.suppress(EOFError, ConnectionError):
        while True:
            line.send(build(line.recv(), line.send))


def _end(number: int, _: object) -> None:
    # At once: an exception can be swallowed inside a library. The caller removes our files.
    programs.end_all()
    os._exit(128 + number)
