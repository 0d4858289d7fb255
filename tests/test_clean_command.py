"""`octavo clean`: rough texts in, fair copies out, corrected ones adopted."""

import errno
import json
import re
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest
from lxml import html as lxml_html

from conftest import Command, left_over, write
from octavo import errors

ROUGH = """\
THE SILTING HARBOUR

CHAPTER I.

The river had risen in the night, and stood among the comp-
ositors' sheds like a long-
lost friend.  Nobody said "flood"--it was not that -- nobody
would have been believed.

    So low the water lay,
      so slow it went away,
    That nobody could say
      if it was night or day.

* * *

He went out, and the 7. of March began.

CHAPTER II.

It was over. "That's that," he said, and shut the door behind
him with great care.
"""


@pytest.fixture
def rough(tmp_path: Path) -> Path:
    return write(tmp_path, {"harbour.txt": ROUGH}) / "harbour.txt"


def shelve(root: Path, toml: str = "", **texts: str) -> Path:
    """Write a book with rough texts; give its folder."""
    files = {f"text/{name.replace('_', '.')}": text for name, text in texts.items()}
    return write(root / "source/salt", {"book.toml": f'title = "Salt"\n{toml}', **files})


def body(path: Path) -> str:
    return path.read_text(encoding="utf-8")


# --- one text ---


@pytest.mark.parametrize("suffix", [".md", ".html", ".json"])
def test_a_text_is_written_in_each_form(suffix: str, octavo: Command, rough: Path) -> None:
    ended = octavo("clean", "harbour.txt", "-o", f"out/a{suffix}")
    assert (ended.code, ended.out) == (0, f"out/a{suffix}\n")
    written = body(rough.parent / "out" / f"a{suffix}")
    assert "compositors" in written
    assert "comp-" not in written or suffix == ".json"
    assert left_over(rough.parent / "out") == []


def test_the_changes_are_counted_by_rule_and_told_when_asked(octavo: Command, rough: Path) -> None:
    brief = octavo("clean", "harbour.txt", "-o", "a.html").err
    assert re.search(r"^harbour\.txt: \d+ changes, \d+ doubtful$", brief, re.MULTILINE)
    assert re.search(r"^  hyphens: 2, 1 doubtful$", brief, re.MULTILINE)
    assert "Look at the doubtful ones first" in brief
    told = octavo("clean", "harbour.txt", "-o", "a.html", "--verbose").err
    assert re.search(r"^harbour\.txt:6: hyphens \(doubtful\): ", told, re.MULTILINE)
    assert octavo("clean", "harbour.txt", "-o", "a.html", "--quiet").err == ""


def test_the_result_can_be_had_as_json(octavo: Command, rough: Path) -> None:
    said = json.loads(octavo("clean", "harbour.txt", "-o", "a.html", "--json", "-q").out)
    (text,) = said["texts"]
    assert (text["source"], text["output"], text["encoding"]) == ("harbour.txt", "a.html", "utf-8")
    assert text["rules"]["hyphens"] == {"changes": 2, "doubtful": 1}
    assert text["changes"] == sum(each["changes"] for each in text["rules"].values())
    assert said["errors"] == []


def test_whatever_a_file_is_called_it_is_rough_text(octavo: Command, tmp_path: Path) -> None:
    for name in ("a.md", "b", "c.html"):
        write(tmp_path, {name: ROUGH})
        ended = octavo("clean", name, "-o", "out.html", "-q")
        assert ended.code == 0, ended.err
        assert "<h1>CHAPTER I.</h1>" in body(tmp_path / "out.html").replace("h2", "h1")


def test_the_language_can_be_said(octavo: Command, rough: Path) -> None:
    octavo("clean", "harbour.txt", "-o", "a.html", "--lang", "ar")
    tree = lxml_html.parse(str(rough.parent / "a.html")).getroot()
    assert (tree.get("lang"), tree.get("dir")) == ("ar", "rtl")
    ended = octavo("clean", "harbour.txt", "-o", "a.html", "--lang", "no such")
    assert ended.code == errors.InvalidSettings.code


