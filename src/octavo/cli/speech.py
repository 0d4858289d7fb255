"""What is said to the user, on standard error: notes, warnings, errors."""

import sys
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.text import Text

from octavo.errors import OctavoError


@dataclass(frozen=True, slots=True)
class Manner:
    """How much is said, and in which form the result is given."""

    quiet: bool = False  # errors only
    verbose: bool = False  # every change and finding, and the traceback of a fault
    json: bool = False  # the result is one JSON object


def console() -> Console:
    """Give standard error, coloured only on a terminal and without NO_COLOR."""
    return Console(
        stderr=True,
        force_terminal=sys.stderr.isatty(),
        highlight=False,
        soft_wrap=True,
        emoji=False,
    )


def note(out: Console, message: str) -> None:
    """Say a line."""
    out.print(Text(visible(message)))


def warn(out: Console, message: str) -> None:
    """Say a line the user should look at."""
    out.print(Text.assemble(("warning: ", "yellow"), visible(message)))


def complain(out: Console, message: str) -> None:
    """Say what went wrong."""
    out.print(Text.assemble(("error: ", "bold red"), visible(message)))


def error_text(error: OctavoError, *, where: str | None = None) -> str:
    """Give what happened, where, and what to do next; `where` in place of the error's own place."""
    if where is None or error.place is None:
        return str(error)
    return str(type(error)(f"{where}: {error.message}", hint=error.hint))


def visible(text: str) -> str:
    r"""Write what a terminal would obey or not show as an escape, but for line ends.

    >>> visible("a\x1b[2Jb\u202ec")
    'a\\x1b[2Jb\\u202ec'
    """
    if text.isprintable():
        return text
    return "".join(
        char if char.isprintable() or char == "\n" else ascii(char)[1:-1] for char in text
    )


def spelt(path: Path, here: Path) -> str:
    """Give a path as it would be typed in the folder `here`."""
    return str(path.relative_to(here) if path.is_relative_to(here) else path)
