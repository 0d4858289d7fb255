"""Spans → Markdown that is read back as the same spans, whatever characters are in them.

Pandoc's writer escapes what it knows to be markup, but not what its readers make of colons or the
beginning of a line. So it is given the words as they are to stand in the
file, and writes the rest: headings, quotations, lists, divisions, footnotes.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import assert_never

from octavo.model import (
    Block,
    Footnote,
    Heading,
    Inlines,
    Items,
    Paragraph,
    Quotation,
    SceneBreak,
    Span,
    Verse,
)
from octavo.pandoc.tree import Node, node

# What CommonMark 0.31 and the extensions of `READERS["commonmark"]` take for markup anywhere:
# also references and `:emoji:`.
_MARKUP = re.compile(r"[\\`*_\[\]{<$~^|]|&(?=#?\w+;)|:(?=[\w+-]+:)")
# What they take for markup at the beginning of a line: headings, quotations, underlines of
# headings, definitions, divisions, items of lists; and the signs a heading may end with.
_OPENING = re.compile(
    r"[#>]|=(?==*\s*$)|-(?=-+\s*$)|:(?=[:\s]|$)|[-+](?=\s|$)|\((?=(?:[0-9]{1,9}|[A-Za-z]|[ivxlcdm]+|[IVXLCDM]+)\))"
)
_NUMBERED = re.compile(r"([0-9]{1,9}|[A-Za-z]|[ivxlcdm]{1,9}|[IVXLCDM]{1,9})(?=[.)](?:\s|$))")
_CLOSING = re.compile(r"(?<![\\#])(?=#+\s*$)")
_SPACES = re.compile(r"[ \t\n\r\f\v]+")
# Pandoc's own: in the words both characters are escaped.
_NOTE = re.compile(r"\[\^([0-9]+)\]")
_OVERHEAD = 100  # characters: a paragraph takes memory even if it is short
_ELEMENTS = {"emphasis": ("*", "em"), "strong": ("**", "strong")}


def markup(inlines: Inlines) -> list[Node]:
    """Give spans, none of which is a mark, as Markdown; they may begin a line."""
    text = "".join(_marked(list(_merged(inlines))))
    text = _CLOSING.sub(r"\\", _opened(text))
    return [node("RawInline", ["markdown", text])] if text else []


def pieces(blocks: Iterable[Block], size: int) -> Iterator[list[Block]]:
    """Cut a text into pieces of about `size` characters; there is at least one, though empty.

    Lists that follow each other stay together: only then does the writer know to divide them.
    """
    piece: list[Block] = []
    length = 0
    for block in blocks:
        lists = isinstance(block, Items) and bool(piece) and isinstance(piece[-1], Items)
        if length >= size and not lists:
            yield piece
            piece, length = [], 0
        piece.append(block)
        length += _length(block)
    yield piece


def renumbered(text: str, before: int) -> tuple[str, int]:
    """Number the notes of a piece on from those `before` it; give how many there are now."""
    numbers = [int(found[1]) for found in _NOTE.finditer(text)]
    if before:
        text = _NOTE.sub(lambda found: f"[^{int(found[1]) + before}]", text)
    return text, before + max(numbers, default=0)


def _length(block: Block) -> int:
    """The characters of a block, and some for the block itself."""
    match block:
        case Heading() | Paragraph():
            return _OVERHEAD + sum(len(span.text) for span in block.inlines)
        case Verse():
            lines = [line for stanza in block.stanzas for line in stanza]
            return sum(_OVERHEAD + sum(len(span.text) for span in line) for line in lines)
        case Quotation() | Footnote():
            return _OVERHEAD + sum(map(_length, block.blocks))
        case Items():
            return _OVERHEAD + sum(_length(inner) for item in block.items for inner in item)
        case SceneBreak():
            return _OVERHEAD
        case _:
            assert_never(block)


def _merged(inlines: Inlines) -> Iterator[Span]:
    """Join plain spans that follow each other: `-` and `-` would be a dash together."""
    for style, spans in groupby(inlines, key=lambda span: span.style):
        if style == "plain":
            yield Span(_SPACES.sub(" ", "".join(span.text for span in spans)))
        else:
            yield from (Span(_SPACES.sub(" ", span.text), style) for span in spans)


def _marked(spans: list[Span]) -> Iterator[str]:
    for number, span in enumerate(spans):
        text = _MARKUP.sub(r"\\\g<0>", span.text)
        if span.style == "plain":
            yield text
        elif span.style == "smallcaps":
            yield f"[{text}]{{.smallcaps}}"
        else:
            before = spans[number - 1] if number else Span("")
            after = spans[number + 1] if number + 1 < len(spans) else Span("")
            sign, element = _ELEMENTS[span.style]
            if _flanked(before, span.text, after):
                yield f"{sign}{text}{sign}"
            else:
                yield f"<{element}>{text}</{element}>"


def _flanked(before: Span, text: str, after: Span) -> bool:
    """Tell whether signs of emphasis work here (CommonMark 0.31, 6.2); HTML always does."""
    if before.style != "plain" or after.style != "plain":
        return False
    return _turns(before.text[-1:], text[:1]) and _turns(after.text[:1], text[-1:])


def _turns(outside: str, inside: str) -> bool:
    """Tell whether a sign between two characters turns emphasis on, or off seen from its end."""
    kind = _kind(inside)
    return kind == "word" or (kind == "sign" and _kind(outside) in ("space", "sign"))


def _kind(char: str) -> str:
    if not char or char.isspace():
        return "space"
    if unicodedata.category(char)[0] == "C":
        return "invisible"  # such as a soft hyphen, which readers disagree on
    return "sign" if unicodedata.category(char)[0] in "PS" else "word"


def _opened(text: str) -> str:
    """Escape what would be markup because it begins a line."""
    emspaces = len(text) - len(text.lstrip("\N{EM SPACE}"))
    if emspaces:  # as a person would write the indent of a line of verse
        return "&emsp;" * emspaces + text[emspaces:]
    if _OPENING.match(text):
        return "\\" + text
    return _NUMBERED.sub(r"\1\\", text, count=1) if _NUMBERED.match(text) else text
