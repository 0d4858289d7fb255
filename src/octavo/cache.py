"""Results of stages, kept by the hash of all they were made from.

What is in the store can be thrown away at any time. Entries are written beside their place and put
there in one step; one that is damaged, as by a computer that lost power, or lies in another one's
place, counts as missing.
"""

import contextlib
import hashlib
import os
from dataclasses import dataclass
from pathlib import Path

_DIGEST = 32  # bytes of SHA-256
_MOST = 1_000_000_000  # bytes that are kept
_LIFE = 600 * 10**9  # nanoseconds after which nobody writes a draft any more


def key_of(*parts: bytes) -> str:
    """Give the key of what is made of the parts: their hash, each counted with its length."""
    hashed = hashlib.sha256()
    for part in parts:
        hashed.update(len(part).to_bytes(8, "big"))
        hashed.update(part)
    return hashed.hexdigest()


@dataclass(frozen=True, slots=True)
class Cache:
    """A folder of results. What cannot be read or written is a result less, never an error."""

    folder: Path

    def get(self, key: str) -> bytes | None:
        """Give a result; None if there is none."""
        path = self._path(key)
        try:
            data = path.read_bytes()
        except OSError:
            return None
        if _sum(key, data[_DIGEST:]) != data[:_DIGEST]:
            return None
        with contextlib.suppress(OSError):
            os.utime(path)  # it was of use
        return data[_DIGEST:]

    def put(self, key: str, data: bytes) -> None:
        """Keep a result."""
        path = self._path(key)
        draft = path.with_name(f".{path.name}-{os.urandom(6).hex()}")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            draft.write_bytes(_sum(key, data) + data)
            draft.replace(path)
        except OSError:
            with contextlib.suppress(OSError):
                draft.unlink()

    def prune(self, most: int = _MOST) -> None:
        """Throw away what was of no use for longest, until no more than `most` bytes are left."""
        found = []
        for path in self.folder.glob("??/*"):
            with contextlib.suppress(OSError):
                state = path.stat()
                found.append((state.st_mtime_ns, state.st_size, path))
        newest = max((used for used, _, _ in found), default=0)
        for used, _, path in found:  # of who was killed
            if path.name.startswith(".") and used < newest - _LIFE:
                with contextlib.suppress(OSError):
                    path.unlink()
        left = sum(size for _, size, _ in found)
        for _, size, path in sorted(found):
            if left <= most:
                return
            with contextlib.suppress(OSError):
                path.unlink()
            left -= size

    def _path(self, key: str) -> Path:
        return self.folder / key[:2] / key[2:]


def _sum(key: str, data: bytes) -> bytes:
    return hashlib.sha256(key.encode() + data).digest()
