"""The parts of `octavo watch`: which files matter, what they touch, what is sent and to whom."""

import asyncio
import contextlib
import http.client
import json
import shutil
import socket
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from conftest import shelf, write
from octavo import library
from octavo.build import Job, Report
from octavo.errors import InvalidSettings, MissingFile, OctavoError, ToolFailed, UnknownTarget
from octavo.model import Artifact, Overrides
from octavo.watch import Board, Changes, Ground, Lookout, Rebuilder
from octavo.watch.news import News
from octavo.watch.pages import dress
from octavo.watch.rebuilding import Round, touches
from octavo.watch.server import serving

POLICY = "script-src 'sha256-abc='; object-src 'none'; connect-src 'none'"
PAGE = (
    '<!DOCTYPE html>\n<html lang="en"><head>\n<meta charset="utf-8"/>\n'
    f'<meta http-equiv="Content-Security-Policy" content="{POLICY}"/>\n'
    "<title>A</title></head>\n<body><main><h1>A</h1></main></body></html>\n"
)


def planned(root: Path, *targets: str) -> tuple[Job, ...]:
    return library.plan(
        (*targets, "html"), root=root, output=root / "dist", overrides=Overrides(), when=None
    )


def ground(root: Path, *targets: str, output: str = "dist") -> Ground:
    made = Ground(root, root / output, root / ".cache")
    jobs = planned(root, *targets)
    made.add(replace(job, output=root / output) for job in jobs)
    return made


# --- which files matter ---


@pytest.mark.parametrize(
    ("name", "matters"),
    [
        ("source/a/text/01.md", True),
        ("source/a/book.toml", True),
        ("source/a/images/new/a.png", True),
        ("source/a/templates/style/print.css", True),
        ("source/a/text", True),
        ("source/a", True),
        ("source", True),
        ("source/new/book.toml", True),
        ("templates/book.html", True),
        ("templates", True),
        ("", False),  # the project's folder itself
        ("README.md", False),
        ("dist", False),
        ("dist/a.html", False),
        (".cache/octavo/x", False),
        ("source/a/text/.01.md.swp", False),
        ("source/a/text/01.md~", False),
        ("source/a/text/#01.md#", False),
        ("source/a/text/.#01.md", False),
        ("source/a/text/4913", False),
        ("source/a/text/~$one.docx", False),
        ("source/a/text/.~lock.one.odt#", False),
        ("source/a/text/01.md.tmp", False),
        ("source/a/text/01.md___jb_tmp___", False),
        ("source/a/.git/index", False),
        ("source/a/node_modules/x/y.js", False),
    ],
)
def test_what_matters(tmp_path: Path, name: str, matters: bool) -> None:
    assert ground(shelf(tmp_path, a="")).matters(tmp_path / name) is matters


def test_a_project_below_a_hidden_folder_is_watched(tmp_path: Path) -> None:
    root = shelf(tmp_path / ".hidden/project", a="")
    assert ground(root).matters(root / "source/a/text/01.md")


def test_results_beside_the_sources_do_not_matter(tmp_path: Path) -> None:
    book = shelf(tmp_path, a="") / "source/a"
    made = ground(book, output=".")
    assert made.matters(book / "text/01.md")
    assert made.matters(book / "other.html")
    for name in ("a.html", "a.site/index.html", ".octavo-draft-1.html"):
        assert not made.matters(book / name)


def test_of_a_lone_file_its_pictures_matter_and_no_neighbours(tmp_path: Path) -> None:
    write(tmp_path, {"a.md": "A", "b.md": "B", "images/a.png": "", "deep/er/a.png": ""})
    made = ground(tmp_path, "a.md")
    names = ("a.md", "a.png", "images/b.jpg", "templates/book.html")
    assert all(made.matters(tmp_path / name) for name in names)
    others = ("b.md", "images/notes.md", "deep/er/a.png", "dist/a.html", ".hidden/a.png")
    assert not any(made.matters(tmp_path / name) for name in others)
    assert made.folders() == {tmp_path, tmp_path / "images", tmp_path / "deep"}


