"""Find out a text's encoding and decode it."""

import codecs
import re
import unicodedata
from typing import NoReturn

from octavo.errors import BinaryFile, UndecodableText
from octavo.model import Place
from octavo.read.codepages import codepage, escaped, sample
from octavo.read.patchwork import Patched, loosely, patch

# UTF-32 first: its little-endian mark begins with that of UTF-16.
_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_HINT = "Open it in an editor that shows it correctly and save it as UTF-8"
# Of the letters. Above, the language is not written with Latin letters and cp1252 is out.
_MAX_FOREIGN_SHARE = 0.4
_SIGN_IN_WORD = re.compile("[¡-©«-´¶-¹»-¿×÷†‡‰](?<=[^\\W\\d_].)(?=[^\\W\\d_])")
_FOREIGN = re.compile("[^\x00-\x7f]+")
_SAMPLE = 1 << 20  # bytes: enough to tell an encoding


def decode(data: bytes, path: str) -> tuple[Patched, str]:
    """Give the text, with what was changed to make sense of it, and the name of its codec.

    The order is: byte order mark, UTF-16 or UTF-32 by its zero bytes, ISO 2022 and HZ by their
    escapes, UTF-8, UTF-8 with broken characters or lines in another encoding, the encoding in which
    the text reads like prose, Windows-1252 where it gives sensible Latin letters.

    Raises:
        UndecodableText: nothing fits, or it is damaged too badly.
        BinaryFile: it has zero bytes and fits no Unicode encoding.
    """
    for mark, codec in _MARKS:
        if data.startswith(mark) and codec != "utf-8-sig":
            return Patched(_strict(data, codec, path), ()), codec
    if data.startswith(codecs.BOM_UTF8):
        return _utf8(data.removeprefix(codecs.BOM_UTF8), path) or _refuse(path), "utf-8-sig"
    wide = _without_mark(data) if b"\0" in data[:_SAMPLE] else None
    if wide is not None:
        return Patched(wide[0], ()), wide[1]
    seven = escaped(data)
    if seven is not None:
        return Patched(data.decode(seven), ()), seven
    patched = _utf8(data, path)
    if patched is not None:
        return patched, "utf-8"
    codec = _eight_bit(data) or _refuse(path)
    return loosely(data, codec, path), codec


def _refuse(path: str) -> NoReturn:
    raise UndecodableText("the encoding cannot be told", place=Place(path), hint=_HINT)


def _strict(data: bytes, codec: str, path: str) -> str:
    try:
        return data.decode(codec)
    except UnicodeDecodeError as error:
        place = Place(path, data.count(b"\n", 0, error.start) + 1)
        raise UndecodableText(
            f"the file begins like {codec} but has a broken character",
            place=place,
            hint=_HINT,
        ) from error


def _without_mark(data: bytes) -> tuple[str, str] | None:
    # Spaces and line ends of UTF-16 have their zero byte on one side only.
    odd, even = data[1:_SAMPLE:2].count(0), data[0:_SAMPLE:2].count(0)
    order = ("utf-16-le", "utf-16-be") if odd >= even else ("utf-16-be", "utf-16-le")
    for codec in ("utf-32-le", "utf-32-be", *order):
        try:
            string = data.decode(codec)
        except UnicodeDecodeError:
            continue
        if _is_sensible(string[:_SAMPLE]):
            return string, codec
    return None


def _is_sensible(string: str) -> bool:
    # Bytes paired wrongly give unassigned and private characters and letters of all scripts.
    spaces = sum(1 for char in string if char in " \n\r\u3000")
    wrong = sum(1 for char in string if unicodedata.category(char) in ("Cn", "Co", "Cc"))
    wrong -= sum(1 for char in string if char in "\t\n\r\f\v")
    return wrong <= len(string) // 100 and spaces > 0


def _utf8(data: bytes, path: str) -> Patched | None:
    """Decode UTF-8 with some faults; None if it is something else."""
    try:
        return Patched(data.decode("utf-8"), ())
    except UnicodeDecodeError as error:
        if b"\0" in data:
            raise BinaryFile(
                "the file has zero bytes and is no Unicode text", place=Place(path), hint=_HINT
            ) from error
        return patch(data, path, _eight_bit)


def _eight_bit(data: bytes) -> str | None:
    codec = codepage(data)
    return codec or ("cp1252" if _is_latin(sample(data).decode("cp1252", "replace")) else None)


def _is_latin(string: str) -> bool:
    letters = sum(map(str.isalpha, string))
    foreign = sum(sum(map(str.isalpha, run.group())) for run in _FOREIGN.finditer(string))
    # A sign inside a word is a letter of another code page: "ch³opiec" is Polish.
    signs = len(_SIGN_IN_WORD.findall(string))
    return foreign <= letters * _MAX_FOREIGN_SHARE and signs * 10 <= foreign + 5
