"""The book's fonts: which faces, which characters, always the same bytes."""

import hashlib
import io
import os
import subprocess
import sys
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont

from octavo import fonts
from octavo.errors import MissingTool
from octavo.fonts import (
    FACES,
    FALLBACKS,
    PAGE_BASE,
    PAGE_FEATURES,
    Face,
    blocks,
    cases,
    covered,
    drawn_by,
    faces_for,
    font_set,
    woff2,
)

REGULAR = FACES[0]
ROOT = Path(__file__).parent.parent


def cut(text: str, *faces: Face) -> dict[str, TTFont]:
    made = font_set(text, faces or (REGULAR,))
    return {font.face.name: TTFont(io.BytesIO(font.data)) for font in made.fonts}


def test_every_face_is_installed_and_has_latin() -> None:
    for face in (*FACES, *FALLBACKS):
        assert covered(face) >= set("abcXYZ0129.,") or face.role == "arabic", face


def test_a_cut_font_holds_the_books_characters_and_few_others() -> None:
    cmap = cut("Żółć café")[REGULAR.name].getBestCmap()
    assert {chr(code) for code in cmap} >= set("Żółćéabc019“”—")
    assert len(cmap) < 200 < len(covered(REGULAR))


def features(font: TTFont, table: str) -> set[str]:
    return {record.FeatureTag for record in font[table].table.FeatureList.FeatureRecord}


def test_small_caps_figures_ligatures_and_kerning_stay() -> None:
    font = cut("AV fi 123")[REGULAR.name]
    assert features(font, "GSUB") >= {"smcp", "c2sc", "onum", "lnum", "pnum", "tnum", "liga"}
    assert "kern" in features(font, "GPOS")


def test_arabic_letters_join_and_bear_their_marks() -> None:
    font = cut("كِتَابٌ")["arabic-400-normal.ttf"]
    assert features(font, "GSUB") >= {"init", "medi", "fina"}
    assert "mark" in features(font, "GPOS")


def test_faces_are_static_and_of_their_weight() -> None:
    bold = next(face for face in FACES if face.name == "serif-700-normal.ttf")
    for face, font in ((REGULAR, cut("a")), (bold, cut("a", bold))):
        assert "fvar" not in font[face.name]
    widths = [cut("m", face)[face.name]["hmtx"]["m"][0] for face in (REGULAR, bold)]
    assert widths[0] < widths[1]


def test_a_script_the_serif_lacks_brings_its_fallback() -> None:
    assert set(cut("plain")) == {"serif-400-normal.ttf"}
    arabic = cut("كتاب")
    assert "arabic-400-normal.ttf" in arabic
    assert {ord(char) for char in "كتاب"} <= set(arabic["arabic-400-normal.ttf"].getBestCmap())
    assert "serif-400-normal.ttf" in arabic


def test_what_no_face_has_is_named_and_invisible_characters_are_not() -> None:
    made = font_set("a第\u200b\ufeff\xad\u2060\n", (REGULAR,))
    assert made.missing == {"第"}
    assert font_set("Ωж€", (REGULAR,)).missing == frozenset()
    assert font_set("⚫", FACES).missing == {"⚫"}  # only the sans has it, which sets no text


@pytest.mark.parametrize(
    ("markup", "more"),
    [
        ("<p>a</p>", set()),
        ("<strong>a</strong>", {"serif-700-normal"}),
        ("<b>a</b><em>b</em>", {"serif-700-normal", "serif-700-italic"}),
        ("<table><tr><td>1</td></tr></table>", {"sans-400-italic"}),
        (
            "<table><td><b>1</b></td></table>",
            {"serif-700-normal", "sans-400-italic", "sans-700-normal"},
        ),
        ("<code>x</code>", {"mono-400-normal"}),
        ("<pre><code>x</code></pre>", {"mono-400-normal", "mono-700-normal"}),
    ],
)
def test_only_faces_that_are_used_are_embedded(markup: str, more: set[str]) -> None:
    always = {"serif-400-normal", "serif-400-italic", "sans-400-normal"}
    found = {face.name.removesuffix(".ttf") for face in faces_for([markup, "<p>"])}
    assert found == always | more


def test_a_font_that_is_not_installed_is_a_missing_tool(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(MissingTool) as caught:
        font_set("a", (Face("serif", "No Such Font", 400, "normal"),))
    assert "fontpkg-no-such-font" in str(caught.value)
    assert "No Such Font" in caught.value.message


SCRIPT = """
import hashlib
from octavo.fonts import FACES, font_set, woff2
made = font_set(set("ação الكتاب 第 ff 012"), FACES[:2])
for font in made.fonts:
    print(font.face.name, hashlib.sha256(font.data).hexdigest())
print(hashlib.sha256(woff2(made.fonts[0])).hexdigest(), sorted(made.missing))
"""


def test_the_same_bytes_in_another_process() -> None:
    def run(seed: str) -> str:
        environment = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT / "src")}
        argv = [sys.executable, "-c", SCRIPT]
        return subprocess.run(
            argv, env=environment, capture_output=True, text=True, check=True
        ).stdout

    first = run("1")
    assert first == run("2")
    made = font_set(set("ação الكتاب 第 ff 012"), FACES[:2])
    assert hashlib.sha256(made.fonts[0].data).hexdigest() in first


