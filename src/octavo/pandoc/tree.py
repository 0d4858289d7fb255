"""Blocks → pandoc's tree (the JSON form of its Text.Pandoc.Definition)."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any, TypeAlias, assert_never

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

Node: TypeAlias = dict[str, Any]
_SPACES = " \t\n\r\f\v"
# What is made of a line's spans, none of which is the mark of a footnote.
Words: TypeAlias = Callable[[Inlines], list[Node]]


def nodes(blocks: Iterable[Block], notes: Mapping[int, Footnote], words: Words) -> list[Node]:
    """Give the nodes of blocks.

    Args:
        blocks: of a text, or of a piece of it.
        notes: the footnotes that go where their marks are, by number, as `marked` gives them;
            others stay where they are, as divisions.
        words: makes the nodes of spans that are no marks.
    """
    tree = _Tree(words, notes)
    return [
        tree.block(block)
        for block in blocks
        if not (isinstance(block, Footnote) and block is notes.get(block.number))
    ]


def literal(inlines: Inlines) -> list[Node]:
    """Give spans as text, so that nothing in them is ever read as markup."""
    return [_styled(span, node("Str", span.text)) for span in inlines if span.text]


def node(kind: str, content: object = None) -> Node:
    """Give a node of the tree."""
    return {"t": kind} if content is None else {"t": kind, "c": content}


def _styled(span: Span, text: Node) -> Node:
    match span.style:
        case "plain":
            return text
        case "emphasis":
            return node("Emph", [text])
        case "strong":
            return node("Strong", [text])
        case "smallcaps":
            return node("SmallCaps", [text])
        case _:
            assert_never(span.style)


class _Tree:
    """Makes nodes, with the notes where their marks are."""

    def __init__(self, words: Words, notes: Mapping[int, Footnote]):
        self._words = words
        self._notes = notes

    def block(self, block: Block) -> Node:
        match block:
            case Heading(level, inlines):
                return node("Header", [min(level, 6), ["", [], []], self._inlines(inlines)])
            case Paragraph(inlines):
                return node("Para", self._inlines(inlines))
            case Verse(stanzas):
                return _division("verse", [self._stanza(stanza) for stanza in stanzas])
            case Quotation(blocks):
                return node("BlockQuote", self._all(blocks))
            case Items():
                return self._items(block)
            case SceneBreak():
                return node("HorizontalRule")
            case Footnote(_, blocks):
                return _division("footnote", _Tree(self._words, {})._all(blocks))
            case _:
                assert_never(block)

    def _all(self, blocks: Iterable[Block]) -> list[Node]:
        return [self.block(block) for block in blocks]

    def _stanza(self, stanza: tuple[Inlines, ...]) -> Node:
        """Lines with line ends between them, which `chapters` knows as those of verse."""
        lines = [self._inlines(_indented(line)) for line in stanza]
        joined: list[Node] = []
        for line in filter(None, lines):
            joined += [node("SoftBreak"), *line] if joined else line
        return node("Para", joined)

    def _items(self, items: Items) -> Node:
        inner = [self._all(item) for item in items.items]
        if all(len(item) == 1 and item[0]["t"] == "Para" for item in inner):
            inner = [[node("Plain", item[0]["c"])] for item in inner]
        if not items.ordered:
            return node("BulletList", inner)
        style = [items.start, node("Decimal"), node("Period")]
        return node("OrderedList", [style, inner])

    def _inlines(self, inlines: Inlines) -> list[Node]:
        return [each for run in _runs(_trimmed(inlines), self._notes) for each in self._run(run)]

    def _run(self, run: Inlines) -> list[Node]:
        note = self._notes.get(run[0].note)
        if note is None:
            return self._words(run)
        return [node("Note", _Tree(self._words, {})._all(note.blocks))]


def _runs(inlines: Inlines, notes: Mapping[int, Footnote]) -> Iterator[Inlines]:
    """Cut spans at the marks, which stand alone."""
    run: list[Span] = []
    for span in inlines:
        if span.note in notes:
            if run:
                yield tuple(run)
            yield (span,)
            run = []
        elif span.text:
            run.append(span)
    if run:
        yield tuple(run)


def _trimmed(inlines: Inlines) -> Inlines:
    """Take the spaces at both ends away: they say nothing in HTML, but may in Markdown."""
    spans = [span for span in inlines if span.text]
    while spans and not spans[0].text.strip(_SPACES):
        spans.pop(0)
    while spans and not spans[-1].text.strip(_SPACES):
        spans.pop()
    if spans:
        spans[0] = replace(spans[0], text=spans[0].text.lstrip(_SPACES))
        spans[-1] = replace(spans[-1], text=spans[-1].text.rstrip(_SPACES))
    return tuple(spans)


def _indented(inlines: Inlines) -> Inlines:
    """Write the indent of a line of verse as em spaces, half as many as its characters."""
    if not inlines:
        return ()
    text = inlines[0].text.lstrip(" ")
    indent = (len(inlines[0].text) - len(text)) // 2
    return (replace(inlines[0], text="\N{EM SPACE}" * indent + text), *inlines[1:])


def _division(name: str, inner: list[Node]) -> Node:
    return node("Div", [["", [name], []], inner])
