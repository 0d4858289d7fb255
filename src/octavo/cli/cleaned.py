"""What `octavo clean` says: the files on standard output, what was done to them on the other."""

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console

from octavo import __version__
from octavo.build import Job
from octavo.cli import results, speech
from octavo.library import Adopted
from octavo.model import FairCopy

NOTHING: dict[str, object] = {"version": __version__, "texts": [], "errors": []}


@dataclass(frozen=True, slots=True)
class Made:
    """A fair copy, and the files it is written to."""

    fair: FairCopy
    target: Path | None
    page: Path | None  # to check the work on


def tell(
    made: Sequence[Made],
    job: Job,
    manner: speech.Manner,
    here: Path,
    out: Console,
    *,
    then: str | None,
) -> None:
    """Say what was changed and what to look at next, and write the paths of the files.

    Args:
        made: in the order of the texts.
        job: of the book.
        manner: how much is said.
        here: the folder that paths are told from.
        out: standard error.
        then: the command that adopts the files; None: they are not where it looks for them.
    """
    for each in made if not manner.quiet else ():
        _tell(each.fair, job.folder, manner, here, out)
    if not manner.quiet:
        _tell_next(made, manner, out, then)
    if manner.json:
        texts = [_data(each, here) for each in made]
        print(json.dumps({**NOTHING, "texts": texts}, indent=2))
    else:
        for path in (path for each in made for path in (each.target, each.page) if path):
            print(speech.spelt(path, here))


def tell_adopted(
    adopted: Sequence[Adopted], job: Job, manner: speech.Manner, here: Path, out: Console
) -> None:
    """Say which files are the source now and how to undo it, and write their paths."""
    names = [
        {key: speech.spelt(getattr(each, key), here) for key in ("source", "rough", "kept")}
        for each in adopted
    ]
    if not manner.quiet:
        for name in names:
            speech.note(out, f"{name['source']} is the source now; {name['kept']} keeps the rough")
        listed = ", and name them under text in book.toml" if _names_texts(job) else ""
        speech.note(out, f"To undo it, move the files back{listed}:")
        for name, each in zip(names, adopted, strict=True):
            back = speech.spelt(each.corrected, here)
            speech.note(out, f"  {name['source']} to {back}, {name['kept']} to {name['rough']}")
    if manner.json:
        print(json.dumps({**NOTHING, "texts": names}, indent=2))
    else:
        for name in names:
            print(name["source"])


def _names_texts(job: Job) -> bool:
    return bool(job.settings and job.settings.text)


def _tell(fair: FairCopy, folder: Path, manner: speech.Manner, here: Path, out: Console) -> None:
    """Say how many changes were made, by rule; first each of them, if that is wanted."""
    for change in fair.changes if manner.verbose else ():
        speech.note(out, results.change_line(change, folder, here))
    for doubt in fair.doubts if manner.verbose else ():
        at = results.where(folder, doubt.place, here)
        speech.note(out, f"{at}: {doubt.what} (doubtful)")
    name = speech.spelt(folder / fair.path, here)
    number = len(fair.changes)
    speech.note(out, f"{name}: {number} change{'' if number == 1 else 's'}{_of_these(fair)}")
    for rule, (count, doubtful) in _by_rule(fair).items():
        speech.note(out, f"  {rule}: {count}" + (f", {doubtful} doubtful" if doubtful else ""))
    if fair.doubts:
        many = "lines" if len(fair.doubts) > 1 else "line"
        speech.note(out, f"  {len(fair.doubts)} {many} might have been understood otherwise")


def _tell_next(made: Sequence[Made], manner: speech.Manner, out: Console, then: str | None) -> None:
    doubtful = any(_doubtful(each.fair) or each.fair.doubts for each in made)
    if doubtful and not manner.verbose:
        speech.note(out, "Look at the doubtful ones first; --verbose lists them with their lines")
    if then is not None:
        speech.note(out, f"When the files are as they should be, build from them: {then}")


def _of_these(fair: FairCopy) -> str:
    return f", {_doubtful(fair)} doubtful" if _doubtful(fair) else ""


def _by_rule(fair: FairCopy) -> dict[str, tuple[int, int]]:
    """How many changes each rule made, and how many of them are doubtful, in their order."""
    counts = Counter(change.rule for change in fair.changes)
    doubtful = Counter(change.rule for change in fair.changes if change.doubtful)
    return {rule: (count, doubtful[rule]) for rule, count in counts.items()}


def _doubtful(fair: FairCopy) -> int:
    return sum(change.doubtful for change in fair.changes)


def _data(made: Made, here: Path) -> dict[str, object]:
    fair = made.fair
    return {
        "source": fair.path,
        "output": speech.spelt(made.target, here) if made.target else None,
        "review": speech.spelt(made.page, here) if made.page else None,
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
