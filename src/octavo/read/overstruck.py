"""Read what was set for line printers and terminals: letters printed twice, escapes."""

import re

from octavo.model import Change, Place

_ESCAPE = re.compile("\x1b\\[[0-9;]{0,40}[mK]")  # ECMA-48 §8.3.117 SGR, §8.3.41 EL
_BULLET = re.compile("\\+\x08o|o\x08\\+")
_BOLD = re.compile("([^\x08\n])(?:\x08\\1)+")
_UNDERLINED = re.compile("_\x08([^\x08\n])|([^\x08\n])\x08_")
# Underlined words that are words by themselves; nroff does not underline the spaces between them.
_WORDS = re.compile("(?<![\\w\x08])(?:_\x08[^\\W_])+(?: (?:_\x08[^\\W_])+)*(?![\\w\x08])")


def unstruck(string: str, path: str) -> tuple[str, tuple[Change, ...]]:
    r"""Give a text without overstriking and without the escapes for colours; it is recorded.

    Letters printed twice are bold and become themselves; words printed over an underscore become
    emphasised, `_so_`; a part of a word, or a sign, only loses its underscore.

    >>> unstruck("N\bNA\bAM\bME\bE: _\bf_\bi_\bl_\be", "a.txt")[0]
    'NAME: _file_'
    """
    if "\x08" not in string and "\x1b[" not in string:
        return string, ()
    rows = string.split("\n")
    changes: list[Change] = []
    for index, row in enumerate(rows):
        if "\x08" in row or "\x1b[" in row:
            rows[index] = _plain(row)
        if rows[index] != row:
            why = "it was set for a line printer or a terminal"
            place = Place(path, index + 1)
            changes.append(
                Change("controls", place, row.rstrip("\r"), rows[index].rstrip("\r"), why=why)
            )
    return "\n".join(rows), tuple(changes)


def _plain(row: str) -> str:
    row = _BOLD.sub(r"\1", _BULLET.sub("•", _ESCAPE.sub("", row)))
    row = _WORDS.sub(lambda match: "_" + match.group().replace("_\x08", "") + "_", row)
    return _UNDERLINED.sub(lambda match: match.group(1) or match.group(2), row)
