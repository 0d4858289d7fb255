"""Rendered editions into files."""

import io
import os
import re
import subprocess
import sys
import zipfile
from dataclasses import replace
from pathlib import Path

import pikepdf
import pytest
from hypothesis import example, given, settings
from lxml import etree

from octavo import images
from octavo.errors import MissingTool
from octavo.fonts import FACES, Font, font_set
from octavo.model import (
    Access,
    Author,
    Book,
    EpubEdition,
    Evaluation,
    Page,
    Place,
    PrintEdition,
    Series,
)
from octavo.render import epub_edition, html_edition, print_edition
from octavo.write import epub, html, pdf
from test_pandoc import listener
from test_render import ABOUT, FORMULA, LOOK, MAP, NOTED, TITLES, book, chapter, mark, note

pytestmark = pytest.mark.filterwarnings("ignore:path is deprecated")  # ziamath asks for its fonts
ROOT = Path(__file__).parent.parent
NOTHING = Access((), (), (), (), "")
OPF = {
    "opf": "http://www.idpf.org/2007/opf",
    "dc": "http://purl.org/dc/elements/1.1/",
}


@pytest.fixture(scope="session")
def fonts() -> tuple[Font, ...]:
    return font_set("abc", FACES[:2]).fonts


def packed(made: Book, fonts: tuple[Font, ...] = ()) -> zipfile.ZipFile:
    data = epub.write(made, epub_edition(made, fonts, LOOK, ()), fonts)
    return zipfile.ZipFile(io.BytesIO(data))


def package(made: Book) -> etree._Element:
    return etree.fromstring(packed(made).read("EPUB/content.opf"))


def laid(made: Book, fonts: tuple[Font, ...]) -> pdf.Laid:
    return pdf.write(made, print_edition(made, fonts, LOOK, ()), fonts)


# --- EPUB ---


def test_the_archive_begins_with_its_kind_and_has_no_clock(fonts: tuple[Font, ...]) -> None:
    archive = packed(book(cover=MAP, resources=(MAP,)), fonts)
    first, *others = archive.infolist()
    assert (first.filename, first.compress_type, first.extra) == ("mimetype", 0, b"")
    assert archive.read("mimetype") == b"application/epub+zip"
    assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    assert {entry.compress_type for entry in others} == {zipfile.ZIP_DEFLATED}
    assert {entry.external_attr for entry in archive.infolist()} == {0o644 << 16}
    names = archive.namelist()
    assert len(names) == len(set(names))
    assert {"META-INF/container.xml", "EPUB/content.opf", "EPUB/nav.xhtml"} <= set(names)


def test_apple_is_told_of_fonts_that_are_there(fonts: tuple[Font, ...]) -> None:
    for embedded, said in (((), []), (fonts, ["true"])):
        opf = etree.fromstring(packed(book(), embedded).read("EPUB/content.opf"))
        found = opf.xpath("//*[local-name()='meta'][@property='ibooks:specified-fonts']/text()")
        assert found == said
        assert (opf.get("prefix") is None) == (not said)


def test_the_manifest_fits_the_archive(fonts: tuple[Font, ...]) -> None:
    archive = packed(book(NOTED, cover=MAP, resources=(MAP,)), fonts)
    root = etree.fromstring(archive.read("EPUB/content.opf"))
    items = root.findall(".//opf:item", OPF)
    there = {n.removeprefix("EPUB/") for n in archive.namelist() if n.startswith("EPUB/")}
    assert {item.get("href") for item in items} == there - {"content.opf"}
    assert len({item.get("id") for item in items}) == len(items)
    assert [i.get("href") for i in items if i.get("properties") == "cover-image"] == [MAP.name]
    assert root.xpath("//opf:itemref/@idref", namespaces=OPF) == [
        "page-cover",
        "page-title",
        "page-colophon",
        "nav",
        "page-one",
    ]


