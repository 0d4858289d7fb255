"""Recognise the language of a text by its script and its commonest words; tell prose from noise.

The commonest words of a language are a third of any prose in it. A trained model is better at a
single sentence; on a page there is no difference left, and this one needs no library, loads at
once and says nothing where it cannot know.
"""

import re
import tomllib
from collections import Counter, defaultdict
from functools import cache, lru_cache
from pathlib import Path

_SAMPLE = 48_000  # characters, of a longer text
_PIECES = 12  # the sample is taken from so many places
_FEWEST = 4  # common words, or letters of a script: fewer prove nothing
_LEAST_SHARE = 0.045  # of the words are common ones, weighed; lists of names have fewer
_AHEAD = 1.1  # times the points of the next language
_LETTER = 0.5  # what a letter that few languages have counts, in common words
# What speaks for prose and against it, in common words of ASCII letters.
_TELLING = 2.0  # a common word with another letter
_OWN, _BORROWED, _STRANGE = 0.5, -0.25, -2.0  # a letter of the language, of names, of none
_INNER_CAPITAL, _MIXED, _CAPITAL = -2.0, -2.0, -0.05
_COMMON, _OTHER, _RARE = 1.0, -0.3, -1.0  # characters of scripts without spaces
# Vowel signs of Hebrew, Arabic and the scripts of India belong to the word.
_SIGN = (
    "[\u0300-\u036f\u0591-\u05bd\u05bf-\u05c7\u0610-\u061a\u064b-\u065f\u0900-\u0963\u0971-\u0dff]"
)
_WORD = re.compile(rf"[^\W\d_](?:[^\W\d_]|{_SIGN})*")

# Scripts with the first and the last of their letters, called by their language if they have one
# alone; else languages.toml has the words of each.
_SCRIPTS = (
    ("Latin", "aɏ"),
    ("Latin", "Ḁỿ"),
    ("el", "Ͱ\u03ff"),
    ("el", "ἀ\u1fff"),
    ("Cyrillic", "Ѐԯ"),
    ("hy", "Ա֏"),
    ("Hebrew", "א״"),
    ("Arabic", "\u0600ۿ"),
    ("Devanagari", "\u0900ॿ"),
    ("bn", "\u0980\u09ff"),
    ("pa", "\u0a00\u0a7f"),
    ("gu", "\u0a80\u0aff"),
    ("or", "\u0b00\u0b7f"),
    ("ta", "\u0b80\u0bff"),
    ("te", "\u0c00\u0c7f"),
    ("kn", "\u0c80\u0cff"),
    ("ml", "\u0d00\u0d7f"),
    ("si", "\u0d80\u0dff"),
    ("th", "\u0e00\u0e7f"),
    ("lo", "\u0e80\u0eff"),
    ("bo", "\u0f00\u0fff"),
    ("my", "\u1000\u109f"),
    ("ka", "Ⴀჿ"),
    ("am", "ሀ\u139f"),
    ("km", "\u1780\u17ff"),
    ("mn", "\u1800\u18af"),
    ("Kana", "ぁヿ"),
    ("Han", "㐀\u9fff"),
    ("ko", "가힣"),
)
_ALONE = {"Han": "zh", "Kana": "ja"}
_UNSPACED = {"Han": "Han", "Kana": "Han", "ko": "ko", "th": "th"}  # whose characters are counted
_OF_NAMES = frozenset("àáâãäåæçèéêëìíîïñòóôöøùúûüßœﬁﬂ")


def recognise(text: str) -> str | None:
    """Give a text's language, or None where it cannot be told.

    Short texts, lists of names and mixtures of languages give None. Of a long text a bounded
    sample is looked at, from places all over it.

    Returns:
        the primary subtag of BCP 47: en, de, zh.

    >>> recognise("The river had risen in the night, and the boys came to look at it.")
    'en'
    >>> recognise("Der Fluss war in der Nacht gestiegen, und die Kinder sahen ihn sich an.")
    'de'
    >>> recognise("Tom, Dick, Harry") is None
    True
    """
    words = Counter(_WORD.findall(_sample(text).casefold()))
    script = _script(words)
    if script is None or script.islower():
        return script
    if script in _ALONE:
        return _ALONE[script]
    return _by_words(words, script)


def likeness(text: str) -> float:
    """Give how much a text reads like prose, to compare readings of the same bytes.

    Common words, letters of the language and common Chinese characters count for it; letters that
    the language does not have, capitals after small letters and words in two scripts against it.
    Of the languages of a script the likeliest counts. What is not a letter is not looked at.

    Returns:
        points, of which a common word of ASCII letters is one; below 0 for what nobody writes.

    >>> likeness("für die Brücke") > 0 > likeness("fŸr die BrŸcke")
    True
    """
    scripts: defaultdict[str, Counter[str]] = defaultdict(Counter)
    points = 0.0
    for word, times in Counter(_WORD.findall(text)).items():
        own = {"Latin"} if word.isascii() else _scripts_of(word)
        name = min(own)
        scripts[name][word] += times
        points += times * (_MIXED * (len(own) > 1) + (0 if word.isascii() else _shape(word)))
    for name, words in sorted(scripts.items()):
        points += _of_characters(words, name) if name in _UNSPACED else _of_words(words, name)
    return points


