"""The rule for ligatures that are characters."""

import re
import unicodedata

from octavo.clean.ruled import Lines, Ruled, beyond_ascii, each_line
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

# EquivalentUnifiedIdeograph.txt of the Unicode Character Database; of the supplement, the radicals
# that are whole characters.
_RADICALS = {code: unicodedata.normalize("NFKC", chr(code)) for code in range(0x2F00, 0x2FD6)}
_RADICALS |= {
    ord(pair[0]): pair[1]
    for pair in (
        "⺟母 ⻄西 ⻅见 ⻆角 ⻉贝 ⻋车 ⻑長 ⻓长 ⻔门 ⻘青 ⻚页 ⻛风 ⻜飞 ⻝食 ⻢马 "
        "⻣骨 ⻤鬼 ⻥鱼 ⻦鸟 ⻨麦 ⻩黄 ⻫斉 ⻬齐 ⻭歯 ⻮齿 ⻯竜 ⻰龙 ⻲亀 ⻳龟"
    ).split()
}
_RADICAL = "[\u2e80-\u2fd5]"
_CHARACTER = "[ぁ-ヿ㐀-\u9fff、。「」『』，！？]"
_AMONG_CHARACTERS = re.compile(
    f"(?<={_CHARACTER}){_RADICAL}+|(?<!{_RADICAL}){_RADICAL}+(?={_CHARACTER})"
)
_ANY_RADICAL = re.compile(_RADICAL)
_ANY = re.compile("[\u2e80-\u2fd5\ufb00-\ufb06]")


def ligatures(lines: Lines, guidance: Guidance) -> Ruled:
    """Spell out the Latin ligatures U+FB00 to U+FB06; the font makes its own.

    The signs of the radicals, U+2E80 to U+2FD5, become the characters that they look like where
    they stand beside other characters, because some PDF files give them for these; if most of them
    do, those by themselves as well. Wrong for a text about the radicals themselves.

    >>> from octavo.model import Line, Place
    >>> ligatures((Line("eﬃcient", Place("a.txt", 1)),), Guidance())[0][0].text
    'efficient'
    """
    rows = beyond_ascii(lines, _ANY)
    everywhere = _are_characters([lines[index].text for index in rows])
    return each_line("ligatures", lines, guidance, lambda text: _mend(text, everywhere), rows)


def _are_characters(texts: list[str]) -> bool:
    found = sum(len(_ANY_RADICAL.findall(text)) for text in texts)
    return found > 0 and found < 2 * sum(
        len(run) for text in texts for run in _AMONG_CHARACTERS.findall(text)
    )


def _mend(text: str, everywhere: bool) -> str:
    spelt = text.translate(_LIGATURES)
    if everywhere:
        return spelt.translate(_RADICALS)
    return _AMONG_CHARACTERS.sub(lambda match: match.group().translate(_RADICALS), spelt)
