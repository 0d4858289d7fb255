"""The command `octavo check`: what it checks, what it says, and its exit codes."""

import json
from collections.abc import Callable
from pathlib import Path

import jsonschema
import pytest

from conftest import REQUIRED, ROOT, Command, shelf, write
from octavo import library
from octavo.check import thorough
from octavo.errors import ErrorsFound, MissingFile, OctavoError, UnknownTarget, WarningsFound
from octavo.model import Finding, Place, Severity
from test_check_epub import GOOD, in_one, pack
from test_cli import Run, run

__all__ = ["run"]  # a fixture

SCHEMA = {
    "type": "object",
    "required": ["version", "files", "counts", "errors"],
    "additionalProperties": False,
    "properties": {
        "version": {"type": "string"},
        "errors": {"type": "array", "maxItems": 0},
        "counts": {
            "type": "object",
            "required": ["error", "warning", "info", "skipped"],
            "additionalProperties": {"type": "integer", "minimum": 0},
        },
        "files": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["path", "findings"],
                "additionalProperties": False,
                "properties": {
                    "path": {"type": "string"},
                    "findings": {
                        "type": "array",
                        "items": {
                            "type": "object",
                            "required": ["check", "severity", "message", "place"],
                            "additionalProperties": False,
                            "properties": {
                                "check": {"type": "string"},
                                "severity": {"enum": ["error", "warning", "info", "skipped"]},
                                "message": {"type": "string"},
                                "place": {
                                    "type": ["object", "null"],
                                    "required": ["path", "line", "page", "column"],
                                },
                            },
                        },
                    },
                },
            },
        },
    },
}


@pytest.fixture
def finding(monkeypatch: pytest.MonkeyPatch) -> Callable[..., list[tuple[str, tuple[str, ...]]]]:
    """Let every file have these findings; give what was checked, with which profiles."""

    def prepare(*found: Finding) -> list[tuple[str, tuple[str, ...]]]:
        seen: list[tuple[str, tuple[str, ...]]] = []

        def examine(path: Path, _: object, profiles: tuple[str, ...]) -> tuple[Finding, ...]:
            seen.append((path.name, profiles))
            return found

        monkeypatch.setattr(thorough, "examine", examine)
        return seen

    return prepare


def fault(severity: Severity, place: Place | None = None) -> Finding:
    return Finding("links", severity, f"it is {severity}", place)


def books(folder: Path) -> Path:
    shelf(folder, salt="", fog="")
    names = ("salt.epub", "salt.pdf", "fog.html")
    return write(folder, {f"dist/{name}": "x" for name in names} | {"mine.epub": "x"})


# --- what is checked ---


@pytest.mark.parametrize(
    ("targets", "names"),
    [
        ([], ["fog.html", "salt.epub", "salt.pdf"]),
        (["salt"], ["salt.epub", "salt.pdf"]),
        (["epub"], ["salt.epub"]),
        (["salt", "pdf"], ["salt.pdf"]),
        (["salt.pdf"], ["salt.pdf"]),
        (["mine.epub"], ["mine.epub"]),
        (["dist/salt.pdf", "salt.pdf"], ["salt.pdf"]),
        (["mine.epub", "fog"], ["mine.epub", "fog.html"]),
        (["pages"], ["pages"]),
        (["fog.site"], ["fog.site"]),
        (["fog", "site"], ["fog.site"]),
    ],
)
def test_targets_are_files_or_the_results_of_books(
    run: Run,
    finding: Callable[..., list[tuple[str, tuple[str, ...]]]],
    tmp_path: Path,
    targets: list[str],
    names: list[str],
) -> None:
    seen = finding()
    books(tmp_path)
    write(tmp_path, {"pages/index.html": "x", "dist/fog.site/index.html": "x"})
    said = run("check", *targets)
    assert (said.code, said.out) == (0, "")
    assert [name for name, _ in seen] == names


@pytest.mark.parametrize(
    ("targets", "kind", "words"),
    [
        (["none.epub"], MissingFile, "there is no file none.epub"),
        (["dist/none.pdf"], MissingFile, "there is no file dist/none.pdf"),
        (["salt.html"], MissingFile, "salt.html is not built yet. Build it first: octavo build"),
        (["-o", "elsewhere"], MissingFile, "fog.epub is not built yet"),
        (["slat"], UnknownTarget, "did you mean salt?"),
    ],
)
def test_what_is_not_there_is_said(
    run: Run, tmp_path: Path, targets: list[str], kind: type[OctavoError], words: str
) -> None:
    books(tmp_path)
    said = run("check", *targets)
    assert said.code == kind.code
    assert words in said.err


def test_all_names_are_looked_at_before_anything_is_checked(
    run: Run, finding: Callable[..., list[tuple[str, tuple[str, ...]]]], tmp_path: Path
) -> None:
    seen = finding()
    books(tmp_path)
    assert run("check", "mine.epub", "none.epub").code == MissingFile.code
    assert seen == []


def test_profiles_are_passed_on_and_others_refused(
    run: Run, finding: Callable[..., list[tuple[str, tuple[str, ...]]]], tmp_path: Path
) -> None:
    seen = finding()
    books(tmp_path)
    run("check", "--profile", "kobo", "--profile", "apple", "mine.epub")
    assert seen == [("mine.epub", ("kobo", "apple"))]
    assert run("check", "--profile", "nook", "mine.epub").code == 2


