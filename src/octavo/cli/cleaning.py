"""What `octavo clean` does: rough texts in, fair copies out, corrected ones adopted."""

import shlex
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console

from octavo import library, outputs, pandoc
from octavo.build import Job, copy_fair, review, rough_texts
from octavo.cli import cleaned, speech
from octavo.errors import NoPermission, UnknownTarget
from octavo.model import FairCopy, Overrides, Place
from octavo.structure import title_of
from octavo.transcribe import page, record

_PIECE = 1 << 16  # bytes written at once


@dataclass(frozen=True, slots=True)
class Wish:
    """What was typed after `octavo clean`."""

    rough: str
    folder: Path  # -C
    lang: str | None
    output: Path | None
    review: Path | None
    adopt: bool
    explain: tuple[str, ...]
    force: bool


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked for."""

    job: Job  # of the book, or of the file that was named by itself
    output: Path | None  # -o
    review: Path | None  # the page to check the work on; of several texts, the pages' folder
    force: bool  # Markdown that somebody has edited may be overwritten
    again: str  # the command that adopts what this one writes


def work(wish: Wish, root: Path, manner: speech.Manner, here: Path, out: Console) -> int:
    """Explain lines, adopt what was corrected, or clean: whichever is wished.

    Args:
        wish: what was typed.
        root: the project's folder, from which its paths are told.
        manner: how much is said.
        here: the folder that paths are told from.
        out: standard error.

    Raises:
        OctavoError
    """
    job = library.pick(wish.rough, root=root, overrides=Overrides(language=wish.lang))
    if wish.explain:
        from octavo.cli import explaining

        return explaining.explain(job, list(wish.explain), manner, here)
    target, page = (root / each if each else None for each in (wish.output, wish.review))
    there = ("-C", str(wish.folder)) if wish.folder != Path() else ()
    again = shlex.join(("octavo", "clean", *there, wish.rough, "--adopt"))
    request = Request(job, target, page, wish.force, again)
    return (adopt if wish.adopt else clean)(request, manner, here, out)


def clean(request: Request, manner: speech.Manner, here: Path, out: Console) -> int:
    """Write the fair copy of every rough text that was named, and say what was done.

    Raises:
        UnknownTarget: there is no rough text, or it is not said where the result goes.
        NoPermission: a file is there that is not what would have been written.
        SourceError, OutputError, ToolError
    """
    made = [
        cleaned.Made(copy_fair(path, request.job, with_source=page is not None), target, page)
        for path, target, page in _targets(request)
    ]
    ready = [one for each in made for one in _ready(each, request)]
    for target, pieces in ready:  # nothing is written before all is well
        with outputs.draft(_encoded(pieces), target) as draft:
            outputs.put(draft, target)
    into_book = any(each.target for each in made) and request.output is None
    cleaned.tell(made, request.job, manner, here, out, then=request.again if into_book else None)
    return 0


def adopt(request: Request, manner: speech.Manner, here: Path, out: Console) -> int:
    """Make the corrected Markdown in cleaned/ the source of a book, and say what was done.

    Raises:
        UnknownTarget: it is no book.
        MissingFile, NoPermission, SettingsError, OutputError: nothing has been moved.
    """
    cleaned.tell_adopted(library.adopt(request.job), request.job, manner, here, out)
    return 0


def _markdown(fair: FairCopy) -> Iterator[str]:
    title = title_of(fair.blocks)
    return pandoc.markdown(fair.blocks, Place(fair.path), title=title, language=fair.language)


def _html(fair: FairCopy) -> Iterator[str]:
    return page(fair, title_of(fair.blocks) or Path(fair.path).stem)


_FORMS: dict[str, Callable[[FairCopy], Iterator[str]]] = {
    ".md": _markdown,
    ".html": _html,
    ".json": record,
}


def _targets(request: Request) -> list[tuple[Path, Path | None, Path | None]]:
    """Each rough text with the file it is written to, and with the page to check it on."""
    job, output = request.job, request.output
    texts = tuple(dict.fromkeys(rough_texts(job)))
    if not texts:
        hint = "Only rough text is cleaned; every other kind of file says itself what it is"
        raise UnknownTarget(f"the book {job.name} has no rough text", hint=hint)
    pages = _placed(request.review, texts, job, (".html",))
    if output is None and request.review is None:
        if job.settings is None:
            hint = f"Name a file after -o: {job.name}.md, {job.name}.html or {job.name}.json"
            raise UnknownTarget("it is not said where the result is to go", hint=hint)
        output = job.folder / "cleaned"
    return list(zip(texts, _placed(output, texts, job, tuple(_FORMS)), pages, strict=True))


def _placed(
    output: Path | None, texts: tuple[Path, ...], job: Job, suffixes: tuple[str, ...]
) -> list[Path] | list[None]:
    """Give the files for some texts: the one that was named, or one for each in a folder."""
    if output is None:
        return [None] * len(texts)
    if output.is_dir() or not output.suffix:
        targets = [library.beside(job, path, output, suffixes[0]) for path in texts]
    elif output.suffix.lower() in suffixes:
        targets = [output] * len(texts)
    else:
        hint = f"Name a folder, or a file that ends in {' or '.join(suffixes)}"
        raise UnknownTarget(f"{output.name} is no kind of file that is written", hint=hint)
    if len(set(targets)) < len(targets):
        hint = "Name a folder, or clean one text at a time"
        raise UnknownTarget(f"several texts of {job.name} would be one file", hint=hint)
    return targets


def _ready(made: cleaned.Made, request: Request) -> Iterator[tuple[Path, Iterable[str]]]:
    """Give what is to be written where, if nothing of value is in its place."""
    source = request.job.folder / made.fair.path
    for target in (made.target, made.page):
        if target is not None and target.exists() and target.samefile(source):
            hint = "Name another file after -o"
            raise NoPermission(f"{target.name} would be written over its source", hint=hint)
    if made.target and made.page and made.target.resolve() == made.page.resolve():
        hint = "Name another file after --review"
        raise NoPermission(f"{made.page.name} is where the text itself is written", hint=hint)
    if made.target is not None:
        pieces = _FORMS[made.target.suffix.lower()](made.fair)
        yield made.target, pieces if request.force else _unedited(pieces, made.target)
    if made.page is not None:
        yield made.page, (review(fair, request.job) for fair in (made.fair,))


def _unedited(pieces: Iterable[str], target: Path) -> Iterable[str]:
    """Refuse to overwrite Markdown that is not what would be written."""
    if target.suffix.lower() != ".md" or not target.is_file():
        return pieces
    text = "".join(pieces)
    if target.read_bytes() != text.encode():
        message = f"{target.name} is there already, and is not what would be written"
        hint = "Somebody may have corrected it: move it away, or overwrite it with --force"
        raise NoPermission(message, place=Place(target.as_posix()), hint=hint)
    return (text,)


def _encoded(pieces: Iterable[str]) -> Iterator[bytes]:
    """Give pieces of text as pieces of UTF-8 large enough for a file without a buffer."""
    waiting = bytearray()
    for piece in pieces:
        for at in range(0, len(piece), _PIECE):  # it may be a whole text
            waiting += piece[at : at + _PIECE].encode()
            if len(waiting) >= _PIECE:
                yield bytes(waiting)
                waiting.clear()
    yield bytes(waiting)
