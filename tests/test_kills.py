"""Builds that are killed, that run side by side, or whose shared workers die."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from conftest import Command, left_over, shelf, write
from killing import Range
from octavo.errors import WorkerDied
from octavo.scratch import PREFIX, Scratch
from workshop import outputs

KILLS = 6


@pytest.fixture(scope="module")
def rifle(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Range]:
    return Range(tmp_path_factory.mktemp("range") / "project", books=2)


def test_a_killed_build_leaves_whole_files_and_the_next_one_is_as_good_as_new(
    rifle: Range,
) -> None:
    said = list(rifle.shots(KILLS))
    assert len(said) == KILLS
    assert sum(": killed" in line for line in said) >= KILLS // 2, said


@pytest.mark.parametrize("what", ["everything", "after an edit", "nothing"])
def test_two_builds_at_the_same_time_both_succeed(rifle: Range, what: str) -> None:
    rifle.turn_to("first")
    rifle.build()
    if what != "nothing":
        rifle.turn_to("second")
    if what == "everything":
        rifle.forget()
    both = [rifle.start(), rifle.start()]
    for process in both:
        _, err = process.communicate(timeout=600)
        assert process.returncode == 0, err
    assert outputs(rifle.output) == rifle.good["first" if what == "nothing" else "second"]
    assert left_over(rifle.output) == []
    assert list(rifle.spare.iterdir()) == []


DEADLY = """
import os, signal, time
from pathlib import Path
from octavo import crew
from octavo.write.pdf import engine

waits, dead = Path(os.environ["FLAGS"], "waits"), Path(os.environ["FLAGS"], "dead")

def await_(path):
    while not path.exists():
        time.sleep(0.01)

def pass_on(self, call, real=crew.Crew.pass_on):
    future = real(self, call)
    if b"PATIENT" in call:
        waits.touch()
    return future
crew.Crew.pass_on = pass_on

def set_(self, piece, real=engine.Compositor.set):
    if "LINGER" in piece.html:
        await_(dead)
    if "DROP-DEAD" in piece.html:
        await_(waits)
        dead.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return real(self, piece)
engine.Compositor.set = set_
"""


def test_a_layout_worker_that_is_killed_is_one_books_failure(
    tmp_path: Path, octavo: Command, patched: Callable[[str], str]
) -> None:
    """Both workers are busy with one book, and a chapter of the other waits for either."""
    shelf(tmp_path, a="", b="")
    long = "The tide came in.\n\n" * 50  # so that it is begun first
    write(
        tmp_path / "source",
        {
            "a/text/01.md": f"# One\n\nLINGER\n\n{long}",
            "a/text/02.md": f"# Two\n\nDROP-DEAD\n\n{long}",
            "b/text/01.md": "# Three\n\nPATIENT\n",
        },
    )
    cache = str(tmp_path / "cache")  # where nothing is laid out yet
    said = {"PYTHONPATH": patched(DEADLY), "FLAGS": str(tmp_path), "XDG_CACHE_HOME": cache}
    ended = octavo("build", "pdf", "-k", "-j", "2", **said)
    assert ended.code == WorkerDied.code
    assert ended.built == ["dist/b.pdf"]
    assert "error: a: “Two” cannot be laid out" in " ".join(ended.err.split()), ended.err
    assert "killed by signal 9" in " ".join(ended.err.split())
    assert "b: " not in ended.err.replace("b: building", "").replace("b: finished", "")
    shared = (tmp_path / "dist/b.pdf").read_bytes()
    assert octavo("build", "b.pdf", "-o", "alone").code == 0
    assert (tmp_path / "alone/b.pdf").read_bytes() == shared


# --- folders for temporary files ---


def test_folders_of_the_dead_are_swept_and_those_of_the_living_stay(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    dead, stranger, link = (tmp_path / f"{PREFIX}{name}" for name in ("dead", "file", "link"))
    write(dead, {"deep/down.txt": "left"})
    stranger.write_text("no folder")
    link.symlink_to(write(tmp_path / "else", {"a.txt": "another's"}), target_is_directory=True)
    with Scratch() as first:
        assert not dead.exists()
        with Scratch() as second:
            assert {Path(first), Path(second)} <= set(tmp_path.iterdir())
            assert Path(second).stat().st_mode & 0o077 == 0
        assert not Path(second).exists()
        assert Path(first).exists()
    assert {path.name for path in tmp_path.iterdir()} == {stranger.name, link.name, "else"}
    assert (tmp_path / "else/a.txt").exists()
