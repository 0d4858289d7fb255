"""What is shown while books are built, what is said of them in the end, and the trace."""

import io
import json
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from rich.console import Console

from conftest import Command, shelf, write
from octavo import library
from octavo.build import Job, Report, Step
from octavo.cli import figures, speech, summary
from octavo.cli.board import Board
from octavo.cli.progress import progress
from octavo.cli.trace import Trace, traced
from octavo.errors import EmptyFile
from octavo.model import Artifact, Overrides
from octavo.timing import Span, now, since, timed


def job(name: str, folder: Path = Path("/books")) -> Job:
    return Job(
        name=name,
        folder=folder,
        texts=(),
        settings=None,
        overrides=Overrides(),
        templates=(),
        output=folder / "dist",
        formats=("epub", "pdf"),
        when=None,
    )


def span(begun: float, ended: float, process: int = 1, thread: int = 1) -> Span:
    return Span(begun, ended, process, thread)


# --- the board ---


@dataclass
class Scene:
    """A board, and the clock by which it is drawn."""

    work: dict[str, float]
    time: float = 100.0
    board: Board = field(init=False)

    def __post_init__(self) -> None:
        self.board = Board(self.work, lambda: self.time)

    def drawn(self, width: int, height: int = 24, *, plain: bool = False) -> list[str]:
        lines = [line.plain for line in self.board.lines(width, height, plain=plain)]
        assert all(len(line) <= width for line in lines)
        assert len(lines) <= height
        return [line.rstrip() for line in lines]

    def hear(self, *steps: Step) -> None:
        for each in steps:
            self.board.hear(each)


def one() -> Scene:
    scene = Scene({"harbour": 1.0})
    scene.hear(Step("harbour", "text", "text/01.md"))
    return scene


def test_a_book_is_a_row_with_what_is_being_done() -> None:
    scene = one()
    scene.hear(Step("harbour", "convert", "text/02-quay.md", number=1, of=4))
    scene.time += 7.9
    bar = "━━━━────────────"
    assert scene.drawn(80) == [
        f"harbour  converting 02-quay.md                   {bar}   1 of 4  0:07",
    ]
    assert "  ====------------   1 of 4" in scene.drawn(80, plain=True)[0]
    assert scene.drawn(60) == ["harbour  converting 02-quay.md                  1 of 4  0:07"]
    assert scene.drawn(40) == ["harbour  converting 02-quay.md      0:07"]
    assert scene.drawn(24) == ["harbour  converti…  0:07"]


def test_the_chapters_that_are_laid_out_are_counted() -> None:
    scene = one()
    scene.hear(
        Step("harbour", "make", "pdf"),
        Step("harbour", "render", "pdf"),
        Step("harbour", "render", "pdf", span(0, 1)),
        Step("harbour", "write", "pdf"),
    )
    assert scene.drawn(60) == ["harbour  pdf: laying out                                0:00"]
    scene.hear(Step("harbour", "set", "The\nHarbour\x1b[2J", span(0, 1), 7, 18))
    assert scene.drawn(60) == ["harbour  pdf: “The Harbour\\x1b[2J”             7 of 18  0:00"]
    scene.hear(Step("harbour", "check", "pdf"))
    assert scene.drawn(60) == ["harbour  pdf: checking                                  0:00"]


def many(number: int, busy: int, finished: int) -> Scene:
    names = [f"book-{at:03}" for at in range(number)]
    scene = Scene(dict.fromkeys(names, 1.0))
    scene.hear(*(Step(name, "read", "a.md", of=1) for name in names[:finished]))
    scene.hear(*(Step(name, "done") for name in names[:finished]))
    scene.hear(*(Step(n, "read", "a.md", of=1) for n in names[finished : finished + busy]))
    return scene


