"""Text → Text: mend what typing and extraction did to it, rule by rule, each change recorded.

To add a rule, add a module named for it and a row in `RULES`. A rule takes lines and gives lines;
applied to its own result it changes nothing.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TypeAlias

from octavo.clean.arabic import arabic
from octavo.clean.blanks import blanks
from octavo.clean.boilerplate import boilerplate
from octavo.clean.capitals import capitals
from octavo.clean.columns import columns
from octavo.clean.furniture import furniture
from octavo.clean.invisible import invisible
from octavo.clean.letters import letters
from octavo.clean.ligatures import ligatures
from octavo.clean.misread import misread
from octavo.clean.mojibake import mojibake
from octavo.clean.notices import notices
from octavo.clean.ruled import Lines, Ruled
from octavo.clean.spaces import spaces
from octavo.guidance import Guidance
from octavo.languages import recognise
from octavo.model import Change, Text

__all__ = ["RULES", "Cleaned", "clean"]

Rule: TypeAlias = Callable[[Lines, Guidance], Ruled]

# In the order they are applied: later rules count on the spaces and letters of the earlier ones.
RULES: dict[str, Rule] = {
    "mojibake": mojibake,
    "invisible": invisible,
    "ligatures": ligatures,
    "columns": columns,
    "spaces": spaces,
    "letters": letters,
    "arabic": arabic,
    "boilerplate": boilerplate,
    "notices": notices,
    "misread": misread,
    "capitals": capitals,
    "furniture": furniture,
    "blanks": blanks,
}
_LAST_WITHOUT_LANGUAGE = "notices"


@dataclass(frozen=True, slots=True)
class Cleaned:
    """A text after the rules, and what they did."""

    text: Text
    changes: tuple[Change, ...]
    language: str | None = None  # BCP 47: the given one, or what was recognised, if it could be


def clean(text: Text, guidance: Guidance) -> Cleaned:
    """Apply the rules in turn.

    Args:
        text: as `read` gives it.
        guidance: its language, if somebody has said it, and the rules that are switched off or
            forced.
    """
    lines = text.lines
    changes: list[Change] = []
    for name, rule in RULES.items():
        if not guidance.idle(name):
            lines, made = rule(lines, guidance)
            changes.extend(made)
        if name == _LAST_WITHOUT_LANGUAGE and guidance.language is None:
            # An archive's notice may be in another language than its text.
            guidance = replace(guidance, language=_language(lines))
    return Cleaned(Text(lines), tuple(changes), guidance.language)


def _language(lines: Lines) -> str | None:
    return recognise("\n".join(line.text for line in lines))
