"""Every check that there is for a book, whoever made it: ours, validators, the makers' rules."""

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

from octavo.check.browser import ace, axe
from octavo.check.epub import check_epub
from octavo.check.findings import skipped
from octavo.check.html import PAGES, check_pages
from octavo.check.pdf import check_pdf
from octavo.check.profiles import check_profile
from octavo.check.standards import standards
from octavo.check.validators import Validators, epubcheck, nu_pages, qpdf
from octavo.errors import MissingFile, NoPermission, OctavoError, ToolError, UnknownTarget
from octavo.model import Finding, Format, Place, Profile

FORMATS_BY_SUFFIX: dict[str, Format] = {
    ".epub": "epub",
    ".pdf": "pdf",
    **dict.fromkeys(PAGES, "html"),
}
# Rules that Octavo sets itself and no standard does: another's book may break them.
_HOUSE = frozenset({"active", "fonts", "media", "remote"})
_MOST_PAGES = 10_000

# What a checker is called if it breaks down, and how it is run.
_Step = tuple[str, Callable[[], tuple[Finding, ...]]]


def examine(path: Path, tools: Validators, profiles: Sequence[Profile] = ()) -> tuple[Finding, ...]:
    """Run every check on an EPUB, a PDF, a page of HTML, or a folder of pages: seconds to minutes.

    A checker that is missing gives a finding "skipped" that says how to install it; one that breaks
    down gives an error, for the book has not passed it.

    Args:
        path: the file, or the folder of a site.
        tools: where the validators are.
        profiles: the readers whose makers' rules an EPUB is held against, too.

    Raises:
        MissingFile, NoPermission: it cannot be read.
        UnknownTarget: it is of a kind that nothing here can check.
    """
    format_ = kind(path)
    if not os.access(path, os.R_OK):
        raise NoPermission("this may not be read", place=Place(str(path)))
    steps = {"epub": _epub, "pdf": _pdf, "html": _html}[format_](path, tools, profiles)
    return tuple(found for step in steps for found in _run(*step))


def kind(path: Path) -> Format:
    """Tell the format of a file, or of a folder with pages of HTML.

    Raises:
        MissingFile, UnknownTarget
    """
    if path.is_dir():
        if next(_pages(path), None) is None:
            raise MissingFile("there is no page of HTML in this folder", place=Place(str(path)))
        return "html"
    if not path.is_file():
        raise MissingFile("there is no such file", place=Place(str(path)))
    known = FORMATS_BY_SUFFIX.get(path.suffix.lower())
    if known is None:
        names = ", ".join(FORMATS_BY_SUFFIX)
        message = f"nothing here can check a file {path.name}"
        raise UnknownTarget(message, hint=f"The names of those it can check end in {names}")
    return known


def _run(name: str, check: Callable[[], tuple[Finding, ...]]) -> Iterator[Finding]:
    try:
        found = check()
    except ToolError as fault:
        yield Finding(name, "error", f"it came to no result: {fault}".rstrip("."))
    except OctavoError as fault:
        yield Finding(name, "error", str(fault).rstrip("."))
    else:
        yield from found


def _epub(path: Path, tools: Validators, profiles: Sequence[Profile]) -> Iterator[_Step]:
    own = check_epub(path)
    sound = not any(each.check == "container" and each.severity == "error" for each in own)
    yield "octavo", lambda: _lenient(own)
    yield "epubcheck", partial(epubcheck, path, tools)
    if sound:
        yield "ace", partial(ace, path, tools)
        for profile in profiles:
            yield profile, partial(check_profile, path, profile)
    else:
        message = "not run, because the container has errors and is not unpacked"
        yield "ace", lambda: (skipped("ace", message),)


def _pdf(path: Path, tools: Validators, _: Sequence[Profile]) -> Iterator[_Step]:
    yield "octavo", lambda: _lenient(check_pdf(path))
    yield "qpdf", partial(qpdf, path, tools)
    yield "standards", partial(standards, path)


def _html(path: Path, tools: Validators, _: Sequence[Profile]) -> Iterator[_Step]:
    path = path.resolve()
    folder = path if path.is_dir() else path.parent
    pages = sorted(_pages(path)) if path.is_dir() else [path]
    if len(pages) > _MOST_PAGES:
        message = f"only the first {_MOST_PAGES:,} of {len(pages):,} pages were checked"
        yield "octavo", lambda: (Finding("octavo", "warning", message),)
        pages = pages[:_MOST_PAGES]
    own = check_pages(pages, folder)
    yield "octavo", lambda: _lenient(own)
    # What our parser gives up takes the others minutes, such as a hundred thousand boxes nested.
    broken = {each.place.path for each in own if each.check == "well-formed" and each.place}
    if broken:
        message = "not shown the pages that cannot be parsed"
        yield "octavo", lambda: tuple(skipped(name, message) for name in ("nu", "axe"))
    whole = [page for page in pages if page.relative_to(folder).as_posix() not in broken]
    if whole:
        yield "nu", partial(nu_pages, whole, folder, tools)
        yield "axe", partial(axe, whole, folder, tools)


def _pages(folder: Path) -> Iterator[Path]:
    found = (each for each in folder.rglob("*") if each.suffix.lower() in PAGES)
    return (each for each in found if each.is_file() and not each.is_symlink())


def _lenient(findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
    """Give findings with the rules of the house as warnings."""
    return tuple(
        replace(each, severity="warning")
        if each.check in _HOUSE and each.severity == "error"
        else each
        for each in findings
    )
