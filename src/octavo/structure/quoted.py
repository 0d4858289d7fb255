"""Take out what an e-mail quotes, so that it is given a structure of its own."""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import pairwise

from octavo.guidance import Guidance, Order
from octavo.model import Block, Change, Decision, Line, Quotation, Text
from octavo.structure.wording import FIRST_PLACE, LAST_PLACE, has_stand_ins

_RULE = "quoting"
_LEAST = 2  # lines: a single one may be anything
_DEEPEST = 6  # quotations in quotations
_SIGN = re.compile(r">(?:[ >]|$)")
_PROMPT = re.compile(r">>> \S")  # of an interpreter
_WITHOUT_NOTES = Order(off=frozenset(("footnotes",)))  # their numbers are the whole text's


@dataclass(frozen=True, slots=True)
class Structured:
    """The blocks of a text, or of the lines of a quotation."""

    blocks: tuple[Block, ...]
    changes: tuple[Change, ...]  # hyphens, markers, ornaments and signs of emphasis
    doubts: tuple[Decision, ...] = ()  # what might as well have been understood otherwise


@dataclass(frozen=True, slots=True)
class Unquoted:
    """A text in which a line of a single character stands for each quotation."""

    text: Text
    quotations: tuple[Quotation, ...] = ()
    changes: tuple[Change, ...] = ()
    doubts: tuple[Decision, ...] = ()


def unquote(
    text: Text, guidance: Guidance, depth: int, inside: Callable[[Text, Guidance, int], Structured]
) -> Unquoted:
    """Take out the runs of lines that begin with `>`.

    Two lines at least, and after all the signs a space, another sign or nothing, or after none.
    Wrong for a list of conditions in a text on computing, set without any other sign.

    Args:
        text: with the signs.
        guidance: its language and orders.
        depth: of the quotation that the text is, 0 for the whole.
        inside: structures the lines of a quotation.
    """
    lines = text.lines
    if guidance.off(_RULE) or depth >= _DEEPEST:
        return Unquoted(text)
    runs = _runs(lines, guidance)
    if not runs:
        return Unquoted(text)
    if any(has_stand_ins(line.text) for line in lines):
        return Unquoted(text)
    kept: list[Line] = []
    made: list[Quotation] = []
    changes: list[Change] = []
    doubts: list[Decision] = []
    last = 0
    for first, end in runs:
        if len(made) > ord(LAST_PLACE) - ord(FIRST_PLACE):
            continue
        changes += [Change(_RULE, line.place, ">", "") for line in lines[first:end]]
        bare = Text(tuple(replace(line, text=_bare(line.text)) for line in lines[first:end]))
        orders = (*guidance.orders, _WITHOUT_NOTES)
        inner = inside(bare, replace(guidance, orders=orders), depth + 1)
        changes += inner.changes
        doubts += inner.doubts
        kept += [*lines[last:first], Line(chr(ord(FIRST_PLACE) + len(made)), lines[first].place)]
        made.append(Quotation(inner.blocks, lines[first].place))
        last = end
    return Unquoted(Text((*kept, *lines[last:])), tuple(made), tuple(changes), tuple(doubts))


def _runs(lines: tuple[Line, ...], guidance: Guidance) -> list[tuple[int, int]]:
    """Give the runs of quoted lines: first row, row after the last."""
    quoting = [
        row
        for row, line in enumerate(lines)
        if line.text[:1] == ">" and not guidance.off(_RULE, line.place)
    ]
    starts = [at for at in range(len(quoting)) if not at or quoting[at - 1] < quoting[at] - 1]
    runs: list[tuple[int, int]] = []
    for at, after in pairwise([*starts, len(quoting)]):
        first, end = quoting[at], quoting[after - 1] + 1
        forced = guidance.forced(_RULE, lines[first].place)
        if forced or _is_quoted([line.text for line in lines[first:end]]):
            runs.append((first, end))
    return runs


def _is_quoted(texts: list[str]) -> bool:
    if len(texts) < _LEAST or all(map(_PROMPT.match, texts)):
        return False
    spaced = sum(_SIGN.match(text) is not None for text in texts)
    filled = sum(bool(text.strip("> ")) for text in texts)
    return spaced in (0, len(texts)) and filled > 0


def _bare(text: str) -> str:
    return text[2:] if text.startswith("> ") else text[1:]
