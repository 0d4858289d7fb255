"""Show how far the books are, on standard error."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

from rich.console import Console

from octavo.cli import speech
from octavo.cli.figures import duration
from octavo.timing import now

if TYPE_CHECKING:
    from octavo.build import Job, Progress, Step
    from octavo.cli.board import Board

_TIMES_A_SECOND = 4  # the display is drawn
_ITSELF = 20_000  # bytes of text that take as long as a book without any


@contextmanager
def progress(out: Console, manner: speech.Manner, jobs: "Sequence[Job]") -> "Iterator[Progress]":
    """Give the function that is told every step: live on a terminal, plain lines elsewhere.

    Of books that are up to date nothing is said; nothing is left of the live display in the end.
    """
    if manner.quiet:
        yield lambda _: None
    elif out.is_terminal and not out.is_dumb_terminal:
        with ExitStack() as stack:
            yield _live(jobs, lambda board: _display(out, board, stack))
    else:
        yield lambda step: _say_finished(step, out)


def _say_finished(step: "Step", out: Console) -> None:
    """Say that a book is finished: one line, and nothing before."""
    if step.stage != "done" or step.kept:
        return
    how = ("failed", "after") if step.failed else ("finished", "in")
    time = f" {how[1]} {duration(step.took.seconds)}" if step.took else ""
    speech.note(out, f"{step.book}: {how[0]}{time}")


def _live(jobs: "Sequence[Job]", display: "Callable[[Board], None]") -> "Progress":
    """Give what hears steps, and opens the display when there is something to show."""
    kept: set[str] = set()
    board: Board | None = None

    def show(step: "Step") -> None:
        nonlocal board
        if step.kept:
            kept.add(step.book)
            return
        if board is not None:
            board.hear(step)
            return
        board = _board([job for job in jobs if job.name not in kept])
        board.hear(step)
        display(board)

    return show


def _board(jobs: "Sequence[Job]") -> "Board":
    from octavo.cli.board import Board
    from octavo.library.pool import weight

    return Board({job.name: weight(job) + _ITSELF for job in jobs}, now)


def _display(out: Console, board: "Board", stack: ExitStack) -> None:
    from rich.live import Live

    live = Live(board, console=out, transient=True, refresh_per_second=_TIMES_A_SECOND)
    stack.enter_context(live)
