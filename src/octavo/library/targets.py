"""Turn targets into jobs."""

import datetime
import difflib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from octavo.build import Job, Judge
from octavo.errors import (
    DuplicateBook,
    MissingFile,
    NoPermission,
    OctavoError,
    UnknownTarget,
)
from octavo.library.gist import full_gist, light_gist
from octavo.library.shelf import TEXT_SUFFIXES, ShelvedBook, folded, shelve, texts
from octavo.model import FORMATS, USUAL, Format, Overrides

if TYPE_CHECKING:
    from octavo.check import Validators
    from octavo.config import BookSettings


@dataclass(frozen=True, slots=True)
class _Wish:
    """One thing that was asked for."""

    book: ShelvedBook | Path  # a Path is a single file
    formats: tuple[Format, ...]
    whole: bool = False  # a book or file was named, not one of its outputs


def plan(
    targets: tuple[str, ...],
    *,
    root: Path,
    output: Path,
    overrides: Overrides,
    when: datetime.datetime | None,
    validators: "Validators | None" = None,
    cache: Path | None = None,
    judge: Judge | None = None,
    keep_going: bool = False,
) -> tuple[Job, ...]:
    """Turn targets into jobs, one for each book.

    Args:
        targets: names of books (`handbook`), formats (`epub`), outputs (`handbook.pdf`) and files
            (`article.txt`); none means the usual ones of every book. Beside books or files, formats
            narrow these: `handbook pdf` is `handbook.pdf`.
        root: the project's folder; its books are the folders below `source/` with a `book.toml`,
            or the folder itself if it has one. A file is looked for from here.
        output: the folder for the results.
        overrides: what the command line says about title, authors and language.
        when: the moment written into the files; without it each book's own date is taken.
        validators: the slow validators, if they are to be run too.
        cache: the folder for what can be used again by a later build.
        judge: tells what is up to date; without it everything is made. The settings of a book are
            not read with it: what has to be built is settled where it is built.
        keep_going: make what does not depend on something that fails.

    Raises:
        UnknownTarget, DuplicateBook, MissingFile: the targets make no sense. What is wrong with one
            book is its job's `fault`; the others can be built.
    """
    wishes = _wishes(targets, shelve(root), root)

    def job(book: ShelvedBook | Path, formats: tuple[Format, ...]) -> Job:
        folder = book.folder if isinstance(book, ShelvedBook) else book.resolve().parent
        templates = tuple(p for p in (folder / "templates", root / "templates") if p.is_dir())
        gist = light_gist(book, templates, overrides, when) if judge else None
        made = Job(
            name=book.name if isinstance(book, ShelvedBook) else book.stem,
            folder=folder,
            texts=gist.texts if gist else (),
            settings=None,
            overrides=overrides,
            templates=templates,
            output=output,
            formats=formats,
            when=when,
            validators=validators,
            cache=cache,
            keep_going=keep_going,
        )
        if judge is None or gist is None:
            return _settled(book, judge, made)
        ledger = judge.ledger(gist, formats)
        if ledger and ledger.is_up_to_date(formats, output, gist.name) and not validators:
            return replace(made, ledger=ledger, is_done=True)
        return replace(made, settle=partial(_settled, book, judge))

    jobs = tuple(job(book, formats) for book, formats in _merged(wishes))
    _each_once(jobs)
    return jobs


def _settled(book: ShelvedBook | Path, judge: Judge | None, job: Job) -> Job:
    """Complete a job: with its settings, or what is wrong with them, and what is up to date."""
    name, folder, settings, files, fault = _parts(book)
    fault = fault or _overwriting(files, [job.output / f"{name}.{each}" for each in job.formats])
    made = replace(
        job, name=name, folder=folder, texts=files, settings=settings, fault=fault, settle=None
    )
    if judge is None or fault is not None:
        return made
    toml = book.toml if isinstance(book, ShelvedBook) else ""
    ledger = judge.ledger(full_gist(made, toml), job.formats)
    done = ledger is not None and ledger.is_up_to_date(job.formats, job.output, name)
    return replace(made, ledger=ledger, is_done=done and not job.validators)


def pick(target: str, *, root: Path, overrides: Overrides) -> Job:
    """Turn the name of a book, or the path of its folder or of a file, into its job.

    Raises:
        UnknownTarget: there is no such book, or several are in the folder.
        MissingFile, SettingsError: what is wrong with the book, or with what overrides it.
    """
    is_file = "/" in target and (root / target).is_file()  # no name of a book has a slash
    wishes = _wishes_of(target, () if is_file else shelve(root), root)
    if len(wishes) > 1:
        raise UnknownTarget(f"there are several books in {target}", hint="Name one of them")
    name, folder, settings, files, fault = _parts(wishes[0].book)
    if fault is not None:
        raise fault
    _make_sense(overrides)
    return Job(
        name=name,
        folder=folder,
        texts=files,
        settings=settings,
        overrides=overrides,
        templates=tuple(p for p in (folder / "templates", root / "templates") if p.is_dir()),
        output=folder,
        formats=(),
        when=None,
    )


