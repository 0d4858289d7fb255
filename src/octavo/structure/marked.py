"""Give the marks of footnotes back as they were typed, and as spans that lead to their notes."""

from dataclasses import replace

from octavo.model import Inlines, Span
from octavo.structure.wording import FIRST_MARK, is_mark


def restore(string: str, marks: tuple[str, ...]) -> str:
    """Give a text with the marks as they were typed."""
    return string.translate({ord(FIRST_MARK) + n: mark for n, mark in enumerate(marks)})


def with_marks(inlines: Inlines, marks: tuple[str, ...]) -> Inlines:
    """Give the marks in spans their own spans."""
    spans: list[Span] = []
    for span in inlines:
        start = 0
        for at, char in enumerate(span.text):
            if is_mark(char):
                if at > start:
                    spans.append(replace(span, text=span.text[start:at]))
                number = ord(char) - ord(FIRST_MARK)
                spans.append(Span(marks[number], note=number + 1))
                start = at + 1
        if start < len(span.text) or not span.text:
            spans.append(replace(span, text=span.text[start:]))
    return tuple(spans)
