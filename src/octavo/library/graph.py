"""What is made from what, in the DOT language of Graphviz."""

import json
from collections.abc import Iterable, Iterator

from octavo.library.state import State
from octavo.model import Format

# Kinds of things that outputs are made of, as stamps have them, and how they are drawn.
_SHAPES = {"text": "note", "image": "note", "template": "component"}
_FROM: dict[Format, tuple[Format, str]] = {"epub": ("pdf", "page numbers")}


def dot(states: Iterable[State]) -> str:
    """Give the graph of the outputs and the files they are made of; what is stale is dashed.

    A file counts for a book: two books with a text/01.md have two. Templates are shared.
    """
    states = tuple(states)
    lines = ["digraph octavo {", "  rankdir=LR;", '  node [fontname="sans-serif"];']
    lines += sorted({line for state in states for line in _lines(state, states)})
    return "\n".join([*lines, "}"]) + "\n"


def _lines(state: State, states: tuple[State, ...]) -> Iterator[str]:
    job, name = state.job, state.path.name
    style = "solid" if state.is_good else "dashed"
    yield f"  {_quoted(name)} [shape=box, style={style}];"
    for key in _made_of(state):
        kind, _, rest = key.partition(":")
        source = rest if kind == "template" else f"{job.name}/{rest}"
        yield f"  {_quoted(source)} [shape={_SHAPES[kind]}];"
        yield f"  {_quoted(source)} -> {_quoted(name)};"
    other, label = _FROM.get(state.format, (None, ""))
    for each in states:
        if each.job is job and (each.format == other or state.format == "site" != each.format):
            said = label or "download"
            yield f"  {_quoted(each.path.name)} -> {_quoted(name)} [label={_quoted(said)}];"


def _made_of(state: State) -> Iterator[str]:
    ledger = state.job.ledger
    of = ledger.of.get(state.format, {}) if ledger else {}
    yield from (key for key in of if key.partition(":")[0] in _SHAPES)
    if state.job.settings is not None or "book.toml" in of:
        yield "text:book.toml"


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
