"""Put a finished file in the place of the last good one, or leave everything as it was."""

import contextlib
import errno
import os
from collections.abc import Iterator
from pathlib import Path

from octavo.errors import DiskFull, NoPermission, OutputError, OutputFailed
from octavo.model import Place

_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_FORBIDDEN = {errno.EACCES, errno.EPERM, errno.EROFS}


@contextlib.contextmanager
def draft(data: bytes, target: Path) -> Iterator[Path]:
    """Write a draft beside its target, flushed to the disk; take it away again in the end.

    The draft's name begins with a dot and ends as the target's does, for programs that look at it.

    Raises:
        NoPermission, DiskFull, OutputFailed: it cannot be written; the target is as it was.
    """
    path = target.with_name(f".{target.stem}.{os.getpid()}.draft{target.suffix}")
    try:
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            _write(path, data)
        except OSError as error:
            raise _told(error, target) from error
        yield path
    finally:
        with contextlib.suppress(OSError):
            path.unlink()


def put(path: Path, target: Path) -> None:
    """Put a draft in the place of its target, in one step that outlasts a loss of power.

    Raises:
        NoPermission, DiskFull, OutputFailed: the target is as it was.
    """
    try:
        path.replace(target)
        _flush_folder(target.parent)
    except OSError as error:
        raise _told(error, target) from error


def _write(path: Path, data: bytes) -> None:
    with contextlib.suppress(FileNotFoundError):
        path.unlink()  # left by a process of the same number that was killed
    with path.open("xb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _flush_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _told(error: OSError, target: Path) -> OutputError:
    place = Place(target.as_posix())
    if error.errno in _FULL:
        hint = "Make room, or choose another folder with -o; the last good file is still there"
        return DiskFull("there is no room for the file on the disk", place=place, hint=hint)
    if error.errno in _FORBIDDEN:
        hint = "Give yourself the right to write there, or choose another folder with -o"
        return NoPermission("the file may not be written", place=place, hint=hint)
    why = error.strerror or str(error)
    return OutputFailed(f"the file cannot be written: {why}", place=place, hint="See `-o`")
