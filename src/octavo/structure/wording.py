"""What the first and the last characters of a line say about sentences; nothing about layout."""

import re
import unicodedata
from collections.abc import Callable

OPENING = frozenset("“‘„‚«‹\"'「『《〈¿¡([")
CLOSING = frozenset("”’»›\"')]」』》〉")
_STOPS = frozenset(".!?…。！？؟۔։।")
_PAUSES = frozenset(",;、，；،؛")
HYPHENS = frozenset("-\u2010")
_DASHES = frozenset("—–―")


# A single character stands for each footnote mark while the text is given its structure.
FIRST_MARK, LAST_MARK = "\U000f0000", "\U000ffffd"
# And one on a line of its own for each quotation of an e-mail.
FIRST_PLACE, LAST_PLACE = "\U00100000", "\U0010fffd"


_STAND_IN = re.compile(f"[{FIRST_MARK}-{LAST_PLACE}]")


def has_stand_ins(text: str) -> bool:
    """Tell whether a line has such characters of its own."""
    return not text.isascii() and _STAND_IN.search(text) is not None


def is_place(text: str) -> bool:
    """Tell whether a line stands for a quotation."""
    return len(text) == 1 and FIRST_PLACE <= text <= LAST_PLACE


def is_mark(char: str) -> bool:
    """Tell whether a character stands for a footnote mark."""
    return FIRST_MARK <= char <= LAST_MARK


def ends_sentence(text: str) -> bool:
    """Tell whether a line ends as a sentence does; a note mark such as [7] may follow."""
    if text[-1:].isalnum():
        return False
    last = _before_note(text).rstrip(_CLOSERS)
    if not last:
        return False
    # Speech that is broken off has a dash before its closing mark.
    return last[-1] in _STOPS or (last != text and (last[-1] == ":" or last[-1] in _DASHES))


def ends_with_colon(text: str) -> bool:
    """Tell whether a line announces something."""
    return text.rstrip("—–-")[-1:] in (":", "：")


def pauses(text: str) -> bool:
    """Tell whether a line ends with a comma or semicolon."""
    return not text[-1:].isalnum() and text.rstrip(_CLOSERS)[-1:] in _PAUSES


def breaks_word(text: str) -> bool:
    """Tell whether a line ends in the middle of a word."""
    return len(text) > 1 and text[-1] in HYPHENS and text[-2].isalnum()


def ends_with_dash(text: str) -> bool:
    """Tell whether a line ends with a dash, of one character or of two hyphens."""
    return text[-1:] in _DASHES or text.endswith("--")


def starts_small(text: str) -> bool:
    """Tell whether a line goes on with a small letter, or with what cannot begin a sentence."""
    if text[0].isalpha():
        return text[0].islower()
    first = text.lstrip("_*“‘„«\"'(")[:1]
    return first.islower() or text[0] in "),.;:!?”»…、。，；」』"


def starts_large(text: str) -> bool:
    """Tell whether a line begins with a capital; letters without case do not count."""
    if text[:1].isalpha():
        return text[0].isupper()
    return text.lstrip("_*“‘„«\"'¿¡([…")[:1].isupper()


def starts_quoting(text: str) -> bool:
    """Tell whether a line begins with speech: a quotation mark or a dash."""
    return text.lstrip("_")[:1] in OPENING - frozenset("([") or text[0] in _DASHES


def starts_with_speech_hyphen(text: str) -> bool:
    """Tell whether a line begins with a hyphen that stands for the dash of dialogue."""
    if len(text) < 2 or text[0] != "-" or text[1] == "-":
        return False
    return starts_large(text[1:].lstrip())


def is_unstopped(char: str) -> bool:
    """Tell whether a character belongs to a script that ends sentences with a space: Thai, Lao."""
    return "\u0e00" <= char <= "\u0eff"


_NARROW_SCRIPTS = "\u036f"  # Latin letters, and marks that combine, end there


def is_wide(char: str) -> bool:
    """Tell whether a character takes two columns: Chinese, Japanese, and their signs."""
    return char > _NARROW_SCRIPTS and unicodedata.east_asian_width(char) in "WF"


def columns(text: str) -> float:
    """Give a text's width in columns; marks that combine take none."""
    if text.isascii() or not _OTHER.search(text):
        return len(text)
    if _WIDE.fullmatch(text):
        return 2 * len(text)
    return sum(map(_COLUMNS.__getitem__, text))


def proportional(text: str) -> float:
    """Give a text's width in average small letters, by the widths of a usual book type."""
    if text.isascii():
        return sum(text.encode().translate(_ASCII_TWENTIETHS)) / 20
    if _WIDE.fullmatch(text):
        return 2.0 * len(text)
    return sum(map(_TWENTIETHS.__getitem__, text)) / 20


_KNOWN = {
    **dict.fromkeys("ijlІіїı'’‘|.,;:!", 0.6),
    **dict.fromkeys(' ftrs()[]-‐“”"Iec', 0.8),
    **dict.fromkeys("mwMWшщжюмфШЩЖЮМФ—…", 1.6),
}


def _width(char: str) -> float:
    known = _KNOWN.get(char)
    if known is not None:
        return known
    if char.isascii():
        return 1.35 if char.isupper() else 1.05
    if unicodedata.combining(char):
        return 0.0
    return 2.0 if is_wide(char) else 1.35 if char.isupper() else 1.05


class _Table(dict[str, int]):
    """What a function says about characters, worked out once for each of them."""

    def __init__(self, of: Callable[[str], int]):
        super().__init__()
        self._of = of

    def __missing__(self, char: str) -> int:
        self[char] = self._of(char)
        return self[char]


_COLUMNS = _Table(lambda char: 2 if is_wide(char) else 0 if unicodedata.combining(char) else 1)
_TWENTIETHS = _Table(lambda char: round(20 * _width(char)))
_ASCII_TWENTIETHS = bytes(_TWENTIETHS[chr(code)] for code in range(128)) + bytes(128)
# All that stands outside blocks of which every character takes one column: Latin, Greek, Cyrillic.
_OTHER = re.compile("[^\0-\u02ff\u038e-\u03a1\u03a3-\u0482\u048a-\u052f\u2010-\u2027]")
# Characters of two columns, and average letters: most of Chinese and Japanese.
_WIDE = re.compile("[\u3000-\u3029\u3041-\u3096\u30a1-\u30fa\u4e00-\u9fff\uff01-\uff5e]+")


_CLOSERS = "".join(sorted(CLOSING)) + "_*"


def _before_note(text: str) -> str:
    if is_mark(text[-1:]):
        return text[:-1].rstrip()
    if text.endswith("]") and "[" in text[-6:]:
        return text[: text.rindex("[")].rstrip()
    return text
