"""Put footnotes and their marks together again: both are found by the order of their numbers."""

from collections import defaultdict
from dataclasses import dataclass, replace
from itertools import filterfalse

from octavo.guidance import Guidance
from octavo.model import Change, Decision, Evidence, Line, Place, Text
from octavo.structure.extents import Extents
from octavo.structure.marks import Mark, Opener
from octavo.structure.pairs import NEAR, Found, Pair
from octavo.structure.series import impostors
from octavo.structure.strays import in_place
from octavo.structure.wording import (
    FIRST_MARK,
    LAST_MARK,
    ends_sentence,
    has_stand_ins,
    starts_small,
)

_RULE = "footnotes"
_ROUNDS = 5  # leaving a pair out changes how far its neighbours reach
_PAGES = 1  # a note may have been moved to the page after its mark's
_BACK = 50  # lines in which the one before a note is looked for
_HALF = 2  # of the plain digits that look like marks, one in so many has a note
_CERTAIN = frozenset(("word", "bracket", "raised"))


@dataclass(frozen=True, slots=True)
class Note:
    """A note taken out of the text."""

    number: int
    lines: tuple[Line, ...]  # without the mark it began with
    place: Place


@dataclass(frozen=True, slots=True)
class Parted:
    """A text without its notes; a single character stands for each mark."""

    text: Text
    notes: tuple[Note, ...] = ()
    marks: tuple[str, ...] = ()  # as typed, in the order of the notes' numbers
    changes: tuple[Change, ...] = ()
    doubts: tuple[Decision, ...] = ()


def part_notes(text: Text, guidance: Guidance) -> Parted:
    """Take the notes out of a text.

    A mark is `[7]`, `(7)`, a raised digit, a digit glued to a word, `*` or `†`. A note begins
    with such a sign at the foot of a page, after a paragraph, or at the end of a chapter or text.
    They belong together if the same labels follow each other in the same order; without a
    partner, both stay as they are. Wrong where a numbered list stands at the foot of a page on
    which words end with the same digits.
    """
    texts = (line.text for line in text.lines)
    spoken_for = any(map(has_stand_ins, filterfalse(str.isascii, texts)))
    if spoken_for or guidance.idle(_RULE):
        return Parted(text)
    lines = in_place(text.lines)
    found = Found(lines)
    out = {row for row in impostors(found) if not guidance.forced(_RULE, lines[row].place)}
    pairs = [
        pair
        for pair in found.pairs(out)[0]
        if not guidance.off(_RULE, lines[pair.opener.row].place)
    ]
    pairs = _believed(pairs, found, lines, guidance)
    for _ in range(_ROUNDS if pairs else 0):
        extents = Extents(lines, [(pair.mark.row, pair.opener) for pair in pairs], found.openers)
        taken = extents.taken()
        inside = [pair for pair in pairs if pair.mark.row in taken]
        if not inside and 0 < len(pairs) <= ord(LAST_MARK) - ord(FIRST_MARK):
            return _taken_out(pairs, extents, found, lines)
        # What looks like a mark stands in a note.
        pairs = [pair for pair in pairs if pair.mark.row not in taken]
    return Parted(text, doubts=_doubts(found.openers, [], text.lines))


def _believed(
    pairs: list[Pair], found: Found, lines: tuple[Line, ...], guidance: Guidance
) -> list[Pair]:
    """Leave out pairs that may be chance."""
    digits = sum(pair.mark.sign == "digit" for pair in pairs)
    few = digits * _HALF < len(found.plain)
    kept: list[Pair] = []
    for index, pair in enumerate(pairs):
        mark, opener = pair.mark, pair.opener
        forced = guidance.forced(_RULE, lines[opener.row].place)
        if mark.sign == "digit" and few and not forced:
            continue
        if forced or (mark.sign in _CERTAIN and opener.sign in _CERTAIN):
            kept.append(pair)
            continue
        pages = found.page(opener.row) - found.page(mark.row)
        near = pages <= _PAGES if found.edges else opener.row - mark.row <= NEAR
        beside = [pairs[at] for at in (index - 1, index + 1) if 0 <= at < len(pairs)]
        counts = any(_consecutive(pair, other) for other in beside)
        if opener.sign == "symbol" and mark.sign == "symbol":
            if near:
                kept.append(pair)
        elif counts or (near and pages == 0 and _set_off(opener.row, lines)):
            kept.append(pair)
    return kept


