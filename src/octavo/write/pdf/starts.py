"""Where in a piece's text each of its pages begins, read off the boxes WeasyPrint laid out.

Places are counted in letters (`octavo.letters`), because a line's end or a page's end may take or
add white space. The notes are counted by themselves, which stand at the foot of the page. Figures
and tables are followed by themselves, since text may have gone before them.
"""

from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field
from typing import Any

from octavo.letters import DRAWN, NOTES, SIGNS, is_drawn, is_mark, visible

_HYPHENS = "-\u2010\u2011"
_APART = ("figure", "table")
_PROBE = 12  # letters that are looked for where text and page part
_FAR = 20_000  # letters: so far on they may be
_INLINE = frozenset(
    "a abbr b bdi bdo br cite code data del dfn em i img ins kbd mark q rp rt ruby s samp small"
    " span strong sub sup time u var wbr".split()
)


@dataclass(frozen=True, slots=True)
class Start:
    """Where a page begins."""

    letters: int  # of the piece's text before the word with which it begins
    unmatched: int  # letters on it that are not in the text where they should be


@dataclass(frozen=True, slots=True)
class Stream:
    """A text, letter by letter."""

    letters: str  # in lower case: styles may set them in capitals
    words: tuple[int, ...]  # where words begin, in letters


@dataclass(slots=True)
class Apart:
    """A figure or a table, on its way through the pages."""

    before: int  # letters of the text before it, without other figures
    begin: int  # the same with them
    stream: Stream
    at: int = 0  # letters of its own that are on the pages so far


def streams(body: Any) -> tuple[Stream, Stream]:
    """Give the text and the notes of an HTML element (of ElementTree's kind)."""
    pieces: list[str] = []
    notes: list[str] = []
    _spell(body, pieces, notes)
    return _stream("".join(pieces)), _stream("".join(notes))


def parted(body: Any) -> tuple[Stream, Stream, dict[Any, Apart]]:
    """Give the text without its figures, the notes, and the figures by their elements."""
    pieces: list[str] = []
    notes: list[str] = []
    found: list[tuple[Any, int]] = []
    _spell(body, pieces, notes, found)
    apart: dict[Any, Apart] = {}
    count = length = last = 0
    for element, place in found:
        count += len(visible("".join(pieces[last:place])))
        stream, last = streams(element)[0], place
        apart[element] = Apart(count, count + length, stream)
        length += len(stream.letters)
    return _stream("".join(pieces)), _stream("".join(notes)), apart


def sections(body: Any) -> tuple[tuple[str | None, int], ...]:
    """Give the ids of the elements in `<main>`, and how many letters of the text are before each.

    What is behind `<main>` has no id: None. Without a `<main>` there are none.
    """
    main = body.find("main")
    if main is None:
        return ()
    found: list[tuple[str | None, int]] = []
    count, behind = 0, False
    for element in body:
        inner = list(element) if element is main else [element]
        if behind and visible("".join(element.itertext())):
            found.append((None, count))
        behind = behind or element is main
        for each in inner:
            pieces: list[str] = []
            _spell(each, pieces, [])
            if element is main and each.get("id"):
                found.append((each.get("id"), count))
            count += len(visible("".join(pieces)))
    return tuple(found)


def _spell(
    element: Any,
    text: list[str],
    notes: list[str],
    apart: list[tuple[Any, int]] | None = None,
) -> None:
    """Add an element's text; with `apart`, leave figures out, and note where they stand."""
    if not isinstance(element.tag, str):
        return
    classes = set(element.get("class", "").split())
    if is_drawn(element.tag, classes) or is_mark(element.get("role")):
        return
    into = notes if classes & NOTES else text
    inside = apart if into is text else None
    if inside is not None and element.tag in _APART:
        text.append(" ")
        inside.append((element, len(text)))
        return
    edge = "" if element.tag in _INLINE and into is text else " "
    into.append(edge + (element.text or ""))
    for child in element:
        _spell(child, into, notes, inside)
        into.append(child.tail or "")
    into.append(edge)


def _stream(text: str) -> Stream:
    words, starts, count = text.translate(SIGNS).split(), [], 0
    for word in words:
        starts.append(count)
        count += len(word)
    return Stream(_lower("".join(words)), tuple(starts))


def _lower(text: str) -> str:
    small = text.lower()
    if len(small) == len(text):
        return small
    return "".join(low if len(low := char.lower()) == 1 else char for char in text)


