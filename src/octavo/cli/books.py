"""The commands about books and their outputs that build nothing: list, why, graph, clean-up."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.console import Console

from octavo.cli import complete, edge, speech, surroundings
from octavo.cli.options import PATH, folder_option, in_a_manner, results_option
from octavo.errors import ToolFailed
from octavo.model import Overrides

if TYPE_CHECKING:
    from octavo.library import State

_NOTHING: dict[str, object] = {"outputs": [], "errors": []}


_of_targets = click.argument(
    "targets",
    metavar="[TARGET]...",
    nargs=-1,
    shell_complete=complete.targets,
    help="As for `octavo build`; without any, every book in its usual formats.",
)
_of_some_targets = click.argument(
    "targets",
    metavar="TARGET...",
    nargs=-1,
    required=True,
    shell_complete=complete.targets,
    help="As for `octavo build`.",
)


def _asking(command: Callable[..., int]) -> Callable[..., int]:
    """Add the options of a command that says something about outputs."""
    for option in (results_option(help="Where the results are."), folder_option):
        command = option(command)
    return command


@click.command("list")
@_of_targets
@_asking
@in_a_manner
def list_(targets: tuple[str, ...], folder: Path, output: Path, manner: speech.Manner) -> int:
    """Say of each output of the books whether it is up to date."""

    def work(out: Console) -> int:
        from octavo.cli.standing import say_list

        return say_list(_states(targets, folder, output), manner, Path.cwd(), out)

    return edge.exit_code(work, manner, otherwise=_NOTHING)


@click.command()
@_of_some_targets
@_asking
@in_a_manner
def why(targets: tuple[str, ...], folder: Path, output: Path, manner: speech.Manner) -> int:
    """Say which file, setting or template makes an output stale, down to the chapter."""

    def work(out: Console) -> int:
        from octavo.cli.standing import say_why

        return say_why(_states(targets, folder, output), manner, Path.cwd(), out)

    return edge.exit_code(work, manner, otherwise=_NOTHING)


@click.command()
@_of_targets
@_asking
@click.option("--svg", type=PATH, metavar="FILE", help="Draw it, with Graphviz.")
@in_a_manner
def graph(
    targets: tuple[str, ...], folder: Path, output: Path, svg: Path | None, manner: speech.Manner
) -> int:
    """Print what is made from what, in the DOT language of Graphviz."""

    def work(out: Console) -> int:
        from octavo.library.graph import dot

        text = dot(_states(targets, folder, output))
        if svg is None:
            print(text, end="")
        else:
            _draw(text, svg)
            print(svg)
        return 0

    return edge.exit_code(work, manner, otherwise=_NOTHING)


@click.command("clean-up")
@folder_option
@results_option(help="Where the results are.")
@click.option("--outputs", "what", flag_value="outputs", help="Remove only the outputs.")
@click.option("--cache", "what", flag_value="cache", help="Remove only the cache.")
@in_a_manner
def clean_up(folder: Path, output: Path, what: str | None, manner: speech.Manner) -> int:
    """Remove the outputs as they were built, and what is kept for later builds of all projects.

    An output that somebody has changed is left, and said.
    """

    def work(out: Console) -> int:
        from octavo.cli.removing import remove

        root = surroundings.project_root(folder)
        outputs = root / output if what != "cache" else None
        cache = surroundings.cache() if what != "outputs" else None
        return remove(outputs, cache, manner, Path.cwd(), out)

    return edge.exit_code(work, manner, otherwise={"removed": [], "left": [], "errors": []})


def _states(targets: tuple[str, ...], folder: Path, output: Path) -> "tuple[State, ...]":
    from octavo import library

    root = surroundings.project_root(folder)
    jobs = library.plan(
        targets,
        root=root,
        output=root / output,
        overrides=Overrides(),
        when=surroundings.source_date(),
        cache=surroundings.cache(),
        judge=library.Judge(root / output),
    )
    return library.states(jobs)


def _draw(text: str, path: Path) -> None:
    """Draw a graph as SVG.

    Raises:
        MissingTool: Graphviz is not installed.
        ToolFailed, TimedOut: it fails.
        NoPermission, DiskFull, OutputFailed: the file cannot be written.
    """
    from octavo import outputs, programs

    program = programs.find("dot", hint="Install Graphviz; `octavo doctor` says how")
    drawn = programs.run([program, "-Tsvg"], stdin=text.encode(), limits=programs.Limits())
    if drawn.code:
        raise ToolFailed(f"dot ended with code {drawn.code}: {drawn.err.strip()}")
    with outputs.draft(drawn.out, path) as draft:
        outputs.put(draft, path)
