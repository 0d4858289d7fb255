"""Make the corrected Markdown of a book's rough texts its source.

The Markdown lies in the book's folder `cleaned/`, where `octavo clean` has put it and no build
looks. It takes the rough text's place; the rough text is kept in the folder `rough/`.
"""

import contextlib
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from octavo import outputs
from octavo.build import Job, rough_texts
from octavo.errors import InvalidSettings, MissingFile, NoPermission, UnknownTarget
from octavo.model import Place

_SETTINGS = "book.toml"


@dataclass(frozen=True, slots=True)
class Adopted:
    """One text of a book: where its Markdown was, where it is now, where its rough text is kept."""

    rough: Path  # the source up to now
    corrected: Path  # the Markdown in cleaned/
    source: Path  # the source from now on, beside the old one
    kept: Path  # the rough text in rough/


def beside(job: Job, path: Path, folder: Path, suffix: str) -> Path:
    """Give the file in `folder` that stands for one of a book's texts.

    It is called as the text is, without the folder text/, so text/01.txt is cleaned/01.md.
    """
    inside = path.relative_to(job.folder)
    if inside.parts[0] == "text" and len(inside.parts) > 1:
        inside = Path(*inside.parts[1:])
    return folder / inside.with_suffix(suffix)


def adopt(job: Job) -> tuple[Adopted, ...]:
    """Put the Markdown in cleaned/ in the place of the rough texts it was made from.

    Everything is checked before anything is moved; after a fault everything is moved back.

    Raises:
        MissingFile: there is no Markdown that belongs to a rough text.
        NoPermission: a file is in the way.
        InvalidSettings: book.toml names the texts in a way that cannot be changed safely.
        UnknownTarget: this is no book.
        OutputError: the files cannot be moved.
    """
    if job.settings is None:
        hint = "Name a book; the Markdown of a single file is yours already"
        raise UnknownTarget(f"{job.name} is no book", hint=hint)
    moved = tuple(_ready(job))
    if not moved:
        hint = f"Make it with `octavo clean {job.name}`, and correct it"
        raise MissingFile(f"there is no Markdown in the folder cleaned of {job.name}", hint=hint)
    _keep_order(job, moved)
    _keep_orders(job, moved)
    settings = _resettled(job, moved)
    _move(job, moved, settings)
    return moved


def _ready(job: Job) -> Iterator[Adopted]:
    for path in dict.fromkeys(rough_texts(job)):
        corrected = beside(job, path, job.folder / "cleaned", ".md")
        if not corrected.exists():
            continue  # it stays rough
        kept = beside(job, path, job.folder / "rough", path.suffix)
        each = Adopted(path, corrected, path.with_suffix(".md"), kept)
        _check(each, job.folder)
        yield each


def _check(each: Adopted, folder: Path) -> None:
    if each.corrected.is_symlink() or not each.corrected.is_file():
        raise NoPermission(f"{_shown(each.corrected, folder)} is not a file", hint="Move it away")
    for path in (each.source, each.kept):
        if path.exists() or path.is_symlink():
            message = f"{_shown(path, folder)} is there already, and nothing is overwritten"
            raise NoPermission(message, hint="Move it away, or give it another name")


def _keep_order(job: Job, moved: Sequence[Adopted]) -> None:
    """Refuse to change the order of texts that are read by name."""
    if job.settings is None or job.settings.text:
        return
    new = {each.rough: each.source for each in moved}
    names = [new.get(path, path).name for path in job.texts]
    if names != sorted(names):
        listed = ", ".join(f'"{_shown(path, job.folder)}"' for path in job.texts)
        message = "the new names of the texts would change their order"
        hint = f"Give the order in {_SETTINGS}: text = [{listed}]"
        raise InvalidSettings(message, place=Place(_SETTINGS), hint=hint)


def _keep_orders(job: Job, moved: Sequence[Adopted]) -> None:
    """Refuse to leave orders behind for lines of texts that are rough no more."""
    names = {_shown(each.rough, job.folder) for each in moved}
    for part in job.settings.clean.lines if job.settings else ():
        if part.file is None or str(part.file) in names:
            about = part.file or "the rough text"
            message = f"there are orders for lines of {about}, which will be rough no more"
            hint = "They have had their effect: take the tables [[clean.lines]] away"
            raise InvalidSettings(message, place=Place(_SETTINGS), hint=hint)


def _resettled(job: Job, moved: Sequence[Adopted]) -> str | None:
    """Give book.toml with the new names under `text`; None if it names no texts.

    Only the names are changed. What comes out is read again, and has to say the same but for them.
    """
    if job.settings is None or not job.settings.text:
        return None
    text = (job.folder / _SETTINGS).read_bytes().decode("utf-8-sig")
    new = {_shown(each.rough, job.folder): each.source.name for each in moved}
    settings = tomllib.loads(text)
    for number, name in enumerate(settings["text"]):
        source = new.get(str(PurePosixPath(name)))
        if source is not None:
            renamed = name[: -len(PurePosixPath(name).name)] + source
            settings["text"][number] = renamed
            text = _replaced(text, name, renamed, settings)
    return text


def _replaced(text: str, old: str, new: str, wanted: Mapping[str, object]) -> str:
    """Replace the string that makes the settings what they are to be."""
    for quote in "\"'":
        start = -1
        while (start := text.find(f"{quote}{old}{quote}", start + 1)) >= 0:
            end = start + len(old) + 2
            changed = f"{text[:start]}{quote}{new}{quote}{text[end:]}"
            with contextlib.suppress(tomllib.TOMLDecodeError):
                if tomllib.loads(changed) == wanted:
                    return changed
    hint = f"Write {old} there between simple quotes, and try again"
    raise InvalidSettings(f"{old} is not found under text", place=Place(_SETTINGS), hint=hint)


def _move(job: Job, moved: Sequence[Adopted], settings: str | None) -> None:
    """Move everything, or nothing."""
    done: list[tuple[Path, Path]] = []
    try:
        for each in moved:
            for source, target in ((each.rough, each.kept), (each.corrected, each.source)):
                _rename(source, target)
                done.append((source, target))
        if settings is not None:
            target = job.folder / _SETTINGS
            with outputs.draft(settings.encode(), target) as draft:
                outputs.put(draft, target)
    except BaseException:
        for source, target in reversed(done):
            with contextlib.suppress(OSError):
                target.rename(source)
        raise
    for folder in sorted({each.corrected.parent for each in moved}, reverse=True):
        with contextlib.suppress(OSError):  # other things are in it
            folder.rmdir()


def _rename(source: Path, target: Path) -> None:
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        source.rename(target)
    except OSError as error:
        raise outputs.told(error, target) from error


def _shown(path: Path, folder: Path) -> str:
    return path.relative_to(folder).as_posix()