class Reader:
    """Follows the text of a document through its pages, in their order.

    Args:
        body: the document's `<body>`, an element of ElementTree.
    """

    def __init__(self, body: Any):
        from weasyprint.formatting_structure import boxes

        self._boxes = boxes
        self._heads: set[Any] = set()  # of tables, which come again on each page
        self._text, self._notes, self._apart = parted(body)
        self._at = self._noted = 0
        self._divided = False  # the last page ended inside a word

    def page(self, page: Any) -> Start:
        """Give where a page begins."""
        seen = _Seen()
        for child in page.children:
            if not isinstance(child, self._boxes.MarginBox):
                at_foot = isinstance(child, self._boxes.FootnoteAreaBox)
                self._collect(child, seen, seen.noted if at_foot else seen.body)
        self._heads |= seen.heads
        begin = self._begin(seen)
        self._at, lost, self._divided = _follow(self._text, self._at, "".join(seen.body))
        self._noted, lost_notes, _ = _follow(self._notes, self._noted, "".join(seen.noted))
        for element, said in seen.figures.items():
            figure = self._apart[element]
            figure.at, lost_there, _ = _follow(figure.stream, figure.at, "".join(said))
            lost += lost_there
        return Start(begin, lost + lost_notes)

    def _begin(self, seen: "_Seen") -> int:
        """Give where a page begins in the text with its figures; never before what came before.

        One that begins with a figure which text has gone before begins with that text's last word:
        behind it might be the next chapter.
        """
        at = self._at
        if self._divided:
            at = self._text.words[bisect_right(self._text.words, at) - 1]
        figure = None if seen.first is None else self._apart[seen.first]
        if figure is not None and figure.before >= at:
            return figure.begin + figure.at
        if figure is not None:
            at = self._text.words[bisect_left(self._text.words, at) - 1]
        return at + sum(
            len(each.stream.letters) if each.before < at else each.at
            for each in self._apart.values()
            if each.before <= at
        )

    def _collect(self, box: Any, seen: "_Seen", into: list[str]) -> None:
        box = getattr(box, "_box", box)  # what is placed absolutely is wrapped
        tag = box.element_tag or ""
        if "::" in tag and not tag.endswith(("::first-letter", "::first-line")):
            return  # the style says it, not the author
        if getattr(box, "is_header", False):
            seen.heads.add(box.element)
            if box.element in self._heads:
                return
        said = box.element.attrib if box.element is not None else {}
        classes = said.get("class", "").split()
        if DRAWN in classes or is_mark(said.get("role")):
            return
        into = seen.noted if "notes" in classes else into
        if into is seen.body and box.element in self._apart:
            into = seen.figures.setdefault(box.element, [])
            if seen.first is None and not any(map(str.strip, seen.body)):
                seen.first = box.element
        if isinstance(box, self._boxes.TextBox):
            into.append(box.text)
        for child in getattr(box, "children", ()):
            self._collect(child, seen, into)


@dataclass(slots=True)
class _Seen:
    """What stands on a page."""

    body: list[str] = field(default_factory=list)
    noted: list[str] = field(default_factory=list)
    figures: dict[Any, list[str]] = field(default_factory=dict)  # by element
    heads: set[Any] = field(default_factory=set)  # of tables
    first: Any = None  # the figure with which the page begins


def _follow(text: Stream, at: int, page: str) -> tuple[int, int, bool]:
    """Follow a page's letters in the text.

    What stands elsewhere on the page than in the text, as a table's caption, is found on its way
    back.

    Returns:
        Where in the text the page ends, how many of its letters are not there, and whether it
        ends with a hyphen that the text does not have.
    """
    letters, index, lost, divided = _lower(visible(page)), 0, 0, False
    passed: list[int] = []  # where what was passed over begins
    while index < len(letters):
        same = _common(letters, index, text.letters, at)
        index, at, divided = index + same, at + same, divided and not same
        if index == len(letters):
            break
        probe = letters[index : index + _PROBE]
        found = text.letters.find(probe, at, at + _FAR)
        back = next((b for begin in passed if (b := text.letters.find(probe, begin, at)) >= 0), -1)
        if back >= 0:
            index += _common(letters, index, text.letters[:at], back)
        elif letters[index] in _HYPHENS:
            index, divided = index + 1, True
        elif found > at:
            passed.append(at)
            at = found
        else:
            index, lost = index + 1, lost + 1
    return at, lost, divided


def _common(one: str, at: int, other: str, beside: int) -> int:
    """Count the letters that are the same from there on, in growing steps."""
    count, step = 0, 1024
    while step:
        if one[at + count : at + count + step] == other[beside + count : beside + count + step]:
            gain = min(step, len(one) - at - count, len(other) - beside - count)
            count += gain
            if gain < step:
                return count
        else:
            step //= 2
    return count
