"""Tell an eight-bit or an East Asian encoding by how much the text in it reads like prose."""

import re
import unicodedata
from collections import Counter

from octavo.languages import likeness

# Of two that give the same text the first is named.
_CODECS = (
    *("cp1252", "iso8859_15", "cp1250", "iso8859_2", "cp1251", "koi8_r", "koi8_u", "cp1253"),
    *("iso8859_7", "cp1254", "cp1255", "iso8859_8", "cp1256", "iso8859_6", "cp1257"),
    *("iso8859_13", "cp1258", "iso8859_3", "iso8859_4", "iso8859_5", "iso8859_10"),
    *("iso8859_14", "iso8859_16", "mac_roman", "mac_latin2", "mac_cyrillic", "mac_greek"),
    *("mac_turkish", "mac_romanian", "mac_croatian", "mac_iceland", "cp850", "cp437", "cp852"),
    *("cp866", "cp855", "cp1125", "cp737", "cp869", "cp857", "cp775", "cp860", "cp861", "cp863"),
    *("cp865", "cp862", "cp720", "kz1048", "cp874", "gb18030", "big5hkscs", "cp950", "cp932"),
    *("euc_jp", "cp949", "johab"),
)
_ESCAPES = (
    (b"\x1b$)C", ("iso2022_kr",)),
    (b"\x1b$", ("iso2022_jp_ext", "iso2022_jp_2")),
    (b"~{", ("hz",)),
)
_ROUGH, _FINE = 3_000, 24_000  # bytes of the samples, for all encodings and for the likely ones
_LIKELY = 8  # of them
_LINE = 400  # bytes: so much of a line is looked at
_DENSE = 20_000  # bytes above 0x7F: more are not looked at one by one
_FEWEST, _SHARE = 2.0, 0.04  # points; for each character beyond ASCII
_ASCII = bytes(range(0x80))
_ABOVE = re.compile(b"[\x80-\xff]+")
_BEYOND_ASCII = re.compile("[^\x00-\x7f]")

# Points for what is no letter, as octavo.languages counts them.
_KINDS = {"Cc": -3.0, "Cn": -3.0, "Co": -3.0, "So": -1.0, "Sm": -1.0, "Sk": -1.0, "No": -1.0}
_SIGNS = dict.fromkeys("„“”‘’«»–—…¿¡、。，！？「」『』：；（）《》", 0.25)
_SIGNS |= dict.fromkeys("°§©®™²³¹½¼¾×±\x85", 0.0) | {"\ufffd": -4.0}
_MISPLACED = -2.0
# Between letters, after one or before one, where these never stand; vowel signs without a letter.
_BETWEEN = re.compile(
    "(?<=[^\\W\\d_])[^\\w\\s\x00-\x7f’‘·‐‑–—…־׳״\xad\u0300-\u036f\u0e31-\u0e4e、。，！？「」『』：；（）《》“”]"
    "(?=[^\\W\\d_])|(?<=[^\\W\\d_])[‚„¿¡](?!\\w)|(?<!\\w)[’¶§](?=[^\\W\\d_])|(?<!\\S)[\u0e31\u0e34-\u0e3a\u0e47-\u0e4e]"
)
_HALF_WIDTH = re.compile("[\uff61-\uff9f]")
_BOX = re.compile("(?<![^\\s\u2500-\u259f])[\u2500-\u259f]+(?![^\\s\u2500-\u259f])")


def codepage(data: bytes) -> str | None:
    """Give the codec in which bytes read like prose; None where none does.

    A bounded sample is looked at, of lines with bytes above 0x7F all over the text.
    """
    rough = dict(_ranked(sample(data, _ROUGH), _CODECS)[:_LIKELY])
    fine = sample(data)
    best, points = _ranked(fine, tuple(name for name in _CODECS if name in rough))[0]
    foreign = len(_BEYOND_ASCII.findall(decoded(fine, best)))
    return best if points >= max(_FEWEST, foreign * _SHARE) else None


def escaped(data: bytes) -> str | None:
    """Give the codec of a text in ASCII bytes that switches to Chinese, Japanese or Korean."""
    for mark, names in _ESCAPES:
        if mark not in data:
            continue
        for name in names:
            try:
                text = data.decode(name)
            except UnicodeDecodeError:
                continue
            if not text.isascii() and reading(text[:_FINE]) > 0:
                return name
    return None


def decoded(data: bytes, codec: str) -> str:
    """Decode bytes; those that stand for nothing become U+FFFD."""
    string = data.decode(codec, "replace")
    # It has the accents of Vietnamese apart.
    return unicodedata.normalize("NFC", string) if codec == "cp1258" else string


def reading(text: str) -> float:
    """Give how much a text reads like prose, by its letters and its signs."""
    points = likeness(text) + _MISPLACED * len(_BETWEEN.findall(text))
    points -= len(_HALF_WIDTH.findall(text))
    for char, times in Counter(_BEYOND_ASCII.findall(_BOX.sub("", text))).items():
        points += times * _SIGNS.get(char, _KINDS.get(unicodedata.category(char), 0.0))
    return points


def sample(data: bytes, size: int = _FINE) -> bytes:
    """Give lines with bytes above 0x7F from all over a text, or the whole if it is not long."""
    if len(data) <= size:
        return data
    pieces: list[bytes] = []
    end = 0
    for place in _places(data, size // _LINE):
        match = _ABOVE.search(data, max(end, place))
        if match is None:
            break
        start, end = _line(data, match.start(), end)
        pieces.append(data[start:end])
    return b"\n".join(pieces)


def _ranked(data: bytes, names: tuple[str, ...]) -> list[tuple[str, float]]:
    points = [(name, reading(decoded(data, name))) for name in names]
    return sorted(points, key=lambda item: -item[1])


def _places(data: bytes, number: int) -> list[int]:
    """Give places all over the text, near bytes above 0x7F if there are few."""
    above = len(data.translate(None, _ASCII))
    if above <= _DENSE:
        runs = [match.start() for match in _ABOVE.finditer(data)]
        return runs[:: max(1, len(runs) // number)]
    return [len(data) * index // number for index in range(number)]


def _line(data: bytes, at: int, after: int) -> tuple[int, int]:
    """Give the ends of the line around a place, or of some words of it.

    A space or a line end is no part of a character in any of these encodings.
    """
    low, high = max(after, at - _LINE // 4), at + _LINE
    start = data.rfind(b"\n", low, at)
    if start < 0:
        start = data.rfind(b" ", low, at)
    end = data.find(b"\n", at, high)
    if end < 0 and high < len(data):
        end = data.rfind(b" ", at, high)
    return (start + 1 if start >= 0 else at), (end if end > at else min(high, len(data)))
