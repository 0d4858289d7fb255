"""A fair copy → one plain HTML page: its blocks and nothing else, in linear time."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from html import escape
from typing import assert_never

from octavo.direction import direction
from octavo.footnotes import marked
from octavo.model import (
    Block,
    FairCopy,
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

_STYLE = (
    "body{max-width:38em;margin:2em auto;padding:0 1em;line-height:1.5}"
    ".verse{margin:1em 2em}.smallcaps{font-variant:small-caps}"
)
_ELEMENTS = {"emphasis": "em", "strong": "strong", "smallcaps": 'span class="smallcaps"'}
_PIECE = 1 << 16  # characters that are escaped at once
# What HTML cannot hold even as a reference (WHATWG HTML, 13.2.3.5), in the planes books use.
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")


def page(fair: FairCopy, title: str) -> Iterator[str]:
    """Give the pieces of a valid HTML document that needs nothing beside it.

    The footnotes stand at its end, each with links to its marks; one without a mark stays in its
    place.

    Args:
        fair: the text.
        title: what the page is called.
    """
    language = fair.language or ""
    way = direction(language) if language else "auto"
    yield (
        "<!DOCTYPE html>\n"
        f'<html lang="{_text(language)}" dir="{way}">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{_text(title)}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n"
    )
    yield from _Page(fair.blocks).body()
    yield "</body>\n</html>\n"


class _Page:
    """The blocks of a page, and how often each of its footnotes has been referred to so far."""

    def __init__(self, blocks: tuple[Block, ...]):
        self._blocks = blocks
        self._marked = marked(blocks)
        self._marks: Counter[int] = Counter()

    def body(self) -> Iterator[str]:
        for block in self._blocks:
            if not (isinstance(block, Footnote) and block is self._marked.get(block.number)):
                yield from self._block(block)
        if self._marked:
            # No section: that would need a heading, in the text's language.
            yield '<div class="footnotes" role="doc-endnotes">\n<hr>\n<ol>\n'
            for note in self._marked.values():
                yield from self._note(note)
            yield "</ol>\n</div>\n"

    def _block(self, block: Block) -> Iterator[str]:
        match block:
            case Heading(level, inlines):
                yield from self._element(f"h{min(level, 6)}", inlines)
            case Paragraph(inlines):
                yield from self._element("p", inlines)
            case Verse(stanzas):
                yield '<div class="verse">\n'
                for stanza in stanzas:
                    lines = ("".join(self._verse_line(line)) for line in stanza)
                    yield "<p>" + "<br>\n".join(lines) + "</p>\n"
                yield "</div>\n"
            case Quotation(blocks):
                yield "<blockquote>\n"
                yield from self._all(blocks)
                yield "</blockquote>\n"
            case Items():
                yield from self._items(block)
            case SceneBreak():
                yield "<hr>\n"
            case Footnote(_, blocks):
                yield '<div class="footnote">\n'
                yield from self._all(blocks)
                yield "</div>\n"
            case _:
                assert_never(block)

    def _all(self, blocks: Iterable[Block]) -> Iterator[str]:
        for block in blocks:
            yield from self._block(block)

    def _items(self, items: Items) -> Iterator[str]:
        first = f' start="{items.start}"' if items.start != 1 else ""
        yield f"<ol{first}>\n" if items.ordered else "<ul>\n"
        for item in items.items:
            yield "<li>"
            match item:
                case (Paragraph(inlines),):
                    yield from self._inlines(inlines)
                case _:
                    yield from self._all(item)
            yield "</li>\n"
        yield "</ol>\n" if items.ordered else "</ul>\n"

    def _note(self, note: Footnote) -> Iterator[str]:
        yield f'<li id="fn{note.number}" value="{note.number}">'
        *first, last = note.blocks or (Paragraph((), note.place),)
        inner = _Page(())  # a mark inside a note leads nowhere
        yield from inner._all(first)
        links = "".join(
            f' <a href="#{_mark_id(note.number, nth)}" role="doc-backlink">↩</a>'
            for nth in range(self._marks[note.number])
        )
        if isinstance(last, Paragraph):
            yield "<p>"
            yield from inner._inlines(last.inlines)
            yield f"{links}</p></li>\n"
        else:
            yield from inner._block(last)
            yield f"<p>{links.lstrip()}</p></li>\n"

    def _element(self, name: str, inlines: Inlines) -> Iterator[str]:
        yield f"<{name}>"
        yield from self._inlines(inlines)
        yield f"</{name}>\n"

    def _verse_line(self, inlines: Inlines) -> Iterator[str]:
        if inlines:
            first, *rest = inlines
            text = first.text.lstrip(" ")
            yield "\N{EM SPACE}" * ((len(first.text) - len(text)) // 2)
            yield from self._inlines((replace(first, text=text), *rest))

    def _inlines(self, inlines: Inlines) -> Iterator[str]:
        for span in inlines:
            if span.note in self._marked:
                yield self._mark(span)
            elif span.style == "plain":
                yield from _pieces(span.text)
            else:
                element = _ELEMENTS[span.style]
                yield f"<{element}>{_text(span.text)}</{element.split()[0]}>"

    def _mark(self, span: Span) -> str:
        mark = _mark_id(span.note, self._marks[span.note])
        self._marks[span.note] += 1
        link = f'<a href="#fn{span.note}" id="{mark}" role="doc-noteref">{span.note}</a>'
        return f"<sup>{link}</sup>"


def _mark_id(number: int, nth: int) -> str:
    return f"fnref{number}" + (f"-{nth + 1}" if nth else "")


def _pieces(text: str) -> Iterator[str]:
    """Give a text in pieces: one without any paragraphs would be in memory several times."""
    for at in range(0, len(text), _PIECE):
        yield _text(text[at : at + _PIECE])


def _text(text: str) -> str:
    return _FORBIDDEN.sub("\N{REPLACEMENT CHARACTER}", escape(text))
