"""The checks that need a browser: Ace for EPUBs and axe for pages of HTML, both in Chromium.

`browser.cjs` drives them with Node. Playwright would do as well, but brings a browser driver of its
own; Ace has brought Puppeteer already, so whoever can run the one can run the other.
"""

import functools
import json
import os
import posixpath
import re
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from octavo.check.archive import read_archive
from octavo.check.findings import skipped
from octavo.check.markup import parse
from octavo.check.validators import Validators, broken_down
from octavo.errors import TimedOut, ToolError, ToolFailed
from octavo.model import Finding, Place, Severity
from octavo.programs import MIB, Limits, run

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

_SCRIPT = Path(__file__).with_name("browser.cjs")
_LARGEST = 64 * MIB  # bytes of a report
# Chromium and V8 reserve far more address space than they use: memory is bounded in browser.cjs.
_SECONDS = 600
_PER_PAGE = 30  # seconds
_LOADING = 60  # seconds until a page has to be there
_GET = "install it with: npm install --prefix .tools --ignore-scripts @daisy/ace-cli axe-core"
_GET_NODE = "install Node.js (Debian: apt install nodejs)"
_GET_CHROMIUM = "install Chromium (Debian: apt install chromium)"
_APART = (("-n", "-p", "-f", "--kill-child", "--mount-proc"), ("-n",))

_IMPACTS: dict[str, Severity] = {
    "critical": "error",
    "serious": "error",
    "moderate": "warning",
    "minor": "warning",
}
_Read = TypeVar("_Read")

_STEP = re.compile(r"/(\d+)(?:\[[^\]]*\])?")
_OPENING = re.compile(r"<[^>]*>")


def ace(path: Path, tools: Validators) -> tuple[Finding, ...]:
    """Run Ace by DAISY, which holds an EPUB against EPUB Accessibility 1.1 and WCAG.

    It unpacks the book: a container that is not sound is not for it.

    Raises:
        ToolFailed, TimedOut: it came to no result.
    """
    if missing := _missing("ace", "Ace", tools.ace, tools):
        return (missing,)
    with _scratch() as name:
        folder = Path(name).resolve()
        # A name that Ace could take for an option, or that is no .epub, is none of its business.
        book = folder / "book.epub"
        book.symlink_to(path.resolve())
        documents = _look("ace", [book], folder, folder, tools)
    return _read("ace", lambda: tuple(_ace_findings(documents, path)))


def axe(pages: Sequence[Path], folder: Path, tools: Validators) -> tuple[Finding, ...]:
    """Run axe on pages, as wide as a phone and a desktop, light and dark.

    Args:
        pages: files of HTML, absolute.
        folder: what no address of a page may leave, absolute; places are counted from here.
        tools: where the validators are.

    Raises:
        ToolFailed, TimedOut: it came to no result.
    """
    if missing := _missing("axe", "axe", tools.axe, tools):
        return (missing,)
    with _scratch() as name:
        looked = _look("axe", pages, folder, Path(name).resolve(), tools)
    return _read("axe", lambda: tuple(each for page in looked for each in _page(page, folder)))


def _scratch() -> "tempfile.TemporaryDirectory[str]":
    # A browser that was killed may write for a moment yet.
    return tempfile.TemporaryDirectory(prefix="octavo-", ignore_cleanup_errors=True)


def _missing(check: str, name: str, there: Path | None, tools: Validators) -> Finding | None:
    if there is None or tools.ace is None:
        return skipped(check, f"{name} is not installed; {_GET}")
    if tools.node is None:
        return skipped(check, f"{name} needs Node.js; {_GET_NODE}")
    if tools.chromium is None:
        return skipped(check, f"{name} needs Chromium; {_GET_CHROMIUM}")
    return None


def _look(
    job: str, files: Sequence[Path], folder: Path, scratch: Path, tools: Validators
) -> list[dict[str, Any]]:
    """Let browser.cjs do a job; give its report."""
    report = scratch / "report.json"
    order = {
        "job": job,
        "chromium": str(tools.chromium),
        "ace": str(tools.ace),
        "folder": str(folder),
        "files": [str(each) for each in files],
        "report": str(report),
        "patience": _LOADING * 1000,
    }
    # Whatever the browser keeps goes the way of the folder.
    surroundings = [f"{name}={scratch}" for name in ("HOME", "TMPDIR")]
    limits = Limits(seconds=_SECONDS + _PER_PAGE * len(files), memory=None, output=_LARGEST)
    command: list[str | Path] = [*_apart(), "env", *surroundings, str(tools.node), _SCRIPT]
    try:
        done = run(command, stdin=json.dumps(order).encode(), folder=scratch, limits=limits)
    except TimedOut:  # of whatever the command begins with
        raise TimedOut(f"{job} did not end within {limits.seconds:g} seconds") from None
    if done.code or not report.is_file() or report.stat().st_size > _LARGEST:
        said = done.err.replace(f"{scratch}{os.sep}", "")  # which is gone when it is read
        raise broken_down(job, replace(done, err=said))
    return _read(job, lambda: list(json.loads(report.read_bytes())))


