"""Golden books: what the editions hold, and that the validators have nothing to say."""

import re
import subprocess
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from lxml import etree, html

from octavo import library
from octavo.model import FORMATS, Overrides
from pagelist import faults

BOOKS = Path(__file__).parent / "books"
SOURCE = Path(__file__).parent.parent / "source"
NAMES = sorted(path.parent.name for path in BOOKS.glob("*/book.toml"))
BLOCKS = "h1 h2 h3 h4 h5 h6 p li dt dd figcaption caption tr pre hr math".split()


@pytest.fixture(scope="session")
def editions(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of all golden books and the rough copy, built at once."""
    folder = tmp_path_factory.mktemp("editions")
    jobs = tuple(
        job
        for home in (*(BOOKS / name for name in NAMES), SOURCE / "rough-copy")
        for job in library.plan(FORMATS, root=home, output=folder, overrides=Overrides(), when=None)
    )
    for report in library.run(jobs, workers=2, progress=lambda _: None):
        assert report.error is None, f"{report.job.name}: {report.error}"
        warned = [each for each in report.findings if each.severity == "warning"]
        assert not warned, f"{report.job.name}: {warned}"
    return folder


def epub_pages(path: Path) -> dict[str, str]:
    """The pages, contents and package of an EPUB, by their names."""
    with zipfile.ZipFile(path) as archive:
        names = [each for each in archive.namelist() if each.endswith((".xhtml", ".opf", ".ncx"))]
        return {name: archive.read(name).decode() for name in names}


def main_text(path: Path) -> str:
    """The text of an HTML edition, a line for each block, named by its element."""
    root = html.fromstring(path.read_bytes())
    (main,) = root.iter("main")
    for end in main.iter("br"):
        end.tail = f" / {end.tail or ''}"
    lines = []
    for node in main.iter(*BLOCKS):
        if any(each.tag in BLOCKS for each in node.iterancestors()) and node.tag != "li":
            continue
        lines.append(f"{node.tag}: {' '.join(node.text_content().split())}".rstrip())
    return "\n".join(lines) + "\n"


def pages_text(path: Path) -> str:
    """The text of a PDF, page by page, without the blank lines of its margins."""
    ended = subprocess.run(["pdftotext", "-layout", path, "-"], capture_output=True, check=True)
    pages = ended.stdout.decode().split("\f")[:-1]
    shown = []
    for number, page in enumerate(pages, 1):
        lines = [line.rstrip() for line in page.splitlines() if line.strip()]
        shown.append("\n".join([f"=== page {number}", *lines]))
    return "\n".join(shown) + "\n"


@pytest.mark.parametrize("name", NAMES)
def test_a_golden_book(name: str, editions: Path, golden: Callable[..., None]) -> None:
    pages = epub_pages(editions / f"{name}.epub")
    found = {f"epub/{page.rpartition('/')[2]}": text for page, text in pages.items()}
    assert len(found) == len(pages), "else one hides the other"
    found["main.txt"] = main_text(editions / f"{name}.html")
    found["pages.txt"] = pages_text(editions / f"{name}.pdf")
    golden(BOOKS / name / "expected", found)


@pytest.mark.parametrize("format_", FORMATS)
@pytest.mark.parametrize("name", NAMES)
def test_the_validators_have_nothing_to_say(
    name: str, format_: str, editions: Path, assert_valid: Callable[[Path], None]
) -> None:
    assert_valid(editions / f"{name}.{format_}")


# Where a page does not begin with the word its text goes on with: pdftotext reads words of two
# directions in one line from left to right; a table waits for the next page, and stands above it.
ELSEWHERE = {"rtl": ["page ii"], "everything": ["page 4"]}


@pytest.mark.parametrize("name", NAMES)
def test_the_page_list_is_that_of_the_pdf(name: str, editions: Path) -> None:
    found = faults(editions / f"{name}.epub", editions / f"{name}.pdf")
    assert [each.partition(" begins")[0] for each in found] == ELSEWHERE.get(name, []), found


def test_there_is_a_word_for_each_book() -> None:
    said = (BOOKS / "README.md").read_text(encoding="utf-8")
    assert {path.name for path in BOOKS.iterdir() if path.is_dir()} == set(
        re.findall(r"^\| `([\w-]+)`", said, re.MULTILINE)
    )


@pytest.mark.parametrize("name", NAMES)
def test_the_editions_say_the_same(name: str, editions: Path) -> None:
    """Every word of the HTML's text stands in the EPUB too, and the other way round."""
    with zipfile.ZipFile(editions / f"{name}.epub") as archive:
        chapters = [each for each in archive.namelist() if each.endswith(".xhtml")]
        roots = [etree.fromstring(archive.read(each)) for each in chapters if "nav" not in each]
    spoken = words(" ".join(" ".join(root.itertext()) for root in roots))
    page = html.fromstring((editions / f"{name}.html").read_bytes())
    shown = words(" ".join(" ".join(each.itertext()) for each in page.iter("main", "footer")))
    assert words(" ".join(page.xpath("//main")[0].itertext())) <= spoken | shown
    missing = {word for word in shown - spoken if not word.isdigit()}
    assert not missing


def words(text: str) -> set[str]:
    return set(re.findall(r"\w+", text.casefold()))


# --- the essay of source/rough-copy ---


def test_the_rough_copy_is_what_its_author_wrote(editions: Path) -> None:
    page = html.fromstring((editions / "rough-copy.html").read_bytes())
    (main,) = page.iter("main")
    found = [
        ("> " if list(node.iterancestors("blockquote")) else "")
        + " ".join(node.text_content().replace("\u2060", "").split())  # which typography adds
        for node in main.iter("p")
    ]
    truth = (BOOKS / "rough-copy" / "truth.txt").read_text(encoding="utf-8").splitlines()
    assert found == [line for line in truth if line.strip()]
