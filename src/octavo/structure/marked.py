"""The characters that stand for the marks of footnotes while a text is understood."""

import re
from dataclasses import replace

from octavo.model import Inlines, Span
from octavo.structure.wording import FIRST_MARK, LAST_MARK, has_stand_ins

_MARKS = re.compile(f"[{FIRST_MARK}-{LAST_MARK}]")


def restore(string: str, marks: tuple[str, ...]) -> str:
    """Give a text with the marks as they were typed."""
    return _MARKS.sub(lambda found: marks[_number(found)], string)


def with_marks(inlines: Inlines, marks: tuple[str, ...]) -> Inlines:
    """Give the marks in spans their own spans."""
    spans: list[Span] = []
    for span in inlines:
        if not has_stand_ins(span.text):
            spans.append(span)
            continue
        start = 0
        for found in _MARKS.finditer(span.text):
            if found.start() > start:
                spans.append(replace(span, text=span.text[start : found.start()]))
            number = _number(found)
            spans.append(Span(marks[number], note=number + 1))
            start = found.end()
        if start < len(span.text):
            spans.append(replace(span, text=span.text[start:]))
    return tuple(spans)


def _number(mark: re.Match[str]) -> int:
    return ord(mark.group()) - ord(FIRST_MARK)
