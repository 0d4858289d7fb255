"""Keep the figures of the last run of each bench in RESULTS.md."""

import datetime
import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from octavo import __version__

RESULTS = Path(__file__).with_name("RESULTS.md")
_HEAD = """\
# Results

What `make bench` measured last, each on its day and machine. Ratios are medians of pairs in one
run: ours divided by the other's.
"""


@dataclass(frozen=True)
class Figure:
    """What was measured, and what it may be at most."""

    what: str
    value: float
    most: float

    def __str__(self) -> str:
        return f"{self.what}: {self.value:.2f} (at most {self.most:.2f})"


def keep(name: str, figures: Sequence[Figure], path: Path = RESULTS) -> None:
    """Write the figures of a bench in the place of its last ones."""
    text = path.read_text(encoding="utf-8") if path.is_file() else _HEAD
    head, *sections = re.split(r"^(?=## )", text, flags=re.MULTILINE)
    others = [each for each in sections if not each.startswith(f"## {name}\n")]
    parts = sorted([*others, _section(name, figures)])
    path.write_text("\n".join(each.strip() + "\n" for each in (head, *parts)), encoding="utf-8")


def _section(name: str, figures: Sequence[Figure]) -> str:
    day = datetime.datetime.now(datetime.UTC).date()
    rows = "\n".join(
        f"| {each.what} | {each.value:.2f} | {each.most:.2f} | {_judged(each)} |"
        for each in figures
    )
    return (
        f"## {name}\n\n{day}, Octavo {__version__}, {os.cpu_count()} cores\n\n"
        f"| | measured | at most | |\n| --- | --- | --- | --- |\n{rows}\n"
    )


def _judged(figure: Figure) -> str:
    return "" if figure.value <= figure.most else "missed"
