"""Straight quotation marks: what each of them is, told by its neighbours and what is open.

A sign after white space or an opening bracket opens; one after a word or its punctuation closes;
between letters it is an apostrophe. What is left is told by whether a quotation is open, or ends
further on. What cannot be told stays straight.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from octavo.chapters.typography.signs import JOINER, Edit, Signs

# A mark of another language opens for its neighbours ("foreign"), but nothing has to end it.
Role: TypeAlias = Literal["open", "close", "foreign", "apostrophe", "prime", "straight"]
_Near: TypeAlias = Literal["white", "opening", "dash", "letter", "digit", "other"]

_QUOTES = re.compile("[\"'“”„‟‘’‚‛«»‹›]")
_DOUBLE = frozenset('"“”„‟«»')
_OPENING = frozenset("([{<¿¡/")
_DASHES = frozenset("-‐‑–—―")
_MEASURES = re.compile(
    r"(?<![\w'\"])\d{1,4}(?:\.\d{1,4})?(')[ \xa0]?\d{1,2}(?:\.\d{1,4})?[½¼¾]?(\")(?!\w)"
    r"|°[ \xa0]?\d{1,2}(')(?:[ \xa0]?\d{1,2}(?:\.\d{1,4})?(\"))?(?!\w)"
)
_YEARS = re.compile(r"\d\d(?P<s>s|er)?(?!\w)")
_AND = re.compile("['’]n['’]")  # rock 'n' roll
_WORD = re.compile(r"[^\W\d_]{1,12}(?!\w)")
# Their words can begin a quotation as well: there, the end of one decides.
_SURE = frozenset("tis twas twere twill twould em n s t ne".split())


def quotes(text: str, signs: Signs) -> Iterator[Edit]:
    """Write quotation marks as the language has them."""
    for at, role, double, inner in _roles(text, signs):
        pair = signs.double if double else signs.inner if inner else signs.single
        if role in {"open", "close"} and text[at] in "\"'":
            yield at, at + 1, pair[role == "close"]


def apostrophes(text: str, signs: Signs) -> Iterator[Edit]:
    """Write apostrophes as ’."""
    for at, role, _, _ in _roles(text, signs):
        if role == "apostrophe" and text[at] == "'":
            yield at, at + 1, "’"


def primes(text: str, _: Signs) -> Iterator[Edit]:
    """Write feet and inches, minutes and seconds with primes, where both or a degree are there."""
    for at in sorted(_measured(text)):
        yield at, at + 1, "′" if text[at] == "'" else "″"


def _measured(text: str) -> set[int]:
    found = _MEASURES.finditer(text) if '"' in text or "°" in text else ()
    return {each.start(group) for each in found for group in range(1, 5) if each[group]}


@dataclass(slots=True)
class _Reader:
    """Reads the quotation marks of a text from its beginning to its end."""

    text: str
    signs: Signs
    after: dict[int, _Near]  # what stands behind a sign and those that follow it at once
    last: int  # place of the last single sign where a quotation can end
    last_double: int  # place of the last straight double sign
    measures: set[int]
    spaced: bool  # quotation marks have white space inside
    roles: dict[int, Role] = field(default_factory=dict)
    double: bool = False  # a quotation is open
    single: bool = False


def _roles(text: str, signs: Signs) -> Iterator[tuple[int, Role, bool, bool]]:
    """Give each sign's place, role, whether it is double, and whether it stands in double ones."""
    places = [found.start() for found in _QUOTES.finditer(text)]
    if not places:
        return
    reader = _Reader(
        text=text,
        signs=signs,
        after=_following(text, places),
        last=-1,
        last_double=text.rfind('"'),
        measures=_measured(text),
        spaced="«" in signs.narrow,
    )
    reader.last = max((at for at in places if _can_close(reader, at)), default=-1)
    for at in places:
        role, double = _role(reader, at)
        reader.roles[at] = role
        yield at, role, double, reader.double
        if role in {"open", "close"}:
            if double:
                reader.double = role == "open"
            else:
                reader.single = role == "open"


def _following(text: str, places: list[int]) -> dict[int, _Near]:
    found: dict[int, _Near] = {}
    for at in reversed(places):
        found[at] = found[at + 1] if at + 1 in found else _near(text, at + 1, 1)
    return found


