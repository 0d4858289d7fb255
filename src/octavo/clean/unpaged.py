"""Find page furniture in a text without form feeds: it interrupts sentences."""

import operator
import sys
from collections import Counter, defaultdict
from collections.abc import Sequence
from itertools import chain, filterfalse

from octavo.clean import counting
from octavo.clean.candidates import CHAINED, TYPED, Candidates, Cluster, candidates_of
from octavo.clean.counting import TIMES
from octavo.clean.folios import key_of
from octavo.clean.rows import Facts, Rows, Taken
from octavo.guidance import Guidance
from octavo.model import Change

_FORCED_TIMES = 2  # the same where somebody wants it so
_BESIDE = 0.8  # of a line's occurrences stand beside other furniture
_INTERRUPTING = 0.2  # of a furniture line's occurrences at least
_LINES = 5  # of furniture between two pages, at most
_NEAR = 8  # lines: repetitions that stand closer are a refrain
_MARKED = 0.05  # of the lines end with a sentence, where sentences are marked
_STOPS = frozenset("。．！？।॥.!?؟።」』”")


def unpaged(rows: Rows, guidance: Guidance) -> Taken:
    """Drop repeated lines and counting numbers that interrupt sentences; put a form feed there."""
    forced = guidance.forced("furniture")
    candidates = candidates_of(rows, _FORCED_TIMES if forced else TIMES)
    marked = _is_marked(rows)
    furniture = _furniture(rows, candidates, marked=marked)
    taken: dict[int, str] = {}
    changes: list[Change] = []
    for cluster in candidates.clusters:
        if len(cluster.indexes) > _LINES and not forced:
            continue  # a passage that comes again, such as a litany's
        headings = _headings(rows.facts, candidates, cluster, marked=marked)
        for index in _of_cluster(rows.facts, candidates, cluster, furniture):
            place = rows.facts.lines[index].place
            if index in headings or guidance.off("furniture", place):
                continue
            key = candidates.keys[index]
            why = f"{len(candidates.indexes[key])} times in the text, also inside sentences"
            if key == TYPED:
                why = "the title with a number that counts, where a typed page would end"
            why = sys.intern(why)  # many lines have the same one
            changes.append(Change("furniture", place, rows.texts[index], "", why=why))
            taken[index] = "\f"
    return rows.without(taken), tuple(changes)


def _furniture(rows: Rows, candidates: Candidates, *, marked: bool) -> set[str]:
    """Give the keys that are furniture wherever they stand."""
    indexes = candidates.indexes
    furniture = _interrupting(candidates, marked=marked)
    furniture -= {key for key in furniture if _is_too_near(rows.facts, key, indexes[key])}
    furniture |= counting.of_pages(rows, indexes)
    furniture |= _at_distance(candidates)
    furniture -= {
        key for key in furniture if not key.startswith("#") and counting.leaps(rows, indexes[key])
    }
    return furniture | _companions(candidates, furniture) | {TYPED}


def _is_marked(rows: Rows) -> bool:
    """Tell whether sentences have marks at their ends: those of Thai have none."""
    ends = rows.facts.ends - Counter(rows.facts.texts[index][-1] for index in rows.gone)
    return sum(ends[char] for char in _STOPS) > ends.total() * _MARKED


def _interrupting(candidates: Candidates, *, marked: bool) -> set[str]:
    """Give the keys that stand inside sentences often enough."""
    inside = (each.indexes for each in candidates.clusters if _goes_on(each, marked=marked))
    found = Counter(map(candidates.keys.__getitem__, chain.from_iterable(inside)))
    return {
        key
        for key, count in found.items()
        if key == CHAINED or count >= max(1, len(candidates.indexes[key]) * _INTERRUPTING)
    }


def _goes_on(cluster: Cluster, *, marked: bool) -> bool:
    """Tell whether a sentence goes on after a cluster."""
    before, after = cluster.before, cluster.after
    if not before or not after:
        return False
    caseless = marked and after[0].isalpha() and after[0].lower() == after[0].upper()
    return (before[-1].isalnum() or before[-1] in ",;-\u2010") and (after[0].islower() or caseless)


def _is_too_near(facts: Facts, key: str, indexes: Sequence[int]) -> bool:
    """Tell whether a line mostly comes again after few lines, and has no number: a refrain."""
    if len(key) < 2 or key.startswith("#"):
        return False
    found = list(filterfalse(facts.folios.__contains__, indexes))
    near = sum(map(_NEAR.__gt__, map(operator.sub, found[1:], found)))
    return bool(found) and 2 * near > len(found) - 1


def _at_distance(candidates: Candidates) -> set[str]:
    """Give the keys of heads that stand beside a counting number at the distance of a page.

    Where notes stand at the foot of a page, the line before its end goes on nowhere.
    """
    numeric = {key for key in candidates.indexes if key.startswith("#")}
    beside: defaultdict[str, list[int]] = defaultdict(list)
    small: Counter[str] = Counter()  # how often a sentence goes on after it
    for cluster in candidates.around(numeric):
        for key in cluster.keys:
            beside[key].append(cluster.indexes[0])
        if cluster.interrupts:
            small.update(cluster.keys & numeric)
    found = {
        key
        for key, indexes in beside.items()
        if counting.is_even(indexes)
        and (key not in numeric or small[key] >= len(indexes) * _INTERRUPTING)
    }
    for cluster in candidates.around(found - numeric):
        found |= cluster.keys & numeric
    return found


def _companions(candidates: Candidates, furniture: set[str]) -> set[str]:
    """Give the keys that nearly always stand beside furniture."""
    beside = Counter(chain.from_iterable(each.keys for each in candidates.around(furniture)))
    return {key for key, count in beside.items() if count >= len(candidates.indexes[key]) * _BESIDE}


def _headings(
    facts: Facts, candidates: Candidates, cluster: Cluster, *, marked: bool
) -> frozenset[int]:
    """Give the lines of a cluster that are the headings which the running heads repeat.

    That is the first of several, where no number stands beside it and no sentence goes on.
    """
    if any(map(facts.folio, cluster.indexes)):
        return frozenset()
    if not cluster.before:
        return frozenset(cluster.indexes if _is_title(candidates, cluster) else ())
    if _goes_on(cluster, marked=marked) or cluster.interrupts:
        return frozenset()
    firsts = (candidates.indexes[key][0] for key in cluster.keys)
    return frozenset(firsts).intersection(cluster.indexes)


def _is_title(candidates: Candidates, cluster: Cluster) -> bool:
    """Tell whether nothing shows the lines that begin the text to be furniture.

    That would be a line that comes twice, or the title on the line after it.
    """
    keys = [candidates.keys[index] for index in cluster.indexes]
    after = key_of(cluster.after)
    again = bool(after) and after in "".join(keys)
    return not again and len(set(keys)) == len(keys)


def _of_cluster(
    facts: Facts, candidates: Candidates, cluster: Cluster, furniture: set[str]
) -> list[int]:
    """Give the furniture of a cluster: each line once, for the second is the heading itself."""
    first: dict[str, int] = {}
    for index in cluster.indexes:
        key = candidates.keys[index]
        if key in furniture:
            first.setdefault(facts.key(index) or key, index)
    return list(first.values())
