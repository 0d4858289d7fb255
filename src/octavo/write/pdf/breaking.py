"""Break a paragraph into lines as WeasyPrint does, and shape it once.

For each line WeasyPrint has Pango lay out what may stand on it, then that and one word more, each
way to divide that word, and in the end the line. Here the paragraph is laid out once, and its lines
are measured on it. Where that might not give the same, or a line is out of the ordinary, WeasyPrint
does the work.

This module reaches inside WeasyPrint's line breaking, by one function.
"""

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache, wraps
from typing import Any

from octavo.write.pdf.paragraphs import Paragraph, Shaper
from octavo.write.pdf.shaping import key_of, remembered

_KEPT = 6  # paragraphs; a line is asked for again when its page is laid out anew
_FEW = 2  # ems of the width for a letter: a text that has not as many may well be one line
_LEAST = 4  # ems: in a narrower line WeasyPrint looks at the first word alone
_WIDE = 1 << 21  # pixels: for Pango that is endless
_SAME = 2  # Pango's units: nearer to the line's width, Pango decides
_HYPHENS = ("-", "\u2010")  # wider than what a letter gains or loses where a word is divided
_OTHERS = frozenset("\n\t\xad\u2028\u2029")  # break, or are kept for themselves


def break_swiftly() -> None:
    """Teach it to WeasyPrint; once for a process."""
    from weasyprint.layout import inline
    from weasyprint.text import line_break

    split = inline.split_first_line
    if hasattr(split, "__wrapped__"):
        return
    breaker = _Breaker(line_break)

    @wraps(split)
    def swiftly(
        text: str,
        style: Any,
        context: Any,
        max_width: float | None,
        justification_spacing: float,
        **more: bool,
    ) -> Any:
        found = None
        if max_width is not None and _is_plain(text, style, max_width):
            found = breaker.line(text, style, context, max_width, justification_spacing)
        return found or split(text, style, context, max_width, justification_spacing, **more)

    inline.split_first_line = swiftly


def _is_plain(text: str, style: Any, width: float) -> bool:
    """Tell whether a text is broken by the common rules, in a line that has room for words."""
    return (
        0 < style["font_size"] * _LEAST <= width < _WIDE
        and style["white_space"] == "normal"
        and style["letter_spacing"] == style["overflow_wrap"] == style["word_break"] == "normal"
        and style["word_spacing"] == 0
        and style["direction"] == "ltr"
        and style["text_decoration_line"] == "none"
        and _OTHERS.isdisjoint(text)
    )


@dataclass(frozen=True, slots=True)
class _Line:
    """A line to be filled: with what of a paragraph, and how wide it is."""

    paragraph: Paragraph
    at: int  # the character with which it begins
    start: int  # the paragraph's width before it
    style: Any
    context: Any
    max_width: float  # pixels
    spacing: float
    room: int  # the width in Pango's units


