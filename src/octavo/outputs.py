"""Put a finished file or folder in the place of the last good one, or leave all as it was."""

import contextlib
import ctypes
import errno
import fcntl
import os
import shutil
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TypeAlias

from octavo.errors import DiskFull, NoPermission, OutputError, OutputFailed
from octavo.model import Place

Contents: TypeAlias = bytes | Iterable[bytes] | Mapping[str, bytes]

SUMS = "SHA256SUMS"  # in a folder: what `sha256sum --check` reads, and how we know it for ours

_PREFIX = ".octavo-draft-"
_ASIDE = ".octavo-aside-"
_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_FORBIDDEN = {errno.EACCES, errno.EPERM, errno.EROFS}
_HERE, _EXCHANGE = -100, 2  # AT_FDCWD of Linux's fcntl.h, RENAME_EXCHANGE of its fs.h
_LITTER = {".DS_Store", "Thumbs.db"}  # what file managers leave in folders


@contextlib.contextmanager
def draft(data: Contents, target: Path) -> Iterator[Path]:
    """Write a draft beside its target, flushed to the disk; take it away again in the end.

    The draft's name begins with a dot and ends as the target's does, for programs that look at it.
    It is locked as long as it is in use. Drafts that nobody holds any more are swept away.

    Args:
        data: what is written; in pieces, it need never be in memory as a whole. Files by their
            paths make a folder, in which a list of their sums is laid, too.
        target: the file or folder it will become.

    Raises:
        NoPermission, DiskFull, OutputFailed: it cannot be written; the target is as it was.
    """
    path = target.with_name(f"{_PREFIX}{os.urandom(8).hex()}{target.suffix}")
    with contextlib.ExitStack() as stack:
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            sweep(target.parent)
            stack.callback(_remove, path)
            if isinstance(data, Mapping):
                _refuse_to_replace(target)
                _write_folder(data, path, stack)
            else:
                _write_file([data] if isinstance(data, bytes) else data, path, stack)
        except OSError as error:
            raise told(error, target) from error
        yield path


def sums(files: Mapping[str, bytes]) -> bytes:
    """Give the list of a folder's files, each with its sum."""
    import hashlib  # takes megabytes, which cleaning can do without

    lines = (f"{hashlib.sha256(files[name]).hexdigest()}  {name}\n" for name in sorted(files))
    return "".join(lines).encode()


def sweep(folder: Path) -> None:
    """Remove the drafts that processes left which were killed; those in use are locked.

    A folder that was set aside comes back, if its successor never came.
    """
    for path in folder.glob(f"{_ASIDE}*"):
        with contextlib.suppress(OSError):
            last = path.with_name(path.name.removeprefix(_ASIDE))
            _remove(path) if os.path.lexists(last) else path.rename(last)
    for path in folder.glob(f"{_PREFIX}*"):
        if path.is_symlink() or not (path.is_file() or path.is_dir()):
            continue  # none of ours
        with contextlib.suppress(OSError), _opened(path) as handle:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            _remove(path)


def put(path: Path, target: Path) -> None:
    """Put a draft in the place of its target, in one step that outlasts a loss of power.

    Raises:
        NoPermission, DiskFull, OutputFailed: the target is as it was, unless it says otherwise.
    """
    try:
        if path.is_dir() and os.path.lexists(target):
            _take_turns(path, target)
        else:
            path.replace(target)
    except OSError as error:
        raise told(error, target) from error
    try:
        _flush(target.parent)
    except OSError as error:
        message = "the file is in place, but the disk failed while it was made safe"
        hint = "Look at the disk, and build again"
        raise OutputFailed(message, place=Place(target.as_posix()), hint=hint) from error


def _refuse_to_replace(target: Path) -> None:
    """Refuse to take away a folder with files that we have not written."""
    if target.is_symlink() or not target.is_dir():
        return
    listed = target / SUMS
    lines = listed.read_text("utf-8", "replace").splitlines() if listed.is_file() else []
    ours = {SUMS, *_LITTER, *(line[66:] for line in lines)}
    found = (p.relative_to(target).as_posix() for p in target.rglob("*") if not p.is_dir())
    stranger = min((name for name in found if name not in ours), default=None)
    if stranger is not None:
        message = f"the folder holds {stranger}, which Octavo has not written, and would lose it"
        hint = "Move the folder away, or choose another one with -o"
        raise NoPermission(message, place=Place(target.as_posix()), hint=hint)


def _write_folder(files: Mapping[str, bytes], path: Path, stack: contextlib.ExitStack) -> None:
    path.mkdir()
    _lock(stack.enter_context(_opened(path)))
    written = {**files, SUMS: sums(files)}
    for name in sorted(written):
        (path / name).parent.mkdir(parents=True, exist_ok=True)
        with contextlib.ExitStack() as closing:
            _write_file([written[name]], path / name, closing)
    for folder in sorted({(path / name).parent for name in written}, reverse=True):
        _flush(folder)


def _write_file(pieces: Iterable[bytes], path: Path, stack: contextlib.ExitStack) -> None:
    # Without a buffer, so that closing it has nothing left that could fail.
    file = stack.enter_context(path.open("xb", buffering=0))
    _lock(file.fileno())
    for piece in pieces:
        left = memoryview(piece)
        while left:
            left = left[file.write(left) :]
    os.fsync(file.fileno())


def _lock(handle: int) -> None:
    # Where a file system knows no locks, nothing can be locked to be swept either.
    with contextlib.suppress(OSError):
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)


@contextlib.contextmanager
def _opened(path: Path) -> Iterator[int]:
    handle = os.open(path, os.O_RDONLY)
    try:
        yield handle
    finally:
        os.close(handle)


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    with contextlib.suppress(OSError):
        path.unlink()


def _take_turns(path: Path, target: Path) -> None:
    """Exchange two folders; where the system cannot, the old one is set aside for a moment."""
    if _exchanged(path, target):
        return
    aside = target.with_name(f"{_ASIDE}{target.name}")
    target.rename(aside)
    try:
        path.rename(target)
    except OSError:
        with contextlib.suppress(OSError):
            aside.rename(target)
        raise
    _remove(aside)


def _exchanged(one: Path, other: Path) -> bool:
    """Exchange two files or folders in one step; say whether this system could."""
    try:
        exchange = ctypes.CDLL(None, use_errno=True).renameat2
    except (AttributeError, OSError):  # not the C library of GNU
        return False
    return not exchange(_HERE, os.fsencode(one), _HERE, os.fsencode(other), _EXCHANGE)


def _flush(folder: Path) -> None:
    try:
        with _opened(folder) as handle:
            os.fsync(handle)
    except OSError as error:
        if error.errno == errno.EIO:  # elsewhere it means that folders cannot be flushed
            raise


def told(error: OSError, target: Path) -> OutputError:
    """Say what a fault of the file system means for the user."""
    kept = "; the last good file is still there" if target.exists() else ""
    kind: type[OutputError] = OutputFailed
    message, hint = f"the file cannot be written: {error.strerror}", "Look at the disk"
    if error.errno in _FULL:
        kind, message, hint = DiskFull, "there is no room for the file on the disk", "Make room"
    elif error.errno in _FORBIDDEN:
        kind, message = NoPermission, "the file may not be written"
        hint = "Give yourself the right to write there"
    hint += f", or choose another folder with -o{kept}"
    return kind(message, place=Place(target.as_posix()), hint=hint)
