"""The garbage collector: it rests while a fair copy is made, and runs again afterwards."""

import gc

import pytest

from octavo.build.collector import collector_paused
from octavo.build.fair import fair_copy
from octavo.errors import SourceError
from octavo.guidance import Guidance


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
