import datetime
import io
import json
import os
import pty
import re
import shutil
import signal
import subprocess
import sys
import textwrap
import types
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from octavo import check, cli, errors, library
from octavo.build import Job, Report, Step
from octavo.check import Validators
from octavo.cli import edge
from octavo.config import BookSettings
from octavo.errors import OctavoError
from octavo.model import Artifact, Change, Finding, Overrides, Place
from octavo.timing import Span

SOURCE = Path(__file__).parent.parent / "src"
NOON = datetime.datetime(2026, 1, 1, 12, tzinfo=datetime.UTC)


@dataclass
class Said:
    code: int
    out: str
    err: str


Run = Callable[..., Said]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Run:
    """Run the command in an empty folder and environment of its own."""
    monkeypatch.chdir(tmp_path)
    for name in ("SOURCE_DATE_EPOCH", "NO_COLOR", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)

    def call(*argv: str) -> Said:
        monkeypatch.setattr(sys, "argv", ["octavo", *argv])
        with pytest.raises(SystemExit) as caught:
            cli.main()
        said = capsys.readouterr()
        assert isinstance(caught.value.code, int)
        return Said(caught.value.code, said.out, said.err)

    return call


def job(folder: Path, name: str = "salt") -> Job:
    return Job(
        name=name,
        folder=folder,
        texts=(),
        settings=BookSettings(title="Salt"),
        overrides=Overrides(),
        templates=(),
        output=folder / "dist",
        formats=("epub", "pdf"),
        when=NOON,
    )


def report(folder: Path, name: str = "salt", error: OctavoError | None = None) -> Report:
    (folder / "text").mkdir(exist_ok=True)
    (folder / "text" / "01.txt").touch()
    place = Place("text/01.txt", 3)
    return Report(
        job=job(folder, name),
        artifacts=()
        if error
        else (
            Artifact("epub", folder / "dist" / f"{name}.epub", "ab" * 32, 1234, seconds=0.36),
            Artifact("pdf", folder / "dist" / f"{name}.pdf", "cd" * 32, 5678, pages=12, kept=True),
        ),
        changes=(
            Change("hyphens", place, "won-\nderful", "wonderful"),
            Change("ligatures", place, "ﬁre", "fire\x1b[31m", doubtful=True),
        ),
        findings=(
            Finding("links", "warning", "the link leads nowhere", place),
            Finding("epubcheck", "skipped", "Java is not installed"),
            Finding("fonts", "info", "two fonts are embedded"),
        ),
        errors=(error,) if error else (),
        seconds=1.5,
    )


def fake(monkeypatch: pytest.MonkeyPatch, *reports: Report) -> dict[str, object]:
    """Put reports in place of the library; give the arguments it is called with."""
    seen: dict[str, object] = {}

    def plan(targets: tuple[str, ...], **arguments: object) -> tuple[Job, ...]:
        seen.update(arguments, targets=targets)
        return tuple(one.job for one in reports)

    def work(
        jobs: tuple[Job, ...], *, workers: int, progress: Callable[[Step], None]
    ) -> tuple[Report, ...]:
        seen["workers"] = workers
        for one in reports:
            name, failed = one.job.name, one.error is not None
            progress(Step(name, "read", "01.txt"))
            progress(Step(name, "done", took=Span(0, 0.44, 1, 1), failed=failed))
        return reports

    monkeypatch.setattr(library, "plan", plan)
    monkeypatch.setattr(library, "run", work)
    return seen


def kinds(base: type[OctavoError] = OctavoError) -> list[type[OctavoError]]:
    return [kind for one in base.__subclasses__() for kind in (one, *kinds(one))]


LEAVES = [kind for kind in kinds() if not kind.__subclasses__()]


# --- results ---