def test_many_books_are_a_bar_with_an_estimate_and_those_in_work() -> None:
    scene = many(50, busy=2, finished=10)
    scene.time += 20
    assert scene.drawn(80) == [
        "10 of 50 books  ━━━━━━━━─────────────────────────────────  about 1:20 left  0:20"
    ] + [f"book-{at}  reading a.md{' ' * 54}0:20" for at in ("010", "011")]
    assert scene.drawn(40) == [
        "10 of 50 books, about 1:20 left     0:20",
        "book-010  reading a.md              0:20",
        "book-011  reading a.md              0:20",
    ]


def test_one_finished_book_is_no_ground_for_an_estimate() -> None:
    assert "left" not in many(50, busy=2, finished=1).drawn(80)[0]
    assert "left" in many(50, busy=2, finished=2).drawn(80)[0]


def test_what_is_long_weighs_more_in_the_estimate() -> None:
    scene = Scene({"long": 8.0, "a": 1.0, "b": 1.0})
    scene.hear(Step("a", "done"), Step("b", "done"))
    scene.time += 10
    assert "about 0:40 left" in scene.drawn(80)[0]


@pytest.mark.parametrize("height", [1, 2, 3, 5, 24])
@pytest.mark.parametrize("width", [1, 9, 20, 47, 48, 71, 72, 200])
def test_a_thousand_books_stay_within_the_screen(width: int, height: int) -> None:
    scene = many(1000, busy=64, finished=3)
    lines = scene.drawn(width, height)
    assert len(lines) == height or height == 1
    if height == 5 and width == 200:
        assert [line.split()[0] for line in lines] == "3 book-003 book-004 book-005 and".split()
        assert lines[-1] == "and 61 more"


def test_wide_letters_are_counted_by_their_columns() -> None:
    scene = Scene({"港": 1.0})
    scene.hear(Step("港", "set", "港と船と灯台と波と風と", span(0, 1), 1, 3))
    (line,) = scene.board.lines(40, 5)
    assert line.cell_len == 40


# --- the display ---


def terminal(width: int, **more: object) -> Console:
    return Console(
        file=io.StringIO(),
        force_terminal=True,
        width=width,
        height=20,
        highlight=False,
        soft_wrap=True,
        emoji=False,
        color_system=None,
        _environ={"TERM": "xterm"},
        **more,  # type: ignore[arg-type]
    )


def said(out: Console) -> str:
    assert isinstance(out.file, io.StringIO)
    return out.file.getvalue()


def screen(written: str) -> list[str]:
    """What a terminal shows in the end of what was written to it: its lines, as far as needed."""
    lines, row, at = [""], 0, 0
    while at < len(written):
        char = written[at]
        at += 1
        if char == "\x1b":
            end = next(i for i in range(at + 1, len(written)) if written[i].isalpha())
            number, word = written[at + 1 : end], written[end]
            at = end + 1
            if word == "A":
                row -= int(number or 1)
            elif word == "K":
                lines[row] = ""
        elif char == "\n":
            row += 1
            lines += [""] * (row + 1 - len(lines))
        elif char != "\r":
            lines[row] += char
    return lines


def test_nothing_is_left_of_the_display() -> None:
    out = terminal(60)
    with progress(out, speech.Manner(), (job("a"), job("b"))) as show:
        show(Step("a", "read", "01.md", of=1))
        show(Step("b", "read", "01.md", of=1))
        show(Step("a", "done"))
    assert "0 of 2 books" in said(out)
    assert "a  reading 01.md" in said(out)
    assert [line for line in screen(said(out)) if line] == []
    assert said(out).rindex("\x1b[?25h") > said(out).rindex("\x1b[?25l"), "the cursor is back"


def test_the_display_does_not_open_when_all_is_up_to_date() -> None:
    out = terminal(60)
    with progress(out, speech.Manner(), (job("a"), job("b"))) as show:
        show(Step("a", "done", kept=True))
        show(Step("b", "done", kept=True))
    assert said(out) == ""


def test_books_that_are_up_to_date_are_not_counted() -> None:
    out = terminal(60)
    with progress(out, speech.Manner(), tuple(map(job, "abc"))) as show:
        show(Step("b", "done", kept=True))
        show(Step("a", "read", "01.md"))
    assert "0 of 2 books" in said(out)


