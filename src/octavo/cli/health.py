"""Say what `doctor` found."""

import json
from dataclasses import asdict
from pathlib import Path

from rich.console import Console

from octavo.cli import speech, surroundings
from octavo.doctor import Tool, examine
from octavo.errors import MissingTool


def tell_health(manner: speech.Manner, out: Console) -> int:
    """Write a line for each tool; give the exit code: whether a needed one is missing."""
    from octavo.check import installed

    validators = surroundings.validators(Path.cwd())
    tools = examine(
        epubcheck=validators.epubcheck,
        nu=validators.vnu,
        ace=validators.ace,
        axe=validators.axe,
        pdfa=installed("pikepdf.pdfa"),
        outloud=installed("outloud"),
    )
    if manner.json:
        found = [asdict(tool) for tool in tools]
        print(json.dumps({"tools": found, "errors": []}, indent=2, default=str))
    else:
        for tool in tools:
            print(_line(tool))
    missing = [tool for tool in tools if tool.needed and not tool.found]
    for tool in missing:
        error = MissingTool(
            f"{tool.name} is missing, needed {tool.purpose}", hint=f"To mend it: {tool.mend}"
        )
        speech.complain(out, str(error))
    return MissingTool.code if missing else 0


def _line(tool: Tool) -> str:
    if tool.found:
        return speech.visible(f"{tool.name}: {tool.found} ({tool.purpose})")
    state = "MISSING" if tool.needed else "not there"
    return speech.visible(f"{tool.name}: {state} ({tool.purpose}); to mend it: {tool.mend}")