def _near(text: str, at: int, step: int) -> _Near:
    while 0 <= at < len(text) and text[at] == JOINER:
        at += step
    if not 0 <= at < len(text) or text[at].isspace():
        return "white"
    char = text[at]
    if char in _OPENING:
        return "opening"
    if char in _DASHES:
        return "dash"
    if char.isdigit():
        return "digit"
    return "letter" if char.isalnum() or char in "_\ufffc" else "other"


def _can_close(reader: _Reader, at: int) -> bool:
    """Tell whether a single sign stands where a quotation ends."""
    if reader.text[at] in _DOUBLE or _AND.match(reader.text, max(at - 2, 0)):
        return False
    behind = at - 1
    if behind >= 0 and _QUOTES.match(reader.text[behind]):
        before: _Near = "other"
    else:
        before = _near(reader.text, behind, -1)
    ends = reader.after[at] not in {"letter", "digit"}
    return ends and before in {"letter", "digit", "other", "dash"}


def _before(reader: _Reader, at: int) -> _Near:
    """What stands before a sign; an opened quotation is as an opening bracket."""
    role = reader.roles.get(at - 1)
    if role is None:
        return _near(reader.text, at - 1, -1)
    if role in {"open", "foreign"}:
        return "opening"
    # A quotation after an elided article: l'"Iliade".
    elided = role == "apostrophe" and _near(reader.text, at - 2, -1) == "letter"
    return "opening" if elided and reader.text[at] in _DOUBLE else "other"


def _role(reader: _Reader, at: int) -> tuple[Role, bool]:
    """Give a sign's role, and whether it is a double one."""
    char, signs = reader.text[at], reader.signs
    if at in reader.measures:
        return "prime", char == '"'
    if char == '"' or (char in signs.double and signs.double[0] == signs.double[1]):
        return _double(reader, at), True
    for pair, double in ((signs.double, True), (signs.inner, False), (signs.single, False)):
        if char in pair and pair[0] != pair[1] and char != "’":
            return ("open" if char == pair[0] else "close"), double
    if char in "'’":
        if char == "’" and "’" not in signs.single + signs.inner:
            return "apostrophe", False
        return _single(reader, at), False
    return ("foreign" if char in "“‘«‹„‚" else "straight"), False


def _double(reader: _Reader, at: int) -> Role:
    before, after = _before(reader, at), reader.after[at]
    if before in {"white", "opening"}:
        if after != "white":
            return "open"
        if before == "opening" or not reader.spaced:
            return "close" if reader.double and before == "opening" else "straight"
        return "close" if reader.double else "open" if reader.last_double > at else "straight"
    if before == "dash":
        if after in {"letter", "digit", "opening"}:
            return "open"
        return "close" if reader.double or after == "white" else "open"
    if after in {"letter", "digit"}:
        if before == "other":
            return "close" if reader.double else "open"
        return "close" if at + 1 in reader.after else "straight"  # "Argo"'s
    return "straight" if before == "digit" and not reader.double else "close"


def _single(reader: _Reader, at: int) -> Role:
    before, after = _before(reader, at), reader.after[at]
    if before in {"white", "opening", "dash"}:
        return _at_a_beginning(reader, at, before, after)
    if after in {"letter", "digit"}:
        if before == "digit" and after == "digit":
            return "straight"
        ends = before == "other" or at + 1 in reader.after
        return "close" if ends and reader.single else "apostrophe"
    if reader.single or before == "other":
        return "close"
    return "straight" if before == "digit" else "apostrophe"


def _at_a_beginning(reader: _Reader, at: int, before: _Near, after: _Near) -> Role:
    ends = before == "dash" and reader.single
    if after == "white" or (ends and after == "other"):
        return "close" if ends else "straight"
    closes = reader.last > at
    new = closes and not reader.single
    if after not in {"letter", "digit"}:
        return "open" if closes else "straight"
    year = _YEARS.match(reader.text, at + 1)
    if year:
        return "open" if new and not year["s"] else "apostrophe"
    word = _WORD.match(reader.text, at + 1)
    said = word[0].casefold() if word else ""
    if said in reader.signs.elisions and (said in _SURE or not new):
        return "apostrophe"
    if closes:
        return "open"
    return "apostrophe" if after == "letter" else "straight"
