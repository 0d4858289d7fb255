"""Say which fonts a book needs that neither Octavo nor the system has."""

import re
from collections.abc import Collection, Iterable, Sequence

from octavo.model import Finding
from octavo.scripts import advice

_SHOWN = 12  # characters
# What WeasyPrint says of a character that no font has.
_EMPTY = re.compile(r"\.notdef glyph rendered for Unicode string .*: \"(.+)\" \(U\+", re.DOTALL)


def lacking(missing: Collection[str], language: str) -> list[Finding]:
    """Warn that the fonts of others are taken.

    Args:
        missing: characters that none of our faces has.
        language: the book's (BCP 47).
    """
    if not missing:
        return []
    message = (
        f"none of Octavo's fonts has {_some(missing)}: the reader's or this system's are taken"
    )
    wanted = advice(missing, language)
    return [_warning(f"{message}; to be sure of them, {wanted}" if wanted else message)]


def joined(findings: Sequence[Finding], language: str) -> tuple[Finding, ...]:
    """Give a layout's findings with those of characters that no font has made into one."""
    found = [(each, _EMPTY.match(each.message)) for each in findings]
    empty = {char for _, match in found if match for char in match[1]}
    kept = tuple(each for each, match in found if not match)
    if not empty:
        return kept
    wanted = advice(empty, language) or "install one that has them"
    message = f"no font on this system has {_some(empty)}: the PDF shows nothing there; {wanted}"
    return (_warning(f"{message}, and build the book again"), *kept)


def _some(characters: Iterable[str]) -> str:
    ordered = sorted(characters)
    return " ".join(ordered[:_SHOWN]) + " …" * (len(ordered) > _SHOWN)


def _warning(message: str) -> Finding:
    return Finding("fonts", "warning", message)
