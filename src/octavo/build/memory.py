"""Have memory looked after as long texts need it: much is made, little of it at once."""

import ctypes
import gc
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache

_MMAP_THRESHOLD = -3  # M_MMAP_THRESHOLD of glibc's malloc.h
_LARGE = 1 << 18  # bytes


@contextmanager
def collector_paused() -> Iterator[None]:
    """Keep the collector from running; afterwards it is on again, if it was.

    It looks at all that was made again and again, in search of cycles. What read, clean and
    structure make is frozen and has none: references alone free it. Of ten megabytes of text that
    was a fifth of the time, and without it the peak of memory is the same. Where threads do so
    at once, the first to be done turns it on, which costs the others no more than time.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


@cache
def give_large_blocks_back() -> None:
    """Have every large block given back to the system when it is freed, for as long as we run.

    The C library of GNU keeps them if they do not lie at the very end of its memory, which is
    chance: a long text's lists then take a tenth of its memory or nothing. Others are left alone.
    """
    with suppress(AttributeError, OSError):
        ctypes.CDLL(None).mallopt(_MMAP_THRESHOLD, _LARGE)
