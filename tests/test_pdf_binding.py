"""A bound book is the book that was laid out as a whole, and its links and numbers are right."""

import re
from dataclasses import replace
from io import BytesIO
from typing import Any

import pikepdf
import pytest

from bindery import BOOKS, FILLER, Copy, copy_of, laid, opened, pictures, texts
from octavo import images
from octavo.config import PageSize
from octavo.fonts import FACES, font_set
from octavo.model import Chapter, Place, Resource
from octavo.render import Look, print_edition
from octavo.write import pdf
from test_render import book, chapter

pytestmark = pytest.mark.filterwarnings("ignore:path is deprecated")  # ziamath asks for its fonts
EVERY = [*BOOKS, "mixed", "rough-copy", "handbook"]


@pytest.fixture(scope="module", params=EVERY)
def name(request: pytest.FixtureRequest) -> str:
    """Each book in its turn, so that it is laid out once for all tests of it."""
    return str(request.param)


SIGNS = "".join(map(chr, range(32, 127))) + "’“”éäöüß\xa0…–—"


def assert_same(bound: pdf.Laid, whole: pdf.Laid) -> None:
    assert bound.findings == ()
    assert bound.pages == whole.pages
    assert texts(bound.data) == texts(whole.data)
    for number, pair in enumerate(zip(pictures(bound.data), pictures(whole.data), strict=True), 1):
        assert pair[0] == pair[1], f"page {number} looks otherwise"
    assert bound.starts == whole.starts


def small(
    *chapters: Chapter,
    css: str = "",
    recto: bool = True,
    size: float = 10.5,
    resources: tuple[Resource, ...] = (),
) -> Copy:
    """A book of the chapters, on small pages."""
    made, fonts = book(*chapters, resources=resources), font_set(SIGNS, FACES[:2]).fonts
    edition = print_edition(made, fonts, Look(PageSize(90, 120), size, recto), ())
    return Copy(made, replace(edition, css=edition.css + css), fonts)


def prose(slug: str, paragraphs: int, inner: str = "", **said: Any) -> Chapter:
    return chapter(slug, f"{inner}<p>{FILLER}</p>" * paragraphs, **said)


# --- bound == whole ---


def test_a_bound_book_is_the_whole_book(name: str) -> None:
    assert_same(laid(name), laid(name, divided=False))


def no_recto(css: str) -> str:
    assert "recto" in css
    return css.replace("recto", "page")


def test_chapters_that_begin_on_any_page() -> None:
    copy = copy_of("mixed").restyled(no_recto)
    bound = copy.laid()
    assert_same(bound, copy.laid(divided=False))
    with opened(bound) as file:
        firsts = {numbers(file)[f"{each.slug}"] for each in copy.book.chapters}
    assert {each % 2 for each in firsts} == {0, 1}, "else nothing begins on a left page"


def test_chapters_that_begin_on_the_left() -> None:
    copy = copy_of("mixed").restyled(lambda css: css.replace("recto", "left"))
    bound = copy.laid()
    assert_same(bound, copy.laid(divided=False))
    with opened(bound) as file:
        assert {numbers(file)[each.slug] % 2 for each in copy.book.chapters} == {1}


def test_a_last_chapter_that_ends_the_book() -> None:
    for paragraphs in (1, 3, 8):
        copy = small(prose("one", 2), prose("two", paragraphs))
        assert_same(copy.laid(), copy.laid(divided=False))


def test_end_matter_behind_the_chapters() -> None:
    copy = small(prose("one", 2), prose("two", 1))
    behind = '</main>\n<section id="behind" class="chapter"><h2>Behind</h2><p>the end</p></section>'
    html = copy.edition.html.replace("</main>", behind)
    assert html != copy.edition.html
    copy = replace(copy, edition=replace(copy.edition, html=html))
    assert_same(copy.laid(), copy.laid(divided=False))


def test_a_single_chapter_is_not_divided() -> None:
    copy = small(prose("one", 3))
    assert copy.laid().data == copy.laid(divided=False).data


@pytest.mark.parametrize(
    ("css", "reason"),
    [
        ("@page :nth(3) { margin-top: 1mm }", "a page is chosen by its number with :nth()"),
        ("section.chapter { break-before: auto }", "“One” does not begin on a new page"),
        (
            "@page text { @top-left { content: string(chapter) counter(page) } }",
            "a running head and a folio share one box in the margin",
        ),
    ],
)
def test_a_style_that_cannot_be_divided_is_laid_out_as_a_whole(css: str, reason: str) -> None:
    copy = small(prose("one", 1), prose("two", 1), css=css)
    bound, whole = copy.laid(), copy.laid(divided=False)
    assert bound.data == whole.data
    assert [each.message for each in bound.findings] == [
        f"the book is laid out as a whole, because {reason}"
    ]
    assert {each.severity for each in bound.findings} == {"info"}