def test_elsewhere_a_line_says_that_a_book_is_finished() -> None:
    out = Console(file=io.StringIO(), width=80, soft_wrap=True)
    with progress(out, speech.Manner(), tuple(map(job, "abcd"))) as show:
        show(Step("d", "done", kept=True))
        show(Step("a", "read", "01.md"))
        show(Step("b", "read", "01.md"))
        show(Step("b", "done", took=span(3, 4.26)))
        show(Step("a", "done", took=span(0, 125), failed=True))
        show(Step("c", "done", failed=True))
    assert said(out) == "b: finished in 1.3 s\na: failed after 2:05\nc: failed\n"


def test_a_dumb_terminal_gets_lines() -> None:
    out = terminal(60)
    out._environ = {"TERM": "dumb"}
    with progress(out, speech.Manner(), (job("a"),)) as show:
        show(Step("a", "read", "01.md"))
        show(Step("a", "done", took=span(0, 1)))
    assert said(out) == "a: finished in 1.0 s\n"


# --- the table ---


def report(name: str, *artifacts: Artifact, folder: Path = Path("/books")) -> Report:
    return Report(job(name, folder), tuple(artifacts))


def made(name: str, seconds: float, size: int = 34_600, pages: int | None = None) -> Artifact:
    format_ = "pdf" if pages else "epub"
    path = Path("/books/dist") / f"{name}.{format_}"
    return Artifact(format_, path, "ab" * 32, size, pages, seconds=seconds)


def kept(name: str, pages: int | None = None) -> Artifact:
    return replace(made(name, 0.0, pages=pages), kept=True)


def table(
    *reports: Report, width: int | None = None, verbose: bool = False, seconds: float = 14.24
) -> str:
    out = terminal(width) if width else Console(file=io.StringIO(), width=20, soft_wrap=True)
    manner = speech.Manner(verbose=verbose)
    summary.tell_outputs(reports, manner, Path("/books"), out, seconds)
    return said(out)


SOME = (
    report("harbour", made("harbour", 1.24), made("harbour", 95.3, pages=1182)),
    report("salt", kept("salt", pages=1)),
)


def test_the_table_says_what_was_built() -> None:
    assert table(*SOME) == (
        "dist/harbour.epub        35 kB  1.2 s  built\n"
        "dist/harbour.pdf   1,182 pages   1:35  built\n"
        "dist/salt.pdf           1 page         up to date\n"
        "2 outputs built, 1 up to date, in 14.2 s\n"
    )


def test_one_output_needs_no_sum() -> None:
    assert table(report("a", made("a", 0.5, 812))) == "dist/a.epub  812 bytes  0.5 s  built\n"


def test_on_a_narrow_terminal_folders_go_first() -> None:
    assert table(*SOME, width=80) == table(*SOME)
    assert table(*SOME, width=48).startswith(
        "harbour.epub        35 kB  1.2 s  built\nharbour.pdf   1,182 pages   1:35  built\n"
    )


def test_on_a_very_narrow_one_each_output_has_two_lines() -> None:
    assert table(*SOME, width=40) == (
        "harbour.epub\n"
        "  35 kB, 1.2 s, built\n"
        "harbour.pdf\n"
        "  1,182 pages, 1:35, built\n"
        "salt.pdf\n"
        "  1 page, up to date\n"
        "2 outputs built, 1 up to date, in 14.2 s\n"
    )


@pytest.mark.parametrize(("number", "line"), [(1, "1 output"), (3, "3 outputs")])
def test_when_all_is_up_to_date_that_is_one_line(number: int, line: str) -> None:
    reports = [report(f"b{at}", kept(f"b{at}")) for at in range(number)]
    assert table(*reports) == f"{line} up to date\n"


def test_nothing_is_said_of_nothing() -> None:
    assert table(report("a")) == ""


