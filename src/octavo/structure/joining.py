"""Join the lines of a paragraph; undo the hyphens of line ends by the evidence of the text."""

import re
from bisect import bisect_right
from collections import Counter
from dataclasses import dataclass

from octavo.guidance import Guidance
from octavo.model import Change, Place
from octavo.structure.compounds import decide
from octavo.structure.measure import Row
from octavo.structure.wording import ends_with_dash, is_mark, is_wide

_TOKEN = re.compile(r"[^\W\d_]+(?:[-\u2010'’][^\W\d_]+)*")
_DASH = re.compile(r"(\s?)(?:[—―]|--)(\s?)")
_NOTE = re.compile(r"(\s?)\[[0-9]{1,4}\]")  # a footnote mark
_AND = frozenset(("und", "oder", "bzw.", "sowie"))  # the English ones end words: thous-and
_UNSPACED = "\u0e00"  # the scripts before it have spaces between words
_SMALL_VOCABULARY = 300  # different words: a smaller text proves nothing by what it lacks

_PIECE = re.compile(r"\S+")
_LONG = 100_000  # characters: a list of the pieces of a longer line takes many times its memory


@dataclass(frozen=True, slots=True)
class Lexicon:
    """What a text says about its own spelling."""

    words: frozenset[str]  # in small letters, hyphenated ones too
    typeset: bool  # breaks are marked by U+2010, so that a plain hyphen is the author's
    tight_dashes: bool  # dashes stand without spaces
    tight_notes: bool  # so do the marks of notes
    language: str | None  # BCP 47


def lexicon_of(rows: tuple[Row, ...], language: str | None) -> Lexicon:
    """Collect the words inside the lines, where no line end has broken them."""
    pieces: set[str] = set()  # between spaces
    spelt: set[str] = set()
    breaks: Counter[str] = Counter()
    dashes: Counter[bool] = Counter()
    notes: Counter[bool] = Counter()
    broken = False
    for row in rows:
        text, breaking = row.text, row.tail.breaks
        if broken or breaking:
            tokens = _TOKEN.findall(text)
            spelt.update(tokens[broken : -1 if breaking else None])
        elif len(text) > _LONG:
            pieces.update(found.group() for found in _PIECE.finditer(text))
        else:
            pieces.update(text.split())
        broken = breaking
        if broken:
            breaks[text[-1]] += 1
        if "—" in text or "―" in text or "--" in text:
            dashes.update(not (dash[0] or dash[1]) for dash in _DASH.findall(text[1:-1]))
        if "[" in text:
            notes.update(not space for space in _NOTE.findall(text, 1))
    for piece in pieces:
        spelt.update((piece,) if piece.isalpha() else _TOKEN.findall(piece))
    words = {word.casefold().replace("\u2010", "-") for word in spelt}
    halves = {half for word in words if "-" in word for half in word.split("-")}
    typeset = breaks["\u2010"] > breaks["-"]
    tight = dashes[True] >= dashes[False]
    return Lexicon(frozenset(words | halves), typeset, tight, notes[True] > notes[False], language)


@dataclass(frozen=True, slots=True)
class Joined:
    """The rows of a paragraph as one line."""

    text: str
    starts: tuple[int, ...]  # where each row begins in the text, characters from 0
    rows: tuple[Row, ...]
    changes: tuple[Change, ...]  # the hyphens that were dropped or kept

    def place(self, at: int) -> Place:
        """Give the place that a character of the text comes from."""
        return self.rows[bisect_right(self.starts, at) - 1].place


