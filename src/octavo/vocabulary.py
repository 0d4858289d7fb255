"""Dictionaries: which words a language has."""

from functools import lru_cache

# A dictionary decides line-end hyphens where compounds are often hyphenated and the list knows
# the inflected forms. It was measured: in English it leaves a tenth of the errors; in French and
# in Russian, whose list takes seconds to load, nothing is gained.
_LANGUAGES = frozenset(("en",))
_LONGEST = 40  # letters: beyond, it is no word


def covers(language: str | None) -> bool:
    """Tell whether there is a dictionary of a language (BCP 47)."""
    return (language or "").split("-")[0].lower() in _LANGUAGES


def knows(word: str, language: str) -> bool:
    """Tell whether the dictionary of a language has a word in small letters, or as a name.

    The first call loads the dictionary. Ask `covers` before.

    >>> knows("compositors", "en"), knows("halflight", "en")
    (True, False)
    """
    return len(word) <= _LONGEST and _known(word.replace("’", "'"), language.split("-")[0].lower())


@lru_cache(maxsize=100_000)
def _known(word: str, language: str) -> bool:
    from simplemma import is_known

    name = word[:1].upper() + word[1:]
    return is_known(word, lang=language) or is_known(name, lang=language)
