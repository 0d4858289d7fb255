"""Measure whole builds in three formats, pair by pair with pandoc and make doing the same."""

import shutil
import statistics
import sys
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from bench.measure import Took, run
from bench.results import Figure

MANY = 1_000  # articles
MORE = "The tide came in, and nobody on the quay had anything to add to that. " * 45  # over a page
RULE = "\nblockquote { color: #111 }\n"  # moves nothing


@dataclass(frozen=True)
class Peer:
    """Pandoc and make, with WeasyPrint for the PDF."""

    folder: Path  # its Makefile's
    output: Path

    def build(self, target: str) -> Took:
        """Build a target from nothing."""
        shutil.rmtree(self.output, ignore_errors=True)
        return run(["make", "-s", "-C", str(self.folder), "-j2", f"OUT={self.output}", target])


@dataclass(frozen=True)
class Project:
    """A project of ours, with a cache of its own."""

    root: Path

    def build(self, *targets: str, fresh: bool = False, jobs: int = 2) -> Took:
        """Build targets; `fresh` forgets all that was built before."""
        if fresh:
            shutil.rmtree(self._cache, ignore_errors=True)
            shutil.rmtree(self.root / "dist", ignore_errors=True)
        words = [sys.executable, "-m", "octavo", "build", *targets, "--quiet"]
        words += ["-C", str(self.root), "-j", str(jobs)]
        return run(words, {"XDG_CACHE_HOME": str(self._cache)})

    def outputs(self) -> dict[str, int]:
        """Give when each result was written, in nanoseconds."""
        return {p.name: p.stat().st_mtime_ns for p in (self.root / "dist").glob("*.*")}

    @property
    def _cache(self) -> Path:
        return self.root / "cache"


def novel(shared: Path, pairs: int) -> Iterator[Figure]:
    """Give what the novel takes: from nothing, after edits, with nothing to do, and when longer."""
    with tempfile.TemporaryDirectory() as name:
        here = Path(name)
        peer = Peer(shared / "pandoc-make", here / "peer")
        project = shelved(shared / "novel", here / "once")
        both = [_pair(project, peer, "novel") for _ in range(pairs)]
        yield Figure("from nothing, wall", _middle(a.wall / b.wall for a, b in both), 0.55)
        yield Figure("from nothing, CPU", _middle(a.cpu / b.cpu for a, b in both), 0.75)
        yield Figure("from nothing, MB of the largest process", max(a.peak for a, _ in both), 225)
        usual = _middle(theirs.wall for _, theirs in both)
        yield from _edits(project, usual, pairs)
        idle = _middle(project.build().cpu for _ in range(pairs))
        yield Figure("nothing changed, CPU seconds", idle, 0.2)
        yield from _growth(shared / "novel", here)


def articles(shared: Path, pairs: int) -> Iterator[Figure]:
    """Give what fifty articles take from nothing, and a thousand with nothing to do."""
    with tempfile.TemporaryDirectory() as name:
        here = Path(name)
        peer = Peer(shared / "pandoc-make", here / "peer")
        texts = sorted((shared / "articles").glob("*.md"))
        project, names = _laid_out(texts, here / "fifty", len(texts))
        both = [_pair(project, peer, "articles", *names) for _ in range(pairs)]
        walls = _middle(a.wall / b.wall for a, b in both)
        yield Figure(f"{len(texts)}, from nothing, wall", walls, 0.2)
        project, names = _laid_out(texts, here / "many", MANY)
        project.build(*names, fresh=True)
        idle = _middle(project.build(*names).cpu for _ in range(pairs))
        yield Figure(f"{MANY}, nothing changed, CPU seconds", idle, 0.5)


def shelved(chapters: Path, root: Path, *, settings: str = "", times: int = 1) -> Project:
    """Make a project of the novel alone, so many times as long."""
    book = root / "source" / "novel"
    (book / "text").mkdir(parents=True)
    for turn in range(times):
        for chapter in sorted(chapters.glob("*.md")):
            shutil.copyfile(chapter, book / "text" / f"{turn}-{chapter.name}")
    said = f'title = "The Test Novel"\nauthors = ["A. Writer"]\ndate = 1901-01-01\n{settings}'
    (book / "book.toml").write_text(said, encoding="utf-8")
    return Project(root)


def _laid_out(texts: list[Path], root: Path, count: int) -> tuple[Project, list[str]]:
    """Make a project of loose articles; give their names, too."""
    root.mkdir()
    names = []
    for number in range(count):
        text = texts[number % len(texts)]
        names.append(f"{text.stem}-{number:04}.md")
        shutil.copyfile(text, root / names[-1])
    return Project(root), names


def _pair(project: Project, peer: Peer, target: str, *names: str) -> tuple[Took, Took]:
    """Build from nothing, ours and the peer's."""
    ours, theirs = project.build(*names, fresh=True), peer.build(target)
    said = (
        f"{name} {took.wall:.1f} s, {took.cpu:.1f} CPU s, {took.peak:.0f} MB"
        for name, took in (("octavo", ours), ("peer", theirs))
    )
    print("; ".join(said), flush=True)
    return ours, theirs


def _edits(project: Project, usual: float, pairs: int) -> Iterator[Figure]:
    """Edit a chapter, then the style; the peer builds all anew, in its usual wall time."""
    texts = sorted((project.root / "source" / "novel" / "text").glob("*.md"))
    text = texts[len(texts) // 2]
    before = text.read_text(encoding="utf-8")
    for what, added, most in (("a word edited", "Again", 0.12), ("a page added", MORE, 0.15)):
        walls = []
        for turn in range(pairs):
            text.write_text(f"{before}\n\n{added} {turn}.\n", encoding="utf-8")
            walls.append(project.build().wall / usual)
        yield Figure(f"{what}, wall", _middle(walls), most)
        text.write_text(before, encoding="utf-8")
    project.build()
    written = project.outputs()
    style = project.root / "templates" / "style" / "print.css"
    style.parent.mkdir(parents=True)
    style.write_text('{% include "classic/style/print.css" %}' + RULE, encoding="utf-8")
    project.build()
    touched = {name for name, when in project.outputs().items() if written[name] != when}
    others = len(touched - {"novel.pdf"})
    yield Figure("a rule for print, other formats written again", others, 0)
    shutil.rmtree(style.parent.parent)
    project.build()


def _growth(chapters: Path, here: Path) -> Iterator[Figure]:
    """Build the novel once, twice and five times as long: what a word costs may not grow."""
    took = {}
    for times in (1, 2, 5):
        project = shelved(chapters, here / f"times-{times}", times=times)
        took[times] = project.build(fresh=True)
    for times in (2, 5):
        slower = took[times].wall / times / took[1].wall
        yield Figure(f"{times} times as long, time per word / once", slower, 1.15)
        larger = took[times].peak / took[1].peak
        yield Figure(f"{times} times as long, memory / once", larger, 1.5)


def _middle(values: Iterable[float]) -> float:
    return statistics.median(values)
