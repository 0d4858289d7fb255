"""What both ends of a line say about sentences: read once, when a row is made of it."""

from dataclasses import dataclass
from functools import cache

from octavo.structure.wording import (
    breaks_word,
    ends_sentence,
    ends_with_colon,
    ends_with_dash,
    is_unstopped,
    is_wide,
    pauses,
    starts_large,
    starts_quoting,
    starts_small,
    starts_with_speech_hyphen,
)

_SURE = frozenset(".,;:!?…。，、；：！？")  # what stands before them says nothing more


@dataclass(frozen=True, slots=True)
class Head:
    """What the first characters of a line say."""

    small: bool  # it goes on with a small letter, or with what cannot begin a sentence
    large: bool  # it begins with a capital
    quotes: bool  # it begins with a quotation mark or a dash
    hyphen: bool  # it begins with a hyphen that stands for the dash of dialogue
    wide: bool  # it begins with a Chinese or Japanese character


@dataclass(frozen=True, slots=True)
class Tail:
    """What the last characters of a line say."""

    stops: bool  # it ends as a sentence does
    colon: bool  # it announces something
    pauses: bool  # it ends with a comma or semicolon
    breaks: bool  # it ends in the middle of a word
    dash: bool
    unstopped: bool  # its script ends sentences with a space


def head_of(text: str) -> Head:
    """Read the first characters of a line that is not empty."""
    first = text[0]
    if first.isalpha():  # as most lines; the letter says it all
        return _head_with(first)
    return _head(
        starts_small(text),
        starts_large(text),
        starts_quoting(text),
        starts_with_speech_hyphen(text),
        is_wide(first),
    )


def tail_of(text: str) -> Tail:
    """Read the last characters of a line that is not empty."""
    last = text[-1]
    if last.isalnum() or last in _SURE:
        return _tail_with(last)
    return _read(text)


def _read(text: str) -> Tail:
    return _tail(
        ends_sentence(text),
        ends_with_colon(text),
        pauses(text),
        breaks_word(text),
        ends_with_dash(text),
        is_unstopped(text[-1]),
    )


# There are as many heads and tails as there are answers, however many lines there are.
_head = cache(Head)
_tail = cache(Tail)


@cache
def _head_with(letter: str) -> Head:
    return _head(letter.islower(), letter.isupper(), False, False, is_wide(letter))


_tail_with = cache(_read)
