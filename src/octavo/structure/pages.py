"""Tell where pages and columns begin, by the signs that stand before their first lines."""

from collections.abc import Sequence

from octavo.model import Line

EDGES = frozenset("\f\v")  # a page begins, a column begins


def edges_of(lines: Sequence[Line]) -> list[int]:
    """Give the indexes of the lines that begin a page or a column."""
    return [index for index, line in enumerate(lines) if line.text[:1] in EDGES]
