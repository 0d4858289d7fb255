"""The files that are to be checked: those that were named, and what the books were built into."""

from pathlib import Path

from octavo.build import Job
from octavo.errors import MissingFile
from octavo.library.shelf import shelve
from octavo.library.targets import plan
from octavo.model import Overrides

_SUFFIXES = {".epub", ".pdf", ".html", ".htm", ".xhtml"}


def built(targets: tuple[str, ...], *, root: Path, output: Path) -> tuple[Path, ...]:
    """Turn targets into files, each once, in the order they were asked for.

    Args:
        targets: files (`novel.epub`), folders of HTML, or what `plan` understands, whose results
            are meant then; none means the results of every book. Of a book, the results are meant
            that are there.
        root: the project's folder; files are looked for from here.
        output: the folder with the results.

    Raises:
        MissingFile: a file is not there, or nothing that is meant was built yet.
        UnknownTarget, DuplicateBook: the targets make no sense.
    """
    named = [root / target for target in targets if _is_file(target, root)]
    others = tuple(target for target in targets if not _is_file(target, root))
    for target in others:
        _no_lost_file(target, root)
    found = [*named]
    if others or not targets:
        jobs = plan(others, root=root, output=output, overrides=Overrides(), when=None)
        found += _results(jobs, others)
    return tuple(dict.fromkeys(found))


def _is_file(target: str, root: Path) -> bool:
    path = root / target
    if path.is_dir():
        return not shelve(path) and any(path.glob("*.*htm*"))
    return path.is_file() and path.suffix.lower() in _SUFFIXES


def _no_lost_file(target: str, root: Path) -> None:
    """Refuse the name of a file that is not there, and no book's either."""
    path = Path(target)
    books = {book.name for book in shelve(root)}
    if path.suffix.lower() in _SUFFIXES and target.rpartition(".")[0] not in books:
        hint = "Check the name, and the folder you are in"
        raise MissingFile(f"there is no file {target}", hint=hint)


def _results(jobs: tuple[Job, ...], targets: tuple[str, ...]) -> list[Path]:
    """Give the results that are there; one that was named has to be."""
    each = [job.output / f"{job.name}.{format_}" for job in jobs for format_ in job.formats]
    there = [path for path in each if path.exists()]  # a site is a folder
    lost = [path for path in each if path.name in targets and path not in there]
    if lost or not there:
        name = (lost or each)[0].name
        hint = f"Build it first: octavo build {' '.join(targets)}".rstrip()
        raise MissingFile(f"{name} is not built yet", hint=hint)
    return there
