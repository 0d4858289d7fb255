"""What `octavo clean` does: rough texts in, fair copies out, and what is said about them."""

import json
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console

from octavo import __version__, outputs, pandoc
from octavo.build import Job, copy_fair, review, rough_texts
from octavo.cli import results, speech
from octavo.errors import NoPermission, UnknownTarget
from octavo.model import FairCopy, Place
from octavo.structure import title_of
from octavo.transcribe import page, record

NOTHING: dict[str, object] = {"version": __version__, "texts": [], "errors": []}


@dataclass(frozen=True, slots=True)
class Order:
    """What was asked for."""

    job: Job  # of the book, or of the file that was named by itself
    output: Path | None  # -o
    force: bool  # a file that somebody has edited may be overwritten
    review: Path | None = None  # the page to check the cleaning on; of a book, their folder


@dataclass(frozen=True, slots=True)
class _Written:
    fair: FairCopy
    path: Path


def clean(order: Order, manner: speech.Manner, here: Path, out: Console) -> int:
    """Write the fair copy of every rough text that was named, and say what was done.

    Raises:
        UnknownTarget: the book has no rough text, or `-o` is no kind of file that is written.
        NoPermission: a file is there that is not what would have been written.
        SourceError, OutputError, ToolError
    """
    written = []
    for path, target in _targets(order):
        fair = copy_fair(path, order.job)
        _put(_FORMS[target.suffix.lower()](fair), path, target, force=order.force)
        if order.review is not None:
            checked = _review_target(order.review, path, target)
            _put(review(fair, order.job), path, checked, force=True)
        written.append(_Written(fair, target))
    for each in written:
        if not manner.quiet:
            _tell(each.fair, order.job.folder, manner, here, out)
    if manner.json:
        texts = [_data(each, here) for each in written]
        print(json.dumps({**NOTHING, "texts": texts}, indent=2))
    else:
        for each in written:
            print(speech.spelt(each.path, here))
    return 0


def _html(fair: FairCopy) -> str:
    return page(fair, title_of(fair.blocks) or Path(fair.path).stem)


def _markdown(fair: FairCopy) -> str:
    title = title_of(fair.blocks)
    return pandoc.markdown(fair.blocks, Place(fair.path), title=title, language=fair.language)


_FORMS: dict[str, Callable[[FairCopy], str]] = {".md": _markdown, ".html": _html, ".json": record}


def _targets(order: Order) -> list[tuple[Path, Path]]:
    """Each rough text with the file it is written to."""
    texts = rough_texts(order.job)
    if not texts:
        hint = "Only rough text is cleaned; every other kind of file says itself what it is"
        raise UnknownTarget(f"the book {order.job.name} has no rough text", hint=hint)
    output = order.output
    if output is None or output.suffix.lower() not in _FORMS:
        named = ", ".join(_FORMS)
        hint = f"Name a file after -o that ends in one of these: {named}"
        raise UnknownTarget("it is not said where the result is to go", hint=hint)
    if len(texts) > 1:
        hint = "Name a folder after -o, or one of the texts"
        raise UnknownTarget(f"{order.job.name} has {len(texts)} rough texts", hint=hint)
    return [(texts[0], output)]


def _review_target(named: Path, source: Path, target: Path) -> Path:
    """The file of a text's review page; what is named may be a folder that holds several."""
    if named.suffix.lower() != ".html":
        named = named / f"{source.stem}.html"
    if named.resolve() == target.resolve():
        hint = "Name another file after --review"
        raise NoPermission(f"{target.name} is where the text itself is written", hint=hint)
    return named


def _put(text: str, source: Path, target: Path, *, force: bool) -> None:
    if target.exists() and target.samefile(source):
        hint = "Name another file after -o"
        raise NoPermission(f"{target.name} would be written over its source", hint=hint)
    with outputs.draft(text.encode(), target) as draft:
        outputs.put(draft, target)


# --- what is said ---


def _tell(fair: FairCopy, folder: Path, manner: speech.Manner, here: Path, out: Console) -> None:
    """Say what was changed: every change if that is wanted, then how many by rule."""
    for change in fair.changes if manner.verbose else ():
        speech.note(out, results.change_line(change, folder, here))
    name = speech.spelt(folder / fair.path, here)
    speech.note(out, f"{name}: {_counted(len(fair.changes), _doubtful(fair), 'change')}")
    for rule, (count, doubtful) in _by_rule(fair).items():
        speech.note(out, f"  {rule}: {count}" + (f", {doubtful} doubtful" if doubtful else ""))
    for doubt in fair.doubts if manner.verbose else ():
        where = results.where(folder, doubt.place, here)
        speech.note(out, f"{where}: {doubt.what} (doubtful)")
    if fair.doubts:
        many = "lines" if len(fair.doubts) > 1 else "line"
        speech.note(out, f"  {len(fair.doubts)} {many} might have been understood otherwise")
    if not manner.verbose and (_doubtful(fair) or fair.doubts):
        speech.note(
            out, "Look at the doubtful ones first: --verbose lists them, each with its line"
        )


def _counted(count: int, doubtful: int, noun: str) -> str:
    return f"{count} {noun}{'' if count == 1 else 's'}" + (
        f", {doubtful} doubtful" if doubtful else ""
    )


def _by_rule(fair: FairCopy) -> dict[str, tuple[int, int]]:
    """How many changes each rule made, and how many of them are doubtful, in their order."""
    counts = Counter(change.rule for change in fair.changes)
    doubtful = Counter(change.rule for change in fair.changes if change.doubtful)
    return {rule: (count, doubtful[rule]) for rule, count in counts.items()}


def _doubtful(fair: FairCopy) -> int:
    return sum(change.doubtful for change in fair.changes)


def _data(written: _Written, here: Path) -> dict[str, object]:
    fair = written.fair
    return {
        "source": fair.path,
        "output": speech.spelt(written.path, here),
        "encoding": fair.encoding,
        "language": fair.language,
        "changes": len(fair.changes),
        "doubtful": _doubtful(fair),
        "doubts": len(fair.doubts),
        "rules": {
            rule: {"changes": count, "doubtful": doubtful}
            for rule, (count, doubtful) in _by_rule(fair).items()
        },
    }
