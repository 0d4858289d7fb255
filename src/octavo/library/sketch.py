"""The few settings that tell which outputs a book has, read without the time checking takes."""

import re
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from octavo.build.stamps import contents, digest
from octavo.model import FORMATS, Format

_SIZE = 20_000  # bytes; what is larger is read with all care at once
_NAME = re.compile(r"[A-Za-z0-9]+(?:[ ._-][A-Za-z0-9]+)*")


@dataclass(frozen=True, slots=True)
class Sketch:
    """What book.toml says, as far as it decides on names and files; not checked beyond that."""

    digest: str  # of the file
    name: str | None
    formats: tuple[Format, ...]
    texts: tuple[str, ...]
    theme: str


def sketch(path: Path) -> Sketch | None:
    """Read the settings of a book quickly; None if anything about them is unusual.

    Whoever uses it has to know that the same file was found good before.
    """
    try:
        data = contents(path, _SIZE) or b""
        said = tomllib.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        return None
    if not data or not _is_usual(said):
        return None
    return Sketch(
        digest(data),
        said.get("name"),
        tuple(each for each in FORMATS if each in said.get("formats", ())),
        tuple(said.get("text", ())),
        said.get("theme", "classic"),
    )


def _is_usual(said: dict[str, Any]) -> bool:
    name, theme = said.get("name", "-"), said.get("theme", "-")
    lists = (said.get("formats", []), said.get("text", []))
    return (
        all(isinstance(each, str) for each in (name, theme))
        and (name == "-" or _NAME.fullmatch(name) is not None)
        and all(isinstance(each, list) for each in lists)
        and all(isinstance(item, str) for each in lists for item in each)
        and set(lists[0]) <= set(FORMATS)
    )
