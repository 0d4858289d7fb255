"""The rule for characters that cannot be seen."""

import re

from octavo.clean.ruled import Lines, Ruled, beyond_ascii, each_line
from octavo.guidance import Guidance

# Zero width space, word joiner, byte order mark, and the embeddings and overrides of direction.
# Joiners and direction marks stay: Persian, the scripts of India and Hebrew are misspelt without.
_DROPPED = "\u200b\u2060\ufeff\u180e\u202a-\u202e\ufffe\uffff"
_INVISIBLE = re.compile(f"[{_DROPPED}]")
_ANY = re.compile(f"[\u00ad{_DROPPED}]")
_BREAKS = "\u00ad\ufffe\u2010"


def invisible(lines: Lines, guidance: Guidance) -> Ruled:
    """Drop invisible characters; make the soft hyphen at a line end a visible one (U+2010).

    PDF readers leave U+00AD or U+FFFE where the typesetter broke a word. U+2010 says the same to
    `structure`: a hyphen that is there because of the line end. Wrong where an extractor wrote a
    soft hyphen for the hyphen of a compound inside a line.

    >>> from octavo.model import Line, Place
    >>> invisible((Line("hy\u00adphen\u00ada\u00ad", Place("a.txt", 1)),), Guidance())[0][0].text
    'hyphena‐'
    """
    return each_line("invisible", lines, guidance, mend, beyond_ascii(lines, _ANY))


def mend(text: str) -> str:
    """Give a line as the rule leaves it."""
    if text.isascii() or text.isprintable():
        return text
    body = text.rstrip()
    if body.endswith(("\u00ad", "\ufffe")):
        text = body.rstrip(_BREAKS) + "\u2010" + text[len(body) :]
    return _INVISIBLE.sub("", text).replace("\u00ad", "")
