"""Find what letters have at their edges: the date, the salutation, the closing, the signature.

They are known by their form, not by words: a salutation is a short line that ends with a comma
and has a paragraph below it; a signature is a short line that does not end as a sentence does,
after one that does.
"""

import re
from dataclasses import dataclass

from octavo.structure.measure import Geometry, Row, fill
from octavo.structure.wording import (
    CLOSING,
    OPENING,
    starts_large,
)

_WORDS = 6  # of a salutation or a closing at most
_NAME_WORDS = 5
_SHORT = 0.6  # of the lines of the paragraph beside
_SHORT_LINE = 60.0  # columns, where lines are not broken: what is as wide is a paragraph
_SOME = 3  # rows of a paragraph, to see that it is one
_LITTLE = 0.35  # of the measure
_ROOM = 0.85  # of the measure: the next word would have fitted
_RIGHT = 0.3  # of the measure: farther in, a line is set to the right
_FARTHEST = 80  # rows from the salutation to the signature
_DAYS = 31
_ENDS = (",", ",—", ", —", ",–", ",--", "!", ":", "—", "–")  # of salutations
_NUMBER = re.compile(r"([0-9]{1,4})(?:st|nd|rd|th|er|[.ºª])?")
_QUOTES = "".join(sorted((OPENING | CLOSING) - frozenset("([)]")))


@dataclass(frozen=True, slots=True)
class Letters:
    """What belongs to letters, by row from 0."""

    lines: frozenset[int]  # rows that stand by themselves
    quoted: frozenset[int]  # all rows of letters that the text announces


def find_letters(rows: tuple[Row, ...], geometry: Geometry, taken: frozenset[int]) -> Letters:
    """Find the lines at the edges of letters, among rows that are not `taken` otherwise.

    A letter is quoted if a colon announces it and a signature ends it.
    """
    lines: set[int] = set()
    quoted: set[int] = set()
    for index in range(len(rows) - 1):
        if index in taken or index in lines:
            continue
        if _is_salutation(rows, index, geometry, taken):
            first = index - (index - 1 in lines)
            end = _signed(rows, index, geometry, taken)
            announced = first > 0 and rows[first - 1].tail.colon
            closed = len(end) > 1
            if not (closed or announced or rows[index].text.rstrip("_*—–- ").endswith(",")):
                continue  # an exclamation
            lines.update((index, *end))
            if end and (announced or (closed and first and first - 1 not in taken)):
                quoted.update(range(first, end[-1] + 1))
        elif _is_dated(rows, index, geometry, taken):
            lines.add(index)
        elif rows[index].tail.pauses and index > _SOME and _is_prose(rows, index - _SOME, index):
            lines.update(_closing(rows, index, geometry, taken))
    return Letters(frozenset(lines), frozenset(quoted))


def _is_salutation(
    rows: tuple[Row, ...], index: int, geometry: Geometry, taken: frozenset[int]
) -> bool:
    row = rows[index]
    if row.text[-1].isalnum():
        return False
    text = row.text.rstrip("_*")
    if not text.endswith(_ENDS) or index + 1 in taken:
        return False
    if not 1 <= len(text.split()) <= _WORDS or not _is_large(text):
        return False
    if not _has_paragraph(rows, index, geometry):
        return False
    if rows[index + 1].head.small and not _is_set_off(rows, index, geometry):
        return False
    return (
        index == 0
        or index - 1 in taken
        or row.gap > 0
        or rows[index - 1].tail.stops
        or rows[index - 1].tail.colon
        or _is_date(rows[index - 1])
    )


def _is_set_off(rows: tuple[Row, ...], index: int, geometry: Geometry) -> bool:
    """Tell whether a row that the next goes on from with a small letter stands by itself."""
    row, after = rows[index], rows[index + 1]
    right = row.indent - after.indent > geometry.measure * _RIGHT
    announced = index > 0 and rows[index - 1].tail.colon
    return announced or right or (row.gap > 0 and after.gap > 0)


def _has_paragraph(rows: tuple[Row, ...], index: int, geometry: Geometry) -> bool:
    """Tell whether a paragraph follows a row that is much shorter."""
    row, after = rows[index], rows[index + 1]
    if not geometry.wrapped:
        return row.width < _SHORT_LINE < after.width
    if row.width > after.width * _SHORT:
        return False
    return _is_prose(rows, index + 1, index + 2 + _SOME)


def _is_prose(rows: tuple[Row, ...], first: int, end: int) -> bool:
    """Tell whether lines run on, as verse with capitals does not: one goes on with a small letter.

    A paragraph of a single line is none that can be told.
    """
    return any(
        row.head.small or before.tail.breaks
        for before, row in zip(rows[first:end], rows[first + 1 : end], strict=False)
    )