class _Breaker:
    """Finds lines; `line_break` is WeasyPrint's module."""

    def __init__(self, line_break: Any):
        self._own = line_break
        self._shaper = Shaper(line_break)
        self._words = lru_cache(maxsize=4096)(line_break.get_next_word_boundaries)

    def line(self, text: str, style: Any, context: Any, max_width: float, spacing: float) -> Any:
        """Give a line as WeasyPrint's function does; None: it has to do it."""
        paragraph, at = self._paragraph(text, style, max_width)
        start = paragraph.width_before(at) if paragraph else None
        if paragraph is None or start is None:
            return None
        room = int(max_width * self._own.TO_UNITS)
        line = _Line(paragraph, at, start, style, context, max_width, spacing, room)
        last = bisect_right(paragraph.widths, start + room + _SAME) - 1
        if not _is_clear(line, last):
            return None
        if last == len(paragraph.begins) - 1:
            return self._measured(line, last, None)
        divided = self._divided(line, last)
        begin = paragraph.begins[last]
        return divided or self._measured(line, last, len(paragraph.text[at:begin].encode()))

    def _paragraph(self, text: str, style: Any, width: float) -> tuple[Paragraph | None, int]:
        """Give the paragraph of which a text is the rest, and where that begins."""
        kept = style.font_config.__dict__.setdefault("_paragraphs", [])
        key = key_of(style)
        for said, whole, paragraph in kept:
            if said == key and whole.endswith(text):
                at = len(whole) - len(text)
                if paragraph is None or paragraph.may_part(at):
                    return paragraph, at
                break  # what is left of a divided word looks otherwise
        else:
            if len(text) * style["font_size"] < width * _FEW:
                return None, 0
        paragraph = self._shaper.shaped(text, style)
        kept.insert(0, (key, text, paragraph))
        del kept[_KEPT:]
        return paragraph, 0

    def _measured(self, line: _Line, last: int, resume: int | None) -> Any:
        """Give the line that ends before a place where the next may begin."""
        own, paragraph = self._own, line.paragraph
        said = paragraph.text[line.at : paragraph.ends[last]]
        width = (paragraph.widths[last] - line.start) * own.FROM_UNITS
        layout = remembered(own, said, line.style, line.max_width, line.spacing)
        layout.deactivate()
        size = width, paragraph.height, paragraph.baseline
        return layout, len(said.encode()), resume, *size

    def _divided(self, line: _Line, last: int) -> Any:
        """Give the line that ends with the first part of a word; None: no part fits."""
        own, paragraph, style = self._own, line.paragraph, line.style
        begin, hyphen = paragraph.begins[last], style["hyphenate_character"]
        for part in self._parts(line, last):
            at = begin + len(part)
            width = (paragraph.width_before(at) or 0) - line.start
            if hyphen in _HYPHENS and width > line.room:
                continue
            said = paragraph.text[line.at : at]
            layout = own.create_layout(
                said + hyphen, style, line.context, line.max_width, line.spacing
            )
            first, more = layout.get_first_line()
            if more is None and own.line_size(first, style)[0] <= line.max_width:
                resume = len(said.encode())
                return own.first_line_metrics(
                    first, said, layout, resume, True, style, True, hyphen
                )
        return None

    def _parts(self, line: _Line, last: int) -> Iterator[str]:
        """Give what of the next word, and before it, might stand on a line, the longest first."""
        from weasyprint.layout.percent import percentage

        own, paragraph, style = self._own, line.paragraph, line.style
        language = style["lang"] and own.pyphen.language_fallback(style["lang"])
        if style["hyphens"] != "auto" or not language:
            return
        empty = line.max_width - (paragraph.widths[last] - line.start) * own.FROM_UNITS
        if empty <= percentage(style["hyphenate_limit_zone"], style, line.max_width):
            return
        total, left, right = style["hyphenate_limit_chars"]
        rest, at = _next(paragraph, last), 0
        while word := self._words(rest[at:], language):
            begin, end = at + word[0], at + word[1]
            if end - begin >= total:
                limits = (language, left, right, total)
                for part, _ in self._dictionary(line.context, limits).iterate(rest[begin:end]):
                    yield rest[:begin] + part
                return
            at = end

    def _dictionary(self, context: Any, limits: tuple[str, int, int, int]) -> Any:
        if limits not in context.dictionaries:
            lang, left, right, _ = limits
            dictionary = self._own.pyphen.Pyphen(lang=lang, left=left, right=right)
            context.dictionaries[limits] = dictionary
        return context.dictionaries[limits]


def _is_clear(line: _Line, last: int) -> bool:
    """Tell whether a line ends before a place where the text may be parted, without doubt."""
    paragraph = line.paragraph
    if last < 0 or paragraph.begins[last] <= line.at:
        return False
    if paragraph.widths[last] - line.start > line.room - _SAME:
        return False
    if last == len(paragraph.begins) - 1:
        return True
    if paragraph.text.endswith(" "):  # without it, the whole might fit: WeasyPrint divides its word
        whole = paragraph.width_before(len(paragraph.text.rstrip(" ")))
        if whole is None or whole - line.start <= line.room + _SAME:
            return False
    return paragraph.may_part(paragraph.ends[last]) and paragraph.may_part(paragraph.begins[last])


def _next(paragraph: Paragraph, last: int) -> str:
    """Give the text up to the next place but one where a line may begin, less a character."""
    begin, *others = paragraph.begins[last:]
    end = others[0] - 1 if len(others) > 1 else len(paragraph.text)
    return paragraph.text[begin:end] or paragraph.text[begin:]