def _scripts_of(word: str) -> set[str]:
    names = {_script_of(char) or "" for char in word.lower() if char not in "ﬁﬂ"} or {"Latin"}
    return {_UNSPACED.get(name, name) for name in names}


def _shape(word: str) -> float:
    inner = word[1:].lower() != word[1:] and word.upper() != word
    return _INNER_CAPITAL * inner + _CAPITAL * (word.lower() != word)


def _of_words(words: Counter[str], script: str) -> float:
    common = _tables(script)[0]
    points: defaultdict[str, float] = defaultdict(float)
    letters: Counter[str] = Counter()
    for word, times in words.items():
        small = word.lower()
        for language in common.get(small, ()):
            points[language] += times * (1.0 if small.isascii() else _TELLING)
        if not small.isascii():
            for char in small:
                letters[char] += times
    for language, alphabet in _alphabets(script).items():
        for char, times in letters.items():
            if char not in alphabet and char > "\x7f":
                points[language] += times * (_BORROWED if char in _OF_NAMES else _STRANGE)
            elif char > "\x7f" and script == "Latin":
                points[language] += times * _OWN
    # No table, no word of it: a script that is in no encoding, or a sign like ª.
    return max(points.values(), default=0.0 if script[:1].isupper() else _STRANGE * len(words))


def _of_characters(words: Counter[str], script: str) -> float:
    """Count the common characters of the likeliest language that is written without spaces."""
    counts: Counter[str] = Counter()
    for word, times in words.items():
        for char in word:
            counts[char] += times
    rare = sum(times for char, times in counts.items() if _script_of(char.lower()) is None)
    best = max(sum(counts[char] for char in common) for common in _characters(script))
    return _COMMON * best + _RARE * rare + _OTHER * (counts.total() - best - rare)


def _sample(text: str) -> str:
    if len(text) <= _SAMPLE:
        return text
    size = _SAMPLE // _PIECES
    step = (len(text) - size) // (_PIECES - 1)
    return "\n".join(text[start : start + size] for start in range(0, step * _PIECES, step))


def _script(words: Counter[str]) -> str | None:
    """Give the script that most words are in; any kana among the Chinese letters is Japanese."""
    counts: Counter[str] = Counter()
    for word, times in words.items():
        name = _script_of(word[0])
        if name in ("Han", "Kana"):  # whole clauses: they are written without spaces
            for char in word:
                counts[_script_of(char) or ""] += times
        elif name:
            counts[name] += times
    if counts["Kana"] * 10 > counts["Han"]:
        counts["Kana"] += counts.pop("Han", 0)
    if not counts:
        return None
    name, count = min(counts.items(), key=lambda item: (-item[1], item[0]))
    return name if count >= _FEWEST and count * 2 > counts.total() else None


@lru_cache(maxsize=4096)
def _script_of(char: str) -> str | None:
    return next((name for name, ends in _SCRIPTS if ends[0] <= char <= ends[1]), None)


def _by_words(words: Counter[str], script: str) -> str | None:
    common, letters = _tables(script)
    points: defaultdict[str, float] = defaultdict(float)
    seen: Counter[str] = Counter()
    for word, times in words.items():
        for language in common.get(word, ()):
            points[language] += times / len(common[word])
            seen[language] += times
        for char in set(word) & letters.keys():
            for language in letters[char]:
                points[language] += times * _LETTER / len(letters[char])
    total = sum(words.values())
    ranked = sorted(points, key=lambda language: (-points[language], language))
    if not ranked or seen[ranked[0]] < _FEWEST or points[ranked[0]] < total * _LEAST_SHARE:
        return None
    second = points[ranked[1]] if len(ranked) > 1 else 0.0
    return ranked[0] if points[ranked[0]] >= second * _AHEAD else None


@cache
def _tables(script: str) -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    """Give the languages by common word and by letter."""
    common: dict[str, list[str]] = {}
    letters: dict[str, list[str]] = {}
    for language, row in _rows(script).items():
        for word in row["words"].split():
            common.setdefault(word, []).append(language)
        for char in row["letters"]:
            letters.setdefault(char, []).append(language)
    return common, letters


@cache
def _alphabets(script: str) -> dict[str, frozenset[str]]:
    """Give the letters beyond ASCII of the languages."""
    rows = _rows(script).items()
    return {name: frozenset(row["alphabet"]) for name, row in rows if "alphabet" in row}


@cache
def _characters(script: str) -> tuple[frozenset[str], ...]:
    """Give the commonest characters of each language."""
    return tuple(frozenset("".join(row["common"].split())) for row in _rows(script).values())


@cache
def _rows(script: str) -> dict[str, dict[str, str]]:
    table = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))
    rows: dict[str, dict[str, str]] = table.get(script, {})
    return rows
