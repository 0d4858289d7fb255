"""The rule for letters and quotation marks that stand there in pieces or in special forms."""

import re
import unicodedata
from collections.abc import Iterator, Sequence

from octavo.clean.altered import altered
from octavo.clean.ruled import Lines, Ruled, suspects, with_text
from octavo.guidance import Guidance
from octavo.model import Change

# Accents as characters by themselves, and what they are when they combine.
_ACCENTS = dict(
    zip(
        "´ˊˋ¨ˆ˜ˇ˚¸˛˙˝˘",
        "\u0301\u0301\u0300\u0308\u0302\u0303\u030c\u030a\u0327\u0328\u0307\u030b\u0306",
        strict=True,
    )
)
_BELOW = "¸˛"  # they are set after their letter, the others before it
_LETTERS = "aeiouyAEIOUYnNcCsSzZıȷ"  # that books in Western and Central Europe accent
_VOWELS = "aeiouyAEIOUY"
_SPLIT = re.compile(f"([^\\W\\d_]?)([{''.join(_ACCENTS)}])( ?)([{_LETTERS}]?)")
_ANY = re.compile(f"[{''.join(_ACCENTS)}]")
# Some typists have no other apostrophe: don´t, l´acqua.
_APOSTROPHE = re.compile(r"\b(?:l|d|qu|j|dell|all|nell|un)´|´(?:s|t|d|m|re|ll|ve)\b", re.IGNORECASE)
_FEW = 3
_FORMS = re.compile(
    "[\ufb1d-\ufb28\ufb2a-\ufb4f\ufb50-\ufbb1\ufbd3-\ufd3d\ufd50-\ufdc7\ufdf0-\ufdfa\ufe76-\ufefc]"
)
_WHOLE = re.compile("[\u00c0-\u017f]")
_OPENING, _CLOSING = re.compile(r"(?<!`)``(?=[^\s`])"), re.compile(r"(?<=[^\s'])''(?![\w'])")
# A set of characters comes first, for which the search is quick.
_SUSPECT = re.compile(
    f"[{''.join(_ACCENTS)}{_FORMS.pattern[1:-1]}`'](?:(?<=[^`'])|(?<=`)`|(?<=')')"
)


def letters(lines: Lines, guidance: Guidance) -> Ruled:
    """Put letters and their accents together; write special forms as letters, TeX's quotes as “ ”.

    Accents that stand by themselves (`´e`, `´ e`, `c¸`) are what PDF files made by TeX give; this
    is done where the text has at least three and fewer letters with accents of their own, and the
    accent is no apostrophe. Arabic and Hebrew letters in the forms they have in a word become the
    letters. TeX's quotation marks become those of print if the text has both of them. Wrong for a
    text about accents or about TeX.

    >>> from octavo.model import Line, Place
    >>> lines = (Line("Il a ´et´e chez Franc¸ois M¨uller", Place("a.txt", 1)),)
    >>> letters(lines, Guidance())[0][0].text
    'Il a été chez François Müller'
    """
    rows = tuple(suspects(lines, _SUSPECT.search))
    split, tex = _is_split(lines, rows), _is_tex(lines, rows)
    kept = list(lines)
    changes: list[Change] = []
    for index in rows:
        line = lines[index]
        forced = guidance.forced("letters", line.place)
        text = _unformed(line.text)
        text = _composed(text) if split or forced else text
        text = _quoted(text) if tex or forced else text
        if text != line.text and not guidance.off("letters", line.place):
            changes += altered("letters", line, text)
            kept[index] = with_text(line, text)
    return (tuple(kept), tuple(changes)) if changes else (lines, ())


def _is_split(lines: Lines, rows: Sequence[int]) -> bool:
    texts = [lines[index].text for index in rows]
    found = sum(1 for text in texts if _ANY.search(text) for _ in _joinable(text))
    if found < _FEW:
        return False
    whole = sum(len(_WHOLE.findall(line.text)) for line in lines)
    apostrophes = sum(1 for text in texts if "´" in text for _ in _APOSTROPHE.finditer(text))
    return found > whole and apostrophes * 2 < found


def _is_tex(lines: Lines, rows: Sequence[int]) -> bool:
    opened = sum(1 for index in rows for _ in _OPENING.finditer(lines[index].text))
    closed = sum(1 for index in rows for _ in _CLOSING.finditer(lines[index].text))
    return opened > 0 and closed > 0 and opened <= closed * 2 and closed <= opened * 2


def _joinable(text: str) -> Iterator["re.Match[str]"]:
    return (match for match in _SPLIT.finditer(text) if _join(match) != match.group())


def _composed(text: str) -> str:
    before = ""
    while before != text:  # of two beside each other, the first has the letter between them
        before, text = text, _SPLIT.sub(_join, text)
    return text


def _join(match: "re.Match[str]") -> str:
    before, accent, space, after = match.groups()
    own, next_ = _with(before, accent), _with(after, accent)
    if accent in _BELOW:
        if own:
            return own + space + after
        return before + next_ if next_ else match.group()
    # A vowel before a space or a consonant has its accent after it: "cafe´ et", "e´t".
    consonant = after not in _VOWELS and not (next_ and accent in "˜ˇ")
    backwards = before in _VOWELS and (space or consonant)
    if own and before and (backwards or not after):
        return own + space + after
    return before + next_ if next_ else match.group()


def _with(letter: str, accent: str) -> str:
    """Give a letter with its accent as one character; nothing if there is none such."""
    if not letter or letter not in _LETTERS:
        return ""
    plain = {"ı": "i", "ȷ": "j"}.get(letter, letter)
    whole = unicodedata.normalize("NFC", plain + _ACCENTS[accent])
    return whole if len(whole) == 1 else ""


def _unformed(text: str) -> str:
    return _FORMS.sub(lambda match: unicodedata.normalize("NFKC", match.group()), text)


def _quoted(text: str) -> str:
    return _CLOSING.sub("”", _OPENING.sub("“", text))
