"""The fast checks of a site: a folder of pages that lead to each other and need nothing else."""

import posixpath
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote

from octavo.check.findings import error
from octavo.check.html import parse_page, within
from octavo.check.markup import Reference, references, stylesheet
from octavo.model import Finding

if TYPE_CHECKING:
    from lxml.etree import _Element as Element


def check_site(path: Path) -> tuple[Finding, ...]:
    """Check the pages and styles of a folder; places name the files in it."""
    if not (path / "index.html").is_file():
        return (error("links", "there is no index.html, with which a site begins", path.name),)
    files = frozenset(each.relative_to(path).as_posix() for each in path.rglob("*"))
    found: list[Finding] = []
    pages: dict[str, Element] = {}
    ids: dict[str, frozenset[str]] = {}
    for page in sorted(path.glob("*.html")):
        root = parse_page(page)
        if isinstance(root, Finding):
            found.append(root)
            continue
        pages[page.name] = root
        ids[page.name], wrong = within(root, page.name)
        found += wrong
    for name, root in pages.items():
        found += _links(references(root, name), name, files, ids)
    for sheet in sorted(path.rglob("*.css")):
        name = sheet.relative_to(path).as_posix()
        css = sheet.read_text(encoding="utf-8", errors="replace")
        found += _links(stylesheet(css, name), name, files, ids)
    return tuple(found)


def _links(
    leads: Iterable[Reference | Finding],
    name: str,
    files: frozenset[str],
    ids: Mapping[str, frozenset[str]],
) -> Iterator[Finding]:
    for reference in leads:
        if isinstance(reference, Finding):
            yield reference
        elif (fault := _fault(reference.address, name, files, ids)) is not None:
            yield error("links", f"{fault}: {reference.address}", name, reference.line)


def _fault(
    address: str, name: str, files: frozenset[str], ids: Mapping[str, frozenset[str]]
) -> str | None:
    before, _, fragment = address.partition("#")
    file = unquote(before.partition("?")[0])
    home = posixpath.normpath(posixpath.join(posixpath.dirname(name), file)) if file else name
    if home not in files:
        return "the address leads to no file of the site"
    if fragment and home in ids and unquote(fragment) not in ids[home]:
        return "the address leads to no id"
    return None
