"""Shape a paragraph once, and know where it may be parted without being shaped anew.

Pango lays the text out as if the line had no end; HarfBuzz, which Pango asks for the shapes, says
itself at which letters a text may be parted (`HB_GLYPH_FLAG_UNSAFE_TO_BREAK`). Both have to give
the same glyphs, of one font, from left to right: else there is no paragraph.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Any

_GLYPH = 20  # bytes, five numbers: Pango's glyphs, HarfBuzz's, and their places
_PART = 1  # of HarfBuzz's flags: shape it anew if the text is parted before it
_BREAK, _FORCED = 1, 2  # of Pango's (PangoLogAttr): a line may begin here, or has to
_END = 0xFFFFFFFF  # of a text, for HarfBuzz

_DECLARED = """
typedef ... hb_buffer_t;
typedef struct { uint32_t numbers[5]; } hb_glyph_info_t;
typedef struct { int32_t numbers[5]; } hb_glyph_position_t;
typedef struct {
    hb_tag_t tag; uint32_t value; unsigned int start; unsigned int end;
} hb_feature_t;
typedef ... *hb_language_t;
hb_buffer_t * hb_buffer_create (void);
void hb_buffer_destroy (hb_buffer_t *buffer);
void hb_buffer_add_utf8 (
    hb_buffer_t *buffer, const char *text, int length, unsigned int offset, int item_length);
void hb_buffer_guess_segment_properties (hb_buffer_t *buffer);
hb_language_t hb_language_from_string (const char *str, int len);
void hb_buffer_set_language (hb_buffer_t *buffer, hb_language_t language);
void hb_shape (
    hb_font_t *font, hb_buffer_t *buffer, const hb_feature_t *features, unsigned int count);
hb_glyph_info_t * hb_buffer_get_glyph_infos (hb_buffer_t *buffer, unsigned int *length);
hb_glyph_position_t * hb_buffer_get_glyph_positions (hb_buffer_t *buffer, unsigned int *length);
"""


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A text laid out on a line without end. Places are in characters, widths in Pango's units."""

    text: str
    begins: tuple[int, ...]  # where lines may begin, and the text's end
    ends: tuple[int, ...]  # where the line before each of them ends, without white space
    widths: tuple[int, ...]  # before each of these ends; they grow
    before: Mapping[int, int]  # the width before each cluster, by its place in bytes
    unsafe: frozenset[int]  # clusters before which the text may not be parted
    height: float  # of a line, in pixels
    baseline: float

    def width_before(self, at: int) -> int | None:
        """Give the width of the text before a place; None: it is inside a cluster."""
        return self.before.get(self._byte(at))

    def may_part(self, at: int) -> bool:
        """Tell whether the text may be parted there."""
        byte = self._byte(at)
        return at == 0 or (byte in self.before and byte not in self.unsafe)

    def _byte(self, at: int) -> int:
        return len(self.text[:at].encode())


