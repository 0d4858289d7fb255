"""Where templates are: a book's own folder, the project's, a theme's, then what comes with Octavo.

This finds them and says what they are; `render` runs them.
"""

import os
import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path

THEMES = "themes"  # the folder of themes, among templates
CLASSIC = "classic"  # the shipped templates themselves, as a theme

_REFERRING = re.compile(r"\{%[-+]?\s*(?:include|extends|import|from)\b(.*?)%\}", re.DOTALL)
# One name, and behind it what may follow one: what else there is, only a run would tell.
_NAMED = re.compile(
    r"""\s*(["'])([^"'\\]+)\1\s*(?:ignore\s+missing\s*)?(?:(?:import|as)\b.*?)?"""
    r"""(?:with(?:out)?\s+context\s*)?[-+]?""",
    re.DOTALL,
)
_MERGED = ".toml"  # tables, in which each layer adds to the one below
_ALL = "*"


@cache
def shipped_templates() -> Path:
    """Give the folder of the templates that come with Octavo."""
    inside = Path(__file__).parent / "templates"  # in the wheel
    return inside if inside.is_dir() else Path(__file__).parents[2] / "templates"


def theme_folders(folders: tuple[Path, ...], theme: str) -> tuple[Path, ...]:
    """Give the folders of a theme, the first of which wins.

    Args:
        folders: the book's own and the project's; either may have themes too.
        theme: its name: the folder's, inside `themes`.
    """
    homes = [folder / THEMES for folder in (*folders, shipped_templates())]
    return tuple(home / theme for home in homes if (home / theme).is_dir())


def find(name: str, folders: Iterable[Path]) -> Path | None:
    """Give the file of a template, or None if there is none.

    Args:
        name: its path in a folder of templates; `theme/…` and `classic/…` are those that another
            of the same name replaces.
        folders: in which it is looked for before the shipped ones, the first wins.
    """
    layer, _, rest = name.partition("/")
    if layer == "theme":
        name, folders = rest, [each for each in folders if each.parent.name == THEMES]
    elif layer == CLASSIC:
        name, folders = rest, ()
    parts = [part for part in name.split("/") if part not in {"", "."}]
    if ".." in parts:
        return None
    paths = (folder.joinpath(*parts) for folder in (*folders, shipped_templates()))
    return next((path for path in paths if path.is_file()), None)


def digests(names: Iterable[str], folders: tuple[Path, ...]) -> dict[str, str]:
    """Give the templates that those named need, and themselves, each with the hash of its contents.

    A template is needed if another one that is needed includes, extends or imports it by name.
    One that names another only when it runs may need any: it counts as needing all there are.

    Args:
        names: as for `find`; those in TOML count with all their layers.
        folders: as for `find`.
    """
    found: dict[str, str] = {}
    waiting = list(names)
    while waiting:
        name = waiting.pop()
        if name not in found:
            found[name], needed = _read(name, folders)
            waiting += needed
    return found


def _read(name: str, folders: tuple[Path, ...]) -> tuple[str, list[str]]:
    """Give the hash of a template, and the names of those it needs."""
    if name == _ALL:
        return _of_all(folders), []
    if name.endswith(_MERGED):
        paths = [folder / name for folder in (*folders, shipped_templates())]
        return _hash(*(_data(path) for path in paths if path.is_file())), []
    path = find(name, folders)
    if path is None:
        return "", []
    data = _data(path)
    said = map(_NAMED.fullmatch, _REFERRING.findall(data.decode("utf-8", "replace")))
    return _hash(data), [match[2] if match else _ALL for match in said]


def _data(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:  # as a template it will be missed
        return b""


def _of_all(folders: tuple[Path, ...]) -> str:
    parts = []
    for folder in (*folders, shipped_templates()):
        for path in sorted(each for each in folder.rglob("*") if each.is_file()):
            parts += [os.fsencode(path.relative_to(folder)), _data(path)]
    return _hash(*parts)


def _hash(*parts: bytes) -> str:
    from octavo.cache import key_of  # takes megabytes, which cleaning can do without

    return key_of(*parts)
