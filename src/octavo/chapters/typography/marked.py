"""What a source marks as a quotation within a line, `<q>` or pandoc's: it gets quotation marks."""

from collections.abc import Callable

from octavo.chapters.markup import Element, classes, rename, unwrap
from octavo.chapters.typography.signs import Signs

_QUOTED = "quoted"  # the class pandoc/quoted.lua gives


def write_marks(root: Element, language: str, signs: Callable[[str], Signs]) -> None:
    """Write the marks of the language around what is quoted, and take the elements away.

    Args:
        root: a tree, which is altered.
        language: of what says none itself.
        signs: gives those of a language.
    """
    found = [node for node in root.iter("q", "span") if _is_quoted(node)]
    pairs = [_pair(node, language, signs) for node in found]  # before one is taken away
    for node, pair in zip(found, pairs, strict=True):
        opening, closing = pair[0], pair[1]
        node.text = opening + (node.text or "")
        if len(node):
            node[-1].tail = (node[-1].tail or "") + closing
        else:
            node.text += closing
        node.attrib.pop("class", None)
        if node.attrib:
            rename(node, "span")
        else:
            unwrap(node)


def _is_quoted(node: Element) -> bool:
    return node.tag == "q" or _QUOTED in classes(node)


def _pair(node: Element, language: str, signs: Callable[[str], Signs]) -> str:
    around = (node, *node.iterancestors())
    own = signs(next((str(each.get("lang")) for each in around if each.get("lang")), language))
    inside = sum(map(_is_quoted, around)) - 1
    if node.tag == "q":
        return own.inner if inside % 2 else own.double
    if "single" not in classes(node):
        return own.double
    return own.inner if inside else own.single
