"""Sheets as bytes, for the cache: the facts as JSON, and the PDF behind them.

Not as a pickle, which would run whatever somebody put into the cache.
"""

import json
from dataclasses import asdict, fields

from octavo.model import Finding
from octavo.write.pdf.sheets import Anchor, Bookmark, Leaf, Sheets, Typeface

_END = b"\n"


def packed(sheets: Sheets) -> bytes:
    """Give sheets as bytes."""
    said = {each.name: getattr(sheets, each.name) for each in fields(sheets) if each.name != "pdf"}
    return json.dumps(said, default=asdict, ensure_ascii=False).encode() + _END + sheets.pdf


def unpacked(data: bytes | None) -> Sheets | None:
    """Give the sheets that were packed; None for nothing."""
    if data is None:
        return None
    facts, _, pdf = data.partition(_END)
    said = json.loads(facts)
    return Sheets(
        pdf=pdf,
        leaves=tuple(map(_leaf, said["leaves"])),
        typefaces=tuple(map(_typeface, said["typefaces"])),
        sections=tuple((name, letters) for name, letters in said["sections"]),
        breaks=said["breaks"],
        findings=tuple(Finding(**each) for each in said["findings"]),
    )


def _leaf(said: dict[str, list[dict[str, object]]]) -> Leaf:
    anchors = tuple(Anchor(**each) for each in said.pop("anchors"))  # type: ignore[arg-type]
    bookmarks = tuple(Bookmark(**each) for each in said.pop("bookmarks"))  # type: ignore[arg-type]
    return Leaf(anchors=anchors, bookmarks=bookmarks, **said)  # type: ignore[arg-type]


def _typeface(said: dict[str, dict[str, object]]) -> Typeface:
    widths = {int(glyph): width for glyph, width in said.pop("widths").items()}
    unicode = {int(glyph): text for glyph, text in said.pop("unicode").items()}
    return Typeface(widths=widths, unicode=unicode, **said)  # type: ignore[arg-type]
