"""What is being done, drawn for a terminal: all books in a line, and those in work below it."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from threading import Lock
from typing import TYPE_CHECKING

from rich.cells import cell_len
from rich.console import Console, ConsoleOptions
from rich.text import Text

from octavo.cli.figures import clock
from octavo.cli.speech import visible

if TYPE_CHECKING:
    from octavo.build import Step

_WIDE = 72  # columns from which there is room for bars
_ROOMY = 48  # columns from which there is room for counts
_BAR = 16  # columns of a book's bar
_COUNT = len("12 of 34")  # columns of a count, or more: bars should not move to and fro
_GAP = "  "
_DOING = {
    "read": "reading",
    "clean": "cleaning",
    "structure": "finding the structure of",
    "convert": "converting",
    "chapters": "binding the chapters",
    "render": "filling the templates",
    "write": "writing",
    "check": "checking",
}
_OF_TEXTS = ("read", "clean", "structure", "convert")


@dataclass(slots=True)
class _Row:
    name: str
    begun: float
    doing: str = ""
    number: int = 0
    of: int = 0


class Board:
    """What is being done, and how much of it; a renderable of rich.

    It is told of steps in one thread and drawn in another.

    Args:
        work: the books that are to be built, with what each weighs.
        now: gives seconds.
    """

    def __init__(self, work: Mapping[str, float], now: Callable[[], float]):
        self._work = dict(work)
        self._now = now
        self._begun = now()
        self._rows: dict[str, _Row] = {}
        self._finished: set[str] = set()
        self._lock = Lock()

    def hear(self, step: "Step") -> None:
        """Take note of a step."""
        with self._lock:
            if step.stage == "done":
                self._rows.pop(step.book, None)
                self._finished.add(step.book)
                return
            row = self._rows.setdefault(step.book, _Row(_in_a_line(step.book), self._now()))
            if step.took is None and step.stage in _DOING:
                row.doing, row.number, row.of = _doing(step), step.number, step.of
            elif step.took is not None and step.stage in ("text", "set"):
                row.number, row.of = step.number, step.of
                if step.stage == "set":
                    row.doing = f"pdf: “{_in_a_line(step.detail)}”"

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> Iterator[Text]:
        """Draw it for a terminal of a size."""
        height = options.size.height - 1  # the cursor needs a line
        yield from self.lines(options.max_width, height, plain=options.ascii_only)

    def lines(self, width: int, height: int, *, plain: bool = False) -> Iterator[Text]:
        """Give the lines, at most so many, and none wider than so many columns.

        Args:
            width: columns.
            height: lines.
            plain: bars are drawn in ASCII.
        """
        with self._lock:
            rows, now = list(self._rows.values()), self._now()
            total = len(self._work) > 1
            room = max(0, height - total)
            shown = rows if len(rows) <= room else rows[: max(min(1, room), room - 1)]
            if total:
                yield _fitted(self._total(width, now, plain), width)
            yield from (_fitted(each, width) for each in _drawn(shown, width, now, plain))
            if len(shown) < len(rows) and len(shown) < room:
                yield _fitted(Text(f"and {len(rows) - len(shown)} more", "dim"), width)

    def _total(self, width: int, now: float, plain: bool) -> Text:
        """Draw how far all books are."""
        number, of = len(self._finished), len(self._work)
        words = Text(f"{number:,} of {of:,} books", "bold")
        left = self._left(now)
        rest = f"about {clock(left)} left" if left is not None else ""
        time = clock(now - self._begun)
        ends = [Text(each) for each in (rest, time) if each]
        taken = sum(each.cell_len + len(_GAP) for each in (words, *ends))
        if width >= _ROOMY and width - taken >= _BAR:
            return Text(_GAP).join([words, _bar(number, of, width - taken, plain), *ends])
        if rest and taken <= width + len(_GAP):
            words = Text(", ").join([words, Text(rest)])
        return _spread(words, time, width)

    def _left(self, now: float) -> float | None:
        """Estimate the seconds that are left, once there is something to go by."""
        if not 1 < len(self._finished) < len(self._work):  # one tells little of the others
            return None
        done = sum(weight for name, weight in self._work.items() if name in self._finished)
        whole = sum(self._work.values())
        return (now - self._begun) * (whole - done) / done if done else None


def _doing(step: "Step") -> str:
    doing = "laying out" if _is_layout(step) else _DOING[step.stage]
    if step.stage in _OF_TEXTS:
        return f"{doing} {_in_a_line(PurePosixPath(step.detail).name)}"
    return f"{step.detail}: {doing}" if step.detail else doing


def _is_layout(step: "Step") -> bool:
    return step.stage == "write" and step.detail == "pdf"


def _drawn(rows: Iterable[_Row], width: int, now: float, plain: bool) -> Iterator[Text]:
    """Draw books in columns: name, what is done, how much of it, time."""
    rows = list(rows)
    names = min(max((cell_len(row.name) for row in rows), default=0), max(8, width // 4))
    counts = max((len(_count(row)) for row in rows), default=0) if width >= _ROOMY else 0
    counts = counts and max(counts, _COUNT)
    times = max((len(clock(now - row.begun)) for row in rows), default=0)
    bars = _BAR if width >= _WIDE and counts else 0
    taken = names + times + 2 * len(_GAP) + (counts and counts + len(_GAP)) + (bars and bars + 1)
    for row in rows:
        cells = [_cell(row.name, names, "bold"), _cell(row.doing, max(0, width - taken))]
        if counts:
            cells.append(Text(_count(row).rjust(counts)))
        if bars:
            bar = _bar(row.number, row.of, bars, plain) if row.of > 1 else Text(" " * bars)
            cells[-1] = Text(" ").join([bar, cells[-1]])
        yield Text(_GAP).join([*cells, Text(clock(now - row.begun).rjust(times))])


def _count(row: _Row) -> str:
    return f"{row.number} of {row.of}" if row.of > 1 else ""


def _bar(number: int, of: int, width: int, plain: bool) -> Text:
    # Without colour, too, it shows what is done.
    done = width * number // of
    heavy, light = "=-" if plain else "━─"
    return Text.assemble((heavy * done, "green"), (light * (width - done), "dim"))


def _cell(text: str, width: int, style: str = "") -> Text:
    cell = Text(text, style)
    cell.truncate(width, overflow="ellipsis", pad=True)
    return cell


def _spread(left: Text, right: str, width: int) -> Text:
    """Put one text at the left, and one at the right."""
    room = max(0, width - cell_len(right) - len(_GAP))
    left.truncate(room, overflow="ellipsis", pad=True)
    return Text(_GAP).join([left, Text(right)])


def _fitted(line: Text, width: int) -> Text:
    line.truncate(width, overflow="crop")
    return line


def _in_a_line(text: str) -> str:
    return " ".join(visible(text).split())
