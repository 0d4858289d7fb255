"""The rules, case by case: tests/rules/<rule>.toml holds input, output and the reason."""

import doctest
import importlib
import tomllib
from dataclasses import dataclass
from pathlib import Path

import pytest

from octavo.clean import RULES
from octavo.config import settle
from octavo.guidance import Guidance, Order
from octavo.model import (
    Block,
    Footnote,
    Heading,
    Inlines,
    Items,
    Line,
    Paragraph,
    Place,
    Quotation,
    SceneBreak,
    Span,
    Text,
    Verse,
)
from octavo.rules import CLEANING, KINDS, STRUCTURE
from octavo.structure import lost, structure
from octavo.structure.obeying import SORTS

FOLDER = Path(__file__).parent / "rules"


@dataclass(frozen=True)
class Case:
    rule: str
    name: str
    input: str
    output: str
    why: str
    fails: str = ""  # why it is known to fail
    language: str | None = None
    orders: tuple[dict[str, object], ...] = ()  # off, force and lines, as in book.toml

    @property
    def guidance(self) -> Guidance:
        said = settle({"title": "T", "clean": {"lines": self.orders}}, shown=self.name).clean
        found = [(each.off, each.force, each.lines) for each in said.lines]
        return Guidance(
            self.language,
            tuple(
                Order(frozenset(off), frozenset(force), lines.first, lines.last)
                for off, force, lines in found
            ),
        )


def cases() -> list[object]:
    found = []
    for path in sorted(FOLDER.glob("*.toml")):
        for case in tomllib.loads(path.read_text(encoding="utf-8"))["case"]:
            case = Case(path.stem, **case)
            marks = [pytest.mark.xfail(reason=case.fails, strict=True)] if case.fails else []
            found.append(pytest.param(case, id=f"{case.rule}: {case.name}", marks=marks))
    return found


def text_of(string: str) -> Text:
    rows = string.split("\n")[:-1]
    return Text(tuple(Line(row, Place("a.txt", number)) for number, row in enumerate(rows, 1)))


@pytest.mark.parametrize("case", cases())
def test_case(case: Case) -> None:
    text = text_of(case.input)
    if case.rule not in RULES:
        structured = structure(text, case.guidance)
        assert shown(structured.blocks) == case.output
        assert lost(text, structured.blocks, structured.changes) == {}
        return
    lines, changes = RULES[case.rule](text.lines, case.guidance)
    assert "".join(f"{line.text}\n" for line in lines) == case.output
    assert bool(changes) == (case.input != case.output)
    assert all(change.rule == case.rule for change in changes)
    assert RULES[case.rule](lines, case.guidance) == (lines, ())


def test_the_table_of_rules_is_that_of_the_code() -> None:
    assert tuple(RULES) == tuple(CLEANING)
    named = {path.stem for path in FOLDER.glob("*.toml")}
    assert named == set(CLEANING) | set(STRUCTURE)
    assert set(KINDS) == set(SORTS) <= set(STRUCTURE)


def test_every_rule_has_cases_where_it_is_overruled() -> None:
    off, forced = set(), set()
    for parameter in cases():
        case = parameter.values[0]
        off |= {case.rule for each in case.orders if case.rule in each.get("off", ())}
        forced |= {case.rule for each in case.orders if case.rule in each.get("force", ())}
    assert off == set(CLEANING) | set(STRUCTURE)
    # The others do whatever there is to do, so there is nothing to force.
    assert off - forced == {"invisible", "ligatures", "spaces", "arabic"}


def test_every_rule_has_cases_and_one_that_changes_nothing() -> None:
    by_rule: dict[str, list[Case]] = {}
    for parameter in cases():
        case = parameter.values[0]
        by_rule.setdefault(case.rule, []).append(case)
    assert set(RULES) <= set(by_rule)
    for rule in RULES:
        assert any(case.input == case.output for case in by_rule[rule]), rule
        assert any(case.input != case.output for case in by_rule[rule]), rule


@pytest.mark.parametrize("rule", RULES)
def test_examples_in_docstrings_run(rule: str) -> None:
    module = importlib.import_module(f"octavo.clean.{rule}")
    assert doctest.testmod(module).failed == 0


def shown(blocks: tuple[Block, ...]) -> str:
    """Blocks as text: # heading, > quotation, | verse, 1. item, a bare line is a paragraph."""
    return "".join(f"{row}\n" for block in blocks for row in rows_of(block))


def rows_of(block: Block) -> list[str]:
    match block:
        case Heading():
            return ["#" * block.level + " " + marked(block.inlines)]
        case Paragraph():
            return [marked(block.inlines)]
        case Verse():
            return [
                "| " + marked(line) if line is not None else "|"
                for number, stanza in enumerate(block.stanzas)
                for line in ((None, *stanza) if number else stanza)
            ]
        case Quotation():
            return ["> " + row for inner in block.blocks for row in rows_of(inner)]
        case Items():
            marks = [f"{block.start + n}. " if block.ordered else "- " for n in range(999)]
            return [
                mark + row
                for mark, item in zip(marks, block.items, strict=False)
                for inner in item
                for row in rows_of(inner)
            ]
        case SceneBreak():
            return ["* * *"]
        case Footnote():
            return [f"[^{block.number}] " + row for inner in block.blocks for row in rows_of(inner)]


def marked(inlines: Inlines) -> str:
    return "".join(map(shown_span, inlines))


def shown_span(span: Span) -> str:
    if span.note:
        return f"[^{span.note}]"
    signs = {"plain": ("", ""), "emphasis": "<>", "strong": ("<<", ">>"), "smallcaps": ("<^", "^>")}
    before, after = signs[span.style]
    return before + span.text + after