def test_the_package_says_what_the_book_is() -> None:
    about = replace(
        ABOUT,
        subtitle="A story",
        authors=(Author("Ann B.", sort="B., Ann"), Author("Ed C.", "edt")),
        series=Series("Waters", 2.5),
        subjects=("sea",),
        date="2026-01",
    )
    root = package(book(about=about))
    assert root.xpath("//dc:title/text()", namespaces=OPF) == ["The Sea", "A story"]
    assert root.xpath("//dc:creator/text()", namespaces=OPF) == ["Ann B."]
    assert root.xpath("//dc:contributor/text()", namespaces=OPF) == ["Ed C."]
    said = {m.get("property"): m.text for m in root.findall(".//opf:meta", OPF) if m.text}
    assert said["dcterms:modified"] == "2026-01-02T00:00:00Z"
    assert said["group-position"] == "2.5"
    assert said["file-as"] == "B., Ann"
    assert root.get("{http://www.w3.org/XML/1998/namespace}lang") == "en"
    assert len(root.xpath("//@id")) == len(set(root.xpath("//@id")))


def test_a_book_from_right_to_left_turns_its_pages_so() -> None:
    for language, expected in (("he", "rtl"), ("en", None)):
        [spine] = package(book(about=replace(ABOUT, language=language))).findall("opf:spine", OPF)
        assert spine.get("page-progression-direction") == expected


def test_the_manifest_says_what_is_in_a_page() -> None:
    made = book(chapter("one", f"<p>{FORMULA}</p>"), chapter("two", "<p>&lt;math &lt;svg</p>"))
    items = package(made).findall(".//opf:item", OPF)
    found = {item.get("href"): item.get("properties") for item in items}
    assert found["text/one.xhtml"] == "mathml"
    assert found["text/two.xhtml"] is None


def features(made: Book) -> list[str]:
    return package(made).xpath(
        "//opf:meta[@property='schema:accessibilityFeature']/text()", namespaces=OPF
    )


def test_what_images_say_is_read_off_their_attributes() -> None:
    said = '<p>alt="" <img title=" alt=" src="images/map.png" alt="A map"/> alt=""</p>'
    silent = '<p><img src="images/map.png" alt=""/></p>'
    assert "alternativeText" in features(book(chapter("one", said), resources=(MAP,)))
    assert "alternativeText" not in features(book(chapter("one", silent), resources=(MAP,)))
    assert "alternativeText" not in features(book())


def said(made: Book, vertical: bool = False) -> list[tuple[str | None, str | None]]:
    look = replace(LOOK, vertical=vertical)
    data = epub.write(made, epub_edition(made, (), look, ()), ())
    root = etree.fromstring(zipfile.ZipFile(io.BytesIO(data)).read("EPUB/content.opf"))
    metas = [
        (m.get("property") or m.get("name"), m.text or m.get("content"))
        for m in root.iter("{*}meta")
    ]
    return [*metas, *((link.get("rel"), link.get("href")) for link in root.iter("{*}link"))]


def test_what_a_book_offers_is_read_off_its_pages() -> None:
    inner = f'<p><img src="images/map.png" alt="A map"/> {FORMULA}<ruby>a<rt>b</rt></ruby></p>'
    found = said(book(chapter("one", inner), resources=(MAP,)))
    offered = [value for name, value in found if name == "schema:accessibilityFeature"]
    assert offered == [
        "structuralNavigation",
        "tableOfContents",
        "readingOrder",
        "displayTransformability",
        "ARIA",
        "unlocked",
        "alternativeText",
        "MathML",
        "describedMath",
        "rubyAnnotations",
    ]
    assert [v for n, v in found if n == "schema:accessMode"] == ["textual", "visual"]
    assert [v for n, v in found if n == "schema:accessModeSufficient"] == [
        "textual",
        "textual,visual",
    ]
    assert ("schema:accessibilityHazard", "none") in found
    bare = said(book(cover=MAP))
    assert [v for n, v in bare if n == "schema:accessMode"] == ["textual"]
    assert [v for n, v in bare if n == "schema:accessModeSufficient"] == ["textual"]


