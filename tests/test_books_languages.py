"""Small books in several languages: every edition is valid, and every page is listed."""

import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from lxml import etree

from conftest import assert_clean
from octavo import library
from octavo.check import check
from octavo.model import Finding, Overrides
from pagelist import faults, marked

HOME = Path(__file__).parent / "books" / "languages"
LANGUAGES = sorted(path.name for path in HOME.iterdir())
XML = "{http://www.w3.org/XML/1998/namespace}"


@pytest.fixture(scope="session")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of all these books as EPUB and PDF."""
    folder = tmp_path_factory.mktemp("languages")
    jobs = tuple(
        job
        for name in LANGUAGES
        for job in library.plan(
            ("epub", "pdf"), root=HOME / name, output=folder, overrides=Overrides(), when=None
        )
    )
    for report in library.run(jobs, workers=1, progress=lambda _: None):
        assert report.error is None, f"{report.job.name}: {report.error}"
    return folder


def test_there_are_five() -> None:
    assert LANGUAGES == ["ar", "de", "fr", "ru", "zh"]


@pytest.mark.parametrize("name", LANGUAGES)
def test_the_validators_have_nothing_to_say(
    name: str, shelf: Path, validated: Callable[[Path], tuple[Finding, ...]]
) -> None:
    path = shelf / f"{name}.epub"
    found = (*check(path, "epub"), *validated(path))
    assert_clean(found)
    # A usage that everybody has who embeds a font.
    others = [each for each in found if "CSS-028" not in each.message]
    assert others == []


@pytest.mark.parametrize("name", LANGUAGES)
def test_every_page_of_the_pdf_is_listed(name: str, shelf: Path) -> None:
    epub, pdf = shelf / f"{name}.epub", shelf / f"{name}.pdf"
    if name == "ar":  # pdftotext puts words of two directions into another order
        assert [each.label for each in marked(epub)][:3] == ["i", "ii", "iii"]
    else:
        assert faults(epub, pdf) == []


@pytest.mark.parametrize("name", LANGUAGES)
def test_pages_say_their_language_and_foreign_words_theirs(name: str, shelf: Path) -> None:
    with zipfile.ZipFile(shelf / f"{name}.epub") as archive:
        pages = [each for each in archive.namelist() if each.endswith(".xhtml")]
        roots = [etree.fromstring(archive.read(each)) for each in pages]
        opf = etree.fromstring(archive.read("EPUB/content.opf"))
    assert (
        {root.get(f"{XML}lang") for root in roots} == {root.get("lang") for root in roots} == {name}
    )
    foreign = [each for root in roots for each in root.iter("{*}span") if each.get("lang")]
    assert len(foreign) == 1
    assert foreign[0].get(f"{XML}lang") == foreign[0].get("lang") != name
    [spine] = opf.iter("{*}spine")
    backwards = spine.get("page-progression-direction") == "rtl"
    assert backwards == (name in {"ar", "zh"}), "right to left, or from top to bottom"