def test_the_folders_are_those_that_can_hold_sources(tmp_path: Path) -> None:
    root = shelf(tmp_path, a="")
    for name in ("dist", ".cache/x", ".git/x", "source/a/.git/x", "source/a/node_modules/x", "lib"):
        (root / name).mkdir(parents=True)
    names = {str(path.relative_to(root)) for path in ground(root).folders()}
    assert names == {".", "source", "source/a", "source/a/text"}


def test_a_folder_that_is_gone_is_waited_for_where_it_will_appear(tmp_path: Path) -> None:
    root = shelf(tmp_path, a="")
    made = ground(root)
    shutil.rmtree(root / "source")
    assert made.folders() == {root}
    shelf(root, a="")
    assert root / "source/a/text" in made.folders()


# --- what a change touches ---


def test_a_change_touches_its_book_and_a_shared_template_all(tmp_path: Path) -> None:
    one, two = planned(shelf(tmp_path, a="", b=""))
    for name, touched in {
        "source/a/text/01.md": (True, False),
        "source/b": (False, True),
        "source": (True, True),
        "source/c/book.toml": (False, False),
        "templates/book.html": (True, True),
    }.items():
        change = {tmp_path / name}
        assert (touches(change, one, tmp_path), touches(change, two, tmp_path)) == touched, name


def test_a_lone_file_is_not_touched_by_another(tmp_path: Path) -> None:
    write(tmp_path, {"a.md": "A", "b.md": "B"})
    one, two = planned(tmp_path, "a.md", "b.md")
    assert touches({tmp_path / "a.md"}, one, tmp_path)
    assert not touches({tmp_path / "a.md"}, two, tmp_path)
    assert touches({tmp_path / "images/a.png"}, two, tmp_path)


class Builds:
    """Plans for real, and says what it was to build."""

    def __init__(self, root: Path):
        self.built: list[list[str]] = []
        self.rebuilder = Rebuilder(root, lambda: planned(root), self.run)

    def run(self, jobs: tuple[Job, ...]) -> tuple[Report, ...]:
        self.built.append([job.name for job in jobs])
        return tuple(Report(job) for job in jobs)


def test_what_is_new_or_touched_is_built(tmp_path: Path) -> None:
    builds = Builds(shelf(tmp_path, a="", b=""))
    builds.rebuilder.rebuild()
    builds.rebuilder.rebuild({tmp_path / "source/b/text/01.md"})
    shelf(tmp_path, c="")
    round_ = builds.rebuilder.rebuild({tmp_path / "source/c"})
    shutil.rmtree(tmp_path / "source/b")
    builds.rebuilder.rebuild({tmp_path / "source/b"})
    shelf(tmp_path, b="")
    builds.rebuilder.rebuild({tmp_path / "source/b/book.toml"})
    assert builds.built == [["a", "b"], ["b"], ["c"], [], ["b"]]
    assert round_.changes == (tmp_path / "source/c",)
    assert [job.name for job in round_.jobs] == ["a", "b", "c"]


def test_changes_wait_for_a_plan_that_works(tmp_path: Path) -> None:
    builds = Builds(shelf(tmp_path, a="", b="", c=""))
    builds.rebuilder.rebuild()
    write(tmp_path, {"source/b/book.toml": 'title = "b"\nname = "a"\n'})
    failed = builds.rebuilder.rebuild({tmp_path / "source/b/book.toml"})
    assert "two books are called a" in str(failed.fault)
    write(tmp_path, {"source/b/book.toml": 'title = "b"\n'})
    mended = builds.rebuilder.rebuild({tmp_path / "source/c/text/01.md"})
    assert mended.fault is None
    assert builds.built == [["a", "b", "c"], ["b", "c"]]


def test_a_fault_of_ours_is_told_and_does_not_end_it(tmp_path: Path) -> None:
    def plan() -> tuple[Job, ...]:
        raise FileNotFoundError("a folder went away")

    fault = Rebuilder(tmp_path, plan, lambda _: ()).rebuild({tmp_path / "a"}).fault
    assert "a fault of Octavo, not of the book: FileNotFoundError" in str(fault)
    assert "Traceback" in fault.trace  # type: ignore[union-attr]


# --- waiting for changes ---


@contextlib.contextmanager
def watched(*folders: Path) -> Iterator[Lookout]:
    with contextlib.closing(Lookout()) as lookout:
        lookout.watch(lambda: frozenset(folders))
        yield lookout