def test_a_formula_that_nobody_can_hear_is_not_said_to_be_described() -> None:
    silent = FORMULA.replace(' alttext="x &quot;&lt;&quot;"', "")
    assert "MathML" in features(book(chapter("one", silent)))
    assert "describedMath" not in features(book(chapter("one", silent)))


def test_an_image_that_moves_is_a_hazard_nobody_has_judged() -> None:
    from PIL import Image

    frames = [Image.new("L", (4, 4), shade) for shade in (0, 128, 255)]
    for kind, moves in (
        ("GIF", True),
        ("PNG", True),
        ("WEBP", True),
        ("GIF", False),
        ("PNG", False),
    ):
        out = io.BytesIO()
        frames[0].save(out, kind, save_all=moves, append_images=frames[1:] * moves)
        image = images.take(out.getvalue(), "a", Place("a"))
        hazards = [
            value
            for name, value in said(book(resources=(image,)))
            if name == "schema:accessibilityHazard"
        ]
        expected = ["noSoundHazard", "unknownFlashingHazard", "unknownMotionSimulationHazard"]
        assert hazards == (expected if moves else ["none"]), (kind, moves)


def test_the_summary_is_in_the_books_language() -> None:
    for language, end in (
        ("de-AT", "Niemand hat das Buch daraufhin geprüft."),
        ("fi", "evaluated it."),
    ):
        found = dict(said(book(about=replace(ABOUT, language=language))))
        assert (found["schema:accessibilitySummary"] or "").endswith(end)


def test_conformance_is_claimed_only_by_an_evaluator() -> None:
    names = {"dcterms:conformsTo", "a11y:certifiedBy", "a11y:certifierReport"}
    assert not names & {name for name, _ in said(book())}
    report = "https://example.org/r"
    evaluation = Evaluation("Ann B.", "2.2", "AA", "A diploma", report, "All good.")
    found = dict(said(book(about=replace(ABOUT, evaluation=evaluation))))
    assert found["dcterms:conformsTo"] == "EPUB Accessibility 1.1 - WCAG 2.2 Level AA"
    assert found["a11y:certifiedBy"] == "Ann B."
    assert found["a11y:certifierCredential"] == "A diploma"
    assert found["a11y:certifierReport"] == report
    assert (found["schema:accessibilitySummary"] or "").endswith(" All good.")


def test_vertical_lines_follow_each_other_from_right_to_left() -> None:
    made = book(about=replace(ABOUT, language="ja"))
    assert ("primary-writing-mode", "vertical-rl") in said(made, vertical=True)
    assert "primary-writing-mode" not in dict(said(made))
    for vertical, direction in ((True, "rtl"), (False, "ltr")):
        edition = epub_edition(made, (), replace(LOOK, vertical=vertical), ())
        assert edition.direction == direction
        assert ("writing-mode: vertical-rl" in edition.css) == vertical


def test_old_readers_understand_the_style(fonts: tuple[Font, ...]) -> None:
    """Kindle knows no flex, grid or variables; a fixed colour is dark on dark at night."""
    css = epub_edition(book(), fonts, replace(LOOK, vertical=True), ()).css
    for found in re.finditer(r"([a-z-]+)\s*:\s*([^;{}]+);", css):
        name, value = found.groups()
        assert not name.startswith(("flex", "grid", "--", "background")), found[0]
        assert not re.search(r"\b(flex|grid|var\(|calc\(|#[0-9a-f]{3}|rgb)", value), found[0]
        if "color" in name:
            assert value in {"inherit", "currentcolor"}, found[0]