def test_the_paths_alone_go_to_standard_output(
    run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    fake(monkeypatch, report(tmp_path))
    said = run("build")
    assert said.code == 0
    assert said.out == "dist/salt.epub\ndist/salt.pdf\n"


def test_the_summary_and_warnings_go_to_standard_error(
    run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    fake(monkeypatch, report(tmp_path))
    said = re.sub(r"in [\d.]+ s$", "in T s", run("build").err, flags=re.MULTILINE)
    assert said.splitlines() == [
        "salt: finished in T s",
        "salt: 2 changes, 1 doubtful; see --verbose",
        "dist/salt.epub    1.2 kB  0.4 s  built",
        "dist/salt.pdf   12 pages         up to date",
        "1 output built, 1 up to date, in T s",
        "warning: text/01.txt:3: links: the link leads nowhere",
        "skipped: epubcheck: Java is not installed",
    ]


def test_errors_come_last_and_all_of_them(
    run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    failed = report(tmp_path, error=errors.EmptyFile("no text"))
    failed = replace(failed, errors=(*failed.errors, errors.TimedOut("too slow")))
    fake(monkeypatch, report(tmp_path, "a"), failed)
    said = run("build")
    assert said.code == 11
    assert said.err.startswith("a: finished in 0.4 s\nsalt: failed after 0.4 s\n")
    assert said.err.splitlines()[-2:] == ["error: salt: no text.", "error: salt: too slow."]
    found = json.loads(run("build", "--json").out)
    assert [each["message"] for each in found["errors"]] == ["no text", "too slow"]


def test_verbose_shows_each_change_and_finding(
    run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    fake(monkeypatch, report(tmp_path))
    said = run("build", "--verbose").err
    assert "text/01.txt:3: hyphens: won-\\nderful → wonderful\n" in said
    assert "text/01.txt:3: ligatures (doubtful): ﬁre → fire\\x1b[31m\n" in said
    assert "salt: fonts: two fonts are embedded\n" in said
    assert "\x1b" not in said


def test_quiet_says_nothing_but_the_paths(
    run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    fake(monkeypatch, report(tmp_path))
    said = run("build", "-q")
    assert said.err == ""
    assert said.out.count("\n") == 2


def test_quiet_still_says_errors(run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    fake(monkeypatch, report(tmp_path, error=errors.EmptyFile("there is no text")))
    said = run("build", "-q")
    assert said == Said(11, "", "error: salt: there is no text.\n")


def test_json_is_one_object_with_everything(
    run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    place = Place("text/01.txt", 7)
    error = errors.UndecodableText("no encoding fits", place=place, hint="Save it as UTF-8")
    fake(monkeypatch, report(tmp_path), report(tmp_path, "rough", error))
    said = run("build", "--json")
    found = json.loads(said.out)
    assert said.code == 13
    assert found["books"][0] == {
        "name": "salt",
        "begun": True,
        "built": True,
        "changes": 2,
        "doubtful": 1,
        "seconds": 1.5,
    }
    assert not found["books"][1]["built"]
    assert found["artifacts"][1] == {
        "book": "salt",
        "format": "pdf",
        "path": "dist/salt.pdf",
        "sha256": "cd" * 32,
        "size": 5678,
        "pages": 12,
        "kept": True,
        "seconds": 0.0,
    }
    assert (found["artifacts"][0]["kept"], found["artifacts"][0]["seconds"]) == (False, 0.36)
    assert [one["severity"] for one in found["findings"]][:3] == ["warning", "skipped", "info"]
    assert found["findings"][0]["place"]["line"] == 3
    assert found["changes"] == 4
    assert found["errors"] == [
        {
            "book": "rough",
            "class": "UndecodableText",
            "code": 13,
            "message": "no encoding fits",
            "place": {"path": "text/01.txt", "line": 7, "column": None, "page": None},
            "hint": "Save it as UTF-8",
        }
    ]
    assert found["seconds"] >= 0


def test_json_has_the_same_keys_when_nothing_could_be_planned(
    run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    fake(monkeypatch, report(tmp_path))
    good = json.loads(run("build", "--json").out)
    bad = run("build", "--json", "-C", "nowhere")
    assert json.loads(bad.out).keys() == good.keys()
    assert json.loads(bad.out)["errors"][0]["class"] == "MissingFile"
    assert bad.code == 10


def test_a_place_is_spelt_from_where_the_user_stands(
    run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    folder = tmp_path / "source" / "salt"
    folder.mkdir(parents=True)
    place = Place("text/01.txt", 7)
    fake(monkeypatch, report(folder, error=errors.UndecodableText("no encoding fits", place=place)))
    assert "error: salt: source/salt/text/01.txt:7: no encoding fits.\n" in run("build").err


# --- errors and exit codes ---


@pytest.mark.parametrize("kind", LEAVES, ids=lambda kind: kind.__name__)
def test_an_error_of_a_book_gives_its_exit_code(
    run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, kind: type[OctavoError]
) -> None:
    fake(monkeypatch, report(tmp_path, error=kind("it failed", hint="Try again")))
    said = run("build")
    assert said.code == kind.code
    assert said.out == ""
    assert said.err.splitlines()[-1] == "error: salt: it failed. Try again."


@pytest.mark.parametrize("kind", LEAVES, ids=lambda kind: kind.__name__)
def test_an_error_of_the_plan_gives_its_exit_code(
    run: Run, monkeypatch: pytest.MonkeyPatch, kind: type[OctavoError]
) -> None:
    def plan(*_: object, **__: object) -> None:
        raise kind("it failed", place=Place("book.toml", 4))

    monkeypatch.setattr(library, "plan", plan)
    assert run("build") == Said(kind.code, "", "error: book.toml:4: it failed.\n")


def test_the_first_error_decides_the_exit_code(
    run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    fake(
        monkeypatch,
        report(tmp_path, "a"),
        report(tmp_path, "b", errors.TimedOut("too slow")),
        report(tmp_path, "c", errors.EmptyFile("no text")),
    )
    said = run("build")
    assert said.code == 42
    assert said.out == "dist/a.epub\ndist/a.pdf\n"
    assert said.err.count("error:") == 2


def test_codes_are_unique_and_all_in_the_help(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "120")
    codes = [kind.code for kind in LEAVES]
    assert len(set(codes)) == len(codes)
    said = run("build", "--help").out
    for kind in LEAVES:
        assert f"{kind.code}  {(kind.__doc__ or '').splitlines()[0]}" in said


def test_a_fault_of_ours_is_said_to_be_one(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def plan(*_: object, **__: object) -> None:
        raise ZeroDivisionError("by zero")

    monkeypatch.setattr(library, "plan", plan)
    short, full = run("build"), run("build", "-v")
    assert short.code == full.code == 1
    assert "not of your book: ZeroDivisionError: by zero." in short.err
    assert "Traceback" not in short.err
    assert "Traceback" in full.err
    assert json.loads(run("build", "--json").out)["errors"][0]["code"] == 1


@pytest.mark.parametrize("argv", [["bild"], ["build", "--nope"], ["build", "-j", "0"], ["new"]])
def test_wrong_usage_gives_2(run: Run, argv: list[str]) -> None:
    said = run(*argv)
    assert said.code == 2
    assert said.out == ""
    assert said.err


def test_an_interrupt_gives_130_without_a_traceback(
    run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    fake(monkeypatch, report(tmp_path))

    def work(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(library, "run", work)
    said = run("build")
    assert said.code == 130
    assert "Traceback" not in said.err


def test_an_unforeseen_fault_of_one_book_shows_its_traceback_when_asked(
    run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    error = errors.Unforeseen("a fault of Octavo", trace="Traceback: line 7")
    fake(monkeypatch, report(tmp_path, error=error))
    short, full = run("build"), run("build", "--verbose")
    assert short.code == full.code == 1
    assert "line 7" not in short.err
    assert "line 7" in full.err


# --- what is handed on ---


def test_options_reach_the_plan(run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    project = tmp_path / "project"
    project.mkdir()
    seen = fake(monkeypatch, report(project))
    nu = tmp_path / "vnu.jar"
    monkeypatch.setenv("OCTAVO_VNU", str(nu))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr(check, "find_validators", lambda root, vnu: Validators(vnu, vnu, vnu, vnu))
    options = ["-o", "out", "-j", "3", "--title", "T", "--lang", "de", "--check"]
    options += ["--author", "A", "--author", "B"]
    assert run("build", "salt", "epub", "-C", "project", *options).code == 0
    assert isinstance(seen.pop("judge"), library.Judge)
    assert seen == {
        "targets": ("salt", "epub"),
        "root": project,
        "output": project / "out",
        "overrides": Overrides("T", ("A", "B"), "de"),
        "when": None,
        "validators": Validators(nu, nu, nu, nu),
        "cache": tmp_path / "cache" / "octavo",
        "keep_going": False,
        "workers": 3,
    }


def test_what_is_not_said_has_a_default(
    run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    seen = fake(monkeypatch, report(tmp_path))
    run("build")
    assert seen["root"] == tmp_path
    assert seen["output"] == tmp_path / "dist"
    assert seen["workers"] == len(os.sched_getaffinity(0))
    assert seen["overrides"] == Overrides()
    assert seen["validators"] is None


@pytest.mark.parametrize(
    ("epoch", "when"),
    [
        ("1767268800", NOON),
        ("0", datetime.datetime(1980, 1, 1, tzinfo=datetime.UTC)),
        ("", None),
    ],
)
def test_source_date_epoch_is_the_moment(
    run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, epoch: str, when: object
) -> None:
    seen = fake(monkeypatch, report(tmp_path))
    monkeypatch.setenv("SOURCE_DATE_EPOCH", epoch)
    run("build")
    assert seen["when"] == when


@pytest.mark.parametrize("epoch", ["yesterday", "-1", "1.5", "٣", "999999999999", "1" * 5000])
def test_a_wrong_source_date_epoch_is_refused(
    run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, epoch: str
) -> None:
    fake(monkeypatch, report(tmp_path))
    monkeypatch.setenv("SOURCE_DATE_EPOCH", epoch)
    said = run("build")
    assert said.code == 21
    assert "SOURCE_DATE_EPOCH is '" in said.err
    assert "seconds since 1970" in said.err
    assert len(said.err) < 300


# --- colour and the live display ---

FAKE_LIBRARY = """
import sys, time
from types import SimpleNamespace
from octavo import cli, library
from octavo.build import Step
from octavo.timing import Span
def run(jobs, *, workers, progress):
    progress(Step("salt\\x1b[2J", "read", "01.txt"))
    sys.stdout.write("begun\\n")
    sys.stdout.flush()
    time.sleep({seconds})
    progress(Step("salt\\x1b[2J", "done", took=Span(0, 0.4, 1, 1)))
    return ()
library.plan = lambda *_, **__: (SimpleNamespace(name="salt\\x1b[2J", texts=()),)
library.run = run
sys.argv = ["octavo", *{argv}]
cli.main()
"""


def on_terminal(argv: list[str], **environment: str) -> tuple[int, str]:
    """Run the command with a terminal for standard error; give its exit code and what it says."""
    ours, theirs = pty.openpty()
    bare = {key: os.environ[key] for key in ("PATH", "HOME") if key in os.environ}
    process = subprocess.Popen(
        [sys.executable, "-c", FAKE_LIBRARY.format(seconds=0.4, argv=argv)],
        stdout=subprocess.DEVNULL,
        stderr=theirs,
        env={**bare, "PYTHONPATH": str(SOURCE), "TERM": "xterm-256color", **environment},
    )
    os.close(theirs)
    said = io.BytesIO()
    while True:
        try:
            piece = os.read(ours, 4096)
        except OSError:  # the terminal was closed at the other side
            break
        if not piece:
            break
        said.write(piece)
    os.close(ours)
    return process.wait(), said.getvalue().decode()


def test_a_terminal_has_colour() -> None:
    code, said = on_terminal(["build", "-C", "/nonexistent"])
    assert code == 10
    assert "\x1b[1;31merror: " in said


def test_no_color_is_respected() -> None:
    _, said = on_terminal(["build", "-C", "/nonexistent"], NO_COLOR="1")
    assert "error: there is no folder" in said.replace("\x1b[0m", "").replace("\x1b[1m", "")
    assert "\x1b[1;31m" not in said
    assert "[31m" not in said


def test_a_terminal_has_a_live_display() -> None:
    code, said = on_terminal(["build"])
    assert code == 0
    assert "reading 01.txt" in said
    assert "salt\\x1b[2J" in said
    assert "finished" not in said, "of the display nothing is left"
    assert "salt\x1b" not in said, "a name may not steer the terminal"


def test_a_dumb_terminal_has_plain_lines() -> None:
    _, said = on_terminal(["build"], TERM="dumb")
    assert said.splitlines() == ["salt\\x1b[2J: finished in 0.4 s"]


def test_no_terminal_no_colour(run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    fake(monkeypatch, report(tmp_path, error=errors.EmptyFile("no text")))
    monkeypatch.setenv("FORCE_COLOR", "1")
    said = run("build", "-v")
    assert "\x1b" not in said.out + said.err


# --- the process ---


def python(code: str, **options: object) -> "subprocess.Popen[bytes]":
    return subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(code)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(SOURCE)},
        **options,  # type: ignore[call-overload]
    )


@pytest.mark.parametrize("option", ["--help", "--version"])
def test_help_is_quick_and_loads_nothing_heavy(option: str) -> None:
    process = python(f"""
        import sys
        from octavo import cli
        sys.argv = ["octavo", "{option}"]
        try:
            cli.main()
        except SystemExit as end:
            assert not end.code
        heavy = {{"weasyprint", "ebooklib", "pikepdf", "fontTools", "PIL", "pypandoc", "pydantic",
                  "lxml", "jinja2", "starlette", "uvicorn", "watchfiles", "anyio", "asyncio"}}
        sys.stderr.write(" ".join(sorted(heavy & sys.modules.keys())))
    """)
    out, err = process.communicate(timeout=60)
    assert b"octavo" in out
    assert err == b""


def test_a_single_rough_text_is_cleaned_without_pydantic(tmp_path: Path) -> None:
    (tmp_path / "rough.txt").write_text("A text that some-\nbody has typed.\n", encoding="utf-8")
    process = python(
        """
        import sys
        from octavo import cli
        sys.argv = ["octavo", "clean", "rough.txt", "-o", "fair.md", "--quiet"]
        try:
            cli.main()
        except SystemExit as end:
            assert not end.code
        heavy = {"pydantic", "jinja2", "lxml", "octavo.cache", "octavo.watch", "asyncio"}
        sys.stderr.write(" ".join(sorted(heavy & sys.modules.keys())))
        """,
        cwd=tmp_path,
    )
    _, err = process.communicate(timeout=60)
    assert err == b""
    assert "somebody" in (tmp_path / "fair.md").read_text(encoding="utf-8")


def test_a_real_interrupt_ends_the_process_quietly() -> None:
    process = python(FAKE_LIBRARY.format(seconds=60, argv=["build"]))
    assert process.stdout is not None
    assert process.stdout.readline() == b"begun\n"
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=30)
    assert process.returncode == 130
    assert b"Traceback" not in err
    assert b"interrupted" in err


def test_a_reader_that_goes_away_is_no_fault() -> None:
    process = python(
        'import sys; from octavo import cli; sys.argv = ["octavo", "schema"]; cli.main()'
    )
    assert process.stdout is not None
    process.stdout.close()
    assert process.stderr is not None
    err = process.stderr.read()
    process.stderr.close()
    assert process.wait(timeout=60) == edge.READER_GONE
    assert err == b""


# --- the other commands ---


def test_version(run: Run) -> None:
    assert run("--version").out.startswith("octavo 0.")


def test_schema_prints_what_is_shipped(run: Run) -> None:
    shipped = (SOURCE / "octavo" / "book.schema.json").read_text(encoding="utf-8")
    assert run("schema") == Said(0, shipped, "")


@dataclass(frozen=True)
class Tool:
    name: str
    purpose: str
    needed: bool
    found: str | None
    mend: str | None


@pytest.fixture
def tools(monkeypatch: pytest.MonkeyPatch) -> list[Tool]:
    found = [
        Tool("pandoc", "to read documents", True, "3.9", None),
        Tool("Java", "to run EPUBCheck", False, None, "apt-get install default-jre-headless"),
    ]
    module = types.ModuleType("octavo.doctor")
    module.__dict__.update(Tool=Tool, examine=lambda **_: tuple(found))
    monkeypatch.setitem(sys.modules, "octavo.doctor", module)
    monkeypatch.delitem(sys.modules, "octavo.cli.health", raising=False)
    return found


def test_doctor_lists_the_tools(run: Run, tools: list[Tool]) -> None:
    said = run("doctor")
    assert said.code == 0
    assert said.out.splitlines() == [
        "pandoc: 3.9 (to read documents)",
        "Java: not there (to run EPUBCheck); to mend it: apt-get install default-jre-headless",
    ]
    assert json.loads(run("doctor", "--json").out)["tools"][1]["found"] is None


def test_doctor_fails_when_a_needed_tool_is_missing(run: Run, tools: list[Tool]) -> None:
    tools.append(Tool("fonts", "to set the text in", True, None, "pip install fontpkg"))
    said = run("doctor")
    assert said.code == errors.MissingTool.code
    assert said.err == (
        "error: fonts is missing, needed to set the text in. To mend it: pip install fontpkg.\n"
    )


# --- completion ---


@pytest.fixture
def shelf(tmp_path: Path) -> None:
    for book in ("salt", "sand"):
        (tmp_path / "source" / book).mkdir(parents=True)
        (tmp_path / "source" / book / "book.toml").touch()


@pytest.mark.parametrize(
    ("typed", "proposed"),
    [
        ("octavo cl", ["plain,clean", "plain,clean-up"]),
        ("octavo build --ver", ["plain,--verbose"]),
        (
            "octavo build sal",
            [f"plain,salt{ending}" for ending in ("", ".epub", ".pdf", ".html", ".site")],
        ),
        ("octavo build salt e", ["plain,epub"]),
        ("octavo clean sa", ["plain,salt", "plain,sand"]),
        ("octavo clean -C source/salt sa", ["plain,salt"]),
        ("octavo clean essay", ["file,essay"]),
        ("octavo build -o ou", ["file,ou"]),
    ],
)
def test_completion_proposes_targets_and_files(
    run: Run, monkeypatch: pytest.MonkeyPatch, shelf: None, typed: str, proposed: list[str]
) -> None:
    monkeypatch.setenv("_OCTAVO_COMPLETE", "bash_complete")
    monkeypatch.setenv("COMP_WORDS", typed)
    monkeypatch.setenv("COMP_CWORD", str(typed.count(" ")))
    assert run().out.split() == proposed


@pytest.mark.parametrize("shell", ["bash", "fish", "zsh"])
def test_completion_is_installed_once_for_the_shell(
    run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, shell: str
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("SHELL", f"/usr/bin/{shell}")
    shown = run("--show-completion").out
    assert f"_OCTAVO_COMPLETE={shell}_complete" in shown
    startup = tmp_path / f".{shell}rc"
    startup.write_text("alias o=octavo", encoding="utf-8")
    first, again = run("--install-completion"), run("--install-completion")
    assert first.code == again.code == 0
    assert Path(first.out.strip()).read_text(encoding="utf-8").strip() == shown.strip()
    mine, *added = startup.read_text(encoding="utf-8").splitlines()
    assert mine == "alias o=octavo"
    assert len(added) == (0 if shell == "fish" else 1)


def test_completion_for_an_unknown_shell_is_wrong_usage(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SHELL", "/bin/tcsh")
    said = run("--install-completion")
    assert (said.code, said.out) == (2, "")
    assert "bash, fish, zsh" in said.err


def test_completion_that_cannot_be_written_says_where(
    run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("SHELL", "bash")
    (tmp_path / ".bash_completions").touch()  # where the folder should be
    said = run("--install-completion")
    assert said.code == errors.OutputFailed.code
    assert ".bash_completions" in said.err


@pytest.mark.skipif(not shutil.which("bash"), reason="needs bash")
def test_bash_completes_the_words_of_the_command(tmp_path: Path, shelf: None) -> None:
    (tmp_path / "octavo").write_text(f'#!/bin/sh\nexec {sys.executable} -m octavo "$@"\n')
    (tmp_path / "octavo").chmod(0o755)
    code = """
        eval "$(_OCTAVO_COMPLETE=bash_source ./octavo)"
        COMP_WORDS=(./octavo build san) COMP_CWORD=2
        _octavo_completion ./octavo
        echo "${COMPREPLY[@]}"
    """
    words = ["bash", "--norc", "-c", code]
    env = {**os.environ, "PYTHONPATH": str(SOURCE)}
    said = subprocess.run(words, cwd=tmp_path, env=env, capture_output=True, text=True, timeout=60)
    assert said.stdout.split() == ["sand", "sand.epub", "sand.pdf", "sand.html", "sand.site"]
