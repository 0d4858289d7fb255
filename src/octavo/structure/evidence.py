"""Weigh whether a new block begins with a line: naive Bayes over what the page shows.

What letters say is the same in every text and has fixed weights. What indents and blank lines say
depends on the text, so their weights are learnt from it: first from the lines whose letters and
length alone leave no doubt, then from all of them, by what the first weights make of them.
"""

from array import array
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import exp, log

from octavo.model import Evidence
from octavo.structure.cast import name_at
from octavo.structure.measure import NARROW, Geometry, Row, fill, neighbourhood
from octavo.structure.signs import Head, Tail

_CLAMP = 5.0
_STRENGTH = 6.0  # lines' worth of trust in the expectations below
_SAMPLE = 500  # lines of a region are enough to learn from again
_CLAUSE_REACH = 0.8
_CLAUSE_REACH_WHITE = 0.9  # where white space follows

# What is expected before a text is looked at: shares of beginnings and of continuations.
_BEGIN = {"gap0": 0.4, "gap1": 0.45, "gap2": 0.15, "in": 0.45, "again": 0.25, "out": 0.1}
_GO_ON = {"gap0": 0.93, "gap1": 0.06, "gap2": 0.01, "in": 0.03, "again": 0.05, "out": 0.2}
_BEGIN |= {"flush": 0.16, "slight": 0.04}
_GO_ON |= {"flush": 0.64, "slight": 0.08}
_CUES = tuple(_BEGIN)
_GAPS = ("gap0", "gap1", "gap2")
_WHITE = _GAPS[1:]

_SAID = {
    "gap0": "there is no blank line between",
    "gap1": "there is a blank line between",
    "gap2": "there are several blank lines between",
    "in": "it begins farther in than the line before",
    "again": "it has a paragraph's indent, as the line before",
    "out": "it begins farther out than the line before",
    "flush": "it begins where the line before does",
    "slight": "it begins a little farther in than the line before",
}
_BREAKS_WORD = Evidence("the line before breaks a word", -5.0)
_ENDS = Evidence("the line before ends a sentence", 1.0)
_ANNOUNCES = Evidence("the line before ends with a colon", 0.5)
_PAUSES = Evidence("the line before ends with a comma", -1.5)
_DASH = Evidence("the line before ends with a dash", -1.0)
_OPEN = Evidence("the line before ends inside a sentence", -2.5)
_NO_STOPS = Evidence("its script has no full stop", 0.0)
_SMALL = Evidence("it goes on with a small letter", -3.0)
_SPEECH_HYPHEN = Evidence("it begins with a hyphen, as speech does", 2.5)
_QUOTING = Evidence("it begins with a quotation mark or dash", 0.8)
_LARGE = Evidence("it begins with a capital", 0.3)
_NEITHER = Evidence("its first letter says nothing", 0.0)
_SPEAKER = Evidence("it begins with a speaker's name", 3.5)
_CLAUSE = Evidence("the line before is a short clause beside long lines", 4.0)
_REACH = tuple(
    (limit, Evidence(f"its first word would have fitted on the line before, {said}", weight))
    for limit, said, weight in (
        (0.6, "which is very short", 3.5),
        (0.75, "which is short", 2.5),
        (0.85, "with room to spare", 1.5),
        (0.93, "but not much more", 0.5),
        (1.0, "but only just", -0.5),
    )
)
_FULL = Evidence("its first word would not have fitted on the line before", -1.5)


@dataclass(frozen=True, slots=True)
class Weights:
    """What each cue of the layout adds to the evidence for a new block, in nats."""

    cues: Mapping[str, Evidence]  # by the names of the cues
    speakers: frozenset[str] = frozenset()  # whose names stand before what they say


@dataclass(frozen=True, slots=True)
class Cues:
    """How often each cue stands before beginnings and before lines that go on."""

    begins: dict[str, float]
    goes_on: dict[str, float]


