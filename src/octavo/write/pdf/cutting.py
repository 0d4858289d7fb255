"""Cut the printed page of a book into pieces that can be laid out by themselves.

The template makes one HTML document, as for every edition: what stands before `<main>` is the
front matter, each element in `<main>` a chapter, what stands behind it the end matter. A piece is
that document with the other parts taken out; of those beside it an empty shell stays, for styles
that ask what a chapter stands next to.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import unescape

from lxml import etree
from lxml.etree import _Element

from octavo.model import PrintEdition, Resource
from octavo.write.pdf.paging import NUMBER
from octavo.write.pdf.sheets import ELSEWHERE

_PARSER = etree.XMLParser(remove_comments=True, remove_pis=True, resolve_entities=False)
_ASKED = ("class", "role", "lang", "dir")  # attributes of a shell: what styles ask for
_PAGE = re.compile(rf'( style="(?:[^"]*; )?counter-reset: {NUMBER} )\{{page:([^"}}]*)\}}(")')
# Elements without an end tag (HTML, 13.1.2).
_VOID = set("area base br col embed hr img input link meta source wbr".split())
_OPENING = "opening"  # the class of the chapter with which the text, and page 1, begins


@dataclass(frozen=True, slots=True)
class Cutting:
    """A piece as it was cut; what it says of pages is not known yet."""

    name: str  # the id of its first element that has one: a chapter's slug
    html: str
    opening: bool  # the text's first page, numbered 1, is its first
    shown: tuple[str, ...]  # ids whose page numbers it shows, in the order of their first mention
    resources: tuple[Resource, ...]


def cut(edition: PrintEdition, referring: Sequence[str]) -> tuple[Cutting, ...]:
    """Cut a book into its pieces, in their order.

    None if it has less than two chapters, or text beside them that would belong to no piece.

    In a piece, links that lead out of it begin with the scheme `ELSEWHERE`, and elements that
    show the number of a page carry `{page:ID}`, which `numbered` fills in.

    Args:
        edition: the book as one document.
        referring: CSS selectors of the elements that show a page's number.
    """
    try:
        root = etree.fromstring(edition.html.partition("\n")[2].encode(), _PARSER)
    except etree.XMLSyntaxError:  # a template of the author's own need not be XML
        return ()
    body = root.find("body")
    main = body.find("main") if body is not None else None
    if body is None or main is None or len(main) < 2 or _has_text(body) or _has_text(main):
        return ()
    _mark(root, referring)
    before = [each for each in body if _is_before(each, main)]
    behind = [each for each in body if each is not main and each not in before]
    parts: list[tuple[_Element | None, list[_Element]]] = [(main, [each]) for each in main]
    parts = [(None, before)] * bool(before) + parts + [(None, behind)] * bool(behind)
    return tuple(
        _cutting(_alone(root, body, main, home, group), group, edition.resources)
        for home, group in parts
    )


def _has_text(holder: _Element) -> bool:
    texts = (holder.text, *(each.tail for each in holder))
    return any((text or "").strip() for text in texts)


def numbered(html: str, numbers: Mapping[str, int]) -> str:
    """Fill in the numbers of the pages that a piece shows; 0 for one that is not known."""

    def filled(found: re.Match[str]) -> str:
        return f"{found[1]}{numbers.get(unescape(found[2]), 0)}{found[3]}"

    return _PAGE.sub(filled, html)


def _is_before(element: _Element, main: _Element) -> bool:
    parent = main.getparent()
    assert parent is not None
    return parent.index(element) < parent.index(main)


def _mark(root: _Element, referring: Sequence[str]) -> None:
    """Give elements that show a page's number a counter with that number."""
    import cssselect2  # type: ignore[import-untyped]

    if not referring:
        return
    tests = cssselect2.compile_selector_list(", ".join(referring))
    for each in cssselect2.ElementWrapper.from_xml_root(root).iter_subtree():
        element = each.etree_element
        address = element.get("href", "")
        if address.startswith("#") and any(test.test(each) for test in tests):
            said = f"counter-reset: {NUMBER} {{page:{address[1:]}}}"
            own = element.get("style")
            element.set("style", f"{own}; {said}" if own else said)


def _alone(
    root: _Element, body: _Element, main: _Element, home: _Element | None, group: list[_Element]
) -> _Element:
    """Give the document with these elements alone, and shells of those beside them."""
    alone = etree.Element(root.tag, dict(root.attrib))
    for each in root:
        bare = etree.Element("body", dict(body.attrib))
        alone.append(bare if each is body else _copied(each))
    inner = alone[-1]
    for each in body:
        if each is main:
            holder = etree.SubElement(inner, "main", dict(main.attrib))
            if home is None:
                holder.set("style", "display: none !important")
            else:
                holder.extend(_with_shells(group[0]))
        elif home is None and each in group:
            inner.append(_copied(each))
        else:
            inner.append(_shell(each))
    return alone


def _with_shells(element: _Element) -> Iterator[_Element]:
    before, behind = element.getprevious(), element.getnext()
    if before is not None:
        yield _shell(before)
    yield _copied(element)
    if behind is not None:
        yield _shell(behind)


def _copied(element: _Element) -> _Element:
    copied = etree.fromstring(etree.tostring(element, with_tail=False))
    copied.tail = "\n"
    return copied


def _shell(element: _Element) -> _Element:
    shell = etree.Element(str(element.tag), style="display: none !important")
    for name in _ASKED:
        if name in element.attrib:
            shell.set(name, element.get(name, ""))
    return shell


def _cutting(alone: _Element, group: list[_Element], resources: tuple[Resource, ...]) -> Cutting:
    own = {str(each.get("id")) for part in group for each in part.iter() if each.get("id")}
    shown: dict[str, None] = {}
    for link in alone.iter("a"):
        address = link.get("href", "")
        if not address.startswith("#"):
            continue
        if "{page:" in link.get("style", ""):
            shown[address[1:]] = None
        if address[1:] not in own:
            link.set("href", ELSEWHERE + address[1:])
    for element in alone.iter(etree.Element):
        if len(element) == 0 and element.text is None and element.tag not in _VOID:
            element.text = ""  # HTML knows no <li/>
    html = "<!DOCTYPE html>\n" + etree.tostring(alone, encoding="unicode")
    return Cutting(
        name=next((str(part.get("id")) for part in group if part.get("id")), "front"),
        html=html,
        opening=any(_OPENING in part.get("class", "").split() for part in group),
        shown=tuple(shown),
        resources=tuple(each for each in resources if f"octavo:{each.name}" in html),
    )
