"""Workers: what comes back from them, and what becomes of those that fail."""

import contextlib
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError
from functools import partial
from pathlib import Path

import pytest

from conftest import environment
from octavo.crew import Crew
from octavo.errors import OutOfMemory, TimedOut, ToolFailed, WorkerDied
from octavo.model import Place

MEMORY = 2 << 30


# --- what workers are given to do ---


def double(number: int) -> int:
    return 2 * number


def late(path: str) -> str:
    """Come to an end when a file is there."""
    while not Path(path).exists():
        time.sleep(0.01)
    return path


def worker() -> int:
    return os.getpid()


def noted(path: str) -> None:
    """Write down who we are, and never come to an end."""
    signed(path)
    time.sleep(987_654)


def signed(path: str) -> None:
    """Write down who we are."""
    begun = Path(f"{path}~")
    begun.write_text(str(os.getpid()))
    begun.rename(path)  # so that it is there as a whole


def fail() -> None:
    hint = "Do this"
    raise ToolFailed("it broke", place=Place("a.md", 7), hint=hint)


def die(number: int) -> None:
    os.kill(os.getpid(), number)


def littered(then: str) -> str:
    """Leave a file behind."""
    folder = tempfile.mkdtemp()
    if then == "die":
        os.kill(os.getpid(), 9)
    return folder


def leave() -> None:
    os._exit(3)


def devour(size: int) -> int:
    return len(bytearray(size))


def unpicklable() -> object:
    return lambda: 1


class Twisted(Exception):
    """Can be pickled, but not be made again of what it says."""

    def __init__(self, one: str, other: str):
        super().__init__(one + other)


def twisted() -> None:
    raise Twisted("one", "other")


def locked() -> None:
    error = ValueError("holds a lock")
    error.lock = threading.Lock()  # type: ignore[attr-defined]
    raise error


def quit_worker() -> None:
    raise SystemExit(0)


# --- what comes of it ---


@contextlib.contextmanager
def crew(
    workers: int = 1,
    *,
    seconds: float = 60,
    memory: int = MEMORY,
    first: Callable[[], object] | None = None,
) -> Iterator[Crew]:
    """A crew that leaves no process behind."""
    before = children()
    with Crew(workers, seconds=seconds, memory=memory, first=first) as made:
        yield made
    assert children() <= before


def children() -> set[int]:
    """The processes this one has started, but for the resource tracker."""
    listed = subprocess.run(
        ["ps", "-ww", "--ppid", str(os.getpid()), "-o", "pid=,args="],
        capture_output=True,
        text=True,
        check=False,
    )
    return {int(line.split()[0]) for line in listed.stdout.splitlines() if "spawn_main" in line}


def test_results_come_to_those_who_asked() -> None:
    with crew(2) as made:
        assert list(made.map(double, range(20))) == [2 * n for n in range(20)]
        assert made.submit(double, number=4).result() == 8


