"""HTML from outside → a tree that holds only what is allowed. The only user of nh3."""

import re
from collections.abc import Callable
from html import unescape

import nh3
from lxml import etree

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
    "annotation-xml applet audio canvas embed frame frameset head iframe noembed noframes noscript"
    " object script select style svg template textarea title video".split()
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
_MOST_PARSED = 1000  # an HTML5 parser takes quadratic time over nested elements
_MOST_ROUNDS = 5
_CHECKBOX = re.compile(r'<input type="checkbox"( checked="")? ?/?>')
_START_TAG = re.compile(r"<([A-Za-z][A-Za-z0-9-]*)")
_VOID_NAMES = frozenset("area base br col embed hr img input link meta source track wbr".split())
# A start tag of one of these ends the element before it: many in a row are not nested.
_SELF_CLOSING = frozenset("p li dt dd tr td th thead tbody tfoot option rt rp colgroup".split())
_TAG = re.compile(r"""<(/?)([A-Za-z][A-Za-z0-9-]*)((?:[^<>"']|"[^"]*"|'[^']*')*)>""")
# What XML 1.0 (section 2.2) cannot hold, however it is written.
_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_SCHEMES = ("http", "https", "mailto")
_ADDRESS = re.compile(r"""\shref\s*=\s*(?:"([^"]*)"|'([^']*)')""", re.IGNORECASE)
_OTHER_SCHEME = re.compile(rf"(?!(?:{'|'.join(_SCHEMES)}):)[a-z][a-z0-9+.-]*:", re.IGNORECASE)
_LANGUAGE = re.compile(r"[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*")
_VALUES = {  # what an attribute may say, where a book's reader is strict about it
    "role": re.compile(r"doc-noteref|doc-endnotes|doc-backlink"),
    "lang": _LANGUAGE,
    "dir": re.compile(r"ltr|rtl|auto"),
    "start": re.compile(r"-?\d{1,6}"),
    "value": re.compile(r"-?\d{1,6}"),
    "type": re.compile(r"[1aAiI]"),
    "scope": re.compile(r"row|col|rowgroup|colgroup"),
    "datetime": re.compile(r"\d{4}-\d\d-\d\d"),
    "cite": re.compile(r"https?://[^\s\"<>]+"),
}


def parse(markup: str) -> tuple[Element, tuple[str, ...]]:
    """Parse HTML into a `<div>` that holds only allowed elements, attributes and addresses.

    Gives the tree, and what was taken away, in words.
    """
    markup = _CHECKBOX.sub(lambda found: "☑ " if found[1] else "☐ ", markup)
    safe = _clean(_limited(markup, _MOST_PARSED, _VOID_NAMES | _SELF_CLOSING), _attribute)
    flat = _limited(safe, _MOST_NESTED, _VOID_NAMES)
    deep = _TOO_DEEP if flat != safe else ()
    return _tree(_settled(flat)), (*_removed(markup), *deep)


def _clean(markup: str, attribute: Callable[[str, str, str], str | None] | None) -> str:
    return nh3.clean(
        markup,
        tags=set(TAGS),
        clean_content_tags=set(_WITH_CONTENTS),
        attributes=_ATTRIBUTES,
        attribute_filter=attribute,
        url_schemes={*_SCHEMES, "data"},  # data: for images only
        link_rel=None,
        filter_style_properties={"width", "text-align"},
    )


def _settled(safe: str) -> str:
    """Clean again until nothing changes: without a tag, what stood around it may nest otherwise."""
    for _ in range(_MOST_ROUNDS):
        before, safe = safe, _clean(safe, None)
        if safe == before:
            break
    return safe


_TOO_DEEP = (f"what stands inside more than {_MOST_NESTED} elements loses its form",)


def _attribute(tag: str, name: str, value: str) -> str | None:
    if name in {"colspan", "rowspan", "span"}:
        return value if value.isdecimal() and 0 < int(value[:9]) <= _MOST_COLUMNS else None
    if name == "href":
        return None if value.strip().lower().startswith("data:") else value.strip()
    pattern = _VALUES.get(name) if tag not in _FORMULAS else None
    return value if pattern is None or pattern.fullmatch(value) else None


def _limited(markup: str, most: int, alone: frozenset[str]) -> str:
    """Take the tags, not the text, from what is nested too deep.

    Args:
        markup: HTML.
        most: how many elements may stand inside one another.
        alone: elements that nothing stands inside of, as far as is counted here.
    """
    depth = 0

    def keep(found: re.Match[str]) -> str:
        nonlocal depth
        if found[2].lower() in alone:
            return found[0]
        if found[1]:
            depth = max(depth - 1, 0)
            return found[0] if depth < most else ""
        depth += 1
        return found[0] if depth <= most else ""

    return _TAG.sub(keep, markup)


def _tree(safe: str) -> Element:
    """Read what nh3 wrote, which is one tag from being XML.

    libxml2's own HTML parser would lose what is nested deep, and nest some elements otherwise.
    """
    xml = _TAG.sub(_xml_tag, _NO_XML.sub("", safe)).replace("&nbsp;", "\xa0")
    parser = etree.XMLParser(huge_tree=True, resolve_entities=False, remove_comments=True)
    return etree.fromstring(f"<div>{xml}</div>", parser)


def _xml_tag(found: re.Match[str]) -> str:
    attributes = found[3].replace("<", "&lt;")
    return f"<{found[1]}{found[2]}{attributes}{'/' if found[2] in _VOID_NAMES else ''}>"


def _removed(markup: str) -> tuple[str, ...]:
    used = {name.lower() for name in _START_TAG.findall(markup)}
    names = [f"<{tag}>" for tag in sorted(used - TAGS - _SILENT)]
    addresses = {unescape("".join(found)).strip() for found in _ADDRESS.findall(markup)}
    links = [f"a link to {each[:60]}" for each in sorted(addresses) if _OTHER_SCHEME.match(each)]
    return tuple(f"{what} is not carried into the book" for what in names + links)
