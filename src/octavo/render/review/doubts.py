"""Collect what a person should look at: doubtful changes, and decisions that were close."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter

from markupsafe import Markup

from octavo.model import Change, Decision, Line
from octavo.render.review.letters import cited, excerpts, plain
from octavo.render.review.lines import Located

DECISIONS = "structure"  # the rule under which decisions are listed: the stage that makes them
_WORDS = 48  # characters of a line that the list of doubts cites


@dataclass(frozen=True, slots=True)
class Reason:
    """What spoke for a decision or against it."""

    what: Markup
    speaks_for: bool


@dataclass(frozen=True, slots=True)
class Doubt:
    """A doubt, as the template sees it."""

    number: int  # counted from 1, in the order of the lines
    rule: str
    row: int | None  # the line under which it is shown, from 0; None: it has no line
    line: int | None  # its number for people, counted from 1
    before: Markup | None  # None: it is no change
    after: Markup  # of a decision: what was decided
    why: Markup
    evidence: tuple[Reason, ...]  # of a decision, in the order it was weighed
    words: Markup  # of a decision: with which its line begins
    key: str  # the same as long as the doubt is the same: ticks are kept under it


@dataclass(frozen=True, slots=True)
class Group:
    """The doubts about one rule's work."""

    rule: str
    doubts: tuple[Doubt, ...]


def doubts_of(
    located: Iterable[Located],
    placeless: Iterable[Change],
    decisions: Iterable[Decision],
    lines: Sequence[Line],
) -> tuple[Doubt, ...]:
    """Number all doubts in the order of the lines.

    Args:
        located: the changes that have a line.
        placeless: those that have none.
        decisions: what might as well have been understood otherwise.
        lines: the source's.
    """
    rows: dict[int | None, int] = {}
    for row, line in enumerate(lines):
        rows.setdefault(line.place.line, row)
    found: list[tuple[int | None, Change | Decision]] = [
        (each.found.row, each.change) for each in located if each.change.doubtful
    ]
    found += [(None, change) for change in placeless if change.doubtful]
    found += [(rows.get(decision.place.line), decision) for decision in decisions]
    found.sort(key=lambda pair: -1 if pair[0] is None else pair[0])
    return tuple(
        _doubt(number, row, each, lines[row].text if row is not None else "")
        for number, (row, each) in enumerate(found, start=1)
    )


def groups_of(doubts: Iterable[Doubt]) -> tuple[Group, ...]:
    """Give the doubts by rule, the rule with the fewest first: those are looked at soonest."""
    by_rule = sorted(doubts, key=attrgetter("rule", "number"))
    groups = [Group(rule, tuple(group)) for rule, group in groupby(by_rule, attrgetter("rule"))]
    return tuple(sorted(groups, key=lambda group: (len(group.doubts), group.rule)))


def _doubt(number: int, row: int | None, of: Change | Decision, text: str) -> Doubt:
    line = of.place.line
    if isinstance(of, Decision):
        key = _key(DECISIONS, str(line), of.what)
        evidence = tuple(Reason(plain(each.what), each.weight > 0) for each in of.evidence)
        what, words = plain(of.what), cited(text, _WORDS)
        return Doubt(number, DECISIONS, row, line, None, what, Markup(), evidence, words, key)
    key = _key(of.rule, str(line), of.before)
    before, after = map(cited, excerpts(of.before, of.after) if of.after else (of.before, ""))
    if of.after.count("\n") > 1:
        after = Markup("{} lines in another order").format(of.after.count("\n") + 1)
    return Doubt(number, of.rule, row, line, before, after, plain(of.why), (), Markup(), key)


def _key(*parts: str) -> str:
    data = "\0".join(parts).encode("utf-8", "replace")
    return hashlib.blake2s(data, digest_size=6).hexdigest()
