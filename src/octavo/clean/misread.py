"""The rule for the English word "I" in scans."""

import re

from octavo.clean.altered import altered
from octavo.clean.ruled import Lines, Ruled, suspects, with_text
from octavo.guidance import Guidance
from octavo.model import Change

# A lone T or J after an opening quotation mark; Tt, Ts, Tf, Tn; Pm, Y'm, Pll, ''ve.
_ALONE = re.compile("((?:^|(?<=[\\s—(]))[“\"‘'])[TJl1|](?= [a-z])")
_PAIR = re.compile(r"\bT(?=[tsfn]\b)")
_SHORTENED = re.compile("(?<![\\w'’])(?:[TYPJL?][’'\"”]{0,2}|[’']{2})(?=(?:m|ve|ll)\\b)")
# All of them look like this, and little else does; it begins with one sign, because that is fast.
_SUSPECT = re.compile(
    "[“\"‘'’TYPJL?](?:(?<=T)[tsfn]\\b|(?<=[“\"‘'])[TJl1|] [a-z]"
    "|(?:(?<=[TYPJL?])[’'\"”]{0,2}|(?<=[’'])[’'])(?:m|ve|ll)\\b)"
)
_TIMES = 3  # fewer may be initials
_ENGLISH = re.compile(r"\b(?:the|and|of|to|was|that)\b")
_ENGLISH_SHARE = 0.08  # of the words


def misread(lines: Lines, guidance: Guidance) -> Ruled:
    """Mend the English word "I" where the recognition of a scan took it for another letter.

    That is `"T think`, `"Tt is`, `Ym` and `Pll`, which are no English words; three at least, and
    every one is doubtful. Other letters are left alone: a misspelling may be the author's. Wrong
    for a text about the letter T.

    >>> from octavo.model import Line, Place
    >>> rows = ["“T think that the boys", "and the cart,” he said.", "“Tt was. Ym sure of that.”"]
    >>> lines = tuple(Line(row, Place("a.txt", n)) for n, row in enumerate(rows, 1))
    >>> [line.text for line in misread(lines, Guidance("en"))[0]]
    ['“I think that the boys', 'and the cart,” he said.', '“It was. I’m sure of that.”']
    """
    mended = {index: _mend(lines[index].text) for index in suspects(lines, _SUSPECT.search)}
    total = sum(times for _, times in mended.values())
    sure = total >= _TIMES and _is_english(lines, guidance.language)
    why = f"{total} such words in the text"
    kept = list(lines)
    changes: list[Change] = []
    for index, (text, times) in mended.items():
        line = lines[index]
        wanted = sure and not guidance.off("misread", line.place)
        if times and (wanted or guidance.forced("misread", line.place)):
            changes += altered("misread", line, text, doubtful=True, why=why)
            kept[index] = with_text(line, text)
    return tuple(kept), tuple(changes)


def _mend(text: str) -> tuple[str, int]:
    apostrophe = "'" if "'" in text and "’" not in text else "’"
    text, alone = _ALONE.subn(r"\1I", text)
    text, pairs = _PAIR.subn("I", text)
    text, shortened = _SHORTENED.subn("I" + apostrophe, text)
    return text, alone + pairs + shortened


def _is_english(lines: Lines, language: str | None) -> bool:
    if language is not None:
        return language.split("-")[0].lower() == "en"
    words = sum(line.text.count(" ") + 1 for line in lines if line.text)
    common = sum(len(_ENGLISH.findall(line.text)) for line in lines)
    return common >= words * _ENGLISH_SHARE
