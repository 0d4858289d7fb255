"""The same source gives the same bytes, wherever and however it is built."""

import hashlib
import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from conftest import NO_NETWORK, environment

BOOKS = Path(__file__).parent / "books"
TURKISH = Path("/usr/share/i18n/locales/tr_TR")
TWO = ("features", "rough")
STEM = "import os, sys; os.umask(int(sys.argv[1], 8)); os.execv(sys.executable, [sys.executable, "
STEM += "'-m', 'octavo', *sys.argv[2:]])"


def project(root: Path, *, reverse: bool = False) -> Path:
    """A shelf with two of the golden books; their files may come to the disk in another order."""
    for name in TWO:
        files = [each for each in (BOOKS / name).rglob("*") if each.is_file()]
        for path in sorted(files, reverse=reverse):
            if "expected" not in path.parts:
                target = root / "source" / name / path.relative_to(BOOKS / name)
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(path, target)
    return root


def sums(
    root: Path,
    *argv: str,
    cwd: Path | None = None,
    umask: str = "022",
    prefix: tuple[str, ...] = (),
    **env: str,
) -> dict[str, str]:
    """Build a shelf; give the SHA-256 sums of the files by their names."""
    subprocess.run(
        [*prefix, sys.executable, "-c", STEM, umask, "build", "-C", str(root), *argv],
        cwd=cwd or root,
        env=environment(**env),
        check=True,
        capture_output=True,
    )
    built = [path for path in (root / "dist").iterdir() if path.is_file()]
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in built}


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, str]]:
    root = project(tmp_path_factory.mktemp("plain"))
    found = sums(root, "-j", "2", LC_ALL="C.UTF-8", TZ="UTC", PYTHONHASHSEED="1")
    assert len(found) == 6
    return root, found


def locales() -> list[str]:
    """Locales of this machine that write or sort otherwise than C does, if there are any."""
    said = subprocess.run(["locale", "-a"], capture_output=True, text=True, check=True).stdout
    return [each for each in said.split() if each.startswith(("et_EE", "tr_TR", "de_DE"))]


def test_everything_at_once_is_different(
    plain: tuple[Path, dict[str, str]], tmp_path: Path
) -> None:
    root = project(tmp_path / "another place" / "ü", reverse=True)
    home = tmp_path / "home"
    home.mkdir()
    found = sums(
        root,
        "-j",
        "1",
        cwd=Path("/"),
        umask="077",
        LC_ALL=(locales() or ["C"])[0],
        TZ="Pacific/Kiritimati",
        PYTHONHASHSEED="4711",
        HOME=str(home),
        TMPDIR=str(home),
        USER="somebody",
        LANGUAGE="tr",
        PYTHONDONTWRITEBYTECODE="1",
    )
    assert found == plain[1]


def turkish(folder: Path) -> dict[str, str]:
    """An environment in Turkish, where an i is not an i; the locale is made for the test."""
    said = {"LC_ALL": "tr_TR.UTF-8", "LANG": "tr_TR.UTF-8"}
    if not TURKISH.is_file():  # Debian's package `locales`; by its name alone it does less
        assert os.environ.get("OCTAVO_REQUIRE_VALIDATORS") != "1", f"{TURKISH} is missing"
        return said
    words = ["localedef", "-i", "tr_TR", "-f", "UTF-8", str(folder / "tr_TR.UTF-8")]
    subprocess.run(words, check=True)
    return {**said, "LOCPATH": str(folder)}


def test_another_locale(plain: tuple[Path, dict[str, str]], tmp_path: Path) -> None:
    (tmp_path / "locales").mkdir()
    assert sums(project(tmp_path), **turkish(tmp_path / "locales")) == plain[1]


def test_text_that_names_no_language_is_set_alike_in_every_locale(tmp_path: Path) -> None:
    """Pango would take the locale's language for an SVG's words."""
    drawing = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 90 20">'
    drawing += '<text y="15" font-family="Octavo Serif">fifth iris file</text></svg>'
    book = tmp_path / "source" / "iris"
    (book / "text").mkdir(parents=True)
    (book / "book.toml").write_text('title = "Iris"\n', encoding="utf-8")
    (book / "iris.svg").write_text(drawing, encoding="utf-8")
    (book / "text" / "1.md").write_text("# Iris\n\n![An iris](../iris.svg)\n", encoding="utf-8")
    plain = sums(tmp_path, "pdf", LC_ALL="C.UTF-8")
    (tmp_path / "locales").mkdir()
    assert sums(tmp_path, "pdf", **turkish(tmp_path / "locales")) == plain


def test_a_second_build_in_the_same_place(plain: tuple[Path, dict[str, str]]) -> None:
    root, found = plain
    (root / "source" / "rough" / "text" / "harbour.txt").touch()
    assert sums(root, "rough", PYTHONHASHSEED="2") == found


def test_a_book_alone_is_the_book_on_the_shelf(
    plain: tuple[Path, dict[str, str]], tmp_path: Path
) -> None:
    root = project(tmp_path)
    for name in ("html", "pdf"):
        sums(root, f"rough.{name}")
    found = sums(root, "rough.epub")  # which has the page numbers of the PDF beside it
    assert found == {name: each for name, each in plain[1].items() if name.startswith("rough.")}


def test_without_a_network(
    plain: tuple[Path, dict[str, str]],
    tmp_path: Path,
    unshared: tuple[str, ...],
    patched: Callable[[str], str],
) -> None:
    root = project(tmp_path / "shelf")
    assert sums(root, prefix=unshared, PYTHONPATH=patched(NO_NETWORK)) == plain[1]


def test_the_source_date_epoch_changes_the_date_alone(
    plain: tuple[Path, dict[str, str]], tmp_path: Path
) -> None:
    """An EPUB has to say when it was changed; the other editions need not, and do not."""
    root = project(tmp_path)
    found = sums(root, SOURCE_DATE_EPOCH="1767225600")
    assert {name for name in found if found[name] != plain[1][name]} == {
        f"{name}.epub" for name in TWO
    }
    for name in TWO:
        old, new = (each / "dist" / f"{name}.epub" for each in (plain[0], root))
        with zipfile.ZipFile(old) as one, zipfile.ZipFile(new) as other:
            assert one.namelist() == other.namelist()
            (changed,) = [each for each in one.namelist() if one.read(each) != other.read(each)]
            before, after = (each.read(changed).decode().splitlines() for each in (one, other))
        (line,) = [n for n, pair in enumerate(zip(before, after, strict=True)) if len({*pair}) > 1]
        assert ">2026-01-01T00:00:00Z</meta>" in after[line]
        assert "dcterms:modified" in before[line]
