"""The standards that a PDF says it holds to, held against it by libraries other people wrote.

`pikepdf.pdfa` knows what PDF/A allows: what it approves is PDF/A, what it does not know it denies.
`outloud` checks PDF/UA-1 and much that a validator cannot see.
"""

import importlib.util
import re
from collections.abc import Iterator
from pathlib import Path

from octavo.errors import ToolFailed
from octavo.model import Finding, Place, Severity

_PART = re.compile(rb"pdfaid:part\s*(?:>|=\s*[\"'])\s*(\d)")
_AUDIBLE = re.compile(rb"pdfuaid:part\s*(?:>|=\s*[\"'])\s*\d")
_PARTS = ("1", "2", "3")  # of PDF/A that are known
_GET_PDFA = "install it with: pip install 'pikepdf[pdfa]'"
_GET_OUTLOUD = "install it with: pip install outloud"
_SEVERITIES: dict[str, Severity] = {"error": "error", "warning": "warning", "info": "info"}


def standards(path: Path) -> tuple[Finding, ...]:
    """Check a PDF against the standards that it claims; without a claim there is nothing to check.

    Raises:
        ToolFailed: a checker came to no result.
    """
    said = _metadata(path)
    found: list[Finding] = []
    if part := _PART.search(said):
        found += _archival(path, part[1].decode())
    if _AUDIBLE.search(said):
        found += _accessible(path)
    return tuple(found)


def installed(name: str) -> bool:
    """Tell whether a checker is there: "pikepdf.pdfa" or "outloud"."""
    needed = {"pikepdf.pdfa": ("pikepdf.pdfa", "jsonschema", "referencing")}.get(name, (name,))
    try:
        return all(importlib.util.find_spec(each) is not None for each in needed)
    except ImportError:
        return False


def _metadata(path: Path) -> bytes:
    import pikepdf

    try:
        with pikepdf.open(path, suppress_warnings=True) as pdf:
            metadata = pdf.Root.get("/Metadata")
            return metadata.read_bytes() if isinstance(metadata, pikepdf.Stream) else b""
    except (pikepdf.PdfError, RuntimeError, ValueError):
        return b""  # that it cannot be read is found elsewhere


def _archival(path: Path, part: str) -> Iterator[Finding]:
    if not installed("pikepdf.pdfa"):
        yield Finding("pdfa", "skipped", f"pikepdf's PDF/A checker is not installed; {_GET_PDFA}")
        return
    if part not in _PARTS:
        yield Finding("pdfa", "skipped", f"nothing here can check PDF/A-{part}")
        return
    import pikepdf
    import pikepdf.pdfa

    with pikepdf.open(path) as pdf:
        for each in pikepdf.pdfa.check(pdf, f"{part}b").findings:
            # What it does not know may be allowed all the same.
            severity: Severity = "error" if each.kind == "violation" else "warning"
            message = f"{each.rule}: {each.message} ({each.where})"
            yield Finding("pdfa", severity, message, Place(path.name))


def _accessible(path: Path) -> Iterator[Finding]:
    if not installed("outloud"):
        yield Finding("outloud", "skipped", f"outloud is not installed; {_GET_OUTLOUD}")
        return
    import outloud

    result = outloud.check(str(path))
    if result.error:
        hint = "Check that it is installed whole, and run it by hand"
        raise ToolFailed(f"outloud gave no report: {str(result.error)[:300]}", hint=hint)
    for each in result.sorted_findings():
        where = f" (page {each.page})" if each.page else ""
        severity = _SEVERITIES.get(each.severity, "warning")
        yield Finding("outloud", severity, f"{each.rule}: {each.message}{where}", Place(path.name))