@settings(max_examples=200, deadline=None)
@given(TITLES)
@example("</dc:title><script>x</script>")
@example("]]> &amp; \"'{{7*7}}")
def test_titles_are_words_in_the_package(title: str) -> None:
    about = replace(
        ABOUT,
        title=title,
        subtitle=title,
        authors=(Author(title, sort=title),),
        publisher=title,
        description=title,
        series=Series(title),
        subjects=(title,),
    )
    edition = EpubEdition((Page("one", title, "<p/>"),), 1, "<nav/>", "<ncx/>", "", NOTHING)
    data = epub.write(book(about=about), edition, ())
    root = etree.fromstring(zipfile.ZipFile(io.BytesIO(data)).read("EPUB/content.opf"))
    for name in ("title", "creator", "publisher", "description", "subject"):
        assert root.findtext(f".//dc:{name}", namespaces=OPF) == title
    assert "script" not in {etree.QName(node).localname for node in root.iter()}


def test_the_same_epub_twice(fonts: tuple[Font, ...]) -> None:
    made = book(NOTED, cover=MAP, resources=(MAP,))
    edition = epub_edition(made, fonts, LOOK, ())
    assert epub.write(made, edition, fonts) == epub.write(made, edition, fonts)


def test_an_epub_is_valid(tmp_path: Path, assert_valid: object) -> None:
    from PIL import Image

    out = io.BytesIO()
    Image.new("RGB", (60, 90)).save(out, "PNG")
    image = images.take(out.getvalue(), "cover", Place("a"))
    about = replace(ABOUT, language="he", title="</title> & \"'")
    inner = f'<p lang="fr">a <img src="{image.name}" alt=" src="/></p>'
    made = book(NOTED, chapter("two", inner), about=about, cover=image, resources=(image,))
    path = tmp_path / "a.epub"
    path.write_bytes(epub.write(made, epub_edition(made, (), LOOK, ()), ()))
    assert_valid(path)  # type: ignore[operator]


# --- HTML ---


def test_a_page_is_utf_8_and_ends_in_one_line_feed() -> None:
    assert html.write("<p>é\n\n") == "<p>é\n".encode()
    made = html_edition(book(), (), LOOK, ())
    assert not re.search(r"(src|href)=\"(?!#|data:)", made)


# --- PDF ---


def test_a_pdf_says_its_title_and_labels_its_pages(fonts: tuple[Font, ...]) -> None:
    title = "</title> & \"'{{7*7}}"
    front = replace(chapter("zero", "<p>z</p>"), kind="front")
    made = book(front, chapter("one", "<p>a</p>"), about=replace(ABOUT, title=title))
    done = laid(made, fonts)
    assert done.findings == ()
    with pikepdf.open(io.BytesIO(done.data)) as file:
        assert str(file.docinfo.Title) == title
        assert len(file.pages) == done.pages
        first, roman, start, arabic = file.Root.PageLabels.Nums
        assert (first, roman.S, arabic.S) == (0, "/r", "/D")
        assert 1 < int(start) < done.pages
        assert str(file.Root.Lang) == "en"
        assert "/StructTreeRoot" in file.Root


def test_a_book_without_front_matter_is_labelled_from_its_text(fonts: tuple[Font, ...]) -> None:
    with pikepdf.open(io.BytesIO(laid(book(), fonts).data)) as file:
        assert file.Root.PageLabels.Nums[2] > 0


def words(data: bytes, path: Path) -> str:
    path.write_bytes(data)
    argv = ["pdftotext", "-layout", str(path), "-"]
    return subprocess.run(argv, capture_output=True, text=True, check=True).stdout


def test_notes_have_their_numbers_at_the_foot(fonts: tuple[Font, ...], tmp_path: Path) -> None:
    every = font_set("".join(map(chr, range(32, 127))), FACES[:2]).fonts
    text = " ".join(words(laid(book(NOTED), every).data, tmp_path / "a.pdf").split())
    assert "1. First" in text
    assert "3. Third" in text
    assert "2. Third" not in text


def test_a_note_keeps_its_mark_beside_its_word(tmp_path: Path) -> None:
    """WeasyPrint would set it alone at the beginning of a line, were it not joined to the word."""
    every = font_set("".join(map(chr, range(32, 127))), FACES[:2]).fonts
    noted = [
        chapter(
            f"c{width}",
            f"<p>{'i' * width} and a depth of the channel, as if it were the world."
            f"{mark(f'c{width}', 1)}</p>",
            note(f"c{width}", 1, "<p>First</p>"),
        )
        for width in range(8, 18)
    ]
    text = words(laid(book(*noted), every).data, tmp_path / "a.pdf")
    assert text.count("1. First") == len(noted)
    assert len(re.findall(r"world\. ?1$", text, re.MULTILINE)) == len(noted)


