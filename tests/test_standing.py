"""What is said of outputs without building them, and what is built again, gone on with, removed."""

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from lxml import etree

from conftest import Command, Ended, environment, shelf, write
from octavo import errors


@pytest.fixture(scope="module")
def once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two books whose HTML is built, and the EPUB of one."""
    root = shelf(tmp_path_factory.mktemp("standing") / "shop", a="", b="")
    subprocess.run(
        [sys.executable, "-m", "octavo", "build", "-q", "a.html", "b.html", "a.epub"],
        cwd=root,
        env=environment(XDG_CACHE_HOME=str(root / "kept")),
        check=True,
        stdout=subprocess.DEVNULL,
    )
    return root


@pytest.fixture
def here(once: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(once, tmp_path / "shop"))


@pytest.fixture
def say(here: Path, octavo: Command) -> Callable[..., Ended]:
    """Run the command there, with a cache that is there, too."""
    return lambda *argv, **more: octavo(
        *argv, cwd=here, **{"XDG_CACHE_HOME": str(here / "kept"), **more}
    )


def files(root: Path) -> dict[str, bytes]:
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for path in root.rglob("*")
        if path.is_file()
    }


# --- build -n, -B, -k ---


def test_a_dry_run_says_what_would_be_made_and_why_and_touches_nothing(
    here: Path, say: Callable[..., Ended]
) -> None:
    write(here, {"source/a/text/01.md": "# One\n\nAnother.\n", "source/a/text/02.md": "# Two\n"})
    before = files(here)
    ended = say("build", "-n", "a.html", "b.html", "b.epub", "a.pdf")
    assert ended.code == 0
    assert ended.out.splitlines() == [
        "dist/a.pdf: it is not built yet",
        "dist/a.html: text/01.md has changed; text/02.md is new",
        "dist/b.epub: it is not built yet",
    ]
    assert ended.err == "1 output up to date\n"
    assert files(here) == before


def test_many_reasons_are_few_unless_all_are_asked_for(
    here: Path, say: Callable[..., Ended]
) -> None:
    write(here, {f"source/a/text/{number:02}.md": f"# {number}\n" for number in range(2, 7)})
    (line,) = say("build", "-n", "a.html").out.splitlines()
    assert line == (
        "dist/a.html: text/02.md is new; text/03.md is new; text/04.md is new; and 2 reasons more"
    )
    (line,) = say("build", "-n", "-v", "a.html").out.splitlines()
    assert line.endswith("text/05.md is new; text/06.md is new")


def test_what_is_up_to_date_is_not_made_again_unless_always(
    here: Path, say: Callable[..., Ended]
) -> None:
    path = here / "dist/a.html"
    before = path.stat().st_ino
    ended = say("build", "a.html")
    assert ended.built == ["dist/a.html"]
    assert path.stat().st_ino == before
    assert say("build", "-B", "a.html").built == ["dist/a.html"]
    assert path.stat().st_ino != before


@pytest.mark.parametrize("workers", ["1", "2"])
def test_after_a_failure_no_other_book_is_begun_and_this_is_said(
    tmp_path: Path, octavo: Command, workers: str
) -> None:
    shelf(tmp_path, a="langauge = 1", b="", c="", d="", e="")
    ended = octavo("build", "html", "-j", workers)
    assert ended.code == errors.InvalidSettings.code
    # With two workers, another book was begun with it, and is finished.
    left = "b, c, d, e" if workers == "1" else "c, d, e"
    assert ended.err.splitlines()[-1] == f"{left}: not begun, as another book failed; -k goes on"
    assert ended.built == ([] if workers == "1" else ["dist/b.html"])
    said = json.loads(octavo("build", "html", "-j", workers, "-B", "-q", "--json").out)
    begun = {each["name"]: (each["begun"], each["built"]) for each in said["books"]}
    assert begun["a"] == (True, False)
    assert all(begun[name] == (False, False) for name in left.split(", "))
    ended = octavo("build", "html", "-j", workers, "-k")
    assert ended.code == errors.InvalidSettings.code
    assert ended.built == [f"dist/{name}.html" for name in "bcde"]
    assert "not begun" not in ended.err


def test_other_formats_go_on_after_a_failure_if_asked_and_all_errors_are_told(
    here: Path, say: Callable[..., Ended]
) -> None:
    broken = {"templates/chapter.xhtml": "{{ nothing }}", "templates/book.html": "{{ nothing }}"}
    write(here, broken)
    ended = say("build", "b.epub", "b.html", "b.site")
    assert (ended.code, ended.built) == (errors.TemplateFault.code, [])
    assert ended.err.count("error: b: templates/") == 1
    ended = say("build", "-k", "b.epub", "b.html", "b.site")
    assert (ended.code, ended.built) == (errors.TemplateFault.code, ["dist/b.site"])
    assert "error: b: templates/chapter.xhtml:1: " in ended.err
    assert "error: b: templates/book.html:1: " in ended.err
    said = json.loads(say("build", "-k", "-q", "--json", "b.epub", "b.html", "b.site").out)
    assert [each["place"]["path"] for each in said["errors"]] == list(broken)


# --- list ---


def test_list_says_of_each_output_how_it_stands(here: Path, say: Callable[..., Ended]) -> None:
    write(here, {"source/c/book.toml": "=", "source/b/text/01.md": "# Two\n\nNew.\n"})
    with (here / "dist/a.epub").open("ab") as file:
        file.write(b"more")
    ended = say("list", "a", "b", "c", "epub", "html")
    assert ended.code == errors.BrokenToml.code
    size = f"{(here / 'dist/a.html').stat().st_size:,}"
    assert ended.out.splitlines() == [
        "a  dist/a.epub  stale: the output was changed after it was built",
        f"a  dist/a.html  up to date, {size} bytes",
        "b  dist/b.epub  stale: it is not built yet",
        "b  dist/b.html  stale: text/01.md has changed",
        "c  dist/c.epub  cannot be built",
        "c  dist/c.html  cannot be built",
    ]
    assert ended.err.startswith("error: c: book.toml:1")
    assert ended.err.count("error:") == 1


def test_list_as_json(here: Path, say: Callable[..., Ended]) -> None:
    write(here, {"source/b/text/01.md": "# Two\n\nNew.\n"})
    said = json.loads(say("list", "html", "--json").out)
    assert said == {
        "outputs": [
            {
                "book": "a",
                "format": "html",
                "path": "dist/a.html",
                "state": "good",
                "reasons": [],
                "waits": None,
            },
            {
                "book": "b",
                "format": "html",
                "path": "dist/b.html",
                "state": "stale",
                "reasons": ["text/01.md has changed"],
                "waits": None,
            },
        ],
        "errors": [],
    }


@pytest.mark.parametrize("command", ["list", "why", "graph"])
def test_what_makes_no_sense_is_an_error(say: Callable[..., Ended], command: str) -> None:
    ended = say(command, "nowhere")
    assert ended.code == errors.UnknownTarget.code
    assert "there is nothing called nowhere to build" in ended.err
    if command != "graph":
        assert json.loads(say(command, "nowhere", "--json").out)["errors"][0]["class"] == (
            "UnknownTarget"
        )


# --- why ---


def test_why_goes_down_to_the_chapter(here: Path, say: Callable[..., Ended]) -> None:
    text = "# One\n\nText of a.\n\n# Two\n\nAnother.\n\n# Three\n\nThird.\n"
    write(here, {"source/a/text/01.md": text})
    say("build", "-q", "a.html")
    write(here, {"source/a/text/01.md": text.replace("Another", "Other").replace("Three", "Four")})
    ended = say("why", "a.html", "b.html")
    assert ended.code == 0
    assert ended.out.splitlines() == [
        "dist/a.html: text/01.md has changed",
        "dist/a.html: the chapter “Two” has changed",
        "dist/a.html: the chapter “Four” is new",
        "dist/a.html: the chapter “Three” is gone",
        "dist/b.html is up to date",
    ]


def test_why_says_what_may_follow_from_others(here: Path, say: Callable[..., Ended]) -> None:
    said = say("why", "a.epub", "a.pdf").out.splitlines()
    assert said == [
        "dist/a.epub: if the pages of the PDF begin elsewhere",
        "dist/a.pdf: it is not built yet",
    ]


def test_why_of_a_book_that_cannot_be_read_says_the_rest(
    here: Path, say: Callable[..., Ended]
) -> None:
    write(here, {"source/a/text/01.md": "# One\n\n![No](picture.png)\n"})
    ended = say("why", "a.html")
    assert ended.out.splitlines() == ["dist/a.html: text/01.md has changed"]


# --- graph ---


def test_the_graph_is_drawn_by_graphviz(here: Path, say: Callable[..., Ended]) -> None:
    write(here, {"source/b/text/01.md": "# Two\n\nNew.\n", 'source/a/text/0"2\\.md': "# Odd\n"})
    ended = say("graph", "a.epub", "a.html", "b.html", "a.pdf")
    assert ended.code == 0
    for line in (
        '  "a.html" [shape=box, style=dashed];',
        '  "a/text/01.md" -> "a.html";',
        '  "a/book.toml" -> "a.html";',
        '  "book.html" [shape=component];',
        '  "book.html" -> "b.html";',
        '  "a.pdf" -> "a.epub" [label="page numbers"];',
    ):
        assert line in ended.out.splitlines()
    assert '"cover.svg" -> "b.html"' not in ended.out
    if shutil.which("dot") is None:
        pytest.skip("Graphviz is not installed")
    drawn = subprocess.run(["dot", "-Tplain"], input=ended.out.encode(), capture_output=True)
    assert (drawn.returncode, drawn.stderr) == (0, b"")
    edges = [line.split()[:3] for line in drawn.stdout.decode().splitlines()]
    assert ["edge", '"a.pdf"', '"a.epub"'] in edges
    svg = here / "drawn/graph.svg"
    ended = say("graph", "a.epub", "a.html", "--svg", str(svg))
    assert (ended.code, ended.out) == (0, f"{svg}\n")
    texts = set(etree.parse(svg).getroot().itertext())
    assert {"a.html", "a/text/01.md", 'a/text/0"2\\.md'} <= texts


def test_a_graph_is_not_drawn_without_graphviz(here: Path, say: Callable[..., Ended]) -> None:
    ended = say("graph", "a.html", "--svg", "graph.svg", PATH=str(here))
    assert ended.code == errors.MissingTool.code
    assert "Install Graphviz" in ended.err
    assert not (here / "graph.svg").exists()


# --- clean-up ---


def test_clean_up_removes_what_was_built_and_what_was_kept(
    here: Path, say: Callable[..., Ended]
) -> None:
    ended = say("clean-up")
    assert ended.code == 0
    assert ended.out.splitlines() == [
        "dist/a.epub",
        "dist/a.html",
        "dist/b.html",
        "kept/octavo",
    ]
    assert sorted(path.name for path in here.iterdir()) == ["kept", "source"]
    assert say("clean-up").out == ""


def test_clean_up_leaves_what_somebody_has_changed(here: Path, say: Callable[..., Ended]) -> None:
    (here / "dist/a.html").write_text("changed by hand")
    write(here, {"dist/notes.txt": "mine"})
    ended = say("clean-up", "--outputs")
    assert ended.out.splitlines() == ["dist/a.epub", "dist/b.html"]
    assert ended.err == "warning: dist/a.html was changed after it was built, and is left\n"
    assert sorted(path.name for path in (here / "dist").iterdir()) == ["a.html", "notes.txt"]
    assert (here / "kept/octavo").is_dir()


def test_clean_up_of_the_cache_leaves_the_outputs(here: Path, say: Callable[..., Ended]) -> None:
    before = files(here / "dist")
    assert say("clean-up", "--cache").out == "kept/octavo\n"
    assert files(here / "dist") == before
    assert not (here / "kept/octavo").exists()


def test_clean_up_as_json(here: Path, say: Callable[..., Ended]) -> None:
    (here / "dist/a.html").write_text("changed by hand")
    assert json.loads(say("clean-up", "--json").out) == {
        "removed": ["dist/a.epub", "dist/b.html", "kept/octavo"],
        "left": ["dist/a.html"],
        "errors": [],
    }


# --- nothing to do ---

HEAVY = (
    *("weasyprint", "ebooklib", "pikepdf", "pydantic", "jinja2", "lxml", "PIL", "fontTools"),
    *("multiprocessing", "pypandoc", "uharfbuzz", "octavo.chapters", "octavo.render"),
)
ASKING = f"""
import sys
sys.argv = ["octavo", *sys.argv[1:]]
from octavo import cli
try:
    cli.main()
finally:
    print("loaded:", *sorted({set(HEAVY)!r} & sys.modules.keys()), file=sys.stderr)
"""


@pytest.mark.parametrize("target", ["book", "file"])
@pytest.mark.parametrize("command", [("build",), ("build", "-n"), ("list",)])
def test_nothing_heavy_is_loaded_when_nothing_has_changed(
    tmp_path: Path, octavo: Command, target: str, command: tuple[str, ...]
) -> None:
    shelf(tmp_path, a='authors = ["Ada"]\ntheme = "modern"\n[pdf]\nfont_size = 11')
    write(tmp_path, {"note.md": "# A note\n\nShort.\n"})
    name = "a" if target == "book" else "note.md"
    assert octavo("build", "-q", name, "html").code == 0
    ended = subprocess.run(
        [sys.executable, "-c", ASKING, *command, name, "html"],
        cwd=tmp_path,
        env=environment(),
        capture_output=True,
        text=True,
        check=True,
    )
    assert ended.stderr.splitlines()[-1] == "loaded:"
