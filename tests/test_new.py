import json
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from octavo.cli.start import start
from octavo.config import load
from octavo.errors import NoPermission

SOURCE = Path(__file__).parent.parent / "src"


def octavo(folder: Path, *argv: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "octavo", *argv],
        cwd=folder,
        env={"PYTHONPATH": str(SOURCE), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )


def test_a_new_book_has_good_settings_and_chapters(tmp_path: Path) -> None:
    files = start(tmp_path / "salt-road")
    book = load(tmp_path / "salt-road" / "book.toml")
    assert book.title == "Salt Road"
    chapters = sorted((tmp_path / "salt-road" / "text").iterdir())
    assert [path.name for path in chapters] == ["01-the-ferry.md", "02-the-harbour.md"]
    assert all(path.read_text(encoding="utf-8").startswith("# ") for path in chapters)
    assert set(chapters) < set(files)
    assert all(path.read_bytes().endswith(b"\n") for path in files)


def test_every_line_of_settings_that_is_commented_out_would_do(tmp_path: Path) -> None:
    start(tmp_path)
    text = (tmp_path / "book.toml").read_text(encoding="utf-8")
    text = text.replace("978-…", "978-3-16-148410-0")
    told = [line for line in text.splitlines() if line.startswith("# ") and " = " in line]
    above, below = text.split("[pdf]\n")
    for line in told:
        above, below = (part.replace(line, line[2:]) for part in (above, below))
    assert len(told) > 8
    path = tmp_path / "all.toml"
    path.write_text(f"{above}[pdf]\n{below}", encoding="utf-8")
    book = load(path)
    assert book.publisher == "…"
    assert book.pdf.recto


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ('a "quoted"', 'A "quoted"'),
        ("back\\slash", "Back\\slash"),
        ("été_long", "Été Long"),
        ("bell\x07", "A New Book"),
        ("r\u202el", "A New Book"),
        ("--", "A New Book"),
    ],
)
def test_any_folder_gives_a_title(tmp_path: Path, name: str, title: str) -> None:
    start(tmp_path / name)
    settings = tomllib.loads((tmp_path / name / "book.toml").read_text(encoding="utf-8"))
    assert settings["title"] == title
    assert load(tmp_path / name / "book.toml").title == title


@pytest.mark.parametrize("name", ["book.toml", "README.md", "text/01-the-ferry.md"])
def test_nothing_is_overwritten(tmp_path: Path, name: str) -> None:
    mine = tmp_path / name
    mine.parent.mkdir(exist_ok=True)
    mine.write_text("mine")
    with pytest.raises(NoPermission, match="nothing is overwritten"):
        start(tmp_path)
    assert mine.read_text() == "mine"
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == [mine]


def test_a_dangling_link_is_not_written_through(tmp_path: Path) -> None:
    (tmp_path / "README.md").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(NoPermission):
        start(tmp_path)
    assert not (tmp_path / "elsewhere").exists()


def test_a_file_is_no_folder(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(NoPermission, match="cannot be written"):
        start(tmp_path / "file")


def test_the_command_says_what_it_wrote_and_what_is_next(tmp_path: Path) -> None:
    said = octavo(tmp_path, "new", "my book")
    assert said.returncode == 0
    assert said.stdout.splitlines()[0] == "my book/book.toml"
    assert said.stderr == "Now build it: octavo build -C 'my book'\n"
    again = octavo(tmp_path, "new", "my book", "--json")
    assert again.returncode == NoPermission.code
    assert json.loads(again.stdout)["errors"][0]["class"] == "NoPermission"


def test_a_new_book_builds(tmp_path: Path) -> None:
    assert octavo(tmp_path, "new", "salt-road").returncode == 0
    said = octavo(tmp_path, "build", "-C", "salt-road")
    assert said.returncode == 0, said.stderr
    assert len(said.stdout.splitlines()) == 3
    assert "warning" not in said.stderr
