"""What each output was made of, by content: kept beside the outputs, to tell what is up to date.

The stamps of a book are one file of JSON in a hidden folder of the outputs, which begins with the
hash of the rest. It is put in place in one step; what is lost or damaged costs a build, no more.
"""

import contextlib
import fcntl
import json
import threading
from collections.abc import Iterator, Mapping
from dataclasses import asdict, astuple, dataclass
from pathlib import Path
from typing import Any

from octavo.model import FORMATS, Artifact, Finding, Format, PageStart, Place

FOLDER = ".octavo"  # among the outputs
MOST_BYTES = 200_000_000  # of one source file
_EDITION = 2  # of the form of these files
_LOCK = "lock"
_CUT, _TAIL = b",\n", b"]\n"  # between its head and its body, and behind this
_ONE_AT_A_TIME = threading.Lock()  # two formats of a book may be done at once


def digest(*parts: bytes) -> str:
    """Give the hash of contents as stamps have it: the half of a key of the cache."""
    from octavo.cache import key_of  # takes megabytes, which cleaning can do without

    return key_of(*parts)[:32]


@dataclass(frozen=True, slots=True)
class Stamp:
    """What an output is, and what it was made of."""

    sha256: str  # of the file; of a site: of its list of sums
    size: int  # bytes
    pages: int | None  # of a PDF
    of: Mapping[str, str]  # what it was made of, by name: hashes, or short values themselves
    starts: tuple[PageStart, ...] = ()  # of a PDF's pages
    findings: tuple[Finding, ...] = ()  # what was found when it was made

    def artifact(self, format_: Format, path: Path) -> Artifact:
        """Give the output as it is at `path`."""
        return Artifact(format_, path, self.sha256, self.size, self.pages, kept=True)


def read(output: Path, name: str) -> dict[Format, Stamp]:
    """Give the stamps of a book's outputs, as far as there are any.

    Args:
        output: the folder of the outputs.
        name: the book's.
    """
    try:
        head, _, body = (contents(_path(output, name)) or b"").partition(_CUT)
        if head != _head(body[: -len(_TAIL)]):
            return {}  # damaged, or of another edition
        said = json.loads(body[: -len(_TAIL)])
        shared, outputs = said["shared"], said["outputs"]
        return {each: _stamp(outputs[each], shared) for each in FORMATS if each in outputs}
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return {}


def write(output: Path, name: str, stamps: Mapping[Format, Stamp]) -> None:
    """Keep the stamps of some of a book's outputs, beside those of the others.

    A folder that cannot be written to is no error here: the outputs themselves would have said so.
    """
    with _ONE_AT_A_TIME:
        _write(output, name, stamps)


def _write(output: Path, name: str, stamps: Mapping[Format, Stamp]) -> None:
    path = _path(output, name)
    with contextlib.suppress(OSError), _locked(path.parent):
        _put(path, {**read(output, name), **stamps})


@contextlib.contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """Have the stamps of a folder alone, among all builds."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / _LOCK).open("ab") as file:
        with contextlib.suppress(OSError):  # where there are no locks
            fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _put(path: Path, known: Mapping[Format, Stamp]) -> None:
    shared = dict(set.intersection(*(set(each.of.items()) for each in known.values())))
    outputs = {format_: _said(each, shared) for format_, each in known.items()}
    said = {"shared": dict(sorted(shared.items())), "outputs": outputs}
    body = json.dumps(said).encode()
    draft = path.with_name(f".{path.name}")  # one that is left of a killed build is written over
    draft.write_bytes(_head(body) + _CUT + body + _TAIL)
    draft.replace(path)


def is_whole(stamp: Stamp, path: Path) -> bool:
    """Tell whether an output is still what was made: a file, or the folder of a site."""
    try:
        if not path.is_dir():
            return _is(path, stamp.sha256)
        from octavo.outputs import SUMS

        sums = contents(path / SUMS) or b""
        if not _hashes_to(sums, stamp.sha256):
            return False
        lines = [line.partition("  ") for line in sums.decode().splitlines()]
        return all(_is(path / name, said) for said, _, name in lines)
    except (OSError, UnicodeDecodeError):
        return False


def contents(path: Path, most: int | None = None) -> bytes | None:
    """Give the contents of a file.

    Args:
        path: the file.
        most: bytes.

    None is given for what is no file, as a pipe, which might be waited for; for what may not be
    read; and for what is larger.
    """
    try:
        if not path.is_file() or (most is not None and path.stat().st_size > most):
            return None
        return path.read_bytes()
    except (OSError, ValueError):
        return None


def _is(path: Path, sha256: str) -> bool:
    data = contents(path)
    return data is not None and _hashes_to(data, sha256)


def _hashes_to(data: bytes, sha256: str) -> bool:
    import hashlib

    return hashlib.sha256(data).hexdigest() == sha256


def _head(body: bytes) -> bytes:
    """Give what a file of stamps begins with, so that damage shows: the hash of the rest."""
    return f'[{_EDITION}, "{digest(body)}"'.encode()


def _path(output: Path, name: str) -> Path:
    return output / FOLDER / f"{name}.json"


def _said(stamp: Stamp, shared: Mapping[str, str]) -> dict[str, object]:
    said = asdict(stamp)
    said["of"] = {key: value for key, value in stamp.of.items() if key not in shared}
    said["starts"] = [astuple(each) for each in stamp.starts]
    return said


def _stamp(said: dict[str, Any], shared: Mapping[str, str]) -> Stamp:
    of = {**shared, **said.pop("of")}
    starts = tuple(PageStart(*each) for each in said.pop("starts"))
    findings = tuple(_finding(each) for each in said.pop("findings"))
    return Stamp(**said, of=of, starts=starts, findings=findings)


def _finding(said: dict[str, Any]) -> Finding:
    place = said.pop("place")
    return Finding(**said, place=Place(**place) if place else None)
