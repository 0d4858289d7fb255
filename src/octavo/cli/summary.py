"""What became of the outputs, as a table on standard error."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

from octavo.cli import speech
from octavo.cli.figures import count, duration, size
from octavo.model import Artifact

if TYPE_CHECKING:
    from octavo.build import Report

_MOST = 20  # rows of a table; longer ones are cut
_SLOWEST = 10  # rows that are left of what was built, if it is too much
_GAP = "  "


def tell_outputs(
    reports: "Sequence[Report]", manner: speech.Manner, here: Path, out: Console, seconds: float
) -> None:
    """Say of each output what it is, how long it took, and whether it was built.

    If all are up to date, that is one line. A long table is cut to what was built, and a very long
    one to what took longest, unless everything is asked for.

    Args:
        reports: of the books.
        manner: how much is said.
        here: the folder that paths are told from.
        out: standard error.
        seconds: wall time that all of it took.
    """
    outputs = [each for report in reports for each in report.artifacts]
    built = [each for each in outputs if not each.kept]
    kept = len(outputs) - len(built)
    if not built:
        if kept:
            speech.note(out, f"{count(kept, 'output')} up to date")
        return
    shown = outputs if manner.verbose or len(outputs) <= _MOST else built
    if len(shown) > _MOST and not manner.verbose:
        longest = sorted(built, key=lambda each: -each.seconds)[:_SLOWEST]
        shown = [each for each in built if each in longest]
        speech.note(out, f"What took longest of {count(len(built), 'output')}:")
    for line in _table(shown, here, out.width if out.is_terminal else None):
        out.print(line)
    if len(outputs) > 1:
        also = f", {kept:,} up to date" if kept else ""
        speech.note(out, f"{count(len(built), 'output')} built{also}, in {duration(seconds)}")


def _table(outputs: Sequence[Artifact], here: Path, width: int | None) -> Iterator[Text]:
    """Draw the table; where it is too wide for a terminal, without folders, or in two lines each.

    Args:
        outputs: the rows.
        here: the folder that paths are told from.
        width: columns of the terminal; None: there is none.
    """
    rows = [_cells(each) for each in outputs]
    names = [speech.visible(speech.spelt(each.path, here)) for each in outputs]
    widths = [max(len(row[at]) for row in rows) for at in (0, 1)]
    rest = sum(widths) + len("up to date") + 3 * len(_GAP)
    if width is not None and max(map(cell_len, names)) + rest > width:
        names = [speech.visible(each.path.name) for each in outputs]
        if max(map(cell_len, names)) + rest > width:
            yield from _stacked(names, rows, outputs)
            return
    longest = max(map(cell_len, names))
    for name, (amount, time), each in zip(names, rows, outputs, strict=True):
        padded = name + " " * (longest - cell_len(name))
        figures = f"{amount:>{widths[0]}}{_GAP}{time:>{widths[1]}}"
        yield Text(_GAP).join([Text(padded), Text(figures), _state(each)])


def _stacked(
    names: Sequence[str], rows: Sequence[tuple[str, str]], outputs: Sequence[Artifact]
) -> Iterator[Text]:
    for name, row, each in zip(names, rows, outputs, strict=True):
        yield Text(name)
        figures = ", ".join(cell for cell in row if cell)
        yield Text.assemble(_GAP, figures, ", ", _state(each))


def _cells(output: Artifact) -> tuple[str, str]:
    """Give its pages, or else its size; and the time it took."""
    amount = count(output.pages, "page") if output.pages else size(output.size)
    return amount, "" if output.kept else duration(output.seconds)


def _state(output: Artifact) -> Text:
    return Text("up to date", "dim") if output.kept else Text("built", "green")