def _make_sense(overrides: Overrides) -> None:
    """Refuse wrong values; without any, there is no need to load what checks them."""
    if overrides != Overrides():
        from octavo.config import overridden, settle

        overridden(settle({"title": "-"}, shown="the command line"), overrides)


def _wishes(targets: tuple[str, ...], books: tuple[ShelvedBook, ...], root: Path) -> list[_Wish]:
    """What is asked for. Formats narrow the books that are named, or all if none is."""
    named = [target for target in targets if target not in FORMATS or _is_book(target, books)]
    formats = tuple(each for each in FORMATS if each in targets and each not in named)
    wishes = [wish for target in named for wish in _wishes_of(target, books, root)]
    if not named:
        wishes = [_Wish(book, book.formats, whole=True) for book in books]
    if not wishes:
        hint = "Start one with `octavo new source/my-book`, or name a file to build"
        raise UnknownTarget("there are no books here", hint=hint)
    return [_Wish(wish.book, formats) if wish.whole and formats else wish for wish in wishes]


def _is_book(target: str, books: tuple[ShelvedBook, ...]) -> bool:
    return any(book.name == target for book in books)


def _wishes_of(target: str, books: tuple[ShelvedBook, ...], root: Path) -> list[_Wish]:
    """What a target that is no format stands for: a book, an output, a folder or a file."""
    stem, _, suffix = target.rpartition(".")
    for book in books:
        if target == book.name:
            return [_Wish(book, book.formats, whole=True)]
        if stem == book.name and suffix in FORMATS:
            return [_Wish(book, tuple(each for each in FORMATS if each == suffix))]
    path = root / target
    if path.is_dir():
        return [_Wish(book, book.formats, whole=True) for book in _books_in(path, target)]
    if path.is_file():
        return [_Wish(path, USUAL, whole=True)]
    raise _unknown(target, books)


def _books_in(folder: Path, target: str) -> tuple[ShelvedBook, ...]:
    books = shelve(folder)
    if not books:
        hint = "Name a folder with a book.toml, or a file to build"
        raise MissingFile(f"there is no book in the folder {target}", hint=hint)
    return books


def _unknown(target: str, books: tuple[ShelvedBook, ...]) -> OctavoError:
    if Path(target).suffix.lower() in TEXT_SUFFIXES or "/" in target:
        return MissingFile(
            f"there is no file {target}", hint="Check the name, and the folder you are in"
        )
    outputs = [f"{book.name}.{format_}" for book in books for format_ in FORMATS]
    names = [*(book.name for book in books), *FORMATS, *outputs]
    near = difflib.get_close_matches(target, names, n=1)
    message = f"there is nothing called {target} to build"
    if near:
        return UnknownTarget(f"{message}; did you mean {near[0]}?")
    return UnknownTarget(message, hint=_choices(books))


def _choices(books: tuple[ShelvedBook, ...]) -> str:
    if not books:
        return "There are no books here: name a file, or start one with `octavo new`"
    return "The books here are " + ", ".join(book.name for book in books)


def _parts(
    book: ShelvedBook | Path,
) -> "tuple[str, Path, BookSettings | None, tuple[Path, ...], OctavoError | None]":
    """Name, folder, settings and texts of a book, and what is wrong with them."""
    if isinstance(book, Path):
        real = book.resolve()  # a link that the user names is no link out of a book
        return book.stem, real.parent, None, (real,), None
    if isinstance(book.settings, OctavoError):
        return book.name, book.folder, None, (), book.settings
    try:
        return book.name, book.folder, book.settings, texts(book.folder, book.settings), None
    except OctavoError as error:
        return book.name, book.folder, book.settings, (), error


def _overwriting(files: tuple[Path, ...], outputs: Iterable[Path]) -> OctavoError | None:
    """The error, if an output would take the place of its own source."""
    for output in outputs:
        if output.exists() and any(path.exists() and output.samefile(path) for path in files):
            hint = "Build into another folder, with -o"
            return NoPermission(f"{output.name} would be written over its source", hint=hint)
    return None


def _merged(wishes: Iterable[_Wish]) -> Iterable[tuple[ShelvedBook | Path, tuple[Format, ...]]]:
    """Each book once, with all the formats asked for in their usual order."""
    gathered: dict[Path, tuple[ShelvedBook | Path, set[Format]]] = {}
    for wish in wishes:
        path = wish.book if isinstance(wish.book, Path) else wish.book.folder
        gathered.setdefault(path.resolve(), (wish.book, set()))[1].update(wish.formats)
    for book, formats in gathered.values():
        yield book, tuple(each for each in FORMATS if each in formats)


def _each_once(jobs: tuple[Job, ...]) -> None:
    seen: dict[str, Job] = {}
    for job in jobs:
        other = seen.setdefault(folded(job.name), job)
        if other is not job:
            hint = "Give one of them another name, or build them into different folders, with -o"
            both = " and ".join(_source(each) for each in (other, job))
            raise DuplicateBook(f"{both} would be written to the same files", hint=hint)


def _source(job: Job) -> str:
    return job.texts[0].name if job.texts and job.settings is None else job.folder.name
