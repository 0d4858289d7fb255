"""The commands and their options."""

import json
import shlex
import sys
import time
from pathlib import Path

import click
from rich.console import Console

from octavo import __version__, errors
from octavo.cli import books, complete, edge, results, speech, surroundings
from octavo.cli.options import (
    PATH,
    about_the_book,
    folder_option,
    in_a_manner,
    results_option,
    targets_argument,
    workers_option,
)
from octavo.cli.progress import progress
from octavo.cli.start import start
from octavo.cli.trace import traced
from octavo.cli.watch import watch
from octavo.model import PROFILES, Overrides, Profile


class _Commands(click.Group):
    """The commands in their own order, each with the whole of its description."""

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl((name, each.help or "") for name, each in self.commands.items())


@click.group(
    cls=_Commands,
    epilog="Start with `octavo new my-book`. Exit codes: see `octavo build --help`.",
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.version_option(__version__, message="octavo %(version)s", help="Say the version.")
@click.option(
    "--install-completion",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=complete.install,
    help="Teach your shell the command's words.",
)
@click.option(
    "--show-completion",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=complete.show,
    help="Print what the last option would install.",
)
def app() -> None:
    """Clean rough text and make EPUB, PDF and HTML books of it."""


def run() -> int:
    """Do what the command was called for; give its exit code."""
    try:
        code: int = app.main(prog_name="octavo", standalone_mode=False)
    except click.ClickException as error:  # wrong usage
        error.show()
        return error.exit_code
    except click.Abort:
        return errors.INTERRUPTED
    return code


@app.command(epilog=f"\b\nExit codes:\n{edge.exit_code_table()}")
@targets_argument(
    help="Books (handbook), formats (epub), outputs (handbook.pdf) or files (essay.txt);"
    " without any, every book in its usual formats.",
)
@folder_option
@results_option(help="Where the results go.")
@workers_option
@about_the_book
@click.option("--check", is_flag=True, help="Run the slow validators on the results too.")
@click.option("-n", "--dry-run", is_flag=True, help="Only say what would be made, and why.")
@click.option("-B", "--always-make", "always", is_flag=True, help="Make what is up to date, too.")
@click.option("-k", "--keep-going", is_flag=True, help="Go on with the others if one fails.")
@click.option(
    "--profile", type=PATH, metavar="FILE", help="Write where the time went, for a tracing page."
)
@in_a_manner
def build(
    targets: tuple[str, ...],
    folder: Path,
    output: Path,
    workers: int | None,
    title: str | None,
    authors: tuple[str, ...],
    lang: str | None,
    check: bool,
    dry_run: bool,
    always: bool,
    keep_going: bool,
    profile: Path | None,
    manner: speech.Manner,
) -> int:
    """Build books, as far as they are not up to date.

    The paths of the files go to standard output, the rest to standard error.
    """
    if profile and dry_run:
        raise click.UsageError("--profile says where the time of a build went, and -n builds none")

    def work(out: Console) -> int:
        from octavo import library

        begun, here = time.monotonic(), Path.cwd()
        root = surroundings.project_root(folder)
        jobs = library.plan(
            targets,
            root=root,
            output=root / output,
            overrides=Overrides(title, authors, lang),
            when=surroundings.source_date(),
            validators=surroundings.validators(root) if check else None,
            cache=surroundings.cache(),
            judge=library.Judge(root / output, always=always),
            keep_going=keep_going,
        )
        if dry_run:
            from octavo.cli.standing import say_what_is_to_do

            return say_what_is_to_do(library.states(jobs), manner, here, out)
        with progress(out, manner, jobs) as show, traced(profile, show, begun) as told:
            reports = library.run(jobs, workers=workers or surroundings.cores(), progress=told)
        return results.give(reports, manner, here, out, time.monotonic() - begun)

    return edge.exit_code(work, manner, otherwise=results.NOTHING)


for _each in (watch, books.list_, books.why, books.graph, books.clean_up):
    app.add_command(_each)


@app.command(epilog="Exit codes: 50 for errors, 51 for warnings alone; see `octavo build --help`.")
@click.argument(
    "targets",
    metavar="[FILE]...",
    nargs=-1,
    shell_complete=complete.targets,
    help="EPUB, PDF or HTML files, folders of HTML, or targets of `octavo build`, meaning their"
    " results; without any, the results of every book.",
)
@folder_option
@results_option(help="Where the results of the books are.")
@click.option(
    "--profile",
    "profiles",
    type=click.Choice(PROFILES),
    multiple=True,
    help="Hold EPUBs against the rules of a reader, too; may be given again.",
)
@in_a_manner
def check(
    targets: tuple[str, ...],
    folder: Path,
    output: Path,
    profiles: tuple[Profile, ...],
    manner: speech.Manner,
) -> int:
    """Check books with everything that is installed. What is found goes to standard output."""

    def work(out: Console) -> int:
        from octavo.cli.checking import Wish, check_all

        wish = Wish(targets, surroundings.project_root(folder), output, profiles)
        return check_all(wish, manner, Path.cwd(), out)

    return edge.exit_code(work, manner, otherwise={"version": __version__, "files": []})


@app.command()
@click.argument(
    "rough",
    shell_complete=complete.books,
    help="A rough text, whatever its name, or a book (handbook): then all its rough texts.",
)
@click.option(
    "-o",
    "--output",
    type=PATH,
    metavar="OUT",
    help="The file to write (.md, .html or .json), or a folder for Markdown;"
    " without it, the folder cleaned of the book.",
)
@folder_option
@click.option("--lang", help="The text's language, such as en-GB.")
@click.option("--adopt", is_flag=True, help="Make the corrected Markdown the book's source.")
@click.option(
    "--review",
    type=PATH,
    metavar="FILE",
    help="Write a page to check the work on: .html, offline.",
)
@click.option(
    "--explain",
    metavar="LINE",
    multiple=True,
    help="Write nothing, but say why a line (or 120-134) was treated as it was.",
)
@click.option("--force", is_flag=True, help="Overwrite Markdown that somebody has edited.")
@in_a_manner
def clean(
    rough: str,
    output: Path | None,
    folder: Path,
    lang: str | None,
    adopt: bool,
    review: Path | None,
    explain: tuple[str, ...],
    force: bool,
    manner: speech.Manner,
) -> int:
    """Clean rough text, to be looked at and corrected before a book is made of it."""
    if adopt and (output or review or explain):
        raise click.UsageError("--adopt moves files inside the book and writes no others")

    def work(out: Console) -> int:
        from octavo.cli import cleaning

        wish = cleaning.Wish(rough, folder, lang, output, review, adopt, explain, force)
        return cleaning.work(wish, surroundings.project_root(folder), manner, Path.cwd(), out)

    return edge.exit_code(work, manner, otherwise={"version": __version__, "texts": []})


@app.command()
@click.argument("folder", type=PATH, metavar="DIR", help="The folder of the new book.")
@click.option(
    "--templates",
    is_flag=True,
    help="Start no book: copy all templates into the folder of one, to be edited.",
)
@click.option(
    "--template",
    "names",
    multiple=True,
    metavar="NAME",
    help="Copy this template only, such as style/print.css; may be repeated.",
)
@click.option(
    "--theme", default="classic", metavar="NAME", help="Whose templates: classic, or modern."
)
@in_a_manner
def new(
    folder: Path, templates: bool, names: tuple[str, ...], theme: str, manner: speech.Manner
) -> int:
    """Start a book: a small one that builds, to be written over. Nothing is overwritten."""
    if templates and names:
        raise click.UsageError("--templates copies all of them, and --template one")
    if theme != "classic" and not templates and not names:
        raise click.UsageError("--theme says whose templates are copied; add --templates")

    copied = templates or bool(names)

    def work(out: Console) -> int:
        if copied:
            from octavo.cli.copying import copy_templates

            files = copy_templates(folder, names, theme)
        else:
            files = start(folder)
        written = [str(path) for path in files]
        print(
            json.dumps({"files": written, "errors": []}, indent=2)
            if manner.json
            else "\n".join(written)
        )
        if not manner.quiet:
            first = "Edit them, delete the others, and build" if copied else "Now build it"
            speech.note(out, f"{first}: octavo build -C {shlex.quote(str(folder))}")
        return 0

    return edge.exit_code(work, manner, otherwise={"files": []})


@app.command()
@in_a_manner
def doctor(manner: speech.Manner) -> int:
    """Say which programs and libraries are there, what they are for, and how to get the others."""

    def work(out: Console) -> int:
        from octavo.cli.health import tell_health

        return tell_health(manner, out)

    return edge.exit_code(work, manner, otherwise={"tools": []})


@app.command()
@in_a_manner
def schema(manner: speech.Manner) -> int:
    """Print the JSON Schema of book.toml, for editors."""

    def work(_: Console) -> int:
        from octavo.config import schema_text

        sys.stdout.write(schema_text())
        return 0

    return edge.exit_code(work, manner, otherwise={})
