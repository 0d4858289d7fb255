"""Read the numbers and letters of what may be page furniture."""

import re
from dataclasses import dataclass

_ROMAN = re.compile(r"m{0,3}(cm|cd|d?c{0,3})(xc|xl|l?x{0,3})(ix|iv|v?i{0,3})")
_VALUES = {"i": 1, "v": 5, "x": 10, "l": 50, "c": 100, "d": 500, "m": 1000}
_NUMBER = re.compile(r"[0-9]{1,5}")
_LONGEST = 400  # characters; of a longer line the rest says nothing
_NUMERAL = 8  # letters: the longest Roman page number
_BARE = re.compile(r"\W*([0-9]{1,5}|[ivxlcdm]{1,8}|[IVXLCDM]{1,8})\W*")


@dataclass(frozen=True, slots=True)
class Folio:
    """A page number."""

    value: int
    roman: bool


def folio(text: str) -> Folio | None:
    """Give the first number of a line; a Roman one only where it stands alone."""
    bare = _BARE.fullmatch(text) if len(text) < 40 else None
    if bare is not None and not bare.group(1).isdigit():
        value = _roman(bare.group(1).lower())
        return Folio(value, True) if value else None
    number = _NUMBER.search(text)
    return Folio(int(number.group()), False) if number else None


def may_be_furniture(text: str) -> bool:
    """Tell whether a line has text and is no archive's mark, which is for another rule."""
    return bool(text) and not text.isspace() and not text.lstrip().startswith("***")


def key_of(text: str) -> str:
    """Give a line's letters in one case: what two running heads have in common.

    A line that is a page number alone gives the empty string. A full stop at the end counts: a
    signature is no running head.
    """
    letters = "".join(filter(str.isalpha, text[:_LONGEST].casefold()))
    if len(letters) <= _NUMERAL and letters:
        found = folio(text)
        if found is not None and found.roman:
            return ""
    return letters + "." if letters and text.endswith(".") else letters


def _roman(text: str) -> int:
    if not _ROMAN.fullmatch(text):
        return 0
    values = [_VALUES[char] for char in text]
    return sum(
        -value if value < max(values[index + 1 :], default=0) else value
        for index, value in enumerate(values)
    )
