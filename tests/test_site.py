"""The HTML editions in a browser, opened as files: what a reader does with them, and with what."""

import hashlib
import json
import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from lxml import html

from conftest import REQUIRED, ROOT, assert_clean, convert, write
from octavo import library
from octavo.build import build
from octavo.check import check
from octavo.model import Format, Overrides

BOOKS = Path(__file__).parent / "books"
AXE = ROOT / ".tools" / "node_modules" / "axe-core" / "axe.min.js"
FILLER = (
    "The keeper wrote the height of the water into a book that nobody asked for, and went up to"
    " the lamp, and came down again when it was day. The gulls on the wall had seen it before.\n\n"
)
SAMPLE = {
    "book.toml": (
        'title = "Sand & Lamp"\nsubtitle = "A winter"\nauthors = ["Ada Quay"]\nlanguage = "en"\n'
        'description = "About a lamp."\nsubjects = ["Coasts"]\ndate = "2026"\n'
        'series = { name = "Coasts", number = 2 }\nidentifier = "9783161484100"\n'
        'cover = "cover.png"\n'
        'text = ["text/preface.md", "text/part.md", "text/one.md", "text/two.md",'
        ' "text/index.md"]\n'
        '[html]\naddress = "https://example.org/lamp"\n'
    ),
    "text/preface.md": "# Preface {.front}\n\nBefore anything, a word.\n",
    "text/part.md": "# The Coast {.part}\n",
    "text/one.md": (
        "# One\n\nIt begins with a *first* note.[^a] See [the lists](two.md#lists).\n\n"
        + FILLER * 20
        + "The Zür\u00adcher lampwright came by boat.[^b]\n\n"
        + FILLER * 5
        + "[^a]: Of the *first* tide, see [the lists](two.md#lists).\n"
        + "[^b]: He was paid in sand.\n"
    ),
    "text/two.md": (
        "# Two\n\n## Lists {#lists}\n\n1. rope\n2. oil\n\n| Port | Depth |\n|:-----|------:|\n"
        "| Quay | 5.5 m |\n\n```python\nprint('lampwright')\n```\n\n> A quotation.\n\n"
        "::: verse\nThe water is high,\n  the water is low\n:::\n\n::: {lang=ar dir=rtl}\n"
        "كان البَحر هادئا.\n:::\n\n![A lamp](../lamp.svg)\n\nEuler says $e^{i\\pi} = -1$.\n\n"
        + FILLER
        * 20
    ),
    "text/index.md": "# Index\n\nLamp, [One](one.md)\n\n東京の燈台は白い。\n",
    "lamp.svg": (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 40">'
        '<circle cx="20" cy="20" r="15"/></svg>'
    ),
    "cover.png": (ROOT / "source/handbook/images/cover.png").read_bytes(),
}
ARTICLE = {
    "book.toml": 'title = "On Sand"\nauthors = ["Ada Quay"]\nlanguage = "ar"\n',
    "text/01.md": "كان البحر هادئا.[^a]\n\n[^a]: في الصباح.\n",
}


