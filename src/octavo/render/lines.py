"""The words of a page, line by line, for the index that a site is searched by.

A line is what stands in one block: a paragraph, an item, a cell. `templates/search.js` cuts a page
in the same way to find the place again; a test holds the two against each other.
"""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from lxml import etree, html

Element: TypeAlias = "etree._Element"

_BLOCKS = frozenset(
    "address article aside blockquote caption colgroup dd details div dl dt figcaption figure"
    " footer h1 h2 h3 h4 h5 h6 header hr li main nav ol p pre section summary table tbody td tfoot"
    " th thead tr ul".split()
)
_HEADING = re.compile(r"h[1-6]")
_SPACE = re.compile(r"[ \t\n\r\f]+")


@dataclass(slots=True)
class Indexed:
    """A page as the index has it."""

    file: str
    title: str
    lines: list[str] = field(default_factory=list)
    places: list[tuple[int, str, str]] = field(default_factory=list)  # line from 0, id, heading


def indexed(page: str, file: str, title: str, id: str) -> Indexed:
    """Cut what stands in the `<main>` of a page into lines.

    Args:
        page: of HTML.
        file: its address.
        title: its chapter's title.
        id: of the place before the first heading.
    """
    made = Indexed(file, title, places=[(0, id, "")])
    main = html.document_fromstring(page).find(".//main")
    if main is not None:
        _Cutter(made).cut(main)
    return made


def index(pages: Sequence[Indexed]) -> str:
    """Give the index as a script, for a page that was opened as a file may fetch nothing else."""
    said = [[page.file, page.title, page.lines, page.places] for page in pages]
    written = json.dumps(said, ensure_ascii=False, separators=(",", ":"))
    # What ends a line in older JavaScript, and what would end a script.
    for char in "\u2028\u2029<":
        written = written.replace(char, f"\\u{ord(char):04x}")
    return f"globalThis.octavoIndex={written};\n"


class _Cutter:
    """Walks through a tree once, and adds its lines to a page."""

    def __init__(self, page: Indexed):
        self.page = page
        self.line: list[str] = []

    def cut(self, top: Element) -> None:
        for event, element in etree.iterwalk(top, events=("start", "end", "comment")):
            if event == "comment":
                self.line.append(element.tail or "")
                continue
            block = element.tag in _BLOCKS
            if block:
                self._end()
            if event == "start":
                self._begin(element)
            elif element is not top:
                self.line.append(element.tail or "")

    def _begin(self, element: Element) -> None:
        if element.tag == "br":
            self.line.append(" ")
        elif _HEADING.fullmatch(str(element.tag)) and (id := element.get("id")):
            text = _SPACE.sub(" ", "".join(map(str, element.itertext()))).strip()
            self.page.places.append((len(self.page.lines), id, text))
        self.line.append(element.text or "")

    def _end(self) -> None:
        text = _SPACE.sub(" ", "".join(self.line)).strip(" ")
        if text:
            self.page.lines.append(text)
        self.line.clear()
