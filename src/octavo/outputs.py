"""Put a finished file in the place of the last good one, or leave everything as it was."""

import contextlib
import errno
import fcntl
import os
from collections.abc import Iterable, Iterator
from io import FileIO
from pathlib import Path

from octavo.errors import DiskFull, NoPermission, OutputError, OutputFailed
from octavo.model import Place

_PREFIX = ".octavo-draft-"
_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_FORBIDDEN = {errno.EACCES, errno.EPERM, errno.EROFS}


@contextlib.contextmanager
def draft(data: bytes | Iterable[bytes], target: Path) -> Iterator[Path]:
    """Write a draft beside its target, flushed to the disk; take it away again in the end.

    The draft's name begins with a dot and ends as the target's does, for programs that look at it.
    It is locked as long as it is in use. Drafts that nobody holds any more are swept away.

    Args:
        data: what is written; in pieces, it need never be in memory as a whole.
        target: the file it will become.

    Raises:
        NoPermission, DiskFull, OutputFailed: it cannot be written; the target is as it was.
    """
    path = target.with_name(f"{_PREFIX}{os.urandom(8).hex()}{target.suffix}")
    with contextlib.ExitStack() as stack:
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            sweep(target.parent)
            stack.callback(_remove, path)
            # Without a buffer, so that closing it has nothing left that could fail.
            file = stack.enter_context(path.open("xb", buffering=0))
            _lock(file)
            for piece in (data,) if isinstance(data, bytes) else data:
                _write(file, piece)
            os.fsync(file.fileno())
        except OSError as error:
            raise told(error, target) from error
        yield path


def sweep(folder: Path) -> None:
    """Remove the drafts that processes left which were killed; those in use are locked."""
    for path in folder.glob(f"{_PREFIX}*"):
        if path.is_symlink() or not path.is_file():
            continue  # none of ours
        with contextlib.suppress(OSError), path.open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            path.unlink()


def put(path: Path, target: Path) -> None:
    """Put a draft in the place of its target, in one step that outlasts a loss of power.

    Raises:
        NoPermission, DiskFull, OutputFailed: the target is as it was, unless it says otherwise.
    """
    try:
        path.replace(target)
    except OSError as error:
        raise told(error, target) from error
    try:
        _flush_folder(target.parent)
    except OSError as error:
        if error.errno == errno.EIO:  # elsewhere it means that folders cannot be flushed
            message = "the file is in place, but the disk failed while it was made safe"
            hint = "Look at the disk, and build again"
            raise OutputFailed(message, place=Place(target.as_posix()), hint=hint) from error


def _lock(file: FileIO) -> None:
    # Where a file system knows no locks, nothing can be locked to be swept either.
    with contextlib.suppress(OSError):
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


def _write(file: FileIO, data: bytes) -> None:
    left = memoryview(data)
    while left:
        left = left[file.write(left) :]


def _remove(path: Path) -> None:
    with contextlib.suppress(OSError):
        path.unlink()


def _flush_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def told(error: OSError, target: Path) -> OutputError:
    """Say what a fault of the file system means for the user."""
    kept = "; the last good file is still there" if target.is_file() else ""
    kind: type[OutputError] = OutputFailed
    message, hint = f"the file cannot be written: {error.strerror}", "Look at the disk"
    if error.errno in _FULL:
        kind, message, hint = DiskFull, "there is no room for the file on the disk", "Make room"
    elif error.errno in _FORBIDDEN:
        kind, message = NoPermission, "the file may not be written"
        hint = "Give yourself the right to write there"
    hint += f", or choose another folder with -o{kept}"
    return kind(message, place=Place(target.as_posix()), hint=hint)
