"""Weigh whether a new block begins with a line: naive Bayes over what the page shows.

What letters say is the same in every text and has fixed weights. What indents and blank lines say
depends on the text, so their weights are learnt from it: from the lines whose letters and length
alone leave no doubt.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, log

from octavo.structure.measure import Geometry, Row, fill
from octavo.structure.wording import (
    breaks_word,
    ends_sentence,
    ends_with_colon,
    ends_with_dash,
    is_wide,
    pauses,
    starts_large,
    starts_quoting,
    starts_small,
    starts_with_speech_hyphen,
)

_CLAMP = 5.0
_STRENGTH = 6.0  # lines' worth of trust in the expectations below
_WINDOW = 4  # lines on each side that make a neighbourhood
_CLAUSE = 4.0  # nats, for a short line that ends with a comma beside long ones
_CLAUSE_REACH = 0.8
_CLAUSE_REACH_WHITE = 0.9  # where white space follows
_NARROW = 0.93  # of the measure: a neighbourhood below is set narrower

# What is expected before a text is looked at: shares of beginnings and of continuations.
_BEGIN = {"gap0": 0.4, "gap1": 0.45, "gap2": 0.15, "in": 0.45, "again": 0.25, "out": 0.1}
_GO_ON = {"gap0": 0.93, "gap1": 0.06, "gap2": 0.01, "in": 0.03, "again": 0.05, "out": 0.2}
_BEGIN |= {"flush": 0.16, "slight": 0.04}
_GO_ON |= {"flush": 0.64, "slight": 0.08}
_CUES = tuple(_BEGIN)
_WHITE = ("gap1", "gap2")


@dataclass(frozen=True, slots=True)
class Weights:
    """What each cue of the layout adds to the evidence for a new block, in nats."""

    cues: tuple[tuple[str, float], ...]

    def of(self, cue: str) -> float:
        """Give a cue's weight."""
        return next(weight for name, weight in self.cues if name == cue)


@dataclass(frozen=True, slots=True)
class Cues:
    """How often each cue stands where letters and length alone leave no doubt."""

    begins: "dict[str, float]"
    goes_on: "dict[str, float]"


def observe(rows: tuple[Row, ...], geometry: Geometry, taken: frozenset[int]) -> Cues:
    """Count the gaps and indents of the rows that are not `taken` otherwise."""
    seen = Cues(Counter(), Counter())
    for index in range(1, len(rows)):
        if index in taken or index - 1 in taken:
            continue
        before, row = rows[index - 1], rows[index]
        reach = fill(before, row, geometry.measure)
        if _surely_begins(before, row, reach):
            seen.begins.update(_cues(before, row, geometry))
        elif _surely_goes_on(before, row, reach):
            seen.goes_on.update(_cues(before, row, geometry))
    return seen


def observe_again(
    rows: tuple[Row, ...], geometry: Geometry, taken: frozenset[int], weights: Weights
) -> Cues:
    """Count the gaps and indents before all lines, by what the weights make of them."""
    seen = Cues(Counter(), Counter())
    for index in range(1, len(rows)):
        if index in taken or index - 1 in taken:
            continue
        chance = 1 / (1 + exp(-begins(rows, index, geometry, weights)))
        for cue in _cues(rows[index - 1], rows[index], geometry):
            seen.begins[cue] += chance
            seen.goes_on[cue] += 1 - chance
    return seen


def sum_of(parts: Sequence[Cues]) -> Cues:
    """Add up what was seen in the parts of a text."""
    total = Cues(Counter(), Counter())
    for part in parts:
        total.begins.update(part.begins)
        total.goes_on.update(part.goes_on)
    return total


