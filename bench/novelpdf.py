"""Measure the PDF of a novel: bound by chapters against laid out as a whole, pair by pair.

Every figure is of the whole command, in a new process: `octavo build pdf`.
"""

import shutil
import statistics
import tempfile
from pathlib import Path

from bench.measure import Took
from bench.peer import MORE, Project, shelved

FIVEFOLD = 5  # the novel has 100,000 words


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
        took = _build(shelved(chapters, home / "five", times=FIVEFOLD), workers=2)
        print(f"five times as long, -j2: {took.wall:.1f} s, peak {took.peak:.0f} MB (at most 350)")


def _ratio_of_parallel_and_whole(chapters: Path, home: Path, pairs: int) -> None:
    bound = shelved(chapters, home / "bound")
    whole = shelved(chapters, home / "whole", settings="\n[pdf]\nbind = false\n")
    walls, costs, sizes = [], [], []
    for pair in range(1, pairs + 1):
        reference = _build(whole, workers=1)
        two = _build(bound, workers=2)
        one = _build(bound, workers=1)
        walls.append(two.wall / reference.wall)
        costs.append(one.cpu / reference.cpu)
        sizes.append(_size(bound) / _size(whole))
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
    book = shelved(chapters, home / "edited")
    texts = sorted((book.root / "source" / "novel" / "text").glob("*.md"))
    text = texts[len(texts) // 2]
    before = text.read_text(encoding="utf-8")
    for edit, after in (
        ("one word edited", f"{before}\n\nAgain.\n"),
        ("a page added", f"{before}\n\n{MORE}\n"),
    ):
        ratios = []
        for _ in range(pairs):
            text.write_text(before, encoding="utf-8")
            cold = _build(book, workers=2)
            text.write_text(after, encoding="utf-8")
            warm = _build(book, workers=2, fresh=False)
            ratios.append(warm.wall / cold.wall)
        _tell(f"{edit}, wall / cold", ratios, 0.15)


def _tell(what: str, ratios: list[float], most: float) -> None:
    print(f"{what}: median ratio {statistics.median(ratios):.2f} (at most {most:.2f})", flush=True)


def _build(project: Project, *, workers: int, fresh: bool = True) -> Took:
    shutil.rmtree(project.root / "dist", ignore_errors=True)
    return project.build("pdf", fresh=fresh, jobs=workers)


def _size(project: Project) -> int:
    return (project.root / "dist" / "novel.pdf").stat().st_size
