"""The rules of a style sheet with their places, as far as the makers' rules ask for them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tinycss2.ast import Node  # type: ignore[import-untyped]

_COMBINATORS = re.compile(r"\s*[>+~\s]\s*")
_GROUPS = {"media", "supports", "layer", "container", "document", "-moz-document"}
_DEEPEST = 20  # groups in one another


@dataclass(frozen=True, slots=True)
class Declaration:
    """A property with its value, both in lower case."""

    property: str
    value: str
    line: int | None  # of the file it stands in, counted from 1


@dataclass(frozen=True, slots=True)
class StyleRule:
    """A selector, or "@font-face" and the like, and what is declared for it."""

    selector: str
    declarations: tuple[Declaration, ...]
    name: str  # of the file
    themed: bool = False  # it holds for light or dark surroundings alone

    @property
    def selectors(self) -> frozenset[str]:
        """The selectors, without the commas between them."""
        return frozenset(one.strip() for one in self.selector.split(","))

    @property
    def subjects(self) -> frozenset[str]:
        """What the selectors choose, without where it stands: of `div > p, li` p and li."""
        return frozenset(_COMBINATORS.split(one)[-1] for one in self.selectors)

    def get(self, name: str) -> str | None:
        """Give the value of a property."""
        return next((one.value for one in self.declarations if one.property == name), None)


def style_rules(css: str, name: str, first: int = 1) -> Iterator[StyleRule]:
    """Give the rules of a style sheet, those in groups too.

    Args:
        css: the style sheet.
        name: of the file it stands in.
        first: the line it begins in.
    """
    import tinycss2  # type: ignore[import-untyped]

    nodes = tinycss2.parse_stylesheet(css, skip_comments=True, skip_whitespace=True)
    pending = [(node, False, 0) for node in reversed(nodes)]
    while pending:
        node, themed, depth = pending.pop()
        if node.content is None if node.type == "at-rule" else node.type != "qualified-rule":
            continue
        if node.type == "at-rule" and node.lower_at_keyword in _GROUPS:
            if depth < _DEEPEST:
                themed = themed or "prefers-color-scheme" in tinycss2.serialize(node.prelude)
                inner = tinycss2.parse_rule_list(node.content, skip_comments=True)
                pending += [(each, themed, depth + 1) for each in reversed(inner)]
            continue
        keyword = f"@{node.lower_at_keyword} " if node.type == "at-rule" else ""
        selector = (keyword + tinycss2.serialize(node.prelude)).strip()
        yield StyleRule(selector, tuple(_declared(node.content, first)), name, themed)


def declarations(css: str, line: int | None) -> tuple[Declaration, ...]:
    """Give what a style attribute declares."""
    return tuple(_declared(css, line or 1))


def _declared(content: "str | list[Node]", first: int) -> Iterator[Declaration]:
    import tinycss2

    for node in tinycss2.parse_blocks_contents(content, skip_comments=True):
        if node.type == "declaration":
            value = tinycss2.serialize(node.value).strip().lower()
            yield Declaration(node.lower_name, value, first + node.source_line - 1)
