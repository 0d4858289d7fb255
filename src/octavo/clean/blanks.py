"""The rule for blank lines inside a sentence."""

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
    measure = _measure(lines)
    letters, commas = _count(lines, measure)
    kept: list[Line] = []
    changes: list[Change] = []
    gap: list[Line] = []
    last: Line | None = None
    for line in lines:
        if not line.text.strip():
            gap.append(line)
            continue
        sure = (
            last is not None
            and _goes_on(last.text, line.text, measure)
            and (letters >= commas or not _pauses(last.text))
        )
        stays = [last is None or _stays(blank, guidance, sure=sure) for blank in gap]
        if last is not None and not all(stays):
            changes.append(_change(last, line, gap[stays.index(False)]))
        kept += [blank for blank, stay in zip(gap, stays, strict=True) if stay]
        kept.append(line)
        gap, last = [], line
    return (*kept, *gap), tuple(changes)


def _stays(blank: Line, guidance: Guidance, *, sure: bool) -> bool:
    if blank.text or guidance.forced("blanks", blank.place):
        return bool(blank.text)
    return not sure or guidance.off("blanks", blank.place)


def _measure(lines: Lines) -> int:
    widths = sorted(len(line.text.strip()) for line in lines if line.text.strip())
    return widths[len(widths) * 19 // 20] if widths else 0


def _count(lines: Lines, measure: int) -> tuple[int, int]:
    """Count the blank lines inside sentences after letters and after commas."""
    letters = commas = 0
    last: Line | None = None
    blank = False
    for line in lines:
        if not line.text.strip():
            blank = blank or not line.text
            continue
        if blank and last is not None and _goes_on(last.text, line.text, measure):
            commas += _pauses(last.text)
            letters += not _pauses(last.text)
        last, blank = line, False
    return letters, commas


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
