"""The fonts of an EPUB: no character too few in any face, and few too many."""

import io
from pathlib import Path

import pytest
import uharfbuzz
from fontTools.ttLib import TTFont

from octavo.build.subsetting import ebook_fonts
from octavo.fonts import Font
from test_render import book, chapter


def cut(inner: str, *folders: Path) -> dict[str, Font]:
    fonts = ebook_fonts(book(chapter("one", inner, title="A title")), folders)
    assert len({font.face for font in fonts}) == len(fonts)
    return {font.face.name.removesuffix(".ttf"): font for font in fonts}


def has(font: Font, text: str) -> bool:
    return set(map(ord, text)) <= set(uharfbuzz.Face(font.data).unicodes)


@pytest.mark.parametrize(
    ("inner", "faces"),
    [
        ("<p>Ω</p>", {"serif-400-normal"}),
        ("<p><em>Ω</em></p>", {"serif-400-normal", "serif-400-italic"}),
        ("<p><strong>Ω</strong></p>", {"serif-400-normal", "serif-700-normal"}),
        ("<p><b>x<i>Ω</i></b></p>", {"serif-400-normal", "serif-700-normal", "serif-700-italic"}),
        ("<h2>Ω</h2>", {"serif-400-normal", "serif-400-italic"}),
        ('<div class="epigraph"><p>Ω</p></div>', {"serif-400-normal", "serif-400-italic"}),
        ("<pre><code>Ω</code></pre>", {"serif-400-normal", "mono-400-normal", "mono-700-normal"}),
        ("<table><tr><td>Ω</td></tr></table>", {"serif-400-normal", "sans-400-normal"}),
    ],
)
def test_a_face_has_what_it_sets_and_no_other(inner: str, faces: set[str]) -> None:
    assert {name for name, font in cut(inner).items() if has(font, "Ω")} == faces


def test_what_is_said_beside_the_text_can_be_set() -> None:
    fonts = cut("<p>x</p>")
    assert set(fonts) == {"serif-400-normal", "serif-400-italic"}
    assert has(fonts["serif-400-normal"], "abcdefghijklmnopqrstuvwxyz0123456789*-‐. The SeaAnnB.")
    assert has(fonts["serif-400-italic"], "The SeaAnnB.Ed C.Translated by")


def test_an_entity_is_the_character_it_stands_for() -> None:
    assert has(cut("<p><em>&#937;&amp;</em></p>")["serif-400-italic"], "Ω&")


def test_small_capitals_are_where_they_are_asked_for() -> None:
    def features(font: Font) -> set[str]:
        records = TTFont(io.BytesIO(font.data))["GSUB"].table.FeatureList.FeatureRecord
        return {record.FeatureTag for record in records}

    plain = cut("<p>one</p>")
    assert "smcp" in features(plain["serif-400-normal"])
    assert "smcp" not in features(plain["serif-400-italic"])
    asked = cut('<p><em>one <span class="smallcaps">two</span></em></p>')
    assert "smcp" in features(asked["serif-400-italic"])
    assert "tnum" not in features(plain["serif-400-normal"])
    assert "tnum" in features(cut("<table><tr><td>12</td></tr></table>")["sans-400-normal"])


def test_templates_of_the_books_own_may_set_anything_in_any_face(tmp_path: Path) -> None:
    fonts = cut("<p>Ω <em>x</em></p>", tmp_path)
    assert has(fonts["serif-400-italic"], "Ω")


def test_a_script_that_the_serif_lacks_comes_with_its_own() -> None:
    fonts = cut("<p>كتاب <code>x</code> ▲</p>")
    assert has(fonts["arabic-400-normal"], "كتاب")
    assert has(fonts["mono-400-normal"], "x")
