import ctypes
import os
import tomllib
from pathlib import Path

import pytest

from octavo import doctor, fonts, pandoc
from octavo.errors import MissingTool

ROOT = Path(__file__).parent.parent


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder that is the whole PATH."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    return folder


def put(folder: Path, name: str, script: str = "exit 0") -> Path:
    program = folder / name
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    return program


def tool(name: str, **given: Path) -> doctor.Tool:
    asked = doctor.examine(**{"epubcheck": None, "nu": None, **given})  # type: ignore[arg-type]
    found = [tool for tool in asked if tool.name == name]
    assert len(found) == 1
    return found[0]


def test_what_is_found_needs_no_mending_and_what_is_not_does(path: Path) -> None:
    for one in doctor.examine(epubcheck=None, nu=None):
        assert (one.found is None) == (one.mend is not None), one
        assert one.purpose.startswith("to ")


def test_only_what_builds_a_book_is_needed(path: Path) -> None:
    tools = doctor.examine(epubcheck=None, nu=None)
    assert [one.name for one in tools if one.needed] == ["Python", "pandoc", "Pango", "fonts"]
    java = ["Java", "EPUBCheck", "Nu HTML checker"]
    optional = [*java, "Node.js", "Chromium", "Ace", "axe", "qpdf"]
    optional += ["Graphviz", "pikepdf.pdfa", "outloud"]
    assert [one.name for one in tools if not one.needed] == optional


def test_versions_of_what_this_machine_must_have() -> None:
    assert (tool("pandoc").found or "").startswith("3.")
    assert (tool("Pango").found or "").startswith("1.")
    assert "EB Garamond" in (tool("fonts").found or "")


def test_a_program_is_named_with_its_version_and_its_place(path: Path) -> None:
    java = put(path, "java", 'test "$1" = --version && echo "openjdk 99" && echo "more"')
    assert tool("Java").found == f"openjdk 99 ({java})"


@pytest.mark.parametrize("script", ["echo openjdk 17; exit 1", "exit 0", "kill -9 $$"])
def test_a_program_that_does_not_answer_is_missing(path: Path, script: str) -> None:
    put(path, "java", script)
    assert tool("Java").found is None


def test_a_file_that_cannot_be_started_is_missing(path: Path) -> None:
    (path / "qpdf").write_bytes(b"\x7fELF")
    (path / "qpdf").chmod(0o755)
    assert tool("qpdf").found is None


@pytest.mark.parametrize(
    ("manager", "user", "mend"),
    [
        ("apt-get", 0, "apt-get install --yes --no-install-recommends default-jre-headless"),
        ("apt-get", 7, "sudo apt-get install --yes --no-install-recommends default-jre-headless"),
        ("dnf", 7, "sudo dnf install java-headless"),
        ("pacman", 7, "sudo pacman -S jre-openjdk-headless"),
        ("brew", 7, "brew install temurin"),
    ],
)
def test_the_command_that_mends_is_this_systems(
    path: Path, monkeypatch: pytest.MonkeyPatch, manager: str, user: int, mend: str
) -> None:
    put(path, manager)
    monkeypatch.setattr(os, "geteuid", lambda: user)
    assert tool("Java").mend == mend


def test_an_unknown_system_is_told_in_words(path: Path) -> None:
    assert tool("Java").mend == "install Java with the system's package manager"


@pytest.mark.parametrize("missing", ["libpango-1.0", "libharfbuzz-subset", "libfontconfig"])
def test_pango_is_missing_when_one_of_its_libraries_is(
    path: Path, monkeypatch: pytest.MonkeyPatch, missing: str
) -> None:
    put(path, "apt-get")
    real = ctypes.CDLL

    def refuse(name: str) -> ctypes.CDLL:
        if name.startswith(missing):
            raise OSError(name)
        return real(name)

    monkeypatch.setattr(ctypes, "CDLL", refuse)
    pango = tool("Pango")
    assert pango.found is None
    assert pango.mend is not None
    assert pango.mend.endswith("libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0")


@pytest.mark.parametrize("error", [MissingTool("it is not there"), ImportError("no module")])
def test_missing_packages_are_mended_with_pip(
    monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    def missing(*arguments: object) -> None:
        raise error

    monkeypatch.setattr(pandoc, "program", missing)
    monkeypatch.setattr(fonts, "covered", missing)
    assert tool("pandoc").found is None
    assert (tool("pandoc").mend or "").endswith("pip install --force-reinstall pypandoc_binary")
    assert tool("fonts").found is None
    assert "pip install --force-reinstall fontpkg-eb-garamond " in (tool("fonts").mend or "")


def test_validators_are_looked_for_where_the_checks_look(tmp_path: Path) -> None:
    jar = tmp_path / "checker.jar"
    assert tool("EPUBCheck", epubcheck=jar).found is None
    assert tool("Nu HTML checker", nu=jar).found is None
    assert (tool("Ace", ace=jar).mend or "").endswith("--ignore-scripts @daisy/ace-cli")
    assert (tool("axe", axe=jar).mend or "").endswith(" @daisy/ace-cli axe-core")
    jar.touch()
    assert tool("Ace", ace=jar).found == tool("axe", axe=jar).found == str(jar)
    assert tool("EPUBCheck", epubcheck=jar).found == str(jar)
    assert tool("Nu HTML checker", nu=jar).found == str(jar)


def test_the_packages_it_names_are_those_octavo_depends_on() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    names = {line.split(">")[0] for line in project["dependencies"]}
    faces = (*fonts.FACES, *fonts.FALLBACKS)
    assert {name for name in names if name.startswith("fontpkg-")} == {
        fonts.package_of(face) for face in faces
    }
    assert doctor.PANDOC in names
    assert project["optional-dependencies"]["check"] == [doctor.EPUBCHECK]
