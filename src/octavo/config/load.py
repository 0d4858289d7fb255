"""Read book.toml."""

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from pydantic import ValidationError

from octavo.config.lines import KeyPath, key_lines, line_of
from octavo.config.problems import LineOf, refusal
from octavo.config.settings import BookSettings
from octavo.errors import BrokenToml, InvalidSettings, MissingFile, NoPermission, OutputFailed
from octavo.model import Place

SIZE_LIMIT = 1_000_000  # bytes
# tomllib's time grows with the square of a dotted key's parts; no setting has more than three.
_DOTTED = re.compile(r"(?<![\w-])(?:(?:[\w-]++|\"[^\"\n]*\"|'[^'\n]*')[ \t]*+\.[ \t]*+){16}")
_WHERE = re.compile(r" \(at (?:line (\d+), column (\d+)|end of document)\)$")


def load(path: Path, *, shown: str | None = None) -> BookSettings:
    """Read and check a settings file.

    Args:
        path: the file.
        shown: how it is called in messages; without it, as `path` is spelt.

    Raises:
        MissingFile, NoPermission, OutputFailed: it cannot be read.
        BrokenToml: it is no TOML; the place has line and column.
        InvalidSettings: it is TOML, but there are unknown keys or wrong values; all are named.
    """
    name = shown if shown is not None else path.as_posix()
    text = _decode(_read(path, name), name)
    found = _parse(text, name)

    @cache
    def lines() -> dict[KeyPath, int]:
        return key_lines(text)

    return settle(found, shown=name, line_of=lambda key: line_of(key, lines()))


def settle(
    found: Mapping[str, object], *, shown: str, line_of: LineOf = lambda _: None
) -> BookSettings:
    """Check settings that are values already.

    Args:
        found: as in book.toml; lists may be tuples.
        shown: where they come from, for messages.
        line_of: the line of a key, if it is known.

    Raises:
        InvalidSettings: there are unknown keys or wrong values; all are named.
    """
    try:
        return BookSettings.model_validate(_tuples(dict(found)))
    except ValidationError as error:
        problems = error.errors(include_url=False)
        raise refusal(problems, shown=shown, line_of=line_of) from None


def line_in(path: Path, key: KeyPath) -> int | None:
    """Give the line of a key in a settings file that was loaded before."""
    return line_of(key, key_lines(_decode(_read(path, path.name), path.name)))


def _read(path: Path, name: str) -> bytes:
    try:
        if path.exists() and not path.is_file():
            raise MissingFile(f"{name} is no file", hint="Put the book's settings into a file")
        with path.open("rb") as file:
            data = file.read(SIZE_LIMIT + 1)
    except (FileNotFoundError, NotADirectoryError) as error:
        hint = "Name a folder with a book.toml, or start one with `octavo new`"
        raise MissingFile(f"there is no file {name}", hint=hint) from error
    except PermissionError as error:
        raise NoPermission(f"{name} may not be read", hint="Change its permissions") from error
    except OSError as error:
        raise OutputFailed(f"{name} cannot be read: {error.strerror}") from error
    if len(data) > SIZE_LIMIT:
        message = "the file is larger than 1 MB, which is no book's settings"
        raise InvalidSettings(message, place=Place(name))
    return data


def _decode(data: bytes, name: str) -> str:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = data[: error.start].decode("utf-8", "replace")
        place = Place(name, before.count("\n") + 1, column=len(before) - before.rfind("\n"))
        hint = "Save it as UTF-8 in your editor"
        raise BrokenToml("the file is not in UTF-8", place=place, hint=hint) from error
    return text.replace("\r\n", "\n")


def _parse(text: str, name: str) -> dict[str, object]:
    too_long = _DOTTED.search(text)
    if too_long:
        line = text.count("\n", 0, too_long.start()) + 1
        raise BrokenToml("a key has too many parts", place=Place(name, line, column=1))
    try:
        return tomllib.loads(text)
    except RecursionError:
        raise BrokenToml("tables or lists are nested too deeply", place=Place(name)) from None
    except ValueError as error:
        raise _broken(str(error), text, name) from error


def _broken(said: str, text: str, name: str) -> BrokenToml:
    where = _WHERE.search(said)
    what = said[: where.start()] if where else said
    line, column = text.count("\n") + 1, len(text) - text.rfind("\n")
    if where and where[1]:
        line, column = int(where[1]), int(where[2])
    hint = 'Text stands in quotes, as in title = "A Title", and each key on a line of its own'
    message = f"this is no TOML: {what[:1].lower()}{what[1:]}"
    return BrokenToml(message, place=Place(name, line, column=column), hint=hint)


def _tuples(value: object) -> object:
    match value:
        case dict():
            return {key: _tuples(inner) for key, inner in value.items()}
        case list() | tuple():
            return tuple(_tuples(inner) for inner in value)
        case _:
            return value
