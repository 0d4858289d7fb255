"""Decide a hyphen at a line end by what is known of the language, where the text is silent."""

from collections.abc import Callable

from octavo import vocabulary

_LONG = 4  # letters: two such words make a compound that may be written either way
# Compounds are written as one word there, so a hyphen at a line end is hardly ever the word's own.
_DIVIDING = frozenset("de es it nl sv da nb nn no is fi et hu la".split())
# Words that follow a hyphen and are no word's end, and words before that stand with one.
_PARTICLES = {
    "fr": frozenset("je vous nous elle elles ils là même mêmes dessus dessous delà".split()),
    "ru": frozenset(("нибудь",)),
}
_SUBJECTS = frozenset(("il", "elle", "on", "ils", "elles"))  # a-t-il
_RUSSIAN_TO = frozenset(
    "кто кого кому кем ком что чего чему чем чём где куда откуда когда как почему зачем отчего"
    " какой какая какое какие какого каком каким какую каких чей чья чьё".split()
)


def decide(
    first: str, second: str, spoken: Callable[[str], bool], language: str | None
) -> tuple[bool, bool, bool]:
    """Tell whether two halves keep their hyphen, whether that is doubtful, and whether it is known.

    Args:
        first: the half before the line end, in small letters; it may hold hyphens itself.
        second: the half after it, the same.
        spoken: whether the text has a word elsewhere.
        language: of the text, BCP 47.
    """
    code = (language or "").split("-")[0].lower()
    if _is_particle(first, second, code):
        return True, False, True
    if code in _DIVIDING:
        return False, False, True
    last, next_ = first.rsplit("-", 1)[-1], second.split("-", 1)[0]
    if not vocabulary.covers(language):
        return False, spoken(last) and spoken(next_), False

    def is_word(word: str) -> bool:
        return spoken(word) or vocabulary.knows(word, code)

    both = is_word(last) and is_word(next_)
    kept = both and not vocabulary.knows(last + next_, code)
    return kept, both and (kept or min(len(last), len(next_)) >= _LONG), True


def _is_particle(first: str, second: str, code: str) -> bool:
    if code == "ru" and second == "то":
        return first in _RUSSIAN_TO
    if code == "fr" and (first.endswith("-t") or second.startswith("t-")):
        return second.removeprefix("t-") in _SUBJECTS
    return second in _PARTICLES.get(code, ())