def until(lookout: Lookout, path: Path) -> Changes:
    """All that is heard until this has changed."""
    heard: Changes = frozenset()
    while path not in heard:
        heard |= lookout.changes()
    return heard


def test_files_saved_close_together_are_one_change(tmp_path: Path) -> None:
    with watched(tmp_path) as lookout:
        paths = {tmp_path / f"{number}.md" for number in range(40)}
        for path in paths:
            path.write_text("x")
        assert lookout.changes() == paths


def test_a_change_while_others_work_is_not_lost(tmp_path: Path) -> None:
    with watched(tmp_path) as lookout:
        (tmp_path / "a.md").write_text("x")
        assert lookout.changes() == {tmp_path / "a.md"}
        (tmp_path / "b.md").write_text("x")  # as if a build went on
        (tmp_path / "b.md").rename(tmp_path / "c.md")
        assert {tmp_path / "c.md"} <= until(lookout, tmp_path / "c.md")


def test_a_folder_that_is_new_is_watched_when_it_was_told(tmp_path: Path) -> None:
    with watched(tmp_path) as lookout:
        (tmp_path / "new").mkdir()
        assert lookout.changes() == {tmp_path / "new"}
        lookout.watch(lambda: frozenset({tmp_path, tmp_path / "new"}))
        (tmp_path / "new/a.md").write_text("x")
        assert until(lookout, tmp_path / "new/a.md") == {tmp_path / "new/a.md"}


def test_a_folder_that_comes_back_is_watched_again(tmp_path: Path) -> None:
    folder = write(tmp_path / "a", {"1.md": "x"})
    with watched(tmp_path, folder) as lookout:
        shutil.rmtree(folder)
        write(folder, {"1.md": "x"})
        assert folder in lookout.changes()
        lookout.watch(lambda: frozenset({tmp_path, folder}))
        (folder / "2.md").write_text("x")
        until(lookout, folder / "2.md")


def test_what_is_heard_while_the_folders_change_is_told(tmp_path: Path) -> None:
    (tmp_path / "new").mkdir()
    with watched(tmp_path) as lookout:
        for number in range(5):
            (tmp_path / f"{number}.md").write_text("x")
            lookout.watch(lambda: frozenset({tmp_path, tmp_path / "new"}))
            lookout.watch(lambda: frozenset({tmp_path}))
            until(lookout, tmp_path / f"{number}.md")


def test_what_the_system_refuses_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise OSError("OS file watch limit reached")

    monkeypatch.setattr("octavo.watch.lookout.RustNotify", refuse)
    with pytest.raises(ToolFailed, match=r"the 1 folders .* cannot be watched: OS file watch"):
        Lookout().watch(lambda: frozenset({tmp_path}))


def test_a_folder_that_goes_away_meanwhile_is_left_out(tmp_path: Path) -> None:
    asked = []

    def folders() -> frozenset[Path]:
        asked.append(1)
        return frozenset({tmp_path, *([tmp_path / "gone"] if len(asked) == 1 else [])})

    with contextlib.closing(Lookout()) as lookout:
        lookout.watch(folders)
        assert len(asked) == 2
        (tmp_path / "a.md").write_text("x")
        assert lookout.changes() == {tmp_path / "a.md"}


def test_nothing_is_left_listening(tmp_path: Path) -> None:
    before = set(threading.enumerate())
    with watched(tmp_path) as lookout:
        assert len(set(threading.enumerate()) - before) == 1
        (tmp_path / "new").mkdir()
        lookout.watch(lambda: frozenset({tmp_path, tmp_path / "new"}))
    assert not set(threading.enumerate()) - before


# --- the news ---


def job(name: str, *formats: str) -> Job:
    folder = Path("/project/source") / name
    settings: Any = object()
    return Job(name, folder, (), settings, Overrides(), (), Path("/project/dist"), formats, None)  # type: ignore[arg-type]


def built(name: str, sum_: str, error: OctavoError | None = None) -> Report:
    path = Path("/project/dist") / f"{name}.html"
    made = () if error else (Artifact("html", path, sum_, 1, None),)
    return Report(job(name, "html"), made, errors=(error,) if error else ())


