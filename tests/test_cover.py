"""The cover of a book that brings none."""

import io
import zipfile
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest
from lxml import etree
from PIL import Image

from conftest import Command, shelf, write
from octavo import fonts, images
from octavo.cache import Cache
from octavo.errors import TemplateFault
from octavo.images import drawing
from octavo.model import Author, Resource, Series
from octavo.render import drawn_cover
from octavo.render.cover import _broken, _set, _width
from test_render import ABOUT, LOOK, book

LONG = "A Long and Winding Account of the Lighthouse Keepers of the Northern Shore"


def cover(*folders: Path, **said: object) -> Resource | None:
    return drawn_cover(book(about=replace(ABOUT, **said)), LOOK, folders)  # type: ignore[arg-type]


def picture(made: Resource | None) -> Image.Image:
    assert made is not None
    return Image.open(io.BytesIO(made.data)).convert("L")


def inked(image: Image.Image, top: float, bottom: float) -> int:
    """Count the light pixels between two heights, in parts of the whole, inside the frame."""
    width, height = image.size
    box = (width // 10, int(height * top), width - width // 10, int(height * bottom))
    return sum(image.crop(box).histogram()[160:])


def test_a_cover_is_a_png_and_the_same_each_time() -> None:
    made = cover()
    assert made == cover()
    assert made is not None
    assert made.media_type == "image/png"
    with Image.open(io.BytesIO(made.data)) as image:
        assert (image.format, image.size) == ("PNG", (1400, 2240))
    assert (made.width, made.height) == (1400, 2240)
    assert len(made.data) < 60_000


def test_title_and_authors_are_on_it() -> None:
    both, title = picture(cover()), picture(cover(authors=()))
    assert inked(both, 0.3, 0.42) == inked(title, 0.3, 0.42) > 5_000
    assert inked(both, 0.75, 0.9) > 1_000
    assert inked(title, 0.75, 0.9) == 0


def test_what_else_is_said_has_its_place() -> None:
    bare = picture(cover(authors=()))
    full = picture(
        cover(authors=(), subtitle="A story", series=Series("Waters"), publisher="Sandbank")
    )
    for top, bottom in ((0.08, 0.2), (0.48, 0.65), (0.87, 0.94)):
        assert inked(bare, top, bottom) == 0
        assert inked(full, top, bottom) > 300


@pytest.mark.parametrize("title", [LONG, "x" * 500, "A & B <em> \"'", " ".join(["word"] * 90)])
def test_nothing_touches_the_frame(title: str) -> None:
    image = picture(cover(title=title, authors=(Author("Ann B. of " * 20),)))
    width, height = image.size
    frame = (int(width * 0.07), height // 16, int(width * 0.092), height - height // 16)
    blank = image.crop(frame).getextrema()
    assert blank[0] == blank[1]


def test_lines_are_about_as_long_as_each_other() -> None:
    lines = _broken(LONG, 10)
    assert " ".join(lines) == LONG
    widths = [_width(line) for line in lines]
    assert max(widths) <= 10
    assert len(lines) == 4
    assert max(widths) - min(widths) < 3


def test_spaces_that_hold_words_together_do() -> None:
    assert _broken("Pourquoi donc\xa0?", 5) == ["Pourquoi", "donc\xa0?"]
    assert _set(["Pourquoi\u202f?"], largest=165, highest=640).lines == ("Pourquoi\xa0?",)


def test_a_width_is_the_sum_of_what_each_face_sets() -> None:
    serif, arabic = fonts.FACES[0], fonts.FALLBACKS[1]
    assert fonts.width("i", (serif,)) < fonts.width("m", (serif,)) < 1
    both = fonts.width("aكتاب", (serif, arabic))
    assert both == fonts.width("a", (serif,)) + fonts.width("كتاب", (arabic,))
    assert fonts.width("海", (serif, arabic)) == 0


def test_a_cover_from_right_to_left() -> None:
    made = picture(cover(title="كتاب الميناء", language="ar", authors=()))
    assert inked(made, 0.3, 0.44) > 5_000


def test_no_cover_is_drawn_with_letters_that_we_lack() -> None:
    assert cover(title="海") is None
    assert cover(title="The S\u00adea\u200b") is not None


def test_a_template_of_the_books_own(tmp_path: Path) -> None:
    svg = '<svg xmlns="http://www.w3.org/2000/svg" width="8" height="{{ meta.title | length }}"/>'
    write(tmp_path, {"cover.svg": svg})
    made = cover(tmp_path)
    assert made is not None
    assert (made.width, made.height) == (8, 7)


def test_a_template_that_is_no_drawing(tmp_path: Path) -> None:
    write(tmp_path, {"cover.svg": "<svg"})
    with pytest.raises(TemplateFault, match=r"templates/cover\.svg"):
        cover(tmp_path)


def test_an_epub_has_a_cover(tmp_path: Path, octavo: Command) -> None:
    shelf(tmp_path, salt='authors = ["Ann B.", { name = "Ed C.", role = "edt" }]')
    assert octavo("build", "epub").code == 0
    with zipfile.ZipFile(tmp_path / "dist/salt.epub") as archive:
        opf = etree.fromstring(archive.read("EPUB/content.opf"))
        [item] = [i for i in opf.iter("{*}item") if i.get("properties") == "cover-image"]
        assert archive.read(f"EPUB/{item.get('href')}").startswith(b"\x89PNG")
        page = etree.fromstring(archive.read("EPUB/text/cover.xhtml"))
    [image] = page.iter("{*}img")
    assert image.get("alt") == "Cover: salt, Ann B."
    assert image.get("src") == f"../{item.get('href')}"


def test_a_book_whose_cover_is_not_drawn_says_so(tmp_path: Path, octavo: Command) -> None:
    shelf(tmp_path, hai='authors = ["海"]\nlanguage = "zh"')
    ended = octavo("build", "epub", "--verbose")
    assert ended.code == 0
    assert "no cover is drawn, because Octavo's fonts lack a character of its words" in ended.err
    with zipfile.ZipFile(tmp_path / "dist/hai.epub") as archive:
        assert not [name for name in archive.namelist() if "cover" in name]


@pytest.mark.parametrize(
    "said",
    [
        {},
        {
            "title": LONG,
            "subtitle": "What the keepers wrote",
            "series": Series("Waters"),
            "publisher": "Sandbank",
            "authors": (Author("Ann B."), Author("Ed C.")),
        },
        {"title": "كِتَابُ الْمِينَاءِ", "language": "ar", "authors": ()},
        {"title": "Ǻ. ᾆ i", "publisher": ".", "series": Series("·")},
    ],
    ids=["short", "all", "Arabic", "points"],
)
def test_a_cover_drawn_in_parts_is_the_whole_one(
    said: dict[str, object], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Told by sixteen shades that do not depend on how much there is of each."""
    shades = Image.new("P", (1, 1))
    shades.putpalette([level * 17 for level in range(16) for _ in "RGB"])
    no = Image.Dither.NONE
    monkeypatch.setattr(drawing, "_few", lambda image: image.quantize(palette=shades, dither=no))

    def whole(svg: str, stem: str, files: list[Path], *, sparse: bool) -> Resource:
        assert sparse
        return images.rasterise(svg, stem, files)

    parts = cover(**said)
    monkeypatch.setattr("octavo.render.cover.images", SimpleNamespace(rasterise=whole))
    assert parts == cover(**said)


def test_a_cover_that_was_kept_is_the_one_that_is_drawn(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = Cache(tmp_path / "kept")
    about = replace(ABOUT, title="Braces } and ] brackets")
    made = drawn_cover(book(about=about), LOOK, (), kept)
    assert made == drawn_cover(book(about=about), LOOK, ())
    other = drawn_cover(book(about=ABOUT), LOOK, (), kept)
    monkeypatch.delattr(drawing, "_drawn")
    assert drawn_cover(book(about=about), LOOK, (), kept) == made
    assert drawn_cover(book(about=ABOUT), LOOK, (), kept) == other != made
    with pytest.raises(NameError):
        drawn_cover(book(about=about), LOOK, ())


def test_a_png_of_a_drawing_is_its_pixels() -> None:
    svg = (
        '<svg xmlns="http://www.w3.org/2000/svg" width="{0}" height="32" viewBox="0 0 {0} 32">'
        '<rect width="{0}" height="32" fill="#123456"/>'
        '<rect x="8" y="16" width="8" height="8" fill="#fedcba"/></svg>'
    )
    for width, sparse in ((33, False), (40, False), (40, True)):
        made = drawing.draw(svg.format(width), (), sparse=sparse)
        with Image.open(io.BytesIO(made.data)) as image:
            assert (image.mode, image.size) == ("P", (width, 32))
            assert (made.width, made.height) == image.size
            found = image.convert("RGB").getcolors()
        ground, ink = (0x12, 0x34, 0x56), (0xFE, 0xDC, 0xBA)
        assert found is not None
        assert sorted(found) == [(64, ink), (width * 32 - 64, ground)]
