"""Options that several commands have."""

import functools
from collections.abc import Callable
from pathlib import Path

import click

from octavo.cli import speech

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


def in_a_manner(command: Callable[..., int]) -> Callable[..., int]:
    """Add the options that say how much is said and in which form, as the argument `manner`."""

    @click.option("-q", "--quiet", is_flag=True, help="Say errors only.")
    @click.option("-v", "--verbose", is_flag=True, help="Say every change and finding.")
    @click.option("--json", is_flag=True, help="Give the result as JSON.")
    @functools.wraps(command)
    def call(*, quiet: bool, verbose: bool, json: bool, **others: object) -> int:
        return command(manner=speech.Manner(quiet, verbose, json), **others)

    return call