DRESSED: dict[str, dict[str, object]] = {
    "initials": {"opening": "drop-cap", "running_heads": "author", "line_height": 1.5},
    "newsletter": {"columns": 2, "recto": False, "opening": "plain"},
    "printers": {"bleed": 3.0, "crop_marks": True, "gutter": 4.0},
}


@pytest.mark.parametrize("dress", DRESSED)
def test_a_bound_book_is_dressed_as_a_whole_one(dress: str, tmp_path: Path) -> None:
    text = "<p>The tide" + " came in over the sand and went out again" * 40 + "</p>"
    front = replace(chapter("pre", text), kind="front")
    links = '<p>See <a class="page" href="#pre">y</a>, <a class="page" href="#two">z</a>.</p>'
    about = replace(ABOUT, language="en-GB")
    made = book(front, chapter("one", text + links), chapter("two", text), about=about)
    every = font_set("".join(map(chr, range(32, 127))), FACES[:2]).fonts
    look = replace(LOOK, **DRESSED[dress])  # type: ignore[arg-type]
    edition = print_edition(made, every, look, ())
    bound, whole = (pdf.write(made, edition, every, divided=each) for each in (True, False))
    assert bound.findings == whole.findings == ()
    said = words(bound.data, tmp_path / "bound.pdf")
    assert said == words(whole.data, tmp_path / "whole.pdf")
    assert re.search(r"y \(p\.\s[ivx]+\), z \(p\.\s\d\)\.", said)
    with pikepdf.open(io.BytesIO(bound.data)) as file:
        beyond = 28.35 if dress == "printers" else 0
        for page in file.pages:
            assert float(page.mediabox[0]) == pytest.approx(-beyond, abs=0.01)
            page.contents_coalesce()
            drawn = page.obj.Contents.read_bytes() if "/Contents" in page.obj else b""
            assert (b"/Artifact BMC q 0.75 w" in drawn) == (dress == "printers")


def test_the_same_pdf_twice(fonts: tuple[Font, ...]) -> None:
    made = book(NOTED)
    assert laid(made, fonts).data == laid(made, fonts).data


def addressed(address: str, fonts: tuple[Font, ...]) -> pdf.Laid:
    """Lay out a page that asks for an address in every way WeasyPrint knows."""
    page = (
        f'<html><head><link rel="stylesheet" href="{address}"/>'
        f'<link rel="attachment" href="{address}"/></head><body style="background: url({address})">'
        f'<p>x <img src="{address}" alt="y"/><a rel="attachment" href="{address}">z</a>'
        f'<object data="{address}"></object><embed src="{address}"/></p></body></html>'
    )
    css = f'@import url("{address}"); @font-face {{ font-family: f; src: url("{address}") }}'
    return pdf.write(book(), PrintEdition(page, css, ()), fonts)


def test_no_file_and_no_address_is_fetched(fonts: tuple[Font, ...], tmp_path: Path) -> None:
    canary = tmp_path / "canary.txt"
    canary.write_text("the canary sings")
    with listener() as (port, hits):
        for address in (
            canary.as_uri(),
            canary.as_uri().replace("file:", "FILE:"),
            str(canary),
            f"http://127.0.0.1:{port}/a",
            f"//127.0.0.1:{port}/a",
            f"ftp://127.0.0.1:{port}/a",
            "data:text/plain,the%20canary%20sings",
            "data:image/svg+xml,%3Csvg/%3E",
            "octavo:nothing",
        ):
            done = addressed(address, fonts)
            assert any("is not part of the book" in each.message for each in done.findings), address
            with pikepdf.open(io.BytesIO(done.data)) as file:
                for each in file.objects:
                    if isinstance(each, pikepdf.Stream):
                        assert b"canary sings" not in each.read_bytes()
                assert "/EmbeddedFiles" not in file.Root.get("/Names", {})
    assert hits == []


