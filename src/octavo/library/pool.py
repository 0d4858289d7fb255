"""Run jobs in worker processes, and hear from them while they work.

Each worker has a pipe of its own to the process that called, through which its jobs come and its
steps and reports go: one that is killed harms nobody but its book. The chapters of all books are
laid out by one crew, which stays warm from book to book; what a worker wants done goes through its
pipe, too. A worker's temporary files are in a folder that the caller makes and takes away.
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
from concurrent.futures import Future
from dataclasses import dataclass, field, replace
from functools import partial
from multiprocessing import resource_tracker
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess
from queue import SimpleQueue

from octavo import outputs, programs
from octavo.build import Job, Progress, Report, Step, build, layout_crew, lays_out
from octavo.crew import Crew
from octavo.errors import OutputFailed, WorkerDied
from octavo.library.errands import Answer, Errand, Errands
from octavo.scratch import Scratch

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
    lock: threading.Lock = field(default_factory=threading.Lock)  # held while something is sent
    errands: list[Future[bytes]] = field(default_factory=list)  # of the job it works on

    def send(self, word: Job | Answer) -> None:
        with self.lock, contextlib.suppress(OSError):  # it has died, and will be found so
            self.line.send(word)

    def forget(self) -> None:
        """Call off what it has wanted done: nobody waits for it any more."""
        for each in self.errands:
            each.cancel()
        self.errands.clear()


def run_all(jobs: tuple[Job, ...], *, workers: int, progress: Progress) -> tuple[Report, ...]:
    """Build the jobs, of which there is at least one, as `library.run` says it."""
    share = max(1, workers // len(jobs))  # a lone book has all of them
    # What cannot be built is told first; then what is long is begun, so that no book has to be
    # waited for alone in the end.
    order = sorted(range(len(jobs)), key=lambda at: (jobs[at].fault is None, -weight(jobs[at])))
    waiting = deque((number, replace(jobs[number], workers=share)) for number in order)
    reports: dict[int, Report] = {}
    with _scratch() as scratch, layout_crew(workers) as setters, _crew() as crew:
        if any(map(lays_out, jobs)):
            setters.hire(1)  # who gets ready while the texts are
        while waiting or crew:
            while waiting and len(crew) < workers:
                _hire(crew, scratch, *waiting.popleft())
            for line in wait([worker.line for worker in crew]):
                worker = next(each for each in crew if each.line is line)
                report = _hear(worker, progress, setters)
                if report is not None:
                    reports[worker.number] = report
                    if report.errors and not report.job.keep_going:
                        waiting.clear()
                    _give_next(worker, crew, waiting)
    return tuple(reports.get(at) or Report(job, begun=False) for at, job in enumerate(jobs))


def weight(job: Job) -> int:
    """Give the bytes of a book's texts."""
    total = 0
    for path in job.texts:
        with contextlib.suppress(OSError):
            total += path.stat().st_size
    return total


@contextlib.contextmanager
def _scratch() -> Iterator[str]:
    """Make a folder for temporary files, and take it away with all that is left in it."""
    try:
        folder = Scratch()
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
    crew[-1].send(job)


def _hear(worker: _Worker, progress: Progress, setters: Crew) -> Report | None:
    """Take a worker's next word; give the report, if that is what it is or its death makes it."""
    try:
        word: Step | Errand | Report = worker.line.recv()
    except (EOFError, OSError):
        worker.forget()
        code = _bury(worker)
        progress(Step(worker.job.name, "done", failed=True))
        return Report(worker.job, errors=(_death(worker.job, code),))
    if isinstance(word, Report):
        worker.forget()
        return word
    if isinstance(word, Errand):
        future = setters.pass_on(word.call)
        worker.errands.append(future)
        future.add_done_callback(partial(_answer, worker, word.number))
    else:
        progress(word)
    return None


def _answer(worker: _Worker, number: int, future: Future[bytes]) -> None:
    if future.cancelled():
        return
    error = future.exception()
    if error is None:
        worker.send(Answer(number, future.result()))
    elif isinstance(error, Exception):
        worker.send(Answer(number, b"", error))


def _give_next(worker: _Worker, crew: list[_Worker], waiting: deque[tuple[int, Job]]) -> None:
    if not worker.line.closed and waiting:
        worker.number, worker.job = waiting.popleft()
        worker.send(worker.job)
    else:
        crew.remove(worker)
        _bury(worker)


def _bury(worker: _Worker, patience: float = _PATIENCE) -> int | None:
    """See a worker off, by force if need be, and take away its draft; give its exit code."""
    with worker.lock:
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
    lock = threading.Lock()

    def send(word: Step | Errand | Report) -> None:
        with lock:
            line.send(word)

    errands, jobs = Errands(send), SimpleQueue[Job | None]()
    threading.Thread(target=_listen, args=(line, errands, jobs), daemon=True).start()
    with contextlib.suppress(ConnectionError):
        while (job := jobs.get()) is not None:
            send(build(job, send, errands))
    os._exit(0)  # to take down what a book has loaded takes longer than an edit's page


def _listen(line: Connection, errands: Errands, jobs: "SimpleQueue[Job | None]") -> None:
    """Take what comes, until nobody is there any more."""
    # Python heeds signals in the main thread, which sleeps on if the system gives them to us.
    signal.pthread_sigmask(signal.SIG_BLOCK, _ENDINGS)
    with contextlib.suppress(EOFError, OSError):
        while True:
            word: Job | Answer = line.recv()
            if isinstance(word, Answer):
                errands.take(word)
            else:
                jobs.put(word)
    jobs.put(None)


def _end(number: int, _: object) -> None:
    # At once: an exception can be swallowed inside a library. The caller removes our files.
    programs.end_all()
    os._exit(128 + number)