def test_woff2_is_the_same_font_made_smaller() -> None:
    [font] = font_set("abc", (REGULAR,)).fonts
    packed = woff2(font)
    assert packed[:4] == b"wOF2"
    assert len(packed) < len(font.data)
    assert TTFont(io.BytesIO(packed)).getBestCmap() == TTFont(io.BytesIO(font.data)).getBestCmap()


def test_names_are_ours() -> None:
    assert REGULAR.alias == "Octavo Serif"
    assert len({face.name for face in FACES}) == len(FACES)
    assert fonts.SERIF not in REGULAR.alias


def test_a_narrow_space_is_the_thin_one_and_needs_no_other_face() -> None:
    made = font_set("a !\u202f", FACES)
    assert [font.face for font in made.fonts] == list(FACES)
    assert not made.missing
    for font in made.fonts:
        cmap = TTFont(io.BytesIO(font.data)).getBestCmap()
        if 0x2009 in cmap and font.face.role != "mono":
            assert cmap[0x202F] == cmap[0x2009], font.face.name
    assert {
        f.face.role for f in made.fonts if 0x202F in TTFont(io.BytesIO(f.data)).getBestCmap()
    } == {
        "serif",
        "sans",
        "mono",
    }
    assert font_set("a !\u202f", FACES[:1]) == font_set("a !\u202f", FACES[:1])


def test_a_glyph_draws_the_character_it_has_or_stands_in_for() -> None:
    (font,) = font_set("ab fi é", (REGULAR,)).fonts
    assert read_off(font.data, "aé1") == "aé1"
    assert read_off(font.data, "aé1", smcp=True, onum=True) == "aé1"
    assert read_off(font.data, "ffi") == "?", "a ligature"


def test_a_letter_within_a_word_is_the_letter() -> None:
    made = font_set("بيت", (REGULAR,)).fonts
    (font,) = [font for font in made if font.face.name == "arabic-400-normal.ttf"]
    for word in ("ب", "بب", "ببب", "بيت", "تيب"):
        assert read_off(font.data, word) == word[::-1]


def read_off(data: bytes, text: str, **features: bool) -> str:
    """Give what the glyphs of a text draw, from the left."""
    import uharfbuzz

    buffer = uharfbuzz.Buffer()
    buffer.add_str(text)
    buffer.guess_segment_properties()
    uharfbuzz.shape(uharfbuzz.Font(uharfbuzz.Face(data)), buffer, features)
    return "".join(drawn_by(data).get(each.codepoint, "?") for each in buffer.glyph_infos)


def test_woff2_holds_every_table_and_says_that_it_was_packed() -> None:
    """Read by another's reader, which checks lengths; the flags are in "head" (section 5)."""
    for face in (REGULAR, FALLBACKS[1]):
        (font,) = (each for each in font_set("aكe", (REGULAR,)).fonts if each.face == face)
        packed, plain = TTFont(io.BytesIO(woff2(font))), TTFont(io.BytesIO(font.data))
        assert packed.sfntVersion == plain.sfntVersion
        assert packed.reader.keys() == plain.reader.keys()
        for name in plain.reader.keys() - {"head"}:
            assert packed.reader[name] == plain.reader[name], name
        assert packed["head"].flags == plain["head"].flags | 1 << 11


def test_a_pages_fonts_have_the_other_case_of_each_letter_and_latin_1() -> None:
    made = font_set("Ж", (REGULAR,), widened=cases, features=PAGE_FEATURES, base=PAGE_BASE)
    cmap = TTFont(io.BytesIO(made.fonts[0].data)).getBestCmap()
    assert set(map(ord, "Жжßÿ½“")) <= set(cmap)
    assert ord("я") not in cmap
    assert features(TTFont(io.BytesIO(made.fonts[0].data)), "GSUB") >= {"smcp", "onum", "frac"}


def test_blocks_come_whole() -> None:
    assert blocks("aб") == frozenset(map(chr, (*range(128), *range(0x400, 0x480))))


def test_fonts_do_not_depend_on_what_was_cut_before() -> None:
    """What is kept in the process is kept by all that it is made of."""
    ways = [
        {"widened": widened, "features": tags, "hints": hints, "base": base}
        for widened in (frozenset, cases, blocks)
        for tags in (None, PAGE_FEATURES)
        for hints in (True, False)
        for base in (None, PAGE_BASE)
    ]
    sans = FACES[4]

    def made() -> list[bytes]:
        sets = [font_set(text, (sans,), **way) for way in ways for text in ("ab", "ab\u202f")]  # type: ignore[arg-type]
        return [font.data for each in sets for font in each.fonts]

    first = made()
    assert len(set(first)) > len(ways)
    fonts._cut.cache_clear()
    assert first == made()