def observe(rows: tuple[Row, ...], geometry: Geometry, taken: frozenset[int]) -> Cues:
    """Count the gaps and indents of the rows that are not `taken` otherwise."""
    seen = Cues(dict.fromkeys(_CUES, 0.0), dict.fromkeys(_CUES, 0.0))
    for index in range(1, len(rows)):
        if index in taken or index - 1 in taken:
            continue
        before, row = rows[index - 1], rows[index]
        reach = fill(before, row, geometry.measure)
        new = _surely_begins(before, row, reach)
        if new or _surely_goes_on(before, row, reach):
            side = seen.begins if new else seen.goes_on
            for cue in _cues(before, row, geometry):
                side[cue] += 1
    return seen


def letters_of(
    rows: tuple[Row, ...], geometry: Geometry, taken: frozenset[int], speakers: frozenset[str]
) -> Sequence[float]:
    """Give what letters and length say for a block that begins with each row, in nats.

    It is the same whatever the weights of the layout; 0 where `observe` does not look.
    """
    said = array("d", bytes(8 * len(rows)))
    for index in range(1, len(rows)):
        if index not in taken and index - 1 not in taken:
            said[index] = _total(_of_letters(rows, index, geometry, speakers))
    return said


def observe_again(
    rows: tuple[Row, ...],
    geometry: Geometry,
    taken: frozenset[int],
    said: Sequence[float],
    weights: Weights,
) -> Cues:
    """Count the gaps and indents before lines of any kind, by what the weights make of them.

    What the letters of each row have said is what `letters_of` gives.
    """
    seen = Cues(dict.fromkeys(_CUES, 0.0), dict.fromkeys(_CUES, 0.0))
    for index in range(1, len(rows), 1 + len(rows) // _SAMPLE):
        if index in taken or index - 1 in taken:
            continue
        cues = _cues(rows[index - 1], rows[index], geometry)
        chance = 1 / (1 + exp(-_with_layout(said[index], cues, weights)))
        for cue in cues:
            seen.begins[cue] += chance
            seen.goes_on[cue] += 1 - chance
    return seen


def sum_of(parts: Sequence[Cues]) -> Cues:
    """Add up what was seen in the parts of a text."""
    return Cues(
        {cue: sum(part.begins[cue] for part in parts) for cue in _CUES},
        {cue: sum(part.goes_on[cue] for part in parts) for cue in _CUES},
    )


def learn(seen: Cues, everywhere: Cues, speakers: frozenset[str] = frozenset()) -> Weights:
    """Learn the weights of gaps and indents in a part of a text.

    Args:
        seen: in the part.
        everywhere: in the whole text; what the other parts show is what is expected of this one.
        speakers: of a play, if the text is one.
    """
    begins = _shares(seen.begins, everywhere.begins, _BEGIN)
    goes_on = _shares(seen.goes_on, everywhere.goes_on, _GO_ON)
    weights = {cue: log(begins[cue] / goes_on[cue]) for cue in _CUES}
    # Where white space marks a beginning, a little of it does so no less than much.
    white = [sum(shares[cue] for cue in _WHITE) for shares in (begins, goes_on)]
    weights |= {cue: max(weights[cue], log(white[0] / white[1])) for cue in _WHITE}
    bounded = {cue: max(-_CLAMP, min(_CLAMP, weight)) for cue, weight in weights.items()}
    return Weights({cue: Evidence(_SAID[cue], bounded[cue]) for cue in _CUES}, speakers)


def _surely_begins(before: Row, row: Row, reach: float) -> bool:
    return reach < 0.75 and before.tail.stops and not row.head.small


def _surely_goes_on(before: Row, row: Row, reach: float) -> bool:
    if row.head.wide:
        # Without small letters to go by; an indent takes a full line's reach below one.
        return reach > 0.9 and not before.tail.stops and not before.tail.pauses
    if row.head.small:
        return reach > 0.9 and not before.tail.stops
    return reach > 1 and before.text[-1].isalpha()


def _cues(before: Row, row: Row, geometry: Geometry) -> tuple[str, ...]:
    step, enough = row.indent - before.indent, geometry.step
    if step >= enough:
        indent = "in"
    elif step <= -enough:
        indent = "out"
    elif step >= 1:
        indent = "slight"
    elif geometry.indent and abs(row.indent - geometry.indent) < enough:
        indent = "again"
    else:
        indent = "flush"
    return (indent,) if row.edge else (indent, _GAPS[row.gap] if row.gap < 2 else "gap2")


def _shares(
    seen: dict[str, float], everywhere: dict[str, float], expected: dict[str, float]
) -> dict[str, float]:
    """Give the share of each cue among those of its kind, gaps or indents."""
    shares: dict[str, float] = {}
    for gaps in (True, False):
        kind = [cue for cue in _CUES if cue.startswith("gap") == gaps]
        here = sum(seen[cue] for cue in kind)
        elsewhere = sum(everywhere[cue] for cue in kind) - here
        for cue in kind:
            others = everywhere[cue] - seen[cue] + _STRENGTH * expected[cue]
            prior = others / (elsewhere + _STRENGTH)
            shares[cue] = (seen[cue] + _STRENGTH * prior) / (here + _STRENGTH)
    return shares


def begins(rows: tuple[Row, ...], index: int, geometry: Geometry, weights: Weights) -> float:
    """Give the evidence that a block begins with a row: above 0 it does, below it goes on."""
    return _total(weigh(rows, index, geometry, weights))


def score(
    rows: tuple[Row, ...], index: int, geometry: Geometry, said: float, weights: Weights
) -> float:
    """Give the same evidence where it is known what the letters have `said`."""
    return _with_layout(said, _cues(rows[index - 1], rows[index], geometry), weights)


def _with_layout(said: float, cues: tuple[str, ...], weights: Weights) -> float:
    for cue in cues:
        said += weights.cues[cue].weight
    return said


def _total(found: Iterable[Evidence]) -> float:
    total = 0.0
    for each in found:
        total += each.weight
    return total


def weigh(
    rows: tuple[Row, ...], index: int, geometry: Geometry, weights: Weights
) -> tuple[Evidence, ...]:
    """Give what speaks for and against a block that begins with a row, piece by piece."""
    cues = _cues(rows[index - 1], rows[index], geometry)
    said = _of_letters(rows, index, geometry, weights.speakers)
    return (*said, *(weights.cues[cue] for cue in cues))


def _of_letters(
    rows: tuple[Row, ...], index: int, geometry: Geometry, speakers: frozenset[str]
) -> list[Evidence]:
    before, row = rows[index - 1], rows[index]
    reach = fill(before, row, neighbourhood(rows, index, geometry))
    found = [_ending(before.tail), _beginning(row.head), _shortness(reach)]
    if before.tail.pauses and row.head.small and _stands_out(rows, index, geometry, reach):
        found.append(_CLAUSE)
    if speakers and name_at(row.text) in speakers:
        found.append(_SPEAKER)
    return found


def _stands_out(rows: tuple[Row, ...], index: int, geometry: Geometry, reach: float) -> bool:
    """Tell whether the line before a row is far shorter than one beside it.

    Laws set each clause as a paragraph that ends with a comma; verse and narrow prose have short
    lines on both sides.
    """
    beside = max(rows[max(0, index - 2)].end, rows[index].end)
    limit = _CLAUSE_REACH_WHITE if rows[index].gap and not rows[index].edge else _CLAUSE_REACH
    return reach < limit and beside >= geometry.measure * NARROW


def _ending(tail: Tail) -> Evidence:
    if tail.breaks:
        return _BREAKS_WORD
    if tail.stops:
        return _ENDS
    if tail.colon:
        return _ANNOUNCES
    if tail.pauses:
        return _PAUSES
    if tail.unstopped:
        return _NO_STOPS
    return _DASH if tail.dash else _OPEN


def _beginning(head: Head) -> Evidence:
    if head.small:
        return _SMALL
    if head.hyphen:
        return _SPEECH_HYPHEN
    if head.quotes:
        return _QUOTING
    return _LARGE if head.large else _NEITHER


def _shortness(reach: float) -> Evidence:
    for limit, evidence in _REACH:
        if reach < limit:
            return evidence
    return _FULL
