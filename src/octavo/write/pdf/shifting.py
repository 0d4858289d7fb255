"""Let the paragraphs behind a figure go before it, where it does not fit on the rest of a page.

CSS has no such placement (Page Floats 3 is a draft, and WeasyPrint does not know it): a figure
leaves a hole at the page's end that the text behind it could fill. A style asks for it with
`--placement: near`, on figures and tables. They keep their order, stay in their section, and do
not leave a paragraph that ends with a colon.

The boxes change places in the tree that is laid out, not in the markup. This module reaches inside
WeasyPrint's block layout, by one function.
"""

from functools import wraps
from math import inf
from typing import Any

_PROPERTY = "__placement"  # as WeasyPrint keeps the custom property
_LEAST = 4  # ems of a hole: three lines, of which two may stay behind on each page
_ROWS = 30  # of a table that is kept whole
_HIGH = 0.95  # of the page's text: a table that is higher is broken where it stands
_LEADING = (":", "\uff1a")


def shift_figures() -> None:
    """Teach it to WeasyPrint's block layout; once for a process."""
    from weasyprint.layout import block

    lay = block._in_flow_layout
    if hasattr(lay, "__wrapped__"):
        return

    @wraps(lay)
    def shifting(context: Any, box: Any, index: int, child: Any, *rest: Any) -> Any:
        given, child = child, box.children[index]  # since the caller asked, they may have shifted
        if child is not given:
            child.position_x, child.position_y = given.position_x, given.position_y
        if not _leaves_hole(block, context, box, index, *rest):
            return lay(context, box, index, child, *rest)
        at = _next_paragraph(box, index)
        before = box.children
        box.children = [*before[:index], before[at], *before[index:at], *before[at + 1 :]]
        paragraph = box.children[index]
        paragraph.position_x, paragraph.position_y = child.position_x, child.position_y
        result = lay(context, box, index, paragraph, *rest)
        _, stop, resume_at, *_ = result
        if stop and resume_at == {index: None}:  # it did not fit either
            box.children = before
        return result

    block._in_flow_layout = shifting


def _leaves_hole(
    block: Any,
    context: Any,
    box: Any,
    index: int,
    new_children: Any,
    page_is_empty: bool,
    absolute_boxes: Any,
    fixed_boxes: Any,
    adjoining_margins: Any,
    bottom_space: float,
    position_y: float,
    skip_stack: Any,
    *_: Any,
) -> bool:
    """Tell whether a child does not fit, and the next paragraph might."""
    child = box.children[index]
    if context.in_column or skip_stack is not None or not new_children or not _is_near(child):
        return False
    at = _next_paragraph(box, index)
    if not at or _follows_colon(box, index):
        return False
    bottom = context.page_bottom - bottom_space
    if bottom - position_y < _LEAST * box.children[at].style["font_size"]:
        return False
    height = _height(block, context, box, child, adjoining_margins)
    if child.is_table_wrapper and height > _HIGH * context.current_footnote_area.page.height:
        return False
    return bool(context.overflows(bottom, position_y + height))


def _is_near(box: Any) -> bool:
    if box.element_tag not in ("figure", "table") or not box.is_in_normal_flow():
        return False
    said = [token.value for token in box.style[_PROPERTY] or () if token.type == "ident"]
    if said != ["near"]:
        return False
    return not box.is_table_wrapper or len(box.element.findall(".//tr")) <= _ROWS


def _next_paragraph(box: Any, index: int) -> int:
    """Give the place of the paragraph behind a run of figures; 0: there is none."""
    for at in range(index + 1, len(box.children)):
        child = box.children[at]
        if child.element_tag == "p" and child.style["break_before"] == "auto":
            return at
        if not _is_near(child):
            break
    return 0


def _follows_colon(box: Any, index: int) -> bool:
    element = box.children[index - 1].element
    return element is not None and "".join(element.itertext()).rstrip().endswith(_LEADING)


def _height(block: Any, context: Any, box: Any, child: Any, adjoining_margins: Any) -> float:
    """Lay a child out as if the page had no end, and give its height with the margin above it."""
    from weasyprint.layout.percent import resolve_percentages

    resolve_percentages(child, box)
    margins = list(adjoining_margins)
    start = child.position_y
    laid, *_ = block.block_level_layout(context, child, -inf, None, box, True, [], [], margins)
    child.position_y = start
    if laid is None:
        return inf
    block.remove_placeholders(context, [laid], [], [])
    return float(laid.border_box_y() + laid.border_height() - start)
