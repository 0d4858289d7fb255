"""Watch: build, say how it went, hang out the news, wait for the next change."""

import contextlib
import datetime
import threading
import webbrowser
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

from rich.console import Console

from octavo import errors, library
from octavo.build import Job, Report
from octavo.cli import results, speech
from octavo.errors import DuplicateBook, Unforeseen
from octavo.model import FORMATS, Overrides
from octavo.watch import Board, Changes, Ground, Lookout, Rebuilder, Round


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be watched, and how it is shown."""

    targets: tuple[str, ...]
    root: Path
    output: Path
    workers: int
    overrides: Overrides
    when: datetime.datetime | None
    cache: Path | None
    serve: bool
    port: int | None  # None: any
    show: bool  # open the browser


def work(wish: Wish, manner: speech.Manner, here: Path, out: Console) -> int:
    """Build whenever something changes, until Ctrl-C; give the exit code.

    Raises:
        UnknownTarget, MissingFile: the targets make no sense from the start.
        InvalidSettings: the port cannot be had.
        ToolFailed: the folders cannot be watched.
    """
    try:
        with contextlib.ExitStack() as stack:
            _go_on(wish, manner, here, out, stack)
    except KeyboardInterrupt:
        if not manner.quiet:
            speech.note(out, "no longer watching")
        return errors.INTERRUPTED


def _go_on(
    wish: Wish, manner: speech.Manner, here: Path, out: Console, stack: contextlib.ExitStack
) -> NoReturn:
    ground, board = Ground(wish.root, wish.output, wish.cache), Board()
    with contextlib.suppress(DuplicateBook):  # which can be mended; a slip in a target cannot
        jobs = _planned(wish)
        ground.add(jobs)
        board.post(board.news.after(Round((), jobs), {}))
    lookout = stack.enter_context(contextlib.closing(Lookout()))
    lookout.watch(ground.folders)
    _show(wish, board, out, stack)

    def plan() -> tuple[Job, ...]:
        jobs = _planned(wish)
        ground.add(jobs)
        lookout.watch(ground.folders)  # before they are read
        return jobs

    def run(jobs: tuple[Job, ...]) -> tuple[Report, ...]:
        with _busy(out, manner, jobs):
            return library.run(jobs, workers=wish.workers, progress=lambda _: None)

    rebuilder, changes = Rebuilder(wish.root, plan, run), Changes()
    while True:
        round_ = rebuilder.rebuild(changes)
        board.post(board.news.after(round_, _errors(round_, here)))
        _tell(round_, manner, here, out)
        if not changes and not manner.quiet:
            speech.note(out, "watching for changes; Ctrl-C ends it")
        changes = _next(lookout, ground)


def _planned(wish: Wish) -> tuple[Job, ...]:
    named = wish.targets
    if not any(target in FORMATS for target in named):
        named = (*named, "html")
    return library.plan(
        named,
        root=wish.root,
        output=wish.output,
        overrides=wish.overrides,
        when=wish.when,
        cache=wish.cache,
        judge=library.Judge(wish.output),
        keep_going=True,
    )


def _next(lookout: Lookout, ground: Ground) -> Changes:
    """Wait for changes that matter; watch the folders that came with them, before they are read."""
    while True:
        changes = frozenset(filter(ground.matters, lookout.changes()))
        if changes:
            lookout.watch(ground.folders)
            return changes


def _show(wish: Wish, board: Board, out: Console, stack: contextlib.ExitStack) -> None:
    """Serve the results as long as the stack is open, and print the address."""
    if not wish.serve:
        return
    from octavo.watch.server import serving

    address = stack.enter_context(serving(wish.output, board, wish.port))
    print(address, flush=True)
    if wish.show:
        # A browser in a terminal would keep us waiting.
        threading.Thread(target=_open, args=(address, out), daemon=True).start()


def _open(address: str, out: Console) -> None:
    if not webbrowser.open(address):
        speech.warn(out, f"no browser could be opened: open {address} yourself")


@contextlib.contextmanager
def _busy(out: Console, manner: speech.Manner, jobs: tuple[Job, ...]) -> Iterator[None]:
    if manner.quiet or not jobs or not out.is_terminal or out.is_dumb_terminal:
        yield
    else:
        with out.status(speech.visible(f"building {_counted([job.name for job in jobs])}")):
            yield


def _errors(round_: Round, here: Path) -> dict[str, str]:
    """Give the errors by book, as they are told here."""
    found = {
        report.job.name: "\n".join(results.complaints(report, here))
        for report in round_.reports
        if report.errors
    }
    return found | ({"": speech.error_text(round_.fault)} if round_.fault else {})


def _tell(round_: Round, manner: speech.Manner, here: Path, out: Console) -> None:
    """Say in a line what changed, what was built and how long it took; then what was found."""
    if not manner.quiet and (round_.reports or round_.fault or manner.verbose):
        line = f"{_outcome(round_)} in {round_.seconds:.1f} s"
        if round_.changes:
            line = f"{_counted([speech.spelt(each, here) for each in round_.changes])}: {line}"
        speech.note(out, line)
    if round_.fault is not None:
        if manner.verbose and isinstance(round_.fault, Unforeseen):
            speech.note(out, round_.fault.trace)
        speech.complain(out, speech.error_text(round_.fault))
    if manner.verbose:
        results.tell_changes(round_.reports, manner, here, out)
    results.tell_faults(round_.reports, manner, here, out)


def _outcome(round_: Round) -> str:
    by_end: dict[str, list[str]] = {"built": [], "failed": [], "up to date": []}
    for report in round_.reports:
        kept = all(each.kept for each in report.artifacts)
        end = "failed" if report.errors else "up to date" if kept else "built"
        by_end[end].append(report.job.name)
    said = [f"{_counted(names)} {end}" for end, names in by_end.items() if names]
    return ", ".join(said) or "nothing built"


def _counted(names: list[str]) -> str:
    if len(names) <= 2:
        return " and ".join(names)
    return f"{names[0]} and {len(names) - 1} more"
