"""Measure what cleaning costs in CPU time and memory, on inputs of two sizes each.

As a script, it cleans one file and prints what that took: python bench/limits.py FILE.
"""

import json
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path

ROOT = Path(__file__).parent.parent
CASES = ROOT.parent / "shared" / "roundtrip" / "dev" / "raw"
MB = 1_000_000
RUNS = 2  # the faster one counts
_PROSE = (
    "The river had risen in the night, and nobody at the mill could say how high it stood.\n"
    "When the boys came down to look at it, the lower meadow was gone and the well-\n"
    "known path along the bank with it. “We shall have to go round,” said the elder.\n\n"
)
_CHINESE = (
    "河水在夜里涨了起来，磨坊里没有人说得出水有多高。孩子们下来看\n"
    "的时候，低处的草地已经不见了，岸边的小路也没有了。\n\n"
    "“我们得绕过去。”哥哥说，“桥还在，可是要走很远。”\n\n"
)


@dataclass(frozen=True)
class Took:
    """What one run took."""

    seconds: float  # of CPU time
    peak: float  # MB, of the whole process
    own: float | None = None  # MB, without the interpreter and the modules
    error: str = ""


@dataclass(frozen=True)
class Input:
    """A text to be made: a piece again and again, between a beginning and an end."""

    name: str
    size: int  # bytes
    piece: bytes
    begin: bytes = b""
    end: bytes = b""

    def write(self, path: Path) -> None:
        """Write it piece by piece, for a large process would hide the peaks of those it starts."""
        with path.open("wb") as file:
            left = self.size - file.write(self.begin) - len(self.end)
            while left > len(self.piece):
                left -= file.write(self.piece)
            file.write(self.piece[:left].decode("utf-8", "ignore").encode() + self.end)


def limits() -> None:
    """Clean large and odd texts in processes of their own, and print what they took."""
    head = (
        f"{'text':30}{'MB':>4}{'CPU s':>8}{'MB/s':>8}{'growth':>8}{'MB':>7}{'× size':>8}{'own':>7}"
    )
    print(head)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "text.txt"
        for text in _texts():
            for way, run in (("", _stages), (" (command)", _command)):
                replace(text, size=MB).write(path)
                small = _fastest(run, path)
                text.write(path)
                large = _fastest(run, path)
                _print(text.name + way, text.size / MB, small, large)
            if large.error:
                print(f"    {large.error}")


def _texts() -> Iterator[Input]:
    cases = [text for path in sorted(CASES.glob("*.txt")) if (text := _text(path))]
    plain = "\n\n".join(text for text in cases if "*** START OF" not in text) or _PROSE
    chinese = [text for text in cases if text.count("。") * 100 > len(text)] or [_CHINESE]
    chance = random.Random(1)
    yield Input("all cases", 10 * MB, "\n\n".join(cases or [_PROSE]).encode())
    yield Input("cases without boilerplate", 10 * MB, plain.encode())
    yield Input("one line", 5 * MB, f"{' '.join(plain.split())} ".encode())
    yield Input("Chinese", 5 * MB, "\n\n".join(chinese).encode())
    yield Input("Chinese in one line", 5 * MB, "".join("".join(chinese).split()).encode())
    yield Input("blank lines", 5 * MB, b"\n", b"The river.\n", b"The mill.\n")
    yield Input("random bytes", 5 * MB, chance.randbytes(MB))
    yield Input("random letters", 5 * MB, bytes(chance.choices(range(97, 123), k=MB)))


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        return ""


def _fastest(run: Callable[[Path], Took], path: Path) -> Took:
    return min((run(path) for _ in range(RUNS)), key=lambda took: took.seconds)


def _stages(path: Path) -> Took:
    words = [sys.executable, __file__, str(path)]
    ended = subprocess.run(words, check=True, capture_output=True, text=True)
    return Took(**json.loads(ended.stdout))


def _command(path: Path) -> Took:
    """Run the command as a user does, and ask the system what it took with all it started."""
    output = path.with_suffix(".html")
    words = [sys.executable, "-m", "octavo", "clean", str(path), "-o", str(output), "--quiet"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    with path.with_suffix(".log").open("w+b") as log:
        process = subprocess.Popen(words, stdout=log, stderr=log, env=environment)
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        log.seek(0)
        error = log.read().decode() if process.returncode else ""
    output.unlink(missing_ok=True)
    return Took(used.ru_utime + used.ru_stime, _megabytes(used), None, " ".join(error.split()))


def _print(name: str, size: float, small: Took, large: Took) -> None:
    growth = large.seconds / size / small.seconds
    own = f"{large.own / size:7.1f}" if large.own is not None else ""
    print(
        f"{name:30}{size:4.0f}{large.seconds:8.2f}{size / large.seconds:8.2f}{growth:8.2f}"
        f"{large.peak:7.0f}{large.peak / size:8.1f}{own}",
        flush=True,
    )


def probe(path: Path) -> Took:
    """Read, clean and structure a file in this process."""
    sys.path.insert(0, str(ROOT / "src"))
    from octavo.clean import clean
    from octavo.errors import OctavoError
    from octavo.guidance import Guidance
    from octavo.read import read
    from octavo.structure import structure

    before = _megabytes(resource.getrusage(resource.RUSAGE_SELF))
    begun, error = time.process_time(), ""
    try:
        structure(clean(read(path.read_bytes(), path.name).text, Guidance()).text, Guidance())
    except OctavoError as refused:
        error = str(refused)
    seconds = time.process_time() - begun
    peak = _megabytes(resource.getrusage(resource.RUSAGE_SELF))
    return Took(seconds, peak, peak - before, error)


def _megabytes(used: resource.struct_rusage) -> float:
    return used.ru_maxrss * (1 if sys.platform == "darwin" else 1024) / MB


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    print(json.dumps(asdict(probe(Path(sys.argv[1])))))
