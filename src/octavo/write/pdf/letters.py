"""The letters of pages, as they stand in the boxes WeasyPrint laid out.

They tell where in a chapter's text a page begins. White space is left out: a line's end, a page's
end and a hyphen's break take or add some.
"""

from collections.abc import Iterator
from typing import Any

# Signs that cannot be seen and may be taken or added at a break, besides white space.
_UNSEEN = dict.fromkeys(map(ord, "\xad\u200b\u200c\u200d\u2060\ufeff"))


def visible(text: str) -> str:
    """Give a text without white space and signs that cannot be seen."""
    return "".join(text.split()).translate(_UNSEEN)


class Reader:
    """Reads the pages of one document in their order."""

    def __init__(self) -> None:
        from weasyprint.formatting_structure import boxes

        self._boxes = boxes
        self._heads: set[Any] = set()  # of tables, which come again on each page

    def page(self, page: Any) -> tuple[str, str]:
        """Give the letters of a page's text, and those of the notes at its foot."""
        body: list[str] = []
        noted: list[str] = []
        heads: set[Any] = set()
        for child in page.children:
            if not isinstance(child, self._boxes.MarginBox):
                at_foot = isinstance(child, self._boxes.FootnoteAreaBox)
                (noted if at_foot else body).extend(self._texts(child, heads))
        self._heads |= heads
        return visible("".join(body)), visible("".join(noted))

    def _texts(self, box: Any, heads: set[Any]) -> Iterator[str]:
        box = getattr(box, "_box", box)  # what is placed absolutely is wrapped
        tag = box.element_tag or ""
        if "::" in tag and not tag.endswith(("::first-letter", "::first-line")):
            return  # the style says it, not the author
        if getattr(box, "is_header", False):
            heads.add(box.element)
            if box.element in self._heads:
                return
        if isinstance(box, self._boxes.TextBox):
            yield box.text
        for child in getattr(box, "children", ()):
            yield from self._texts(child, heads)
