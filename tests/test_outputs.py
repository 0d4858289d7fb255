"""A draft is flushed, put in place in one step, and gone in the end."""

import errno
import fcntl
import os
import subprocess
import sys
from pathlib import Path

import pytest

from octavo import outputs
from octavo.errors import DiskFull, NoPermission, OutputError, OutputFailed
from octavo.model import Place


@pytest.fixture
def target(tmp_path: Path) -> Path:
    path = tmp_path / "dist" / "salt.pdf"
    path.parent.mkdir()
    path.write_bytes(b"the last good file")
    return path


def test_a_draft_takes_its_targets_place(target: Path) -> None:
    with outputs.draft(b"new", target) as path:
        assert path.read_bytes() == b"new"
        assert target.read_bytes() == b"the last good file"
        assert path.parent == target.parent, "else it cannot be renamed in one step"
        assert path.name.startswith(".")
        assert path.suffix == ".pdf"
        outputs.put(path, target)
    assert target.read_bytes() == b"new"
    assert [each.name for each in target.parent.iterdir()] == ["salt.pdf"]


def test_a_draft_that_is_not_put_is_gone(target: Path) -> None:
    with pytest.raises(ZeroDivisionError), outputs.draft(b"new", target):
        raise ZeroDivisionError
    assert target.read_bytes() == b"the last good file"
    assert [each.name for each in target.parent.iterdir()] == ["salt.pdf"]


def test_the_targets_folder_is_made(tmp_path: Path) -> None:
    target = tmp_path / "a" / "b" / "salt.pdf"
    with outputs.draft(b"new", target) as path:
        outputs.put(path, target)
    assert target.read_bytes() == b"new"


def test_an_empty_file_and_a_long_name(tmp_path: Path) -> None:
    target = tmp_path / f"{'n' * 251}.pdf"
    with outputs.draft(b"", target) as path:
        outputs.put(path, target)
    assert target.read_bytes() == b""


