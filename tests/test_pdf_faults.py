"""The same PDF however it is made, and what becomes of a build when a chapter's layout fails."""

import contextlib
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bindery import FILLER, copy_of
from conftest import Command, environment, left_over, write
from octavo.cache import Cache
from octavo.crew import Crew
from octavo.write import pdf
from test_crew import await_, is_alive

pytestmark = pytest.mark.filterwarnings("ignore:path is deprecated")  # ziamath asks for its fonts
GIGABYTE = 1 << 30

# --- the same bytes ---


@pytest.fixture(scope="module")
def reference() -> bytes:
    return copy_of("mixed").laid().data


@pytest.mark.parametrize("workers", [1, 2])
def test_a_crew_makes_the_same_bytes(workers: int, reference: bytes) -> None:
    with Crew(workers, seconds=120, memory=4 * GIGABYTE) as crew:
        assert copy_of("mixed").laid(shop=pdf.Shop(crew)).data == reference


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere libraries have to be looked for")
def test_no_compiler_is_asked_for_libraries(tmp_path: Path) -> None:
    """Where one is installed, that took as long as all the rest of loading WeasyPrint."""
    asked = tmp_path / "asked"
    for name in ("gcc", "cc", "ld", "objdump"):
        (tmp_path / name).write_text(f"#!/bin/sh\necho {name} >> {asked}\nexit 1\n")
        (tmp_path / name).chmod(0o755)
    code = "from octavo.write.pdf.engine import _weasyprint; _weasyprint()"
    path = f"{tmp_path}{os.pathsep}{os.environ['PATH']}"
    subprocess.run([sys.executable, "-c", code], check=True, env={**environment(), "PATH": path})
    assert not asked.exists()


def test_the_same_bytes_twice(reference: bytes) -> None:
    assert copy_of("mixed").laid().data == reference


class Counted(Cache):
    """A cache that knows how often it was of use."""

    hits: list[str]

    def get(self, key: str) -> bytes | None:
        found = super().get(key)
        if found is not None:
            self.hits.append(key)
        return found


def counted(folder: Path) -> Counted:
    cache = Counted(folder)
    object.__setattr__(cache, "hits", [])
    return cache


def test_a_cold_and_a_warm_cache(tmp_path: Path, reference: bytes) -> None:
    told: list[pdf.Turn] = []
    shop = pdf.Shop(None, counted(tmp_path), told.append)
    cold = copy_of("mixed").laid(shop=shop)
    assert cold.data == reference
    assert {"Preface", "One", "Two", "Three"} <= {each.title for each in told}
    assert {each.of for each in told} == {4, 1}, "the pages before the text come last"
    told.clear()
    warm = copy_of("mixed").laid(shop=shop)
    assert warm == cold
    assert told == [], "something was laid out again"


def test_an_edit_lays_its_chapter_out_alone(tmp_path: Path) -> None:
    from dataclasses import replace

    copy, told = copy_of("mixed"), list[pdf.Turn]()
    shop = pdf.Shop(None, Cache(tmp_path), told.append)
    copy.laid(shop=shop)
    told.clear()
    html = copy.edition.html.replace("Another", "A further", 1)
    edited = replace(copy, edition=replace(copy.edition, html=html))
    assert edited.laid(shop=shop).data == edited.laid().data
    assert {each.title for each in told} == {"One"}
    told.clear()
    longer = copy.edition.html.replace("Another", f"{FILLER * 30} Another", 1)
    edited = replace(copy, edition=replace(copy.edition, html=longer))
    assert edited.laid(shop=shop).data == edited.laid().data
    assert {each.title for each in told} <= {"One", "the pages before the text", "the folios"}


