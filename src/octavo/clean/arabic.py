"""The rule for marks that were moved in scripts written from the right."""

import re

from octavo.clean.ruled import Lines, Ruled, beyond_ascii, each_line
from octavo.guidance import Guidance

_LETTER = "[\u05d0-\u05ea\u0620-\u064a\u066e-\u06d3]"
_MARK = "[.,:;!?\u060c\u061b\u061f]"
_ANY = re.compile("[\u05d0-\u06d3]")
# A mark stands after a word, and white after the mark: " ,word" had them changed over.
_CHANGED_OVER = re.compile(rf"(?<=\S) +({_MARK})(?={_LETTER})")
_NUMBER = re.compile(rf"^(\f?\s*)\.([0-9]{{1,3}}) ?(?={_LETTER})")
# Fathatan stands on the letter before a last alef; no word begins with a vowel sign.
_FATHATAN = re.compile("\u064b([\u0620-\u064a])\u0627(?![\u0620-\u0652])")
_FIRST = re.compile("(?<![\u0610-\u06d3])([\u064b-\u0652])([\u0620-\u064a])")
# "And" is written with the next word; two endings that are no words.
_AND = re.compile("(?<![\u0610-\u06d3])\u0648 (?=[\u0620-\u064a]{2})")
_ENDING = re.compile(
    "(?<=[\u0627\u062f\u0630\u0631\u0632\u0648]) "
    "(?=\u064a(?:\u0629|\u0627\u062a)(?![\u0610-\u06d3]))"
)


def arabic(lines: Lines, guidance: Guidance) -> Ruled:
    """Put marks back that an extractor moved in Arabic and Hebrew, where it cannot be otherwise.

    That is: a full stop or comma with white before it and none after; the dot of a list's number
    before the number; a vowel sign at a word's start, or fathatan not before the last alef; white
    after the word "and", and before the endings -iya and -iyat. Letters that were moved stay.
    Wrong for a text that shows such faults.

    >>> from octavo.model import Line, Place
    >>> lines = (Line("\u05d1\u05d0 ,\u05e8\u05d0\u05d4", Place("a.txt", 1)),)
    >>> arabic(lines, Guidance())[0][0].text
    '\u05d1\u05d0, \u05e8\u05d0\u05d4'
    """
    return each_line("arabic", lines, guidance, _mend, beyond_ascii(lines, _ANY))


def _mend(text: str) -> str:
    text = _CHANGED_OVER.sub(r"\1 ", text)
    text = _NUMBER.sub(r"\1\2. ", text)
    text = _FATHATAN.sub("\\1\u064b\u0627", text)
    text = _FIRST.sub(r"\2\1", text)
    return _ENDING.sub("", _AND.sub("\u0648", text))
