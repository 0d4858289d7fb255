"""Find, bound and run external programs: the only place that starts one."""

import contextlib
import os
import selectors
import shutil
import signal
import subprocess
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from octavo.errors import MissingTool, TimedOut, ToolFailed

MIB = 1024 * 1024
_ENVIRONMENT = {"PATH": os.defpath, "LANG": "C.UTF-8", "LC_ALL": "C.UTF-8", "TZ": "UTC"}
_CHUNK = 64 * 1024  # bytes moved through a pipe at once: what a Linux pipe holds
_PATIENCE = 0.1  # seconds without news before looking whether the program has ended
_starting = (
    threading.RLock()
)  # held to start one and to end all, which a second signal may do again
_leaders: set[int] = set()  # the programs that are running; each leads a process group
_COMPLAINTS = MIB  # bytes of standard error that are kept; the rest is read and dropped


@dataclass(frozen=True, slots=True)
class Limits:
    """What a program may take before it is killed with all its children."""

    seconds: float = 60.0  # wall time
    memory: int | None = 1024 * MIB  # bytes of address space for each process; None: unbounded
    output: int = 256 * MIB  # bytes of standard output


@dataclass(frozen=True, slots=True)
class Finished:
    """How a program ended."""

    code: int  # its exit code; negative: the signal that ended it
    out: bytes
    err: str  # the first MiB; what is no UTF-8 is replaced


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

    However it ends, whatever is left of its process group is killed.

    Args:
        argv: the program and its arguments; no shell is involved.
        stdin: what it reads.
        folder: where it runs; the current folder without it.
        limits: its bounds.

    Raises:
        TimedOut: it did not end in time.
        ToolFailed: it wrote more than it may.
        MissingTool: it cannot be started.
    """
    name = Path(argv[0]).name
    with _start(_bounded(argv, limits.memory), folder) as process:  # closes the pipes
        try:
            out, err = _exchange(process, stdin, name, limits)
        finally:
            _kill_group(process)
    return Finished(process.returncode, out, err.decode("utf-8", "replace"))


def end_all() -> None:
    """Kill every program that is running, for a process that will end at once."""
    with _starting:  # another thread's program is one of them as soon as it runs
        for leader in tuple(_leaders):
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(leader, signal.SIGKILL)


def _start(argv: list[str], folder: Path | None) -> "subprocess.Popen[bytes]":
    # A request to end waits until `end_all` knows of the program.
    mask = signal.pthread_sigmask(signal.SIG_BLOCK, (signal.SIGTERM, signal.SIGHUP))
    try:
        with _starting:
            process = subprocess.Popen(
                argv,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                bufsize=0,
                cwd=folder,
                env=_ENVIRONMENT,
                start_new_session=True,
            )
            _leaders.add(process.pid)
        return process
    except OSError as error:
        raise MissingTool(f"{Path(argv[0]).name} cannot be started: {error.strerror}") from error
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, mask)


def _bounded(argv: list[str | Path], memory: int | None) -> list[str]:
    words = [str(part) for part in argv]
    if shutil.which(words[0], path=_ENVIRONMENT["PATH"]) is None:
        raise MissingTool(f"{Path(words[0]).name} cannot be started: there is no such program")
    if memory is None:
        return words
    # The limit has to stand before the program starts: GHC reserves its address space at once. A
    # function between fork and exec is unsafe beside threads, so the shell sets it; it sees the
    # words as parameters, never as text to parse.
    return ["/bin/sh", "-c", 'ulimit -v "$0" && exec "$@"', str(memory // 1024), *words]


def _exchange(
    process: "subprocess.Popen[bytes]", stdin: bytes, name: str, limits: Limits
) -> tuple[bytes, bytes]:
    # Popen.communicate keeps whatever a program writes: a mad one fills the memory.
    deadline = time.monotonic() + limits.seconds
    assert process.stdin is not None and process.stdout is not None and process.stderr is not None
    out, err, unsent = bytearray(), bytearray(), memoryview(stdin)
    with selectors.DefaultSelector() as pipes:
        for pipe, event in (
            (process.stdin, selectors.EVENT_WRITE),
            (process.stdout, selectors.EVENT_READ),
            (process.stderr, selectors.EVENT_READ),
        ):
            os.set_blocking(pipe.fileno(), False)
            pipes.register(pipe, event)
        while pipes.get_map():
            for key, _ in pipes.select(_patience(deadline, name, limits)):
                if key.fileobj is process.stdin:
                    unsent = _send(process.stdin, unsent, pipes)
                elif key.fileobj is process.stdout:
                    out += _receive(process.stdout, pipes)
                else:
                    err += _receive(process.stderr, pipes)[: _COMPLAINTS - len(err)]
            if len(out) > limits.output:
                raise ToolFailed(f"{name} wrote more than {limits.output:,} bytes")
            if process.poll() is not None:
                _kill_group(process)  # a child that outlives it would hold the pipes open
    _await_end(process, deadline, name, limits)
    return bytes(out), bytes(err)


def _patience(deadline: float, name: str, limits: Limits) -> float:
    left = deadline - time.monotonic()
    if left <= 0:
        raise _too_late(name, limits)
    return min(left, _PATIENCE)


def _await_end(
    process: "subprocess.Popen[bytes]", deadline: float, name: str, limits: Limits
) -> None:
    # It may have closed its pipes long before.
    try:
        process.wait(max(0.0, deadline - time.monotonic()))
    except subprocess.TimeoutExpired:
        raise _too_late(name, limits) from None


def _too_late(name: str, limits: Limits) -> TimedOut:
    return TimedOut(f"{name} did not end within {limits.seconds:g} seconds")


def _send(pipe: IO[bytes], unsent: memoryview, pipes: selectors.DefaultSelector) -> memoryview:
    try:
        unsent = unsent[os.write(pipe.fileno(), unsent[:_CHUNK]) :] if unsent else unsent
    except BrokenPipeError:  # it does not want the rest
        unsent = unsent[:0]
    if not unsent:
        pipes.unregister(pipe)
        pipe.close()
    return unsent


def _receive(pipe: IO[bytes], pipes: selectors.DefaultSelector) -> bytes:
    chunk = os.read(pipe.fileno(), _CHUNK)
    if not chunk:
        pipes.unregister(pipe)
    return chunk


def _kill_group(process: "subprocess.Popen[bytes]") -> None:
    # Where the leader is a zombie, macOS answers EPERM instead of ESRCH.
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    _leaders.discard(process.pid)
