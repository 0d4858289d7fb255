"""`octavo watch`, for real: files are edited, and the page in a browser follows."""

import contextlib
import os
import queue
import re
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import pytest

from conftest import REQUIRED, Command, environment, left_over, shelf, write
from test_site import AXE, browser

__all__ = ["browser"]  # a fixture

PATIENCE = 120  # seconds
DOT = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><circle r="4"/></svg>'
LONG = "# One\n\n" + "".join(
    f"The keeper wrote the height of the water into book {number}, and went up to the lamp, and"
    " came down again when it was day.\n\n"
    for number in range(80)
)


class Watching:
    """A command that watches, with its lines as they come."""

    def __init__(self, process: "subprocess.Popen[str]"):
        self.process = process
        self.lines: list[str] = []  # of standard error
        self._heard: queue.SimpleQueue[str | None] = queue.SimpleQueue()
        self._reader = threading.Thread(target=self._read, args=(process.stderr,), daemon=True)
        self._reader.start()

    def _read(self, stream: IO[str]) -> None:
        for line in stream:
            self._heard.put(line.rstrip("\n"))
        self._heard.put(None)

    def address(self) -> str:
        assert self.process.stdout is not None
        return self.process.stdout.readline().strip()

    def says(self, pattern: str) -> str:
        """Wait for a line."""
        with contextlib.suppress(queue.Empty):
            while (line := self._heard.get(timeout=PATIENCE)) is not None:
                self.lines.append(line)
                if re.search(pattern, line):
                    return line
        raise AssertionError(f"it never said {pattern!r}:\n" + "\n".join(self.lines))

    def end(self, number: int) -> tuple[int, list[str]]:
        """Send it a signal; give its exit code and what it said that was not waited for."""
        os.killpg(self.process.pid, number)
        code = self.process.wait(timeout=30)
        rest = []
        while (line := self._heard.get(timeout=30)) is not None:
            rest.append(line)
        return code, rest


Watch = Callable[..., Watching]


