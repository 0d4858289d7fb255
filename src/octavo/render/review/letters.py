"""Write any text as HTML: what would act or cannot be seen is shown or taken out."""

import re
import unicodedata

from markupsafe import Markup, escape

# Controls, invisible signs, and what turns the direction of the text beside it.
_HIDDEN = re.compile(
    "[\x00-\x08\x0a-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b\u2028-\u202e\u2060-\u206f"
    "\ufdd0-\ufdef\ufeff\ufff9-\ufffb\ud800-\udfff"
    + "".join(chr(plane * 0x10000 + end) for plane in range(17) for end in (0xFFFE, 0xFFFF))
    + "]"
)
_SOFT_HYPHEN = "\u00ad"
_INVISIBLE = re.compile(
    "[\u00ad\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufffe\uffff\u2010]+"
)
_SEPARATORS = re.compile(
    "[\\s\u00ad\u180e\u200b-\u200f\u2028-\u202f\u2060-\u206f\ufeff\ufffe\uffff]+"
)
_LEFT_OUT = 4  # words at least that an excerpt leaves out


def shown(text: str) -> Markup:
    """Give a text of the source: signs that cannot be seen have a stand-in."""
    if not _HIDDEN.search(text):
        return escape(text)
    parts: list[Markup] = []
    at = 0
    for found in _HIDDEN.finditer(text):
        stand_in = _stand_in(found.group())
        parts += [escape(text[at : found.start()]), stand_in]
        at = found.end()
    return Markup("").join([*parts, escape(text[at:])])


def plain(text: str) -> Markup:
    """Give a text of the result: signs that HTML cannot hold are replaced, others left out."""
    return escape(_HIDDEN.sub(_harmless, text))


def cited(text: str, longest: int = 160) -> Markup:
    """Give the beginning of a text, `longest` characters; line ends in it become a sign."""
    begun = text[: 4 * longest]
    short = "\n".join(" ".join(line.split()) for line in begun.split("\n"))
    if len(text) > len(begun) or len(short) > longest:
        short = short[:longest].rstrip() + "…"
    sign = Markup('<i class="sign">⏎</i>')
    return sign.join(shown(line) for line in re.split("\n+", short))


def excerpts(before: str, after: str) -> tuple[str, str]:
    """Give the words in which two texts differ, with a word on each side.

    >>> excerpts("We sat at tbe table, all of us", "We sat at the table, all of us")
    ('… at tbe table, …', '… at the table, …')
    """
    old, new = before.split(" "), after.split(" ")
    most = min(len(old), len(new))
    head = next((at for at in range(most) if old[at] != new[at]), most)
    tail = next((at for at in range(most - head) if old[-1 - at] != new[-1 - at]), most - head)
    head, tail = max(0, head - 1), max(0, tail - 1)
    if head + tail < _LEFT_OUT:
        return before, after
    start, end = "… " * (head > 0), " …" * (tail > 0)
    return (
        start + " ".join(old[head : len(old) - tail]) + end,
        start + " ".join(new[head : len(new) - tail]) + end,
    )


def bare(text: str) -> str:
    """Give a text without what cannot be seen: spaces and invisible signs."""
    return _SEPARATORS.sub("", text)


def same_to_the_eye(one: str, other: str) -> bool:
    """Tell whether two texts differ in the width of their spaces and in invisible signs alone.

    U+2010, which `clean` writes for a soft hyphen at a line's end, is one of these here.
    """
    return _INVISIBLE.sub("", one).split() == _INVISIBLE.sub("", other).split()


def _stand_in(char: str) -> Markup:
    code = ord(char)
    picture = chr(0x2400 + code) if code < 0x20 else None
    sign = picture or ("¬" if char == _SOFT_HYPHEN else "·")
    return Markup('<i class="sign" title="U+{:04X}">{}</i>').format(code, sign)


def _harmless(found: "re.Match[str]") -> str:
    char = found.group()
    if char == _SOFT_HYPHEN or unicodedata.category(char) == "Cf":
        return "" if char != _SOFT_HYPHEN else char
    return "\ufffd"