def test_news_tell_a_page_what_is_wrong_with_its_book() -> None:
    jobs, error = (job("a", "html"), job("b", "html", "epub")), MissingFile("x")
    news = News().after(
        Round((), jobs, (built("a", "1"), built("b", "", error))), {"b": "error of b"}
    )
    assert dict(news.sums) == {"a.html": "1"}
    assert list(news.outputs) == ["a.html", "b.html", "b.epub"]
    assert news.wrong("a.html") == []
    assert news.wrong("b.html") == news.wrong("") == news.wrong("other.html") == ["error of b"]

    news = news.after(Round((), jobs, (built("a", "2"),)), {})
    assert (news.sums["a.html"], news.wrong("b.html"), news.round) == ("2", ["error of b"], 2)

    news = news.after(Round((), jobs, fault=error), {"": "error of all"})
    assert news.wrong("a.html") == ["error of all"]
    assert news.wrong("b.html") == ["error of b", "error of all"]

    news = news.after(Round((), jobs, (built("b", "3"),)), {})
    assert news.wrong("") == []

    news = news.after(Round((), jobs, (built("b", "", error),)), {"b": "again"})
    assert news.after(Round((), jobs[:1]), {}).wrong("") == [], "the book is gone"


def test_whoever_reads_gets_all_news_and_an_end() -> None:
    board, seen, heard = Board(), [], threading.Event()

    async def read() -> None:
        async for news in board.reading():
            seen.append(news.round)
            heard.set()

    reader = threading.Thread(target=lambda: asyncio.run(read()))
    reader.start()
    for number in (1, 2):
        assert heard.wait(60)
        heard.clear()
        board.post(News(round=number))
    assert heard.wait(60)
    board.close()
    reader.join(60)
    assert seen == [0, 1, 2]


# --- the pages ---


def dressed(policy: str | None, **said: Any) -> tuple[bytes, tuple[str, ...]]:
    page = PAGE.replace(POLICY, policy) if policy is not None else PAGE.replace("http-equiv", "x")
    found = dress(page.encode(), "a.html", News(sums={"a.html": "1"}), "http://x", **said)
    return found.data, found.policies


def test_a_page_gets_the_script_and_is_else_as_it_was() -> None:
    data, (policy,) = dressed(POLICY)
    before, _, rest = data.partition(b'<head><script data-output="a.html" data-style="')
    assert before == b'<!DOCTYPE html>\n<html lang="en">'
    whole = before + b"<head>" + rest.partition(b"</script>")[2]
    meta = f'<meta http-equiv="Content-Security-Policy" content="{POLICY}"/>'
    assert whole.decode() == PAGE.replace(meta, "")
    assert b' data-sum="1">' in data
    rules = dict(each.split(maxsplit=1) for each in policy.split("; "))
    own = rules["script-src"].removeprefix("'sha256-abc=' ")
    assert own.startswith("'sha256-") and " " not in own
    assert rules["connect-src"] == "http://x/_octavo/events"
    assert rules["object-src"] == "'none'"


@pytest.mark.parametrize(
    ("policy", "sent"),
    [
        ("default-src 'self'", "default-src 'self'; script-src 'self' {0}; connect-src 'self' {1}"),
        ("script-src 'none'", "script-src {0}"),
        ("script-src 'none'; script-src *", "script-src {0}"),
        ("img-src 'none'", "img-src 'none'"),
        ("SCRIPT-SRC 'Nonce-a'", "script-src 'Nonce-a' {0}"),
        ("script-src 'unsafe-inline'", "script-src 'unsafe-inline'"),
        ("script-src 'none'; script-src-elem 'sha256-a='", None),
        ("", ""),
    ],
)
def test_any_policy_lets_the_script_act_and_nothing_else(policy: str, sent: str | None) -> None:
    own = dressed("script-src 'none'")[1][0].removeprefix("script-src ")
    wanted = sent if sent is not None else "script-src 'none'; script-src-elem 'sha256-a=' {0}"
    assert dressed(policy)[1] == (wanted.format(own, "http://x/_octavo/events"),)


