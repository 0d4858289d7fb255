"""The rule for ligatures that are characters."""

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


def ligatures(lines: Lines, guidance: Guidance) -> Ruled:
    """Spell out the Latin ligatures U+FB00 to U+FB06; the font makes its own.

    >>> from octavo.model import Line, Place
    >>> ligatures((Line("eﬃcient", Place("a.txt", 1)),), Guidance())[0][0].text
    'efficient'
    """
    return each_line("ligatures", lines, guidance, _mend)


def _mend(text: str) -> str:
    return text if text.isascii() else text.translate(_LIGATURES)