@pytest.mark.parametrize("damage", ["flip", "cut", "empty"])
def test_a_damaged_entry_is_laid_out_again(damage: str, tmp_path: Path, reference: bytes) -> None:
    told: list[pdf.Turn] = []
    shop = pdf.Shop(None, Cache(tmp_path), told.append)
    copy_of("mixed").laid(shop=shop)
    entries = [path for path in tmp_path.rglob("*") if path.is_file()]
    told.clear()
    for path in entries:
        data = bytearray(path.read_bytes())
        if damage == "flip":
            data[len(data) // 2] ^= 1
        path.write_bytes({"flip": data, "cut": data[:-100], "empty": b""}[damage])
    assert copy_of("mixed").laid(shop=shop).data == reference
    assert len(told) == len(entries)


def test_two_builds_at_once_on_one_cache(tmp_path: Path, reference: bytes) -> None:
    made: list[bytes] = []

    def work() -> None:
        with Crew(1, seconds=120, memory=4 * GIGABYTE) as crew:
            made.append(copy_of("mixed").laid(shop=pdf.Shop(crew, Cache(tmp_path))).data)

    threads = [threading.Thread(target=work) for _ in range(2)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert made == [reference, reference]
    assert left_over(tmp_path) == []


# --- faults, through the whole command ---

FAULTY = """
import os, time
from octavo.build import making
from octavo.write.pdf import engine
making._SECONDS = float(os.environ.get("LIMIT", "300"))
real = engine.Compositor.set
def set_(self, piece):
    if "DROP-DEAD" in piece.html:
        os.kill(os.getpid(), 11)
    if "STUMBLE" in piece.html:
        raise KeyError("a fault of our own")
    if "DAWDLE" in piece.html:
        with open(os.environ["DAWDLER"], "w") as file:
            file.write(str(os.getpid()))
        time.sleep(987654)
    return real(self, piece)
engine.Compositor.set = set_
"""


@pytest.fixture
def shelf(tmp_path: Path) -> Path:
    write(
        tmp_path / "source" / "book",
        {
            "book.toml": 'title = "Book"\n',
            "text/1.md": "# A quiet one\n\nIt is quiet.\n",
            "text/2.md": "# A stormy one\n\nIt is stormy.\n",
            "text/3.md": "# The last one\n\nIt ends.\n",
        },
    )
    return tmp_path


@pytest.fixture
def faulty(patched: Callable[[str], str], tmp_path: Path) -> dict[str, str]:
    """The environment in which chapters fail where their text says so."""
    spare = tmp_path / "spare"
    spare.mkdir()
    return {
        "PYTHONPATH": patched(FAULTY),
        "DAWDLER": str(tmp_path / "dawdler"),
        "XDG_CACHE_HOME": str(tmp_path / "cache"),
        "TMPDIR": str(spare),
    }


def spoilt(shelf: Path, word: str) -> Path:
    path = shelf / "source" / "book" / "text" / "2.md"
    path.write_text(path.read_text() + f"\n{word}\n")
    return shelf


@contextlib.contextmanager
def nothing_left(shelf: Path) -> Iterator[None]:
    """Hold that the last good PDF stays, and nothing else does."""
    good = (shelf / "dist" / "book.pdf").read_bytes()
    yield
    assert (shelf / "dist" / "book.pdf").read_bytes() == good
    assert left_over(shelf / "dist") == []
    assert left_over(shelf / "cache") == []
    await_(lambda: not list((shelf / "spare").iterdir()))
    await_(lambda: not of(shelf))


def of(shelf: Path) -> list[str]:
    """The processes that were started for a shelf."""
    found = []
    for path in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            said = (path / "environ").read_bytes()
            if f"DAWDLER={shelf}/dawdler".encode() in said and is_alive(int(path.name)):
                found.append((path / "cmdline").read_text())
    return found


@pytest.mark.parametrize(
    ("word", "code", "said"),
    [
        ("DROP-DEAD", 44, "“A stormy one” cannot be laid out: .* killed by signal 11"),
        ("STUMBLE", 1, "a fault of our own"),
        ("DAWDLE", 42, "“A stormy one” cannot be laid out: it took longer than 4 seconds"),
    ],
)
def test_a_chapter_that_fails_is_named(
    word: str, code: int, said: str, shelf: Path, faulty: dict[str, str], octavo: Command
) -> None:
    assert octavo("build", "pdf", **faulty).code == 0
    with nothing_left(shelf):
        ended = octavo("build", "pdf", "-j", "2", **faulty, LIMIT="4", cwd=spoilt(shelf, word))
        assert ended.code == code, ended.err
        assert re.search(said, " ".join(ended.err.split())), ended.err


def test_a_chapter_that_crashes_weasyprint_is_named(
    shelf: Path, patched: Callable[[str], str], faulty: dict[str, str], octavo: Command
) -> None:
    assert octavo("build", "pdf", **faulty).code == 0
    crash = (
        "import weasyprint\n"
        "real = weasyprint.HTML.render\n"
        "def render(self, *given, **named):\n"
        "    if 'STUMBLE' in ''.join(self.etree_element.itertext()):\n"
        "        raise AssertionError('a box without a line')\n"
        "    return real(self, *given, **named)\n"
        "weasyprint.HTML.render = render\n"
    )
    with nothing_left(shelf):
        env = {**faulty, "PYTHONPATH": patched(crash)}
        ended = octavo("build", "pdf", "-j", "2", **env, cwd=spoilt(shelf, "STUMBLE"))
        assert ended.code == 41, ended.err
        said = " ".join(ended.err.split())
        assert "WeasyPrint cannot lay “A stormy one” out" in said
        assert "a box without a line" in said


def begun(shelf: Path, env: dict[str, str]) -> subprocess.Popen[str]:
    """Begin a build that comes to no end; wait until its worker is at it."""
    process = subprocess.Popen(
        [sys.executable, "-m", "octavo", "build", "pdf", "-j", "2"],
        cwd=spoilt(shelf, "DAWDLE"),
        env=environment(**env),
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    path = shelf / "dawdler"
    await_(lambda: path.exists() and path.read_text())
    return process


def test_a_worker_that_is_killed_is_named(
    shelf: Path, faulty: dict[str, str], octavo: Command
) -> None:
    assert octavo("build", "pdf", **faulty).code == 0
    with nothing_left(shelf), begun(shelf, faulty) as process:
        os.kill(int((shelf / "dawdler").read_text()), signal.SIGKILL)
        _, said = process.communicate(timeout=60)
        assert process.returncode == 44, said
        assert "“A stormy one” cannot be laid out" in " ".join(said.split())
        assert "killed by signal 9" in " ".join(said.split())


@pytest.mark.parametrize(
    ("number", "group", "code"),
    [
        (signal.SIGTERM, False, 143),
        (signal.SIGTERM, True, 143),
        (signal.SIGINT, True, 130),
        (signal.SIGINT, False, 130),
        (signal.SIGHUP, False, None),
    ],
)
def test_a_build_that_is_ended_leaves_nothing(
    number: int,
    group: bool,
    code: int | None,
    shelf: Path,
    faulty: dict[str, str],
    octavo: Command,
) -> None:
    assert octavo("build", "pdf", **faulty).code == 0
    with nothing_left(shelf), begun(shelf, faulty) as process:
        started = time.monotonic()
        (os.killpg if group else os.kill)(process.pid, number)
        process.communicate(timeout=60)
        assert code in (None, process.returncode)
        assert time.monotonic() - started < 30, "it waited for the chapter"