def test_a_page_without_a_policy_gets_a_strict_one() -> None:
    (policy,) = dressed(None)[1]
    own = dressed("script-src 'none'")[1][0]
    assert policy.startswith(f"{own}; object-src 'none'; ")


def test_a_page_that_is_hardly_one_is_dressed_all_the_same() -> None:
    found = dress(b"Hello", "a.html", News(), "http://x")
    assert found.data.startswith(b"<script ") and found.data.endswith(b"</script>Hello")


# --- the server ---

Ask = Callable[..., http.client.HTTPResponse]


@pytest.fixture
def board() -> Board:
    return Board()


@pytest.fixture
def ask(tmp_path: Path, board: Board) -> Iterator[Ask]:
    """Ask the server of the folder `dist`."""
    with serving(tmp_path / "dist", board, None) as address:
        port = int(address.rstrip("/").rpartition(":")[2])
        opened = []

        def get(path: str, method: str = "GET", **headers: str) -> http.client.HTTPResponse:
            line = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
            opened.append(line)
            line.request(method, path, headers={"Host": f"127.0.0.1:{port}", **headers})
            return line.getresponse()

        yield get
        for line in opened:
            line.close()


def test_a_page_is_sent_dressed_and_the_file_stays(tmp_path: Path, ask: Ask) -> None:
    write(tmp_path / "dist", {"a.html": PAGE})
    answer = ask("/a.html")
    assert answer.status == 200
    assert b"<script data-output=" in answer.read()
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "'sha256-abc='" in answer.headers["Content-Security-Policy"]
    assert (tmp_path / "dist/a.html").read_text() == PAGE


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("127.0.0.1:80", 200),
        ("localhost", 200),
        ("evil.example", 400),
        ("127.0.0.1.evil.example", 400),
        ("localhost.evil.example:8000", 400),
        ("192.168.0.1", 400),
        ("", 400),
    ],
)
@pytest.mark.parametrize("path", ["/a.html", "/a.pdf"])
def test_other_hosts_are_refused(
    tmp_path: Path, ask: Ask, host: str, status: int, path: str
) -> None:
    write(tmp_path / "dist", {"a.html": PAGE, "a.pdf": "a draft"})
    answer = ask(path, Host=host)
    assert answer.status == status
    assert (b"draft" in answer.read() or path == "/a.html") == (status == 200) or path == "/a.html"


def test_the_events_are_refused_to_other_hosts_too(ask: Ask) -> None:
    assert ask("/_octavo/events", Host="evil.example").status == 400


def test_only_the_files_of_the_folder_are_sent(tmp_path: Path, ask: Ask) -> None:
    dist = write(tmp_path / "dist", {"a.html": PAGE, ".hidden": "no", ".b/c.txt": "no"})
    write(tmp_path, {"secret.txt": "no", "out/index.html": "no"})
    (dist / "link.txt").symlink_to(tmp_path / "secret.txt")
    (dist / "link.site").symlink_to(tmp_path / "out")
    (dist / "ring").symlink_to("ring")
    write(dist / "c.site", {"x.txt": ""})
    (dist / "c.site/index.html").symlink_to(tmp_path / "out/index.html")
    for path in (
        "/.hidden",
        "/.b/c.txt",
        "/../secret.txt",
        "/%2e%2e/secret.txt",
        "/..%2fsecret.txt",
        f"/{tmp_path}/secret.txt",
        f"/%2f{tmp_path}/secret.txt",
        "/link.txt",
        "/link.site/",
        "/c.site/",
        "/c.site",
        "/ring",
        "/a%00.html",
        "/a.html/x",
        "//a.html",
        "/none.html",
    ):
        answer = ask(path)
        said = answer.read()
        assert answer.status == 404, path
        assert b">no<" not in said and not said.startswith(b"no"), path


def test_other_files_are_sent_as_they_are(tmp_path: Path, ask: Ask) -> None:
    names = {"a.pdf": "application/pdf", "s.site/images/a.svg": "image/svg+xml", "x.exe": None}
    write(tmp_path / "dist", dict.fromkeys(names, "as it is"))
    for name, kind in names.items():
        answer = ask(f"/{name}")
        assert answer.read() == b"as it is"
        assert answer.headers["Content-Type"] == (kind or "application/octet-stream")
        assert answer.headers["Content-Security-Policy"] == "script-src 'none'"
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin"


