"""The fast checks of a site: a folder of pages that lead to each other and need nothing else."""

from pathlib import Path

from octavo.check.findings import error
from octavo.check.html import check_pages
from octavo.model import Finding


def check_site(path: Path) -> tuple[Finding, ...]:
    """Check the pages and styles of a folder; places name the files in it."""
    if not (path / "index.html").is_file():
        return (error("links", "there is no index.html, with which a site begins", path.name),)
    return check_pages(sorted(path.glob("*.html")), path, sorted(path.rglob("*.css")))
