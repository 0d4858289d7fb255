"""Find what may be the marks of footnotes in a text, and what may be the notes' beginnings."""

import re
from dataclasses import dataclass
from typing import Literal, TypeAlias

from octavo.structure.scene import is_scene_break

Sign: TypeAlias = Literal["word", "bracket", "paren", "raised", "symbol", "digit"]

_LABEL = r"[0-9]{1,4}|[A-Za-z]|[*†‡§]{1,4}"
_RAISED = "⁰¹²³⁴⁵⁶⁷⁸⁹"
_SYMBOL = r"\*{1,4}|†{1,3}|‡{1,3}|§{1,2}"
# A plain digit is what an extractor leaves of a raised one: glued to a word or its full stop.
_BEFORE_DIGIT = r"(?:(?<=[^\W\d_])|(?<=[^\W\d_][.,;:!?”’\"'»)])|(?<=[^\W\d_][.,;:!?…][”’\"'»)]))"
_AFTER = r"(?=$|[\s.,;:!?…)”’\"'»—–-])"
_MARK = re.compile(
    rf"(?=[\[({{^0-9*†‡§{_RAISED}])"  # far quicker than all that follows
    rf"(?:\[(?P<bracket>{_LABEL})\]"
    r"|\((?P<paren>[0-9]{1,3}|[*†‡§]{1,3})\)"
    r"|\{(?P<brace>[0-9]{1,3})\}"
    r"|\^\{?(?P<caret>[0-9]{1,3})\}?"
    rf"|(?<=\S)(?P<raised>[{_RAISED}]{{1,4}})"
    rf"|(?<=[^\W_.,;:!?”’\"'»)]|[.,;:!?”’\"'»)])(?P<symbol>{_SYMBOL})\)?{_AFTER}"
    rf"|{_BEFORE_DIGIT}(?P<digit>[0-9]{{1,3}}){_AFTER})"
)
SIGNS = re.compile(rf"[\[0-9*†‡§{_RAISED}]")  # a line without these has no mark and begins no note
_EMPHASISED = re.compile(r"(?<!\w)\*+(?=[^\s*])")
_NOTE = re.compile(
    rf"\[(?P<word>[^\W\d_]{{3,15}}\.?\s?(?:{_LABEL}))\s?[:.]\s?"
    rf"|\[(?P<bracket>{_LABEL})\][:.]?\s?"
    r"|\((?P<paren>[0-9]{1,3}|[*†‡§]{1,3})\)\s?"
    r"|\{(?P<brace>[0-9]{1,3})\}\s?"
    r"|\^\{?(?P<caret>[0-9]{1,3})\}?\s?"
    rf"|(?P<raised>[{_RAISED}]{{1,4}})\s?"
    rf"|(?P<symbol>{_SYMBOL})\)?\s?(?=[^\s*†‡§]|$)"
    r"|(?P<digit>[0-9]{1,3})(?:[.):]\s|[.)]?(?=[^\W\d_]|[“„«‘\"(¿¡])|\s|$)\s?"
)
_OPENING = frozenset(f"[({{^*†‡§0123456789{_RAISED}")  # what notes begin with
_SIGNS: dict[str, Sign] = {"brace": "bracket", "caret": "bracket"}
_DIGITS = str.maketrans(_RAISED, "0123456789")
_LAST_LABEL = re.compile(rf"(?:{_LABEL})\Z")


@dataclass(frozen=True, slots=True)
class Mark:
    """What may be a footnote mark."""

    row: int  # the line's index, from 0
    start: int  # characters from the line's start
    end: int
    label: str  # as 7, A or *
    sign: Sign


@dataclass(frozen=True, slots=True)
class Opener:
    """What may be the beginning of a note."""

    row: int  # the line's index, from 0
    end: int  # characters from the line's start to the note's text
    label: str
    sign: Sign
    alone: bool  # nothing follows on the line


def marks_in(row: int, text: str) -> list[Mark]:
    """Give what may be marks in a line, but not at its start."""
    if not SIGNS.search(text):
        return []
    found: list[Mark] = []
    start = len(text) - len(text.lstrip("\f\v "))
    emphasised = _EMPHASISED.search(text) is not None
    for match in _MARK.finditer(text):
        kind = match.lastgroup or ""
        if match.start() == start or (kind == "symbol" and "*" in match[kind] and emphasised):
            continue
        label = match[kind].translate(_DIGITS)
        found.append(Mark(row, match.start(), match.end(), label, _sign(kind)))
    return found


def mark_at_start(row: int, text: str) -> Mark | None:
    """Give the mark in square brackets that a line begins with, if it does."""
    start = len(text) - len(text.lstrip("\f\v "))
    match = _MARK.match(text, start)
    if match is None or match["bracket"] is None:
        return None
    return Mark(row, match.start(), match.end(), match["bracket"], "bracket")


def opener_of(row: int, text: str) -> Opener | None:
    """Give what may be the beginning of a note at a line's start."""
    body = text.lstrip("\f\v ")
    if body[:1] not in _OPENING:
        return None
    match = _NOTE.match(text, len(text) - len(body))
    if match is None or is_scene_break(text.strip()):
        return None
    kind = match.lastgroup or ""
    label = match[kind].translate(_DIGITS)
    if kind == "word":
        label = _LAST_LABEL.search(label)[0]  # type: ignore[index]
    return Opener(row, match.end(), label, _sign(kind), match.end() >= len(text.rstrip()))


def names_notes(text: str) -> bool:
    """Tell whether a line is a title that stands above notes."""
    return text.rstrip(".:").casefold() in _NAMES


_NAMES = frozenset(
    (
        "notes footnotes footnote endnotes note anmerkungen fußnoten anmerkung fussnoten noten "
        "notas note* notes. примечания сноски примечание notater noter fodnoter fotnoter "
        "voetnoten przypisy poznámky jegyzetek viitteet notele dipnotlar"
    ).split()
)


def _sign(kind: str) -> Sign:
    return _SIGNS.get(kind, kind)  # type: ignore[arg-type]
