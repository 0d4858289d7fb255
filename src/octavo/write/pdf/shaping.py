"""Give WeasyPrint's Pango layouts from patterns: one for each style of text, made once.

For every line WeasyPrint makes a context, a description of the font and a list of features, and
asks the style for each of them; a copy of a layout that has them all is the same. To set a line
solid, it makes a layout of which it keeps the text alone.

This module reaches inside WeasyPrint's line breaking, by one method and one function.
"""

from functools import wraps
from operator import itemgetter
from typing import Any

_SAID = (  # of a style, where it makes a layout
    "font_size direction lang font_language_override font_family font_style font_stretch"
    " font_weight font_kerning font_variant_ligatures font_variant_position font_variant_caps"
    " font_variant_numeric font_variant_alternates font_variant_east_asian font_feature_settings"
    " font_variation_settings"
).split()
key_of = itemgetter(*_SAID)


def shape_swiftly() -> None:
    """Teach it to WeasyPrint; once for a process."""
    from weasyprint.layout import inline
    from weasyprint.text import line_break

    made = line_break.Layout.setup
    if hasattr(made, "__wrapped__"):
        return
    ffi, gobject, pango = line_break.ffi, line_break.gobject, line_break.pango
    ffi.cdef("PangoLayout * pango_layout_copy (PangoLayout *src);")

    @wraps(made)
    def setup(layout: Any, style: Any) -> None:
        if style["text_decoration_line"] != "none" or isinstance(style["font_family"], list):
            made(layout, style)  # a list is a drawing's
            return
        patterns, key = style.font_config.__dict__.setdefault("_patterns", {}), key_of(style)
        if key not in patterns:
            made(layout, style)
            patterns[key] = layout.layout, layout.language
        pattern, layout.language = patterns[key]
        layout.layout = ffi.gc(pango.pango_layout_copy(pattern), gobject.g_object_unref)
        layout.style, layout.first_line_direction = style, 0
        layout.ascent = layout.underline_position = layout.strikethrough_position = None

    line_break.Layout.setup = setup
    inline.create_layout = _spaced(line_break, inline.create_layout)


def _spaced(line_break: Any, created: Any) -> Any:
    @wraps(created)
    def spaced(
        text: str, style: Any, context: Any, max_width: Any, justification_spacing: float
    ) -> Any:
        plain = style["text_decoration_line"] == "none" and "\n" not in text and text != " "
        if max_width is not None or not plain:
            return created(text, style, context, max_width, justification_spacing)
        return remembered(line_break, text, style, None, justification_spacing)

    return spaced


def remembered(line_break: Any, text: str, style: Any, max_width: Any, spacing: float) -> Any:
    """Give a layout of a line from left to right as it is kept until it is drawn."""
    layout = line_break.Layout.__new__(line_break.Layout)
    layout.text, layout.max_width, layout.justification_spacing = text, max_width, spacing
    layout.layout = layout.language = None  # it will be made anew
    layout.style, layout.first_line_direction = style, 0
    layout.ascent = layout.underline_position = layout.strikethrough_position = None
    return layout
