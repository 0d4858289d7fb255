"""The rule for blank lines inside a sentence."""

from itertools import pairwise

from octavo.clean.ruled import Lines, Ruled
from octavo.guidance import Guidance
from octavo.model import Change, Line

_FULL = 0.97  # of the measure, with the next word: a shorter line was ended on purpose
_LONGEST = 160  # columns: beyond, the lines are paragraphs


def blanks(lines: Lines, guidance: Guidance) -> Ruled:
    """Drop blank lines where the sentence plainly goes on after them.

    That is: the line before is full and ends with a letter, comma or hyphen, and the line after
    begins with a small letter and has no indent of its own. After commas, only where the text has
    as many such lines that end with a letter: clauses of laws end with a comma and are paragraphs.
    Wrong for lines of verse as long as the prose. Page edges (form feeds) stay.

    >>> from octavo.model import Line, Place
    >>> rows = ["It was late when the letter from", "", "home came at last, and he slept."]
    >>> lines = tuple(Line(row, Place("a.txt", n)) for n, row in enumerate(rows, 1))
    >>> len(blanks(lines, Guidance())[0])
    2
    """
    texts = [line.text.strip() for line in lines]
    filled = [index for index, text in enumerate(texts) if text]
    gaps = [(above, below) for above, below in pairwise(filled) if below - above > 1]
    inside = _inside(lines, gaps, _measure(texts))
    dropped: set[int] = set()
    changes: list[Change] = []
    for above, below in gaps:
        sure = (above, below) in inside
        blank = [at for at in range(above + 1, below) if _goes(lines[at], guidance, sure=sure)]
        if blank:
            changes.append(_change(lines[above], lines[below], lines[blank[0]]))
            dropped.update(blank)
    if not dropped:
        return lines, ()
    return tuple(line for at, line in enumerate(lines) if at not in dropped), tuple(changes)


def _measure(texts: list[str]) -> int:
    widths = sorted(map(len, filter(None, texts)))
    return widths[len(widths) * 19 // 20] if widths else 0


def _inside(lines: Lines, gaps: list[tuple[int, int]], measure: int) -> set[tuple[int, int]]:
    """Give the gaps inside sentences, each by the indexes of the lines above and below."""
    found = [gap for gap in gaps if _goes_on(lines[gap[0]].text, lines[gap[1]].text, measure)]
    pauses = {gap for gap in found if _pauses(lines[gap[0]].text)}
    blank = [gap for gap in found if not all(line.text for line in lines[gap[0] + 1 : gap[1]])]
    commas = sum(gap in pauses for gap in blank)
    letters = len(blank) - commas
    return set(found) if letters >= commas else set(found) - pauses


def _goes(blank: Line, guidance: Guidance, *, sure: bool) -> bool:
    if blank.text or guidance.forced("blanks", blank.place):
        return not blank.text
    return sure and not guidance.off("blanks", blank.place)


def _pauses(text: str) -> bool:
    return text.rstrip().endswith(",")


def _goes_on(before: str, after: str, measure: int) -> bool:
    end, start = before.strip()[-1], after.strip()[0]
    word = after.split(maxsplit=1)[0]
    if measure > _LONGEST or not start.islower():
        return False
    if len(before.strip()) + 1 + len(word) < measure * _FULL:
        return False
    indent = len(after) - len(after.lstrip()) - len(before) + len(before.lstrip())
    return (end.isalpha() or end in ",-\u2010") and indent <= 0 and len(word) > 1


def _change(before: Line, after: Line, blank: Line) -> Change:
    first, second = before.text.rsplit(maxsplit=1)[-1], after.text.split(maxsplit=1)[0]
    return Change("blanks", blank.place, f"{first}\n\n{second}", f"{first}\n{second}")
