"""Memory: the collector rests while a fair copy is made, and large blocks are given back."""

import gc
import os
import platform
import subprocess
import sys
from pathlib import Path

import pytest

from octavo.build.fair import fair_copy
from octavo.build.memory import collector_paused
from octavo.errors import SourceError
from octavo.guidance import Guidance

SOURCE = Path(__file__).parents[1] / "src"


def test_it_rests_and_is_on_again():
    assert gc.isenabled()
    with collector_paused():
        assert not gc.isenabled()
        with collector_paused():
            assert not gc.isenabled()
        assert not gc.isenabled(), "the inner pause ended the outer one"
    assert gc.isenabled()


def test_it_stays_off_where_somebody_has_switched_it_off():
    gc.disable()
    try:
        with collector_paused():
            pass
        assert not gc.isenabled()
    finally:
        gc.enable()


def test_it_rests_in_every_stage_of_a_fair_copy():
    seen = []
    fair_copy(b"A line.\n", "a.txt", Guidance(), lambda stage: seen.append(gc.isenabled()))
    assert seen == [False] * 3
    assert gc.isenabled()


def test_it_is_on_again_after_an_error():
    with pytest.raises(SourceError):
        fair_copy(b"\n", "a.txt", Guidance())
    assert gc.isenabled()


def test_what_is_made_holds_no_cycles():
    """Else pausing the collector would cost memory."""
    rough = "".join(f"Line {n} of a text, \u4e2d\u6587\n\n\f{n}\n" for n in range(300)).encode()
    fair_copy(rough, "a.txt", Guidance())  # what is loaded late holds cycles
    gc.collect()
    with collector_paused():
        fair_copy(rough, "a.txt", Guidance())
        assert gc.collect() == 0


BLOCKS = """
import sys
from octavo.build.memory import give_large_blocks_back

def megabytes():
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * 4096 / 1e6

if sys.argv[1:]:
    give_large_blocks_back()
large = bytearray([1]) * (1 << 21)
del large  # what is freed once tells the C library which sizes to keep
before = megabytes()
blocks = [bytearray([1]) * 400_000 for _ in range(100)]
last = blocks.pop()
del blocks
print(megabytes() - before)
"""


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="no other C library keeps them")
def test_large_blocks_are_given_back():
    assert megabytes_kept() > 30, "there is no need for it"
    assert megabytes_kept("give back") < 2


def megabytes_kept(*argv):
    environment = {**os.environ, "PYTHONPATH": str(SOURCE)}
    run = [sys.executable, "-c", BLOCKS, *argv]
    return float(subprocess.run(run, capture_output=True, check=True, env=environment).stdout)
