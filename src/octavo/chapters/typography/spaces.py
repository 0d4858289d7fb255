"""Narrow spaces before signs, and spaces at which no line may end."""

import re
from collections.abc import Iterator
from functools import cache

from octavo.chapters.typography.signs import JOINER, NARROW, NO_BREAK, Edit, Signs

# It begins behind something: a pattern that could begin in its middle would take quadratic time.
_WHITE = r"(?<=\S)[ \t\n]+"


def punctuation(text: str, signs: Signs) -> Iterator[Edit]:
    """Put narrow spaces before the signs of sentences, and inside of « and »."""
    for found in _signs(signs.narrow).finditer(text) if signs.narrow else ():
        match found.lastgroup:
            case "white":
                yield found.start(), found.end(), NARROW
            case "before":
                yield found.start(), found.end(), NARROW + found[0]
            case _:
                yield found.start(), found.end(), found[0] + NARROW


@cache
def _signs(narrow: str) -> re.Pattern[str]:
    # What ends no part of a sentence is left alone: 10:30, (!), C:\.
    ends = "[" + "".join(each for each in narrow if each not in "«»") + r"](?![\w/\\])"
    white = rf"(?<=[^\s(\[{{])[ \t\n]+(?={ends}|»)|(?<=«)[ \t\n]+(?=\S)"
    before = rf"(?<=[\w)\]}}»”’\"'….,%€$°\ufffc]){ends}|(?<=[^\s«])»"
    return re.compile(rf"(?P<white>{white})|(?P<before>{before})|(?P<after>«(?=[^\s»]))")


def joiners(text: str, _: Signs) -> Iterator[Edit]:
    """Let no line begin with a dash, nor end with one that begins a speech."""
    for found in _DASH.finditer(text):
        yield *found.span(), JOINER + "—" if found["dash"] else NO_BREAK


_DASH = re.compile(
    rf"(?<=[\w)\]}}.,;:!?…%\ufffc])(?P<dash>—)|{_WHITE}(?=[—–](?:\s|$))"
    r"|(?:(?<=^[—–])|(?<=\u2028[—–]))[ \t\n]+"
)


def initials(text: str, _: Signs) -> Iterator[Edit]:
    """Keep initials with each other and with the name; keep abbreviations such as z. B. whole."""
    for found in _INITIAL.finditer(text):
        letter, follows = found["letter"], found["follows"]
        if found["stop"] or (letter.isupper() and letter != "I" and follows.istitle()):
            yield *found.span("white"), NO_BREAK


_INITIAL = re.compile(
    r"(?<!\w)(?P<letter>[^\W\d_])\.(?P<white>[ \t\n]+)(?=(?P<follows>[^\W\d_]{1,2})(?P<stop>\.)?)"
)


def units(text: str, _: Signs) -> Iterator[Edit]:
    """Keep a number with its unit."""
    for found in _UNIT.finditer(text):
        yield *found.span("white" if found["white"] else "behind"), NO_BREAK


_UNITS = """
  % ‰ °C °F ° € £ $ ¥ kg g mg µg μg km m dm cm mm µm μm nm ha l L ml mL cl dl h min s ms Hz kHz MHz
  GHz W kW MW kWh V kV mA J kJ kcal cal kN Pa hPa kPa bar mbar dB px pt GB MB KB kB TB km/h m/s m²
  m³ km² cm² cm³ mm² lb lbs oz ft yd mi mph a.m. p.m. Uhr € kr zł Kč Ft руб кг г км м см мм л ч мин
"""
_UNIT = re.compile(
    r"(?<=[\d½¼¾])(?P<white>[ \t\n]+)(?:"
    + "|".join(re.escape(unit) for unit in sorted(set(_UNITS.split()), key=lambda u: (-len(u), u)))
    + r")(?![\w/'’])|(?<=[€£$¥])(?P<behind>[ \t\n]+)(?=\d)"
)


def references(text: str, signs: Signs) -> Iterator[Edit]:
    """Keep a number with what it is the number of: § 4, p. 12, No. 5."""
    for found in _references(signs.references).finditer(text):
        yield *found.span("white"), NO_BREAK


@cache
def _references(abbreviations: tuple[str, ...]) -> re.Pattern[str]:
    words = "|".join(map(re.escape, abbreviations))
    return re.compile(
        rf"(?:(?<![\w.])(?:(?:{words})\.|n[º°]|n\.[º°])|[§¶№])(?P<white>[ \t\n]+)"
        r"(?=\d|[IVXLCDM]+\b)",
        re.IGNORECASE,
    )


def prepositions(text: str, signs: Signs) -> Iterator[Edit]:
    """Keep words of one letter with the next word."""
    for found in _WORD.finditer(text) if signs.prepositions else ():
        if found["letter"].lower() in signs.prepositions:
            yield *found.span("white"), NO_BREAK


_WORD = re.compile(r"(?<!\w)(?P<letter>[^\W\d_])(?P<white>[ \t\n]+)(?=\w)")