class Shaper:
    """Shapes paragraphs; `line_break` is WeasyPrint's module."""

    def __init__(self, line_break: Any):
        from weasyprint.text import ffi, fonts

        ffi.ffi.cdef(_DECLARED)
        self._own, self._fonts = line_break, fonts
        self._ffi, self._pango, self._harfbuzz = ffi.ffi, ffi.pango, ffi.harfbuzz

    def shaped(self, text: str, style: Any) -> Paragraph | None:
        """Shape a text of at least one letter; None: it is no plain one."""
        layout = self._own.Layout(style)
        layout.set_text(text)
        line, _ = layout.get_first_line()
        run = line.runs[0]
        if run == self._ffi.NULL or run.next != self._ffi.NULL:
            return None
        before, unsafe = self._clusters(run.data, text, style)
        begins = self._begins(layout, len(text))
        if not before or not begins:
            return None
        ends = [len(text[:at].rstrip(" ")) for at in begins[:-1]] + begins[-1:]
        byte = list(accumulate((len(each.encode()) for each in text), initial=0))
        if any(byte[at] not in before for at in ends):
            return None
        widths = [before[byte[at]] for at in ends]
        if widths != sorted(widths):
            return None
        _, height = self._own.line_size(line, style)
        baseline = self._pango.pango_layout_get_baseline(layout.layout) * self._own.FROM_UNITS
        return Paragraph(
            text, tuple(begins), tuple(ends), tuple(widths), before, unsafe, height, baseline
        )

    def _begins(self, layout: Any, length: int) -> list[int]:
        """Give where lines may begin, with the text's end; nothing where one has to."""
        said = self._pango.pango_layout_get_log_attrs_readonly(layout.layout, self._ffi.NULL)
        flags = memoryview(self._ffi.buffer(said, 4 * (length + 1))).cast("B").cast("I").tolist()
        begins = [at for at in range(1, length) if flags[at] & _BREAK]
        return [] if any(flags[at] & _FORCED for at in begins) else [*begins, length]

    def _clusters(
        self, run: Any, text: str, style: Any
    ) -> tuple[Mapping[int, int], frozenset[int]]:
        """Give the widths before clusters, and those before which the text may not be parted."""
        glyphs, level = run.glyphs, run.item.analysis.level & 0xFF  # the others are of what follows
        if level:
            return {}, frozenset()
        shown = self._ffi.buffer(glyphs.glyphs, glyphs.num_glyphs * _GLYPH)
        numbers, advances, _ = _columns(shown)
        clusters = self._ffi.unpack(glyphs.log_clusters, glyphs.num_glyphs)
        same, masks = self._flagged(run.item, text, style)
        if same != (numbers, advances, clusters):
            return {}, frozenset()
        widths = list(accumulate(advances, initial=0))
        places = [*clusters, len(text.encode())]
        before = dict(zip(reversed(places), reversed(widths), strict=True))  # the first one counts
        return before, frozenset(
            at for at, mask in zip(clusters, masks, strict=True) if mask & _PART
        )

    def _flagged(
        self, item: Any, text: str, style: Any
    ) -> tuple[tuple[list[int], list[int], list[int]], list[int]]:
        """Shape a text with HarfBuzz; give glyphs, widths and clusters, and the glyphs' flags."""
        harfbuzz, data = self._harfbuzz, text.encode()
        buffer = self._ffi.gc(harfbuzz.hb_buffer_create(), harfbuzz.hb_buffer_destroy)
        harfbuzz.hb_buffer_add_utf8(buffer, data, len(data), 0, len(data))
        harfbuzz.hb_buffer_guess_segment_properties(buffer)
        if style["lang"]:
            language = harfbuzz.hb_language_from_string(style["lang"].encode(), -1)
            harfbuzz.hb_buffer_set_language(buffer, language)
        features = self._features(style)
        font = self._pango.pango_font_get_hb_font(item.analysis.font)
        harfbuzz.hb_shape(font, buffer, features, len(features))
        count = self._ffi.new("unsigned int *")
        infos = harfbuzz.hb_buffer_get_glyph_infos(buffer, count)
        places = harfbuzz.hb_buffer_get_glyph_positions(buffer, count)
        numbers, masks, clusters = _columns(self._ffi.buffer(infos, count[0] * _GLYPH))
        advances, *_ = _columns(self._ffi.buffer(places, count[0] * _GLYPH))
        return (numbers, advances, clusters), masks

    def _features(self, style: Any) -> Any:
        variants = ("ligatures", "position", "caps", "numeric", "alternates", "east_asian")
        said = [style[f"font_variant_{each}"] for each in variants]
        said = [style["font_kerning"], *said, style["font_feature_settings"]]
        return self._ffi.new(
            "hb_feature_t[]",
            [
                (self._harfbuzz.hb_tag_from_string(key.encode(), 4), value, 0, _END)
                for key, value in self._fonts.font_features(*said).items()
            ],
        )


def _columns(data: Any) -> Sequence[list[int]]:
    """Take an array of structures of five numbers apart; give the first three of each."""
    cells = memoryview(data).cast("B").cast("i")
    return [cells[at::5].tolist() for at in range(3)]
