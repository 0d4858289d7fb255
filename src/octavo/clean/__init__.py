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
# From here on a rule's work can show an earlier one more, so they take turns until none has any.
_FIRST_IN_TURN = "boilerplate"
_TURNS = 8
_LAST_WITHOUT_LANGUAGE = "furniture"


@dataclass(frozen=True, slots=True)
class Cleaned:
    """A text after the rules, and what they did."""

    text: Text
    changes: tuple[Change, ...]
    language: str | None = None  # BCP 47: the given one, or what was recognised, if it could be


def clean(text: Text, guidance: Guidance) -> Cleaned:
    """Apply the rules in turn, until cleaning the result once more would change nothing.

    Args:
        text: as `read` gives it.
        guidance: its language, if somebody has said it, and the rules that are switched off or
            forced.
    """
    lines = text.lines
    del text  # whoever needs what is altered holds it
    changes: list[Change] = []
    names = tuple(name for name in RULES if not guidance.idle(name))
    version = 0  # of the lines; the one that each rule has seen last
    seen: dict[str, int] = {}
    for turn in range(_TURNS):
        for name in RULES if not turn else _in_turn():
            if name in names and seen.get(name) != version:
                lines, made = RULES[name](lines, guidance)
                version += bool(made)
                changes += made
                seen[name] = version
            if name == _LAST_WITHOUT_LANGUAGE and guidance.language is None and not turn:
                # An archive's notice may be in another language than its text.
                guidance = replace(guidance, language=_language(lines))
    return Cleaned(Text(lines), tuple(changes), guidance.language)


def _in_turn() -> tuple[str, ...]:
    names = tuple(RULES)
    return names[names.index(_FIRST_IN_TURN) :]


def _language(lines: Lines) -> str | None:
    return recognise("\n".join(line.text for line in lines))