def join(rows: tuple[Row, ...], lexicon: Lexicon, guidance: Guidance) -> Joined:
    """Join the rows to one line."""
    pieces: list[str] = []
    changes: list[Change] = []
    for above, row in zip((None, *rows), rows, strict=False):
        before, text = pieces[-1] if pieces else "", row.text
        if above is None:
            pass
        elif not above.tail.breaks:
            if not _tight(before, text, lexicon):
                pieces.append(" ")
        elif guidance.forced("hyphens", above.place):
            pieces[-1] = before[:-1]
            changes.append(_change(above, before, text, pieces[-1], False, "somebody said so"))
        elif text.split(maxsplit=1)[0].casefold() in _AND:
            pieces.append(" ")  # "Tag- und Nachtwache": the hyphen stands for the other half
        elif guidance.off("hyphens", above.place):
            pass
        elif text[0].isalnum():
            kept, doubtful, why = _keeps_hyphen(before, text, lexicon)
            pieces[-1] = before[:-1] + ("-" if kept else "")
            changes.append(_change(above, before, text, pieces[-1], doubtful, why))
        elif not _tight(before, text, lexicon):
            pieces.append(" ")
        pieces.append(text)
    return _joined(pieces, rows, changes)


def _change(above: Row, before: str, after: str, left: str, doubtful: bool, why: str) -> Change:
    first, second = before.rsplit(maxsplit=1)[-1], after.split(maxsplit=1)[0]
    whole = left.rsplit(maxsplit=1)[-1] + second
    return Change("hyphens", above.place, f"{first}\n{second}", whole, doubtful, why)


def _joined(pieces: list[str], rows: tuple[Row, ...], changes: list[Change]) -> Joined:
    starts: list[int] = []
    at = 0
    for piece in pieces:
        if piece != " ":
            starts.append(at)
        at += len(piece)
    return Joined("".join(pieces), tuple(starts), rows, tuple(changes))


def _tight(before: str, after: str, lexicon: Lexicon) -> bool:
    """Tell whether two lines meet without a space."""
    if before[-1].isalpha() and after[0].isalpha() and max(before[-1], after[0]) < _UNSPACED:
        return False
    if is_mark(after[0]):
        return True
    if is_wide(before[-1]) or is_wide(after[0]):
        return _is_ideographic(before[-1]) and _is_ideographic(after[0])
    if lexicon.tight_notes and _NOTE.match(after):
        return True
    dashed = ends_with_dash(before) or after.startswith(("—", "--"))
    if dashed and lexicon.tight_dashes:
        return len(before) > 1 and not before[-2].isspace()
    return before[-1] == "/" or (_is_unspaced(before[-1]) and _is_unspaced(after[0]))


def _is_ideographic(char: str) -> bool:
    return (is_wide(char) and not "\uac00" <= char <= "\ud7a3") or char in ",.;:!?)(\"'“”‘’"


def _is_unspaced(char: str) -> bool:
    # Thai, Lao, Burmese and Khmer are written without spaces between words.
    return (
        "\u0e00" <= char <= "\u0eff" or "\u1000" <= char <= "\u109f" or "\u1780" <= char <= "\u17ff"
    )


def _keeps_hyphen(before: str, after: str, lexicon: Lexicon) -> tuple[bool, bool, str]:
    """Tell whether a hyphen at a line end is the word's, whether that is doubtful, and why."""
    if before[-2].isdigit() or not after[0].islower():
        caseless = after[0].isalpha() and not after[0].isupper()
        return not caseless, False, "no word is divided before a capital or after a number"
    tokens, following = _TOKEN.findall(before[:-1]), _TOKEN.match(after)
    if not tokens or following is None:
        return False, True, "one of the halves is no word"
    part = tokens[-1].rsplit("-", 1)[-1]
    if len(part) > 1 and part.isupper():
        return True, False, "an abbreviation is not divided"
    first, second = tokens[-1].casefold().replace("\u2010", "-"), following.group().casefold()
    whole, compound = f"{first}{second}", f"{first}-{second}"
    if compound in lexicon.words:
        both = whole in lexicon.words
        also = f", but so does {whole}" if both else ""
        return True, both, f"{compound} stands elsewhere in the text{also}"
    if whole in lexicon.words:
        return False, False, f"{whole} stands elsewhere in the text"
    if lexicon.typeset:
        return before[-1] == "-", False, "the typesetter's hyphens are of another kind"
    kept, doubtful, known = decide(first, second, lexicon.words.__contains__, lexicon.language)
    doubtful |= not (known or len(lexicon.words) >= _SMALL_VOCABULARY)
    why = f"neither {whole} nor {compound} stands elsewhere in the text"
    why += "; its language decides" if known else ""
    return kept, doubtful, why
