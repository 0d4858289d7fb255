"""One Job in, one Report out: the only place that knows the order of the stages.

read → clean → structure → convert → chapters → render → write → check → in place

What tells whether there is anything to do is loaded at once, and all else when it is asked for.
"""

from importlib import import_module
from typing import TYPE_CHECKING

from octavo.build.job import Job, Progress, Report, Stage, Step, done
from octavo.build.ledger import Gist, Judge, Ledger

if TYPE_CHECKING:
    from octavo.build.building import build, chapters_now
    from octavo.build.explaining import Explained, explain_lines
    from octavo.build.making import layout_crew, lays_out
    from octavo.build.reviewing import review
    from octavo.build.texts import copy_fair, rough_texts

__all__ = [
    "Explained",
    "Gist",
    "Job",
    "Judge",
    "Ledger",
    "Progress",
    "Report",
    "Stage",
    "Step",
    "build",
    "chapters_now",
    "copy_fair",
    "done",
    "explain_lines",
    "layout_crew",
    "lays_out",
    "review",
    "rough_texts",
]

_HOMES = {
    "Explained": "explaining",
    "build": "building",
    "chapters_now": "building",
    "copy_fair": "texts",
    "explain_lines": "explaining",
    "layout_crew": "making",
    "lays_out": "making",
    "review": "reviewing",
    "rough_texts": "texts",
}


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"octavo.build has no {name}")
    return getattr(import_module(f"octavo.build.{_HOMES[name]}"), name)
