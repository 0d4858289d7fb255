"""Read the numbers and letters of what may be page furniture."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

_ROMAN = re.compile(r"m{0,3}(cm|cd|d?c{0,3})(xc|xl|l?x{0,3})(ix|iv|v?i{0,3})")
_VALUES = {"i": 1, "v": 5, "x": 10, "l": 50, "c": 100, "d": 500, "m": 1000}
_NUMBER = re.compile(r"[0-9]{1,5}")
_NO_DIGITS = bytes(code for code in range(256) if chr(code) not in "0123456789\n")
_BATCH = 512  # lines
SHORT = 70  # characters: a longer line is no running head
ENDS = frozenset(".!?,;:…”’\"'»")  # of sentences and speech, and of what goes on
_LONGEST = 400  # characters; of a longer line the rest says nothing
_NUMERAL = 8  # letters: the longest Roman page number
_BARE = re.compile(r"\W*([ivxlcdm]{1,8}|[IVXLCDM]{1,8})\W*")
# No full stop or bracket after it: such numbers are those of lists, notes and sections.
_LEADING = re.compile(r"[\W_]{0,3}([0-9]{1,4})(?![0-9.,:)])(?=\W)")
_TRAILING = re.compile(r"(?<![0-9.,:])\b([0-9]{1,4}|[ivxl]{2,7})[\])}>|–—-]{0,3}\Z")
LAST = frozenset("0123456789ivxl])}>|–—-")  # what such a number can end with
_NO_LETTER = re.compile(r"[\W\d_]+")  # but for numbers such as ½
_PUNCTUATION = re.compile(b"\xe2\x80.", re.DOTALL)  # U+2000 to U+203F in UTF-8: no letter
_NO_LETTERS = bytes(code for code in range(128) if not chr(code).isalpha())
_NO_LETTERS_BUT_ENDS = _NO_LETTERS.replace(b"\n", b"")
_TAIL = 12  # characters: the longest number with its ornament
_SPEECH = "”’\"'»“‘„«"  # a head that is quoted whole is no head


@dataclass(slots=True, unsafe_hash=True)  # frozen by its types alone, for there are thousands
class Folio:
    """A page number."""

    value: Final[int]
    roman: Final[bool]
    small: Final[bool] = False  # in small letters


def folio(text: str) -> Folio | None:
    """Give the first number of a line; a Roman one only where it stands alone."""
    number = _NUMBER.search(text)
    if number is not None:
        return Folio(int(number.group()), False)
    bare = _BARE.fullmatch(text) if len(text) < 40 else None
    if bare is None:
        return None
    value = _roman(bare.group(1).lower())
    return Folio(value, True, bare.group(1).islower()) if value else None


def numbered(texts: Sequence[str]) -> Iterator[int]:
    """Give the indexes of the lines that have a digit; many at once takes a fifth of the time."""
    for first in range(0, len(texts), _BATCH):
        batch = "\n".join(texts[first : first + _BATCH]).encode("utf-8", "surrogatepass")
        digits = batch.translate(None, _NO_DIGITS).split(b"\n")
        yield from (at for at, found in enumerate(digits, first) if found)


def outer_numbers(text: str) -> tuple[int, ...]:
    """Give the numbers that begin and end a line as a page number stands beside a head.

    >>> outer_numbers("[12] THE ROAD"), outer_numbers("The Road – xiv"), outer_numbers("2. So")
    ((12,), (14,), ())
    """
    found: list[int] = []
    leading = None if text[:1].isalpha() else _LEADING.match(text)
    if leading is not None:
        found.append(int(leading.group(1)))
    trailing = _TRAILING.search(text[-_TAIL:]) if text[-1:] in LAST else None
    if trailing is not None:
        digits = trailing.group(1)
        found.append(int(digits) if digits.isdigit() else _roman(digits))
    return tuple(value for value in found if value)


def is_mark(text: str) -> bool:
    """Tell whether a line is an archive's mark, which is for another rule."""
    return text.startswith("***")


def key_of(text: str) -> str:
    """Give a line's letters in one case: what two running heads have in common.

    A line that is a page number alone gives the empty string. A full stop at the end counts, and
    so do quotation marks: a signature is no running head.
    """
    return _key(text, _letters(_bare(text[:_LONGEST], _NO_LETTERS)))


def keys_of(texts: Sequence[str]) -> Iterator[str]:
    """Give the keys of short lines, as `key_of` does; many at once takes half the time."""
    for first in range(0, len(texts), _BATCH):
        batch = texts[first : first + _BATCH]
        bare = _bare("\n".join(batch), _NO_LETTERS_BUT_ENDS).split(b"\n")
        yield from map(_key, batch, map(_letters, bare))


def _key(text: str, letters: str) -> str:
    if not letters:
        return ""
    if len(letters) <= _NUMERAL:
        found = folio(text)
        if found is not None and found.roman:
            return ""
    quoted = "“" if text[0] in _SPEECH else ""
    end = text.rstrip(_SPEECH)[-1] if text[-1] in _SPEECH else text[-1]
    return quoted + letters + ("." if end == "." else "")


def _bare(text: str, dropped: bytes) -> bytes:
    """Give a text in small letters, as far as that can be done quickly: ASCII and its like."""
    rest = text.encode("utf-8", "surrogatepass").lower().translate(None, dropped)
    return _PUNCTUATION.sub(b"", rest) if b"\xe2\x80" in rest else rest


def _letters(bare: bytes) -> str:
    if bare.isascii():
        return bare.decode()
    letters = bare.decode("utf-8", "surrogatepass").casefold()
    if letters.isalpha():
        return letters
    letters = _NO_LETTER.sub("", letters)
    return letters if letters.isalpha() else "".join(filter(str.isalpha, letters))


def _roman(text: str) -> int:
    if not _ROMAN.fullmatch(text):
        return 0
    values = [_VALUES[char] for char in text]
    return sum(
        -value if value < max(values[index + 1 :], default=0) else value
        for index, value in enumerate(values)
    )
