"""HTML from outside → a tree that holds only what is allowed. The only user of nh3."""

import re

import nh3
from lxml import html as lxml_html

from octavo.chapters.markup import Element

_TEXT = frozenset(
    "a abbr b bdi bdo br cite code del dfn em i ins kbd mark q rp rt ruby s samp small span strong"
    " sub sup time u var wbr".split()
)
_BLOCKS = frozenset(
    "aside blockquote caption col colgroup dd details div dl dt figcaption figure h1 h2 h3 h4 h5 h6"
    " hr img li ol p pre section summary table tbody td tfoot th thead tr ul".split()
)
_FORMULAS = frozenset(  # MathML Core
    "math menclose merror mfrac mi mmultiscripts mn mo mover mpadded mphantom mprescripts mroot"
    " mrow ms mspace msqrt mstyle msub msubsup msup mtable mtd mtext mtr munder munderover"
    " semantics annotation".split()
)
TAGS = _TEXT | _BLOCKS | _FORMULAS
# Their contents go with them: nobody is meant to read it.
_WITH_CONTENTS = frozenset(
    "applet audio canvas embed frame frameset head iframe noembed noframes noscript object script"
    " select style svg template textarea title video".split()
)
# Wrappers that say nothing about the text: their contents stay, nothing is lost.
_SILENT = frozenset(
    "address article body footer header hgroup html main nav tt font center".split()
)

_FORMULA_ATTRIBUTES = frozenset(
    "accent accentunder columnalign columnspacing depth display displaystyle encoding fence form"
    " height largeop linethickness lspace mathsize mathvariant maxsize minsize movablelimits"
    " rowspacing rspace scriptlevel separator stretchy symmetric voffset width".split()
)
_ATTRIBUTES: dict[str, set[str]] = {
    "*": {"id", "class", "lang", "dir", "title"},
    "a": {"href", "role"},
    "blockquote": {"cite"},
    "col": {"span"},
    "colgroup": {"span"},
    "del": {"datetime"},
    "img": {"src", "alt", "style"},
    "ins": {"datetime"},
    "li": {"value"},
    "ol": {"start", "reversed", "type"},
    "section": {"role"},
    "td": {"colspan", "rowspan", "style"},
    "th": {"colspan", "rowspan", "style", "scope"},
    "time": {"datetime"},
    **{tag: set(_FORMULA_ATTRIBUTES) for tag in _FORMULAS},
}
_MOST_COLUMNS = 1000  # a colspan of a thousand million takes WeasyPrint's memory
_MOST_NESTED = 100  # deeper nesting ends WeasyPrint with a RecursionError
_CHECKBOX = re.compile(r'<input type="checkbox"( checked="")? ?/?>')
_START_TAG = re.compile(r"<([A-Za-z][A-Za-z0-9-]*)")


def parse(markup: str) -> tuple[Element, tuple[str, ...]]:
    """Parse HTML into a `<div>` that holds only allowed elements, attributes and addresses.

    Returns the tree and the names of the elements that were taken out with their contents, sorted.
    """
    markup = _CHECKBOX.sub(lambda found: "☑ " if found[1] else "☐ ", markup)
    safe = nh3.clean(
        markup,
        tags=set(TAGS),
        clean_content_tags=set(_WITH_CONTENTS),
        attributes=_ATTRIBUTES,
        attribute_filter=_attribute,
        url_schemes={"http", "https", "mailto", "data"},
        link_rel=None,
        filter_style_properties={"width", "text-align"},
    )
    root = lxml_html.fragment_fromstring(safe, create_parent="div")
    _flatten(root)
    return root, _removed(markup)


def _attribute(tag: str, name: str, value: str) -> str | None:
    if name in {"colspan", "rowspan", "span"}:
        return value if value.isdecimal() and 0 < int(value) <= _MOST_COLUMNS else None
    if name in {"href", "cite"} and value.strip().lower().startswith("data:"):
        return None
    if name == "role" and value not in {"doc-noteref", "doc-endnotes", "doc-backlink"}:
        return None
    if name == "lang":
        return value if re.fullmatch(r"[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*", value) else None
    if name == "dir":
        return value if value in {"ltr", "rtl", "auto"} else None
    return value


def _flatten(root: Element) -> None:
    """Take the tags, not the text, from what is nested too deep."""
    stack = [(root, 0)]
    while stack:
        node, depth = stack.pop()
        if depth == _MOST_NESTED:
            words = "".join(node.itertext())
            for child in list(node):
                node.remove(child)
            node.text = words
        stack += [(child, depth + 1) for child in node]


def _removed(markup: str) -> tuple[str, ...]:
    used = {name.lower() for name in _START_TAG.findall(markup)}
    return tuple(sorted(used - TAGS - _SILENT))