def _is_dated(rows: tuple[Row, ...], index: int, geometry: Geometry, taken: frozenset[int]) -> bool:
    """Tell whether a row is a date, perhaps with a place, and something new follows."""
    row, after = rows[index], rows[index + 1]
    if row.width > geometry.measure * _SHORT or not _is_date(row) or after.head.small:
        return False
    if index == 0 or index - 1 in taken or row.gap:
        return True
    before = rows[index - 1]
    ended = before.tail.stops or before.tail.colon
    return ended or fill(before, row, geometry.measure) < _ROOM


def _is_date(row: Row) -> bool:
    """Tell whether a row consists of a day or year, the word beside it, and little more."""
    words = [word.rstrip(",;:—–-") for word in row.text.strip(_QUOTES + "_*").split()]
    if not 2 <= len(words) <= _WORDS or not (_is_large(row.text) or words[0][:1].isdigit()):
        return False
    numbers = [int(match[1]) for word in words if (match := _NUMBER.fullmatch(word))]
    named = sum(_is_large(word) and len(word.rstrip(".")) > 2 for word in words)
    day = any(1 <= number <= _DAYS for number in numbers)
    year = any(1000 <= number <= 2999 for number in numbers)
    if not numbers or len(numbers) > 2 or not (day or year):
        return False
    names_month = named > 0 or (year and day)
    # A number at the end alone may be a page's or a chapter's.
    return names_month and (year or words[0][:1].isdigit() or row.text.rstrip(_QUOTES)[-1] == ".")


def _signed(
    rows: tuple[Row, ...], salutation: int, geometry: Geometry, taken: frozenset[int]
) -> tuple[int, ...]:
    """Give the rows of the closing and the signature of the letter that is open at a row."""
    for index in range(salutation + 2, min(len(rows), salutation + _FARTHEST)):
        if index in taken:
            return ()
        found = (
            _closing(rows, index, geometry, taken)
            or _name(rows, index, geometry, taken)
            or _end_of_quotes(rows, index, geometry, rows[salutation].text[0])
        )
        if found:
            return found
    return ()


def _closing(
    rows: tuple[Row, ...], index: int, geometry: Geometry, taken: frozenset[int]
) -> tuple[int, ...]:
    """Give the rows of a closing, the name below it, and what is said of the name."""
    row, name = rows[index], index + 1
    if name >= len(rows) or name in taken or not _ends_letter(rows, index, geometry):
        return ()
    if len(row.text.split()) > _WORDS or row.tail.stops:
        return ()
    if not _is_name(rows[name], geometry):
        return ()
    if _is_followed(rows, name, taken):
        return (index, name)
    third = rows[name + 1]  # small, since something follows
    little = third.width <= geometry.measure * _LITTLE and not third.tail.stops
    return (index, name, name + 1) if little and _is_followed(rows, name + 1, taken) else ()


def _name(
    rows: tuple[Row, ...], index: int, geometry: Geometry, taken: frozenset[int]
) -> tuple[int, ...]:
    """Give the row of a name alone."""
    if not _ends_letter(rows, index, geometry) or not _is_name(rows[index], geometry):
        return ()
    bare = not rows[index].tail.stops and not rows[index].tail.pauses
    return (index,) if bare and _is_followed(rows, index, taken) else ()


def _end_of_quotes(
    rows: tuple[Row, ...], index: int, geometry: Geometry, sign: str
) -> tuple[int, ...]:
    """Give the row that closes the quotation marks of a letter, if it is a signature."""
    text = rows[index].text
    if sign not in _QUOTES or text[0] != sign or text[-1] not in _QUOTES:
        return ()
    short = _ends_letter(rows, index, geometry) and _is_name(rows[index], geometry)
    return (index,) if short else ()


def _ends_letter(rows: tuple[Row, ...], index: int, geometry: Geometry) -> bool:
    """Tell whether a row is short and stands after the end of a paragraph."""
    row = rows[index]
    full = geometry.measure if geometry.wrapped else _SHORT_LINE
    return rows[index - 1].tail.stops and _is_large(row.text) and row.width <= full * _SHORT


def _is_name(row: Row, geometry: Geometry) -> bool:
    full = geometry.measure if geometry.wrapped else _SHORT_LINE
    words = row.text.strip(_QUOTES + "_*.").split()
    if not 1 <= len(words) <= _NAME_WORDS or row.width > full * _SHORT or row.tail.pauses:
        return False
    return _is_large(row.text) and not row.text.rstrip(_QUOTES).endswith(("!", "?", ":"))


def _is_followed(rows: tuple[Row, ...], index: int, taken: frozenset[int]) -> bool:
    """Tell whether something else may begin after a row."""
    return index + 1 >= len(rows) or index + 1 in taken or not rows[index + 1].head.small


def _is_large(text: str) -> bool:
    return starts_large(text.lstrip("_*"))
