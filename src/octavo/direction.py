"""The direction a language is written in."""

from octavo.model import Direction

_RIGHT_TO_LEFT = frozenset("ar arc ckb dv fa he ps sd syr ug ur yi".split())
_SCRIPTS_RIGHT_TO_LEFT = frozenset("adlm arab hebr mand nkoo rohg samr syrc thaa".split())


def direction(language: str) -> Direction:
    """Give the direction a language (BCP 47) is written in; a script that is named decides.

    >>> direction("fa"), direction("az-Arab"), direction("ar-Latn")
    ('rtl', 'rtl', 'ltr')
    """
    first, *others = language.lower().split("-")
    script = next((part for part in others if len(part) == 4 and part.isalpha()), None)
    right = script in _SCRIPTS_RIGHT_TO_LEFT if script else first in _RIGHT_TO_LEFT
    return "rtl" if right else "ltr"
