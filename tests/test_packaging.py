"""What `pip install .` installs is whole: it builds a book without the checkout."""

import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel of this checkout, made without the network."""
    folder = tmp_path_factory.mktemp("wheel")
    words = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-index"]
    words += ["--no-build-isolation", "--wheel-dir", str(folder), str(ROOT)]
    subprocess.run(words, check=True, cwd=folder)
    (found,) = folder.glob("*.whl")
    return found


def test_the_wheel_holds_every_file_of_the_package_and_every_template(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
    wanted = {
        f"octavo/{path.relative_to(base).as_posix()}"
        for base, pattern in ((ROOT / "src" / "octavo", "**/*"), (ROOT, "templates/**/*"))
        for path in base.glob(pattern)
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert wanted - names == set()


def test_the_installed_package_builds_a_book(wheel: Path, tmp_path: Path) -> None:
    installed = tmp_path / "site"
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(installed)
    (tmp_path / "note.md").write_text("# A note\n\nIt is short.\n", encoding="utf-8")
    words = [sys.executable, "-m", "octavo", "build", "note.md", "-o", "out"]
    done = subprocess.run(
        words, cwd=tmp_path, env={"PYTHONPATH": str(installed)}, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == ["out/note.epub", "out/note.pdf", "out/note.html"]
    assert "site" in _where_the_code_is(installed)


def _where_the_code_is(installed: Path) -> str:
    words = [sys.executable, "-c", "import octavo; print(octavo.__file__)"]
    env = {"PYTHONPATH": str(installed)}
    return subprocess.run(words, env=env, capture_output=True, text=True, check=True).stdout


def test_each_dependency_is_pinned_in_the_lock() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    for line in settings["project"]["dependencies"]:
        name = line.split(">")[0].split("=")[0].split("[")[0].lower().replace("_", "-")
        assert f"\n{name}==" in lock, f"{name} is not in requirements.lock"
