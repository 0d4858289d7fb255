"""Break a paragraph into lines as WeasyPrint does, and shape it once.

For each line WeasyPrint has Pango lay out what may stand on it, then that and one word more, each
way to divide that word, and in the end the line. Here the paragraph is laid out once, and its lines
are measured on it. That gives the same where HarfBuzz says that a text may be parted without being
shaped anew; and where it does not, or a line is out of the ordinary, WeasyPrint does the work.

This module reaches inside WeasyPrint's line breaking, by one function.
"""

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache, wraps
from itertools import accumulate
from math import inf
from struct import Struct
from typing import Any

from octavo.write.pdf.shaping import key_of, remembered

_GLYPH = Struct("Iiii4x")  # Pango's glyph: number, width, offsets; and flags
_INFO = Struct("III8x")  # HarfBuzz's (hb_glyph_info_t): number, flags, where its text begins
_PLACE = Struct("i16x")  # hb_glyph_position_t: the width
_PART = 1  # of HarfBuzz's flags: shape it anew if the text is parted before it
_BREAK, _FORCED = 1, 2  # of Pango's (PangoLogAttr): a line may begin here, or has to
_KEPT = 6  # paragraphs; a line is asked for again when its page is laid out anew
_WIDE = 1 << 21  # pixels: for Pango that is endless
_SAME = 2  # Pango's units: nearer to the line's width, Pango decides
_NEAR = 0.5  # ems by which a word may become wider or narrower when it is divided
_OTHERS = frozenset("\n\t\xad\u2028\u2029")  # break, or are kept for themselves

_DECLARED = """
typedef ... hb_buffer_t;
typedef struct {
    uint32_t codepoint; uint32_t mask; uint32_t cluster; uint32_t var1; uint32_t var2;
} hb_glyph_info_t;
typedef struct {
    int32_t x_advance; int32_t y_advance; int32_t x_offset; int32_t y_offset; uint32_t var;
} hb_glyph_position_t;
typedef struct {
    hb_tag_t tag; uint32_t value; unsigned int start; unsigned int end;
} hb_feature_t;
typedef ... *hb_language_t;
hb_buffer_t * hb_buffer_create (void);
void hb_buffer_destroy (hb_buffer_t *buffer);
void hb_buffer_add_utf8 (
    hb_buffer_t *buffer, const char *text, int text_length, unsigned int item_offset,
    int item_length);
void hb_buffer_guess_segment_properties (hb_buffer_t *buffer);
hb_language_t hb_language_from_string (const char *str, int len);
void hb_buffer_set_language (hb_buffer_t *buffer, hb_language_t language);
void hb_shape (
    hb_font_t *font, hb_buffer_t *buffer, const hb_feature_t *features,
    unsigned int num_features);
hb_glyph_info_t * hb_buffer_get_glyph_infos (hb_buffer_t *buffer, unsigned int *length);
hb_glyph_position_t * hb_buffer_get_glyph_positions (hb_buffer_t *buffer, unsigned int *length);
"""


@dataclass(frozen=True, slots=True)
class _Paragraph:
    """A text that is laid out as if the line had no end. Widths are in Pango's units."""

    text: str
    begins: tuple[int, ...]  # where lines may begin, in characters, with the text's end
    ends: tuple[int, ...]  # where the line before such a place ends, without white space
    unsafe: frozenset[int]
    widths: tuple[int, ...]  # the width before each end
    safe: tuple[bool, ...]  # the text may be parted at an end and at the beginning behind it
    places: dict[int, int]  # the width before each cluster, by its place in bytes
    height: float  # pixels, as below
    baseline: float


def break_swiftly() -> None:
    """Teach it to WeasyPrint; once for a process."""
    from weasyprint.layout import inline
    from weasyprint.text import line_break

    split = inline.split_first_line
    if hasattr(split, "__wrapped__"):
        return
    line_break.ffi.cdef(_DECLARED)
    breaker = _Breaker(line_break)

    @wraps(split)
    def swiftly(
        text: str, style: Any, context: Any, max_width: Any, spacing: float, **more: bool
    ) -> Any:
        found = None
        if max_width is not None and _is_plain(text, style, max_width):
            found = breaker.line(text, style, context, max_width, spacing)
        return found or split(text, style, context, max_width, spacing, **more)

    inline.split_first_line = swiftly


