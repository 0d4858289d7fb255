"""What the makers of readers ask of an EPUB beyond the standard, each in a module of its own.

No reader is asked, only what their makers have written: the sources stand in each module. Rules
that no program can judge, such as whether a picture is sharp, are not here.
"""

from collections.abc import Callable, Iterator
from pathlib import Path

from octavo.check.profiles import apple, kindle, kobo
from octavo.check.profiles.ebook import Ebook, Fault, read_ebook
from octavo.model import Finding, Profile

__all__ = ["check_profile"]

_RULES: dict[Profile, tuple[Callable[[Ebook], Iterator[Fault]], ...]] = {
    "kindle": kindle.RULES,
    "kobo": kobo.RULES,
    "apple": apple.RULES,
}


def check_profile(path: Path, profile: Profile) -> tuple[Finding, ...]:
    """Hold an EPUB against the rules of a reader; the check is called by the profile's name.

    The container has to be sound; of a book whose package cannot be read, nothing is said here.
    """
    ebook = read_ebook(path)
    found = [fault for rule in _RULES[profile] for fault in rule(ebook)] if ebook else []
    return tuple(
        Finding(profile, fault.severity, fault.message, fault.place)
        for fault in dict.fromkeys(found)
    )