@pytest.fixture
def watch(tmp_path: Path) -> Iterator[Watch]:
    """Start the command in the test's project, in a process group as a shell makes it."""
    begun = []
    scratch = tmp_path / "scratch"
    scratch.mkdir()

    def start(*argv: str, **env: str) -> Watching:
        process = subprocess.Popen(
            [sys.executable, "-m", "octavo", "watch", *argv],
            cwd=tmp_path / "project",
            env=environment(
                TMPDIR=str(scratch), XDG_CACHE_HOME=os.environ["XDG_CACHE_HOME"], **env
            ),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        begun.append(process)
        return Watching(process)

    yield start
    for process in begun:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A book, `a`, which is long enough to be scrolled."""
    root = shelf(tmp_path / "project", a="")
    return write(root, {"source/a/text/01.md": LONG})


@contextmanager
def looking(browser: Any, address: str, width: int = 1280, **said: Any) -> Iterator[Any]:
    """Open a page in which no script may fail, and which may ask nobody but its server."""
    context = browser.new_context(viewport={"width": width, "height": 700}, **said)
    context.set_default_timeout(PATIENCE * 1000)
    faults: list[str] = []
    tab = context.new_page()
    tab.on("pageerror", lambda error: faults.append(str(error)))
    known = ("503 (Service Unavailable)", "net::ERR_CONNECTION_REFUSED")  # it is not there yet
    tab.on("console", lambda said: said.text.endswith(known) or faults.append(said.text))
    tab.on(
        "request",
        lambda asked: asked.url.startswith((address, "data:")) or faults.append(asked.url),
    )
    tab.goto(address)
    yield tab
    context.close()
    assert faults == []


def alert(tab: Any) -> Any:
    return tab.locator("octavo-watch").get_by_role("alert")


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if path.name != ".octavo")


def edit(path: Path, before: str, after: str) -> None:
    """Change a file as an editor does: a new one takes the place of the old one."""
    text = path.read_text(encoding="utf-8")
    assert before in text
    draft = path.with_name(f".{path.name}.swp")
    draft.write_text(text.replace(before, after, 1), encoding="utf-8")
    draft.replace(path)


def test_an_edit_reaches_the_open_page(project: Path, watch: Watch, browser: Any) -> None:
    watching = watch()
    address = watching.address()
    with looking(browser, address) as tab:
        assert tab.url == f"{address}a.html"
        tab.get_by_text("into book 79,").wait_for()
        watching.says("^a built in")
        assert tab.locator("#_size").text_content() == "100 %", "its own script acts"
        place = tab.get_by_text("into book 40,")
        place.scroll_into_view_if_needed()
        before = place.bounding_box()
        tab.evaluate("document.body.dataset.old = 1")
        edit(project / "source/a/text/01.md", "# One\n", "# One\n\nA word **before**.\n\nMore.\n")
        tab.locator("strong", has_text="before").wait_for(state="attached")
        assert tab.evaluate("document.body.dataset.old") is None, "it was loaded anew"
        tab.wait_for_function("history.scrollRestoration === 'auto'")
        assert tab.get_by_text("into book 40,").bounding_box() == pytest.approx(before, abs=1)
        line = watching.says("built in")
        assert re.fullmatch(r"source/a/text/01\.md: a built in \d+\.\d s", line)
        assert alert(tab).count() == 0
    assert names(project / "dist") == ["a.html"], "HTML, unless formats are named"
    assert "octavo-watch" not in (project / "dist/a.html").read_text(encoding="utf-8")


def test_an_error_is_shown_and_goes_away(project: Path, watch: Watch, browser: Any) -> None:
    watching = watch()
    address = watching.address()
    watching.says("^a built in")
    with looking(browser, address) as tab:
        tab.get_by_text("into book 3,").wait_for()
        write(project, {"templates/parts/colophon.html": "<p>\n{% if %}\n</p>\n"})
        alert(tab).wait_for()
        watching.says("a failed in")
        told = watching.says("^error: ").removeprefix("error: ")
        assert "templates/parts/colophon.html:2" in told
        shown = alert(tab).get_by_role("group").locator("p")
        assert shown.all_text_contents() == [told]
        assert "the last good build" in (alert(tab).text_content() or "")
        assert tab.get_by_text("into book 3,").is_visible(), "the last good page is still there"

        write(project, {"templates/parts/colophon.html": "<p>\n{{ nonsense }}\n</p>\n"})
        shown.get_by_text("nonsense").wait_for()
        alert(tab).get_by_role("button", name="Hide").click()
        assert alert(tab).count() == 0
        write(project, {"templates/parts/colophon.html": "<p>{% endif %}</p>\n"})
        alert(tab).wait_for()  # another error is shown again

        write(project, {"templates/parts/colophon.html": "<p>Mended.</p>\n"})
        tab.get_by_text("Mended.").wait_for(state="attached")
        alert(tab).wait_for(state="detached")


def test_the_alert_is_accessible_and_fits(project: Path, watch: Watch, browser: Any) -> None:
    if not AXE.is_file():
        (pytest.fail if REQUIRED else pytest.skip)("axe is missing: run make test")
    write(project, {"source/a/book.toml": 'title = "a"\nlanguage = "ar"\n'})
    watching = watch()
    address = watching.address()
    watching.says("^a built in")
    write(project, {"source/a/book.toml": 'tilte = "a"\nlanguage = 7\n' + "x = 1\n" * 30})
    watching.says("^error: ")
    for scheme in ("light", "dark"):
        for width in (360, 1280):
            with looking(
                browser, address, width, color_scheme=scheme, reduced_motion="reduce"
            ) as tab:
                alert(tab).wait_for()
                assert axed(tab) == [], (scheme, width)
                box = alert(tab).bounding_box()
                assert (box["x"], box["width"]) == (0, width)
                assert box["height"] <= 0.6 * 700
                assert tab.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
                direction = "(each) => getComputedStyle(each).direction"
                assert alert(tab).evaluate(direction) == "ltr"
                assert tab.evaluate("document.getAnimations({subtree: true}).length") == 0


def axed(tab: Any) -> list[tuple[str, str]]:
    tab.evaluate(AXE.read_text(encoding="utf-8"))
    said = tab.evaluate("async () => (await axe.run(document)).violations")
    return [(each["id"], each["nodes"][0]["html"][:200]) for each in said]


def test_a_first_build_that_fails_is_shown_and_can_be_mended(
    project: Path, watch: Watch, browser: Any
) -> None:
    write(project, {"source/a/book.toml": 'title = "a\n'})
    watching = watch()
    address = watching.address()
    with looking(browser, address) as tab:
        alert(tab).wait_for()
        told = watching.says("^error: ").removeprefix("error: ")
        assert "source/a/book.toml:1" in told
        assert alert(tab).get_by_role("group").text_content() == told
        assert "last good build" not in (alert(tab).text_content() or "")
        tab.get_by_text("It is not built yet").wait_for()
        if AXE.is_file():
            assert axed(tab) == []
        write(project, {"source/a/book.toml": 'title = "a"\n'})
        tab.get_by_text("into book 3,").wait_for()
        assert alert(tab).count() == 0


def test_files_and_folders_come_and_go(project: Path, watch: Watch, browser: Any) -> None:
    book = write(project / "source/a", {"images/dot.svg": DOT})
    edit(book / "text/01.md", "# One\n", "# One\n\n![A dot](../images/dot.svg)\n")
    watching = watch()
    address = watching.address()
    with looking(browser, address) as tab:
        tab.get_by_role("img", name="A dot").wait_for()
        write(book, {"text/02.md": "# Two\n\nThe second.\n"})
        tab.get_by_text("The second.").wait_for()

        (book / "images/dot.svg").rename(book / "images/point.svg")
        alert(tab).get_by_text("dot.svg").wait_for()
        edit(book / "text/01.md", "dot.svg", "point.svg")
        alert(tab).wait_for(state="detached")

        (book / "images").rename(book / "pictures")
        alert(tab).get_by_text("point.svg").wait_for()
        edit(book / "text/01.md", "images/", "pictures/")
        alert(tab).wait_for(state="detached")

        book.rename(project / "aside")
        alert(tab).get_by_text("there are no books here").wait_for()
        edit(project / "aside/text/02.md", "second", "other second")
        (project / "aside").rename(book)
        tab.get_by_text("The other second.").wait_for()
        assert alert(tab).count() == 0

        shutil.rmtree(project / "source")
        alert(tab).get_by_text("there are no books here").wait_for()
        write(book, {"book.toml": 'title = "a"\n', "text/01.md": "# One\n\nAll anew.\n"})
        tab.get_by_text("All anew.").wait_for()
        alert(tab).wait_for(state="detached")
        edit(book / "text/01.md", "All anew", "Once more")
        tab.get_by_text("Once more.").wait_for()


def test_an_error_of_another_book_is_not_shown(project: Path, watch: Watch, browser: Any) -> None:
    shelf(project, b="")
    watching = watch()
    address = watching.address()
    watching.says("^a and b built in")
    with looking(browser, address) as tab:
        tab.get_by_role("link", name="b.html").wait_for()
        write(project, {"source/b/book.toml": 'tilte = "b"\n'})
        alert(tab).get_by_text('unknown key "tilte"').wait_for()  # the list shows all
        tab.get_by_role("link", name="a.html").click()
        tab.get_by_text("into book 3,").wait_for()
        edit(project / "source/a/text/01.md", "into book 3,", "into the third book,")
        tab.get_by_text("into the third book").wait_for()
        assert alert(tab).count() == 0
    changes = [line.split(":")[0] for line in watching.lines if " built in" in line]
    assert changes == ["a and b built in " + changes[0].split()[-2] + " s"]
    assert watching.says("source/a").startswith("source/a/text/01.md: a built in"), "and not b"


def test_what_is_built_is_what_was_asked_for(project: Path, watch: Watch) -> None:
    shelf(project, b="")
    watching = watch("a", "epub", "html", "--title", "Said", "-o", "out", "--no-serve")
    watching.says("^a built in")
    edit(project / "source/a/text/01.md", "# One", "# 1")
    watching.says("01.md: a built in")
    assert names(project / "out") == ["a.epub", "a.html"]
    assert "<title>Said</title>" in (project / "out/a.html").read_text(encoding="utf-8")
    code, rest = watching.end(signal.SIGINT)
    assert (code, rest) == (130, ["no longer watching"])
    assert watching.address() == "", "and there was none"


def test_a_lone_file_is_watched(project: Path, watch: Watch) -> None:
    write(project, {"note.md": "# A note\n\nIt is short.\n", "other.md": "# Another\n"})
    watching = watch("note.md", "--no-serve")
    watching.says("^note built in")
    edit(project / "other.md", "Another", "Other")
    edit(project / "note.md", "A note", "The note")
    assert watching.says("built in").startswith("note.md: note built in")
    assert "The note" in (project / "dist/note.html").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("number", "code", "said"),
    [
        (signal.SIGINT, 130, "no longer watching"),
        (signal.SIGTERM, 143, "error: told to end; the last good files are still there."),
    ],
)
def test_it_ends_cleanly(
    project: Path, watch: Watch, browser: Any, number: int, code: int, said: str
) -> None:
    watching = watch()
    address = watching.address()
    with looking(browser, address) as tab:
        tab.get_by_text("into book 3,").wait_for()  # and listens
        watching.says("watching for changes")
        assert watching.end(number) == (code, [said])
    assert [each for each in left_over(project) if not each.endswith("/.octavo")] == []
    assert not list((project.parent / "scratch").iterdir()), "the temporary files are gone"


def test_ctrl_c_while_it_builds(
    project: Path, watch: Watch, faulty_pandoc: str, tmp_path: Path
) -> None:
    write(project, {"source/a/text/01.md": "HANG-FOR-EVER"})
    watching = watch(PYTHONPATH=faulty_pandoc)
    watching.address()
    hangs = threading.Event()

    def look() -> None:
        while not hangs.is_set():
            for path in Path("/proc").glob("[0-9]*/cmdline"):
                try:
                    if b"987654" in path.read_bytes():
                        hangs.set()
                except OSError:
                    continue

    looker = threading.Thread(target=look, daemon=True)
    looker.start()
    assert hangs.wait(PATIENCE)
    assert watching.end(signal.SIGINT) == (130, ["no longer watching"])
    assert not list((tmp_path / "scratch").iterdir())


def test_a_slip_in_a_target_ends_it_at_once(octavo: Command, tmp_path: Path) -> None:
    shelf(tmp_path, handbook="")
    ended = octavo("watch", "handbok")
    assert (ended.code, ended.out) == (22, "")
    assert "did you mean handbook?" in ended.err
    assert octavo("watch", "none.md").code == 10
    assert octavo("watch", "--no-serve", "--port", "8000").code == 2
    assert octavo("watch", "-C", "none").code == 10


def test_a_port_that_is_taken_ends_it_at_once(project: Path, watch: Watch) -> None:
    port = watch().address().rstrip("/").rpartition(":")[2]
    second = watch("--port", port)
    assert second.says("^error: ").startswith(f"error: port {port} cannot be had: Address already")
    assert second.process.wait(timeout=30) == 21


def test_the_browser_is_opened(project: Path, watch: Watch, tmp_path: Path) -> None:
    seen = tmp_path / "seen"
    os.mkfifo(seen)
    write(tmp_path, {"show": f'#!/bin/sh\necho "$1" > {seen}\n'})
    (tmp_path / "show").chmod(0o755)
    watching = watch("--open", BROWSER=str(tmp_path / "show"))
    assert seen.read_text().strip() == watching.address()


def test_quiet_says_errors_only(project: Path, watch: Watch) -> None:
    watching = watch("-q", "--no-serve")
    edited = project / "source/a/book.toml"
    until_there = watch("--no-serve", "-o", "other")  # says when all is watched
    until_there.says("watching for changes")
    write(project, {"source/a/book.toml": "x"})
    assert "book.toml:1" in watching.says("error: ")
    assert watching.lines[-1].startswith("error: a: source/a/book.toml:1")
    assert all(line.startswith("error: ") for line in watching.lines)
    assert edited.is_file()
