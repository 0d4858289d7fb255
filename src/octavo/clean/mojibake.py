"""The rule for letters that were decoded wrongly."""

from collections import Counter
from collections.abc import Iterator

from octavo import mojibake as letters
from octavo.clean.altered import altered
from octavo.clean.invisible import mend as without_invisible
from octavo.clean.ruled import Lines, Ruled, beyond_ascii, with_text
from octavo.clean.spaces import mend as without_doubled_spaces
from octavo.guidance import Guidance
from octavo.model import Change

_FEW = 4  # mended characters in a whole text: they may be its subject
_SOUND = 20  # times as many sound ones: the text as a whole was decoded properly
_LOST = "\ufffd"
_PIECE = 20_000  # characters: a longer line is a text of its own, and is mended by the piece


def mojibake(lines: Lines, guidance: Guidance) -> Ruled:
    """Mend letters that were decoded wrongly, once or twice: `Ã©` for é, `â€œ` for “.

    A line where the sound letter stands beside its wrong form is about the matter and stays. A
    mended line is doubtful if a byte was lost in it, if the text has only a few of them, or if it
    has far more sound letters. Wrong for other texts about the matter.

    >>> from octavo.model import Line, Place
    >>> mojibake((Line("FranÃ§ois, â€”", Place("a.txt", 1)),), Guidance())[0][0].text
    'François, —'
    """
    mended = {
        index: (text, why)
        for index in beyond_ascii(lines, letters.SUSPECT)
        for line in (lines[index],)
        if not guidance.off("mojibake", line.place)
        for text, why in (_mend(line.text),)
        if why and (guidance.forced("mojibake", line.place) or not _is_subject(line.text, text))
    }
    if not mended:
        return lines, ()
    doubtful = _is_doubtful(lines, mended)
    kept = list(lines)
    changes: list[Change] = []
    for index, (text, why) in mended.items():
        line = lines[index]
        doubt = doubtful or _LOST in text
        changes += altered("mojibake", line, text, doubtful=doubt, why=why)
        kept[index] = with_text(line, text)
    return tuple(kept), tuple(changes)


def _mend(text: str) -> tuple[str, str]:
    if len(text) <= _PIECE:
        return _mend_piece(text)
    found = [
        _mend_piece(each) if letters.SUSPECT.search(each) else (each, "") for each in _cut(text)
    ]
    why = next((why for _, why in found if why), "")
    return ("".join(piece for piece, _ in found), why) if why else (text, "")


def _cut(text: str) -> Iterator[str]:
    """Cut a line before spaces: a letter and what it was decoded to stay together."""
    at = 0
    while at < len(text):
        end = text.find(" ", at + _PIECE)
        end = len(text) if end < 0 else end
        yield text[at:end]
        at = end


def _mend_piece(text: str) -> tuple[str, str]:
    fixed, why = letters.mend(text)
    if not why:
        # It may only show when later rules have brought the characters together.
        fixed, why = letters.mend(without_doubled_spaces(without_invisible(text)))
    return fixed, why


def _is_subject(before: str, after: str) -> bool:
    """Tell whether a letter that would be mended stands in the line in its sound form too."""
    new = Counter(after) - Counter(before)
    return any(char in before for char in new if char.isalpha())


def _is_doubtful(lines: Lines, mended: dict[int, tuple[str, str]]) -> bool:
    found = sum(len(lines[index].text) - len(text) for index, (text, _) in mended.items())
    sound = sum(
        len(line.text) - len(line.text.encode("ascii", "ignore"))
        for index, line in enumerate(lines)
        if index not in mended and not line.text.isascii()
    )
    return found < _FEW or sound > found * _SOUND
