"""Where the time of a build goes, in the Trace Event Format that tracing pages and Perfetto open.

The format is described in "Trace Event Format", docs.google.com/document/d/
1CvAClvFfyA5R-PhYUmn5OOQtYMH4h6I0nSsKchNAySU: complete events ("X") with times in microseconds, and
metadata events ("M") that name processes and threads. Slices of one thread lie inside one another
or apart.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from octavo.timing import Span, now, since

if TYPE_CHECKING:
    from octavo.build import Progress, Step

# What is called by the thing, not by what is done to it.
_BY_DETAIL = ("text", "make", "set")


@contextmanager
def traced(path: Path | None, progress: "Progress", begun: float) -> "Iterator[Progress]":
    """Give what hears of a build's steps, so that a trace of it is written in the end, if wanted.

    Args:
        path: the file to be written; None: none is.
        progress: hears them, too.
        begun: when the command began, on the clock of `octavo.timing`.

    Raises:
        NoPermission, DiskFull, OutputFailed: the trace cannot be written.
    """
    if path is None:
        yield progress
        return
    trace = Trace()
    trace.add("plan", since(begun))

    def told(step: "Step") -> None:
        trace.hear(step)
        progress(step)

    building = now()
    yield told
    trace.add("build", since(building))
    trace.write(path)


class Trace:
    """Gathers what a build tells of its steps."""

    def __init__(self) -> None:
        self._own: list[tuple[str, Span]] = []
        self._steps: list[tuple[Step, Span]] = []

    def hear(self, step: "Step") -> None:
        """Take note of a step; of those that begin, the end is waited for."""
        if step.took is not None:
            self._steps.append((step, step.took))

    def add(self, name: str, span: Span) -> None:
        """Take note of what the command itself has done."""
        self._own.append((name, span))

    def write(self, path: Path) -> None:
        """Write it as JSON.

        Raises:
            NoPermission, DiskFull, OutputFailed
        """
        from octavo import outputs

        with outputs.draft(json.dumps(self.document()).encode(), path) as draft:
            outputs.put(draft, path)

    def document(self) -> dict[str, object]:
        """Give it as the object that is written."""
        events = [*self._events()]
        return {"traceEvents": events, "displayTimeUnit": "ms"}

    def _events(self) -> Iterator[dict[str, object]]:
        spans = [span for _, span in (*self._own, *self._steps)]
        zero = min((span.begun for span in spans), default=0.0)
        threads = _numbered(spans)
        yield from self._names(threads)
        for name, span in self._own:
            yield _slice(name, "octavo", span, zero, threads)
        for step, span in self._steps:
            args = {"book": step.book, "detail": step.detail}
            yield {**_slice(_name(step), step.stage, span, zero, threads), "args": args}

    def _names(self, threads: dict[tuple[int, int], int]) -> Iterator[dict[str, object]]:
        """Name the processes after what they do, in the order in which they began."""
        building = {span.process for step, span in self._steps if step.stage != "set"}
        own = {span.process for _, span in self._own} - building
        counts = {"builds books": 0, "lays out": 0}
        for order, process in enumerate(dict.fromkeys(process for process, _ in threads)):
            what = "builds books" if process in building else "lays out"
            if process in own:
                name = "octavo"
            else:
                counts[what] += 1
                name = f"{what}, worker {counts[what]}"
            yield _meta("process_name", process, 0, {"name": name})
            yield _meta("process_sort_index", process, 0, {"sort_index": order})
        for (process, _), number in threads.items():
            name = "main" if number == 0 else f"texts {number}"
            yield _meta("thread_name", process, number, {"name": name})


def _numbered(spans: list[Span]) -> dict[tuple[int, int], int]:
    """Number the threads of each process from 0, its first one, in the order they began."""
    numbers: dict[tuple[int, int], int] = {}
    counts: dict[int, int] = {}
    for span in sorted(spans, key=lambda each: (each.begun, -each.ended)):
        key = span.process, span.thread
        if key not in numbers:
            numbers[key] = counts.get(span.process, 0)
            counts[span.process] = numbers[key] + 1
    return numbers


def _slice(
    name: str, category: str, span: Span, zero: float, threads: dict[tuple[int, int], int]
) -> dict[str, object]:
    # Both ends are rounded alike: what ends where another begins does so in the file, too.
    begun, ended = (round((moment - zero) * 1_000_000) for moment in (span.begun, span.ended))
    return {
        "name": name,
        "cat": category,
        "ph": "X",
        "ts": begun,
        "dur": ended - begun,
        "pid": span.process,
        "tid": threads[span.process, span.thread],
    }


def _meta(name: str, process: int, thread: int, args: dict[str, object]) -> dict[str, object]:
    return {"name": name, "ph": "M", "pid": process, "tid": thread, "args": args}


def _name(step: "Step") -> str:
    if step.stage == "done":
        return step.book
    return step.detail if step.stage in _BY_DETAIL else step.stage
