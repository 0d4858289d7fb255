"""What is wrong with settings, said so that their author can mend it."""

import difflib
import re
from collections.abc import Callable, Iterable
from typing import TypeAlias

from pydantic import BaseModel
from pydantic_core import ErrorDetails

from octavo.config.lines import KeyPath
from octavo.config.orders import CleanSettings, LinesSettings, TypographySettings
from octavo.config.settings import (
    AccessibilitySettings,
    AuthorSettings,
    BookSettings,
    EpubSettings,
    HtmlSettings,
    MarginSettings,
    PdfSettings,
    SeriesSettings,
)
from octavo.errors import InvalidSettings
from octavo.model import Place

LineOf: TypeAlias = Callable[[KeyPath], int | None]

_LEVELS: dict[str, type[BaseModel]] = {
    "authors": AuthorSettings,
    "series": SeriesSettings,
    "accessibility": AccessibilitySettings,
    "epub": EpubSettings,
    "pdf": PdfSettings,
    "html": HtmlSettings,
    "clean": CleanSettings,
    "typography": TypographySettings,
}
_SHOWN = 20  # problems in one message
_LONGEST = 60  # characters of a key that are shown and compared

# pydantic's names of faults → what to write instead; its own messages are for programmers.
_SAID = {
    "string_type": "has to be text in quotes",
    "bool_type": "has to be true or false",
    "int_type": "has to be a whole number",
    "float_type": "has to be a number",
    "finite_number": "has to be a number",
    "tuple_type": "has to be a list, as in [ … ]",
    "model_type": "has to be a table",
    "dict_type": "has to be a table",
}


def refusal(errors: Iterable[ErrorDetails], *, shown: str, line_of: LineOf) -> InvalidSettings:
    """Make one error of all problems, in the order of their lines.

    Args:
        errors: as pydantic gives them.
        shown: how the file is called in messages.
        line_of: the line of a key, if it is known.
    """
    problems = [(line_of(error["loc"]), error) for error in errors]
    problems.sort(key=_order)
    line, first = problems[0]
    rest = [f"{Place(shown, line)}: {_problem(error)}" for line, error in problems[1:_SHOWN]]
    if len(problems) > _SHOWN:
        rest.append(f"{shown}: and {len(problems) - _SHOWN} problems more")
    return InvalidSettings("\n".join([_problem(first), *rest]), place=Place(shown, line))


def _order(problem: tuple[int | None, ErrorDetails]) -> tuple[bool, int]:
    # What is missing has no line and comes first; a line that could not be told comes last.
    line, error = problem
    return line is None and error["type"] != "missing", line or 0


def _problem(error: ErrorDetails) -> str:
    path, kind, context = error["loc"], error["type"], error.get("ctx", {})
    if kind == "extra_forbidden":
        return f"unknown key {_called(path)}{_proposal(path)}"
    if kind == "missing":
        return f"{_called(path)} is missing"
    if kind == "value_error":
        return f"{_called(path)} {context['error']}"
    if kind == "literal_error":
        return f"{_called(path)} {_choice(error['input'], context['expected'])}"
    if kind in _SAID:
        return f"{_called(path)} {_SAID[kind]}"
    if kind in {"greater_than_equal", "less_than_equal"}:
        limit = context["ge"] if kind == "greater_than_equal" else context["le"]
        word = "least" if kind == "greater_than_equal" else "most"
        return f"{_called(path)} has to be at {word} {limit:g}"
    if kind in {"too_short", "too_long"}:
        return f"{_called(path)} " + ("is empty" if kind == "too_short" else "has too many items")
    return f"{_called(path)}: {error['msg']}"


def _called(path: KeyPath) -> str:
    """Name a key: "name" (authors, item 2)."""
    *around, last = [_part(part) for part in path] or ["the file"]
    name = last if isinstance(path[-1], int) else f'"{last}"'
    return f"{name} ({', '.join(around)})" if around else name


def _part(part: str | int) -> str:
    if isinstance(part, int):
        return f"item {part + 1}"
    return (
        part[:_LONGEST].encode("unicode_escape").decode()
        if not part.isprintable()
        else part[:_LONGEST]
    )


def _proposal(path: KeyPath) -> str:
    key = str(path[-1])[:_LONGEST]
    here = _LEVELS.get(str(path[0]), BookSettings) if len(path) > 1 else BookSettings
    if path[:2] == ("clean", "lines"):
        here = LinesSettings
    elif path[:2] == ("pdf", "margins"):
        here = MarginSettings
    near = difflib.get_close_matches(key, sorted(here.model_fields), n=1)
    if len(path) > 1 and key in BookSettings.model_fields:
        return f"; write it above the first table: after [{_part(path[0])}] it belongs to that"
    if near:
        return f'; did you mean "{near[0]}"?'
    homes = [name for name in ("epub", "pdf", "html", "clean") if key in _LEVELS[name].model_fields]
    if len(path) == 1 and homes:
        return f"; write it below [{homes[0]}]"
    return f"; there are {', '.join(sorted(here.model_fields))}"


def _choice(given: object, expected: str) -> str:
    words = re.findall("'([^']*)'", expected)
    near = difflib.get_close_matches(str(given)[:_LONGEST], words, n=1)
    return f"has to be {' or '.join(words)}" + (f'; did you mean "{near[0]}"?' if near else "")