def learn(seen: Cues, everywhere: Cues) -> Weights:
    """Learn the weights of gaps and indents in a part of a text.

    Args:
        seen: in the part.
        everywhere: in the whole text; what the other parts show is what is expected of this one.
    """
    begins = _shares(seen.begins, everywhere.begins, _BEGIN)
    goes_on = _shares(seen.goes_on, everywhere.goes_on, _GO_ON)
    weights = {cue: log(begins[cue] / goes_on[cue]) for cue in _CUES}
    # Where white space marks a beginning, a little of it does so no less than much.
    white = [sum(shares[cue] for cue in _WHITE) for shares in (begins, goes_on)]
    weights |= {cue: max(weights[cue], log(white[0] / white[1])) for cue in _WHITE}
    return Weights(tuple((cue, max(-_CLAMP, min(_CLAMP, weights[cue]))) for cue in _CUES))


def _surely_begins(before: Row, row: Row, reach: float) -> bool:
    return reach < 0.75 and ends_sentence(before.text) and not starts_small(row.text)


def _surely_goes_on(before: Row, row: Row, reach: float) -> bool:
    if is_wide(row.text[0]):
        # Without small letters to go by; an indent takes a full line's reach below one.
        return reach > 0.9 and not ends_sentence(before.text) and not pauses(before.text)
    if starts_small(row.text):
        return reach > 0.9 and not ends_sentence(before.text)
    return reach > 1 and before.text[-1].isalpha()


def _cues(before: Row, row: Row, geometry: Geometry) -> tuple[str, ...]:
    step = row.indent - before.indent
    enough = max(1.0, geometry.indent / 2)
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
    return (indent,) if row.edge else (indent, f"gap{min(row.gap, 2)}")


def _shares(
    seen: "dict[str, float]", everywhere: "dict[str, float]", expected: dict[str, float]
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


def neighbourhood(rows: tuple[Row, ...], index: int, geometry: Geometry) -> float:
    """Give the measure around a row: the usual one, or less where all lines are shorter."""
    near = rows[max(0, index - _WINDOW) : index + _WINDOW]
    widest = max(row.end for row in near)
    return widest if widest < geometry.measure * _NARROW else geometry.measure


def begins(rows: tuple[Row, ...], index: int, geometry: Geometry, weights: Weights) -> float:
    """Give the evidence that a block begins with a row: above 0 it does, below it goes on."""
    before, row = rows[index - 1], rows[index]
    reach = fill(before, row, neighbourhood(rows, index, geometry))
    score = _ending(before.text) + _beginning(row.text) + _shortness(reach)
    if pauses(before.text) and starts_small(row.text) and _stands_out(rows, index, geometry, reach):
        score += _CLAUSE
    return score + sum(weights.of(cue) for cue in _cues(before, row, geometry))


def _stands_out(rows: tuple[Row, ...], index: int, geometry: Geometry, reach: float) -> bool:
    """Tell whether the line before a row is far shorter than one beside it.

    Laws set each clause as a paragraph that ends with a comma; verse and narrow prose have short
    lines on both sides.
    """
    beside = max(rows[max(0, index - 2)].end, rows[index].end)
    limit = _CLAUSE_REACH_WHITE if rows[index].gap and not rows[index].edge else _CLAUSE_REACH
    return reach < limit and beside >= geometry.measure * _NARROW


def _ending(text: str) -> float:
    if breaks_word(text):
        return -5.0
    if ends_sentence(text):
        return 1.0
    if ends_with_colon(text):
        return 0.5
    if pauses(text):
        return -1.5
    return -1.0 if ends_with_dash(text) else -2.5


def _beginning(text: str) -> float:
    if starts_small(text):
        return -3.0
    if starts_with_speech_hyphen(text):
        return 2.5
    if starts_quoting(text):
        return 0.8
    return 0.3 if starts_large(text) else 0.0


def _shortness(reach: float) -> float:
    for limit, weight in ((0.6, 3.5), (0.75, 2.5), (0.85, 1.5), (0.93, 0.5), (1.0, -0.5)):
        if reach < limit:
            return weight
    return -1.5
