"""Run the measurements and print their figures: python -m bench [NAME …].

    cleaning    edits per 1,000 words on the round-trip cases
    limits      CPU time and memory of cleaning, on large and odd texts
    novel       a novel in three formats: from nothing, after edits, with nothing to do, and longer
    articles    many short articles in three formats: from nothing, and with nothing to do
    novelpdf    its PDF: bound by chapters against laid out as a whole, edits, memory, size
    kills       builds killed at random moments: partial files, what is left, the next build
    pagelist    its EPUB: whether each page of the PDF is listed, at the word it begins with
    soundness   what the validators say of the EPUBs and the HTML of all books there are: an hour

`novel` and `articles` are run in pairs with pandoc and
make, and their figures are kept in RESULTS.md.

They need the inputs that lie beside the project, in ../shared; what is not there is said. `limits`
makes its own texts, out of the round-trip cases where these are there.
"""

import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from bench import peer
from bench.kills import kills
from bench.limits import limits
from bench.novelpdf import novelpdf
from bench.results import Figure, keep
from bench.soundness import soundness

ROOT = Path(__file__).parent.parent
SHARED = ROOT.parent / "shared"
PAIRS = 5


def main(names: list[str]) -> int:
    """Run the benches named, or all."""
    wrong = [name for name in names if name not in BENCHES]
    if wrong:
        print(f"no such bench: {', '.join(wrong)}; there are {', '.join(BENCHES)}", file=sys.stderr)
        return 2
    for name in names or BENCHES:
        print(f"== {name}", flush=True)
        BENCHES[name]()
    return 0


def cleaning() -> None:
    """Score the cleaner on the round-trip cases."""
    scorer = SHARED / "roundtrip" / "score.py"
    if not scorer.is_file():
        print(f"left out: there is no {scorer}")
        return
    command = f"{sys.executable} -m octavo clean {{input}} -o {{output}} --quiet"
    words = [sys.executable, str(scorer), "--set", "dev", "--quiet", "--command", command]
    subprocess.run(words, check=True)


def novel() -> None:
    """Measure a novel in three formats, in pairs with pandoc and make."""
    _against_the_peer("novel", peer.novel)


def articles() -> None:
    """Measure many short articles in three formats, in pairs with pandoc and make."""
    _against_the_peer("articles", peer.articles)


def _against_the_peer(name: str, bench: Callable[[Path, int], Iterator[Figure]]) -> None:
    shared = SHARED / "bench"
    if not shared.is_dir():
        print(f"left out: there is no {shared}")
        return
    figures = []
    for figure in bench(shared, PAIRS):
        print(figure, flush=True)
        figures.append(figure)
    keep(name, figures)


def novel_pdf() -> None:
    """Measure the PDF of the novel."""
    chapters = SHARED / "bench" / "novel"
    if not chapters.is_dir():
        print(f"left out: there is no {chapters}")
        return
    novelpdf(chapters, PAIRS)


def page_list() -> None:
    """Hold the page list of the novel's EPUB against its PDF, and say what the EPUB weighs."""
    chapters = SHARED / "bench" / "novel"
    if not chapters.is_dir():
        print(f"left out: there is no {chapters}")
        return
    sys.path.insert(0, str(ROOT / "tests"))  # the same comparison as the tests make
    from pagelist import faults, printed

    with tempfile.TemporaryDirectory() as name:
        project = peer.shelved(chapters, Path(name) / "project")
        project.build("epub", "pdf", fresh=True)
        epub, pdf = (project.root / "dist" / f"novel.{each}" for each in ("epub", "pdf"))
        found = faults(epub, pdf)
        print(f"{len(printed(pdf))} pages, {len(found)} not at their word (at most 0)")
        print("\n".join(found), end="\n" * bool(found))
        _tell_weight(epub, sorted(chapters.glob("*.md")))


def _tell_weight(epub: Path, chapters: list[Path]) -> None:
    import zipfile

    import pypandoc

    with zipfile.ZipFile(epub) as archive:
        sizes = {each.filename: each.compress_size for each in archive.infolist()}
    fonts = sum(size for name, size in sizes.items() if "/fonts/" in name)
    cover = sum(size for name, size in sizes.items() if "/images/cover" in name)
    other = epub.with_name("pandoc.epub")
    title = "--metadata=title:The Test Novel"
    command = [pypandoc.get_pandoc_path(), *chapters, "-o", other, title]
    subprocess.run(command, check=True)
    ratio = epub.stat().st_size / other.stat().st_size
    print(
        f"fonts {fonts:,} bytes, cover {cover:,} bytes; {ratio:.2f} times pandoc's (at most 1.30)"
    )


BENCHES: dict[str, Callable[[], None]] = {
    "cleaning": cleaning,
    "limits": limits,
    "kills": kills,
    "novel": novel,
    "articles": articles,
    "novelpdf": novel_pdf,
    "pagelist": page_list,
    "soundness": soundness,
}

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
