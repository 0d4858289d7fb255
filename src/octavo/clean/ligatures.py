"""The rule for ligatures that are characters."""

import unicodedata

from octavo.clean.ruled import Lines, Ruled, each_line
from octavo.guidance import Guidance

_LIGATURES = str.maketrans(
    {
        "ﬀ": "ff",
        "ﬁ": "fi",
        "ﬂ": "fl",
        "ﬃ": "ffi",
        "ﬄ": "ffl",
        "ﬅ": "ſt",
        "ﬆ": "st",
    }
)


# The signs of the Kangxi radicals look like the characters and stand for them in some PDF files.
_LIGATURES |= {code: unicodedata.normalize("NFKC", chr(code)) for code in range(0x2F00, 0x2FD6)}


def ligatures(lines: Lines, guidance: Guidance) -> Ruled:
    """Spell out the Latin ligatures U+FB00 to U+FB06; the font makes its own.

    The signs of the Kangxi radicals, U+2F00 to U+2FD5, become the characters that they look like.
    Wrong for a text about the radicals themselves.

    >>> from octavo.model import Line, Place
    >>> ligatures((Line("eﬃcient", Place("a.txt", 1)),), Guidance())[0][0].text
    'efficient'
    """
    return each_line("ligatures", lines, guidance, _mend)


def _mend(text: str) -> str:
    return text if text.isascii() else text.translate(_LIGATURES)
