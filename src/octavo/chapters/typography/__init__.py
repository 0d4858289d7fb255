"""The letters and signs of a chapter as the printers of its language set them, rule by rule.

To add a rule, write a function that takes a running text and the signs of its language and gives
edits, in order and apart, and add it to `RULES`. Applied to its own result it makes none; it never
alters a letter or a figure. Whatever is not text, or is in another language, is one sign to it.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TypeAlias

from lxml import etree

from octavo.chapters.markup import Element, plain
from octavo.chapters.typography.dashes import dashes, ellipses
from octavo.chapters.typography.flow import OPAQUE, Flow, Slot, flows
from octavo.chapters.typography.marked import write_marks
from octavo.chapters.typography.quotes import apostrophes, primes, quotes
from octavo.chapters.typography.signs import Edit, Signs, signs_of
from octavo.chapters.typography.spaces import (
    initials,
    joiners,
    prepositions,
    punctuation,
    references,
    units,
)

__all__ = ["RULES", "Typography"]

Rule: TypeAlias = Callable[[str, Signs], Iterable[Edit]]

# Those in one row look at the same text; a later row sees what the earlier ones have made.
_ROWS: tuple[dict[str, Rule], ...] = (
    {"quotes": quotes, "apostrophes": apostrophes, "primes": primes},
    {"dashes": dashes, "ellipses": ellipses},
    {"punctuation": punctuation},
    {"joiners": joiners},
    {"initials": initials},
    {"units": units},
    {"references": references},
    {"prepositions": prepositions},
)
RULES: dict[str, Rule] = {name: rule for row in _ROWS for name, rule in row.items()}

_TURNS = 8
_STRAIGHT = re.compile("[\"']")
_ADDRESS = re.compile(
    r"\b(?:https?://|www\.)[^\s<>\"]*[^\s<>\".,;:!?'’)\]}]"
    r"|[\w.+-]{1,64}@[\w-]{1,64}(?:\.[\w-]{1,64}){1,8}"
)


@dataclass(frozen=True, slots=True)
class Typography:
    """What is done with the signs of a book."""

    language: str = "en"  # BCP 47: of what says none itself
    off: frozenset[str] = frozenset()  # rules that are switched off
    quotes: str | None = None  # the four quotation marks of the book's language, if not the usual

    def tree(self, root: Element) -> None:
        """Set the signs of a tree, which is altered."""
        write_marks(root, self.language, self._signs)
        for flow in flows(root, self.language):
            self._set(flow)

    def line(self, text: str) -> str:
        """Set the signs of a title; as plain text, it has no word joiners."""
        root = etree.Element("p")
        root.text = text
        flow = Flow(self.language)
        flow.add(Slot(root, "text"))
        self._set(flow)
        return plain(root.text or "")

    def _set(self, flow: Flow) -> None:
        signs = self._signs(flow.language)
        if signs.alone:
            return
        for _ in range(_TURNS):
            # What was made can tell more of a sign that could not be told before.
            if not self._turn(flow, signs) or not _STRAIGHT.search(flow.text):
                break
        flow.put_back()

    def _turn(self, flow: Flow, signs: Signs) -> bool:
        """Apply the rules once; tell whether they altered anything."""
        altered = False
        for row in _ROWS:
            text = _without_addresses(flow.text)
            edits = [
                edit
                for name, rule in row.items()
                if name not in self.off
                for edit in rule(text, signs)
            ]
            if edits:
                flow.alter(sorted(edits))
                altered = True
        return altered

    def _signs(self, language: str) -> Signs:
        return signs_of(language, self.quotes if language == self.language else None)


def _without_addresses(text: str) -> str:
    """Put one sign for each character of an address."""
    if "@" in text or "://" in text or "www." in text:  # to look for them takes long
        return _ADDRESS.sub(lambda found: OPAQUE * len(found[0]), text)
    return text
