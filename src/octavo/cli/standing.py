"""Say how outputs stand: what is up to date, what is not, and why."""

import json
from collections.abc import Iterable
from pathlib import Path

from rich.console import Console

from octavo.cli import edge, speech
from octavo.cli.figures import count
from octavo.errors import OctavoError
from octavo.library import State, chapters

_MOST = 3  # reasons that are said without being asked for them


def say_what_is_to_do(
    states: tuple[State, ...], manner: speech.Manner, here: Path, out: Console
) -> int:
    """Say what a build would make, and why; give the exit code."""
    if manner.json:
        return _as_json(states, here)
    for state in states:
        if not state.is_good and state.fault is None:
            reasons = state.reasons or (state.waits or "",)
            shown = reasons if manner.verbose else _few(reasons)
            print(speech.visible(f"{speech.spelt(state.path, here)}: {'; '.join(shown)}"))
    good = sum(state.is_good for state in states)
    if good and not manner.quiet:
        speech.note(out, f"{count(good, 'output')} up to date")
    return _faults(states, out)


def say_why(states: tuple[State, ...], manner: speech.Manner, here: Path, out: Console) -> int:
    """Say everything that makes outputs stale, down to the chapter; give the exit code."""
    if manner.json:
        return _as_json(states, here)
    for state in states:
        name = speech.spelt(state.path, here)
        if state.is_good:
            print(f"{name} is up to date")
            continue
        reasons = state.reasons or ((state.waits,) if state.waits else ())
        for line in (*reasons, *chapters(state)):
            print(speech.visible(f"{name}: {line}"))
    return _faults(states, out)


def say_list(states: tuple[State, ...], manner: speech.Manner, here: Path, out: Console) -> int:
    """Say of each output how it stands; give the exit code."""
    if manner.json:
        return _as_json(states, here)
    rows = [(state.job.name, speech.spelt(state.path, here), _stand(state)) for state in states]
    widths = [max((len(row[at]) for row in rows), default=0) for at in (0, 1)]
    for book, path, stand in rows:
        print(speech.visible(f"{book:{widths[0]}}  {path:{widths[1]}}  {stand}".rstrip()))
    return _faults(states, out)


def _stand(state: State) -> str:
    if state.fault is not None:
        return "cannot be built"
    ledger = state.job.ledger
    stamp = ledger.stamps.get(state.format) if ledger else None
    pages = f", {count(stamp.pages, 'page')}" if stamp and stamp.pages else ""
    if state.is_good and stamp is not None:
        return f"up to date, {stamp.size:,} bytes{pages}"
    return f"stale: {'; '.join(_few(state.reasons or (state.waits or '',)))}"


def _few(reasons: Iterable[str]) -> tuple[str, ...]:
    said = tuple(reasons)
    more = len(said) - _MOST
    return said if more <= 0 else (*said[:_MOST], f"and {count(more, 'reason')} more")


def _faults(states: Iterable[State], out: Console) -> int:
    """Say what is wrong with books; give the exit code of the first."""
    faults: dict[str, OctavoError] = {}
    for state in states:
        if state.fault is not None:
            faults.setdefault(state.job.name, state.fault)
    for name, fault in faults.items():
        speech.complain(out, f"{name}: {speech.error_text(fault)}")
    return next((fault.code for fault in faults.values()), 0)


def _as_json(states: tuple[State, ...], here: Path) -> int:
    faults = {state.job.name: state.fault for state in states if state.fault is not None}
    said = {
        "outputs": [
            {
                "book": state.job.name,
                "format": state.format,
                "path": speech.spelt(state.path, here),
                "state": "faulty" if state.fault else "good" if state.is_good else "stale",
                "reasons": list(state.reasons),
                "waits": state.waits,
            }
            for state in states
        ],
        "errors": [edge.error_data(fault, name) for name, fault in faults.items()],
    }
    print(json.dumps(said, indent=2, ensure_ascii=False))
    return next((fault.code for fault in faults.values()), 0)
