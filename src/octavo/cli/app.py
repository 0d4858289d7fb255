"""The commands and their options."""

import json
import shlex
import sys
import time
from pathlib import Path
from typing import Annotated, TypeAlias

import typer
from rich.console import Console

from octavo import __version__
from octavo.cli import complete, edge, results, speech, surroundings
from octavo.cli.progress import progress
from octavo.cli.start import start
from octavo.model import Overrides

app = typer.Typer(
    name="octavo",
    help="Clean rough text and make EPUB, PDF and HTML books of it.",
    epilog="Start with `octavo new my-book`. Exit codes: see `octavo build --help`.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,  # errors are shown by edge.py
    rich_markup_mode="rich",
    context_settings={"help_option_names": ["--help", "-h"]},
)

Quiet: TypeAlias = Annotated[bool, typer.Option("--quiet", "-q", help="Say errors only.")]
Verbose: TypeAlias = Annotated[
    bool, typer.Option("--verbose", "-v", help="Say every change and finding.")
]
Folder: TypeAlias = Annotated[
    Path, typer.Option("-C", metavar="DIR", help="Work as if started in this folder.")
]
Json: TypeAlias = Annotated[bool, typer.Option("--json", help="Give the result as JSON.")]


def _version(wanted: bool) -> None:
    if wanted:
        print(f"octavo {__version__}")
        raise typer.Exit


@app.callback()
def _octavo(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Say the version.")
    ] = False,
) -> None:
    pass


@app.command(epilog=f"Exit codes:\n{edge.exit_code_table()}")
def build(
    targets: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="TARGET",
            help="Books (handbook), formats (epub), outputs (handbook.pdf) or files (essay.txt);"
            " without any, every format of every book.",
            autocompletion=complete.targets,
        ),
    ] = None,
    folder: Folder = Path(),
    output: Annotated[
        Path, typer.Option("-o", "--output", metavar="DIR", help="Where the results go.")
    ] = Path("dist"),
    workers: Annotated[
        int | None,
        typer.Option(
            "-j",
            "--jobs",
            metavar="N",
            min=1,
            max=256,
            help="How many processes build; without it, one for each core.",
        ),
    ] = None,
    title: Annotated[str | None, typer.Option(help="The book's title.")] = None,
    author: Annotated[
        list[str] | None, typer.Option(help="The book's author; may be given again.")
    ] = None,
    lang: Annotated[str | None, typer.Option(help="The book's language, such as en-GB.")] = None,
    check: Annotated[
        bool, typer.Option("--check", help="Run the slow validators on the results too.")
    ] = False,
    quiet: Quiet = False,
    verbose: Verbose = False,
    as_json: Json = False,
) -> None:
    """Build books. The paths of the files go to standard output, the rest to standard error."""
    manner = speech.Manner(quiet, verbose, as_json)

    def work(out: Console) -> int:
        from octavo import library

        begun, here = time.monotonic(), Path.cwd()
        root = surroundings.project_root(folder)
        jobs = library.plan(
            tuple(targets or ()),
            root=root,
            output=root / output,
            overrides=Overrides(title, tuple(author or ()), lang),
            when=surroundings.source_date(),
            validators=surroundings.validators(root) if check else None,
            cache=surroundings.cache(),
        )
        with progress(out, manner, books=len(jobs)) as show:
            reports = library.run(jobs, workers=workers or surroundings.cores(), progress=show)
        return results.give(reports, manner, here, out, time.monotonic() - begun)

    raise typer.Exit(edge.exit_code(work, manner, otherwise=results.NOTHING))


@app.command()
def clean(
    rough: Annotated[
        str,
        typer.Argument(
            metavar="ROUGH",
            help="A rough text, whatever its name, or a book (handbook): then all its rough texts.",
            autocompletion=complete.books,
        ),
    ],
    output: Annotated[
        Path | None,
        typer.Option(
            "-o",
            "--output",
            metavar="OUT",
            help="The file to write (.md, .html or .json), or a folder for Markdown;"
            " without it, the folder cleaned of the book.",
        ),
    ] = None,
    folder: Folder = Path(),
    lang: Annotated[str | None, typer.Option(help="The text's language, such as en-GB.")] = None,
    adopt: Annotated[
        bool, typer.Option("--adopt", help="Make the corrected Markdown the book's source.")
    ] = False,
    review: Annotated[
        Path | None,
        typer.Option(
            "--review", metavar="FILE", help="Write a page to check the work on: .html, offline."
        ),
    ] = None,
    explain: Annotated[
        list[str] | None,
        typer.Option(
            "--explain",
            metavar="LINE",
            help="Write nothing, but say why a line (or 120-134) was treated as it was.",
        ),
    ] = None,
    force: Annotated[
        bool, typer.Option("--force", help="Overwrite Markdown that somebody has edited.")
    ] = False,
    quiet: Quiet = False,
    verbose: Verbose = False,
    as_json: Json = False,
) -> None:
    """Clean rough text, to be looked at and corrected before a book is made of it."""
    if adopt and (output or review or explain):
        raise typer.BadParameter("--adopt moves files inside the book and writes no others")
    manner = speech.Manner(quiet, verbose, as_json)

    def work(out: Console) -> int:
        from octavo.cli import cleaning

        wish = cleaning.Wish(
            rough, folder, lang, output, review, adopt, tuple(explain or ()), force
        )
        return cleaning.work(wish, surroundings.project_root(folder), manner, Path.cwd(), out)

    raise typer.Exit(edge.exit_code(work, manner, otherwise={"version": __version__, "texts": []}))


@app.command()
def new(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="The folder of the new book.")],
    quiet: Quiet = False,
    verbose: Verbose = False,
    as_json: Json = False,
) -> None:
    """Start a book: a small one that builds, to be written over. Nothing is overwritten."""
    manner = speech.Manner(quiet, verbose, as_json)

    def work(out: Console) -> int:
        written = [str(path) for path in start(folder)]
        print(
            json.dumps({"files": written, "errors": []}, indent=2)
            if as_json
            else "\n".join(written)
        )
        if not quiet:
            speech.note(out, f"Now build it: octavo build -C {shlex.quote(str(folder))}")
        return 0

    raise typer.Exit(edge.exit_code(work, manner, otherwise={"files": []}))


@app.command()
def doctor(quiet: Quiet = False, verbose: Verbose = False, as_json: Json = False) -> None:
    """Say which programs and libraries are there, what they are for, and how to get the others."""
    manner = speech.Manner(quiet, verbose, as_json)

    def work(out: Console) -> int:
        from octavo.cli.health import tell_health

        return tell_health(manner, out)

    raise typer.Exit(edge.exit_code(work, manner, otherwise={"tools": []}))


@app.command()
def schema(quiet: Quiet = False, verbose: Verbose = False, as_json: Json = False) -> None:
    """Print the JSON Schema of book.toml, for editors."""
    manner = speech.Manner(quiet, verbose, as_json)

    def work(_: Console) -> int:
        from octavo.config import schema_text

        sys.stdout.write(schema_text())
        return 0

    raise typer.Exit(edge.exit_code(work, manner, otherwise={}))
