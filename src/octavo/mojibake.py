"""Letters that were decoded wrongly: `Ã©` for é, `â€œ` for “, once or several times over."""

import re
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ftfy import TextFixerConfig

_LATIN = ("latin-1", "cp1252", "cp1250", "cp1254", "cp1257", "iso8859-2")


def _chars(first: int, last: int) -> str:
    """Give what the bytes of a range stand for in the encodings of Latin letters."""
    found = {
        bytes([byte]).decode(codec, "ignore") for codec in _LATIN for byte in range(first, last + 1)
    }
    return re.escape("".join(sorted(found)))


# What UTF-8 begins a character of two, three, four bytes with, and what it goes on with.
_TWO, _THREE, _FOUR = _chars(0xC2, 0xDF), _chars(0xE0, 0xEF), _chars(0xF0, 0xF4)
_ON = _chars(0x80, 0xBF)
# Wider than ftfy's own test, and thirty times as fast. Cyrillic, Greek, Mac and DOS letters are
# looked for as that test does: by the pairs that are in no word. Sound text hardly ever has any.
SUSPECT = re.compile(
    f"[{_TWO}{_THREE}{_FOUR}ВГРСвΒΓΞΟβ√‚├┬╨╤╪┘\x80-\x9f](?:(?=[^\x00-\x7f])(?:"
    f"(?<=[{_TWO}])[{_ON}]|(?<=[{_THREE}])[{_ON}]{{2}}|(?<=[{_FOUR}])[{_ON}]{{3}}"
    r"|(?<=[ВГРСΒΓΞΟ])[^\w\xa0]|(?<=[вβā])[Ђ€]|(?<=[√├┬╨╤╪┘])|(?<=‚)Ä|(?<=Γ)Ç)"
    "|(?<=[ÂÃ])(?:[^\\w.,;:!?]|$)|(?<=[\x80-\x9f]))"
)
_FALLEN = ("Ã", "Â")  # at a line end: their second half was a no-break space
_NAMES = {"macroman": "Mac Roman", "cp437": "code page 437"}


def mend(text: str) -> tuple[str, str]:
    r"""Decode what was decoded wrongly, and say how it came about.

    Nothing else is altered: quotation marks, entities, widths and composed letters stay.

    Returns:
        the text and the reason, or the text as it was and an empty reason.

    >>> mend("CafÃ© â€œRoseâ€\x9d")
    ('Café “Rose”', 'UTF-8 read as Windows-1252')
    """
    from ftfy import fix_encoding_and_explain

    fallen = text.endswith(_FALLEN)
    fixed, steps = fix_encoding_and_explain(text + " " if fallen else text, _config())
    if fallen:
        fixed = fixed.removesuffix(" ")
    if fixed == text or not steps:
        return text, ""
    wrong = next((step.parameter for step in steps if step.action == "encode"), "")
    name = wrong.removeprefix("sloppy-").replace("windows", "Windows").replace("latin", "Latin")
    return fixed, f"UTF-8 read as {_NAMES.get(name, name)}" if name else "UTF-8 read as 8-bit text"


@cache
def _config() -> "TextFixerConfig":
    from ftfy import TextFixerConfig

    # Only what fix_encoding looks at has an effect; the others are off for good measure.
    return TextFixerConfig(
        unescape_html=False,
        remove_terminal_escapes=False,
        fix_latin_ligatures=False,
        fix_character_width=False,
        uncurl_quotes=False,
        fix_line_breaks=False,
        fix_surrogates=False,
        remove_control_chars=False,
        normalization=None,
    )
