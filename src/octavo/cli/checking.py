"""Check books, and say what was found: a line for each finding, on standard output."""

import json
from collections import Counter
from dataclasses import asdict, dataclass
from pathlib import Path

from rich.console import Console

from octavo import __version__
from octavo.cli import speech, surroundings
from octavo.errors import ErrorsFound, WarningsFound
from octavo.model import Finding, Profile, Severity

_COUNTED: tuple[Severity, ...] = ("error", "warning", "info", "skipped")
_Checked = tuple[Path, tuple[Finding, ...]]


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be checked."""

    targets: tuple[str, ...]  # as typed
    root: Path  # the project's folder
    output: Path  # the folder with the results of its books, from there
    profiles: tuple[Profile, ...]  # the readers whose rules EPUBs are held against


def check_all(wish: Wish, manner: speech.Manner, here: Path, out: Console) -> int:
    """Check the files that the targets stand for; give the exit code: that of the worst finding.

    Args:
        wish: what is to be checked.
        manner: how much is said, and in which form.
        here: the folder that paths are told from.
        out: standard error.
    """
    from octavo import library
    from octavo.check.thorough import examine, kind

    files = library.built(wish.targets, root=wish.root, output=wish.root / wish.output)
    for path in files:
        kind(path)  # a wrong name is told before minutes have passed
    tools = surroundings.validators(wish.root)
    checked: list[_Checked] = []
    for path in files:
        if out.is_terminal and not manner.quiet:
            speech.note(out, f"checking {speech.spelt(path, here)} …")
        checked.append((path, examine(path, tools, wish.profiles)))
        if not manner.json:
            _tell(checked[-1], manner, here, out)
    counts = Counter(found.severity for _, findings in checked for found in findings)
    if manner.json:
        print(json.dumps(_document(checked, counts, here), indent=2))
    else:
        _sum_up(checked, counts, manner, out)
    return _code(counts)


def _code(counts: Counter[Severity]) -> int:
    if counts["error"]:
        return ErrorsFound.code
    return WarningsFound.code if counts["warning"] else 0


def _tell(checked: _Checked, manner: speech.Manner, here: Path, out: Console) -> None:
    """Print the errors, the warnings unless quiet, and what is only to be known if verbose."""
    path, findings = checked
    shown = {"error"} | (set() if manner.quiet else {"warning"})
    shown |= {"info"} if manner.verbose else set()
    for found in findings:
        if found.severity in shown:
            print(speech.visible(_line(found, path, here)), flush=True)


def _line(found: Finding, path: Path, here: Path) -> str:
    """Give a finding as compilers do: file, place in it, severity, check, message."""
    where = [speech.spelt(path, here)]
    if found.place is not None and found.place.path != path.name:
        where.append(str(found.place))
    elif found.place is not None and found.place.line is not None:
        where[0] += f":{found.place.line}"
    return f"{': '.join(where)}: {found.severity}: {found.check}: {found.message}"


def _sum_up(
    checked: list[_Checked], counts: Counter[Severity], manner: speech.Manner, out: Console
) -> None:
    if manner.quiet:
        return
    skipped = [found for _, findings in checked for found in findings if _is_skipped(found)]
    for line in dict.fromkeys(f"{found.check}: {found.message}" for found in skipped):
        speech.note(out, f"skipped: {line}")
    files = _number(len(checked), "file")
    faults = f"{_number(counts['error'], 'error')}, {_number(counts['warning'], 'warning')}"
    more = "" if manner.verbose or not counts["info"] else f", {counts['info']} to know (--verbose)"
    speech.note(out, f"{files}: {faults}{more}")


def _is_skipped(found: Finding) -> bool:
    return found.severity == "skipped"


def _number(count: int, what: str) -> str:
    return f"{count} {what}" if count == 1 else f"{count} {what}s"


def _document(checked: list[_Checked], counts: Counter[Severity], here: Path) -> dict[str, object]:
    return {
        "version": __version__,
        "files": [
            {"path": speech.spelt(path, here), "findings": [asdict(each) for each in findings]}
            for path, findings in checked
        ],
        "counts": {severity: counts[severity] for severity in _COUNTED},
        "errors": [],
    }
