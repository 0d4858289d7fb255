"""How long something took, and where it was done: on a clock that all processes share."""

import os
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import ParamSpec, TypeVar

_P = ParamSpec("_P")
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Span:
    """A time in which one thread of one process was at something."""

    begun: float  # seconds of `now`
    ended: float
    process: int  # the number the system has given it
    thread: int  # likewise

    @property
    def seconds(self) -> float:
        """Wall time."""
        return self.ended - self.begun


def now() -> float:
    """Give the seconds of a clock that never goes back and is one for all processes."""
    return time.monotonic()


def since(begun: float) -> Span:
    """Give the time from a moment of `now` until now, in this thread."""
    return Span(begun, now(), os.getpid(), threading.get_native_id())


def timed(fn: Callable[_P, _T], /, *args: _P.args, **kwargs: _P.kwargs) -> tuple[_T, Span]:
    """Call a function; give what it gives, and when and where that was."""
    begun = now()
    value = fn(*args, **kwargs)
    return value, since(begun)
