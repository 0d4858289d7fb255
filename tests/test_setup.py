import ast
import importlib.util
import json
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).parent.parent
SCRIPT = ROOT / "tools" / "setup.py"

spec = importlib.util.spec_from_file_location("octavo_setup", SCRIPT)
assert spec is not None and spec.loader is not None
setup = importlib.util.module_from_spec(spec)
spec.loader.exec_module(setup)

SYSTEM = setup.load_system(ROOT)
NEEDS = {name: need for name, need in SYSTEM.items() if name != "managers"}
PANGO = "libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"
APT = "apt-get install --yes --no-install-recommends"


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder that is the whole PATH."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    return folder


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project with the files that set-up reads, and nothing set up."""
    root = tmp_path / "project"
    for name in (*setup.LOCKS.values(), *setup.WATCHED, "tools/package.json"):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes((ROOT / name).read_bytes())
    monkeypatch.setattr(setup, "ROOT", root)
    return root


@pytest.fixture
def commands(project: Path, monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """The commands run. Nothing is started; what they would make is made."""
    seen: list[list[str]] = []

    def pretend(argv: list[str], fault: str, more: dict[str, str] | None = None) -> None:
        seen.append(argv)
        if "venv" in argv:
            (project / ".venv" / "bin").mkdir(parents=True, exist_ok=True)
        if "--editable" in argv:
            (project / ".venv" / "bin" / "octavo").touch()
        if argv[0] == "npm":
            for made in setup.MADE["test"]:
                (project / made).mkdir(parents=True, exist_ok=True)

    monkeypatch.setattr(setup, "run", pretend)
    return seen


def put(folder: Path, name: str, script: str = "exit 0") -> None:
    (folder / name).write_text(f"#!/bin/sh\n{script}\n")
    (folder / name).chmod(0o755)


def everything_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(setup, "is_there", lambda need: True)


# --- the system's packages ---


def test_every_need_can_be_looked_for_and_installed_with_every_manager() -> None:
    for name, need in NEEDS.items():
        assert len({"program", "module", "libraries"} & need.keys()) == 1, name
        assert need["purpose"].startswith("to ")
        for manager in SYSTEM["managers"]:
            assert need[manager].split(), f"{name} has no package for {manager}"


def test_every_need_of_a_target_is_in_the_table() -> None:
    assert {name for names in setup.NEEDS.values() for name in names} == NEEDS.keys()


@pytest.mark.parametrize(
    ("manager", "user", "command"),
    [
        ("apt-get", 1000, f"sudo {APT} {PANGO}"),
        ("dnf", 1000, "sudo dnf install pango"),
        ("dnf", 0, "dnf install pango"),
        ("pacman", 1000, "sudo pacman -S pango"),
        ("brew", 1000, "brew install pango"),
    ],
)
def test_without_pango_it_stops_and_gives_the_systems_command(
    path: Path,
    project: Path,
    commands: list[list[str]],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    manager: str,
    user: int,
    command: str,
) -> None:
    put(path, manager)
    monkeypatch.setattr(os, "geteuid", lambda: user)
    monkeypatch.setattr(setup, "loads", lambda library: False)
    assert setup.main(["build"]) == 1
    message = capsys.readouterr().err
    assert "Pango is missing; it is needed to lay out the pages of a PDF" in message
    assert f"\n    {command}\n" in message
    assert commands == []
    assert not (project / ".venv").exists()


def test_everything_missing_is_named_in_one_command(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(path, "apt-get")
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    with pytest.raises(setup.Stop) as stop:
        setup.provide(SYSTEM, setup.NEEDS["test"])
    assert f"{APT} default-jre-headless qpdf poppler-utils graphviz npm nodejs chromium\n" in str(
        stop.value
    )


def test_without_a_known_manager_it_says_what_to_look_for(path: Path) -> None:
    with pytest.raises(setup.Stop, match=r"Java is missing.*\n.*your system's package manager"):
        setup.provide(SYSTEM, ("java",))


def test_one_missing_library_is_enough_to_miss_pango(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(setup, "loads", lambda library: "harfbuzz-subset" not in library)
    assert not setup.is_there(SYSTEM["pango"])
    monkeypatch.setattr(setup, "loads", lambda library: library.endswith(".dylib"))
    assert setup.is_there(SYSTEM["pango"])


def test_a_library_that_is_not_there_does_not_load() -> None:
    assert not setup.loads("libthere-is-no-such-library.so.0")


def test_a_python_without_venv_is_told_the_package(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(path, "apt-get")
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(setup.Stop, match=r"Python's venv is missing[\s\S]* python3-venv\n"):
        setup.provide(SYSTEM, ("venv",))


def test_root_on_debian_gets_the_packages_installed(
    path: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    log = tmp_path / "log"
    made = f'case $1 in install) printf "#!/bin/sh" > {path}/qpdf; /bin/chmod +x {path}/qpdf; esac'
    put(path, "apt-get", f'echo "$DEBIAN_FRONTEND $*" >> {log}; echo chatter; {made}')
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    setup.provide(SYSTEM, ("qpdf",))
    asked = ["update", f"{APT.removeprefix('apt-get ')} qpdf"]
    assert log.read_text().splitlines() == [f"noninteractive {line}" for line in asked]
    said = capsys.readouterr()
    assert said.out == f"setup: installing qpdf: {APT} qpdf\n"
    assert said.err == ""


def test_a_failing_apt_is_shown_and_stops(
    path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    put(path, "apt-get", "echo E: no such mirror; exit 100")
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    with pytest.raises(setup.Stop, match=r"cannot fetch the lists of packages \(exit code 100\)"):
        setup.provide(SYSTEM, ("qpdf",))
    assert "E: no such mirror" in capsys.readouterr().err


def test_what_apt_did_not_bring_is_still_missing(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(path, "apt-get")
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    with pytest.raises(setup.Stop, match="qpdf is missing"):
        setup.provide(SYSTEM, ("qpdf",))


def test_a_program_that_cannot_be_started_stops(tmp_path: Path) -> None:
    with pytest.raises(setup.Stop, match=r"it broke: .*/nothing: No such file"):
        setup.run([str(tmp_path / "nothing")], "it broke")


# --- what is installed, and when ---


def test_build_installs_the_lock_and_octavo_and_then_keeps_silent(
    project: Path,
    commands: list[list[str]],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    everything_there(monkeypatch)
    assert setup.main(["build"]) == 0
    assert commands[0][1:] == ["-m", "venv", "--clear", str(project / ".venv")]
    assert commands[1][-4:] == [
        "--require-hashes",
        "--no-deps",
        "--requirement",
        str(project / "requirements.lock"),
    ]
    assert commands[2][-2:] == ["--editable", str(project)]
    assert len(capsys.readouterr().out.splitlines()) == 3
    assert setup.main(["build"]) == 0
    assert len(commands) == 3
    assert capsys.readouterr() == ("", "")


def test_test_sets_up_the_build_first(
    project: Path, commands: list[list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    everything_there(monkeypatch)
    assert setup.main(["test"]) == 0
    assert [argv[-1] for argv in commands[1:4]] == [
        str(project / "requirements.lock"),
        str(project),
        str(project / "requirements-test.lock"),
    ]
    assert commands[4][:4] == ["npm", "ci", "--prefix", str(project / ".tools")]
    assert "--ignore-scripts" in commands[4], "one of them would download a browser"
    assert (project / ".tools" / "package-lock.json").is_file()
    assert setup.main(["test"]) == 0
    assert len(commands) == 5


def test_a_changed_lock_sets_up_again_and_a_changed_test_lock_only_the_tests(
    project: Path, commands: list[list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    everything_there(monkeypatch)
    setup.main(["test"])
    commands.clear()
    (project / "requirements-test.lock").write_text("pytest==9\n")
    setup.main(["test"])
    assert [argv[0] for argv in commands] == [str(project / ".venv/bin/python"), "npm"]
    commands.clear()
    (project / "requirements.lock").write_text("lxml==6\n")
    setup.main(["build"])
    assert len(commands) == 3


@pytest.mark.parametrize("made", setup.MADE["test"])
def test_a_removed_result_is_made_again(
    project: Path, commands: list[list[str]], monkeypatch: pytest.MonkeyPatch, made: str
) -> None:
    everything_there(monkeypatch)
    setup.main(["test"])
    commands.clear()
    (project / made).rmdir()
    setup.main(["test"])
    assert "npm" in [argv[0] for argv in commands]


def test_a_failed_set_up_is_begun_again(
    project: Path,
    commands: list[list[str]],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    everything_there(monkeypatch)
    working = setup.run

    def fail(argv: list[str], fault: str, more: dict[str, str] | None = None) -> None:
        working(argv, fault, more)
        if "--requirement" in argv:
            raise setup.Stop(fault)

    monkeypatch.setattr(setup, "run", fail)
    assert setup.main(["build"]) == 1
    assert "setup: pip cannot install the packages in requirements.lock" in capsys.readouterr().err
    monkeypatch.setattr(setup, "run", working)
    commands.clear()
    assert setup.main(["build"]) == 0
    assert len(commands) == 3


@pytest.mark.parametrize("name", ["requirements.lock", *setup.WATCHED])
def test_the_stamp_changes_with_each_file_it_depends_on(project: Path, name: str) -> None:
    before = setup.stamp(project, "build")
    assert setup.stamp(project, "build") == before
    (project / name).write_bytes((project / name).read_bytes() + b"\n")
    assert setup.stamp(project, "build") != before


def test_the_stamp_changes_with_python_and_with_the_place(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = setup.stamp(project, "build")
    moved = project.rename(project.with_name("moved"))
    assert setup.stamp(moved, "build") != before
    moved.rename(project)
    assert setup.stamp(project, "build") == before
    monkeypatch.setattr(sys, "version", "3.99.0 (main)")
    assert setup.stamp(project, "build") != before


def test_an_activated_environment_does_not_change_the_stamp(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = setup.stamp(project, "build")
    monkeypatch.setattr(sys, "executable", str(project / ".venv" / "bin" / "python3"))
    monkeypatch.setattr(sys, "prefix", str(project / ".venv"))
    assert setup.stamp(project, "build") == before


def test_the_builds_stamp_does_not_depend_on_the_tests_lock(project: Path) -> None:
    before = setup.stamp(project, "build")
    (project / "requirements-test.lock").write_text("")
    assert setup.stamp(project, "build") == before


@pytest.mark.parametrize("arguments", [[], ["everything"], ["build", "test"]])
def test_wrong_usage_is_told_how_to_use_it(
    capsys: pytest.CaptureFixture[str], arguments: list[str]
) -> None:
    assert setup.main(arguments) == 2
    assert "python3 tools/setup.py build" in capsys.readouterr().err


def test_an_old_python_reads_as_far_as_the_message() -> None:
    ast.parse(SCRIPT.read_text(), feature_version=(3, 6))
    pretend = (
        "import runpy, sys; sys.version_info = (3, 6, 9); sys.version = '3.6.9 (old)';"
        f"sys.modules['tomllib'] = None; runpy.run_path({str(SCRIPT)!r}, run_name='__main__')"
    )
    done = subprocess.run([sys.executable, "-c", pretend], capture_output=True, text=True)
    assert done.returncode == 1
    assert "needs Python 3.11 or newer" in done.stderr
    assert "is Python 3.6.9" in done.stderr
    assert "make PYTHON=" in done.stderr
    assert "Traceback" not in done.stderr


# --- the lock files ---


def pins(lock: str) -> dict[str, list[str]]:
    """Each package of a lock file with its versions: more than one if markers choose."""
    found: dict[str, list[str]] = {}
    for name, version in re.findall(r"^([a-z0-9.-]+)==(\S+)", (ROOT / lock).read_text(), re.M):
        found.setdefault(name, []).append(version)
    return found


def wanted(*, test: bool) -> list[Requirement]:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())
    project = settings["project"]
    lines = [*project["dependencies"], *settings["dependency-groups"]["build"]]
    if test:
        lines += project["optional-dependencies"]["check"]
        lines += project["optional-dependencies"]["test"]
    return [Requirement(line) for line in lines if not line.startswith("octavo")]


@pytest.mark.parametrize("target", ["build", "test"])
def test_the_lock_holds_what_the_project_asks_for(target: str) -> None:
    locked = pins(setup.LOCKS[target])
    for requirement in wanted(test=target == "test"):
        name = requirement.name.lower().replace("_", "-")
        assert name in locked, f"{name}: make the lock files anew, as their first lines say"
        for version in locked[name]:
            assert requirement.specifier.contains(version), f"{name} {version}: make it anew"


def test_the_tests_lock_agrees_with_the_builds() -> None:
    assert pins("requirements.lock").items() <= pins("requirements-test.lock").items()


@pytest.mark.parametrize("lock", setup.LOCKS.values())
def test_every_pin_has_a_hash_and_no_line_an_address(lock: str) -> None:
    text = (ROOT / lock).read_text()
    assert text.splitlines()[1].startswith("#    uv pip compile pyproject.toml ")
    assert "://" not in text
    for entry in re.split(r"^(?=[a-z])", text, flags=re.M)[1:]:
        assert re.match(r"[a-z0-9.-]+==\S+", entry), entry
        assert "--hash=sha256:" in entry, entry


def locked() -> dict[str, dict[str, Any]]:
    """The packages of the npm lock, by their folders."""
    text = (ROOT / "tools" / "package-lock.json").read_text()
    packages: dict[str, dict[str, Any]] = json.loads(text)["packages"]
    return {name: package for name, package in packages.items() if name}


def test_the_npm_lock_holds_what_is_asked_for() -> None:
    asked = json.loads((ROOT / "tools" / "package.json").read_text())["dependencies"]
    found = locked()
    assert asked == {name: found[f"node_modules/{name}"]["version"] for name in asked}
    assert {f".tools/node_modules/{name}" for name in asked} == set(setup.MADE["test"])


def test_the_npm_lock_names_no_host_but_a_hash() -> None:
    for name, package in locked().items():
        assert package.pop("integrity").startswith("sha512-"), name
        package.pop("funding", None)  # where its makers ask for money
        assert "://" not in json.dumps(package), name


def test_the_npm_packages_need_no_scripts() -> None:
    """One would download a browser, the other a Java that is there already."""
    scripts = [name for name, package in locked().items() if package.get("hasInstallScript")]
    assert scripts == ["node_modules/puppeteer", "node_modules/vnu-jar"]


def test_the_build_backend_is_the_one_that_is_locked() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())
    assert settings["build-system"]["requires"] == settings["dependency-groups"]["build"]
