"""What each output was made of, by content: kept beside the outputs, to tell what is up to date.

The stamps of a book are one file of JSON in a hidden folder of the outputs. It is put in place in
one step; what is lost or damaged costs a build, and no more.
"""

import contextlib
import hashlib
import json
import os
import threading
from collections.abc import Mapping
from dataclasses import asdict, astuple, dataclass
from pathlib import Path
from typing import Any

from octavo.cache import key_of
from octavo.model import Artifact, Finding, Format, PageStart, Place

FOLDER = ".octavo"  # among the outputs
_EDITION = 1  # of the form of these files
_ONE_AT_A_TIME = threading.Lock()  # two formats of a book may be done at once


def digest(*parts: bytes) -> str:
    """Give the hash of contents as stamps have it: the half of a key of the cache."""
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
        said = json.loads(_path(output, name).read_bytes())
        if said["edition"] != _EDITION:
            return {}
        shared = said["shared"]
        return {format_: _stamp(each, shared) for format_, each in said["outputs"].items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return {}


def write(output: Path, name: str, stamps: Mapping[Format, Stamp]) -> None:
    """Keep the stamps of some of a book's outputs, beside those of the others.

    A folder that cannot be written to is no error here: the outputs themselves would have said so.
    """
    with _ONE_AT_A_TIME:
        _write(output, name, stamps)


def _write(output: Path, name: str, stamps: Mapping[Format, Stamp]) -> None:
    path = _path(output, name)
    known = {**read(output, name), **stamps}
    shared = dict(set.intersection(*(set(each.of.items()) for each in known.values())))
    outputs = {format_: _said(each, shared) for format_, each in known.items()}
    said = {"edition": _EDITION, "shared": dict(sorted(shared.items())), "outputs": outputs}
    text = json.dumps(said, ensure_ascii=False)
    draft = path.with_name(f".{path.name}-{os.urandom(6).hex()}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        draft.write_text(text, encoding="utf-8")
        draft.replace(path)
    except OSError:
        with contextlib.suppress(OSError):
            draft.unlink()


def is_whole(stamp: Stamp, path: Path) -> bool:
    """Tell whether an output is still what was made: a file, or the folder of a site."""
    try:
        if not path.is_dir():
            return _sum(path) == stamp.sha256
        from octavo.outputs import SUMS

        sums = (path / SUMS).read_bytes()
        if hashlib.sha256(sums).hexdigest() != stamp.sha256:
            return False
        lines = [line.partition("  ") for line in sums.decode().splitlines()]
        return all(_sum(path / name) == said for said, _, name in lines)
    except (OSError, UnicodeDecodeError):
        return False


def _sum(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


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
