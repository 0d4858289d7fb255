"""Propose targets to the shell, and teach it to ask. Proposing runs at every Tab, and is quick."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import click
from click.shell_completion import CompletionItem, get_completion_class
from rich.console import Console

from octavo.cli import edge, speech, surroundings
from octavo.errors import OutputFailed
from octavo.model import FORMATS


def targets(
    context: click.Context, _: click.Parameter, incomplete: str
) -> list[CompletionItem[str]]:
    """List the books, formats and outputs that begin as what was typed, or else the files."""
    named = sorted(_books(context))
    outputs = [f"{book}.{ending}" for book in named for ending in FORMATS]
    return _proposed([*named, *FORMATS, *outputs], incomplete)


def books(context: click.Context, _: click.Parameter, incomplete: str) -> list[CompletionItem[str]]:
    """List the books that begin as what was typed, or else the files."""
    return _proposed(sorted(_books(context)), incomplete)


def _books(context: click.Context) -> Iterator[str]:
    # Names of folders only: no settings are read.
    root = Path(context.params.get("folder") or ".")
    if (root / "book.toml").is_file():
        yield root.resolve().name
    for settings in root.glob("source/*/book.toml"):
        yield settings.parent.name


def _proposed(names: list[str], incomplete: str) -> list[CompletionItem[str]]:
    found = [CompletionItem(name) for name in names if name.startswith(incomplete)]
    return found or [CompletionItem(incomplete, type="file")]


# --- the shells ---


@dataclass(frozen=True, slots=True)
class _Shell:
    """Where a shell looks for its completions, in the home folder."""

    script: str
    startup: str = ""  # the file it reads when it starts, if it has to be told of the script there
    line: str = ""


_SHELLS = {
    "bash": _Shell(
        ".bash_completions/octavo.sh", ".bashrc", "source ~/.bash_completions/octavo.sh"
    ),
    "fish": _Shell(".config/fish/completions/octavo.fish"),
    "zsh": _Shell(".zfunc/_octavo", ".zshrc", "fpath+=~/.zfunc; autoload -Uz compinit; compinit"),
}


def show(context: click.Context, _: click.Parameter, wanted: bool) -> None:
    """Print the script with which the user's shell completes the command."""
    if wanted and not context.resilient_parsing:
        print(_script(context.command, _shell()))
        context.exit()


def install(context: click.Context, _: click.Parameter, wanted: bool) -> None:
    """Write the script to where the user's shell finds it."""
    if not wanted or context.resilient_parsing:
        return
    name = _shell()

    def work(out: Console) -> int:
        print(_installed(_script(context.command, name), _SHELLS[name]))
        speech.note(out, f"Open a new {name}, and it completes the words of octavo")
        return 0

    context.exit(edge.exit_code(work, speech.Manner(), otherwise={}))


def _shell() -> str:
    name = surroundings.shell()
    if name not in _SHELLS:
        known = ", ".join(_SHELLS)
        raise click.UsageError(f"SHELL has to name one of {known}, and is {name or 'not set'}")
    return name


def _script(command: click.Command, shell: str) -> str:
    kind = get_completion_class(shell)
    assert kind is not None
    return kind(command, {}, "octavo", "_OCTAVO_COMPLETE").source()


def _installed(script: str, shell: _Shell) -> Path:
    path, startup = Path.home() / shell.script, Path.home() / shell.startup
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(script, encoding="utf-8")
        if shell.line:
            _add(shell.line, startup)
    except OSError as error:
        message = f"{error.filename} cannot be written: {error.strerror}"
        hint = "Put what --show-completion prints where your shell finds it"
        raise OutputFailed(message, hint=hint) from error
    return path


def _add(line: str, path: Path) -> None:
    if not path.exists() or line.encode() not in path.read_bytes().splitlines():
        with path.open("a", encoding="utf-8") as file:
            file.write(f"\n{line}\n")
