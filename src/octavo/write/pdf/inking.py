"""Draw lines of text as WeasyPrint does, and spell each glyph once.

The glyphs of a book come again and again, with the same widths: what is written for one is kept.
Whatever is out of the ordinary is left to WeasyPrint: fonts of pictures, glyphs that are missing or
raised, new ones of text from right to left, and ends of lines that are cut off.

This module reaches inside WeasyPrint's drawing, by one function.
"""

from collections.abc import Iterator
from functools import wraps
from struct import Struct
from typing import Any, TypeAlias

_GLYPH = Struct("Iiii4x")  # glyph, width, offsets, and a word of flags (Pango's PangoGlyphInfo)
_Glyph: TypeAlias = tuple[int, int, int, int]
_DRAWABLE = 0x0FFFFFFF  # glyphs from here on are empty, or stand for characters without one
_SINCE = 14802  # Pango's number from which a font knows its size


def ink_swiftly() -> None:
    """Teach it to WeasyPrint's drawing of text; once for a process."""
    from weasyprint.draw import text

    drawn = text.draw_first_line
    if hasattr(drawn, "__wrapped__") or text.pango.pango_version() < _SINCE:
        return

    @wraps(drawn)
    def inked(stream: Any, box: Any, overflow: str, ellipsis: str, matrix: Any) -> Any:
        plain = overflow != "ellipsis" and ellipsis == "none"
        if not plain or box.style["font_size"] < 1 or not box.text.strip():
            return drawn(stream, box, overflow, ellipsis, matrix)
        text.pango.pango_layout_set_single_paragraph_mode(box.pango_layout.layout, True)
        line, _ = box.pango_layout.get_first_line()
        shown = _shown(text, stream, box, line)
        if shown is None:
            return drawn(stream, box, overflow, ellipsis, matrix)
        stream.set_text_matrix(*matrix.values)
        for font, size, glyphs in shown:
            stream.set_font_size(font.hash, size)
            stream.show_text(glyphs)
        return []

    text.draw_first_line = inked


def _shown(text: Any, stream: Any, box: Any, line: Any) -> list[tuple[Any, float, str]] | None:
    """Give a line's glyphs by their fonts: with its size, as a PDF's TJ takes them (9.4.3).

    None: there is something out of the ordinary.
    """
    found: list[tuple[Any, float, str]] = []
    said: list[str] = []
    last, font, size = None, None, 0.0
    spelt: dict[_Glyph, str] = {}
    for item, glyphs in _runs(text.ffi, line):
        if item.analysis.font != last:
            if said:
                found.append((font, size, "".join(said)))
            last, said = item.analysis.font, []
            font, size = stream.add_font(last)
            if font.bitmap or font.svg or font.png or font.colr:
                return None
            spelt = font.__dict__.setdefault("_spelt", {}).setdefault(size, {})
        run = list(_GLYPH.iter_unpack(text.ffi.buffer(glyphs.glyphs, glyphs.num_glyphs * 20)))
        try:
            one = "".join([spelt[each] for each in run])
        except KeyError:
            if not _learn(text, stream, box, font, size, item, glyphs, run):
                return None
            for each in run:
                spelt[each] = spelt.get(each) or _spelt(font, size, each, text.FROM_UNITS)
            one = "".join([spelt[each] for each in run])
        if one:
            said.append(f"<{one[:-1]}" if one[-1] == "<" else f"<{one}>")
    found.append((font, size, "".join(said)))
    return found


def _runs(ffi: Any, line: Any) -> Iterator[tuple[Any, Any]]:
    """Give a line's runs: each an item, and its glyphs."""
    run = line.runs[0]
    while run != ffi.NULL:
        glyph_item, run = run.data, run.next
        yield glyph_item.item, glyph_item.glyphs


def _learn(
    text: Any,
    stream: Any,
    box: Any,
    font: Any,
    size: float,
    item: Any,
    glyphs: Any,
    run: list[_Glyph],
) -> bool:
    """Note the widths of a run's glyphs and what they stand for; False: WeasyPrint has to."""
    for at, (glyph, _, _, rise) in enumerate(run):
        if glyph >= _DRAWABLE or rise:
            return False
        if glyph not in font.to_unicode:
            if item.analysis.level % 2:
                return False
            clusters = glyphs.log_clusters
            end = item.length if at == len(run) - 1 else clusters[at + 1]
            said = box.pango_layout.text.encode()[item.offset : item.offset + end]
            font.to_unicode[glyph] = said[clusters[at] :].decode()
        if glyph not in font.widths:
            text.pango.pango_font_get_glyph_extents(
                item.analysis.font, glyph, stream.ink_rect, stream.logical_rect
            )
            width = stream.logical_rect.width * 1000 * text.FROM_UNITS / size
            font.widths[glyph] = round(width)
    return True


def _spelt(font: Any, size: float, glyph: _Glyph, unit: float) -> str:
    """Write a glyph in hexadecimal, with what moves it and what is behind it, between brackets."""
    number, width, offset, _ = glyph
    moved = offset / size
    apart = font.widths[number] + moved - width * 1000 * unit / size
    before = f">{-moved}<" if moved else ""
    return f"{before}{number:04x}" + (f">{int(apart)}<" if apart else "")
