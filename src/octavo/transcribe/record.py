"""A fair copy → JSON, for programs: what it says, what was changed, what is doubtful.

The document is one object:

- `version`: 1, the version of this form;
- `source`: the rough text's name, `encoding`: Python's name of its codec, `language`: a BCP 47 tag
  or null;
- `blocks`: what the text is made of, in reading order;
- `changes`: what was changed on the way, each with `rule`, `place`, `before`, `after`, and, where
  they say something, `doubtful` and `why`;
- `doubts`: what might as well have been understood otherwise, each with `place`, `what` and
  `evidence`, a list of objects with `what` and `weight` (nats; above 0 it speaks for the decision).

A block has a `type` and a `place`, and by its type:

- `heading`: `level` (1 is a chapter's) and `inlines`; `paragraph`: `inlines`;
- `verse`: `stanzas`, lists of lines, which are `inlines`; leading spaces are a line's indent;
- `quotation`: `blocks`; `footnote`: `number` and `blocks`;
- `list`: `ordered`, `start` and `items`, lists of blocks;
- `break`: nothing more; it stands between two scenes.

`inlines` are a list of objects with `text` and, where they say something, `style` ("emphasis",
"strong" or "smallcaps") and `note`, the number of the footnote that this mark leads to.
A `place` has `line`, counted from 1, and `page` and `column` where they are known.
"""

import json
from collections.abc import Callable, Iterable, Iterator
from typing import TypeAlias, TypeVar, assert_never

from octavo.model import (
    Block,
    Change,
    Decision,
    FairCopy,
    Footnote,
    Heading,
    Inlines,
    Items,
    Paragraph,
    Place,
    Quotation,
    SceneBreak,
    Span,
    Verse,
)

VERSION = 1

_Object: TypeAlias = dict[str, object]
_Value = TypeVar("_Value")
_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))
_LONG = 100_000  # characters of a text that is one line or one paragraph


def record(fair: FairCopy) -> Iterator[str]:
    """Give the pieces of the JSON document, which has a line for each block, change and doubt."""
    head = {
        "version": VERSION,
        "source": fair.path,
        "encoding": fair.encoding,
        "language": fair.language,
    }
    yield _written(head)[:-1]
    yield from _list("blocks", fair.blocks, _block)
    yield from _list("changes", fair.changes, _change)
    yield from _list("doubts", fair.doubts, _doubt)
    yield "\n}\n"


def _list(name: str, values: Iterable[_Value], form: Callable[[_Value], _Object]) -> Iterator[str]:
    yield f',\n"{name}": ['
    for number, value in enumerate(values):
        yield ",\n" if number else "\n"
        if _is_long(value):
            yield from _ENCODER.iterencode(form(value))  # slow, but never has it whole
        else:
            yield _written(form(value))
    yield "\n]"


def _is_long(value: object) -> bool:
    match value:
        case Change():
            return len(value.before) > _LONG
        case Paragraph():
            return sum(len(span.text) for span in value.inlines) > _LONG
        case _:
            return False


def _written(value: _Object) -> str:
    return _ENCODER.encode(value)


def _block(block: Block) -> _Object:
    place = {"place": _place(block.place)}
    match block:
        case Heading(level, inlines):
            return {"type": "heading", **place, "level": level, "inlines": _inlines(inlines)}
        case Paragraph(inlines):
            return {"type": "paragraph", **place, "inlines": _inlines(inlines)}
        case Verse(stanzas):
            lines = [[_inlines(line) for line in stanza] for stanza in stanzas]
            return {"type": "verse", **place, "stanzas": lines}
        case Quotation(blocks):
            return {"type": "quotation", **place, "blocks": [*map(_block, blocks)]}
        case Items(ordered, items):
            inner = [[*map(_block, item)] for item in items]
            return {
                "type": "list",
                **place,
                "ordered": ordered,
                "start": block.start,
                "items": inner,
            }
        case SceneBreak():
            return {"type": "break", **place}
        case Footnote(number, blocks):
            inner_blocks = [*map(_block, blocks)]
            return {"type": "footnote", **place, "number": number, "blocks": inner_blocks}
        case _:
            assert_never(block)


def _inlines(inlines: Inlines) -> list[_Object]:
    return [_span(span) for span in inlines]


def _span(span: Span) -> _Object:
    style = {"style": span.style} if span.style != "plain" else {}
    return {"text": span.text, **style, **({"note": span.note} if span.note else {})}


def _change(change: Change) -> _Object:
    return {
        "rule": change.rule,
        "place": _place(change.place),
        "before": change.before,
        "after": change.after,
        **({"doubtful": True} if change.doubtful else {}),
        **({"why": change.why} if change.why else {}),
    }


def _doubt(doubt: Decision) -> _Object:
    evidence = [{"what": each.what, "weight": each.weight} for each in doubt.evidence]
    return {"place": _place(doubt.place), "what": doubt.what, "evidence": evidence}


def _place(place: Place) -> _Object:
    known = {"line": place.line, "page": place.page, "column": place.column}
    return {key: value for key, value in known.items() if value is not None}