def built(folder: Path, *formats: Format, output: Path | None = None) -> Path:
    """Build a book's folder; give where its editions are."""
    output = output or folder / "dist"
    (job,) = library.plan(formats, root=folder, output=output, overrides=Overrides(), when=None)
    report = build(job, lambda _: None)
    assert report.error is None, report.error
    return output


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Both HTML editions of two books of ours, and an EPUB."""
    folder = tmp_path_factory.mktemp("shelf")
    built(write(folder / "sand", SAMPLE), "epub", "html", "site", output=folder / "dist")
    built(write(folder / "article", ARTICLE), "html", "site", output=folder / "dist")
    return folder / "dist"


@pytest.fixture(scope="module")
def site(shelf: Path) -> Path:
    return shelf / "sand.site"


@pytest.fixture(scope="module")
def handbook(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("handbook")
    return built(ROOT / "source" / "handbook", "html", "site", output=folder)


# --- what is in the folder ---


def page(path: Path) -> Any:
    return html.document_fromstring(path.read_bytes())


def test_each_chapter_has_its_page_and_none_is_lost(site: Path) -> None:
    names = {path.name for path in site.glob("*.html")}
    assert names == {
        "index.html", "preface.html", "the-coast.html", "one.html", "two.html", "index-2.html"
    }  # fmt: skip
    links = page(site / "index.html").xpath("//nav[@role='doc-toc']//a/@href")
    assert [link.split("#")[0] for link in links if "--" not in link] == [
        "preface.html", "the-coast.html", "one.html", "two.html", "index-2.html"
    ]  # fmt: skip
    assert "two.html#two--lists" in links


def test_pages_lead_to_the_one_before_and_the_one_after(site: Path) -> None:
    order = ["preface.html", "the-coast.html", "one.html", "two.html", "index-2.html"]
    for at, name in enumerate(order):
        root = page(site / name)
        for rel, other in (("prev", order[:at][-1:]), ("next", order[at + 1 : at + 2])):
            assert root.xpath(f"//a[@rel='{rel}']/@href") == other
            assert root.xpath(f"//head/link[@rel='{rel}']/@href") == other
    assert page(site / "index.html").xpath("//head/link[@rel='next']/@href") == order[:1]


def test_every_page_has_one_heading_and_its_title(site: Path) -> None:
    for path in site.glob("*.html"):
        root = page(path)
        assert len(root.findall(".//h1")) == 1, path.name
    assert page(site / "one.html").findtext(".//title") == "One · Sand & Lamp"
    assert page(site / "index.html").findtext(".//title") == "Sand & Lamp"


def test_links_and_notes_lead_across_the_pages(site: Path) -> None:
    links = page(site / "one.html").xpath("//main//a/@href")
    assert links.count("two.html#two--lists") == 2
    assert links.count("#one--note-1") == 1


def test_the_other_editions_of_the_run_are_offered(shelf: Path, site: Path) -> None:
    links = page(site / "index.html").xpath("//a[@download]")
    assert [link.get("href") for link in links] == ["files/sand.epub", "files/sand.html"]
    assert [link.get("type") for link in links] == ["application/epub+zip", "text/html"]
    for name in ("sand.epub", "sand.html"):
        assert (site / "files" / name).read_bytes() == (shelf / name).read_bytes()
    assert not page(shelf / "article.site/index.html").xpath("//a[contains(@href, 'epub')]")


def test_a_text_without_chapters_is_one_page(shelf: Path) -> None:
    folder = shelf / "article.site"
    assert [path.name for path in folder.glob("*.html")] == ["index.html"]
    root = page(folder / "index.html")
    assert "كان البحر" in root.find(".//main").text_content()
    assert (root.get("lang"), root.get("dir")) == ("ar", "rtl")


def test_machines_are_told_what_it_is(site: Path) -> None:
    root = page(site / "index.html")
    said = {each.get("property"): each.get("content") for each in root.xpath("//meta[@property]")}
    assert said["og:type"] == "book"
    assert said["og:title"] == "Sand & Lamp"
    assert said["og:url"] == "https://example.org/lamp/"
    assert said["og:image"].startswith("https://example.org/lamp/images/cover")
    facts = json.loads(root.xpath("//script[@type='application/ld+json']")[0].text)
    assert facts["@type"] == "Book"
    assert facts["author"] == [{"@type": "Person", "name": "Ada Quay"}]
    assert (facts["isbn"], facts["datePublished"], facts["position"]) == (
        "9783161484100", "2026", 2
    )  # fmt: skip
    chapter = page(site / "one.html")
    assert chapter.xpath("//link[@rel='canonical']/@href") == ["https://example.org/lamp/one.html"]
    facts = json.loads(chapter.xpath("//script[@type='application/ld+json']")[0].text)
    assert (facts["@type"], facts["name"], facts["position"]) == ("Chapter", "One", 3)
    assert facts["isPartOf"]["name"] == "Sand & Lamp"


def test_a_title_cannot_end_a_script(tmp_path: Path) -> None:
    title = "</script><script>alert(1)</script><!-- & \u2028"
    toml = f"title = {json.dumps(title[:-2], ensure_ascii=False)}\n"
    chapters = {"text/01.md": "# </script> *x*\n\n\\</script>\n", "text/02.md": "# B\n\nb\n"}
    folder = built(write(tmp_path, {"book.toml": toml, **chapters}), "html", "site")
    for path in [*folder.glob("*.site/*.html"), *folder.glob("*.html")]:
        assert len(page(path).findall(".//script")) == (2 if path.parent != folder else 1)
    (index,) = folder.glob("*.site/search-index.js")
    assert "<" not in index.read_text("utf-8")


def test_sums_are_those_of_the_files(site: Path) -> None:
    listed = dict(
        reversed(line.split("  ", 1))  # type: ignore[misc]
        for line in (site / "SHA256SUMS").read_text("utf-8").splitlines()
    )
    files = {p.relative_to(site).as_posix(): p for p in site.rglob("*") if p.is_file()}
    files.pop("SHA256SUMS")
    assert listed == {
        name: hashlib.sha256(path.read_bytes()).hexdigest() for name, path in files.items()
    }


def test_it_is_the_same_each_time(shelf: Path, site: Path, tmp_path: Path) -> None:
    again = built(write(tmp_path / "sand", SAMPLE), "epub", "html", "site")
    assert (again / "sand.site/SHA256SUMS").read_bytes() == (site / "SHA256SUMS").read_bytes()


def test_the_front_page_is_small(handbook: Path) -> None:
    folder = handbook / "handbook.site"
    parts = [folder / "index.html", folder / "book.css"]
    assert sum(path.stat().st_size for path in parts) <= 60_000


def test_a_page_loads_a_style_and_pictures_and_nothing_else(site: Path) -> None:
    for path in site.glob("*.html"):
        root = page(path)
        assert root.xpath("//link[@rel='stylesheet']/@href") == ["book.css"]
        assert not root.xpath("//script[@src] | //iframe | //object | //link[@rel='preload']")


def test_the_index_is_little_more_than_the_words(site: Path) -> None:
    index = (site / "search-index.js").read_text("utf-8")
    words = sum(len(page(path).find(".//main").text_content()) for path in site.glob("*.html"))
    assert len(index) < 1.1 * words


# --- the scripts ---


@pytest.mark.parametrize("name", ["reader.js", "search.js"])
def test_a_script_makes_no_markup_of_text(name: str) -> None:
    script = (ROOT / "templates" / name).read_text(encoding="utf-8")
    for word in (
        "innerHTML",
        "outerHTML",
        "insertAdjacent",
        "document.write",
        "eval(",
        "Function(",
    ):
        assert word not in script
    for word in ("{{", "{%", "{#", "fetch(", "import ", "new Date", "random", "cookie"):
        assert word not in script


def test_a_script_that_is_not_ours_is_found(site: Path, tmp_path: Path) -> None:
    shutil.copytree(site, tmp_path / "bad.site")
    path = tmp_path / "bad.site" / "two.html"
    whole = path.read_text("utf-8")
    assert check(path.parent, "site") == ()
    for added in ("<script>1</script>", '<script src="search-index.js"></script>'):
        path.write_text(whole.replace("</main>", f"{added}</main>"), "utf-8")
        (found,) = check(path.parent, "site")
        assert (found.check, found.severity) == ("active", "error")
    path.write_text(whole.replace("const THEMES", "const  THEMES"), "utf-8")
    assert [each.check for each in check(path.parent, "site")] == ["active"]


BROKEN = {
    "page": ('<a href="three.html">x</a>', "leads to no file: three.html"),
    "fragment": ('<a href="one.html#three">x</a>', "leads to no id: one.html#three"),
    "own fragment": ('<a href="#three">x</a>', "leads to no id: #three"),
    "picture": ('<img src="images/no.png" alt="">', "no file: images/no.png"),
    "outside": ('<a href="../two.html">x</a>', "leads out of the folder: ../two.html"),
    "remote": ('<img src="https://example.org/x.png" alt="">', "leads out of the book"),
    "heading": ("<h1>x</h1>", "2 headings"),
    "id": ('<p id="two">x</p>', "used twice"),
}


@pytest.mark.parametrize(("markup", "words"), BROKEN.values(), ids=BROKEN)
def test_each_fault_of_a_page_is_found(site: Path, tmp_path: Path, markup: str, words: str) -> None:
    shutil.copytree(site, tmp_path / "bad.site")
    path = tmp_path / "bad.site" / "two.html"
    path.write_text(path.read_text("utf-8").replace("</main>", f"{markup}</main>"), "utf-8")
    (found,) = check(path.parent, "site")
    assert words in found.message
    assert found.place and found.place.path == "two.html"


def test_a_folder_that_is_no_site_is_said_to_be_none(site: Path, tmp_path: Path) -> None:
    (found,) = check(tmp_path, "site")
    assert "index.html" in found.message
    shutil.copytree(site, tmp_path / "bad.site")
    (tmp_path / "bad.site/fonts/serif-400-normal.woff2").unlink()
    (found,) = check(tmp_path / "bad.site", "site")
    assert str(found.place).startswith("book.css:")
    (tmp_path / "bad.site/one.html").write_bytes(b"\xff")
    assert "well-formed" in {each.check for each in check(tmp_path / "bad.site", "site")}


# --- validators ---


@pytest.mark.parametrize("name", ["sand", "article"])
@pytest.mark.parametrize("format", ["html", "site"])
def test_both_editions_are_valid(
    shelf: Path, name: str, format: str, assert_valid: Callable[[Path], None]
) -> None:
    assert_valid(shelf / f"{name}.{format}")


@pytest.mark.parametrize("format", ["html", "site"])
def test_the_handbook_is_valid(
    handbook: Path, format: str, assert_valid: Callable[[Path], None]
) -> None:
    assert_valid(handbook / f"handbook.{format}")


# --- in the browser ---


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """A Chromium without a network."""
    program = shutil.which("chromium")
    if program is None:
        (pytest.fail if REQUIRED else pytest.skip)("Chromium is missing: run make test")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        running = driver.chromium.launch(executable_path=program, args=["--no-sandbox"])
        yield running
        running.close()


@contextmanager
def reading(browser: Any, width: int = 1280, **said: Any) -> Iterator[Any]:
    """Give a page on which nothing may be loaded but files, and no script may fail."""
    context = browser.new_context(viewport={"width": width, "height": 700}, offline=True, **said)
    faults: list[str] = []
    tab = context.new_page()
    tab.on("pageerror", lambda error: faults.append(str(error)))
    tab.on("console", lambda said: faults.append(said.text))
    tab.on(
        "request",
        lambda asked: asked.url.startswith(("file:", "data:")) or faults.append(asked.url),
    )
    yield tab
    context.close()
    assert faults == []


def test_search_finds_a_word_and_lands_on_it(browser: Any, site: Path) -> None:
    with reading(browser) as tab:
        asked: list[str] = []
        tab.on("request", lambda each: asked.append(each.url.rpartition("/")[2]))
        tab.goto((site / "preface.html").as_uri())
        tab.get_by_text("Search", exact=True).click()
        assert "search-index.js" not in asked
        tab.keyboard.type("zurcher LAMP")  # typed without accent, found with a soft hyphen
        tab.wait_for_selector("#_found li")
        assert "search-index.js" in asked
        assert tab.inner_text("#_said") == "Places found: 1"
        assert tab.inner_text("#_found b") == "One"
        assert tab.locator("#_found mark").all_inner_texts() == ["Zür\u00adcher", "lamp"]
        tab.keyboard.press("Tab")
        tab.keyboard.press("Enter")
        tab.wait_for_url("**/one.html?*")
        marks = tab.locator("main mark")
        assert tab.evaluate("document.activeElement.textContent") == "Zür\u00adcher"
        assert "lamp" in marks.all_inner_texts()
        box = tab.locator("main mark:focus").bounding_box()
        assert 100 < box["y"] < 600
        assert tab.evaluate("scrollY") > 500


@pytest.mark.parametrize(
    ("query", "lines"),
    [
        ("البحر", ["كان البَحر هادئا."]),  # vowel points make no difference
        ("台は", ["東京の燈台は白い。"]),  # nor do words, where none are told apart
        ('"water is low"', ["The water is high, the water is low"]),
        ("ampwright", []),
        ("no-such-word", []),
        ("***", []),
    ],
)
def test_search_in_other_ways(browser: Any, site: Path, query: str, lines: list[str]) -> None:
    with reading(browser) as tab:
        tab.goto((site / "index.html").as_uri())
        tab.get_by_text("Search", exact=True).click()
        tab.fill("#_query", query)
        tab.locator("script[src]").wait_for(state="attached")
        said = "" if query == "***" else f"Places found: {len(lines)}"
        tab.locator(
            "#_said", has_text=said if lines or not said else "Nothing was found."
        ).wait_for(state="attached")
        assert tab.locator("#_found span").all_inner_texts() == lines


def test_a_missing_index_is_said(browser: Any, site: Path, tmp_path: Path) -> None:
    shutil.copytree(site, tmp_path / "site")
    (tmp_path / "site" / "search-index.js").unlink()
    context = browser.new_context()
    tab = context.new_page()
    tab.goto((tmp_path / "site" / "index.html").as_uri())
    tab.get_by_text("Search", exact=True).click()
    tab.keyboard.type("lamp")
    tab.locator("#_said", has_text="The search index is missing.").wait_for()
    context.close()


LINES = """() => linesOf(document.querySelector('main')).map((line) =>
  line.map((each) => each.data).join('').replace(/[ \\t\\n\\r\\f]+/g, ' ').replace(/^ | $/g, ''))"""


def test_pages_and_index_have_the_same_lines(browser: Any, handbook: Path, site: Path) -> None:
    cutting = (ROOT / "templates/search.js").read_text("utf-8")
    begin, end = cutting.index("  const BLOCK"), cutting.index("  const markIn")
    count = 0
    for folder in (site, handbook / "handbook.site"):
        written = (folder / "search-index.js").read_text("utf-8")
        index = json.loads(written[written.index("=") + 1 :].rstrip(";\n"))
        context = browser.new_context(bypass_csp=True, java_script_enabled=True)
        tab = context.new_page()
        for name, _, lines, places in index:
            tab.goto((folder / name).as_uri())
            assert tab.evaluate(f"() => {{ {cutting[begin:end]}; return ({LINES})() }}") == lines
            assert all(tab.query_selector(f"[id='{id}']") for _, id, _ in places)
            count += len(lines)
        context.close()
    assert count > 1000


def test_a_theme_survives_a_reload_and_goes_along(browser: Any, shelf: Path, site: Path) -> None:
    ground = "getComputedStyle(document.documentElement).backgroundColor"
    with reading(browser, color_scheme="dark") as tab:
        tab.goto((site / "one.html").as_uri())
        assert tab.evaluate(ground) == "rgb(25, 24, 22)"
        tab.get_by_title("Display").click()
        tab.get_by_label("Sepia").check()
        tab.get_by_role("button", name="Larger").click()
        for address in (None, site / "two.html", shelf / "sand.html"):
            tab.goto(address.as_uri()) if address else tab.reload()
            assert tab.evaluate(ground) == "rgb(244, 234, 213)"
            assert tab.text_content("#_size") == "110 %"
            assert tab.evaluate("getComputedStyle(document.documentElement).fontSize") == "22px"
        tab.get_by_title("Display").click()
        tab.get_by_label("As the device").check()
        tab.reload()
        assert tab.evaluate(ground) == "rgb(25, 24, 22)"


@pytest.mark.parametrize("name", ["sand.site/one.html", "sand.html"])
def test_the_place_survives_a_reload_and_another_day(browser: Any, shelf: Path, name: str) -> None:
    with reading(browser) as tab:
        tab.goto((shelf / name).as_uri())
        tab.get_by_text("lampwright came by boat").scroll_into_view_if_needed()
        there = tab.evaluate("scrollY")
        assert there > 500
        tab.wait_for_timeout(400)
        tab.reload()
        assert tab.evaluate("scrollY") == pytest.approx(there, abs=2)
        tab.close()
        tab = tab.context.new_page()
        tab.goto((shelf / name).as_uri())
        tab.wait_for_timeout(200)
        assert tab.evaluate("scrollY") == pytest.approx(there, abs=2)
        tab.goto((shelf / name).as_uri() + "#one")
        assert tab.evaluate("document.getElementById('one').getBoundingClientRect().top") < 200


def test_the_front_page_leads_back_to_the_place(browser: Any, site: Path) -> None:
    with reading(browser) as tab:
        tab.goto((site / "index.html").as_uri())
        assert not tab.is_visible("#_continue")
        tab.goto((site / "two.html").as_uri())
        tab.evaluate("scrollTo(0, 900)")
        tab.wait_for_timeout(400)
        tab.goto((site / "index.html").as_uri())
        assert tab.inner_text("#_continue") == "Continue reading: Two"
        tab.click("#_continue a")
        tab.wait_for_timeout(200)
        assert tab.evaluate("scrollY") == pytest.approx(900, abs=2)


def test_what_is_remembered_is_not_trusted(browser: Any, site: Path) -> None:
    with reading(browser) as tab:
        tab.goto((site / "index.html").as_uri())
        store = tab.get_attribute("body", "data-store")
        for kept in ('{"page":"javascript:alert(1)","title":"x"}', "7", "null", "[", '{"page":1}'):
            tab.evaluate(
                "([name, kept]) => { localStorage.setItem(name, kept);"
                " localStorage.setItem('octavo', kept); }",
                [f"octavo-{store}", kept],
            )
            tab.reload()
            assert not tab.is_visible("#_continue")
            assert tab.text_content("#_size") == "100 %"


@pytest.mark.parametrize("name", ["sand.site/one.html", "sand.html"])
def test_a_note_opens_and_closes_by_keyboard(browser: Any, shelf: Path, name: str) -> None:
    with reading(browser) as tab:
        tab.goto((shelf / name).as_uri())
        mark = tab.locator("main a.noteref").first
        mark.focus()
        tab.keyboard.press("Enter")
        note = tab.get_by_role("dialog")
        assert note.get_attribute("aria-label") == "Note 1"
        assert note.locator("p").inner_text() == "Of the first tide, see the lists."
        assert tab.evaluate("document.activeElement.className") == "pop"
        assert mark.get_attribute("aria-expanded") == "true"
        tab.keyboard.press("Escape")
        assert note.count() == 0
        assert tab.evaluate("document.activeElement.id") == "one--ref-1"
        tab.keyboard.press("Enter")
        tab.keyboard.press("Tab")
        assert tab.evaluate("document.activeElement.textContent") == "the lists"
        tab.keyboard.press("Tab")
        tab.keyboard.press("Enter")  # the button that closes it
        assert note.count() == 0
        mark.click()
        tab.locator("main h1, main h2").first.click()
        assert note.count() == 0


def test_previous_and_next_by_keyboard(browser: Any, site: Path) -> None:
    with reading(browser) as tab:
        tab.goto((site / "one.html").as_uri())
        for rel, name in (("next", "two.html"), ("prev", "one.html"), ("prev", "the-coast.html")):
            tab.locator(f"a[rel={rel}]").focus()
            tab.keyboard.press("Enter")
            tab.wait_for_url(f"**/{name}")
            assert tab.evaluate("scrollY") == 0
        tab.keyboard.press("Tab")
        assert tab.evaluate("document.activeElement.textContent") == "Skip to the text"


def test_it_can_be_read_without_scripts(browser: Any, shelf: Path) -> None:
    for name in ("sand.site/one.html", "sand.html"):
        context = browser.new_context(java_script_enabled=False)
        tab = context.new_page()
        tab.goto((shelf / name).as_uri())
        assert tab.locator("details:visible, button:visible, input:visible").count() == 0
        tab.locator("main a.noteref").first.click()
        assert tab.url.endswith("#one--note-1")
        tab.locator("#one--note-1 .backlink").click()
        assert tab.url.endswith("#one--ref-1")
        context.close()


def test_it_works_where_nothing_can_be_kept(browser: Any, site: Path) -> None:
    with reading(browser) as tab:
        tab.add_init_script(
            "Object.defineProperty(window, 'localStorage', { get() { throw new Error('no'); } })"
        )
        tab.goto((site / "one.html").as_uri())
        tab.get_by_title("Display").click()
        tab.get_by_label("Dark").check()
        assert tab.get_attribute("html", "data-theme") == "dark"
        tab.keyboard.press("Escape")
        assert not tab.is_visible("#_smaller")
        assert tab.evaluate("document.activeElement.tagName") == "SUMMARY"


def test_print_has_no_controls_and_dark_letters(browser: Any, site: Path) -> None:
    with reading(browser, color_scheme="dark") as tab:
        tab.goto((site / "one.html").as_uri())
        tab.emulate_media(media="print")
        assert tab.locator(".bar:visible, .steps:visible").count() == 0
        assert tab.evaluate("getComputedStyle(document.body).color") == "rgb(0, 0, 0)"


def test_who_wants_no_motion_has_none(browser: Any, site: Path) -> None:
    moves = "getComputedStyle(document.querySelector('.pop')).animationName"
    for wish, name in (("reduce", "none"), ("no-preference", "appear")):
        with reading(browser, reduced_motion=wish) as tab:
            tab.goto((site / "one.html").as_uri())
            tab.locator("main a.noteref").first.click()
            assert tab.evaluate(moves) == name


PAGES = ["sand.site/index.html", "sand.site/one.html", "sand.site/two.html", "sand.html"]
PAGES += ["article.site/index.html", "article.html"]
OPEN_ALL = """() => {
  for (const each of document.querySelectorAll('details')) each.open = true;
  const mark = document.querySelector('main a.noteref');
  if (mark) mark.click();
  document.getAnimations().forEach((each) => each.finish());
}"""


@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_no_violation(browser: Any, shelf: Path, name: str) -> None:
    if not AXE.is_file():
        (pytest.fail if REQUIRED else pytest.skip)("axe is missing: run make test")
    for theme in ("light", "sepia", "dark"):
        for width in (360, 1280):
            context = browser.new_context(
                viewport={"width": width, "height": 800}, bypass_csp=True, reduced_motion="reduce"
            )
            tab = context.new_page()
            tab.goto((shelf / name).as_uri())
            tab.evaluate("(each) => { document.documentElement.dataset.theme = each }", theme)
            tab.add_script_tag(path=AXE)
            for opened in (False, True):
                if opened:
                    tab.evaluate(OPEN_ALL)
                said = tab.evaluate("async () => (await axe.run(document)).violations")
                found = [(each["id"], each["nodes"][0]["html"][:200]) for each in said]
                assert found == [], (theme, width, opened)
            context.close()


def test_nothing_overflows_at_320_pixels(browser: Any, shelf: Path, handbook: Path) -> None:
    wide = "document.documentElement.scrollWidth - innerWidth"
    pages = [shelf / name for name in PAGES]
    pages += [handbook / "handbook.html", *sorted((handbook / "handbook.site").glob("*.html"))]
    with reading(browser, width=320) as tab:
        for path in pages:
            tab.goto(path.as_uri())
            assert tab.evaluate(wide) <= 0, path.name
        tab.goto((shelf / "sand.site/one.html").as_uri())
        for panel in ("search", "settings"):
            tab.click(f".{panel} summary")
            assert tab.evaluate(wide) <= 0
            box = tab.locator(f".{panel} .panel").bounding_box()
            assert box["x"] >= 0 and box["x"] + box["width"] <= 320


# --- the folder on the disk ---


def test_a_failed_build_leaves_the_last_good_site(tmp_path: Path) -> None:
    folder = write(tmp_path, SAMPLE)
    good = (built(folder, "site") / f"{tmp_path.name}.site" / "SHA256SUMS").read_bytes()
    write(folder, {"templates/site-chapter.html": '<h1>x</h1><a href="gone.html">x</a>'})
    (job,) = library.plan(
        ("site",), root=folder, output=folder / "dist", overrides=Overrides(), when=None
    )
    report = build(job, lambda _: None)
    assert report.error is not None and "gone.html" in report.error.message
    assert "still there" in (report.error.hint or "")
    (kept,) = (folder / "dist").iterdir()
    assert (kept / "SHA256SUMS").read_bytes() == good


def test_a_site_is_built_when_it_is_asked_for(tmp_path: Path) -> None:
    write(tmp_path, {"book.toml": 'title = "x"\nname = "salt"', "text/01.md": "# One\n\nx\n"})

    def asked(*targets: str) -> tuple[Format, ...]:
        (job,) = library.plan(
            targets, root=tmp_path, output=tmp_path, overrides=Overrides(), when=None
        )
        return job.formats

    assert asked() == ("epub", "pdf", "html")
    assert asked("salt.site") == ("site",)
    assert asked("site", "epub") == ("epub", "site")
    write(tmp_path, {"book.toml": 'title = "x"\nformats = ["site", "pdf"]'})
    assert asked() == ("pdf", "site")


def test_a_site_of_an_office_document(tmp_path: Path) -> None:
    convert("# A\n\nText[^1]\n\n[^1]: Note\n\n# B\n\nMore\n", "docx", tmp_path / "x.docx")
    (job,) = library.plan(
        ("x.docx", "site"), root=tmp_path, output=tmp_path, overrides=Overrides(), when=None
    )
    report = build(job, lambda _: None)
    assert report.error is None
    assert_clean(check(tmp_path / "x.site", "site"))
    assert re.findall(r"[ab]\.html", " ".join(p.name for p in (tmp_path / "x.site").iterdir()))
