"""The rule for spaces."""

import re

from octavo.clean.ruled import Lines, Ruled, each_line, suspects
from octavo.guidance import Guidance

_TAB = 4  # columns: what typists of plain text mean by one
_SPACES = "\t\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000"
# Anything but one plain space.
_RUN = re.compile(f" [ {_SPACES}]+|[{_SPACES}][ {_SPACES}]*")
_ODD = re.compile(f"[{_SPACES}\f\v]")
_OPENING = frozenset("«‹")
_CLOSING = frozenset("»›;:!?%€°")


def spaces(lines: Lines, guidance: Guidance) -> Ruled:
    r"""Make each run of spaces inside a line one space, drop those at its end.

    Spaces at the start are the indent and stay: tabs reach to the next column divisible by four,
    an ideographic space is two columns. A no-break space stays where French typography and
    numbers have it. Wrong for tables, whose columns the spaces were.

    >>> from octavo.model import Line, Place
    >>> spaces((Line("\tTwo  words \tand more. ", Place("a.txt", 1)),), Guidance())[0][0].text
    '    Two words and more.'
    """
    return each_line("spaces", lines, guidance, mend, suspects(lines, _may_alter))


def _may_alter(text: str) -> bool:
    """Tell whether `mend` may alter a line, or one of several."""
    if "  " in text or " \n" in text or text[-1:] == " ":
        return True
    if text.isascii():
        return any(map(text.__contains__, "\t\f\v"))
    return _ODD.search(text) is not None


def mend(text: str) -> str:
    """Give a line as the rule leaves it."""
    if text.isprintable() and text[-1:] != " " and "  " not in text.lstrip():
        return text  # a plain space is the only one that counts as printable
    edge = text[:1] if text.startswith(("\f", "\v")) else ""
    text = text[len(edge) :].replace("\f", " ").replace("\v", " ")
    body = text.strip(
        " \t\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008"
        "\u2009\u200a\u202f\u205f\u3000"
    )
    if not body:
        return edge
    indent = text[: text.index(body[0])]
    return edge + _indent(indent) + _RUN.sub(_one, body)


def _indent(spaces: str) -> str:
    columns = 0
    for char in spaces:
        if char == "\t":
            columns += _TAB - columns % _TAB
        else:
            columns += 2 if char == "\u3000" else 1
    return " " * columns


def _one(run: "re.Match[str]") -> str:
    found = run.group()
    if found == "\u3000":
        return found
    fixed = "\u202f" if "\u202f" in found else "\u00a0" if "\u00a0" in found else " "
    before, after = run.string[run.start() - 1], run.string[run.end()]
    wanted = before in _OPENING or after in _CLOSING or (before.isdigit() and after.isdigit())
    return fixed if wanted else " "
