"""Measure the PDF of a novel: bound by chapters against laid out as a whole, pair by pair.

Every figure is of the whole command, in a new process: `octavo build pdf`.
"""

import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

MB = 1_000_000  # bytes
FIVEFOLD = 5  # the novel has 100,000 words
MORE = "The tide came in, and nobody on the quay had anything to add to that. " * 45  # over a page


@dataclass(frozen=True)
class Took:
    """What a build took, in all its processes."""

    wall: float  # seconds
    cpu: float  # seconds, of all processes together
    peak: float  # MB, of the largest process
    size: int  # bytes of the PDF


def novelpdf(chapters: Path, pairs: int) -> None:
    """Print the ratios and their medians, and what they have to be.

    Args:
        chapters: the folder with the novel's Markdown.
        pairs: how often each is measured.
    """
    with tempfile.TemporaryDirectory() as name:
        home = Path(name)
        _ratio_of_parallel_and_whole(chapters, home, pairs)
        _ratio_of_edits(chapters, home, pairs)
        book = _shelved(chapters, home / "five", times=FIVEFOLD)
        took = _build(book, home, workers=2)
        print(f"five times as long, -j2: {took.wall:.1f} s, peak {took.peak:.0f} MB (at most 350)")


def _ratio_of_parallel_and_whole(chapters: Path, home: Path, pairs: int) -> None:
    bound = _shelved(chapters, home / "bound")
    whole = _shelved(chapters, home / "whole", settings="\n[pdf]\nbind = false\n")
    walls, costs, sizes = [], [], []
    for pair in range(1, pairs + 1):
        reference = _build(whole, home, workers=1)
        two = _build(bound, home, workers=2)
        one = _build(bound, home, workers=1)
        walls.append(two.wall / reference.wall)
        costs.append(one.cpu / reference.cpu)
        sizes.append(two.size / reference.size)
        print(
            f"pair {pair}: whole {reference.wall:.1f} s, {reference.cpu:.1f} CPU s;"
            f" bound -j2 {two.wall:.1f} s, ratio {walls[-1]:.2f};"
            f" -j1 {one.cpu:.1f} CPU s, ratio {costs[-1]:.2f}",
            flush=True,
        )
    _tell("bound -j2, wall / whole", walls, 0.60)
    _tell("bound -j1, CPU / whole", costs, 1.10)
    _tell("size / whole", sizes, 1.10)


def _ratio_of_edits(chapters: Path, home: Path, pairs: int) -> None:
    book = _shelved(chapters, home / "edited")
    texts = sorted((book / "source" / "novel" / "text").glob("*.md"))
    text = texts[len(texts) // 2]
    before = text.read_text(encoding="utf-8")
    for edit, after in (
        ("one word edited", f"{before}\n\nAgain.\n"),
        ("a page added", f"{before}\n\n{MORE}\n"),
    ):
        ratios = []
        for _ in range(pairs):
            text.write_text(before, encoding="utf-8")
            cold = _build(book, home, workers=2)
            text.write_text(after, encoding="utf-8")
            warm = _build(book, home, workers=2, fresh=False)
            ratios.append(warm.wall / cold.wall)
        _tell(f"{edit}, wall / cold", ratios, 0.15)


def _tell(what: str, ratios: list[float], most: float) -> None:
    print(f"{what}: median ratio {statistics.median(ratios):.2f} (at most {most:.2f})", flush=True)


def _shelved(chapters: Path, root: Path, *, settings: str = "", times: int = 1) -> Path:
    """Make a project of the novel alone; give its folder."""
    book = root / "source" / "novel"
    (book / "text").mkdir(parents=True)
    for turn in range(times):
        for chapter in sorted(chapters.glob("*.md")):
            shutil.copyfile(chapter, book / "text" / f"{turn}-{chapter.name}")
    said = f'title = "The Test Novel"\nauthors = ["A. Writer"]\ndate = 1901-01-01\n{settings}'
    (book / "book.toml").write_text(said, encoding="utf-8")
    return root


def _build(root: Path, home: Path, *, workers: int, fresh: bool = True) -> Took:
    """Build the PDF; `fresh` forgets all that was kept of earlier builds."""
    cache = home / "cache"
    if fresh:
        shutil.rmtree(cache, ignore_errors=True)
    shutil.rmtree(root / "dist", ignore_errors=True)
    words = [sys.executable, "-m", "octavo", "build", "pdf", "--quiet"]
    words += ["-C", str(root), "-j", str(workers)]
    begun = time.monotonic()
    environment = {**os.environ, "XDG_CACHE_HOME": str(cache)}
    process = subprocess.Popen(words, env=environment, stdout=subprocess.DEVNULL)
    _, status, used = os.wait4(process.pid, 0)
    wall = time.monotonic() - begun
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        sys.exit(f"the build ended with code {process.returncode}")
    (made,) = (root / "dist").glob("*.pdf")
    return Took(wall, used.ru_utime + used.ru_stime, _megabytes(used), made.stat().st_size)


def _megabytes(used: resource.struct_rusage) -> float:
    return used.ru_maxrss * (1 if sys.platform == "darwin" else 1024) / MB