def test_a_worker_that_cannot_be_hired_is_its_tasks_failure(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def no_room(*_: object) -> None:
        raise OSError("no room for one more process")

    with crew() as made:
        monkeypatch.setattr("octavo.crew._hire", no_room)
        with pytest.raises(OSError, match="no room"):
            made.submit(double, 1).result(timeout=30)
        monkeypatch.undo()
        assert made.submit(double, 1).result(timeout=30) == 2


def test_no_process_is_started_without_need() -> None:
    before = children()
    with crew(2) as made:
        assert children() == before
        made.submit(double, 1).result()
        assert len(children() - before) == 1


def test_a_worker_that_is_free_is_not_helped_by_another() -> None:
    with crew(3) as made:
        assert [made.submit(double, number).result() for number in range(5)] == [0, 2, 4, 6, 8]
        assert len(children()) == 1


def test_workers_get_ready_before_their_first_task(tmp_path: Path) -> None:
    note = tmp_path / "note"
    with crew(first=partial(signed, str(note))) as made:
        made.hire(1)
        await_(note.exists)
        assert made.submit(worker).result() == int(note.read_text())


def test_what_fails_while_they_get_ready_harms_no_task(tmp_path: Path) -> None:
    endless = partial(noted, str(tmp_path / "note"))
    for first, seconds in ((leave, 60), (fail, 60), (locked, 60), (endless, 2)):
        with crew(first=first, seconds=seconds) as made:
            assert made.submit(double, 2).result() == 4


def test_nobody_waits_for_who_only_gets_ready(tmp_path: Path) -> None:
    note = tmp_path / "note"
    with crew(2, first=partial(noted, str(note)), seconds=987_654) as made:
        made.hire(1)
        await_(note.exists)
        made.hire(2)


def test_one_worker_takes_its_tasks_in_their_order(tmp_path: Path) -> None:
    order: list[int] = []
    with crew() as made:
        gate = made.submit(late, str(tmp_path / "go"))
        for number in range(5):
            made.submit(double, number).add_done_callback(lambda done: order.append(done.result()))
        (tmp_path / "go").touch()
        gate.result()
    assert order == [0, 2, 4, 6, 8]


def test_an_error_comes_back_whole_and_its_worker_goes_on() -> None:
    with crew() as made:
        same = made.submit(worker).result()
        with pytest.raises(ToolFailed) as caught:
            made.submit(fail).result()
        assert (caught.value.message, caught.value.hint) == ("it broke", "Do this")
        assert caught.value.place == Place("a.md", 7)
        assert made.submit(worker).result() == same


@pytest.mark.parametrize(
    ("number", "words"), [(9, "was killed by signal 9"), (11, "was killed by signal 11")]
)
def test_a_worker_that_dies_is_replaced(number: int, words: str) -> None:
    with crew() as made:
        first = made.submit(worker).result()
        dying = made.submit(die, number)
        after = made.submit(worker)
        with pytest.raises(WorkerDied, match=words):
            dying.result()
        assert after.result() != first
        assert first not in children()


def test_a_worker_that_goes_home_early_has_died() -> None:
    with crew() as made, pytest.raises(WorkerDied, match="ended without an answer"):
        made.submit(leave).result()


def test_a_task_that_ends_its_process_has_died() -> None:
    with crew() as made:
        with pytest.raises(WorkerDied):
            made.submit(quit_worker).result()
        assert made.submit(double, 2).result() == 4


def test_another_workers_task_is_not_harmed(tmp_path: Path) -> None:
    with crew(2) as made:
        slow = made.submit(late, str(tmp_path / "go"))
        with pytest.raises(WorkerDied):
            made.submit(die, 9).result()
        (tmp_path / "go").touch()
        assert slow.result() == str(tmp_path / "go")


def test_a_task_that_takes_too_long_is_stopped(tmp_path: Path) -> None:
    path = tmp_path / "pid"
    with crew(seconds=3) as made:
        with pytest.raises(TimedOut, match="it took longer than 3 seconds"):
            made.submit(noted, str(path)).result()
        assert int(path.read_text()) not in children()
        assert made.submit(double, 2).result() == 4


def test_a_task_that_takes_too_much_memory_is_told_so() -> None:
    with crew() as made:
        assert made.submit(devour, 1 << 20).result() == 1 << 20
        with pytest.raises(OutOfMemory) as caught:
            made.submit(devour, 4 << 30).result()
        assert caught.value.hint
        assert made.submit(double, 2).result() == 4


@pytest.mark.parametrize("function", [unpicklable, twisted, locked])
def test_what_cannot_be_sent_back_is_an_error_of_its_task(function: object) -> None:
    with crew(seconds=30) as made:
        with pytest.raises(Exception, match=r"pickle|argument") as caught:
            made.submit(function).result(60)  # type: ignore[arg-type]
        assert not isinstance(caught.value, TimedOut | TimeoutError)
        assert made.submit(double, 2).result() == 4


def test_what_cannot_be_sent_is_an_error_of_its_task() -> None:
    with crew() as made:
        with pytest.raises(Exception, match="pickle"):
            made.submit(double, threading.Lock()).result(60)  # type: ignore[arg-type]
        assert made.submit(double, 2).result() == 4


def test_what_is_not_begun_can_be_left_undone(tmp_path: Path) -> None:
    before = children()
    made = Crew(1, seconds=60, memory=MEMORY)
    begun = made.submit(late, str(tmp_path / "go"))
    while not begun.running():
        time.sleep(0.01)
    waiting = [made.submit(double, number) for number in range(5)]
    closer = threading.Thread(target=made.shutdown, kwargs={"cancel_futures": True})
    closer.start()
    for future in waiting:
        with pytest.raises(CancelledError):
            future.result(60)
    (tmp_path / "go").touch()
    closer.join(60)
    assert begun.result(0)
    assert children() <= before


def test_what_workers_leave_behind_is_taken_away(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    with crew() as made:
        folder = made.submit(littered, "go on").result()
        assert Path(folder).is_relative_to(tmp_path)
        with pytest.raises(WorkerDied):
            made.submit(littered, "die").result()
        assert list(tmp_path.iterdir())
    assert list(tmp_path.iterdir()) == []


def test_nobody_can_ask_after_the_end() -> None:
    with crew() as made:
        made.submit(double, 1).result()
    with pytest.raises(RuntimeError):
        made.submit(double, 1)


def test_an_error_of_the_caller_ends_what_is_begun(tmp_path: Path) -> None:
    """Ctrl-C must not have to wait for a chapter that takes minutes."""
    with pytest.raises(KeyboardInterrupt), crew(2, seconds=987_654) as made:
        made.submit(noted, str(tmp_path / "pid"))
        while not (tmp_path / "pid").exists():
            time.sleep(0.01)
        raise KeyboardInterrupt
    assert int((tmp_path / "pid").read_text()) not in children()


ORPHAN = """
import signal
for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
    signal.signal(each, signal.SIG_DFL)  # whatever a caller in the background has put aside
import sys
from pathlib import Path
from octavo.crew import Crew
sys.path.append(sys.argv[1])
from test_crew import noted
if __name__ == "__main__":
    crew = Crew(2, seconds=987_654, memory=2 << 30)
    for name in sys.argv[2:]:
        crew.submit(noted, name)
    crew.shutdown()
"""


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL, signal.SIGINT])
def test_workers_end_with_the_process_they_work_for(number: int, tmp_path: Path) -> None:
    script, names = tmp_path / "orphan.py", [tmp_path / "one", tmp_path / "two"]
    script.write_text(ORPHAN)
    argv = [sys.executable, script, Path(__file__).parent, *names]
    tests = os.pathsep.join([environment()["PYTHONPATH"], str(Path(__file__).parent)])
    with subprocess.Popen(
        argv, env=environment(PYTHONPATH=tests), stderr=subprocess.DEVNULL
    ) as parent:
        await_(lambda: all(each.exists() for each in names))
        workers = [int(each.read_text()) for each in names]
        os.kill(parent.pid, number)
        parent.wait(30)
    await_(lambda: not any(map(is_alive, workers)))


def await_(condition: object) -> None:
    deadline = time.monotonic() + 60
    while not condition():  # type: ignore[operator]
        assert time.monotonic() < deadline
        time.sleep(0.02)


def is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False