def test_a_folder_takes_markdown(octavo: Command, rough: Path) -> None:
    (rough.parent / "out.d").mkdir()
    assert octavo("clean", "harbour.txt", "-o", "out.d", "-q").built == ["out.d/harbour.md"]
    assert octavo("clean", "harbour.txt", "-o", "new", "-q").built == ["new/harbour.md"]
    there = ("-C", str(rough.parent))
    assert octavo("clean", "harbour.txt", *there, "-o", "new", "-q", cwd=Path("/")).code == 0


@pytest.mark.parametrize(
    ("arguments", "error", "said"),
    [
        (["harbour.txt"], errors.UnknownTarget, "after -o"),
        (["harbour.txt", "-o", "a.epub"], errors.UnknownTarget, ".md or .html or .json"),
        (["harbour.txt", "-o", "harbour.md", "--adopt"], None, "--adopt"),
        (["harbour.txt", "--adopt"], errors.UnknownTarget, "no book"),
        (["nothing.txt", "-o", "a.md"], errors.MissingFile, "nothing.txt"),
        (["empty.txt", "-o", "a.md"], errors.EmptyFile, "empty.txt"),
        (["picture.txt", "-o", "a.md"], errors.BinaryFile, "picture.txt"),
        (["page.html", "-o", "page.html"], errors.NoPermission, "over its source"),
    ],
)
def test_what_cannot_be_done_is_refused(
    arguments: list[str],
    error: type[errors.OctavoError] | None,
    said: str,
    octavo: Command,
    rough: Path,
) -> None:
    files = {"empty.txt": " \n", "picture.txt": b"\x89PNG\r\n\x1a\n\0\0", "page.html": ROUGH}
    write(rough.parent, files)
    before = sorted(rough.parent.iterdir())
    ended = octavo("clean", *arguments)
    assert ended.code == (error.code if error else errors.USAGE), ended.err
    assert said in ended.err
    assert ended.out == ""
    assert sorted(rough.parent.iterdir()) == before
    assert body(rough.parent / "page.html") == ROUGH


def test_markdown_that_somebody_has_edited_is_not_overwritten(octavo: Command, rough: Path) -> None:
    target = rough.parent / "a.md"
    for _ in range(2):  # the same again is nothing lost
        assert octavo("clean", "harbour.txt", "-o", "a.md", "-q").code == 0
    written = body(target)
    target.write_text(written + "\nMine.\n", encoding="utf-8")
    ended = octavo("clean", "harbour.txt", "-o", "a.md", "-q")
    assert ended.code == errors.NoPermission.code
    assert "--force" in ended.err
    assert body(target).endswith("Mine.\n")
    assert octavo("clean", "harbour.txt", "-o", "a.md", "-q", "--force").code == 0
    assert body(target) == written


def test_markdown_builds_the_same_book_as_the_rough_text(octavo: Command, rough: Path) -> None:
    folder = rough.parent
    octavo("clean", "harbour.txt", "-o", "clean/harbour.md", "-q")
    octavo("build", "harbour.txt", "-o", "one", "-q")
    octavo("build", "clean/harbour.md", "-o", "two", "-q")
    one, two = lines_of(folder / "one/harbour.html"), lines_of(folder / "two/harbour.html")
    assert one == two
    assert sum("SILTING" in line for line in one) <= 3  # title, title page, never in the text


def lines_of(path: Path) -> list[str]:
    """The lines of a page but those that name the edition."""
    return [line for line in body(path).splitlines() if "urn:uuid" not in line]


def test_the_page_to_check_the_work_on_is_written_alone_or_beside(
    octavo: Command, rough: Path
) -> None:
    assert octavo("clean", "harbour.txt", "--review", "r.html", "-q").built == ["r.html"]
    ended = octavo("clean", "harbour.txt", "--review", "pages", "-o", "a.md", "-q")
    assert ended.built == ["a.md", "pages/harbour.html"]
    assert "compositors" in body(rough.parent / "pages/harbour.html")
    ended = octavo("clean", "harbour.txt", "--review", "b.html", "-o", "b.html")
    assert ended.code == errors.NoPermission.code
    assert not (rough.parent / "b.html").exists()


