"""Propose targets to the shell. Reads folder names only, for it runs at every Tab."""

from collections.abc import Iterator
from pathlib import Path

import typer

from octavo.model import FORMATS


def targets(context: typer.Context, incomplete: str) -> list[str]:
    """List the books, formats and outputs that begin as what was typed."""
    root = Path(context.params.get("folder") or ".")
    named = sorted(_books(root))
    outputs = [f"{book}.{ending}" for book in named for ending in FORMATS]
    return [name for name in (*named, *FORMATS, *outputs) if name.startswith(incomplete)]


def books(context: typer.Context, incomplete: str) -> list[str]:
    """List the books that begin as what was typed."""
    root = Path(context.params.get("folder") or ".")
    return [name for name in sorted(_books(root)) if name.startswith(incomplete)]


def _books(root: Path) -> Iterator[str]:
    if (root / "book.toml").is_file():
        yield root.resolve().name
    for settings in root.glob("source/*/book.toml"):
        yield settings.parent.name
