"""Find page furniture in a text without form feeds: it interrupts sentences."""

from collections import Counter, defaultdict
from dataclasses import replace
from itertools import pairwise

from octavo.clean import counting
from octavo.clean.counting import TIMES
from octavo.clean.folios import Facts, folio, key_of
from octavo.clean.ruled import Lines, Ruled
from octavo.guidance import Guidance
from octavo.model import Change

_FORCED_TIMES = 2  # the same where somebody wants it so
_BESIDE = 0.8  # of a line's occurrences stand beside other furniture
_INTERRUPTING = 0.2  # of a furniture line's occurrences at least
_LINES = 5  # of furniture between two pages, at most
_NEAR = 8  # lines: repetitions that stand closer are a refrain
_MARKED = 0.05  # of the lines end with a sentence, where sentences are marked
_CHAINED, _TYPED = "#chained", "#typed"  # no letters, so no key of a line is like it
_STOPS = frozenset("。．！？।॥.!?؟።」』”")


def unpaged(lines: Lines, guidance: Guidance, facts: Facts) -> Ruled:
    """Drop repeated lines and counting numbers that interrupt sentences; put a form feed there."""
    candidates = _candidates(lines, facts, _FORCED_TIMES if guidance.forced("furniture") else TIMES)
    clusters = _clusters(lines, candidates)
    marked = _is_marked(lines)
    inside = [_is_inside(lines, cluster, marked=marked) for cluster in clusters]
    furniture = _interrupting(candidates, clusters, inside)
    furniture -= _too_near(lines, facts, _only(candidates, furniture))
    furniture |= counting.of_pages(lines, candidates)
    furniture |= _at_distance(lines, candidates, clusters)
    furniture -= counting.leaps(lines, facts, _only(candidates, furniture))
    furniture |= _companions(candidates, clusters, furniture) | {_TYPED}
    times = Counter(candidates.values())
    kept = list(lines)
    changes: list[Change] = []
    headings = _headings(lines, candidates, clusters, inside)
    for cluster in clusters:
        if len(cluster) > _LINES and not guidance.forced("furniture"):
            continue  # a passage that comes again, such as a litany's
        for index in _of_cluster(lines, cluster, candidates, furniture):
            line = lines[index]
            if index in headings or guidance.off("furniture", line.place):
                continue
            why = f"{times[candidates[index]]} times in the text, also inside sentences"
            if candidates[index] == _TYPED:
                why = "the title with a number that counts, where a typed page would end"
            changes.append(Change("furniture", line.place, line.text.strip(), "", why=why))
            kept[index] = replace(line, text="\f")
    return tuple(kept), tuple(changes)


def _candidates(lines: Lines, facts: Facts, least: int) -> dict[int, str]:
    """Give the lines that repeat, or count, by index, with their keys."""
    keys = facts.short(lines)
    times = Counter(keys.values())
    bare = [index for index, key in keys.items() if not key]
    found = {index: key for index, key in keys.items() if key and times[key] >= least}
    found |= counting.between(lines, facts, found, bare) | counting.bare_counting(
        lines, facts, bare
    )
    found |= dict.fromkeys(counting.chained(lines, facts), _CHAINED)
    found |= dict.fromkeys(counting.typed_heads(lines, facts), _TYPED)
    return dict(sorted(found.items()))


def _only(candidates: dict[int, str], keys: set[str]) -> dict[int, str]:
    return {index: key for index, key in candidates.items() if key in keys}


def _clusters(lines: Lines, candidates: dict[int, str]) -> list[list[int]]:
    """Give the candidates in groups that have only blank lines between them."""
    clusters: list[list[int]] = []
    last = -1
    for index in candidates:
        apart = any(lines[between].text.strip() for between in range(last + 1, index))
        if apart or not clusters:
            clusters.append([])
        clusters[-1].append(index)
        last = index
    return clusters


def _is_inside(lines: Lines, cluster: list[int], *, marked: bool) -> bool:
    """Tell whether a sentence goes on after a cluster."""
    before = _text(lines, range(cluster[0] - 1, -1, -1))
    after = _text(lines, range(cluster[-1] + 1, len(lines)))
    return bool(before and after) and _goes_on(before, after, marked=marked)


def _is_marked(lines: Lines) -> bool:
    """Tell whether sentences have marks at their ends: those of Thai have none."""
    ends = [line.text.rstrip()[-1:] for line in lines if line.text.strip()]
    return sum(end in _STOPS for end in ends) > len(ends) * _MARKED


def _interrupting(
    candidates: dict[int, str], clusters: list[list[int]], inside: list[bool]
) -> set[str]:
    """Give the keys that stand inside sentences often enough."""
    times = Counter(candidates.values())
    found: Counter[str] = Counter()
    for cluster, goes_on in zip(clusters, inside, strict=True):
        if goes_on:
            found.update(candidates[index] for index in cluster)
    return {
        key
        for key, count in found.items()
        if key == _CHAINED or count >= max(1, times[key] * _INTERRUPTING)
    }


