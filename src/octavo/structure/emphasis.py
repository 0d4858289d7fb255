"""Turn `_words between low lines_` and between other typed signs into emphasis.

Low lines, single asterisks and `<i>` make emphasis; double asterisks, equals signs and `<b>` strong
words, `<sc>` small capitals. A sign opens after a space or a sign and before a letter, and closes
the other way round; what is never closed stays as it was typed. Wrong for names of programs that
begin and end with a low line.
"""

import re

from octavo.guidance import Guidance
from octavo.model import Change, Inlines, Span, Style
from octavo.structure.joining import Joined

_LOW = r"(?<![\w_])_(?=[^\s_])(?P<low>[^_\n]{0,2000})(?<=[^\s_])_(?![\w_])"
_TWO = r"(?<![\w*])\*\*(?=[^\s*])(?P<two>[^*\n]{1,500})(?<=[^\s*])\*\*(?![\w*])"
_STAR = r"(?<![\w*])\*(?=[^\s*])(?P<star>[^*\n]{1,500})(?<=[^\s*])\*(?![\w*])"
_EQUALS = r"(?<![\w=])=(?=[^\s=])(?P<equals>[^=\n]{1,500})(?<=[^\s=])=(?![\w=])"
_TAGS = r"<(?P<tag>i|em|b|strong|sc)>(?P<tagged>[^<\n]{1,2000})</(?P=tag)>"
_MARKED = re.compile("|".join((_LOW, _TWO, _STAR, _EQUALS, _TAGS)))
_SIGNS = "_*=<"  # a paragraph without one has no emphasis
_LOOSELY = re.compile(r"_(?P<low>[^_\n]{1,2000})_|\*(?P<star>[^*\n]{1,2000})\*")  # by an order
_STYLES: dict[str, Style] = {
    "low": "emphasis",
    "star": "emphasis",
    "two": "strong",
    "equals": "strong",
    "i": "emphasis",
    "em": "emphasis",
    "b": "strong",
    "strong": "strong",
    "sc": "smallcaps",
}


def inlines_of(
    joined: Joined, guidance: Guidance, indent: str = ""
) -> tuple[Inlines, tuple[Change, ...]]:
    """Give a paragraph as spans, and what was changed for them."""
    text = joined.text
    spans: list[Span] = []
    changes: list[Change] = []
    at = 0
    for match in _matches(joined, guidance):
        if match.start() > at:
            spans.append(Span(text[at : match.start()]))
        style, inner = _read(match)
        spans.append(Span(inner, style))
        changes.append(Change("emphasis", joined.place(match.start()), match.group(), inner))
        at = match.end()
    if at < len(text) or not spans:
        spans.append(Span(text[at:]))
    return _indented(spans, indent), tuple(changes)


def _matches(joined: Joined, guidance: Guidance) -> list["re.Match[str]"]:
    if not any(map(joined.text.__contains__, _SIGNS)):
        return []
    marked = [
        match
        for match in _MARKED.finditer(joined.text)
        if match.lastgroup == "low" or any(map(str.isalpha, _read(match)[1]))
    ]
    if not guidance.concerns(("emphasis",)):
        return marked
    found = [match for match in marked if not guidance.off("emphasis", joined.place(match.start()))]
    for match in _LOOSELY.finditer(joined.text):
        if guidance.forced("emphasis", joined.place(match.start())):
            found.append(match)
    found.sort(key=lambda match: match.start())
    kept: list[re.Match[str]] = []
    for match in found:
        if not kept or match.start() >= kept[-1].end():
            kept.append(match)
    return kept


def _read(match: "re.Match[str]") -> tuple[Style, str]:
    """Give the style and the words."""
    kind = match.lastgroup or ""
    name = match["tag"] if kind == "tagged" else kind
    return _STYLES[name], match[kind]


def _indented(spans: list[Span], indent: str) -> Inlines:
    if not indent:
        return tuple(spans)
    if spans[0].style == "plain":
        return (Span(indent + spans[0].text), *spans[1:])
    return (Span(indent), *spans)
