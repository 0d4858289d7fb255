"""Worker processes for pure functions, as an executor of `concurrent.futures`.

Each worker has a pipe of its own: one that is killed, or takes too long and is stopped, is the
failure of its task alone, where the standard library's pool breaks as a whole and cannot say whose
fault it was. A worker that died is replaced when there is more to do.
"""

import contextlib
import multiprocessing
import os
import pickle
import resource
import signal
import tempfile
import threading
from collections.abc import Callable
from concurrent.futures import Executor, Future
from dataclasses import dataclass
from multiprocessing import resource_tracker
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess
from multiprocessing.reduction import ForkingPickler
from queue import SimpleQueue
from types import TracebackType
from typing import Any, ParamSpec, TypeAlias, TypeVar

from octavo.errors import OutOfMemory, TimedOut, WorkerDied
from octavo.scratch import Scratch

_P = ParamSpec("_P")
_T = TypeVar("_T")
_Task: TypeAlias = tuple["Future[Any]", bytes, Callable[[bytes], Any]]

# A fresh interpreter for each worker: forking is unsafe beside threads.
_CONTEXT = multiprocessing.get_context("spawn")
_ENDINGS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def packed(fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> bytes:
    """Give a call as a worker takes it."""
    return bytes(ForkingPickler.dumps((fn, args, kwargs)))


def unpacked(answer: bytes) -> Any:
    """Give what a call gave, or raise what it raised."""
    done, value = pickle.loads(answer)
    if done:
        return value
    raise value


class Crew(Executor):
    """Runs functions in at most so many processes, which it starts as they are needed.

    Args:
        workers: processes.
        seconds: wall time a task may take; after that its future raises TimedOut.
        memory: bytes of address space a worker may take; a task that needs more raises OutOfMemory.
        first: what each worker does before its first task; what comes of it nobody hears.

    A task whose worker ends without an answer raises WorkerDied. Tasks are begun in the order in
    which they were submitted. The workers' temporary files are in a folder that goes with the crew.
    """

    def __init__(
        self,
        workers: int,
        *,
        seconds: float,
        memory: int,
        first: Callable[[], object] | None = None,
    ):
        self._most = workers
        self._seconds = seconds
        self._memory = memory
        self._first = packed(first) if first is not None else None
        self._tasks: SimpleQueue[_Task | None] = SimpleQueue()
        self._foremen: list[threading.Thread] = []
        self._workers: list[_Worker] = []
        self._scratch: Scratch | None = None
        self._closed = self._broken = False
        self._lock = threading.Lock()
        self._open = 0  # tasks that are not done
        self._idle: list[_Worker] = []  # who do what comes first, and have no task yet

    def submit(self, fn: Callable[_P, _T], /, *args: _P.args, **kwargs: _P.kwargs) -> "Future[_T]":
        """Have a function called; it and what it takes and gives must be picklable."""
        future: Future[_T] = Future()
        try:
            call = packed(fn, *args, **kwargs)
        except Exception as error:
            future.set_exception(error)
            return future
        return self._queued(future, call, unpacked)

    def pass_on(self, call: bytes) -> "Future[bytes]":
        """Have a call done that another process has packed; what it gives is packed, too."""
        return self._queued(Future(), call, bytes)

    def _queued(
        self, future: "Future[_T]", call: bytes, read: Callable[[bytes], _T]
    ) -> "Future[_T]":
        if self._closed:
            raise RuntimeError("the crew has gone home")
        with self._lock:
            self._open += 1
        self._tasks.put((future, call, read))
        self.hire(self._open)
        return future

    def hire(self, workers: int) -> None:
        """Have at least so many workers, or as many as there may be, before there is work."""
        while not self._closed and len(self._foremen) < min(workers, self._most):
            thread = threading.Thread(target=self._lead, daemon=True)
            self._foremen.append(thread)
            thread.start()

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Let the workers go home; with `cancel_futures` what is not begun yet is left undone."""
        self._closed = True
        while cancel_futures and not self._tasks.empty():
            with contextlib.suppress(Exception):
                task = self._tasks.get_nowait()
                if task is not None:
                    task[0].cancel()
                    self._one_less()
        for _ in self._foremen:
            self._tasks.put(None)
        with self._lock:
            for worker in () if self._open else tuple(self._idle):
                worker.process.kill()
        for thread in self._foremen if wait else ():
            thread.join()
        if wait and self._scratch is not None:
            self._scratch.cleanup()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if error is not None:
            self._break_off()
        self.shutdown(cancel_futures=error is not None)

    def _break_off(self) -> None:
        """Stop what is being worked on; nobody waits for it any more."""
        with self._lock:
            self._broken = True
            for worker in self._workers:
                worker.process.kill()

    def _lead(self) -> None:
        """Give one worker its tasks, and hire another when it is lost."""
        # Python heeds signals in the main thread, which sleeps on if the system gives them to us.
        signal.pthread_sigmask(signal.SIG_BLOCK, _ENDINGS)
        worker = self._warm(self._first) if self._first is not None else None
        try:
            while (task := self._tasks.get()) is not None:
                future, call, read = task
                if not future.set_running_or_notify_cancel():
                    self._one_less()
                    continue
                try:
                    worker = worker or self._hired()
                    answer = read(worker.ask(call, self._seconds))
                except BaseException as error:
                    if worker is not None and isinstance(error, WorkerDied | TimedOut):
                        self._dismiss(worker)
                        worker = None
                    self._one_less()
                    future.set_exception(error)
                else:
                    self._one_less()
                    future.set_result(answer)
        finally:
            if worker is not None:
                self._dismiss(worker)

    def _one_less(self) -> None:
        # Before the caller hears of it: its next task is then not one too many for the workers.
        with self._lock:
            self._open -= 1

    def _warm(self, first: bytes) -> "_Worker | None":
        """Hire a worker who does what comes first; None where that fails, as a task will, too."""
        with contextlib.suppress(Exception):
            worker = self._hired()
            try:
                with self._lock:
                    self._idle.append(worker)
                    if self._closed and not self._open:
                        worker.process.kill()
                worker.ask(first, self._seconds)
                return worker
            except (TimedOut, WorkerDied):
                self._dismiss(worker)
            finally:
                self._idle.remove(worker)
        return None

    def _hired(self) -> "_Worker":
        with self._lock:
            if self._scratch is None:
                self._scratch = Scratch()
        worker = _hire(self._memory, self._scratch.name)
        with self._lock:
            self._workers.append(worker)
            if self._broken:
                worker.process.kill()
        return worker

    def _dismiss(self, worker: "_Worker") -> None:
        worker.bury()
        with self._lock:
            self._workers.remove(worker)


@dataclass(frozen=True, slots=True)
class _Worker:
    process: SpawnProcess
    line: Connection  # our end

    def ask(self, call: bytes, seconds: float) -> bytes:
        try:
            self.line.send_bytes(call)
            if not self.line.poll(seconds):
                raise TimedOut(f"it took longer than {seconds:g} seconds")
            return self.line.recv_bytes()
        except (EOFError, OSError) as error:
            self.process.join(1)
            code = self.process.exitcode
            how = f"was killed by signal {-code}" if code and code < 0 else "ended"
            raise WorkerDied(f"the process that worked on it {how} without an answer") from error

    def bury(self) -> None:
        """See the worker off; by force, for it may be busy and has nothing to lose."""
        self.line.close()
        self.process.kill()
        self.process.join()


def _hire(memory: int, scratch: str) -> _Worker:
    # What comes from the keyboard is the caller's business, also while a worker is being born.
    before = signal.pthread_sigmask(signal.SIG_BLOCK, _ENDINGS)
    try:
        resource_tracker.ensure_running()  # its start lets signals through that were held back
        signal.pthread_sigmask(signal.SIG_BLOCK, _ENDINGS)
        ours, theirs = _CONTEXT.Pipe()
        process = _CONTEXT.Process(target=_work, args=(theirs, memory, scratch), daemon=True)
        process.start()
        theirs.close()  # so that its end is the pipe's end
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
    return _Worker(process, ours)


# --- in the worker ---


def _work(line: Connection, memory: int, scratch: str) -> None:
    """Do what is asked, until there is no more or nobody listens."""
    tempfile.tempdir = scratch  # what a worker that is killed leaves there is taken away
    for number in (signal.SIGINT, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, _ENDINGS)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    with contextlib.suppress(ValueError, OSError):  # where there is no such limit
        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    with contextlib.suppress(EOFError, OSError):
        while True:
            line.send_bytes(_answer(line.recv_bytes()))


def _answer(call: bytes) -> Any:
    """Give whether it was done, and what came of it, as bytes."""
    try:
        function, arguments, named = pickle.loads(call)
        return ForkingPickler.dumps((True, function(*arguments, **named)))
    except MemoryError:
        hint = "Split long chapters, and scale large images down"
        error: Exception = OutOfMemory("it takes more memory than it may", hint=hint)
    except Exception as fault:
        error = fault
    try:
        return ForkingPickler.dumps((False, error))
    except Exception as fault:  # it holds what cannot be pickled
        message = f"{type(error).__name__}: {error} ({fault})"
        return ForkingPickler.dumps((False, RuntimeError(message)))


def _end_with_parent() -> None:
    """End when the process that started us does: it may have had no time to say so."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(1)
