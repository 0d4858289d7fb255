"""The stage `check`: file → findings."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from octavo.check.epub import check_epub
from octavo.check.html import check_html
from octavo.check.pdf import check_pdf
from octavo.check.site import check_site
from octavo.check.standards import installed, standards
from octavo.check.validators import Validators, epubcheck, find_validators, nu, qpdf
from octavo.errors import MissingFile
from octavo.model import Finding, Format, Place

__all__ = ["CHECKS", "Validators", "check", "find_validators", "installed", "validate"]


@dataclass(frozen=True, slots=True)
class Checks:
    """How a format is checked."""

    fast: Callable[[Path], tuple[Finding, ...]]
    real: Callable[[Path, Validators], tuple[Finding, ...]]


CHECKS: dict[Format, Checks] = {
    "epub": Checks(check_epub, epubcheck),
    "pdf": Checks(check_pdf, lambda path, tools: (*qpdf(path, tools), *standards(path))),
    "html": Checks(check_html, nu),
    "site": Checks(check_site, nu),
}


def check(path: Path, format: Format) -> tuple[Finding, ...]:
    """Run our own checks on a draft: milliseconds for a small book, linear in its size.

    A place in an EPUB or a site is the name of a file inside it.

    Raises:
        MissingFile: there is no such file.
    """
    _must_exist(path)
    return CHECKS[format].fast(path)


def validate(path: Path, format: Format, tools: Validators) -> tuple[Finding, ...]:
    """Run the format's real validator: seconds.

    A validator that is missing gives a finding "skipped" that says how to install it.

    Raises:
        MissingFile: there is no such file.
        ToolFailed, TimedOut, MissingTool: the validator is there and came to no result.
    """
    _must_exist(path)
    return CHECKS[format].real(path, tools)


def _must_exist(path: Path) -> None:
    if not path.exists():
        raise MissingFile("there is no such file", place=Place(str(path)))