def test_without_books_there_is_nothing_to_check(run: Run, tmp_path: Path) -> None:
    assert run("check").code == UnknownTarget.code


# --- what is said ---


@pytest.mark.parametrize(
    ("severities", "code"),
    [
        ([], 0),
        (["info", "skipped"], 0),
        (["warning", "info"], WarningsFound.code),
        (["warning", "error"], ErrorsFound.code),
    ],
)
def test_the_exit_code_is_that_of_the_worst_finding(
    run: Run,
    finding: Callable[..., object],
    tmp_path: Path,
    severities: list[Severity],
    code: int,
) -> None:
    finding(*map(fault, severities))
    books(tmp_path)
    assert run("check", "mine.epub").code == code
    assert run("check", "--quiet", "mine.epub").code == code
    assert run("check", "--json", "mine.epub").code == code


FOUND = (
    fault("error", Place("EPUB/a.xhtml", 3)),
    fault("warning", Place("mine.epub")),
    fault("error", Place("mine.epub", 7)),
    fault("info"),
    fault("skipped"),
)


def test_each_finding_is_a_line_with_file_and_place(
    run: Run, finding: Callable[..., object], tmp_path: Path
) -> None:
    finding(*FOUND)
    books(tmp_path)
    said = run("check", "mine.epub")
    assert said.out.splitlines() == [
        "mine.epub: EPUB/a.xhtml:3: error: links: it is error",
        "mine.epub: warning: links: it is warning",
        "mine.epub:7: error: links: it is error",
    ]
    assert said.err.splitlines() == [
        "skipped: links: it is skipped",
        "1 file: 2 errors, 1 warning, 1 to know (--verbose)",
    ]
    quiet = run("check", "--quiet", "mine.epub")
    assert [line.split(": ")[-3] for line in quiet.out.splitlines()] == ["error", "error"]
    assert quiet.err == ""
    loud = run("check", "--verbose", "mine.epub")
    assert "mine.epub: info: links: it is info" in loud.out.splitlines()


def test_what_a_book_says_cannot_command_the_terminal(
    run: Run, finding: Callable[..., object], tmp_path: Path
) -> None:
    finding(Finding("links", "error", "\x1b[2J", Place("a\n\x1b[2Jb")))
    books(tmp_path)
    assert "\x1b" not in run("check", "mine.epub").out


def test_json_holds_everything(run: Run, finding: Callable[..., object], tmp_path: Path) -> None:
    finding(*FOUND)
    books(tmp_path)
    said = run("check", "--json", "mine.epub", "salt.pdf")
    data = json.loads(said.out)
    jsonschema.validate(data, SCHEMA)
    assert [each["path"] for each in data["files"]] == ["mine.epub", "dist/salt.pdf"]
    assert data["counts"] == {"error": 4, "warning": 2, "info": 2, "skipped": 2}
    assert data["files"][0]["findings"][0] == {
        "check": "links",
        "severity": "error",
        "message": "it is error",
        "place": {"path": "EPUB/a.xhtml", "line": 3, "page": None, "column": None},
    }
    bad = json.loads(run("check", "--json", "none.epub").out)
    assert bad["files"] == []
    assert bad["errors"][0]["class"] == "MissingFile"


# --- in earnest ---


def test_a_stranger_s_book_from_beginning_to_end(octavo: Command, tmp_path: Path) -> None:
    pack(tmp_path / "good.epub", GOOD)
    pack(tmp_path / "bad.epub", in_one('<a href="none.xhtml">x</a>'))
    said = octavo("check", "good.epub", "bad.epub")
    assert said.code == ErrorsFound.code
    links = [line for line in said.out.splitlines() if ": links: " in line]
    assert links == [
        "bad.epub: EPUB/text/one.xhtml:7: error: links: the address leads to no file: none.xhtml"
    ]
    assert "npm install --prefix .tools" in said.err, "there is no .tools in this folder"
    assert "2 files: " in said.err


def test_the_results_of_a_book_of_ours_have_no_faults(octavo: Command, tmp_path: Path) -> None:
    shelf(tmp_path, salt="")
    (tmp_path / ".tools").symlink_to(ROOT / ".tools")
    assert octavo("build").code == 0
    data = json.loads(octavo("check", "--json").out)
    found = [each for file in data["files"] for each in file["findings"]]
    if missing := [each["message"] for each in found if each["severity"] == "skipped"]:
        (pytest.fail if REQUIRED else pytest.skip)(missing[0])
    assert [each for each in found if each["severity"] in {"error", "warning"}] == []
    assert [file["path"] for file in data["files"]] == [
        f"dist/salt.{ending}" for ending in ("epub", "pdf", "html")
    ]


def test_built_gives_each_file_once(tmp_path: Path) -> None:
    root = books(tmp_path)
    found = library.built(("salt.pdf", "salt", "mine.epub"), root=root, output=root / "dist")
    assert [path.name for path in found] == ["mine.epub", "salt.epub", "salt.pdf"]