def test_nothing_can_be_sent_to_it(ask: Ask) -> None:
    assert [ask("/a.html", method=each).status for each in ("POST", "PUT", "DELETE")] == [405] * 3


def test_a_site_is_its_front_page(tmp_path: Path, ask: Ask, board: Board) -> None:
    write(tmp_path / "dist", {"a.site/index.html": PAGE, "a.site/one.html": PAGE})
    board.post(News(outputs={"a.site": "a"}, sums={"a.site": "7"}))
    assert ask("/").headers["Location"] == "/a.site/"
    assert ask("/a.site").headers["Location"] == "/a.site/"
    for path in ("/a.site/", "/a.site/index.html", "/a.site/one.html"):
        said = ask(path).read()
        assert b'data-output="a.site"' in said and b'data-sum="7"' in said


def test_one_book_is_shown_at_once_and_several_are_listed(
    tmp_path: Path, ask: Ask, board: Board
) -> None:
    write(tmp_path / "dist", {"a.html": PAGE, "a.epub": "", "b c&d.html": PAGE})
    board.post(News(outputs={"a.html": "a", "a.epub": "a"}))
    assert ask("/").headers["Location"] == "/a.html"
    board.post(News(outputs={"a.html": "a", "a.epub": "a", "b c&d.html": "b", "e.html": "e"}))
    said = ask("/").read()
    assert b'<li><a href="/a.html">a.html</a><li><a href="/a.epub">a.epub</a>' in said
    assert b'<a href="/b%20c%26d.html">b c&amp;d.html</a></ul>' in said, "and no e.html"
    assert b'data-round="0"' in said


def test_what_is_still_to_come_is_told_apart(ask: Ask, board: Board) -> None:
    board.post(News(outputs={"a.html": "a"}, round=3))
    answer = ask("/a.html")
    assert (answer.status, b"not built yet" in (said := answer.read())) == (503, True)
    assert b'data-round="3"' in said
    answer = ask("/<i>.html")
    assert answer.status == 404
    assert b"<p>&lt;i&gt;.html</p>" in answer.read()


def test_the_news_come_as_events(ask: Ask, board: Board) -> None:
    board.post(News({"a.html": "a", "b.html": "b"}, {"a.html": "7"}, {"b": "broken"}, 4))
    answer = ask("/_octavo/events?output=a.html")
    assert answer.headers["Content-Type"] == "text/event-stream; charset=utf-8"
    assert answer.readline() == b"retry: 500\n"
    assert event(answer) == {"sum": "7", "round": 4, "errors": []}
    assert event(ask("/_octavo/events?output=b.html"))["errors"] == ["broken"]
    board.post(News({"a.html": "a"}, {"a.html": "8"}, {"a": "a line\nand another"}, 5))
    assert event(answer) == {"sum": "8", "round": 5, "errors": ["a line\nand another"]}
    board.close()
    assert answer.read() == b"", "it ends"


def event(answer: http.client.HTTPResponse) -> dict[str, Any]:
    while not (line := answer.readline()).startswith(b"data: "):
        assert line, "it has ended"
    assert answer.readline() == b"\n"
    return dict(json.loads(line.removeprefix(b"data: ")))


def test_a_port_that_is_taken_is_refused(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        wanted = f"port {port} cannot be had: Address already in use"
        with pytest.raises(InvalidSettings, match=wanted), serving(tmp_path, Board(), port):
            pass


def test_it_listens_on_this_machine_alone(tmp_path: Path) -> None:
    with serving(tmp_path, Board(), None) as address:
        port = int(address.rstrip("/").rpartition(":")[2])
        assert address == f"http://127.0.0.1:{port}/"
        lines = Path("/proc/net/tcp").read_text() + Path("/proc/net/tcp6").read_text()
        local = [line.split()[1] for line in lines.splitlines() if line.split()[3] == "0A"]
        assert [each for each in local if each.endswith(f":{port:04X}")] == [f"0100007F:{port:04X}"]


def test_an_unknown_target_is_refused_by_the_plan(tmp_path: Path) -> None:
    with pytest.raises(UnknownTarget):
        planned(shelf(tmp_path, a=""), "b")
