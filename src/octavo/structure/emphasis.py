"""Turn `_words between low lines_` into emphasis."""

import re

from octavo.model import Change, Inlines, Place, Span

# A low line opens after a space or a sign and before a letter; it closes the other way round.
_MARKED = re.compile(r"(?<![\w_])_(?=[^\s_])([^_\n]{0,2000})(?<=[^\s_])_(?![\w_])")


def inlines_of(text: str, place: Place) -> tuple[Inlines, tuple[Change, ...]]:
    """Give a text as spans, and what was changed for them."""
    spans: list[Span] = []
    changes: list[Change] = []
    at = 0
    for match in _MARKED.finditer(text):
        if match.start() > at:
            spans.append(Span(text[at : match.start()]))
        spans.append(Span(match[1], "emphasis"))
        changes.append(Change("emphasis", place, match.group(), match[1]))
        at = match.end()
    if at < len(text) or not spans:
        spans.append(Span(text[at:]))
    return tuple(spans), tuple(changes)
