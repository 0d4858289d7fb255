"""Turn `_words between low lines_` into emphasis."""

import re

from octavo.guidance import Guidance
from octavo.model import Change, Inlines, Span
from octavo.structure.joining import Joined

# A low line opens after a space or a sign and before a letter; it closes the other way round.
_MARKED = re.compile(r"(?<![\w_])_(?=[^\s_])([^_\n]{0,2000})(?<=[^\s_])_(?![\w_])")
_LOOSELY = re.compile(r"_([^_\n]{1,2000})_|\*([^*\n]{1,2000})\*")  # where somebody says so


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
        inner = match.group()[1:-1]
        spans.append(Span(inner, "emphasis"))
        changes.append(Change("emphasis", joined.place(match.start()), match.group(), inner))
        at = match.end()
    if at < len(text) or not spans:
        spans.append(Span(text[at:]))
    return _indented(spans, indent), tuple(changes)


def _matches(joined: Joined, guidance: Guidance) -> list["re.Match[str]"]:
    marked = list(_MARKED.finditer(joined.text))
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


def _indented(spans: list[Span], indent: str) -> Inlines:
    if not indent:
        return tuple(spans)
    if spans[0].style == "plain":
        return (Span(indent + spans[0].text), *spans[1:])
    return (Span(indent), *spans)
