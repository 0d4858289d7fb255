"""Pandoc's HTML → the few forms our templates and styles know. Each function mends one thing."""

import re

from lxml import etree

from octavo.chapters.listings import mark_words
from octavo.chapters.markup import Element, classes, drop, rename, unwrap

MATHML = "http://www.w3.org/1998/Math/MathML"
_MOST_INDENT = 8  # em
_MOST_COLUMNS = 1000
_MARKS = 3  # of a thematic break, at least (CommonMark 0.31, 4.1)
# A paragraph ends, in HTML, where one of these begins.
_BLOCKS = (
    "aside blockquote dd details div dl dt figcaption figure h1 h2 h3 h4 h5 h6 hr li ol p pre"
    " section summary table ul"
).split()


def tidy(root: Element) -> None:
    """Tidy a tree in place."""
    _formulas(root)
    _breaks(root)
    _code(root)
    _verse(root)
    _tasks(root)
    _tables(root)
    _captions(root)
    _figures(root)
    _widths(root)


def _formulas(root: Element) -> None:
    """Formulas get their namespace and their TeX source as alternative text."""
    for formula in list(root.iter("math")):
        formula.set("xmlns", MATHML)
        for note in list(formula.iter("annotation")):
            formula.set("alttext", " ".join((note.text or "").split()))
            drop(note)
        for wrapper in list(formula.iter("semantics")):
            unwrap(wrapper)
        line = formula.getparent()
        if formula.get("display") == "block" and line is not None and line.tag == "p":
            line.set("class", "display")  # may be wider than a phone, and scrolls then


def _breaks(root: Element) -> None:
    """A line of `* * *` is a break; with fancy lists pandoc reads empty lists inside lists."""
    for outer in list(root.iter("ul")):
        inner, depth = outer, 1
        while _only(inner, "li") and _only(inner[0], "ul"):
            inner, depth = inner[0][0], depth + 1
        last = _only(inner, "li") and not len(inner[0]) and not (inner[0].text or "").strip()
        if last and depth >= _MARKS and outer.getparent() is not None:
            outer[:] = []
            outer.text = None
            rename(outer, "hr")


def _only(node: Element, tag: str) -> bool:
    """Tell whether an element is all that another holds."""
    texts = (node.text, *(child.tail for child in node))
    return len(node) == 1 and node[0].tag == tag and not any((text or "").strip() for text in texts)


def _code(root: Element) -> None:
    """Listings say by class what language they are in; its words are marked."""
    for listing in root.iter("pre"):
        languages = sorted(classes(listing))
        rename(listing, "pre", " ".join(["code", *languages]))
        # A parser of HTML drops one line feed after <pre>, a parser of XML keeps it.
        listing.text = (listing.text or "").lstrip("\n")
        for code in listing.iter("code"):
            code.attrib.pop("class", None)
            if languages:
                mark_words(code, languages[0])


def _verse(root: Element) -> None:
    """A poem is a div of stanzas; each of its lines is a span, its indent a class."""
    for block in list(root.iter("div")):
        if "line-block" in classes(block) and not _holds_blocks(block):
            parent = block.getparent()
            rename(block, "p", "stanza")
            if parent is not None and "verse" not in classes(parent):
                _wrap(block, "verse")
    for poem in list(root.iter("div")):
        if "verse" not in classes(poem):
            continue
        for stanza in poem.iter("p"):
            rename(stanza, "p", "stanza")
            _lines(stanza)


def _holds_blocks(node: Element) -> bool:
    return any(each is not node for each in node.iter(*_BLOCKS))


def _wrap(node: Element, name: str) -> None:
    parent = node.getparent()
    assert parent is not None
    wrapper = etree.Element("div", {"class": name})
    parent.replace(node, wrapper)
    wrapper.tail, node.tail = node.tail, None
    wrapper.append(node)


