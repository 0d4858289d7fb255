"""Part a stylesheet into what a chapter needs that is laid out by itself, and what its folios need.

A stylesheet says `counter(page)` in a margin box and `target-counter(…, page)` at a reference, as
if the book were one document (CSS Paged Media 3; CSS Generated Content for Paged Media 3). Laid out
by itself, a chapter knows neither: its folios are set apart and put onto its pages when the book is
bound, and a reference gets its page's number with the piece's markup.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Any, TypeAlias

_Nodes: TypeAlias = list[Any]  # tinycss2's, which has no types

NUMBER = "octavo-page"  # the counter that an element with a page reference carries
_MARKS = "marks"
_COUNTERS = ("counter-reset", "counter-increment", "counter-set")


@dataclass(frozen=True, slots=True)
class Sheetwise:
    """A stylesheet, parted."""

    pieces: str  # for pieces: without folios
    first: str  # the same, for the piece with the book's first page
    folios: str  # for folios alone
    referring: tuple[str, ...]  # selectors of elements that show a page's number
    marks: bool  # the style asks for crop marks, which are drawn on the pages of the bound book
    whole: str  # for the book in one piece: all but these marks
    reason: str = ""  # why chapters cannot be laid out by themselves with this style; "": they can


@lru_cache(maxsize=8)  # many a book has the style of the one before
def part(css: str) -> Sheetwise:
    """Part a stylesheet. What a reader cannot make sense of is left as it is."""
    import tinycss2  # type: ignore[import-untyped]

    rules = tinycss2.parse_stylesheet(css, skip_comments=True, skip_whitespace=True)
    referring: list[str] = []
    reasons: list[str] = []
    marks: list[bool] = []
    for rule in _rules(rules):
        if rule.type == "qualified-rule" and _refers(rule.content):
            selectors = tinycss2.serialize(rule.prelude).split(",")
            referring += [each.split("::")[0].strip() for each in selectors]
        if _is_page(rule):
            reasons += _obstacles(rule)
            marks += [_asks_for_marks(each) for each in _of_page(rule)]

    def written(of_page: Callable[[Any], str], refer: Callable[[_Nodes], str] = _numbered) -> str:
        return "\n".join(_written(each, of_page, refer) for each in rules)

    return Sheetwise(
        pieces=written(lambda rule: "" if _is_first(rule) else _margins(rule, _counts_pages)),
        first=written(lambda rule: _margins(rule, _counts_pages)),
        folios=written(lambda rule: "" if _is_first(rule) else _margins(rule, _is_other)),
        referring=tuple(dict.fromkeys(referring)),
        marks=any(marks),
        whole=written(_unmarked, tinycss2.serialize) if any(marks) else css,
        reason=next(iter(reasons), ""),
    )


def _rules(rules: Iterable[Any]) -> Iterator[Any]:
    """Give all rules, also those inside `@media` and `@supports`."""
    import tinycss2

    for rule in rules:
        yield rule
        if rule.type == "at-rule" and rule.lower_at_keyword in ("media", "supports", "layer"):
            yield from _rules(tinycss2.parse_rule_list(rule.content or ()))


def _written(rule: Any, of_page: Callable[[Any], str], refer: Callable[[_Nodes], str]) -> str:
    import tinycss2

    if _is_page(rule):
        return of_page(rule)
    if rule.type == "qualified-rule":
        return f"{tinycss2.serialize(rule.prelude)}{{{refer(rule.content)}}}"
    if rule.type == "at-rule" and rule.lower_at_keyword in ("media", "supports", "layer"):
        inner = tinycss2.parse_rule_list(rule.content or (), skip_whitespace=True)
        said = "".join(_written(each, of_page, refer) for each in inner)
        return f"@{rule.at_keyword}{tinycss2.serialize(rule.prelude)}{{{said}}}"
    return str(rule.serialize())


def _is_page(rule: Any) -> bool:
    return rule.type == "at-rule" and rule.lower_at_keyword == "page" and rule.content is not None


# --- references: target-counter(…, page) becomes a counter of the element's own ---


def _refers(nodes: _Nodes) -> bool:
    return any(_is_reference(node) for node in _deep(nodes))


def _is_reference(node: Any) -> bool:
    if node.type != "function" or node.lower_name != "target-counter":
        return False
    return _arguments(node)[1:2] == ["page"]


def _numbered(nodes: _Nodes) -> str:
    import tinycss2

    written = []
    for node in nodes:
        if _is_reference(node):
            said = ", ".join([NUMBER, *_arguments(node)[2:]])
            written.append(f"counter({said})")
        elif node.type == "function":
            written.append(f"{node.name}({_numbered(node.arguments)})")
        else:
            written.append(tinycss2.serialize([node]))
    return "".join(written)


def _arguments(function: Any) -> list[str]:
    import tinycss2

    return [each.strip() for each in tinycss2.serialize(function.arguments).split(",")]


def _deep(nodes: _Nodes) -> Iterator[Any]:
    for node in nodes:
        yield node
        if node.type == "function":
            yield from _deep(node.arguments)


# --- folios: what stands in the margins ---


def _obstacles(rule: Any) -> Iterator[str]:
    """Say what in a page's style needs the whole book."""
    import tinycss2

    for node in rule.prelude:
        if node.type == "function" and " of " not in tinycss2.serialize(node.arguments):
            yield "a page is chosen by its number with :nth()"
    for content in _contents(rule):
        if _counts_pages(content) and any(
            node.type == "function" and node.lower_name in ("string", "element")
            for node in _deep(content.value)
        ):
            yield "a running head and a folio share one box in the margin"


