"""Drop the links that stand before and after the text of a web page."""

import re
from dataclasses import replace
from itertools import groupby, pairwise

from octavo.clean.ruled import Lines, Ruled
from octavo.guidance import Guidance
from octavo.model import Change

_BETWEEN = re.compile(r" ([|»›>→]|::) ")
_LINKS = 3  # on a line
_LINK = 30  # characters of the longest
_WIDTH = 100  # characters of the longest line
_LINES = 8  # of such a paragraph
_ENDS = frozenset(".!?…,;:")
_RIGHTS = re.compile(r"©|\(c\)|copyright", re.IGNORECASE)


def navigation(lines: Lines, guidance: Guidance) -> Ruled:
    """Drop the first and the last paragraph where they hold a row of links.

    That is three or more short pieces with a bar or an arrow between them. The lines beside it
    are short and end no sentence. Wrong for a text that begins or ends so.
    """
    filled = [bool(line.text.strip()) for line in lines]
    paragraphs = [
        list(run) for full, run in groupby(range(len(lines)), key=filled.__getitem__) if full
    ]
    kept = list(lines)
    changes: list[Change] = []
    for paragraph in dict.fromkeys(map(tuple, paragraphs[:1] + paragraphs[-1:])):
        texts = [lines[index].text.strip() for index in paragraph]
        if len(paragraphs) < _LINKS or not _is_navigation(texts):
            continue
        for index in paragraph:
            line = lines[index]
            if not guidance.off("furniture", line.place):
                why = "beside the links of a web page"
                changes.append(Change("furniture", line.place, line.text.strip(), "", True, why))
                kept[index] = replace(line, text="\f" if line.text.startswith("\f") else "")
    return tuple(kept), tuple(changes)


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
