"""Documents through pandoc: none of them twice, several at once."""

import datetime
import subprocess
from pathlib import Path

import pytest

from octavo import pandoc
from octavo.build import build, copies
from octavo.build.converting import converted
from octavo.build.copies import copied
from octavo.build.job import Job, Step
from octavo.cache import Cache
from octavo.errors import EmptyFile
from octavo.guidance import Guidance, Order
from octavo.model import Overrides, Place

AT = Place("a.md")
COMMONMARK = pandoc.READERS["commonmark"]
WHEN = datetime.datetime(2001, 2, 3, tzinfo=datetime.UTC)


@pytest.fixture
def runs(monkeypatch: pytest.MonkeyPatch) -> list[bytes]:
    """What pandoc was given."""
    given: list[bytes] = []
    convert = pandoc.convert

    def counted(data: bytes, reader: str, place: Place) -> pandoc.Converted:
        given.append(data)
        return convert(data, reader, place)

    monkeypatch.setattr(pandoc, "convert", counted)
    return given


def test_a_document_is_converted_once(tmp_path: Path, runs: list[bytes]) -> None:
    source = b"---\ntitle: A *b*\nauthor: [Ann B., C. D.]\nlang: fr\n---\n\nText \xc3\xa9.\n"
    first, new = converted(source, COMMONMARK, AT, Cache(tmp_path))
    assert new
    assert converted(source, COMMONMARK, Place("b.md"), Cache(tmp_path)) == (first, False)
    assert (first.title, first.authors, first.language) == ("A b", ("Ann B.", "C. D."), "fr")
    assert runs == [source]


def test_what_a_document_holds_is_kept_as_well(tmp_path: Path, runs: list[bytes]) -> None:
    (tmp_path / "a.svg").write_text('<svg xmlns="http://www.w3.org/2000/svg"/>')
    argv = [pandoc.program(), "--from=markdown", "--to=docx", "--output=a.docx"]
    subprocess.run(argv, input=b"![A](a.svg)", cwd=tmp_path, check=True)
    source = (tmp_path / "a.docx").read_bytes()
    first, _ = converted(source, "docx", AT, Cache(tmp_path / "cache"))
    assert first.media
    assert converted(source, "docx", AT, Cache(tmp_path / "cache")) == (first, False)
    assert len(runs) == 1


def test_what_is_other_or_damaged_is_converted_anew(tmp_path: Path, runs: list[bytes]) -> None:
    cache = Cache(tmp_path)
    one = converted(b"a -- b", COMMONMARK, AT, cache)
    other = converted(b"a -- b", pandoc.READERS["markdown"], AT, cache)
    assert len(runs) == 2
    for path in tmp_path.glob("??/*"):
        path.write_bytes(path.read_bytes()[:-1])
    assert converted(b"a -- b", COMMONMARK, AT, cache) == one
    assert converted(b"a -- b", pandoc.READERS["markdown"], AT, cache) == other
    assert len(runs) == 4


ROUGH = b"THE FERRY\n\nThe ferry left at six, and the tele-\nphone rang in the empty hall.\n"


def test_no_rough_text_is_cleaned_twice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cache, stages = Cache(tmp_path), list[str]()
    for path in ("a.txt", "b.txt"):  # the name stands in the places of the changes
        first = copied(ROUGH, path, Guidance("en"), stages.append, cache)
        assert copied(ROUGH, path, Guidance("en"), stages.append, cache) == first
        assert first.changes and {change.place.path for change in first.changes} == {path}
    assert stages == ["read", "clean", "structure"] * 2
    other = copied(
        ROUGH, "a.txt", Guidance("en", (Order(off=frozenset({"hyphens"})),)), stages.append, cache
    )
    assert b"telephone" not in other.document
    for path in tmp_path.glob("??/*"):
        path.write_bytes(path.read_bytes()[:-1])
    assert copied(ROUGH, "b.txt", Guidance("en"), stages.append, cache) == first
    assert len(stages) == 12


def test_a_copy_with_another_octavo_is_made_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stages = list[str]()
    copied(ROUGH, "a.txt", Guidance(), stages.append, Cache(tmp_path))
    monkeypatch.setattr(copies, "makers", lambda: {"octavo": "another"})
    copied(ROUGH, "a.txt", Guidance(), stages.append, Cache(tmp_path))
    assert len(stages) == 6


def job(folder: Path, texts: dict[str, str], workers: int) -> Job:
    for name, text in texts.items():
        (folder / name).write_text(text)
    return Job(
        name="book",
        folder=folder,
        texts=tuple(folder / name for name in texts),
        settings=None,
        overrides=Overrides(None, (), None),
        templates=(),
        output=folder / "dist",
        formats=("html",),
        when=WHEN,
        workers=workers,
        cache=folder / "cache",
    )


def test_texts_stay_in_their_order(tmp_path: Path) -> None:
    texts = {f"{n}.md": f"# Chapter {n}\n\n{'word ' * (9 - n) * 4000}\n" for n in range(1, 7)}
    steps: list[Step] = []
    report = build(job(tmp_path, texts, 3), steps.append)
    assert report.error is None
    (made,) = report.artifacts
    html = made.path.read_text()
    places = [html.index(f">Chapter {n}<") for n in range(1, 7)]
    assert places == sorted(places)
    assert {each.detail for each in steps if each.stage == "convert"} == set(texts)
    again = job(tmp_path, texts, 1)
    assert build(again, steps.append).artifacts[0].path.read_text() == html


def test_the_first_text_that_fails_is_told_of(tmp_path: Path) -> None:
    texts = {"1.md": "# One\n\nText.\n", "2.docx": "no zip", "3.odt": "no zip", "4.md": "Text\n"}
    error = build(job(tmp_path, texts, 4), lambda step: None).error
    assert error is not None and error.place is not None
    assert error.place.path == "2.docx"


@pytest.mark.parametrize("text", ["# Only a heading\n", "A.\n", "<!-- nothing -->\n"])
def test_a_text_without_anything_to_read_is_told_of(tmp_path: Path, text: str) -> None:
    error = build(job(tmp_path, {"1.md": text}, 1), lambda step: None).error
    assert isinstance(error, EmptyFile)
    assert str(error) == (
        "1.md: there is nothing to read in it."
        " Write something below the title, or take another text."
    )