def test_a_long_list_is_cut_to_what_was_built() -> None:
    reports = [report(f"b{at}", kept(f"b{at}")) for at in range(1200)]
    assert table(*reports, *SOME) == (
        "dist/harbour.epub        35 kB  1.2 s  built\n"
        "dist/harbour.pdf   1,182 pages   1:35  built\n"
        "2 outputs built, 1,201 up to date, in 14.2 s\n"
    )
    assert table(*reports, *SOME, verbose=True).count("\n") == 1204


def test_a_very_long_one_to_what_took_longest() -> None:
    reports = [report(f"b{at:02}", made(f"b{at:02}", at % 25 / 10)) for at in range(50)]
    lines = table(*reports).splitlines()
    assert lines[0] == "What took longest of 50 outputs:"
    assert lines[1] == "dist/b20.epub  35 kB  2.0 s  built"
    assert [line[6:8] for line in lines[1:-1]] == [
        *("20", "21", "22", "23", "24"),
        *("45", "46", "47", "48", "49"),
    ]
    assert lines[-1] == "50 outputs built, in 14.2 s"
    assert table(*reports, verbose=True).count(" built\n") == 50


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [(0.0, "0.0 s"), (59.94, "59.9 s"), (59.96, "1:00"), (125.6, "2:06"), (3725, "1:02:05")],
)
def test_durations(seconds: float, shown: str) -> None:
    assert figures.duration(seconds) == shown


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        *((0, "0 bytes"), (1, "1 byte"), (999, "999 bytes"), (1000, "1.0 kB"), (9_949, "9.9 kB")),
        *((9_951, "10 kB"), (999_499, "999 kB"), (999_500, "1.0 MB"), (12_400_000, "12 MB")),
        (3_210_000_000, "3.2 GB"),
    ],
)
def test_sizes(number: int, shown: str) -> None:
    assert figures.size(number) == shown


# --- the trace ---


def slices(document: dict[str, object]) -> list[dict[str, object]]:
    events = document["traceEvents"]
    assert isinstance(events, list)
    return [each for each in events if each["ph"] == "X"]


def hold(document: dict[str, object]) -> None:
    """Hold a trace against the format: the types of what is in it, and the nesting of slices."""
    events = document["traceEvents"]
    assert isinstance(events, list)
    named = set()
    for each in events:
        assert each["ph"] in "XM"
        assert isinstance(each["pid"], int)
        assert isinstance(each["tid"], int)
        assert isinstance(each["name"], str)
        assert each["name"]
        if each["ph"] == "M":
            (value,) = each["args"].values()
            kinds = {"process_name": str, "thread_name": str, "process_sort_index": int}
            assert isinstance(value, kinds[each["name"]])
            named.add((each["name"], each["pid"], each["tid"]))
        else:
            assert isinstance(each["ts"], int)
            assert each["ts"] >= 0
            assert isinstance(each["dur"], int)
            assert each["dur"] >= 0
            assert isinstance(each["cat"], str)
    for track, found in tracks(document).items():
        assert ("thread_name", *track) in named
        assert ("process_name", track[0], 0) in named
        open_until: list[int] = []
        for begun, ended in found:
            while open_until and open_until[-1] <= begun:
                open_until.pop()
            assert not open_until or ended <= open_until[-1], "slices overlap"
            open_until.append(ended)


def tracks(document: dict[str, object]) -> dict[tuple[int, int], list[tuple[int, int]]]:
    found: dict[tuple[int, int], list[tuple[int, int]]] = {}
    for each in slices(document):
        track = each["pid"], each["tid"]
        times = each["ts"], each["ts"] + each["dur"]  # type: ignore[operator]
        found.setdefault(track, []).append(times)  # type: ignore[arg-type]
    return {key: sorted(times, key=lambda t: (t[0], -t[1])) for key, times in found.items()}