def test_an_image_inside_a_drawing_is_drawn(fonts: tuple[Font, ...]) -> None:
    import base64

    from PIL import Image

    out = io.BytesIO()
    Image.new("RGB", (7, 5), "red").save(out, "PNG")
    inner = base64.b64encode(out.getvalue()).decode()
    source = (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 10">'
        f'<image width="7" height="5" href="data:image/png;base64,{inner}"/></svg>'
    )
    drawing = images.take(source.encode(), "a", Place("a"))
    made = book(chapter("one", f'<p><img src="{drawing.name}" alt="x"/></p>'), resources=(drawing,))
    done = laid(made, fonts)
    assert done.findings == ()
    with pikepdf.open(io.BytesIO(done.data)) as file:
        sizes = {
            (int(each.Width), int(each.Height))
            for each in file.objects
            if isinstance(each, pikepdf.Stream) and each.get("/Subtype") == "/Image"
        }
    assert sizes == {(7, 5)}


def test_odd_drawings_are_laid_out_or_told_of(fonts: tuple[Font, ...]) -> None:
    for box in ("0 0 1.2.3 5", "0 0 0 0", "a b c d", "0 0 1e99 1", "0 0 -1 -1", "1"):
        source = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{box}"><rect width="1"/></svg>'
        drawing = images.take(source.encode(), "a", Place("a"))
        inner = f'<p><img src="{drawing.name}" alt="x"/></p>'
        assert laid(book(chapter("one", inner), resources=(drawing,)), fonts).pages


def test_what_weasyprint_complains_of_is_a_finding(
    fonts: tuple[Font, ...], capfd: pytest.CaptureFixture[str]
) -> None:
    done = pdf.write(book(), PrintEdition("<html lang=en><p>a", "p { frobnicate: 7 }", ()), fonts)
    [found] = done.findings
    assert (found.check, found.severity) == ("layout", "warning")
    assert "frobnicate" in found.message
    assert capfd.readouterr() == ("", "")


def test_deep_nesting_is_laid_out(fonts: tuple[Font, ...]) -> None:
    deep = "<blockquote>" * 98 + "<p>a</p>" + "</blockquote>" * 98
    assert laid(book(chapter("one", deep)), fonts).pages


def test_without_a_font_nothing_is_tried() -> None:
    with pytest.raises(MissingTool, match="no font"):
        laid(book(), ())


SCRIPT = """
import sys
sys.path[:0] = sys.argv[1:3]
from octavo.fonts import FACES, font_set
from test_render import LOOK, book
from octavo.render import print_edition
from octavo.write import pdf
fonts = font_set("abc", FACES[:2]).fonts
sys.stdout.buffer.write(pdf.write(book(), print_edition(book(), fonts, LOOK, ()), fonts).data)
"""


def test_a_system_without_fonts_is_no_hindrance(tmp_path: Path, fonts: tuple[Font, ...]) -> None:
    (tmp_path / "fonts.conf").write_text(
        f"<?xml version='1.0'?><fontconfig><cachedir>{tmp_path}</cachedir></fontconfig>"
    )
    environment = {
        **os.environ,
        "FONTCONFIG_FILE": str(tmp_path / "fonts.conf"),
        "FONTCONFIG_PATH": str(tmp_path),
        "PYTHONHASHSEED": "7",
    }
    argv = [sys.executable, "-c", SCRIPT, str(ROOT / "src"), str(ROOT / "tests")]
    ended = subprocess.run(argv, env=environment, capture_output=True, check=False)
    assert ended.returncode == 0, ended.stderr
    assert ended.stdout[:4] == b"%PDF"
    with pikepdf.open(io.BytesIO(ended.stdout)) as file:
        assert len(file.pages) == laid(book(), fonts).pages