def test_the_file_is_flushed_before_and_the_folder_after(
    target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    events: list[tuple[str, str]] = []
    flush, rename = os.fsync, os.replace

    def fsync(handle: int) -> None:
        name = Path(f"/proc/self/fd/{handle}").readlink()
        size = os.fstat(handle).st_size
        events.append(("fsync folder" if name.is_dir() else f"fsync {size}", name.parent.name))
        flush(handle)

    def replace(source: Path, to: Path) -> None:
        events.append(("replace", Path(to).name))
        rename(source, to)

    monkeypatch.setattr(os, "fsync", fsync)
    monkeypatch.setattr(os, "replace", replace)
    with outputs.draft(b"x" * 100_000, target) as path:
        assert events == [("fsync 100000", "dist")]
        outputs.put(path, target)
    assert events[1:] == [("replace", "salt.pdf"), ("fsync folder", target.parent.parent.name)]


FAULTS = [
    (errno.ENOSPC, DiskFull, "there is no room"),
    (errno.EDQUOT, DiskFull, "there is no room"),
    (errno.EFBIG, DiskFull, "there is no room"),
    (errno.EACCES, NoPermission, "may not be written"),
    (errno.EPERM, NoPermission, "may not be written"),
    (errno.EROFS, NoPermission, "may not be written"),
    (errno.EIO, OutputFailed, "Input/output error"),
    (errno.EMFILE, OutputFailed, "Too many open files"),
]


@pytest.mark.parametrize("call", ["fsync", "replace", "open"])
@pytest.mark.parametrize(("number", "kind", "said"), FAULTS)
def test_a_fault_of_the_disk_is_told(
    target: Path,
    monkeypatch: pytest.MonkeyPatch,
    call: str,
    number: int,
    kind: type[OutputError],
    said: str,
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise OSError(number, os.strerror(number))

    if call == "open":
        monkeypatch.setattr(Path, "open", fail)
    else:
        monkeypatch.setattr(os, call, fail)
    with pytest.raises(kind, match=said) as caught, outputs.draft(b"new", target) as path:
        outputs.put(path, target)
    monkeypatch.undo()
    assert caught.value.place == Place(target.as_posix())
    assert caught.value.hint and "-o; the last good file is still there" in caught.value.hint
    assert target.read_bytes() == b"the last good file"
    assert [each.name for each in target.parent.iterdir()] == ["salt.pdf"]


def test_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "dist").touch()
    with pytest.raises(OutputFailed), outputs.draft(b"new", tmp_path / "dist" / "salt.pdf"):
        pass
    with pytest.raises(OutputFailed), outputs.draft(b"new", tmp_path / "dist" / "a" / "salt.pdf"):
        pass


def test_what_is_not_there_is_not_called_the_last_good_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise OSError(errno.ENOSPC, "")

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(DiskFull) as caught, outputs.draft(b"new", tmp_path / "salt.pdf"):
        pass
    assert "last good" not in str(caught.value)


@pytest.mark.parametrize(("number", "fails"), [(errno.EINVAL, False), (errno.EIO, True)])
def test_a_folder_that_cannot_be_flushed(
    target: Path, monkeypatch: pytest.MonkeyPatch, number: int, fails: bool
) -> None:
    flush = os.fsync

    def fsync(handle: int) -> None:
        if Path(f"/proc/self/fd/{handle}").readlink().is_dir():
            raise OSError(number, os.strerror(number))
        flush(handle)

    monkeypatch.setattr(os, "fsync", fsync)
    with outputs.draft(b"new", target) as path:
        if fails:
            with pytest.raises(OutputFailed, match="the file is in place, but"):
                outputs.put(path, target)
        else:
            outputs.put(path, target)
    assert target.read_bytes() == b"new"


def test_a_target_that_is_a_folder(tmp_path: Path) -> None:
    (tmp_path / "salt.pdf").mkdir()
    with pytest.raises(OutputFailed), outputs.draft(b"new", tmp_path / "salt.pdf") as path:
        outputs.put(path, tmp_path / "salt.pdf")
    assert [each.name for each in tmp_path.iterdir()] == ["salt.pdf"]


KILLED = """
import os, sys
from pathlib import Path
from octavo import outputs
with outputs.draft(b"half a file", Path(sys.argv[1])):
    os.kill(os.getpid(), 9)
"""


def test_the_draft_of_a_dead_process_is_swept_away(target: Path) -> None:
    source = str(Path(outputs.__file__).parent.parent)
    subprocess.run([sys.executable, "-c", KILLED, target], env={"PYTHONPATH": source}, check=False)
    left = [each.name for each in target.parent.iterdir() if each != target]
    assert len(left) == 1, "else this tests nothing"
    with outputs.draft(b"new", target) as path:
        outputs.put(path, target)
    assert [each.name for each in target.parent.iterdir()] == ["salt.pdf"]


def test_the_draft_of_a_living_process_and_other_files_stay(target: Path) -> None:
    (target.parent / ".keep").touch()
    (target.parent / ".octavo-draft-link.pdf").symlink_to(target)
    with outputs.draft(b"one", target) as one, outputs.draft(b"two", target) as two:
        assert one.read_bytes() == b"one"
        outputs.put(two, target)
        outputs.put(one, target)
    assert target.read_bytes() == b"one"
    assert sorted(each.name for each in target.parent.iterdir()) == [
        ".keep",
        ".octavo-draft-link.pdf",
        "salt.pdf",
    ]


def test_a_disk_without_locks_still_gets_its_file(
    target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def flock(*_: object) -> None:
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr(fcntl, "flock", flock)
    (target.parent / ".octavo-draft-0.pdf").write_bytes(b"perhaps in use")
    with outputs.draft(b"new", target) as path:
        outputs.put(path, target)
    assert target.read_bytes() == b"new"
    assert (target.parent / ".octavo-draft-0.pdf").exists()


# --- folders ---

FILES = {"index.html": b"new", "images/a.png": b"\x89", "files/b/c.epub": b"PK"}


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """The last good site."""
    path = tmp_path / "dist" / "salt.site"
    build(path, {"index.html": b"old", "gone.html": b"old"})
    return path


def build(target: Path, files: dict[str, bytes]) -> None:
    with outputs.draft(files, target) as path:
        outputs.put(path, target)


def tree(folder: Path) -> dict[str, bytes]:
    found = {p.relative_to(folder).as_posix(): p for p in folder.rglob("*") if p.is_file()}
    return {name: path.read_bytes() for name, path in found.items()}


@pytest.mark.parametrize("exchanges", [True, False], ids=["in one step", "set aside"])
def test_a_folder_takes_its_targets_place(
    site: Path, monkeypatch: pytest.MonkeyPatch, exchanges: bool
) -> None:
    if not exchanges:
        monkeypatch.setattr(outputs, "_exchanged", lambda one, other: False)
    with outputs.draft(FILES, site) as path:
        assert tree(path) == FILES | {outputs.SUMS: outputs.sums(FILES)}
        assert tree(site)["index.html"] == b"old"
        assert path.parent == site.parent
        outputs.put(path, site)
    assert tree(site) == FILES | {outputs.SUMS: outputs.sums(FILES)}
    assert [each.name for each in site.parent.iterdir()] == ["salt.site"]


def test_folders_are_exchanged_in_one_step(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "x").write_text(name)
    assert outputs._exchanged(tmp_path / "a", tmp_path / "b"), "this is Linux, and can do it"
    assert [(tmp_path / name / "x").read_text() for name in ("a", "b")] == ["b", "a"]
    assert not outputs._exchanged(tmp_path / "a", tmp_path / "none")


def test_a_folder_that_is_not_put_is_gone(site: Path) -> None:
    with pytest.raises(ZeroDivisionError), outputs.draft(FILES, site):
        raise ZeroDivisionError
    assert tree(site)["index.html"] == b"old"
    assert [each.name for each in site.parent.iterdir()] == ["salt.site"]


@pytest.mark.parametrize("stranger", ["CNAME", ".git/config", "images/mine.png"])
def test_a_folder_with_files_of_others_is_left_alone(site: Path, stranger: str) -> None:
    (site / stranger).parent.mkdir(exist_ok=True)
    (site / stranger).write_text("mine")
    before = tree(site)
    with pytest.raises(NoPermission) as caught, outputs.draft(FILES, site):
        pass
    assert stranger in caught.value.message
    assert tree(site) == before
    assert [each.name for each in site.parent.iterdir()] == ["salt.site"]


def test_what_file_managers_leave_is_no_file_of_others(site: Path) -> None:
    (site / ".DS_Store").write_bytes(b"x")
    build(site, FILES)
    assert set(tree(site)) == {*FILES, outputs.SUMS}


def test_an_empty_folder_a_file_and_a_link_are_replaced(tmp_path: Path) -> None:
    (tmp_path / "empty.site").mkdir()
    (tmp_path / "file.site").write_text("x")
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "mine").write_text("x")
    (tmp_path / "link.site").symlink_to("elsewhere")
    for name in ("empty", "file", "link"):
        build(tmp_path / f"{name}.site", FILES)
        assert tree(tmp_path / f"{name}.site")["index.html"] == b"new"
        assert not (tmp_path / f"{name}.site").is_symlink()
    assert tree(tmp_path / "elsewhere") == {"mine": b"x"}
    assert len(list(tmp_path.iterdir())) == 4


def test_sums_are_in_order_and_as_sha256sum_reads_them(site: Path) -> None:
    build(site, FILES)
    words = ["sha256sum", "--check", "--strict", outputs.SUMS]
    said = subprocess.run(words, cwd=site, capture_output=True, text=True, check=True)
    assert said.stdout.splitlines() == [f"{name}: OK" for name in sorted(FILES)]


def test_drafts_of_folders_are_swept_unless_somebody_holds_them(site: Path) -> None:
    left = site.with_name(".octavo-draft-0123.site")
    left.mkdir()
    (left / "x").write_text("x")
    with outputs.draft(FILES, site) as held:
        assert not left.exists()
        outputs.sweep(site.parent)
        assert held.is_dir()


def test_a_folder_that_was_set_aside_comes_back(site: Path) -> None:
    aside = site.with_name(".octavo-aside-salt.site")
    site.rename(aside)  # as after a kill between two steps
    outputs.sweep(site.parent)
    assert tree(site)["index.html"] == b"old"
    aside.mkdir()  # as after a kill before the last
    outputs.sweep(site.parent)
    assert [each.name for each in site.parent.iterdir()] == ["salt.site"]


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EACCES])
def test_a_fault_while_folders_take_turns_leaves_the_old_one(
    site: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    rename = Path.rename

    def fail(self: Path, to: Path) -> Path:
        if self.name.startswith(".octavo-draft-"):
            raise OSError(number, os.strerror(number))
        return rename(self, to)

    monkeypatch.setattr(outputs, "_exchanged", lambda one, other: False)
    monkeypatch.setattr(Path, "rename", fail)
    with pytest.raises(OutputError, match="still there"):
        build(site, FILES)
    assert tree(site)["index.html"] == b"old"
    assert [each.name for each in site.parent.iterdir()] == ["salt.site"]


@pytest.mark.parametrize(
    ("call", "nth"), [("fsync", 1), ("fsync", 4), ("mkdir", 2), ("mkdir", 4), ("open", 1)]
)
def test_a_fault_of_the_disk_leaves_the_last_good_folder(
    site: Path, monkeypatch: pytest.MonkeyPatch, call: str, nth: int
) -> None:
    real, calls = getattr(os, call), iter(range(1, 1000))

    def fail(*given: object, **said: object) -> object:
        if next(calls) == nth:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return real(*given, **said)

    monkeypatch.setattr(os, call, fail)
    with pytest.raises(DiskFull):
        build(site, FILES)
    monkeypatch.undo()
    assert tree(site)["index.html"] == b"old"
    assert [each.name for each in site.parent.iterdir()] == ["salt.site"]
