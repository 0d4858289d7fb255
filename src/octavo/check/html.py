"""The fast checks of HTML: a page that needs nothing but itself, or pages of one folder.

The scripts of a page are those that its own policy names by their hashes: what came in with the
text is none of them, and would not run.
"""

import posixpath
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias
from urllib.parse import unquote

from octavo.check.findings import error, warning
from octavo.check.markup import (
    Reference,
    activity,
    identifiers,
    local,
    readable,
    references,
    stylesheet,
)
from octavo.model import Finding

if TYPE_CHECKING:
    from lxml.etree import _Element as Element


PAGES = (".html", ".htm", ".xhtml")
_LARGEST = 64 * 1024 * 1024  # bytes of a page that is read because a link leads into it

# What is wrong with an address on the page `name`, whose ids are given.
_Judge: TypeAlias = Callable[[str, Reference, frozenset[str]], str | None]


def check_html(path: Path) -> tuple[Finding, ...]:
    """Check a self-contained page."""
    return _check(path, path.name, _alone)


def check_pages(
    pages: Sequence[Path], folder: Path, sheets: Sequence[Path] = ()
) -> tuple[Finding, ...]:
    """Check pages whose addresses may lead to files beside them, but not out of the folder.

    Args:
        pages: files in the folder.
        folder: from it places are told.
        sheets: style sheets in it, whose addresses are checked too.
    """
    beside = _Beside(folder)
    found: list[Finding] = []
    for path in pages:
        found += _check(path, path.relative_to(folder).as_posix(), beside.fault)
    for path in sheets:
        name = path.relative_to(folder).as_posix()
        css = path.read_text(encoding="utf-8", errors="replace")
        found += _links(stylesheet(css, name), frozenset(), name, beside.fault)
    return tuple(found)


def _check(path: Path, name: str, judge: _Judge) -> tuple[Finding, ...]:
    root = _parse(path, name)
    if isinstance(root, Finding):
        return (root,)
    ids, doubled = identifiers(root, name)
    return (
        *doubled,
        *activity(root, name, _known_scripts(root)),
        *readable(root, name),
        *_headings(root, name),
        *_links(references(root, name), ids, name, judge),
    )


def _parse(path: Path, name: str) -> "Element | Finding":
    from lxml import etree

    data = path.read_bytes()
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as fault:
        line = data.count(b"\n", 0, fault.start) + 1
        return error("well-formed", "the page is no UTF-8", name, line)
    # A picture is one attribute of many MB: without huge_tree the parser stops at 10.
    parser = etree.HTMLParser(encoding="utf-8", no_network=True, huge_tree=True)
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as refusal:
        return error("well-formed", f"the page cannot be parsed: {refusal.msg}", name)
    # It gives what it has read so far when it has to stop: what follows would go unchecked.
    for entry in parser.error_log:
        if entry.level == etree.ErrorLevels.FATAL:
            return error("well-formed", entry.message, name, entry.line)
    if root is None or root.find("body") is None:
        return error("well-formed", "the page is empty", name)
    return root


def _known_scripts(root: "Element") -> frozenset[str]:
    policies = [
        meta.get("content", "")
        for meta in root.iterfind("head/meta")
        if meta.get("http-equiv", "").lower() == "content-security-policy"
    ]
    scripts = [
        directive.split()[1:]
        for policy in policies
        for directive in policy.split(";")
        if directive.split()[:1] == ["script-src"]
    ]
    if not scripts or any("'unsafe-inline'" in sources for sources in scripts):
        return frozenset()
    return frozenset.intersection(*map(frozenset, scripts))


def _headings(root: "Element", path: str) -> Iterator[Finding]:
    count = sum(local(element.tag) == "h1" for element in root.iter("*"))
    if count != 1:
        yield warning("readable", f"the page has {count} headings <h1> instead of one", path)


def _links(
    leads: Iterable[Reference | Finding], ids: frozenset[str], name: str, judge: _Judge
) -> Iterator[Finding]:
    for reference in leads:
        if isinstance(reference, Finding):
            yield reference
        elif (fault := judge(name, reference, ids)) is not None:
            yield error("links", f"{fault}: {reference.address}", name, reference.line)


def _alone(_: str, reference: Reference, ids: frozenset[str]) -> str | None:
    if not reference.address.startswith("#"):
        return "the address leads to a file beside the page"
    if unquote(reference.address[1:]) not in ids:
        return "the address leads to no id"
    return None


class _Beside:
    """The files of a folder, as far as addresses lead to them."""

    def __init__(self, folder: Path):
        self._folder = folder
        self._ids: dict[Path, frozenset[str] | None] = {}  # None: no page, or none that is read

    def fault(self, name: str, reference: Reference, ids: frozenset[str]) -> str | None:
        """Tell what is wrong with an address on the page `name`."""
        if reference.address.startswith("#"):
            return _alone(name, reference, ids)
        address, _, fragment = reference.address.partition("#")
        target = posixpath.normpath(
            posixpath.join(posixpath.dirname(name), unquote(address.partition("?")[0]))
        )
        if target.startswith(("/", "..")) or "\0" in target:
            return "the address leads out of the folder"
        path = self._folder / target
        path = path / "index.html" if path.is_dir() else path
        if not path.is_file():
            return "the address leads to no file"
        known = self._known(path) if fragment else None
        if known is not None and unquote(fragment) not in known:
            return "the address leads to no id"
        return None

    def _known(self, path: Path) -> frozenset[str] | None:
        if path not in self._ids:
            page = path.suffix.lower() in PAGES and path.stat().st_size <= _LARGEST
            root = _parse(path, path.name) if page else None
            if root is None or isinstance(root, Finding):
                self._ids[path] = None
            else:
                self._ids[path] = identifiers(root, path.name)[0]
        return self._ids[path]