# --- a book ---


def test_the_texts_of_a_book_go_into_its_folder_cleaned(octavo: Command, tmp_path: Path) -> None:
    book = shelve(tmp_path, **{"01_txt": ROUGH, "02_txt": ROUGH, "03_md": "# Three\n"})
    ended = octavo("clean", "salt")
    assert ended.built == ["source/salt/cleaned/01.md", "source/salt/cleaned/02.md"]
    assert "octavo clean salt --adopt" in ended.err
    built = octavo("build", "salt.html", "-q")
    assert built.code == 0
    (book / "cleaned/01.md").write_text("# Another\n\nNot in the book.\n")
    before = body(tmp_path / "dist/salt.html")
    octavo("build", "salt.html", "-q")
    assert body(tmp_path / "dist/salt.html") == before
    assert octavo("clean", "source/salt").code == errors.NoPermission.code  # 01.md is edited


def test_several_texts_are_not_put_into_one_file(octavo: Command, tmp_path: Path) -> None:
    book = shelve(tmp_path, **{"01_txt": ROUGH, "02_txt": ROUGH})
    ended = octavo("clean", "salt", "-o", "all.html")
    assert ended.code == errors.UnknownTarget.code
    assert not (tmp_path / "all.html").exists()
    (book / "text/02.txt").unlink()
    assert octavo("clean", "salt", "-o", "all.html", "-q").built == ["all.html"]


def test_a_book_without_rough_text_has_nothing_to_be_cleaned(
    octavo: Command, tmp_path: Path
) -> None:
    shelve(tmp_path, **{"01_md": "# One\n"})
    ended = octavo("clean", "salt")
    assert ended.code == errors.UnknownTarget.code
    assert "no rough text" in ended.err


# --- adopting ---

LISTED = """\
# The order is mine: "text/01.txt" comes first.
text = [
    'text/01.txt',  # the "text/01.txt" of old
    "./text/02.txt",
    "text/03.md",
]

[pdf]
size = "A4"
"""


def two(root: Path, toml: str = "") -> Path:
    texts = {"01_txt": ROUGH, "02_txt": "It ends here, as all things do.\n", "03_md": "# End\n"}
    return shelve(root, toml, **texts)