def _too_near(lines: Lines, facts: Facts, candidates: dict[int, str]) -> set[str]:
    """Give the keys that mostly come again after few lines, and have no number: refrains."""
    rows: defaultdict[str, list[int]] = defaultdict(list)
    for index, key in candidates.items():
        if (
            len(key) > 1
            and not key.startswith("#")
            and (facts.folio(index, lines[index].text.strip()) is None)
        ):
            rows[key].append(index)
    return {
        key
        for key, found in rows.items()
        if 2 * sum(after - row < _NEAR for row, after in pairwise(found)) > len(found) - 1
    }


def _headings(
    lines: Lines, candidates: dict[int, str], clusters: list[list[int]], inside: list[bool]
) -> set[int]:
    """Give the lines that are the headings which the running heads repeat.

    That is the first of several, where no number stands beside it and no sentence goes on.
    """
    firsts = set({key: index for index, key in reversed(candidates.items())}.values())
    found: set[int] = set()
    if clusters and _is_title(lines, clusters[0], candidates):
        found.update(clusters[0])
    for cluster, goes_on in zip(clusters, inside, strict=True):
        if not _text(lines, range(cluster[0] - 1, -1, -1)):
            continue
        numbered = any(folio(lines[index].text.strip()) for index in cluster)
        if not goes_on and not numbered and not _begins_small(lines, cluster[-1]):
            found.update(index for index in cluster if index in firsts)
    return found


def _at_distance(lines: Lines, candidates: dict[int, str], clusters: list[list[int]]) -> set[str]:
    """Give the keys of heads that stand beside a counting number at the distance of a page.

    Where notes stand at the foot of a page, the line before its end goes on nowhere.
    """
    beside: defaultdict[str, list[int]] = defaultdict(list)
    numbers: defaultdict[str, set[str]] = defaultdict(set)
    small: Counter[str] = Counter()  # how often a sentence goes on after it
    for cluster in clusters:
        keys = {candidates[index] for index in cluster}
        numeric = {key for key in keys if key.startswith("#")}
        for key in numeric:
            beside[key].append(cluster[0])
            small[key] += _begins_small(lines, cluster[-1])
        for key in keys - numeric if numeric else ():
            beside[key].append(cluster[0])
            numbers[key] |= numeric
    found: set[str] = set()
    for key, rows in beside.items():
        if key.startswith("#") and small[key] < len(rows) * _INTERRUPTING:
            continue
        if counting.is_even(rows):
            found |= {key} | numbers[key]
    return found


def _begins_small(lines: Lines, row: int) -> bool:
    return _text(lines, range(row + 1, len(lines)))[:1].islower()


def _companions(
    candidates: dict[int, str], clusters: list[list[int]], furniture: set[str]
) -> set[str]:
    """Give the keys that nearly always stand beside furniture."""
    times = Counter(candidates.values())
    beside: Counter[str] = Counter()
    for cluster in clusters:
        keys = {candidates[index] for index in cluster}
        if keys & furniture:
            beside.update(keys)
    return {key for key, count in beside.items() if count >= times[key] * _BESIDE}


def _is_title(lines: Lines, cluster: list[int], candidates: dict[int, str]) -> bool:
    """Tell whether a cluster begins the text and nothing shows it to be furniture.

    That would be a number, a line that comes twice, or the title on the line after it.
    """
    if any(line.text.strip() for line in lines[: cluster[0]]):
        return False
    keys = [candidates[index] for index in cluster]
    numbered = any(folio(lines[index].text.strip()) for index in cluster)
    after = key_of(_text(lines, range(cluster[-1] + 1, len(lines))))
    again = bool(after) and after in "".join(keys)
    return not numbered and not again and len(set(keys)) == len(keys)


def _of_cluster(
    lines: Lines, cluster: list[int], candidates: dict[int, str], furniture: set[str]
) -> list[int]:
    """Give the furniture of a cluster: each line once, for the second is the heading itself."""
    first: dict[str, int] = {}
    for index in cluster:
        if candidates[index] in furniture:
            first.setdefault(key_of(lines[index].text.strip()) or candidates[index], index)
    return list(first.values())


def _text(lines: Lines, indexes: range) -> str:
    return next((lines[index].text.strip() for index in indexes if lines[index].text.strip()), "")


def _goes_on(before: str, after: str, *, marked: bool) -> bool:
    caseless = marked and after[0].isalpha() and after[0].lower() == after[0].upper()
    return (before[-1].isalnum() or before[-1] in ",;-\u2010") and (after[0].islower() or caseless)
