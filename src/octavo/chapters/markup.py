"""The tree a chapter is worked on as, and its markup: good as XHTML and as HTML."""

import copy
import re
from collections.abc import Iterator
from typing import TypeAlias

from lxml import etree

Element: TypeAlias = etree._Element

VOID = frozenset({"area", "br", "col", "hr", "img", "wbr"})


def serialise(root: Element) -> str:
    """Give the markup of what is inside `root`.

    Void elements end in `/>` and no others do, so that XML and HTML parsers see the same tree.
    """
    for node in root.iter():
        if node.text is None and len(node) == 0 and node.tag not in VOID:
            node.text = ""
    inner = [etree.tostring(child, encoding="unicode", method="xml") for child in root]
    return (_escaped(root.text) + "".join(inner)).strip()


def written(root: Element) -> str:
    """Give a whole tree as text, from which `read` makes one like it; it is not to be used then."""
    _rename_attribute(root, "xmlns", _STAND_IN)
    return etree.tostring(root, encoding="unicode")


def read(text: str) -> Element:
    """Give the tree that was written."""
    root = etree.fromstring(text, etree.XMLParser(huge_tree=True, resolve_entities=False))
    _rename_attribute(root, _STAND_IN, "xmlns")
    return root


# To us a formula's namespace is an attribute like others: a parser would move it into its name.
_STAND_IN = "data-xmlns"


def _rename_attribute(root: Element, name: str, other: str) -> None:
    for formula in root.iter("math"):
        said = [(other if key == name else key, value) for key, value in formula.items()]
        formula.attrib.clear()
        for key, value in said:  # in the same order
            formula.set(key, value)


def text_of(node: Element) -> str:
    """Give the plain text of an element, with single spaces; note marks left out.

    An image says its alternative text.
    """
    alone = copy.deepcopy(node)
    for image in alone.iter("img"):
        image.text = image.get("alt")
    for mark in list(alone.iter("a")):
        if mark.get("role") == "doc-noteref":
            drop(mark)
    return plain("".join(alone.itertext()))


def plain(text: str) -> str:
    """Give a text with single spaces, which may be such as end no line; without word joiners.

    Titles go where few signs are understood: into outlines, lists of files and names.
    """
    return _BREAKING.sub(" ", text.replace("\u2060", "")).strip()


_BREAKING = re.compile(r"(?:(?![\xa0\u202f])\s)+")


def drop(node: Element) -> None:
    """Remove an element with its contents; the text that follows it stays."""
    _tail_to_neighbour(node)
    parent = node.getparent()
    assert parent is not None
    parent.remove(node)


def unwrap(node: Element) -> None:
    """Put an element's contents in its place."""
    parent = node.getparent()
    assert parent is not None
    _add_text_before(node, node.text)
    for child in list(node):  # one by one before it: inserting by index would count every time
        node.addprevious(child)
    drop(node)


def rename(node: Element, tag: str, classes: str | None = None) -> None:
    """Give an element another tag and, if asked for, other classes."""
    node.tag = tag
    if classes is not None:
        node.set("class", classes)


def classes(node: Element) -> frozenset[str]:
    """Give the classes of an element."""
    return frozenset((node.get("class") or "").split())


def headings(root: Element) -> Iterator[Element]:
    """Give the headings in an element, in order."""
    return root.iter("h1", "h2", "h3", "h4", "h5", "h6")


def level_of(heading: Element) -> int:
    """Give the level of a heading, 1 to 6."""
    return int(str(heading.tag)[1])


def _tail_to_neighbour(node: Element) -> None:
    if node.tail:
        _add_text_before(node, node.tail)
        node.tail = None


def _add_text_before(node: Element, text: str | None) -> None:
    if not text:
        return
    before, parent = node.getprevious(), node.getparent()
    if before is not None:
        before.tail = (before.tail or "") + text
    elif parent is not None:
        parent.text = (parent.text or "") + text


def _escaped(text: str | None) -> str:
    return (text or "").replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
