"""Run the measurements and print their figures: python -m bench [NAME …].

    cleaning    edits per 1,000 words on the round-trip cases
    limits      CPU time and memory of cleaning, on large and odd texts
    novel       the wall time of a novel in three formats, in pairs with pandoc and make
    novelpdf    its PDF: bound by chapters against laid out as a whole, edits, memory, size
    pagelist    its EPUB: whether each page of the PDF is listed, at the word it begins with

They need the inputs that lie beside the project, in ../shared; what is not there is said. `limits`
makes its own texts, out of the round-trip cases where these are there.
"""

import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from bench.limits import limits
from bench.novelpdf import novelpdf

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
    """Time a novel in three formats against pandoc and make, pair by pair."""
    peer = SHARED / "bench" / "pandoc-make"
    if not peer.is_dir():
        print(f"left out: there is no {peer}")
        return
    with tempfile.TemporaryDirectory() as name:
        here = Path(name)
        _shelve(SHARED / "bench" / "novel", here / "source" / "novel")
        ours = [sys.executable, "-m", "octavo", "build", "-C", str(here), "--quiet"]
        theirs = ["make", "-C", str(peer), "-j2", f"OUT={here / 'peer'}", "novel"]
        pairs = []
        for pair in range(PAIRS):
            shutil.rmtree(here / "peer", ignore_errors=True)
            shutil.rmtree(here / "dist", ignore_errors=True)
            pairs.append((_time(ours), _time(theirs)))
            ratio = pairs[-1][0] / pairs[-1][1]
            print(
                f"pair {pair + 1}: octavo {pairs[-1][0]:.1f} s, peer {pairs[-1][1]:.1f} s,"
                f" ratio {ratio:.2f}",
                flush=True,
            )
        print(f"median ratio {statistics.median(a / b for a, b in pairs):.2f}")


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
        here = Path(name)
        _shelve(chapters, here / "source" / "novel")
        words = [sys.executable, "-m", "octavo", "build", "epub", "pdf", "-C", name, "--quiet"]
        _time([*words, "-j2"])
        epub, pdf = here / "dist" / "novel.epub", here / "dist" / "novel.pdf"
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
    peer = epub.with_name("pandoc.epub")
    command = [pypandoc.get_pandoc_path(), *chapters, "-o", peer, "--metadata=title:The Test Novel"]
    subprocess.run(command, check=True)
    ratio = epub.stat().st_size / peer.stat().st_size
    print(
        f"fonts {fonts:,} bytes, cover {cover:,} bytes; {ratio:.2f} times pandoc's (at most 1.30)"
    )


def _shelve(chapters: Path, book: Path) -> None:
    (book / "text").mkdir(parents=True)
    for chapter in sorted(chapters.glob("*.md")):
        shutil.copy(chapter, book / "text")
    settings = 'title = "The Test Novel"\nauthors = ["A. Writer"]\ndate = 1901-01-01\n'
    (book / "book.toml").write_text(settings, encoding="utf-8")


def _time(command: list[str]) -> float:
    import pypandoc

    tools = [str(Path(pypandoc.get_pandoc_path()).parent), str(Path(sys.executable).parent)]
    path = os.pathsep.join([*tools, os.environ.get("PATH", os.defpath)])
    begun = time.monotonic()
    subprocess.run(command, check=True, env={**os.environ, "PATH": path}, capture_output=True)
    return time.monotonic() - begun


BENCHES: dict[str, Callable[[], None]] = {
    "cleaning": cleaning,
    "limits": limits,
    "novel": novel,
    "novelpdf": novel_pdf,
    "pagelist": page_list,
}

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
