"""What a process that builds a book has others do for it: an executor over its one pipe.

The calls go as packed bytes to the process that gives out the work, which need not know what is
in them, and from there to a worker of the crew that all books share.
"""

import threading
from collections.abc import Callable
from concurrent.futures import Executor, Future
from dataclasses import dataclass
from typing import Any, ParamSpec, TypeVar

from octavo.crew import packed, unpacked

_P = ParamSpec("_P")
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Errand:
    """A call that somebody else is to do."""

    number: int  # counted from 0 in the process that asks
    call: bytes


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of an errand."""

    number: int
    answer: bytes  # as `crew.unpacked` reads it
    error: Exception | None = None  # why there is no answer


class Errands(Executor):
    """Sends calls away, and takes their answers when they come.

    Args:
        send: takes an errand to who gives out the work.
    """

    def __init__(self, send: Callable[[Errand], None]):
        self._send = send
        self._open: dict[int, Future[Any]] = {}
        self._lock = threading.Lock()
        self._count = 0

    def submit(self, fn: Callable[_P, _T], /, *args: _P.args, **kwargs: _P.kwargs) -> "Future[_T]":
        """Have a function called; it and what it takes and gives must be picklable."""
        future: Future[_T] = Future()
        try:
            call = packed(fn, *args, **kwargs)
        except Exception as error:
            future.set_exception(error)
            return future
        with self._lock:
            number, self._count = self._count, self._count + 1
            self._open[number] = future
        self._send(Errand(number, call))
        return future

    def take(self, answer: Answer) -> None:
        """Give an answer to who waits for it."""
        with self._lock:
            future = self._open.pop(answer.number)
        if not future.set_running_or_notify_cancel():
            return
        try:
            if answer.error is not None:
                raise answer.error
            future.set_result(unpacked(answer.answer))
        except Exception as error:
            future.set_exception(error)
