"""The books below a folder, and their jobs through a pool of worker processes."""

import datetime
from pathlib import Path

from octavo.build import Job, Progress, Report
from octavo.config import Overrides


def plan(
    targets: tuple[str, ...],
    *,
    root: Path,
    output: Path,
    overrides: Overrides,
    when: datetime.datetime | None,
    validate: bool,
) -> tuple[Job, ...]:
    """Turn targets into jobs.

    Args:
        targets: names of books (`handbook`), formats (`epub`), outputs (`handbook.pdf`) and files
            (`article.txt`); none means every format of every book.
        root: the project's folder; its books are the folders below `source/` with a `book.toml`,
            or the folder itself if it has one.
        output: the folder for the results.
        overrides: what the command line says about title, authors and language.
        when: the moment written into the files; without it each book's own date is taken.
        validate: run the slow validators too.

    Raises:
        UnknownTarget, DuplicateBook, MissingFile, BrokenToml, InvalidSettings
    """
    raise NotImplementedError


def run(jobs: tuple[Job, ...], *, workers: int, progress: Progress) -> tuple[Report, ...]:
    """Build the jobs in at most `workers` processes; give their reports in the jobs' order.

    `progress` is called in the calling process, in the order of the steps of each book.
    """
    raise NotImplementedError
