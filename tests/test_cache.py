"""The store of results: what is kept, what is damaged, what is thrown away."""

import hashlib
import os
import threading
from pathlib import Path

import pytest

from octavo.cache import Cache

KEY = hashlib.sha256(b"one").hexdigest()
OTHER = hashlib.sha256(b"other").hexdigest()


def entry(folder: Path) -> Path:
    (path,) = (each for each in folder.rglob("*") if each.is_file())
    return path


def test_what_was_put_is_given_back(tmp_path: Path) -> None:
    cache = Cache(tmp_path / "not" / "there" / "yet")
    assert cache.get(KEY) is None
    for data in (b"", b"a result", bytes(range(256)) * 999):
        cache.put(KEY, data)
        assert Cache(cache.folder).get(KEY) == data
    assert cache.get(OTHER) is None


def test_no_draft_stays_behind(tmp_path: Path) -> None:
    cache = Cache(tmp_path)
    for _ in range(3):
        cache.put(KEY, b"a result")
    assert not entry(tmp_path).name.startswith(".")


@pytest.mark.parametrize("at", [0, 31, 32, -1])
def test_a_damaged_entry_counts_as_missing(at: int, tmp_path: Path) -> None:
    cache = Cache(tmp_path)
    cache.put(KEY, b"a result")
    data = bytearray(entry(tmp_path).read_bytes())
    data[at] ^= 1
    entry(tmp_path).write_bytes(data)
    assert cache.get(KEY) is None
    cache.put(KEY, b"a result")
    assert cache.get(KEY) == b"a result"


@pytest.mark.parametrize("length", [0, 5, 32, 39])
def test_an_entry_that_was_cut_short_counts_as_missing(length: int, tmp_path: Path) -> None:
    cache = Cache(tmp_path)
    cache.put(KEY, b"a result")
    entry(tmp_path).write_bytes(entry(tmp_path).read_bytes()[:length])
    assert cache.get(KEY) is None


def test_what_cannot_be_written_is_a_result_less(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    cache = Cache(tmp_path / "file" / "cache")
    cache.put(KEY, b"a result")
    assert cache.get(KEY) is None
    Cache(tmp_path / "cache").put(KEY, b"a result")
    path = entry(tmp_path / "cache")
    path.unlink()
    path.mkdir()  # in the way
    Cache(tmp_path / "cache").put(KEY, b"a result")
    assert Cache(tmp_path / "cache").get(KEY) is None
    assert [each.name for each in path.parent.iterdir()] == [path.name]


def test_what_was_of_use_last_is_kept(tmp_path: Path) -> None:
    cache = Cache(tmp_path)
    keys = [hashlib.sha256(bytes([number])).hexdigest() for number in range(4)]
    for age, key in enumerate(keys):
        cache.put(key, bytes(68))  # 100 bytes with its digest
        path = next(each for each in tmp_path.rglob(key[2:]))
        os.utime(path, (age, age))
    assert cache.get(keys[0]) is not None
    cache.prune(250)
    assert [cache.get(key) is not None for key in keys] == [True, False, False, True]
    cache.prune()
    assert cache.get(keys[0]) is not None
    cache.prune(0)
    assert not [each for each in tmp_path.rglob("*") if each.is_file()]


def test_pruning_what_is_not_there(tmp_path: Path) -> None:
    Cache(tmp_path / "none").prune(0)


def test_many_write_and_read_the_same_entry(tmp_path: Path) -> None:
    cache, wrong = Cache(tmp_path), []
    results = [bytes([number]) * 50_000 for number in range(8)]

    def work(data: bytes) -> None:
        for _ in range(40):
            cache.put(KEY, data)
            if cache.get(KEY) not in results:
                wrong.append(data[:1])

    threads = [threading.Thread(target=work, args=(each,)) for each in results]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert wrong == []
    assert entry(tmp_path)