def test_a_trace_has_a_slice_for_each_span() -> None:
    trace = Trace()
    trace.add("plan", span(10.0, 10.5, process=7, thread=70))
    trace.hear(Step("salt", "text", "01.md"))
    trace.hear(Step("salt", "text", "01.md", span(11.1, 11.4, process=8, thread=81)))
    trace.hear(Step("salt", "set", "The Salt", span(12, 12.000_25, process=9, thread=90)))
    trace.hear(Step("salt", "done", took=span(11, 13, process=8, thread=80)))
    document = trace.document()
    hold(document)
    assert slices(document) == [
        {"name": "plan", "cat": "octavo", "ph": "X", "ts": 0, "dur": 500_000, "pid": 7, "tid": 0},
        {"name": "01.md", "cat": "text", "ph": "X", "ts": 1_100_000, "dur": 300_000}
        | {"pid": 8, "tid": 1, "args": {"book": "salt", "detail": "01.md"}},
        {"name": "The Salt", "cat": "set", "ph": "X", "ts": 2_000_000, "dur": 250}
        | {"pid": 9, "tid": 0, "args": {"book": "salt", "detail": "The Salt"}},
        {"name": "salt", "cat": "done", "ph": "X", "ts": 1_000_000, "dur": 2_000_000}
        | {"pid": 8, "tid": 0, "args": {"book": "salt", "detail": ""}},
    ]
    names = {
        each["pid"]: each["args"]["name"]
        for each in document["traceEvents"]  # type: ignore[attr-defined]
        if each["name"] == "process_name"
    }
    assert names == {7: "octavo", 8: "builds books, worker 1", 9: "lays out, worker 1"}


def test_no_trace_costs_nothing() -> None:
    def hears(_: Step) -> None: ...

    with traced(None, hears, 0.0) as told:
        assert told is hears


def test_a_span_is_of_this_thread_and_has_the_functions_result() -> None:
    before = now()
    value, took = timed(divmod, 7, 2)
    assert value == (3, 1)
    assert before <= took.begun <= took.ended <= now()
    assert (took.process, took.thread) == (since(before).process, since(before).thread)


# --- a real build ---

CHAPTERS = ("The Ferry", "The Harbour", "The Tide")


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("project")
    shelf(folder, novel='formats = ["pdf", "html"]', rough='formats = ["html"]')
    (folder / "source/novel/text/01.md").unlink()
    for number, title in enumerate(CHAPTERS, 1):
        text = f"# {title}\n\nThe water rose.\n"
        write(folder / "source/novel/text", {f"{number:02}.md": text})
    (folder / "source/rough/text/01.md").rename(folder / "source/rough/text/01.txt")
    return folder


@pytest.fixture(scope="module")
def steps(project: Path) -> tuple[Step, ...]:
    found: list[Step] = []
    jobs = library.plan((), root=project, output=project / "dist", overrides=Overrides(), when=None)
    reports = library.run(jobs, workers=2, progress=found.append)
    assert not any(each.errors for each in reports)
    return tuple(found)


def begun(steps: tuple[Step, ...], book: str) -> list[tuple[str, str]]:
    return [(each.stage, each.detail) for each in steps if each.book == book and not each.took]


def test_the_steps_of_a_build_begin_in_their_order(steps: tuple[Step, ...]) -> None:
    text = "text/01.txt"
    stages = ("text", "read", "clean", "structure", "convert")
    html = [(stage, "html") for stage in ("make", "render", "write", "check")]
    assert begun(steps, "rough") == [*((each, text) for each in stages), ("chapters", ""), *html]
    formats = [(stage, "pdf") for stage in ("make", "render", "write", "check")] + html
    assert begun(steps, "novel")[-9:] == [("chapters", ""), *formats]


def test_what_has_begun_has_ended(steps: tuple[Step, ...]) -> None:
    for book in ("novel", "rough"):
        ended = [(each.stage, each.detail) for each in steps if each.book == book and each.took]
        beside = [each for each in ended if each[0] in ("set", "draft")]
        assert ended[-1] == ("done", "")
        assert sorted(ended) == sorted([*begun(steps, book), *beside, ("done", "")])


