"""The rule for drop capitals that stand apart from their words."""

import re

from octavo.clean.ruled import Lines, Ruled, with_text
from octavo.guidance import Guidance
from octavo.model import Change

_LETTER = re.compile("[“\"‘'„«]?[^\\W\\d_]")
_APART = re.compile(r"(?P<letter>[“\"‘'„«]?[^\W\d_]) (?P<rest>[^\W\d_]{2,})")
_WORDS = frozenset("aàáeèéiîoóuyавикосуя")  # letters that are words by themselves somewhere
_WORD = re.compile(r"[^\W\d_]+")


def capitals(lines: Lines, guidance: Guidance) -> Ruled:
    r"""Put a drop capital back to the rest of its word: `T` and `HE river`.

    It stands on a line of its own above the text, or has a space after it and capitals follow.
    The whole word must stand somewhere else in the text, and the rest must not, unless it is in
    capitals and the letter is no word: so `I HAVE` and a chapter's number stay. Wrong for letters
    that count sections, where letter and title make a word by chance.

    >>> from octavo.model import Line, Place
    >>> rows = ["T", "HE river rose by night;", "then the bridge held. T HEN it fell."]
    >>> lines = tuple(Line(row, Place("a.txt", n)) for n, row in enumerate(rows, 1))
    >>> [line.text for line in capitals(lines, Guidance())[0]]
    ['THE river rose by night;', 'then the bridge held. T HEN it fell.']
    """
    alone, apart = _initials(lines)
    divided = {
        index: _halves(lines, index, index in alone)
        for index in sorted(alone | apart)
        if not guidance.off("capitals", lines[index].place)
        and (index in apart or _is_followed(lines, index))
    }
    if not divided:
        return lines, ()
    words = _words(lines) if any(_is_even(rest) for _, rest in divided.values()) else set()
    kept = list(lines)
    changes: list[Change] = []
    dropped: set[int] = set()
    for index, (letter, rest) in divided.items():
        if index - 1 in dropped:
            continue  # the capital above has just come to this line
        if not guidance.forced("capitals", lines[index].place) and not (
            _is_even(rest) and _belongs(letter, rest, words)
        ):
            continue
        target = index + 1 if index in alone else index
        text = _joined(lines, index, target)
        before = "\n".join(line.text for line in lines[index : target + 1])
        changes.append(Change("capitals", lines[index].place, before, text))
        kept[target] = with_text(lines[target], text)
        if index in alone:
            dropped.add(index)
    return tuple(line for at, line in enumerate(kept) if at not in dropped), tuple(changes)


def _initials(lines: Lines) -> tuple[set[int], set[int]]:
    """Give the capitals that stand alone on a line, and those with a space after them."""
    alone: set[int] = set()
    apart: set[int] = set()
    for index, line in enumerate(lines):
        body = line.text.strip()
        if len(body) > 2:
            if (body[1] == " " or body[2] == " ") and _found(body):
                apart.add(index)
        elif body.isupper() and _LETTER.fullmatch(body):
            alone.add(index)
    return alone, apart


def _found(text: str) -> "re.Match[str] | None":
    found = _APART.match(text)
    capitals = found is not None and found.group().isupper()
    return found if capitals else None


def _words(lines: Lines) -> set[str]:
    """Give the words of a text that are not in capitals, in one case."""
    pieces: set[str] = set()  # many come again: they are taken to pieces once
    for line in lines:
        pieces.update(line.text.split())
    words = {piece for piece in pieces if piece.isalpha()}
    words.update(*map(_WORD.findall, pieces - words))
    return {word.casefold() for word in words if not word.isupper()}


def _is_followed(lines: Lines, index: int) -> bool:
    return index + 1 < len(lines) and bool(lines[index + 1].text.strip())


def _halves(lines: Lines, index: int, alone: bool) -> tuple[str, str]:
    if alone:
        first = _WORD.match(lines[index + 1].text.lstrip())
        return lines[index].text.strip(), first.group() if first else ""
    found = _found(lines[index].text.lstrip())
    return (found["letter"], found["rest"]) if found else ("", "")


def _is_even(rest: str) -> bool:
    """Tell whether all letters are small ones, or all are capitals."""
    return rest.islower() or rest.isupper()


def _belongs(letter: str, rest: str, words: set[str]) -> bool:
    """Tell whether a letter and what follows it are one word."""
    whole = letter[-1].casefold() + rest.casefold()
    alone = letter[-1].casefold() in _WORDS
    return whole in words and (rest.casefold() not in words or (rest.isupper() and not alone))


def _joined(lines: Lines, index: int, target: int) -> str:
    text = lines[target].text
    if target == index:
        return text.replace(" ", "", 1) if text == text.lstrip() else _without_space(text)
    edge = lines[index].text[:1] if lines[index].text.startswith(("\f", "\v")) else ""
    bare = text.lstrip()
    indent = text.removeprefix("\f").removeprefix("\v")
    return edge + indent[: len(indent) - len(bare)] + lines[index].text.strip() + bare


def _without_space(text: str) -> str:
    bare = text.lstrip()
    return text[: len(text) - len(bare)] + bare.replace(" ", "", 1)
