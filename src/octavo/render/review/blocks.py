"""Write the blocks of the result as HTML: what the book will say, in the forms of a book."""

from collections.abc import Iterable
from typing import assert_never

from markupsafe import Markup

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
from octavo.render.review.letters import plain

_ABOVE = 2  # the page's own headings: its title and those of its parts
_LOWEST = 6


class Setter:
    """Sets blocks one after the other; the page's headings follow each other without a gap."""

    def __init__(self, notes: Iterable[int]):
        self._notes = frozenset(notes)  # the numbers of the footnotes there are
        self._marked: set[int] = set()
        self._noted: set[int] = set()
        self._level = _ABOVE

    def blocks(self, blocks: Iterable[Block]) -> Markup:
        """Set blocks one below the other."""
        return Markup("\n").join(map(self._block, blocks))

    def _block(self, block: Block) -> Markup:
        match block:
            case Heading(level, inlines):
                # A level that is left out would be a gap for who reads by headings.
                self._level = min(level + _ABOVE, self._level + 1, _LOWEST)
                text = self._inlines(inlines)
                return Markup('<h{0} class="level-{1}">{2}</h{0}>').format(
                    self._level, min(level, _LOWEST), text
                )
            case Paragraph(inlines):
                return Markup("<p>{}</p>").format(self._inlines(inlines))
            case Verse(stanzas):
                inner = [self._stanza(stanza) for stanza in stanzas]
                return Markup('<div class="verse">{}</div>').format(Markup("").join(inner))
            case Quotation(blocks):
                return Markup("<blockquote>{}</blockquote>").format(self.blocks(blocks))
            case Items():
                return self._items(block)
            case SceneBreak():
                return Markup("<hr>")
            case Footnote():
                return self._note(block)
            case _:
                assert_never(block)

    def _stanza(self, lines: Iterable[Inlines]) -> Markup:
        inner = (Markup('<span class="line">{}</span>').format(self._line(each)) for each in lines)
        return Markup('<p class="stanza">{}</p>').format(Markup("").join(inner))

    def _line(self, inlines: Inlines) -> Markup:
        first = inlines[0].text if inlines else ""
        indent = len(first) - len(first.lstrip(" "))
        return Markup("\N{EM SPACE}" * (indent // 2)) + self._inlines(inlines)

    def _items(self, block: Items) -> Markup:
        items = (Markup("<li>{}</li>").format(self.blocks(item)) for item in block.items)
        inner = Markup("").join(items)
        if not block.ordered:
            return Markup("<ul>{}</ul>").format(inner)
        start = Markup(' start="{}"').format(block.start) if block.start != 1 else ""
        return Markup("<ol{}>{}</ol>").format(start, inner)

    def _note(self, note: Footnote) -> Markup:
        number = Markup(
            '<a href="#mark-{0}" aria-label="Note {0}: back to the text">{0}</a>'
            if note.number in self._marked
            else "{0}"
        ).format(note.number)
        first = note.number not in self._noted
        self._noted.add(note.number)
        return Markup(
            '<div class="note"{}><span class="number">{}</span><div>{}</div></div>'
        ).format(
            Markup(' id="note-{}"').format(note.number) if first else "",
            number,
            self.blocks(note.blocks),
        )

    def _inlines(self, inlines: Inlines) -> Markup:
        return Markup("").join(self._span(span) for span in inlines)

    def _span(self, span: Span) -> Markup:
        text = plain(span.text)
        if span.note:
            return self._mark(span.note, text)
        match span.style:
            case "plain":
                return text
            case "emphasis":
                return Markup("<em>{}</em>").format(text)
            case "strong":
                return Markup("<strong>{}</strong>").format(text)
            case "smallcaps":
                return Markup('<span class="smallcaps">{}</span>').format(text)
            case _:
                assert_never(span.style)

    def _mark(self, number: int, text: Markup) -> Markup:
        if number not in self._notes:
            return Markup("<sup>{}</sup>").format(text)
        first = number not in self._marked
        self._marked.add(number)
        return Markup('<sup{}><a href="#note-{}" aria-label="Note {}">{}</a></sup>').format(
            Markup(' id="mark-{}"').format(number) if first else "", number, number, text
        )