def test_texts_and_chapters_are_counted(steps: tuple[Step, ...]) -> None:
    mine = [each for each in steps if each.book == "novel"]
    texts = [(each.number, each.of) for each in mine if each.stage == "text" and each.took]
    assert texts == [(1, 3), (2, 3), (3, 3)]
    laid = [each for each in mine if each.stage == "set"]
    assert set(CHAPTERS) <= {each.detail for each in laid}
    first = laid[: laid[0].of]
    assert [each.number for each in first] == list(range(1, laid[0].of + 1))
    assert all(each.number <= each.of for each in laid)


def test_a_failed_build_says_so(tmp_path: Path) -> None:
    shelf(tmp_path, salt="")
    write(tmp_path / "source/salt/text", {"01.md": "  \n"})
    jobs = library.plan(
        ("html",), root=tmp_path, output=tmp_path / "dist", overrides=Overrides(), when=None
    )
    steps: list[Step] = []
    (ended,) = library.run(jobs, workers=1, progress=steps.append)
    assert isinstance(ended.error, EmptyFile)
    assert [(each.stage, bool(each.took)) for each in steps] == [
        *(("text", False), ("read", False), ("read", True), ("text", True), ("done", True))
    ]
    assert steps[-1].failed


def test_a_real_build_is_drawn_at_every_step(steps: tuple[Step, ...]) -> None:
    scene = Scene({"novel": 3.0, "rough": 1.0})
    shown = set()
    for each in steps:
        scene.hear(each)
        shown |= {line.split("  ")[1].strip() for line in scene.drawn(70)[1:]}
    assert {"converting 02.md", "cleaning 01.txt", "pdf: laying out", "html: checking"} <= shown
    assert {f"pdf: “{title}”" for title in CHAPTERS} <= shown
    assert scene.drawn(30) == ["2 of 2 books              0:00"]


def test_its_trace_holds(steps: tuple[Step, ...]) -> None:
    trace = Trace()
    for each in steps:
        trace.hear(each)
    document = trace.document()
    hold(document)
    named = {(each["cat"], each["name"]) for each in slices(document)}
    assert {("set", title) for title in CHAPTERS} <= named
    assert {("text", f"text/0{number}.md") for number in (1, 2, 3)} <= named
    assert {("make", "pdf"), ("make", "html"), ("done", "novel"), ("done", "rough")} <= named
    builders = {each["pid"] for each in slices(document) if each["cat"] == "done"}
    setters = {each["pid"] for each in slices(document) if each["cat"] == "set"}
    assert setters
    assert not builders & setters


def test_the_command_writes_the_trace_and_says_what_was_built(
    tmp_path: Path, octavo: Command
) -> None:
    shelf(tmp_path, salt="", sand="")
    ended = octavo("build", "html", "--profile", "trace.json", "--json")
    document = json.loads((tmp_path / "trace.json").read_text(encoding="utf-8"))
    hold(document)
    (plan, build) = [each for each in slices(document) if each["cat"] == "octavo"]
    assert (plan["name"], build["name"]) == ("plan", "build")
    assert {each["name"] for each in slices(document) if each["cat"] == "done"} == {"salt", "sand"}
    found = json.loads(ended.out)
    assert [(each["kept"], each["seconds"] > 0) for each in found["artifacts"]] == [
        (False, True),
        (False, True),
    ]
    assert [each["begun"] for each in found["books"]] == [True, True]
    again = octavo("build", "html")
    assert again.err == "2 outputs up to date\n"
    (again_kept,) = {
        (each["kept"], each["seconds"])
        for each in json.loads(octavo("build", "html", "--json").out)["artifacts"]
    }
    assert again_kept == (True, 0.0)


def test_a_dry_run_has_no_profile(octavo: Command) -> None:
    ended = octavo("build", "-n", "--profile", "trace.json")
    assert ended.code == 2
    assert "-n builds none" in ended.err