def _is_plain(text: str, style: Any, width: float) -> bool:
    """Tell whether a text is broken by the common rules, in a line that has room for words."""
    size = style["font_size"]
    return (
        0 < size * 4 <= width < min(_WIDE, inf)
        and style["white_space"] == "normal"
        and style["letter_spacing"] == style["overflow_wrap"] == style["word_break"] == "normal"
        and style["word_spacing"] == 0
        and style["direction"] == "ltr"
        and style["text_decoration_line"] == "none"
        and _OTHERS.isdisjoint(text)
    )


class _Breaker:
    """Finds lines; `line_break` is WeasyPrint's module."""

    def __init__(self, line_break: Any):
        self._own = line_break
        self._ffi = line_break.ffi
        self._pango = line_break.pango
        from weasyprint.text.ffi import harfbuzz

        self._harfbuzz = harfbuzz
        self._boundaries = lru_cache(maxsize=4096)(line_break.get_next_word_boundaries)

    def line(self, text: str, style: Any, context: Any, max_width: float, spacing: float) -> Any:
        """Give a line as WeasyPrint's function does; None: it has to do it."""
        found = self._paragraph(text, style, max_width)
        if found is None:
            return None
        known, at = found
        room = int(max_width * self._own.TO_UNITS)
        start = known.places[len(known.text[:at].encode())]
        last = bisect_right(known.widths, start + room + _SAME) - 1
        first = bisect_right(known.begins, at)
        if last < first or not known.safe[last]:
            return None
        width = known.widths[last] - start
        if width > room - _SAME:
            return None
        rest = len(known.begins) - 1
        if last < rest and known.text[-1] == " ":
            if known.places[len(known.text.rstrip(" ").encode())] - start <= room + _SAME:
                return None
        if last == rest:
            return self._measured(known, at, len(known.text), None, style, max_width, spacing)
        divided = self._divided(known, at, start, last, style, context, max_width, spacing)
        if divided is not None:
            return divided
        begin = known.begins[last]
        return self._measured(known, at, known.ends[last], begin, style, max_width, spacing)

    def _measured(self, known, at, end, begin, style, max_width, spacing):
        said = known.text[at:end]
        length = len(said.encode())
        start = len(known.text[:at].encode())
        width = known.places[start + length] - known.places[start]
        resume = None if begin is None else len(known.text[at:begin].encode())
        layout = remembered(self._own, said, style, max_width, spacing)
        layout.deactivate()
        return layout, length, resume, width * self._own.FROM_UNITS, known.height, known.baseline

    def _divided(self, known, at, start, last, style, context, max_width, spacing):
        own = self._own
        lang = style["lang"] and own.pyphen.language_fallback(style["lang"])
        if style["hyphens"] != "auto" or not lang:
            return None
        total, left, right = style["hyphenate_limit_chars"]
        width = (known.widths[last] - start) * own.FROM_UNITS
        if max_width - width <= _percentage(style["hyphenate_limit_zone"], style, max_width):
            return None
        begin = known.begins[last]
        stop = known.begins[last + 1] - 1 if last + 2 < len(known.begins) else len(known.text)
        rest = known.text[begin:stop] or known.text[begin:]
        index = 0
        while word := self._boundaries(rest[index:], lang):
            if word[1] - word[0] >= total:
                break
            index += word[1]
        else:
            return None
        dictionary = context.dictionaries.get((lang, left, right, total))
        if dictionary is None:
            dictionary = own.pyphen.Pyphen(lang=lang, left=left, right=right)
            context.dictionaries[lang, left, right, total] = dictionary
        hyphen = style["hyphenate_character"]
        room = int(max_width * own.TO_UNITS)
        for part, _ in dictionary.iterate(rest[index + word[0] : index + word[1]]):
            said = known.text[at : begin + index + word[0]] + part
            place = len(known.text[:at].encode()) + len(said.encode())
            if hyphen in ("-", "\u2010") and known.places.get(place, start) - start > room:
                continue
            layout = own.create_layout(said + hyphen, style, context, max_width, spacing)
            line, more = layout.get_first_line()
            if more is None and max_width >= own.line_size(line, style)[0]:
                return own.first_line_metrics(
                    line, None, layout, len(said.encode()), True, style, True, hyphen
                )
        return None

    def _paragraph(self, text: str, style: Any, width: float) -> "tuple[_Paragraph, int] | None":
        """Give the paragraph of which a text is the rest, and where that begins."""
        kept = style.font_config.__dict__.setdefault("_paragraphs", [])
        key = key_of(style)
        for each in kept:
            if each[0] == key and each[1].endswith(text):
                known, at = each[2], len(each[1]) - len(text)
                if known is None:
                    return None
                if len(known.text[:at].encode()) in known.places and (at == 0 or self._ok(known, at)):
                    return known, at
                break
        else:
            if len(text) * style["font_size"] < width * 2:
                return None
        known = self._shaped(text, style)
        kept.insert(0, (key, text, known))
        del kept[_KEPT:]
        return None if known is None else (known, 0)
    def _ok(self, known, at):
        return len(known.text[:at].encode()) not in known.unsafe

    def _shaped(self, text: str, style: Any) -> "_Paragraph | None":
        own, ffi, pango = self._own, self._ffi, self._pango
        layout = own.Layout(style)
        layout.set_text(text)
        line, _ = layout.get_first_line()
        run = line.runs[0]
        if run == ffi.NULL or run.next != ffi.NULL:
            return None
        item, glyphs = run.data.item, run.data.glyphs
        if item.analysis.level & 255 or layout.text != text:
            return None
        count = glyphs.num_glyphs
        shown = list(_GLYPH.iter_unpack(ffi.buffer(glyphs.glyphs, count * 20)))
        clusters = ffi.unpack(glyphs.log_clusters, count)
        unsafe = self._unsafe(item, shown, clusters, text, style)
        if unsafe is None:
            return None
        x, places = 0, {}
        for (_, w, _, _), cluster in zip(shown, clusters):
            places.setdefault(cluster, x)
            x += w
        places[len(text.encode())] = x
        attrs = memoryview(ffi.buffer(
            pango.pango_layout_get_log_attrs_readonly(layout.layout, ffi.NULL), 4 * (len(text) + 1)
        )).cast("I")
        n = len(text)
        begins = [at for at in range(1, n) if attrs[at] & _BREAK]
        if any(attrs[at] & _FORCED for at in begins):
            return None
        begins.append(n)
        ends = [len(text[:at].rstrip(" ")) for at in begins]
        ends[-1] = n
        if text.isascii():
            bb, be = begins, ends
        else:
            sums = [0, *accumulate(len(c.encode()) for c in text)]
            bb, be = [sums[i] for i in begins], [sums[i] for i in ends]
        if not all(i in places for i in be):
            return None
        widths = [places[i] for i in be]
        if widths != sorted(widths):
            return None
        safe = tuple(b not in unsafe and e not in unsafe for b, e in zip(bb, be))
        _, height = own.line_size(line, style)
        baseline = pango.pango_layout_get_baseline(layout.layout) * own.FROM_UNITS
        return _Paragraph(text, tuple(begins), tuple(ends), unsafe, tuple(widths), safe, places, height, baseline)

    def _unsafe(self, item, shown, clusters, text, style):
        from weasyprint.text.fonts import font_features
        ffi, hb = self._ffi, self._harfbuzz
        features = font_features(
            style['font_kerning'], style['font_variant_ligatures'],
            style['font_variant_position'], style['font_variant_caps'],
            style['font_variant_numeric'], style['font_variant_alternates'],
            style['font_variant_east_asian'], style['font_feature_settings'])
        given = ffi.new("hb_feature_t[]", len(features) or 1)
        for i, (k, v) in enumerate(features.items()):
            given[i].tag = hb.hb_tag_from_string(k.encode(), 4)
            given[i].value = int(v); given[i].start = 0; given[i].end = 0xFFFFFFFF
        buffer = ffi.gc(hb.hb_buffer_create(), hb.hb_buffer_destroy)
        data = text.encode()
        hb.hb_buffer_add_utf8(buffer, data, len(data), 0, len(data))
        hb.hb_buffer_guess_segment_properties(buffer)
        if style["lang"]:
            hb.hb_buffer_set_language(buffer, hb.hb_language_from_string(style["lang"].encode(), -1))
        hb.hb_shape(self._pango.pango_font_get_hb_font(item.analysis.font), buffer, given, len(features))
        length = ffi.new("unsigned int *")
        infos = list(_INFO.iter_unpack(ffi.buffer(hb.hb_buffer_get_glyph_infos(buffer, length), 20 * length[0])))
        placed = list(_PLACE.iter_unpack(ffi.buffer(hb.hb_buffer_get_glyph_positions(buffer, length), 20 * length[0])))
        if [(g[0], g[1]) for g in shown] != [(i[0], p[0]) for i, p in zip(infos, placed)] or list(clusters) != [i[2] for i in infos]:
            return None
        return frozenset(i[2] for i in infos if i[1] & _PART)


def _percentage(value, style, width):
    from weasyprint.layout.percent import percentage
    return percentage(value, style, width)