def _lines(stanza: Element) -> None:
    """Cut a stanza into lines at line breaks, whether `<br>` or the source's own."""
    lines = [etree.Element("span")]
    _say(lines, stanza.text)
    for node in list(stanza):
        tail, node.tail = node.tail, None
        stanza.remove(node)
        if node.tag == "br":
            lines.append(etree.Element("span"))
            tail = (tail or "").lstrip("\n")
        else:
            lines[-1].append(node)
        _say(lines, tail)
    stanza.text = None
    lines = [line for line in lines if len(line) or (line.text or "").strip()]
    for line in lines:
        text = line.text or ""
        indent = len(text) - len(text.lstrip("\u2003\u00a0"))
        line.text = text.lstrip("\u2003\u00a0 ")
        deep = f" indent-{min(indent, _MOST_INDENT)}" if indent else ""
        line.set("class", "line" + deep)
        stanza.append(line)
    for line in lines[:-1]:
        line.addnext(etree.Element("br"))


def _say(lines: list[Element], text: str | None) -> None:
    """Add text to the last line; each line feed in it begins another."""
    first, *rest = (text or "").split("\n")
    _append_text(lines[-1], first)
    for words in rest:
        lines.append(etree.Element("span"))
        lines[-1].text = words


def _append_text(node: Element, text: str) -> None:
    if len(node):
        node[-1].tail = (node[-1].tail or "") + text
    else:
        node.text = (node.text or "") + text


def _tasks(root: Element) -> None:
    """`[ ]` and `[x]` before an item are boxes; beside fancy lists pandoc does not read them."""
    for item in root.iter("li"):
        holder = item[0] if len(item) and not (item.text or "").strip() else item
        found = re.match(r"\s*(\[[ xX]\]|[☐☑]) ", holder.text or "")
        if found and holder.tag in {"li", "p"}:
            box = "☐\u2002" if found[1] in {"[ ]", "☐"} else "☑\u2002"
            holder.text = box + (holder.text or "")[found.end() :]
            item.set("class", "task")


def _tables(root: Element) -> None:
    """Cells say by class how they are set, header cells what they head."""
    for cell in root.iter("td", "th"):
        found = re.search(r"text-align: ?(left|right|center)", cell.attrib.pop("style", ""))
        if found:
            cell.set("class", found[1])
    for head in root.iter("thead"):
        for cell in head.iter("th"):
            cell.set("scope", "col")
    for head in list(root.iter("thead")):
        if not "".join(head.itertext()).strip():
            drop(head)
    for group in list(root.iter("colgroup")):
        drop(group)  # widths that pandoc guesses from the source's dashes
    _spans(root)


def _spans(root: Element) -> None:
    """A table has no more than a thousand columns: a hundred thousand take minutes to lay out."""
    held: dict[Element | None, int] = {}  # columns taken by cells that are several rows high
    for row in root.iter("tr"):
        group = row.getparent()
        room = _MOST_COLUMNS - held.get(group, 0)
        for cell in row:
            wide = min(int(cell.get("colspan", "1")), max(room, 1))
            room -= wide
            if cell.get("colspan"):
                cell.set("colspan", str(wide))
            if cell.get("rowspan"):
                held[group] = held.get(group, 0) + wide


def _captions(root: Element) -> None:
    """A paragraph that begins with `Table:` after a table is its caption."""
    for table in list(root.iter("table")):
        after = table.getnext()
        if after is None or after.tag != "p":
            continue
        found = re.match(r"\s*(?:Table)?: +", after.text or "")
        if found is None or (table.tail or "").strip():
            continue
        _name_table(table, after)
        rename(after, "caption")
        after.text = (after.text or "")[found.end() :]
        after.tail = None
        table.insert(0, after)


def _name_table(table: Element, caption: Element) -> None:
    """The id an author gives at the end of a caption is the table's."""
    for span in list(caption.iter("span")):
        if span.get("id") and not "".join(span.itertext()).strip():
            table.set("id", str(span.get("id")))
            drop(span)


def _figures(root: Element) -> None:
    """A figure's caption may hold a single paragraph: it needs no paragraph then."""
    for caption in root.iter("figcaption", "caption"):
        if len(caption) == 1 and caption[0].tag == "p" and not (caption.text or "").strip():
            unwrap(caption[0])


def _widths(root: Element) -> None:
    """An image's width may be a percentage of the line's; other units suit one page only."""
    for image in root.iter("img"):
        found = re.search(r"width: ?(\d{1,3})(?:\.\d+)?%", image.attrib.pop("style", ""))
        if found and 0 < int(found[1]) <= 100:
            image.set("style", f"width: {int(found[1])}%")