def _read(check: str, reader: Callable[[], _Read]) -> _Read:
    """Read a report; one of another shape than it has to have means that the checker broke down."""
    try:
        return reader()
    except (ValueError, KeyError, TypeError, AttributeError, IndexError) as fault:
        hint = "Check that it is installed whole, in the version of tools/package.json"
        raise ToolFailed(f"{check} gave no report that can be read", hint=hint) from fault


@functools.cache
def _apart() -> tuple[str, ...]:
    """Give what to put before a command so that it has no network and leaves no process behind.

    Only root may do so here: anybody else would become root in a name space of his own, for whom
    Chromium has no sandbox, and that is worth more. Then browser.cjs alone keeps off the network.
    """
    for options in _APART if os.geteuid() == 0 else ():
        prefix = ("unshare", *options, "--")
        try:
            if run([*prefix, "true"], limits=Limits(seconds=20, memory=None)).code == 0:
                return prefix
        except ToolError:
            break
    return ()


# --- Ace ---


def _ace_findings(documents: list[dict[str, Any]], path: Path) -> Iterator[Finding]:
    subjects = [each["earl:testSubject"]["url"] for each in documents]
    package = next((url for url in subjects if url.endswith(".opf")), "")
    faulty = any(each["assertions"] for each in documents)
    members = read_archive(path).members if faulty else {}
    for url, document in zip(subjects, documents, strict=True):
        name = _member(url, package)
        root = parse(members[name], name) if name in members and document["assertions"] else None
        for each in document["assertions"]:
            yield from _ace_assertion(each, name, None if isinstance(root, Finding) else root)


def _member(url: str, package: str) -> str:
    # Ace names the package from the root of the EPUB, a document from the package's folder.
    if url == package or url.startswith("/"):
        return url.lstrip("/")
    return posixpath.normpath(posixpath.join(posixpath.dirname(package), url))


def _ace_assertion(
    assertion: dict[str, Any], name: str, root: "Element | None"
) -> Iterator[Finding]:
    test, result = assertion["earl:test"], assertion["earl:result"]
    if result["earl:outcome"] != "fail":
        return
    severity = _IMPACTS.get(test["earl:impact"], "warning")
    said = test["help"]["dct:description"]
    if "earl:pointer" not in result:
        said = result["dct:description"]
    message = f"{test['dct:title']}: {said}"
    pointers = result.get("earl:pointer", {})
    places = list(zip(pointers.get("cfi", []), pointers.get("css", []), strict=False))
    if not places:
        yield Finding("ace", severity, message, Place(name))
    for cfi, css in places:
        yield Finding("ace", severity, f"{message} ({css})", Place(name, _line(cfi, root)))


def _line(cfi: str, root: "Element | None") -> int | None:
    """Follow a canonical fragment identifier (EPUB CFI 1.1): its even steps count elements."""
    element = root
    for step in _STEP.findall(cfi):
        children = [] if element is None else list(element.iterchildren("*"))
        index = int(step) // 2 - 1
        if int(step) % 2 or not 0 <= index < len(children):
            break
        element = children[index]
    return None if element is None else element.sourceline


# --- axe ---


def _page(page: dict[str, Any], folder: Path) -> Iterator[Finding]:
    path = Path(page["file"])
    name, source = path.relative_to(folder).as_posix(), path.read_text("utf-8", "replace")
    found: dict[tuple[Severity, str, str], list[str]] = {}
    for one in page["runs"]:
        for fault in one["violations"]:
            severity = _IMPACTS.get(fault["impact"], "warning")
            for node in fault["nodes"]:
                more = f", and {fault['more']} more" if fault["more"] else ""
                message = f"{fault['id']}: {fault['help']} ({node['target']}{more})"
                seen = found.setdefault((severity, message, node["html"]), [])
                seen.append(f"{one['width']} px {one['scheme']}")
    for (severity, message, html), seen in found.items():
        if len(seen) < len(page["runs"]):
            message += f"; at {', '.join(seen)}"
        yield Finding("axe", severity, message, Place(name, _line_of(html, source)))
    if page["overflow"] > 0:
        message = f"at {page['narrowest']} px the page is {page['overflow']} px too wide"
        yield Finding("axe", "warning", message, Place(name))


def _line_of(html: str, source: str) -> int | None:
    """Find the line of an element, unless its tag is not in the source as the browser writes it."""
    opening = _OPENING.match(html)
    at = source.find(opening[0]) if opening else -1
    return source.count("\n", 0, at) + 1 if at >= 0 else None
