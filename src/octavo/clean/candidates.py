"""Collect the lines that repeat or count, in a text without form feeds, and what is around them."""

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

from octavo.clean.counting import bare_counting, between, chained, typed_heads
from octavo.clean.rows import Rows

CHAINED, TYPED = "#chained", "#typed"  # no letters, so no key of a line is like it


@dataclass(frozen=True, slots=True)
class Cluster:
    """Candidates that have only blank lines between them."""

    indexes: tuple[int, ...]  # of the lines, in order
    keys: frozenset[str]
    before: str  # the text above it; nothing if it begins the text
    after: str  # the text below it

    @property
    def interrupts(self) -> bool:
        """Whether a small letter follows."""
        return self.after[:1].islower()


@dataclass(frozen=True, slots=True)
class Candidates:
    """The lines that may be furniture."""

    keys: dict[int, str]  # by index
    indexes: dict[str, list[int]]  # by key, in order
    clusters: tuple[Cluster, ...]

    def around(self, keys: Iterable[str]) -> list[Cluster]:
        """Give the clusters in which keys stand, in order."""
        firsts = [cluster.indexes[0] for cluster in self.clusters]
        numbers = {
            bisect_right(firsts, index) - 1 for key in keys for index in self.indexes.get(key, ())
        }
        return [self.clusters[number] for number in sorted(numbers)]


def candidates_of(rows: Rows, least: int) -> Candidates:
    """Give the lines that come so often, or count.

    A line's key is its letters; that of lines that count has a number sign, and tells why.
    """
    indexes = {key: list(found) for key, found in rows.keyed.items() if key and len(found) >= least}
    counting = _counting(rows, indexes)
    for key in {rows.facts.key(index) for index in counting} & indexes.keys():
        indexes[key] = [index for index in indexes[key] if index not in counting]
    for index, key in sorted(counting.items()):
        indexes.setdefault(key, []).append(index)
    keys = {index: key for key, found in indexes.items() for index in found}
    return Candidates(keys, indexes, tuple(_clusters(rows, keys)))


def _counting(rows: Rows, repeated: dict[str, list[int]]) -> dict[int, str]:
    bare = rows.keyed.get("", ())
    found = between(rows, repeated) | bare_counting(rows, bare)
    found |= dict.fromkeys(chained(rows), CHAINED)
    return found | dict.fromkeys(typed_heads(rows), TYPED)


def _clusters(rows: Rows, keys: dict[int, str]) -> list[Cluster]:
    clusters: list[Cluster] = []
    end = 0  # so many of the lines with text are looked at
    for candidate, run in groupby(rows.filled, keys.__contains__):
        indexes = tuple(run)
        first, end = end, end + len(indexes)
        if candidate:
            before = rows.texts[rows.filled[first - 1]] if first else ""
            after = rows.texts[rows.filled[end]] if end < len(rows.filled) else ""
            own = frozenset(map(keys.__getitem__, indexes))
            clusters.append(Cluster(indexes, own, before, after))
    return clusters
