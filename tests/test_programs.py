import os
import pickle
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from octavo import programs
from octavo.errors import MissingTool, TimedOut, ToolFailed
from octavo.programs import MIB, Finished, Limits, find, run

QUICK = Limits(seconds=20)


def python(code: str, *, stdin: bytes = b"", limits: Limits = QUICK) -> Finished:
    return run([sys.executable, "-I", "-c", code], stdin=stdin, limits=limits)


def alive(pid: int) -> bool:
    try:
        status = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8")
    except FileNotFoundError:
        return False
    return status.rpartition(")")[2].split()[0] != "Z"


def gone_soon(pid: int) -> bool:
    for _ in range(100):
        if not alive(pid):
            return True
        time.sleep(0.02)
    return False


def test_input_output_and_exit_code_pass_through() -> None:
    code = "import sys; d = sys.stdin.buffer.read(); sys.stdout.buffer.write(d[::-1]); sys.exit(7)"
    data = os.urandom(3 * MIB)  # more than any pipe holds: both directions must move at once
    done = python(code, stdin=data)
    assert done == Finished(7, data[::-1], "")


def test_a_program_that_echoes_while_it_reads_does_not_block() -> None:
    code = "import shutil, sys; shutil.copyfileobj(sys.stdin.buffer, sys.stdout.buffer)"
    data = b"octavo" * MIB
    assert python(code, stdin=data).out == data


def test_a_program_that_ignores_its_input_is_no_fault() -> None:
    assert python("print('done')", stdin=b"x" * 5 * MIB) == Finished(0, b"done\n", "")


def test_the_environment_is_bare(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OCTAVO_SECRET", "1")
    names = python("import os; print(*sorted(os.environ))").out.decode().split()
    assert set(names) <= {"PATH", "LANG", "LC_ALL", "TZ", "LC_CTYPE", "PWD"}
    assert "TZ" in names


def test_it_runs_in_the_folder_given(tmp_path: Path) -> None:
    done = run(["pwd", "-P"], folder=tmp_path, limits=QUICK)
    assert done.out.decode().strip() == str(tmp_path.resolve())


def test_errors_that_are_no_utf8_are_replaced() -> None:
    assert python(r"import os; os.write(2, b'caf\xe9 \xff')").err == "caf� �"


def test_errors_are_kept_up_to_a_bound() -> None:
    done = python("import os\nfor _ in range(400): os.write(2, b'x' * 10_000)")
    assert done.code == 0
    assert len(done.err) == MIB


def test_a_signal_is_a_negative_code() -> None:
    assert python("import os; os.kill(os.getpid(), 11)").code == -11


def test_the_time_limit_kills_the_children_too(tmp_path: Path) -> None:
    note = tmp_path / "pid"
    code = (
        "import subprocess, sys, time\n"
        "child = subprocess.Popen(['sleep', '600'])\n"
        f"open({str(note)!r}, 'w').write(str(child.pid))\n"
        "time.sleep(600)"
    )
    with pytest.raises(TimedOut, match="did not end within 2 seconds"):
        python(code, limits=Limits(seconds=2))
    assert gone_soon(int(note.read_text(encoding="utf-8")))


def test_the_time_limit_holds_when_the_pipes_are_closed() -> None:
    code = "import os, time\nfor fd in (0, 1, 2): os.close(fd)\ntime.sleep(600)"
    with pytest.raises(TimedOut):
        python(code, limits=Limits(seconds=1))


def test_a_child_left_behind_is_killed_and_not_waited_for() -> None:
    code = (
        "import subprocess, sys\n"
        "child = subprocess.Popen(['sleep', '600'])\n"  # it inherits the pipes
        "print(child.pid)"
    )
    started = time.monotonic()
    done = python(code)
    assert time.monotonic() - started < QUICK.seconds / 2
    assert done.code == 0
    assert gone_soon(int(done.out))


def test_what_any_thread_has_started_is_ended() -> None:
    with ThreadPoolExecutor(3) as threads:
        running = [threads.submit(python, "import time; time.sleep(60)") for _ in range(3)]
        deadline = time.monotonic() + 20
        while len(programs._leaders) < 3 and time.monotonic() < deadline:
            time.sleep(0.01)
        programs.end_all()
        assert [each.result(timeout=20).code for each in running] == [-9] * 3


def test_the_memory_limit_works() -> None:
    code = "b = bytearray(600 * 1024 * 1024); print(len(b))"
    assert python(code, limits=Limits(20, memory=None)).code == 0
    # The limit is set just after the start: give the program something to do before it asks.
    done = python("import time; time.sleep(0.3); " + code, limits=Limits(20, memory=400 * MIB))
    assert done.code == 1
    assert "MemoryError" in done.err


def test_too_much_output_is_an_error_not_a_full_memory() -> None:
    code = "import os\nwhile True: os.write(1, b'x' * 65536)"
    with pytest.raises(ToolFailed, match="wrote more than 1,048,576 bytes"):
        python(code, limits=Limits(20, output=MIB))


def test_output_up_to_the_bound_is_kept() -> None:
    done = python("import os\nos.write(1, b'x' * 1000)", limits=Limits(20, output=1000))
    assert len(done.out) == 1000


def test_a_missing_program_names_the_remedy() -> None:
    with pytest.raises(MissingTool, match=r"octavo-nowhere.*Install it"):
        find("octavo-nowhere", hint="Install it with care")
    with pytest.raises(MissingTool, match="cannot be started"):
        run(["/nowhere/octavo-nowhere"], limits=QUICK)


def test_a_program_is_found() -> None:
    assert find("sh", hint="").name == "sh"


def test_errors_come_back_whole_from_a_worker() -> None:
    error = pickle.loads(pickle.dumps(TimedOut("too late", hint="Wait")))
    assert (type(error), str(error)) == (TimedOut, "too late. Wait.")
