"""How the checks of this folder make a Finding."""

from octavo.model import Finding, Place


def error(check: str, message: str, path: str, line: int | None = None) -> Finding:
    """Make a finding that keeps the draft from becoming the book.

    Args:
        check: the rule, as "links".
        message: what is wrong, one sentence without a full stop.
        path: the file, or the file's name inside the EPUB.
        line: counted from 1.
    """
    return Finding(check, "error", message, Place(path, line))


def warning(check: str, message: str, path: str, line: int | None = None) -> Finding:
    """Make a finding that a reader will notice but can live with."""
    return Finding(check, "warning", message, Place(path, line))


def skipped(check: str, message: str) -> Finding:
    """Make a finding that says what keeps a check from being run, and how to mend it."""
    return Finding(check, "skipped", message)