def _is_first(rule: Any) -> bool:
    return any(
        colon == ":" and node.type == "ident" and node.lower_value == "first"
        for colon, node in pairwise(rule.prelude)
    )


def _margins(rule: Any, is_hidden: Callable[[Any], bool]) -> str:
    """Write a page's rule with the content of some of its margin boxes taken away."""
    import tinycss2

    written = []
    for each in _of_page(rule):
        if each.type == "declaration" and each.lower_name in (*_COUNTERS, _MARKS):
            continue
        if each.type == "at-rule" and any(map(is_hidden, _declared(each))):
            kept = [one for one in _declared(each) if one.lower_name != "content"]
            said = "".join(one.serialize() + ";" for one in kept)
            written.append(f"@{each.at_keyword}{{{said}content:none}}")
        else:
            written.append(each.serialize() + (";" if each.type == "declaration" else ""))
    return f"@page{tinycss2.serialize(rule.prelude)}{{{''.join(written)}}}"


def _of_page(rule: Any) -> _Nodes:
    import tinycss2

    return list(
        tinycss2.parse_blocks_contents(rule.content, skip_comments=True, skip_whitespace=True)
    )


def _asks_for_marks(node: Any) -> bool:
    return node.type == "declaration" and node.lower_name == _MARKS and _says(node, "crop")


def _says(declaration: Any, word: str) -> bool:
    return any(node.type == "ident" and node.lower_value == word for node in declaration.value)


def _unmarked(rule: Any) -> str:
    import tinycss2

    kept = [each for each in _of_page(rule) if not _asks_for_marks(each)]
    said = "".join(each.serialize() + (";" * (each.type == "declaration")) for each in kept)
    return f"@page{tinycss2.serialize(rule.prelude)}{{{said}}}"


def _contents(rule: Any) -> Iterator[Any]:
    """Give what a page's margin boxes hold."""
    for each in _of_page(rule):
        if each.type == "at-rule":
            yield from (one for one in _declared(each) if one.lower_name == "content")


def _declared(margin: Any) -> list[Any]:
    import tinycss2

    found = tinycss2.parse_blocks_contents(margin.content or ())
    return [each for each in found if each.type == "declaration"]


def _counts_pages(declaration: Any) -> bool:
    if declaration.lower_name != "content":
        return False
    return _counts(declaration.value, "page") or _counts(declaration.value, "pages")


def _is_other(declaration: Any) -> bool:
    return declaration.lower_name == "content" and not _counts_pages(declaration)


def _counts(nodes: _Nodes, name: str) -> bool:
    return any(
        node.type == "function"
        and node.lower_name in ("counter", "counters")
        and _arguments(node)[0] == name
        for node in _deep(nodes)
    )
