"""What `octavo clean --explain` says: why lines of a rough text were treated as they were."""

import json
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

from octavo import __version__
from octavo.build import Explained, Job, explain_lines, rough_texts
from octavo.cli import speech
from octavo.config import line_range
from octavo.errors import UnknownTarget
from octavo.model import Change, Decision
from octavo.rules import CLEANING

_MOST = 1000  # lines at once
_LONGEST = 70  # characters shown of what stood in a line before and after a change


def explain(job: Job, given: list[str], manner: speech.Manner, here: Path) -> int:
    """Say of lines what was done with them, why, and what would change it.

    Args:
        job: of the book, or of the file that was named by itself.
        given: lines as they were typed, each "120" or "120-134".
        manner: how it is said.
        here: the folder from which paths are spelt.

    Raises:
        UnknownTarget: these are no lines, or there is no such line.
        SourceError: the file cannot be made sense of.
    """
    lines = _lines(given)
    texts = rough_texts(job)
    told = [(path, explain_lines(path, job, lines)) for path in texts]
    if not any(found for _, found in told):
        names = " and ".join(path.name for path in texts) or job.name
        hint = "Count lines as your editor does, from 1"
        raise UnknownTarget(f"{names} has no line {min(lines)}", hint=hint)
    if manner.json:
        data = [_data(path, each, here) for path, found in told for each in found]
        print(json.dumps({"version": __version__, "lines": data, "errors": []}, indent=2))
        return 0
    for path, found in told:
        file = path.relative_to(job.folder).as_posix() if len(texts) > 1 else None
        for each in found:
            at = f"{speech.spelt(path, here)}:{each.line}"
            print("\n".join([f"{at}: {each.text.strip()}", *_rows(each, file), ""]))
    return 0


def _lines(given: list[str]) -> frozenset[int]:
    lines: set[int] = set()
    for word in given:
        try:
            found = line_range(word)
        except ValueError as error:
            raise UnknownTarget(f"the lines {word[:_LONGEST]!r} {error}") from error
        if found.last - found.first >= _MOST:
            raise UnknownTarget(f"{word} is more than {_MOST} lines", hint="Ask for fewer at once")
        lines.update(range(found.first, found.last + 1))
    return frozenset(lines)


def _rows(explained: Explained, file: str | None) -> Iterator[str]:
    for change in explained.changes:
        yield from _of_change(change)
    for reading in explained.readings:
        for decision in reading.decisions:
            yield from _of_decision(decision)
    if not explained.readings:
        yield f"  {_fate(explained)}"
    if explained.remedies:
        yield "  To change it, write one of these into book.toml:"
    for remedy in explained.remedies:
        yield f"    # {remedy.what}"
        yield from (f"    {row}" for row in remedy.toml(file).split("\n"))


def _fate(explained: Explained) -> str:
    """Say what became of a line that is no text."""
    if not explained.text.strip():
        return "is a blank line"
    cleaned = [change for change in explained.changes if change.rule in CLEANING]
    dropped = any(not change.after for change in cleaned)
    return "is dropped" if dropped else "is part of a footnote"


def _of_change(change: Change) -> Iterator[str]:
    doubt = " (doubtful)" if change.doubtful else ""
    why = f": {change.why}" if change.why else ""
    yield f"  changed by {change.rule}{doubt}{why}"
    yield f"      {_short(change.before)} → {_short(change.after)}"


def _of_decision(decision: Decision) -> Iterator[str]:
    yield f"  {decision.what}" + (" (doubtful)" if decision.doubtful else "")
    for piece in decision.evidence:
        # What has no weight was not weighed: it settles the matter, or is said beside it.
        weight = f"{piece.weight:+5.1f}" if piece.weight else "     "
        yield f"      {weight}  {piece.what}"
    weights = [piece.weight for piece in decision.evidence if piece.weight]
    if len(weights) > 1:
        yield f"      {sum(weights):+5.1f}  in all"


def _short(text: str) -> str:
    shown = " ⏎ ".join(text.replace("\f", "").replace("\v", "").split("\n"))
    return repr(shown if len(shown) <= _LONGEST else shown[:_LONGEST] + "…")


def _data(path: Path, explained: Explained, here: Path) -> dict[str, object]:
    return {
        "source": speech.spelt(path, here),
        "line": explained.line,
        "text": explained.text,
        "changes": [
            {"rule": each.rule, "before": each.before, "after": each.after}
            | {"doubtful": each.doubtful, "why": each.why}
            for each in explained.changes
        ],
        "decisions": [
            {
                "what": decision.what,
                "doubtful": decision.doubtful,
                "evidence": [asdict(piece) for piece in decision.evidence],
            }
            for reading in explained.readings
            for decision in reading.decisions
        ],
        "remedies": [{"what": each.what, "toml": each.toml()} for each in explained.remedies],
    }
