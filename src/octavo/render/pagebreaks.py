"""Mark in the pages of an EPUB where those of the printed edition begin.

The markup is not parsed into a tree and written anew: it stays letter by letter what the templates
made of it, but for the marks.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape, unescape

from octavo.letters import NOTES, is_drawn, is_mark, visible
from octavo.model import PageStart

_END = 1 << 40  # letters: behind any text
_TOKEN = re.compile(
    r"<!--.*?-->|<!\[CDATA\[.*?\]\]>|<[?!][^>]*>"
    r"|<(?P<end>/?)(?P<tag>[\w:.-]+)(?P<said>(?:[^<>\"'/]|/(?!>)|\"[^\"]*\"|'[^']*')*)(?P<void>/?)>"
    r"|(?P<text>[^<]+)",
    re.DOTALL,
)
_ATTRIBUTE = re.compile(r"([\w:.-]+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)')")
_WORD = re.compile(r"\S+")
_CHARACTER = re.compile(r"&[^;\s]*;|.", re.DOTALL)
# A mark stands before these, not inside, when a page begins with them.
_WHOLE = frozenset("h1 h2 h3 h4 h5 h6 figure table ul ol dl nav".split())


@dataclass(frozen=True, slots=True)
class PageBreak:
    """Where a page of the printed edition begins."""

    label: str  # as it is printed
    page: str  # the name of the EPUB's page in which it begins; the contents' is `nav`
    letters: int  # of that page's text before it

    @property
    def id(self) -> str:
        """The mark's id: no other in a book is like it."""
        return f"page--{self.label}"

    @property
    def file(self) -> str:
        """The page's file, seen from the navigation."""
        return "nav.xhtml" if self.page == "nav" else f"text/{self.page}.xhtml"

    @property
    def markup(self) -> str:
        """The mark (EPUB Accessibility 1.1, section 4.2.2)."""
        return (
            f'<span role="doc-pagebreak" epub:type="pagebreak" id="{escape(self.id)}"'
            f' aria-label="{escape(self.label)}"></span>'
        )


def page_breaks(
    starts: Sequence[PageStart], front: Sequence[tuple[str, str]], lead: str = ""
) -> tuple[PageBreak, ...]:
    """Find the EPUB's page in which each printed page begins.

    Args:
        starts: of the printed pages, in order.
        front: names and markup of the EPUB's pages that stand before the text, in the order in
            which they are printed.
        lead: what is printed before them and stands nowhere in an EPUB, such as a half-title:
            its pages begin where the first of `front` does.
    """
    found: list[PageBreak] = []
    begins = [count_letters(f"<body>{lead}</body>")]
    for _, markup in front:
        begins.append(begins[-1] + count_letters(markup))
    last = None  # chapter
    for start in starts:
        if start.chapter is not None:
            last = start.chapter
            found.append(PageBreak(start.label, start.chapter, start.letters))
        elif last is not None:  # what is printed behind the chapters stands nowhere in an EPUB
            found.append(PageBreak(start.label, last, _END))
        else:
            letters = max(start.letters, begins[0])
            at = max(n for n in range(len(front)) if begins[n] <= letters)
            found.append(PageBreak(start.label, front[at][0], letters - begins[at]))
    return tuple(found)


def count_letters(markup: str, root: str | None = None) -> int:
    """Count the letters of a page's text; of the element whose id is `root`, if it is given."""
    return sum(run.letters for run in _runs(markup, root))


def mark(markup: str, breaks: Sequence[PageBreak], root: str | None = None) -> str:
    """Put marks into a page.

    Args:
        markup: the page's.
        breaks: those in it, in order.
        root: the id of the element from whose beginning letters are counted; None: the body.
    """
    if not breaks:
        return markup
    pieces: list[str] = []
    count = done = waiting = 0
    for run in _runs(markup, root):
        end = _END + 1 if run.last else count + run.letters
        while waiting < len(breaks) and breaks[waiting].letters < end:
            at = run.begin if run.last else run.place(breaks[waiting].letters - count)
            pieces += [markup[done:at], breaks[waiting].markup]
            done, waiting = at, waiting + 1
        count += run.letters
    return "".join([*pieces, markup[done:]])


@dataclass(frozen=True, slots=True)
class _Run:
    """Text between two tags that is counted; or, without text, where all of it ends."""

    begin: int  # in the markup
    text: str
    letters: int
    whole: int | None = None  # where an element begins whose first letters these are
    last: bool = False

    def place(self, ahead: int) -> int:
        """Give where a mark goes that has so many letters of the run before it."""
        if ahead == 0 and self.whole is not None:
            return self.whole
        for word in _WORD.finditer(self.text):
            letters = _letters(word[0])
            if letters > max(ahead, 0):
                return self.begin + word.start() + _inside(word[0], ahead)
            ahead -= letters
        return self.begin + len(self.text)


def _inside(word: str, ahead: int) -> int:
    """Give where the letter begins that has so many of the word before it."""
    for character in _CHARACTER.finditer(word):
        letters = _letters(character[0])
        if letters and ahead <= 0:
            return character.start()
        ahead -= letters
    return len(word)


def _letters(markup: str) -> int:
    return len(visible(unescape(markup)))


def _runs(markup: str, root: str | None) -> Iterator[_Run]:
    """Give the text that is counted, run by run, and then where it ends."""
    stack: list[tuple[str, bool]] = []  # open elements, and whether their text counts
    whole: tuple[int, int] | None = None  # how deep, and where
    end: int | None = None  # where the notes begin
    for token in _TOKEN.finditer(markup):
        tag = token["tag"]
        if token["text"]:
            letters = _letters(token["text"]) if stack and stack[-1][1] else 0
            if letters or (stack and stack[-1][1] and visible(token["text"])):
                yield _Run(token.start(), token["text"], letters, whole[1] if whole else None)
                whole = end = None
        elif tag is None or token["void"] or (token["end"] and not stack):
            continue
        elif token["end"]:
            stack.pop()
            if whole and len(stack) <= whole[0]:
                whole = None
            if not stack:
                yield _Run(token.start() if end is None else end, "", 0, last=True)
                return
        else:
            said = {name: one or other for name, one, other in _ATTRIBUTE.findall(token["said"])}
            classes = said.get("class", "").split()
            if not stack and (said.get("id") != root if root else tag != "body"):
                continue
            counts = _counts(tag, said, classes) and (not stack or stack[-1][1])
            if end is None and NOTES.intersection(classes):
                end = token.start()
            in_nav = any(name == "nav" for name, _ in stack)
            if whole is None and tag in _WHOLE and counts and not in_nav:
                whole = len(stack), token.start()
            stack.append((tag, counts))


def _counts(tag: str, said: dict[str, str], classes: list[str]) -> bool:
    apart = NOTES.intersection(classes) or "hidden" in said
    return not (apart or is_drawn(tag, classes) or is_mark(said.get("role")))
