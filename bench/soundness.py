"""Hold the EPUBs and the HTML editions of many books against every validator there is.

The books: the handbook, the rough copy, the golden books, an article as rough text, the articles
and the novel. A few of them by name: python -m bench.soundness handbook everything

It needs a Java that can compile (Debian: default-jdk-headless).
"""

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
SHARED = ROOT.parent / "shared"
MANY = Path(__file__).with_name("EpubChecks.java")
sys.path.insert(0, str(ROOT / "src"))

from octavo.check import check, find_validators  # noqa: E402
from octavo.check.browser import ace, axe  # noqa: E402
from octavo.check.validators import Validators, nu_pages  # noqa: E402
from octavo.model import Finding  # noqa: E402

_COLUMNS = ("pages", "links", "errors", "warnings", "usages", "Ace", "Nu", "axe", "sepia", "wide")
_WIDE = re.compile(r"at \d+ px the page is \d+ px too wide")
_POLICY = re.compile(r'<meta http-equiv="Content-Security-Policy"[^>]*>')
_NO_THEME = "delete root.dataset.theme"


@dataclass
class Sound:
    """What was found of one book."""

    counts: Counter[str] = field(default_factory=Counter)
    usages: Counter[str] = field(default_factory=Counter)  # of EPUBCheck, by their ids
    said: list[str] = field(default_factory=list)


def soundness(names: Iterable[str] = ()) -> None:
    """Build the books and print a line for each with what was found, and the total.

    Args:
        names: of the books; without any, all of them.
    """
    with tempfile.TemporaryDirectory() as folder:
        home, tools = Path(folder).resolve(), find_validators(ROOT, None)
        books = _shelve(home / "source", frozenset(names))
        _build(home)
        found = {book: Sound() for book in books}
        print(f"{'book':16}" + "".join(f"{each:>9}" for each in _COLUMNS), flush=True)
        _judge_epubs(home / "dist", found, tools)
        _judge_pages(home / "dist", found, tools)
        for book, sound in found.items():
            _tell(book, sound)
        total = sum((each.counts for each in found.values()), Counter())
        usages = sum((each.usages for each in found.values()), Counter())
        _tell(f"{len(found)} books", Sound(total, usages))


def _shelve(shelf: Path, names: frozenset[str]) -> list[str]:
    """Lay the books side by side; give their names."""
    laid = []
    for name, lay in _books():
        if not names or name in names:
            lay(shelf / name)
            laid.append(name)
    return laid


def _books() -> Iterator[tuple[str, Callable[[Path], None]]]:
    ours = sorted((ROOT / "source").glob("*/book.toml"))
    ours += sorted((ROOT / "tests" / "books").glob("*/book.toml"))
    ours += sorted((ROOT / "tests" / "books" / "languages").glob("*/book.toml"))
    for settings in ours:
        yield settings.parent.name, lambda to, of=settings.parent: _copy(of, to)
    rough = SHARED / "roundtrip" / "dev" / "raw" / "d00-article.txt"
    articles, novel = SHARED / "bench" / "articles", SHARED / "bench" / "novel"
    for there in (rough, articles, novel):
        if not there.exists():
            print(f"left out: there is no {there}")
    if rough.is_file():
        yield "article", lambda to: _make(to, "The Article", [rough])
    for path in sorted(articles.glob("*.md")):
        yield path.stem, lambda to, path=path: _make(to, _title(path), [path])
    if novel.is_dir():
        yield "novel", lambda to: _make(to, "The Test Novel", sorted(novel.glob("*.md")))


def _copy(book: Path, to: Path) -> None:
    shutil.copytree(book, to, ignore=shutil.ignore_patterns("expected"))


def _make(to: Path, title: str, texts: Iterable[Path]) -> None:
    (to / "text").mkdir(parents=True)
    for path in texts:
        shutil.copyfile(path, to / "text" / path.name)
    settings = f"title = '''{title}'''\nauthors = [\"A. Writer\"]\ndate = 1901-01-01\n"
    (to / "book.toml").write_text(settings, encoding="utf-8")


def _title(path: Path) -> str:
    found = re.search(r"^title: '?(.*?)'?$", path.read_text(encoding="utf-8"), re.MULTILINE)
    return found[1] if found else path.stem


