"""What the tests share: the real validators, and the question whether a file is valid."""

import os
import random
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from octavo import pandoc
from octavo.build import stamps
from octavo.check import Validators, check, find_validators, validate
from octavo.model import FORMATS, Finding, Format

ROOT = Path(__file__).parent.parent
REQUIRED = os.environ.get("OCTAVO_REQUIRE_VALIDATORS") == "1"


@pytest.fixture(scope="session", autouse=True)
def own_cache(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Keep what builds keep away from the user's own."""
    os.environ["XDG_CACHE_HOME"] = str(tmp_path_factory.mktemp("cache"))


@pytest.fixture(scope="session")
def validators() -> Validators:
    """Where the real validators are; jars are looked for below `.tools`."""
    return find_validators(ROOT, None)


@pytest.fixture
def validated(validators: Validators) -> Callable[[Path], tuple[Finding, ...]]:
    """Run the real validator on a file, by its suffix.

    A missing validator skips the test aloud; with OCTAVO_REQUIRE_VALIDATORS=1 it fails it.
    """

    def run(path: Path) -> tuple[Finding, ...]:
        return in_earnest(validate(path, format_of(path), validators))

    return run


def in_earnest(findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
    """Give findings of checks that all were run; else skip the test aloud, or fail it."""
    for finding in findings:
        if finding.severity == "skipped":
            (pytest.fail if REQUIRED else pytest.skip)(finding.message)
    return findings


@pytest.fixture
def assert_valid(validated: Callable[[Path], tuple[Finding, ...]]) -> Callable[[Path], None]:
    """Assert that neither our own checks nor the real validator has an error or a warning."""

    def run(path: Path) -> None:
        assert_clean(check(path, format_of(path)))
        assert_clean(validated(path))

    return run


def assert_clean(findings: tuple[Finding, ...]) -> None:
    serious = [one for one in findings if one.severity in {"error", "warning"}]
    assert not serious, "\n" + "\n".join(
        f"{one.check} {one.severity}: {one.place}: {one.message}" for one in serious
    )


def damage_gives_findings(path: Path, format: Format) -> None:
    """Damage a file in 300 ways, always the same: checking it must end without an exception."""
    whole, chance = path.read_bytes(), random.Random(format)
    for _ in range(300):
        data = bytearray(whole)
        for _ in range(chance.choice((1, 1, 2, 5, 20))):
            start = chance.randrange(len(data))
            match chance.randrange(3):
                case 0:
                    data[start] ^= 1 << chance.randrange(8)
                case 1:
                    del data[start : start + chance.randrange(1, 30)]
                case _:
                    data[start:start] = data[: chance.randrange(1, 40)]
        path.write_bytes(data)
        check(path, format)


def format_of(path: Path) -> Format:
    return next(name for name in FORMATS if path.suffix == f".{name}")


# --- the whole command, on real files ---


@dataclass(frozen=True)
class Ended:
    """How the command ended."""

    code: int
    out: str
    err: str

    @property
    def built(self) -> list[str]:
        return self.out.splitlines()


Command = Callable[..., Ended]


def environment(**more: str) -> dict[str, str]:
    """A bare environment in which the command runs from the source."""
    kept = {key: os.environ[key] for key in ("PATH", "HOME", "TMPDIR") if key in os.environ}
    return {**kept, "PYTHONPATH": str(ROOT / "src"), **more}


@pytest.fixture
def octavo(tmp_path: Path) -> Command:
    """Run the command in a process of its own, in the test's folder."""

    def run(*argv: str, cwd: Path = tmp_path, prefix: tuple[str, ...] = (), **env: str) -> Ended:
        ended = subprocess.run(
            [*prefix, sys.executable, "-m", "octavo", *argv],
            cwd=cwd,
            env=environment(**env),
            capture_output=True,
            text=True,
            timeout=240,
        )
        assert "Traceback" not in ended.stderr, ended.stderr
        return Ended(ended.returncode, ended.stdout, ended.stderr)

    return run


def write(folder: Path, files: Mapping[str, str | bytes]) -> Path:
    """Write files below a folder, by their paths."""
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    return folder


def shelf(root: Path, **books: str) -> Path:
    """Write books with a short text below `source`; a value is added to the book.toml."""
    for name, settings in books.items():
        toml = f'title = "{name}"\n{settings}\n'
        write(
            root / "source" / name, {"book.toml": toml, "text/01.md": f"# One\n\nText of {name}.\n"}
        )
    return root


def left_over(folder: Path) -> list[str]:
    """The hidden files below a folder, but the stamps: drafts that should be gone."""
    return [str(path) for path in folder.rglob(".*") if path.name != stamps.FOLDER]


PANDOC = """\
#!/bin/sh
# The real pandoc, but for texts that hold certain words.
cat > given
if grep -q KILL-THE-WORKER given; then kill -9 $PPID; fi
if grep -q HANG-FOR-EVER given; then sleep 987654; fi
if grep -q TALK-RUBBISH given; then echo rubbish; exit 0; fi
if grep -q BREAK-DOWN given; then kill -11 $$; fi
if grep -q EXHAUST-THE-HEAP given; then exit 251; fi
exec {real} "$@" < given
"""


@pytest.fixture
def patched(tmp_path: Path) -> Callable[[str], str]:
    """Give the PYTHONPATH with which every process of the command runs this code first."""

    def patch(code: str) -> str:
        write(tmp_path / "patch", {"sitecustomize.py": code})
        return f"{tmp_path / 'patch'}{os.pathsep}{ROOT / 'src'}"

    return patch


@pytest.fixture
def faulty_pandoc(tmp_path: Path, patched: Callable[[str], str]) -> str:
    """Give the PYTHONPATH with which pandoc fails where the text says so."""
    path = tmp_path / "bin" / "pandoc"
    write(path.parent, {"pandoc": PANDOC.format(real=pandoc.program())})
    path.chmod(0o755)
    return patched(
        f"from pathlib import Path\nfrom octavo import pandoc\n"
        f"pandoc.program = lambda: Path({str(path)!r})\n"
    )


def convert(markdown: str, to: str, path: Path) -> Path:
    """Write a document of another kind with pandoc."""
    arguments = ["--from=markdown", f"--to={to}", "--standalone", f"--output={path}"]
    subprocess.run([pandoc.program(), *arguments], input=markdown.encode(), check=True)
    return path


NO_NETWORK = """
import sys
def forbid(event, given):
    if event in {"socket.connect", "socket.getaddrinfo", "socket.gethostbyname"}:
        raise SystemExit(f"the network was used: {event} {given}")
sys.addaudithook(forbid)
"""


@pytest.fixture(scope="session")
def unshared() -> tuple[str, ...]:
    """What to put before a command so that its programs have no network either, where allowed."""
    for options in (["-n"], ["-rn"]):
        prefix = ("unshare", *options, "--")
        if (
            shutil.which("unshare")
            and not subprocess.run([*prefix, "true"], check=False).returncode
        ):
            return prefix
    return ()


# --- golden files ---


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--save-golden", action="store_true", help="write the golden files anew")


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Callable[[Path, Mapping[str, str]], None]:
    """Hold texts against the files of a folder, or write these anew with --save-golden."""

    def compare(folder: Path, found: Mapping[str, str]) -> None:
        if request.config.getoption("--save-golden"):
            shutil.rmtree(folder, ignore_errors=True)
            write(folder, found)
        kept = {
            path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8")
            for path in folder.rglob("*")
            if path.is_file()
        }
        assert sorted(found) == sorted(kept)
        for name in sorted(found):
            assert found[name].splitlines() == kept[name].splitlines(), f"{folder / name}"

    return compare
