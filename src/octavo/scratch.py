"""Folders for temporary files, which the next one sweeps away if their process was killed."""

import contextlib
import fcntl
import os
import shutil
import stat
import tempfile
import weakref
from pathlib import Path

PREFIX = "octavo-scratch-"


class Scratch:
    """A folder that is there until it is cleaned up, or the process ends.

    It is locked as long as it is in use; those that nobody holds any more are swept away.

    Raises:
        OSError: it cannot be made.
    """

    def __init__(self) -> None:
        self.name, lock = _made()
        self._end = weakref.finalize(self, _remove, self.name, lock)
        sweep()

    def cleanup(self) -> None:
        """Take it away, with all that is in it."""
        self._end()

    def __enter__(self) -> str:
        return self.name

    def __exit__(self, *_: object) -> None:
        self.cleanup()


def sweep() -> None:
    """Take away the folders that processes left which were killed; those in use are locked."""
    with contextlib.suppress(OSError):  # there is no place for temporary files
        for path in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
            _take_away(path)


def _made() -> tuple[str, int]:
    """Make a folder and lock it; one that was swept before it was locked is made again."""
    while True:
        name = tempfile.mkdtemp(prefix=PREFIX)
        with contextlib.suppress(FileNotFoundError):
            handle = os.open(name, os.O_RDONLY | os.O_DIRECTORY)
            if _is_ours(handle) and Path(name).is_dir():
                return name, handle
            os.close(handle)


def _is_ours(handle: int) -> bool:
    """Lock a folder, unless somebody has; where there are no locks, nobody has."""
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:
        return True
    return True


def _remove(name: str, lock: int) -> None:
    shutil.rmtree(name, ignore_errors=True)
    os.close(lock)


def _take_away(path: Path) -> None:
    with contextlib.suppress(OSError):
        state = path.lstat()
        if not stat.S_ISDIR(state.st_mode) or state.st_uid != os.getuid():
            return  # none of ours
        handle = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(path, ignore_errors=True)
        finally:
            os.close(handle)
