"""Values of book.toml that are about rules. ValueError says what to write."""

import difflib
import re
from collections.abc import Iterable
from dataclasses import dataclass

from octavo.rules import RULES, TYPOGRAPHY

_LINES = re.compile(r"([0-9]{1,9})(?: ?[-–] ?([0-9]{1,9}))?")
_QUOTATION_MARKS = "“”„‟‘’‚‛«»‹›"


@dataclass(frozen=True, slots=True)
class LineRange:
    """Some lines of a file, counted from 1 as editors do."""

    first: int
    last: int  # included


def rule(value: str) -> str:
    """Refuse what is no name of a rule of cleaning."""
    return _one_of(RULES, value)


def typography_rule(value: str) -> str:
    """Refuse what is no name of a rule of typography."""
    return _one_of(TYPOGRAPHY, value)


def quotation_marks(value: str) -> str:
    """Refuse what is not four quotation marks."""
    if len(value) != 4 or not set(value) <= set(_QUOTATION_MARKS):
        marks = f"are four signs of {_QUOTATION_MARKS}"
        raise ValueError(f'{marks}: opening, closing, and those within; such as "»«›‹"')
    return value


def line_range(value: object) -> LineRange:
    """Understand lines as an editor counts them: "120-134", or one of them: "120", or 120."""
    if isinstance(value, LineRange):
        return value
    text = str(value) if isinstance(value, int) and not isinstance(value, bool) else value
    if not isinstance(text, str):
        raise ValueError("has to be text in quotes")
    found = _LINES.fullmatch(text.strip()[:40])
    if not found:
        raise ValueError('are no lines; write "120-134", or "120" for one line')
    first, last = int(found[1]), int(found[2] or found[1])
    if not first:
        raise ValueError("begin with line 0; lines are counted from 1, as editors do")
    if last < first:
        raise ValueError(f'run backwards; did you mean "{last}-{first}"?')
    return LineRange(first, last)


def _one_of(rules: Iterable[str], value: str) -> str:
    if value in rules:
        return value
    shown = value[:40].encode("unicode_escape").decode() if not value.isprintable() else value[:40]
    near = difflib.get_close_matches(shown, rules, n=1)
    meant = f' (did you mean "{near[0]}"?)' if near else ""
    raise ValueError(f'names no rule, "{shown}"{meant}; there are {", ".join(sorted(rules))}')
