"""Let an initial and the rest of its word be read as one word.

The letter is larger than a line and stands by itself, and whoever extracts the text finds "Y" and
"ou". So the rest says that it is "You", and the letter that it is nothing (ISO 32000-1, 14.9.4).
"""

from collections.abc import Iterator, Sequence
from typing import Any

MARK = 'class="initial'  # what is in the markup where there is an initial
_INITIAL = {"initial", "before"}  # classes of the letter, and of quotation marks before it
_ALONE = "alone"  # class of a letter that is a word


def spoken(pages: Sequence[Any]) -> tuple[str | None, ...]:
    """Give what each text of WeasyPrint's pages says in place of itself; None where it is itself.

    Texts come in the order of their boxes, without those that are links.
    """
    return tuple(_spoken([box for page in pages for box in _texts(page)]))


def _texts(page: Any) -> Iterator[Any]:
    for box in page._page_box.descendants(placeholders=True):
        tag = "" if box.element is None else box.element_tag
        if isinstance(getattr(box, "text", None), str) and tag.split(":")[0] != "a":
            yield box


def _spoken(boxes: Sequence[Any]) -> Iterator[str | None]:
    before = ""
    for box in boxes:
        classes = set(box.element.get("class", "").split()) if box.element is not None else set()
        if classes & _INITIAL:
            before += box.text + " " * (_ALONE in classes)
            yield ""
        elif before:
            yield (before + box.text).replace("\xad", "")
            before = ""
        else:
            yield None
