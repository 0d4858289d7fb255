"""Collect the lines that repeat or count, in a text without form feeds, and what is around them."""

from array import array
from collections import defaultdict
from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Final

from octavo.clean.counting import bare_counting, between, chained, typed_heads
from octavo.clean.rows import Rows

CHAINED, TYPED = "#chained", "#typed"  # no letters, so no key of a line is like it


@dataclass(slots=True, eq=False)  # frozen by its types alone, for there are thousands
class Cluster:
    """Candidates that have only blank lines between them."""

    indexes: Final[tuple[int, ...]]  # of the lines, in order
    keys: Final[frozenset[str]]  # of the lines
    before: Final[str]  # the text above it; nothing if it begins the text
    after: Final[str]  # the text below it

    @property
    def interrupts(self) -> bool:
        """Whether a small letter follows."""
        return self.after[:1].islower()


@dataclass(frozen=True, slots=True)
class Candidates:
    """The lines that may be furniture."""

    keys: list[str]  # by index; empty: it is none
    indexes: dict[str, tuple[int, ...]]  # by key, in order
    clusters: tuple[Cluster, ...]
    numbers: Sequence[int]  # by index: the cluster of a line that is in one

    def around(self, keys: Iterable[str]) -> list[Cluster]:
        """Give the clusters in which keys stand, in order."""
        indexes = chain.from_iterable(self.indexes.get(key, ()) for key in keys)
        numbers = set(map(self.numbers.__getitem__, indexes))
        return [self.clusters[number] for number in sorted(numbers)]


def candidates_of(rows: Rows, least: int) -> Candidates:
    """Give the lines that come so often, or count.

    A line's key is its letters; that of lines that count has a number sign, and tells why.
    """
    indexes = {key: found for key, found in rows.keyed.items() if key and len(found) >= least}
    counting = _counting(rows, indexes)
    for key in {rows.facts.key(index) for index in counting} & indexes.keys():
        indexes[key] = tuple(index for index in indexes[key] if index not in counting)
    named: defaultdict[str, list[int]] = defaultdict(list)
    for index, key in sorted(counting.items()):
        named[key].append(index)
    indexes |= {key: tuple(found) for key, found in named.items()}
    keys = [""] * len(rows.texts)
    for key, found in indexes.items():
        for index in found:
            keys[index] = key
    clusters = tuple(_clusters(rows, keys))
    numbers = array("i", bytes(4 * len(keys)))  # takes far less room than a dictionary
    for number, cluster in enumerate(clusters):
        for index in cluster.indexes:
            numbers[index] = number
    return Candidates(keys, indexes, clusters, numbers)


def _counting(rows: Rows, repeated: Container[str]) -> dict[int, str]:
    bare = rows.keyed.get("", ())
    found = between(rows, repeated) | bare_counting(rows, bare)
    found |= dict.fromkeys(chained(rows), CHAINED)
    return found | dict.fromkeys(typed_heads(rows), TYPED)


def _clusters(rows: Rows, keys: list[str]) -> list[Cluster]:
    clusters: list[Cluster] = []
    filled, texts = rows.filled, rows.texts
    candidate = bytes(map(bool, map(keys.__getitem__, filled)))
    start = candidate.find(True)
    while start >= 0:
        end = candidate.find(False, start)
        end = end if end >= 0 else len(filled)
        before = texts[filled[start - 1]] if start else ""
        after = texts[filled[end]] if end < len(filled) else ""
        indexes = filled[start:end]
        own = frozenset(map(keys.__getitem__, indexes))
        clusters.append(Cluster(indexes, own, before, after))
        start = candidate.find(True, end)
    return clusters