def files_below(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


@pytest.mark.parametrize("toml", ["", LISTED])
def test_an_adopted_book_is_the_same_book(toml: str, octavo: Command, tmp_path: Path) -> None:
    book = two(tmp_path, toml)
    octavo("build", "salt.html", "-q")
    before = body(tmp_path / "dist/salt.html")
    octavo("clean", "salt", "-q")
    ended = octavo("clean", "salt", "--adopt")
    assert ended.built == ["source/salt/text/01.md", "source/salt/text/02.md"], ended.err
    assert "To undo it" in ended.err
    expected = {"book.toml", "text/01.md", "text/02.md", "text/03.md"}
    assert set(files_below(book)) == expected | {"rough/01.txt", "rough/02.txt"}
    assert body(book / "rough/01.txt") == ROUGH
    assert not (book / "cleaned").exists()
    octavo("build", "salt.html", "-q")
    assert body(tmp_path / "dist/salt.html") == before


def test_only_the_names_in_the_settings_are_changed(octavo: Command, tmp_path: Path) -> None:
    book = two(tmp_path, LISTED)
    octavo("clean", "salt", "-q")
    octavo("clean", "salt", "--adopt", "-q")
    expected = LISTED.replace("'text/01.txt',", "'text/01.md',")
    expected = expected.replace('"./text/02.txt"', '"./text/02.md"')
    assert body(book / "book.toml") == 'title = "Salt"\n' + expected


def test_line_ends_and_marks_of_the_settings_stay(octavo: Command, tmp_path: Path) -> None:
    book = two(tmp_path)
    toml = f'title = "Salt"\n{LISTED}'.replace("\n", "\r\n")
    (book / "book.toml").write_bytes(toml.encode())
    octavo("clean", "salt", "-q")
    assert octavo("clean", "salt", "--adopt", "-q").code == 0
    changed = (book / "book.toml").read_bytes().decode()
    assert changed.count("\r\n") == changed.count("\n") == toml.count("\n")
    assert tomllib.loads(changed)["text"] == ["text/01.md", "./text/02.md", "text/03.md"]


def test_what_was_corrected_is_what_is_built(octavo: Command, tmp_path: Path) -> None:
    book = two(tmp_path)
    octavo("clean", "salt", "-q")
    path = book / "cleaned/01.md"
    path.write_text(body(path).replace("flood", "deluge"), encoding="utf-8")
    octavo("clean", "salt", "--adopt", "-q")
    octavo("build", "salt.html", "-q")
    assert "deluge" in body(tmp_path / "dist/salt.html")


def test_a_title_on_the_title_page_is_not_repeated(octavo: Command, tmp_path: Path) -> None:
    book = shelve(tmp_path, **{"01_txt": ROUGH})
    (book / "book.toml").write_text('title = "The Silting Harbour"\n')
    octavo("build", "salt.html", "-q")
    before = body(tmp_path / "dist/salt.html")
    octavo("clean", "salt", "-q")
    assert "THE SILTING HARBOUR" in body(book / "cleaned/01.md")
    octavo("clean", "salt", "--adopt", "-q")
    octavo("build", "salt.html", "-q")
    assert body(tmp_path / "dist/salt.html") == before
    assert "THE SILTING HARBOUR" not in before


ESCAPED = 'title = "Salt"\ntext = ["text/01.txt", "text/\\u00302.txt"]\n'
ORDERS = 'title = "Salt"\n[[clean.lines]]\nfile = "text/02.txt"\nlines = "1"\noff = ["hyphens"]\n'


@pytest.mark.parametrize(
    ("more", "error"),
    [
        ({"text/02.md": "# Mine\n"}, errors.NoPermission),
        ({"rough/02.txt": "Mine.\n"}, errors.NoPermission),
        ({"book.toml": ESCAPED}, errors.InvalidSettings),
        ({"book.toml": ORDERS}, errors.InvalidSettings),
    ],
    ids=["source", "rough", "escaped name", "orders"],
)
def test_nothing_is_moved_if_anything_is_in_the_way(
    more: dict[str, str], error: type[errors.OctavoError], octavo: Command, tmp_path: Path
) -> None:
    book = two(tmp_path)
    octavo("clean", "salt", "-q")
    write(book, more)
    before = files_below(book)
    ended = octavo("clean", "salt", "--adopt")
    assert ended.code == error.code, ended.err
    assert (ended.out, files_below(book)) == ("", before)


@pytest.mark.parametrize(
    ("fault", "error"), [(errno.ENOSPC, errors.DiskFull), (errno.EACCES, errors.NoPermission)]
)
def test_everything_is_moved_back_after_a_fault(
    fault: int,
    error: type[errors.OctavoError],
    octavo: Command,
    tmp_path: Path,
    patched: Callable[[str], str],
) -> None:
    book = two(tmp_path, LISTED)
    octavo("clean", "salt", "-q")
    before = files_below(book)
    path = patched(
        "from octavo import outputs\n"
        "def put(draft, target):\n"
        f"    raise outputs.told(OSError({fault}, 'no'), target)\n"
        "outputs.put = put\n"
    )
    ended = octavo("clean", "salt", "--adopt", PYTHONPATH=path)
    assert ended.code == error.code, ended.err
    assert files_below(book) == before


def test_there_is_nothing_to_adopt_before_cleaning(octavo: Command, tmp_path: Path) -> None:
    two(tmp_path)
    ended = octavo("clean", "salt", "--adopt")
    assert ended.code == errors.MissingFile.code
    assert "octavo clean salt" in ended.err


def test_a_new_name_may_not_change_the_order(octavo: Command, tmp_path: Path) -> None:
    shelve(tmp_path, **{"a_odt": "", "a_txt": ROUGH})
    octavo("clean", "source/salt/text/a.txt", "-o", "source/salt/cleaned/a.md", "-q")
    ended = octavo("clean", "salt", "--adopt")
    assert ended.code == errors.InvalidSettings.code
    assert 'text = ["text/a.odt", "text/a.txt"]' in ended.err
