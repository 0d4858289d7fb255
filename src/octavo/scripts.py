"""Scripts that none of our faces has: which fonts set them well, and where those come from.

They are too large, or too many, to be installed with Octavo. Those named here are taken from the
system, in this order, so that a book does not come out in whatever the system thinks of first.
"""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

_WIDE = ("FreeSerif", "DejaVu Sans")  # of many scripts, and on most systems with Linux
_CORE = "fonts-noto-core"
_CJK = "fonts-noto-cjk"


@dataclass(frozen=True, slots=True)
class Script:
    """A script, or what one country writes with it."""

    name: str
    languages: tuple[str, ...]  # BCP 47, as far as they go
    serif: tuple[str, ...]  # families for text; the first is what we advise
    sans: tuple[str, ...]  # for captions and tables
    package: str = _CORE  # of Debian and Ubuntu, that carries the first family


def _noto(name: str, *languages: str, others: tuple[str, ...] = ()) -> Script:
    serif, sans = f"Noto Serif {name}", f"Noto Sans {name}"
    text = (serif, *others, "Noto Serif", sans, *_WIDE)  # the second Noto has the figures
    return Script(name, languages, text, (sans, "Noto Sans", serif, *others, *_WIDE))


def _cjk(name: str, code: str, *languages: str, serif: tuple[str, ...]) -> Script:
    noto = tuple(f"{family} {code}" for family in ("Noto Serif CJK", "Source Han Serif"))
    sans = f"Noto Sans CJK {code}"
    return Script(name, languages, (*noto, *serif, sans), (sans, *noto, *serif), _CJK)


# A script's first row is for languages that say nothing closer. Families of Debian, macOS, Windows.
SCRIPTS: tuple[Script, ...] = (
    _cjk("Chinese", "SC", "zh", "wuu", serif=("Songti SC", "SimSun")),
    _cjk("Chinese", "TC", "zh-Hant", "zh-TW", serif=("Songti TC", "PMingLiU")),
    _cjk("Chinese", "HK", "zh-HK", "zh-MO", "yue", serif=("Songti TC", "PMingLiU")),
    _cjk("Japanese", "JP", "ja", serif=("Hiragino Mincho ProN", "Yu Mincho", "MS Mincho")),
    _cjk("Korean", "KR", "ko", serif=("AppleMyungjo", "Batang")),
    _noto("Hebrew", "he", "yi", others=("Frank Ruhl Libre", "Frank Ruehl CLM", "David CLM")),
    _noto("Devanagari", "hi", "mr", "ne", "sa", others=("Kohinoor Devanagari", "Mangal")),
    _noto("Bengali", "bn", "as", others=("Kohinoor Bangla", "Vrinda")),
    _noto("Gurmukhi", "pa", others=("Raavi",)),
    _noto("Gujarati", "gu", others=("Kohinoor Gujarati", "Shruti")),
    _noto("Tamil", "ta", others=("Latha",)),
    _noto("Telugu", "te", others=("Kohinoor Telugu", "Gautami")),
    _noto("Kannada", "kn", others=("Tunga",)),
    _noto("Malayalam", "ml", others=("Kartika",)),
    _noto("Sinhala", "si", others=("Iskoola Pota",)),
    _noto("Thai", "th", others=("Norasi", "Thonburi", "Angsana New")),
    _noto("Lao", "lo", others=("DokChampa",)),
    _noto("Khmer", "km", others=("Khmer MN", "DaunPenh")),
    _noto("Myanmar", "my", others=("Myanmar MN", "Myanmar Text")),
    _noto("Tibetan", "bo", "dz", others=("Kailasa", "Microsoft Himalaya")),
    _noto("Georgian", "ka", others=("DejaVu Serif", "Sylfaen")),
    _noto("Armenian", "hy", others=("DejaVu Serif", "Sylfaen")),
    _noto("Ethiopic", "am", "ti", others=("Kefa", "Nyala")),
)
# How Unicode calls the letters of a script, where it does not say its name.
_SAID = {"CJK": "Chinese", "HIRAGANA": "Japanese", "KATAKANA": "Japanese", "HANGUL": "Korean"}


def of_language(tag: str) -> Script | None:
    """Give the script of a language that our faces cannot set; None: they can, or nobody knows.

    >>> of_language("zh-Hant-TW").serif[0]
    'Noto Serif CJK TC'
    """
    said = tag.lower().split("-")
    rows = [
        (len(parts), script)
        for script in SCRIPTS
        for parts in (name.lower().split("-") for name in script.languages)
        if parts[0] == said[0] and set(parts) <= set(said)
    ]
    return max(rows, key=lambda row: row[0])[1] if rows else None


def advice(characters: Iterable[str], language: str) -> str:
    """Say which fonts have the characters: a clause for a message; "" if that is not known.

    >>> advice("שלום", "en")
    'install Noto Serif Hebrew (on Debian and Ubuntu: fonts-noto-core)'
    """
    own = of_language(language)
    names = {_script_of(char) for char in characters} - {""}
    if own is not None and own.name in {"Chinese", "Japanese", "Korean"}:
        names -= {"Chinese", "Japanese", "Korean"} - {own.name}  # they share characters
    wanted = [_best(name, own) for name in sorted(names)]
    if not wanted:
        return ""
    families = " and ".join(script.serif[0] for script in wanted)
    packages = ", ".join(dict.fromkeys(script.package for script in wanted))
    return f"install {families} (on Debian and Ubuntu: {packages})"


def _best(name: str, own: Script | None) -> Script:
    if own is not None and own.name == name:
        return own
    return next(script for script in SCRIPTS if script.name == name)


def _script_of(char: str) -> str:
    first = unicodedata.name(char, "").partition(" ")[0]
    name = _SAID.get(first, first.capitalize())
    return name if any(script.name == name for script in SCRIPTS) else ""
