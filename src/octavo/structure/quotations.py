"""Tell block quotations: prose set deeper or narrower than the text around it."""

from bisect import bisect_right
from collections.abc import Sequence
from math import log
from typing import TypeAlias

from octavo.structure.measure import Geometry, Row

Lines: TypeAlias = tuple[Row, ...]  # of one paragraph

_DEEP = 2  # columns: less is an uneven left edge
_DEEP_ALONE = 5  # columns, of a line with no white above: less may be a paragraph's indent
_RIGHT = 0.4  # of the measure: a single line that begins beyond it is a signature
# Of the measure: so far at most do the full lines of a narrow setting reach, by their number.
_SET_OFF = {1: 0.75, 2: 0.85, 3: 0.9}
_SET_OFF_MANY = 0.94
_CLOSE = 5  # full lines at least, where no white space sets them off
_CLOSE_MANY = 0.9
_NARROW = 0.945  # of the measure: no line of a run of narrow paragraphs reaches farther
_ROUNDS = 3  # what is known to be narrow makes the rest of the narrow lines rarer
_EVIDENCE = 10.0  # nats: so unlikely are the lines of a narrow run anywhere else in the text
_EVIDENCE_AT_EDGE = 2.5  # nats: of the first and the last paragraph of a run


def is_deep(rows: tuple[Row, ...], geometry: Geometry) -> bool:
    """Tell whether a paragraph has an indent on all its lines."""
    if len(rows) == 1:
        least = geometry.indent + _DEEP + bool(geometry.indent)
        if not rows[0].gap:
            least = max(least, _DEEP_ALONE)
        return least <= rows[0].indent <= geometry.measure * _RIGHT
    return min(row.indent for row in rows[1:]) >= _DEEP and rows[0].indent >= _DEEP


def is_narrow(
    paragraphs: tuple[tuple[Row, ...], ...], geometry: Geometry, *, set_off: bool
) -> bool:
    """Tell whether the lines that paragraphs do not end with are all shorter than usual.

    Args:
        paragraphs: what stands between two white lines, or one paragraph.
        geometry: what is usual in the text.
        set_off: there is white space before and after, more than between paragraphs.
    """
    count = sum(len(rows) - 1 for rows in paragraphs)
    if count < (1 if set_off else _CLOSE):
        return False
    most = _SET_OFF.get(count, _SET_OFF_MANY) if set_off else _CLOSE_MANY
    return all(row.end / geometry.measure <= most for rows in paragraphs for row in rows[:-1])


def narrow_runs(paragraphs: Sequence[Lines | None], geometry: Geometry) -> set[int]:
    """Give the paragraphs in runs whose lines all end short, by index from 0.

    How much that says depends on the text: where lines are ragged, many end short by chance. So
    it is compared with the lines that are in no such run.

    Args:
        paragraphs: in order; None stands for what is no prose.
        geometry: what is usual in the text.
    """
    runs = _runs(paragraphs, geometry)
    found: set[int] = set()
    for _ in range(_ROUNDS):
        ends = sorted(
            row.indent + row.width
            for index, rows in enumerate(paragraphs)
            if rows and index not in found
            for row in rows[:-1]
        )
        before, found = found, {index for run in runs for index in _narrow(run, ends, found)}
        if found == before:
            break
    return found


def _runs(paragraphs: Sequence[Lines | None], geometry: Geometry) -> list[list[tuple[int, Lines]]]:
    runs: list[list[tuple[int, Lines]]] = [[]]
    for index, rows in enumerate(paragraphs):
        announces = rows is not None and len(rows) == 1 and rows[0].tail.colon
        widest = (
            max((row.indent + row.width for row in rows), default=0.0) if rows else geometry.measure
        )
        if rows and not announces and widest <= geometry.measure * _NARROW:
            runs[-1].append((index, rows))
        elif runs[-1]:
            runs.append([])
    return runs


def _narrow(run: list[tuple[int, Lines]], ends: list[float], known: set[int]) -> list[int]:
    """Give the paragraphs of a run that the lines of the text, by their `ends`, make unlikely.

    The `ends` are without those of the paragraphs `known` to be narrow.
    """
    counts = [len(rows) - 1 for _, rows in run]
    if not sum(counts):
        return []
    widest = max(row.end for _, rows in run for row in rows[:-1])
    here = sum(count for (index, _), count in zip(run, counts, strict=True) if index not in known)
    short, others = bisect_right(ends, widest) - here, len(ends) - here
    if _surprise(sum(counts), short, others) < _EVIDENCE:
        return []
    strong = [
        at
        for at, count in enumerate(counts)
        if _surprise(count, short, others) >= _EVIDENCE_AT_EDGE
    ]
    return [index for index, _ in run[strong[0] : strong[-1] + 1]] if strong else []


def _surprise(count: int, short: int, others: int) -> float:
    """Give how unlikely it is that so many lines are all short, in nats, as others show it.

    It is what Laplace's rule of succession says, line by line: few others do not say much.
    """
    return sum(log((others + 2 + line) / (short + 1 + line)) for line in range(count))