def _build(home: Path) -> None:
    words = [sys.executable, "-m", "octavo", "build", "epub", "pdf", "html", "site", "--quiet"]
    environment = {
        **os.environ,
        "PYTHONPATH": str(ROOT / "src"),
        "XDG_CACHE_HOME": str(home / "cache"),
    }
    words += ["-C", str(home), "-j2"]
    subprocess.run(words, check=True, env=environment, stdout=subprocess.DEVNULL)


def _judge_epubs(dist: Path, found: dict[str, Sound], tools: Validators) -> None:
    books = {book: dist / f"{book}.epub" for book in found}
    reports = {book: dist / f"{book}.json" for book in found}
    _run_epubcheck([each for book in books for each in (books[book], reports[book])], tools)
    for book, path in books.items():
        for message in json.loads(reports[book].read_bytes())["messages"]:
            _count_message(found[book], message)
        _count(found[book], "links", check(path, "epub"))
        _count(found[book], "Ace", ace(path, tools))


def _run_epubcheck(names: list[Path], tools: Validators) -> None:
    if tools.epubcheck is None or tools.java is None:
        sys.exit("EPUBCheck or Java is not installed: octavo doctor says how to get them")
    classes = os.pathsep.join(map(str, (tools.epubcheck, tools.epubcheck.parent / "lib" / "*")))
    words = [tools.java, "-Xmx1g", "-XX:+UseSerialGC", "-cp", classes, MANY, *names]
    subprocess.run(words, check=True, stdout=subprocess.DEVNULL)


def _count_message(sound: Sound, message: dict[str, Any]) -> None:
    places = message["locations"] or [{"path": "", "line": 0}]
    if message["severity"] == "USAGE":
        sound.usages[message["ID"]] += len(places) + message["additionalLocations"]
        sound.counts["usages"] += len(places) + message["additionalLocations"]
        return
    column = "warnings" if message["severity"] == "WARNING" else "errors"
    for place in places:
        sound.counts[column] += 1
        said = f"{message['ID']} {place['path']}:{place['line']}: {message['message']}"
        sound.said.append(f"    {column}: {said}")


def _judge_pages(dist: Path, found: dict[str, Sound], tools: Validators) -> None:
    """Judge the pages of all books at once: a process for all costs a minute, one for each many."""
    pages = []
    for book, sound in found.items():
        page, site = dist / f"{book}.html", dist / f"{book}.site"
        own = [page, *sorted(site.glob("*.html"))]
        pages += own
        sound.counts["pages"] = len(own)
        _count(sound, "links", (*check(page, "html"), *check(site, "site")))
    for one in nu_pages(pages, dist, tools):
        _count(found[_book(one)], "Nu", (one,))
    for one in axe(pages, dist, tools):
        _count(found[_book(one)], "wide" if _WIDE.match(one.message) else "axe", (one,))
    for page in pages:
        _set_in_sepia(page)
    for one in axe(pages, dist, tools):
        if not _WIDE.match(one.message):
            _count(found[_book(one)], "sepia", (one,))


def _book(finding: Finding) -> str:
    if finding.place is None or finding.severity == "skipped":
        sys.exit(f"{finding.check}: {finding.message}")
    return re.split(r"\.site/|\.html$", finding.place.path)[0]


def _set_in_sepia(page: Path) -> None:
    """Let a page open in sepia, which a reader chooses and no browser asks for."""
    text = page.read_text(encoding="utf-8")
    if text.count(_NO_THEME) != 1:
        sys.exit(f"{page}: its script sets its colours in another way than is known here")
    text = text.replace(_NO_THEME, 'root.dataset.theme = "sepia"')
    page.write_text(_POLICY.sub("", text), encoding="utf-8")


def _count(sound: Sound, column: str, findings: Iterable[Finding]) -> None:
    for one in findings:
        if one.severity == "skipped":
            sys.exit(f"{one.check}: {one.message}")
        sound.counts[column] += 1
        sound.said.append(f"    {column}: {one.check} {one.severity}: {one.place}: {one.message}")


def _tell(book: str, sound: Sound) -> None:
    usages = ", ".join(f"{name} × {count}" for name, count in sorted(sound.usages.items()))
    figures = "".join(f"{sound.counts[each]:9}" for each in _COLUMNS)
    print(f"{book:16}{figures}  {usages}".rstrip(), flush=True)
    print("\n".join(sound.said), end="\n" * bool(sound.said), flush=True)


if __name__ == "__main__":
    soundness(sys.argv[1:])