@pytest.mark.parametrize(
    "extra", ["<!-- a remark -->", "<p>Words of no chapter.</p>", "Bare words."]
)
@pytest.mark.parametrize("place", ["<main>", "</main>"])
def test_what_a_template_adds_beside_the_chapters_is_not_lost(extra: str, place: str) -> None:
    copy = small(prose("one", 1), prose("two", 1))
    html = copy.edition.html.replace(place, f"{place}\n{extra}\n")
    assert extra in html
    copy = replace(copy, edition=replace(copy.edition, html=html))
    bound = copy.laid()
    assert_same(replace(bound, findings=()), copy.laid(divided=False))
    assert ("of no chapter" in extra) <= any("of no chapter" in each for each in texts(bound.data))


def test_numbers_that_make_the_contents_longer_come_to_rest() -> None:
    """Written in words as wide as pages, the numbers of the contents decide how long it is."""
    css = (
        ".contents { page-break-after: auto }"
        " .contents a::after { content: target-counter(attr(href), page, upper-roman)"
        " ' ' target-counter(attr(href), page, upper-roman) ' '"
        " target-counter(attr(href), page, upper-roman); overflow-wrap: anywhere }"
    )
    copy = small(*(prose(f"c{n}", 5) for n in range(18)), css=css, size=14)
    bound = copy.laid()
    assert bound.pages > 100
    assert_same(bound, copy.laid(divided=False))


def test_a_reference_in_the_text_shows_a_page() -> None:
    first = prose("one", 1, '<p>See page <a class="at" href="#two--title">it</a>.</p>')
    css = "a.at::after { content: ' ' target-counter(attr(href), page) '!' }"
    copy = small(first, prose("two", 9), css=css, recto=False)
    bound = copy.laid()
    assert_same(bound, copy.laid(divided=False))
    with opened(bound) as file:
        at = numbers(file)["two--title"]
    label = bound.starts[at].label
    assert f"See page it {label}!" in " ".join("".join(texts(bound.data)).split())


def test_a_total_of_pages() -> None:
    css = "@page text, opening { @bottom-center { content: counter(page) ' of ' counter(pages) } }"
    copy = small(prose("one", 2), prose("two", 3), css=css)
    bound = copy.laid()
    assert_same(bound, copy.laid(divided=False))
    assert f"{bound.starts[-1].label} of {bound.pages}" in texts(bound.data)[-1]


# --- links, outline, labels ---


def destinations(file: pikepdf.Pdf) -> dict[str, pikepdf.Object]:
    return {str(name): each for name, each in pikepdf.NameTree(file.Root.Names.Dests).items()}


def numbers(file: pikepdf.Pdf) -> dict[str, int]:
    """The pages, counted from 0, that the named destinations lead to."""
    pages = {page.objgen: at for at, page in enumerate(file.pages)}
    return {name: pages[each[0].objgen] for name, each in destinations(file).items()}


def squeezed(text: str) -> str:
    """A text without white space and what a line's end adds; in one case, for small caps."""
    return re.sub(r"[\s\xad\u200b-\u200f\u202a-\u202e\u2066-\u2069-]|\u2010", "", text).lower()


def annotations(file: pikepdf.Pdf) -> list[tuple[int, pikepdf.Object]]:
    return [
        (at, each) for at, page in enumerate(file.pages) for each in page.obj.get("/Annots", ())
    ]


def ids(copy: Copy) -> set[str]:
    from lxml import etree

    root = etree.fromstring(copy.edition.html.partition("\n")[2].encode())
    return {str(each.get("href"))[1:] for each in root.iter("a") if each.get("href", "")[:1] == "#"}


def spoken(copy: Copy, id_: str) -> str:
    """The first words of an element, but for a table's caption, which stands apart."""
    from lxml import etree

    root = etree.fromstring(copy.edition.html.partition("\n")[2].encode())
    (found,) = root.xpath(f"//*[@id='{id_}']")
    for caption in found.findall("caption"):
        caption.clear(keep_tail=True)
    return squeezed("".join(found.itertext()))[:8]


def test_every_link_arrives(name: str) -> None:
    copy, done = copy_of(name), laid(name)
    assert b"octavo-elsewhere" not in done.data
    with opened(done) as file:
        for each in file.objects:
            assert "octavo-elsewhere" not in repr(each)
        there = numbers(file)
        used = {str(each.Dest) for _, each in annotations(file) if "/Dest" in each}
        assert used == ids(copy)
        assert used <= set(there)
        assert len(used) == len([id_ for id_ in used if id_])