def _consecutive(pair: Pair, other: Pair) -> bool:
    one, two = pair.opener.label, other.opener.label
    if not (one.isdigit() and two.isdigit()) or pair.opener.sign != other.opener.sign:
        return False
    step = int(two) - int(one) if other.opener.row > pair.opener.row else int(one) - int(two)
    return step == 1


def _set_off(row: int, lines: tuple[Line, ...]) -> bool:
    return row == 0 or not lines[row - 1].text.strip() or lines[row].text[0] in "\f\v"


def _taken_out(
    pairs: list[Pair], extents: Extents, found: Found, lines: tuple[Line, ...]
) -> Parted:
    taken = extents.taken()
    notes: list[Note] = []
    marks: list[str] = []
    changes: list[Change] = []
    texts = [line.text for line in lines]
    by_row: defaultdict[int, list[tuple[Mark, int]]] = defaultdict(list)
    for pair, rows in zip(pairs, extents.rows, strict=True):
        number = len(notes)
        mark, place = pair.mark, lines[pair.opener.row].place
        by_row[mark.row].append((mark, number))
        marks.append(lines[mark.row].text[mark.start : mark.end])
        body, sign = _body(pair.opener, rows, lines)
        changes.append(Change(_RULE, place, sign, ""))
        notes.append(Note(number + 1, body, place))
    for row, there in by_row.items():
        texts[row] = _marked(texts[row], there)
    kept = _without(taken, texts, lines)
    for row in extents.titles:
        changes.append(Change(_RULE, lines[row].place, lines[row].text.strip(), ""))
    doubts = _doubts(found.openers, pairs, lines)
    return Parted(Text(tuple(kept)), tuple(notes), tuple(marks), tuple(changes), doubts)


def _body(
    opener: Opener, rows: tuple[int, ...], lines: tuple[Line, ...]
) -> tuple[tuple[Line, ...], str]:
    """Give a note's lines, and the signs that were taken from it."""
    first = lines[opener.row]
    sign = first.text[: opener.end].strip()
    body = [
        replace(lines[row], text=first.text[opener.end :] if row == opener.row else lines[row].text)
        for row in rows
    ]
    body = [replace(line, text=line.text.lstrip("\f\v")) for line in body]
    if opener.sign == "word":
        last = next((n for n in range(len(body) - 1, -1, -1) if body[n].text.strip()), 0)
        text = body[last].text.rstrip()
        if text.endswith("]"):
            body[last] = replace(body[last], text=text[:-1])
            sign += "]"
    return tuple(body), sign


def _marked(text: str, there: list[tuple[Mark, int]]) -> str:
    """Put characters in the place of marks, and glue them to the words."""
    pieces: list[str] = []
    start = 0
    for mark, number in there:
        before = text[start : mark.start]
        blank = not start and not before.strip()
        pieces += [before if blank else before.rstrip(" "), chr(ord(FIRST_MARK) + number)]
        start = mark.end
    return "".join((*pieces, text[start:]))


def _without(taken: set[int], texts: list[str], lines: tuple[Line, ...]) -> list[Line]:
    """Give the lines that are left; where a sentence was interrupted it goes on."""
    kept: list[Line] = []
    index = 0
    while index < len(lines):
        if index not in taken:
            line, text = lines[index], texts[index]
            kept.append(line if line.text is text else replace(line, text=text))
            index += 1
            continue
        first = index
        while index < len(lines) and (index in taken or not texts[index]):
            index += 1
        edge = any(texts[row].startswith(("\f", "\v")) for row in range(first, index))
        before = next((line.text for line in kept[-_BACK:][::-1] if line.text.strip("\f\v ")), "")
        after = texts[index] if index < len(lines) else ""
        spaced = bool(kept) and not kept[-1].text
        if edge or not spaced or _goes_on(before, after):
            kept.append(replace(lines[first], text="\f"))
    return kept


def _goes_on(before: str, after: str) -> bool:
    body = after.strip("\f\v ")
    return bool(before and body) and (not ends_sentence(before.strip()) or starts_small(body))


def _doubts(
    openers: list[Opener], pairs: list[Pair], lines: tuple[Line, ...]
) -> tuple[Decision, ...]:
    known = {pair.opener.row for pair in pairs}
    alone = [each for each in openers if each.sign == "word" and each.row not in known]
    why = (Evidence("it begins as a note does, but no mark leads to it", 0.0),)
    return tuple(
        Decision(lines[each.row].place, "is a paragraph", why, doubtful=True) for each in alone
    )
