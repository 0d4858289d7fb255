"""The command that builds whenever something changes."""

from pathlib import Path

import click
from rich.console import Console

from octavo.cli import edge, speech, surroundings
from octavo.cli.options import (
    about_the_book,
    folder_option,
    in_words,
    results_option,
    targets_argument,
    workers_option,
)
from octavo.model import Overrides


@click.command(epilog="Ctrl-C ends it. Exit codes: see `octavo build --help`.")
@targets_argument(
    help="What `octavo build` takes; HTML is built, unless formats are named. Without any, every"
    " book."
)
@folder_option
@results_option(help="Where the results go.")
@workers_option
@click.option(
    "--port",
    type=click.IntRange(1, 65535),
    metavar="N",
    help="The port of the address; without it, one that is free.",
)
@click.option("--open", "show", is_flag=True, help="Open the address in the browser.")
@click.option(
    "--no-serve", "serve", flag_value=False, default=True, help="Only build; there is no address."
)
@about_the_book
@in_words
def watch(
    targets: tuple[str, ...],
    folder: Path,
    output: Path,
    workers: int | None,
    port: int | None,
    show: bool,
    serve: bool,
    title: str | None,
    authors: tuple[str, ...],
    lang: str | None,
    manner: speech.Manner,
) -> int:
    """Build whenever something changes. The address of the pages goes to standard output."""
    if not serve and (port or show):
        raise click.UsageError("with --no-serve there is no address for --port and --open")

    def work(out: Console) -> int:
        from octavo.cli import watching

        root = surroundings.project_root(folder)
        wish = watching.Wish(
            targets=targets,
            root=root,
            output=root / output,
            workers=workers or surroundings.cores(),
            overrides=Overrides(title, authors, lang),
            when=surroundings.source_date(),
            cache=surroundings.cache(),
            serve=serve,
            port=port,
            show=show,
        )
        return watching.work(wish, manner, Path.cwd(), out)

    return edge.exit_code(work, manner, otherwise={})
