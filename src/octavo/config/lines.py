"""The line each key of a TOML file stands on. Used only when there is an error to report."""

import tomllib
from collections import Counter
from collections.abc import Iterator
from typing import TypeAlias

KeyPath: TypeAlias = tuple[str | int, ...]  # keys; the index in an array, counted from 0

_BUDGET = 4_000_000  # characters parsed; beyond it the rest has no line numbers
_CALL = 100  # a call of the parser takes as long as so many characters
_DEPTH = 8  # of tables in tables


def key_lines(text: str) -> dict[KeyPath, int]:
    """Give the line, counted from 1, on which the statement with each key begins.

    A statement is the shortest run of whole lines that is TOML by itself: no shorter one is, for a
    string or array that goes on is open at the line's end. So every statement is parsed alone, and
    the work grows with the text and the length of its longest statement.
    """
    lines = text.split("\n")
    found: dict[KeyPath, int] = {}
    arrays: Counter[KeyPath] = Counter()
    table: KeyPath = ()
    begin, parsed_so_far = 0, 0
    for end in range(1, len(lines) + 1):
        statement = "\n".join(lines[begin:end])
        parsed_so_far += len(statement) + _CALL
        if parsed_so_far > _BUDGET:
            break
        parsed = _parse(statement)
        if parsed is None:
            continue
        if statement.lstrip().startswith("["):
            table = _header(parsed, arrays)
            paths = [table[:length] for length in range(1, len(table) + 1)]
        else:
            paths = [table + path for path in _paths(parsed, ())]
        for path in paths:
            found.setdefault(path, begin + 1)
        begin = end
    return found


def line_of(path: KeyPath, lines: dict[KeyPath, int]) -> int | None:
    """Give the line of a key, or of the nearest table or array around it."""
    for length in range(len(path), 0, -1):
        if path[:length] in lines:
            return lines[path[:length]]
    return None


def _parse(statement: str) -> dict[str, object] | None:
    try:
        return tomllib.loads(statement)
    except (ValueError, RecursionError):
        return None


def _header(parsed: dict[str, object], arrays: Counter[KeyPath]) -> KeyPath:
    path: KeyPath = ()
    node: object = parsed
    while isinstance(node, dict) and node:
        key, node = next(iter(node.items()))
        path += (key,)
        if isinstance(node, list):  # [[key]]: one more
            arrays[path] += 1
        if arrays[path]:
            path += (arrays[path] - 1,)
    return path


def _paths(node: object, path: KeyPath) -> Iterator[KeyPath]:
    if not isinstance(node, dict) or len(path) > _DEPTH:
        return
    for key, value in node.items():
        yield (*path, key)
        yield from _paths(value, (*path, key))
