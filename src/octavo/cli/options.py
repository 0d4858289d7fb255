"""Options that several commands have."""

import functools
from collections.abc import Callable
from pathlib import Path

import click

from octavo.cli import complete, speech

PATH = click.Path(readable=False, path_type=Path)  # what may not be read is told by edge.py

folder_option = click.option(
    "-C",
    "folder",
    type=PATH,
    metavar="DIR",
    default=Path(),
    show_default=True,
    help="Work as if started in this folder.",
)

results_option = functools.partial(
    click.option,
    "-o",
    "--output",
    type=PATH,
    metavar="DIR",
    default=Path("dist"),
    show_default=True,
)

targets_argument = functools.partial(
    click.argument,
    "targets",
    metavar="[TARGET]...",
    nargs=-1,
    shell_complete=complete.targets,
)

workers_option = click.option(
    "-j",
    "--jobs",
    "workers",
    type=click.IntRange(1, 256),
    metavar="N",
    help="How many processes build; without it, one for each core.",
)

_quiet = click.option("-q", "--quiet", is_flag=True, help="Say errors only.")
_verbose = click.option("-v", "--verbose", is_flag=True, help="Say every change and finding.")
_json = click.option("--json", is_flag=True, help="Give the result as JSON.")


def about_the_book(command: Callable[..., int]) -> Callable[..., int]:
    """Add the options that say something about the book: `title`, `authors`, `lang`."""
    again = "The book's author; may be given again."
    for option in (
        click.option("--lang", help="The book's language, such as en-GB."),
        click.option("--author", "authors", multiple=True, help=again),
        click.option("--title", help="The book's title."),
    ):
        command = option(command)
    return command


def in_a_manner(command: Callable[..., int]) -> Callable[..., int]:
    """Add the options that say how much is said and in which form, as the argument `manner`."""

    @_quiet
    @_verbose
    @_json
    @functools.wraps(command)
    def call(*, quiet: bool, verbose: bool, json: bool, **others: object) -> int:
        return command(manner=speech.Manner(quiet, verbose, json), **others)

    return call


def in_words(command: Callable[..., int]) -> Callable[..., int]:
    """Add the options that say how much is said, to people alone, as the argument `manner`."""

    @_quiet
    @_verbose
    @functools.wraps(command)
    def call(*, quiet: bool, verbose: bool, **others: object) -> int:
        return command(manner=speech.Manner(quiet, verbose), **others)

    return call
