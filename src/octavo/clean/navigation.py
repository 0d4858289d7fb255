"""Drop the links that stand before and after the text of a web page."""

import re
from collections.abc import Sequence
from itertools import pairwise

from octavo.clean.rows import Rows, Taken
from octavo.guidance import Guidance
from octavo.model import Change

_BETWEEN = re.compile(r" ([|»›>→]|::) ")
_LINKS = 3  # on a line
_LINK = 30  # characters of the longest
_WIDTH = 100  # characters of the longest line
_LINES = 8  # of such a paragraph
_ENDS = frozenset(".!?…,;:")
_RIGHTS = re.compile(r"©|\(c\)|copyright", re.IGNORECASE)


def navigation(rows: Rows, guidance: Guidance) -> Taken:
    """Drop the first and the last paragraph where they hold a row of links.

    That is three or more short pieces with a bar or an arrow between them. The lines beside it
    are short and end no sentence. Wrong for a text that begins or ends so.
    """
    first, last = _paragraph(rows.filled), _paragraph(rows.filled[::-1])[::-1]
    taken: dict[int, str] = {}
    changes: list[Change] = []
    # With fewer than three paragraphs the links are the text.
    for paragraph in (first, last) if len(first) + len(last) < len(rows.filled) else ():
        if not _is_navigation([rows.texts[index] for index in paragraph]):
            continue
        for index in paragraph:
            place = rows.facts.lines[index].place
            if not guidance.off("furniture", place):
                why = "beside the links of a web page"
                changes.append(Change("furniture", place, rows.texts[index], "", True, why))
                taken[index] = rows.rest(index)
    return rows.without(taken), tuple(changes)


def _paragraph(filled: Sequence[int]) -> tuple[int, ...]:
    """Give the rows with text, from the first one on, up to a blank one."""
    end = next(
        (at for at, (row, after) in enumerate(pairwise(filled), 1) if abs(after - row) > 1), None
    )
    return tuple(filled[:end])


def _is_navigation(texts: list[str]) -> bool:
    if len(texts) > _LINES or not all(map(_is_bare, texts)):
        return False
    rows = [_bars(text) for text in texts]
    is_table = any(one == other and one for one, other in pairwise(rows))
    return any(rows) and not is_table


def _is_bare(text: str) -> bool:
    return len(text) <= _WIDTH and (text[-1] not in _ENDS or _RIGHTS.search(text) is not None)


def _bars(text: str) -> tuple[str, ...]:
    """Give what stands between the links of a line, if it is a row of them."""
    pieces = _BETWEEN.split(text)
    links, bars = pieces[::2], pieces[1::2]
    short = all(0 < len(link.strip()) <= _LINK for link in links)
    return tuple(bars) if short and len(links) >= _LINKS else ()
