"""What was built: on standard output for programs, on standard error for people."""

import json
from collections.abc import Iterator
from dataclasses import asdict
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console

from octavo import __version__
from octavo.cli import edge, speech, summary
from octavo.errors import Unforeseen
from octavo.model import Change, Place

if TYPE_CHECKING:
    from octavo.build import Report

_LONGEST = 120  # characters shown of a change's text
_MOST_NAMES = 10  # of books that are listed in a line

NOTHING: dict[str, object] = {
    "version": __version__,
    "books": [],
    "artifacts": [],
    "findings": [],
    "changes": 0,
    "errors": [],
    "seconds": 0.0,
}


def give(
    reports: "tuple[Report, ...]", manner: speech.Manner, here: Path, out: Console, seconds: float
) -> int:
    """Say how the books went, then give the results; give the exit code.

    Args:
        reports: of the books.
        manner: how much is said, and whether the results are JSON.
        here: the folder that paths are told from.
        out: standard error; the results go to standard output.
        seconds: wall time that all of it took.
    """
    tell_changes(reports, manner, here, out)
    if not manner.quiet:
        summary.tell_outputs(reports, manner, here, out, seconds)
    code = tell_faults(reports, manner, here, out)
    _write(reports, manner, here, seconds)
    return code


def tell_changes(
    reports: "tuple[Report, ...]", manner: speech.Manner, here: Path, out: Console
) -> None:
    """Say how many changes were made in each book's texts, and which ones if that is wanted."""
    for report in () if manner.quiet else reports:
        _tell_changes(report, manner, here, out)


def tell_faults(
    reports: "tuple[Report, ...]", manner: speech.Manner, here: Path, out: Console
) -> int:
    """Say what was found and what went wrong; give the exit code.

    It is the code of the first error, in the order of the books.
    """
    skipped: dict[str, None] = {}
    for report in () if manner.quiet else reports:
        skipped.update(_tell_findings(report, manner, here, out))
    for line in skipped:
        speech.note(out, f"skipped: {line}")
    for report in reports:
        for error in report.errors:
            if manner.verbose and isinstance(error, Unforeseen):
                speech.note(out, error.trace)
        for line in complaints(report, here):
            speech.complain(out, line)
    left = [report.job.name for report in reports if not report.begun]
    if left and not manner.quiet:
        speech.note(out, f"{_some(left)}: not begun, as another book failed; -k goes on")
    return next((error.code for report in reports for error in report.errors), 0)


def complaints(report: "Report", here: Path) -> tuple[str, ...]:
    """Give what is told of a report's errors: the book, the place, what is wrong, what next."""
    found = []
    for error in report.errors:
        at = where(report.job.folder, error.place, here) if error.place else None
        found.append(f"{report.job.name}: {speech.error_text(error, where=at)}")
    return tuple(dict.fromkeys(found))  # a template's fault is one, in every format


def _write(
    reports: "tuple[Report, ...]", manner: speech.Manner, here: Path, seconds: float
) -> None:
    """Write the paths of the files, one a line, or everything as one JSON object."""
    if manner.json:
        print(json.dumps(_document(reports, here, seconds), indent=2))
        return
    for report in reports:
        for artifact in report.artifacts:
            print(speech.spelt(artifact.path, here))


def change_line(change: Change, folder: Path, here: Path) -> str:
    """Give the line that tells of a change in a text of the book in `folder`."""
    doubt = " (doubtful)" if change.doubtful else ""
    what = f"{_short(change.before)} → {_short(change.after)}"
    return f"{where(folder, change.place, here)}: {change.rule}{doubt}: {what}"


def where(folder: Path, place: Place, here: Path) -> str:
    """Give a place as it would be typed in the folder `here`."""
    path = _from_here(folder, place.path, here)
    return str(Place(path, place.line, column=place.column))


def _document(reports: "tuple[Report, ...]", here: Path, seconds: float) -> dict[str, object]:
    return {
        **NOTHING,
        "books": [
            {
                "name": report.job.name,
                "built": report.begun and report.error is None,
                "begun": report.begun,
                "changes": len(report.changes),
                "doubtful": sum(change.doubtful for change in report.changes),
                "seconds": round(report.seconds, 3),
            }
            for report in reports
        ],
        "artifacts": [
            {
                "book": report.job.name,
                "format": artifact.format,
                "path": speech.spelt(artifact.path, here),
                "sha256": artifact.sha256,
                "size": artifact.size,
                "pages": artifact.pages,
                "kept": artifact.kept,
                "seconds": round(artifact.seconds, 3),
            }
            for report in reports
            for artifact in report.artifacts
        ],
        "findings": [
            {"book": report.job.name, **asdict(finding)}
            for report in reports
            for finding in report.findings
        ],
        "changes": sum(len(report.changes) for report in reports),
        "errors": [
            edge.error_data(error, report.job.name) for report in reports for error in report.errors
        ],
        "seconds": round(seconds, 3),
    }


def _some(names: list[str]) -> str:
    more = len(names) - _MOST_NAMES
    return ", ".join(names[:_MOST_NAMES]) + (f" and {more} more" if more > 0 else "")


def _tell_changes(report: "Report", manner: speech.Manner, here: Path, out: Console) -> None:
    for change in report.changes if manner.verbose else ():
        speech.note(out, change_line(change, report.job.folder, here))
    if report.changes:
        doubtful = sum(change.doubtful for change in report.changes)
        counts = f"{len(report.changes)} change{'s' if len(report.changes) > 1 else ''}"
        counts += f", {doubtful} doubtful" if doubtful else ""
        see = "" if manner.verbose else "; see --verbose"
        speech.note(out, f"{report.job.name}: {counts}{see}")


def _tell_findings(
    report: "Report", manner: speech.Manner, here: Path, out: Console
) -> Iterator[tuple[str, None]]:
    """Say the findings but those that were skipped, which are given back to be said once."""
    for finding in report.findings:
        if finding.severity == "skipped":
            yield f"{finding.check}: {finding.message}", None
            continue
        at = where(report.job.folder, finding.place, here) if finding.place else report.job.name
        line = f"{at}: {finding.check}: {finding.message}"
        if finding.severity == "warning":
            speech.warn(out, line)
        elif manner.verbose:
            speech.note(out, f"{finding.severity}: {line}" if finding.severity == "error" else line)


@cache
def _from_here(folder: Path, path: str, here: Path) -> str:
    # A place's path goes from the book's folder, unless it is in a template or the output.
    inside = folder / path
    return speech.spelt(inside, here) if inside.exists() else path


def _short(text: str) -> str:
    shown = text if len(text) <= _LONGEST else text[:_LONGEST] + "…"
    return shown.replace("\n", "\\n") or "(nothing)"
