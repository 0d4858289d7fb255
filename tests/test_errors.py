"""Each promised error, through the command: its code, its one paragraph, and nothing broken."""

import json
import os
import re
import resource
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from conftest import Command, Ended, environment, left_over, shelf, write
from octavo import errors
from octavo.errors import OctavoError

LAST = "the last good file"
SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><path d="M0 0h9"/></svg>'


def kinds(base: type[OctavoError] = OctavoError) -> list[type[OctavoError]]:
    found = [kind for one in base.__subclasses__() for kind in (one, *kinds(one))]
    return [kind for kind in found if "code" in vars(kind)]


@pytest.fixture
def book(tmp_path: Path) -> Path:
    """A book that builds, and its last good file."""
    write(tmp_path / "dist", {"salt.html": LAST, "salt.epub": LAST, "salt.pdf": LAST})
    return shelf(tmp_path, salt="") / "source" / "salt"


def says(ended: Ended, kind: type[OctavoError], *said: str, paragraphs: int = 1) -> None:
    """Assert that the command ended in one error of this kind, whose message says all this."""
    found = re.findall(r"^error: (.*(?:\n(?!error: |warning: ).+)*)", ended.err, re.MULTILINE)
    assert ended.code == kind.code, ended.err
    assert len(found) == paragraphs, ended.err
    assert "\n\n" not in ended.err
    assert len(found[0]) < 1500
    assert found[0].rstrip().endswith((".", "?"))
    for each in said:
        assert each in found[0], found[0]
    assert ".octavo-draft" not in ended.err, "nobody will find a draft"


def unharmed(folder: Path) -> None:
    """Assert that the last good files are as they were, and no draft lies about."""
    for name in ("salt.html", "salt.epub", "salt.pdf"):
        assert (folder / "dist" / name).read_text() == LAST
    assert left_over(folder) == []


# --- what was given ---

