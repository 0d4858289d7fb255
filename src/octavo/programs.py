"""Find, bound and run external programs: the only place that starts one."""

import contextlib
import os
import shutil
import signal
import subprocess
from dataclasses import dataclass
from pathlib import Path

from octavo.errors import MissingTool, TimedOut

MIB = 1024 * 1024
_ENVIRONMENT = {"PATH": os.defpath, "LANG": "C.UTF-8", "LC_ALL": "C.UTF-8", "TZ": "UTC"}


@dataclass(frozen=True, slots=True)
class Limits:
    """What a program may take before it is killed with all its children."""

    seconds: float = 60.0  # wall time
    memory: int | None = 1024 * MIB  # bytes of address space for each process; None: unbounded


@dataclass(frozen=True, slots=True)
class Finished:
    """How a program ended."""

    code: int  # its exit code; negative: the signal that ended it
    out: bytes
    err: str


def find(name: str, *, hint: str) -> Path:
    """Give the path of a program.

    Raises:
        MissingTool: it is not on PATH; `hint` says how to install it.
    """
    found = shutil.which(name)
    if found is None:
        raise MissingTool(f"the program {name} is not installed", hint=hint)
    return Path(found)


def run(
    argv: list[str | Path], *, stdin: bytes = b"", folder: Path | None = None, limits: Limits
) -> Finished:
    """Run a program in a process group of its own and a bare environment; wait for its end.

    Args:
        argv: the program and its arguments; no shell reads them.
        stdin: what it reads.
        folder: where it runs; the current folder without it.
        limits: its bounds. On the time limit the whole process group is killed.

    Raises:
        TimedOut: it did not end in time.
        MissingTool: it cannot be started.
    """
    name = Path(argv[0]).name
    try:
        process = subprocess.Popen(
            _bounded(argv, limits.memory),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=folder,
            env=_ENVIRONMENT,
            start_new_session=True,
        )
    except OSError as error:
        raise MissingTool(f"{name} cannot be started: {error.strerror}") from error
    try:
        out, err = process.communicate(stdin, timeout=limits.seconds)
    except subprocess.TimeoutExpired as error:
        raise TimedOut(f"{name} did not end within {limits.seconds:g} seconds") from error
    finally:
        _kill_group(process)
    return Finished(process.returncode, out, err.decode("utf-8", "replace"))


def _bounded(argv: list[str | Path], memory: int | None) -> list[str]:
    words = [str(part) for part in argv]
    if memory is None:
        return words
    # The limit has to stand before the program starts: GHC reserves its address space at once. A
    # function between fork and exec is unsafe beside threads, so the shell sets it; it sees the
    # words as parameters, never as text to parse.
    return ["/bin/sh", "-c", 'ulimit -v "$0" && exec "$@"', str(memory // 1024), *words]


def _kill_group(process: "subprocess.Popen[bytes]") -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
