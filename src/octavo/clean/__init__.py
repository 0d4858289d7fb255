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

# In the order they are applied: later rules count on the spaces and letters of the earlier ones,
# and those that weigh the whole text come after those that take lines away.
RULES: dict[str, Rule] = {
    "mojibake": mojibake,
    "invisible": invisible,
    "ligatures": ligatures,
    "columns": columns,
    "spaces": spaces,
    "boilerplate": boilerplate,
    "notices": notices,
    "furniture": furniture,
    "letters": letters,
    "arabic": arabic,
    "misread": misread,
    "capitals": capitals,
    "blanks": blanks,
}
# What one of them takes away can show the others more, so they take turns.
_REMOVING = ("boilerplate", "notices", "furniture")
_TURNS = 6


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
    for names in _steps():
        for _ in range(_TURNS):
            lines, made = _apply(names, lines, guidance)
            changes += made
            if len(names) == 1 or not any(change.rule == names[-1] for change in made):
                break
        if names == _REMOVING and guidance.language is None:
            # An archive's notice may be in another language than its text.
            guidance = replace(guidance, language=_language(lines))
    return Cleaned(Text(lines), tuple(changes), guidance.language)


def _steps() -> list[tuple[str, ...]]:
    """Give the names of the rules: each by itself, and those that take turns together."""
    alone = [(name,) for name in RULES if name not in _REMOVING]
    first = list(RULES).index(_REMOVING[0])
    return [*alone[:first], _REMOVING, *alone[first:]]


def _apply(names: tuple[str, ...], lines: Lines, guidance: Guidance) -> Ruled:
    changes: list[Change] = []
    for name in names:
        if not guidance.idle(name):
            lines, made = RULES[name](lines, guidance)
            changes += made
    return lines, tuple(changes)


def _language(lines: Lines) -> str | None:
    return recognise("\n".join(line.text for line in lines))