TEXT, TOML = "source/salt/text/01.md", "source/salt/book.toml"
SOURCES: list[tuple[type[OctavoError], dict[str, str | bytes], tuple[str, ...]]] = [
    (errors.EmptyFile, {TEXT: ""}, (f"{TEXT}: the file is empty", "Put the text into it")),
    (errors.EmptyFile, {TEXT: " \n\t\n"}, (TEXT, "Put the text into it")),
    (errors.EmptyFile, {"source/salt/text/02.txt": "\ufeff\n\n"}, ("02.txt", "the file")),
    (errors.BinaryFile, {TEXT: b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"}, (TEXT, "PNG")),
    (errors.BinaryFile, {TEXT: os.urandom(64) + b"\0\1\2\3"}, (TEXT,)),
    (errors.UndecodableText, {TEXT: "Grüße.\n\n".encode() * 20 + b"\xc3 " * 9}, (f"{TEXT}:41",)),
    (errors.UnreadableSource, {"source/salt/text/02.docx": b"PK\3\4 broken"}, ("02.docx",)),
    (errors.UnreadableSource, {"source/salt/text/02.odt": b"no archive"}, ("02.odt",)),
    (errors.UnreadableImage, {TEXT: "![A](a.png)", "source/salt/a.png": b"GIF89a"}, (TEXT,)),
    (errors.UnreadableImage, {TEXT: "![A](a.svg)", "source/salt/a.svg": SVG[:40]}, (TEXT,)),
    (errors.UnreadableImage, {TEXT: "![A](a.bmp)", "source/salt/a.bmp": b"BM" * 99}, (TEXT, "Use")),
    (errors.MissingFile, {TEXT: "![A](no.png)"}, (TEXT, "there is no image no.png", "Put it")),
    (errors.UnsafePath, {TEXT: "![A](../../../secret.png)"}, (TEXT, "outside the book's folder")),
    (errors.UnsafePath, {TEXT: "![A](%2e%2e/../../secret.png)"}, (TEXT, "Copy it into")),
    (
        errors.BrokenToml,
        {TOML: "title = Salt\n"},
        ("salt/book.toml:1:9", "quotes"),
    ),
    (
        errors.BrokenToml,
        {TOML: b"title = '\xff'"},
        ("salt/book.toml:1", "UTF-8"),
    ),
    (
        errors.InvalidSettings,
        {TOML: 'title = "S"\nlangauge = "de"\n'},
        ('source/salt/book.toml:2: unknown key "langauge"; did you mean "language"?',),
    ),
    (
        errors.InvalidSettings,
        {TOML: 'cover = "../x.png"\npdf = 3\ntitle = "S"'},
        ("salt/book.toml:1: ", "book.toml:2: "),
    ),
    (
        errors.MissingFile,
        {TOML: 'title = "S"\ncover = "no.png"'},
        ("source/salt/book.toml: there is no cover no.png", "Put it"),
    ),
    (
        errors.TemplateFault,
        {"templates/book.html": "<p>\n{{ nonsense }}</p>"},
        ("templates/book.html:2", "nonsense"),
    ),
    (errors.TemplateFault, {"templates/book.html": "<p>\n{% if %}"}, ("templates/book.html:2",)),
    (errors.TemplateFault, {"templates/book.html": '{% include "no.html" %}'}, ("no.html",)),
    (errors.TemplateFault, {"templates/words.toml": "a b c"}, ("templates/words.toml:1: ",)),
    (errors.TemplateFault, {"templates/words.toml": "en = 3"}, ("templates/words.toml: ",)),
    (errors.TemplateFault, {"templates/book.html": b"\xff\xfe\0"}, ("templates/book.html",)),
    (errors.TemplateFault, {"templates/book.html": "{{ 1 / 0 }}"}, ("templates/book.html:1",)),
    (
        errors.InvalidOutput,
        {"templates/parts/chapter.html": '<p><a href="#nowhere">A</a></p>'},
        ("salt.html failed its checks", "nowhere", "your templates"),
    ),
]


@pytest.mark.parametrize(
    ("kind", "files", "said"),
    SOURCES,
    ids=[f"{n}-{each[0].__name__}" for n, each in enumerate(SOURCES)],
)
def test_what_was_given(
    book: Path,
    tmp_path: Path,
    octavo: Command,
    kind: type[OctavoError],
    files: dict[str, str | bytes],
    said: tuple[str, ...],
) -> None:
    write(tmp_path, files)
    says(octavo("build", "html"), kind, *said)
    unharmed(tmp_path)


def test_a_truncated_image(book: Path, tmp_path: Path, octavo: Command) -> None:
    from PIL import Image

    path = book / "a.png"
    Image.effect_noise((64, 64), 50).save(path)
    write(tmp_path, {TEXT: "![A](a.png)"})
    assert octavo("build", "html").code == 0, "else this tests nothing"
    write(tmp_path / "dist", {"salt.html": LAST})
    path.write_bytes(path.read_bytes()[:2000])
    says(octavo("build", "html"), errors.UnreadableImage, TEXT, "damaged", "Export it anew")
    unharmed(tmp_path)


def test_an_image_linked_from_outside(book: Path, tmp_path: Path, octavo: Command) -> None:
    write(tmp_path, {TEXT: "![A](a.svg)", "secret.svg": SVG})
    (book / "a.svg").symlink_to(tmp_path / "secret.svg")
    says(octavo("build", "html"), errors.UnsafePath, TEXT, "a.svg is outside the book's folder")
    unharmed(tmp_path)


# --- what was asked for ---


def test_targets_that_make_no_sense(book: Path, tmp_path: Path, octavo: Command) -> None:
    says(octavo("build", "slat"), errors.UnknownTarget, "did you mean salt?")
    says(octavo("build", "no.txt"), errors.MissingFile, "there is no file no.txt", "Check the name")
    says(octavo("build", "-C", "no"), errors.MissingFile, "there is no folder no", "-C")
    write(tmp_path, {"a.txt": "A text.", "a.md": "A text."})
    says(octavo("build", "a.txt", "a.md"), errors.DuplicateBook, "a.txt and a.md", "-o")
    shelf(tmp_path, other='name = "SALT"')
    says(octavo("build"), errors.DuplicateBook, "source/other and source/salt", "name = ")
    unharmed(tmp_path)


def test_an_error_of_the_plan_is_given_as_json_too(tmp_path: Path, octavo: Command) -> None:
    ended = octavo("build", "--json", "slat")
    assert ended.code == 22
    assert json.loads(ended.out)["errors"][0]["class"] == "UnknownTarget"


# --- the output ---


def powerless() -> tuple[str, ...]:
    """What to put before a command so that permissions count for it, also as root."""
    if os.geteuid() != 0:
        return ()
    setpriv = shutil.which("setpriv")
    assert setpriv, "as root these tests need setpriv (util-linux)"
    return (setpriv, "--bounding-set=-all", "--inh-caps=-all", "--")


def test_no_permission_to_write(book: Path, tmp_path: Path, octavo: Command) -> None:
    folder = tmp_path / "dist"
    folder.chmod(0o555)
    try:
        ended = octavo("build", "html", prefix=powerless())
    finally:
        folder.chmod(0o755)
    says(ended, errors.NoPermission, "dist/salt.html: the file may not be written", "-o")
    unharmed(tmp_path)


def test_no_permission_to_read(book: Path, tmp_path: Path, octavo: Command) -> None:
    for name in ("text/01.md", "book.toml"):
        (book / name).chmod(0)
        ended = octavo("build", "html", prefix=powerless())
        (book / name).chmod(0o644)
        says(ended, errors.NoPermission, f"{Path(name).name} may not be read")
    unharmed(tmp_path)


def test_a_full_disk(book: Path, tmp_path: Path) -> None:
    """A bound on the size of files is the full disk that everybody can make."""

    def bound() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (16_000, 16_000))

    process = subprocess.run(
        [sys.executable, "-m", "octavo", "build", "html"],
        cwd=tmp_path,
        env=environment(PYTHONDONTWRITEBYTECODE="1"),
        capture_output=True,
        text=True,
        preexec_fn=bound,
        timeout=120,
    )
    ended = Ended(process.returncode, process.stdout, process.stderr)
    says(ended, errors.DiskFull, "dist/salt.html: there is no room", "last good file is still")
    unharmed(tmp_path)


def test_a_folder_in_the_place_of_the_file(tmp_path: Path, octavo: Command) -> None:
    shelf(tmp_path, salt="")
    (tmp_path / "dist" / "salt.html").mkdir(parents=True)
    says(octavo("build", "html"), errors.OutputFailed, "dist/salt.html", "Is a directory")
    assert left_over(tmp_path) == []


BREAK = """
import octavo.build.making as it
from dataclasses import replace
def half(ready, begin, *, real):
    written = real(ready, begin)
    return replace(written, data=written.data[: len(written.data) // 2])
for name, real in it.WRITERS.items():
    it.WRITERS[name] = lambda ready, begin, real=real: half(ready, begin, real=real)
"""


@pytest.mark.parametrize("format_", ["epub", "pdf", "html"])
def test_an_invalid_draft(
    book: Path, tmp_path: Path, octavo: Command, patched: Callable[[str], str], format_: str
) -> None:
    ended = octavo("build", format_, PYTHONPATH=patched(BREAK))
    says(
        ended,
        errors.InvalidOutput,
        f"error: salt: salt.{format_} failed its checks and was not put in place"[7:],
        "The last good file is still there",
    )
    unharmed(tmp_path)


def test_without_a_last_good_file_none_is_promised(
    tmp_path: Path, octavo: Command, patched: Callable[[str], str]
) -> None:
    shelf(tmp_path, salt="")
    ended = octavo("build", "html", PYTHONPATH=patched(BREAK))
    says(ended, errors.InvalidOutput)
    assert "last good" not in ended.err


# --- the tools ---


@pytest.mark.parametrize(
    ("word", "kind", "said"),
    [
        ("BREAK-DOWN", errors.ToolFailed, "01.md: pandoc was ended by signal 11"),
        ("TALK-RUBBISH", errors.ToolFailed, "01.md: pandoc gave something that is no document"),
        ("EXHAUST-THE-HEAP", errors.OutOfMemory, "01.md: pandoc took more memory than it may"),
        ("KILL-THE-WORKER", errors.WorkerDied, "was killed by signal 9 without an answer"),
    ],
)
def test_a_faulty_pandoc(
    book: Path,
    tmp_path: Path,
    octavo: Command,
    faulty_pandoc: str,
    word: str,
    kind: type[OctavoError],
    said: str,
) -> None:
    write(tmp_path, {TEXT: word})
    says(octavo("build", "html", PYTHONPATH=faulty_pandoc), kind, said)
    unharmed(tmp_path)


def test_a_pandoc_that_hangs(
    book: Path, tmp_path: Path, octavo: Command, faulty_pandoc: str
) -> None:
    write(tmp_path, {TEXT: "HANG-FOR-EVER"})
    with (tmp_path / "patch" / "sitecustomize.py").open("a") as file:
        file.write(
            "pandoc.convert.__kwdefaults__['limits'] = pandoc.Limits(seconds=1.5, memory=None)\n"
        )
    ended = octavo("build", "html", PYTHONPATH=faulty_pandoc)
    says(ended, errors.TimedOut, f"{TEXT}: pandoc did not end within 1.5 seconds", "split the file")
    unharmed(tmp_path)


@pytest.mark.parametrize("where", ["/nonexistent/pandoc", None])
def test_no_pandoc(
    book: Path, tmp_path: Path, octavo: Command, patched: Callable[[str], str], where: str | None
) -> None:
    code = "from pathlib import Path\nfrom octavo import pandoc\n"
    code += f"pandoc.program = lambda: Path({where!r})"
    if where is None:
        code = "import shutil, pypandoc\npypandoc.__spec__.origin = '/nonexistent/x'\n"
        code += "def gone():\n    raise OSError\npypandoc.get_pandoc_path = gone\n"
    ended = octavo("build", "html", PYTHONPATH=patched(code))
    says(ended, errors.MissingTool, "pandoc")
    unharmed(tmp_path)


def test_no_fonts(
    book: Path, tmp_path: Path, octavo: Command, patched: Callable[[str], str]
) -> None:
    code = """
from dataclasses import replace
import octavo.fonts as it
real = it.font_set
it.font_set = lambda *given, **said: replace(real(*given, **said), fonts=())
"""
    says(
        octavo("build", "pdf", PYTHONPATH=patched(code)),
        errors.MissingTool,
        "there is no font to set the text in",
        "octavo doctor",
    )
    unharmed(tmp_path)


def test_a_system_without_any_font_still_prints(
    book: Path, tmp_path: Path, octavo: Command
) -> None:
    write(tmp_path, {"fonts.conf": "<fontconfig><cachedir>/nonexistent</cachedir></fontconfig>"})
    ended = octavo("build", "pdf", FONTCONFIG_FILE=str(tmp_path / "fonts.conf"))
    assert ended.code == 0, ended.err
    assert (tmp_path / "dist" / "salt.pdf").read_bytes().startswith(b"%PDF")


def test_a_fault_of_ours(
    book: Path, tmp_path: Path, octavo: Command, patched: Callable[[str], str]
) -> None:
    code = "import octavo.build.making as it\nit.WRITERS.clear()"
    says(
        octavo("build", "html", PYTHONPATH=patched(code)),
        errors.Unforeseen,
        "a fault of Octavo, not of the book: KeyError: 'html'. Run the command again with --verb",
    )
    unharmed(tmp_path)


def test_no_place_for_temporary_files(
    book: Path, tmp_path: Path, octavo: Command, patched: Callable[[str], str]
) -> None:
    code = "import tempfile\ntempfile._candidate_tempdir_list = lambda: ['/nonexistent']"
    ended = octavo("build", "html", PYTHONPATH=patched(code))
    says(ended, errors.OutputFailed, "no temporary folder can be made", "TMPDIR")
    unharmed(tmp_path)


@pytest.mark.parametrize(
    ("markup", "kind"),
    [
        ('<h1>A</h1><p><a href="no.html">x</a></p>', errors.ErrorsFound),
        ("<h1>A</h1><h1>B</h1>", errors.WarningsFound),
    ],
)
def test_faults_of_a_book_that_is_checked(
    tmp_path: Path, octavo: Command, markup: str, kind: type[OctavoError]
) -> None:
    head = '<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>T</title></head>'
    write(tmp_path, {"a.html": f"{head}<body><main>{markup}</main></body></html>"})
    assert octavo("check", "a.html").code == kind.code


# --- nothing is forgotten ---


def test_every_class_has_a_test_here() -> None:
    text = Path(__file__).read_text(encoding="utf-8")
    for kind in kinds():
        assert f"errors.{kind.__name__}" in text, f"no test for {kind.__name__}"