def test_links_lead_to_the_page_on_which_their_target_stands(name: str) -> None:
    copy, done = copy_of(name), laid(name)
    pages = [squeezed(text) for text in texts(done.data)]
    checked = 0
    with opened(done) as file:
        for id_, at in numbers(file).items():
            if id_ in ids(copy):
                words = spoken(copy, id_)
                if words.isascii() and len(words) > 2:  # where a text has one order alone
                    assert words in pages[at], f"{id_} is not on page {at + 1}"
                    checked += 1
        assert checked or not ids(copy) or copy.edition.direction == "rtl"


def test_the_contents_show_the_labels_of_the_pages(name: str) -> None:
    copy, done = copy_of(name), laid(name)
    with opened(done) as file:
        there = numbers(file)
    printed = "".join(texts(done.data))
    entries = re.findall(r'<a href="#([^"]*)"', copy.edition.html.partition("<main")[0])
    dots, label = r"(?:\. ?){3,}", r"([ivxlc]+|\d+)(?!\w)"
    if copy.edition.direction == "rtl":  # there the style draws no dots
        dots, printed = r"[\u0600-\u06ff][\s\u202a-\u202c]+", "".join(texts(done.data)[2:3])
    labels = re.findall(rf"{dots}\s*{label}", printed)
    assert labels == [done.starts[there[each]].label for each in entries]
    assert entries or len(copy.book.chapters) == 1


def test_the_outline_leads_to_its_titles(name: str) -> None:
    done = laid(name)
    rtl = copy_of(name).edition.direction == "rtl"  # there pdftotext has an order of its own
    pages = [squeezed(text) for text in texts(done.data)]
    count = 0
    with opened(done) as file:
        order = {page.objgen: at for at, page in enumerate(file.pages)}

        def walk(items: list[pikepdf.OutlineItem], before: int) -> int:
            nonlocal count
            for item in items:
                at = order[item.destination[0].objgen]
                assert at >= before, f"{item.title} comes too early"
                assert rtl or squeezed(item.title) in pages[at]
                count += 1
                before = walk(item.children, at)
            return before

        with file.open_outline() as outline:
            walk(outline.root, 0)
    assert count >= len([each for each in copy_of(name).book.chapters if each.title])


def test_the_outline_is_that_of_the_whole_book() -> None:
    def titles(done: pdf.Laid) -> list[Any]:
        def listed(items: list[pikepdf.OutlineItem]) -> list[Any]:
            return [(each.title, listed(each.children)) for each in items]

        with opened(done) as file, file.open_outline() as outline:
            return listed(outline.root)

    for name in EVERY[:-1]:
        assert titles(laid(name)) == titles(laid(name, divided=False))
    assert titles(laid("mixed"))[1] == ("One", [("Within one", [])])


def test_labels_are_roman_and_then_count_from_one(name: str) -> None:
    done = laid(name)
    labels = [each.label for each in done.starts]
    opening = labels.index("1")
    assert all(re.fullmatch("[ivxlc]+", each) for each in labels[:opening])
    assert labels[opening:] == [str(n) for n in range(1, len(labels) - opening + 1)]
    with opened(done) as file:
        assert [page.label for page in file.pages] == labels


def test_names_come_in_order_and_once() -> None:
    with opened(laid("features")) as file:
        names = [name.encode() for name in destinations(file)]
    assert names == sorted(set(names))


def test_an_image_that_two_chapters_show_is_kept_once() -> None:
    from PIL import Image

    out = BytesIO()
    Image.new("RGBA", (7, 5), "#ff000080").save(out, "PNG")
    image = images.take(out.getvalue(), "dot", Place("a"))
    inner = f'<p><img src="{image.name}" alt="a dot"/></p>'
    copy = small(prose("one", 1, inner), prose("two", 1, inner), resources=(image,))
    with opened(copy.laid()) as file:
        kinds = [
            str(each.ColorSpace)
            for each in file.objects
            if isinstance(each, pikepdf.Stream) and each.get("/Subtype") == "/Image"
        ]
    assert sorted(kinds) == ["/DeviceGray", "/DeviceRGB"], "the image and its mask"


def test_fonts_are_in_the_book_once() -> None:
    with opened(laid("mixed")) as file:
        programs = [
            each.FontFile2.read_bytes()
            for each in file.objects
            if isinstance(each, pikepdf.Dictionary) and "/FontFile2" in each
        ]
    assert len(programs) == len(set(programs)) > 1


def test_blank_pages_are_blank_and_as_large_as_the_others() -> None:
    done = laid("mixed")
    with pikepdf.open(BytesIO(done.data)) as file:
        boxes = {tuple(map(float, page.mediabox)) for page in file.pages}
        drawn = [bool(page.obj.get("/Contents")) for page in file.pages]
    assert len(boxes) == 1
    assert [bool(text.strip()) for text in texts(done.data)].count(False) >= drawn.count(False) > 0
