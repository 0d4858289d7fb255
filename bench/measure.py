"""Run a command and say what it took: wall time, CPU time and memory of all its processes."""

import os
import resource
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

MB = 1_000_000  # bytes


@dataclass(frozen=True)
class Took:
    """What a command took."""

    wall: float  # seconds
    cpu: float  # seconds, of all processes together
    peak: float  # MB, of the largest process


def run(words: Sequence[str], settings: Mapping[str, str] | None = None) -> Took:
    """Run a command to its end, with the programs of our own folder and pandoc's on the path.

    Args:
        words: the command.
        settings: variables of the environment, beside our own.
    """
    import pypandoc

    tools = [str(Path(pypandoc.get_pandoc_path()).parent), str(Path(sys.executable).parent)]
    path = os.pathsep.join([*tools, os.environ.get("PATH", os.defpath)])
    environment = {**os.environ, "PATH": path, **(settings or {})}
    begun = time.monotonic()
    process = subprocess.Popen(words, env=environment, stdout=subprocess.DEVNULL)
    _, status, used = os.wait4(process.pid, 0)
    wall = time.monotonic() - begun
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        sys.exit(f"{words[0]} ended with code {process.returncode}")
    return Took(wall, used.ru_utime + used.ru_stime, _megabytes(used))


def _megabytes(used: resource.struct_rusage) -> float:
    return used.ru_maxrss * (1 if sys.platform == "darwin" else 1024) / MB
