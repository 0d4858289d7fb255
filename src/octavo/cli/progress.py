"""Show how far the books are, on standard error."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import Progress as LiveDisplay
from rich.progress import SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn

from octavo.cli import speech

if TYPE_CHECKING:
    from octavo.build import Progress, Step


@contextmanager
def progress(out: Console, manner: speech.Manner, *, books: int) -> "Iterator[Progress]":
    """Give the function that is told every step: live on a terminal, plain lines elsewhere."""
    if manner.quiet:
        yield lambda _: None
    elif out.is_terminal and not out.is_dumb_terminal:
        with _display(out) as display:
            yield _live(display, books)
    else:
        yield _plain(out)


def _plain(out: Console) -> "Progress":
    begun: dict[str, float] = {}

    def show(step: "Step") -> None:
        if step.book not in begun:
            begun[step.book] = time.monotonic()
            speech.note(out, f"{step.book}: building")
        if step.stage == "done":
            speech.note(out, _finished(step, begun[step.book]))

    return show


def _display(out: Console) -> LiveDisplay:
    return LiveDisplay(
        SpinnerColumn(finished_text="✓"),
        TextColumn("{task.description}", markup=False),
        TextColumn("{task.fields[stage]}", markup=False, style="dim"),
        TimeElapsedColumn(),
        console=out,
        transient=True,
    )


def _live(display: LiveDisplay, books: int) -> "Progress":
    rows: dict[str, TaskID] = {}
    begun: dict[str, float] = {}
    count = display.add_task("books", total=None, stage=f"0 of {books}", visible=books > 1)

    def show(step: "Step") -> None:
        if step.book not in begun:
            begun[step.book] = time.monotonic()
            rows[step.book] = display.add_task(speech.visible(step.book), total=None, stage="")
        if step.stage != "done":
            stage = speech.visible(f"{step.stage} {step.detail}".rstrip())
            display.update(rows[step.book], stage=stage)
        elif step.book in rows:
            display.remove_task(rows.pop(step.book))
            display.update(count, stage=f"{len(begun) - len(rows)} of {books}")
            speech.note(display.console, _finished(step, begun[step.book]))

    return show


def _finished(step: "Step", begun: float) -> str:
    return f"{step.book}: finished in {time.monotonic() - begun:.1f} s"
