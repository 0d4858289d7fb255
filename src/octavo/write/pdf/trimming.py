"""Crop marks: where the sheets of a bound book are trimmed.

WeasyPrint draws them as well, but only onto the pages it makes: a blank page between two chapters
is none of those, and the sheets of folios would bring a second set.
"""

from itertools import product
from typing import Any

_WIDTH = 0.75  # points, of the lines


def mark(pdf: Any) -> None:
    """Put marks into the corners of all pages of a pikepdf.Pdf, from the sheet's edges inwards.

    They take the outer half of what the sheet (MediaBox) has beyond the trimmed page (TrimBox).
    """
    from pikepdf import Array

    drawn: dict[bytes, Any] = {}
    for page in pdf.pages:
        code = _lines([float(x) for x in page.mediabox], [float(x) for x in page.trimbox])
        if code not in drawn:
            drawn[code] = pdf.make_stream(code)
        own = page.obj.get("/Contents")
        streams = [] if own is None else list(own) if isinstance(own, Array) else [own]
        page.obj.Contents = Array([*streams, drawn[code]])


def _lines(sheet: list[float], trim: list[float]) -> bytes:
    """Draw the lines (ISO 32000-1, 8.5), as an artifact of the page (14.8.2.2)."""
    said = [f"/Artifact BMC q {_WIDTH} w 0 0 0 RG"]
    for right, upper in product((0, 2), (1, 3)):
        x, y = trim[right], trim[upper]
        edge, end = sheet[right], (sheet[right] + x) / 2
        said.append(f"{edge:.3f} {y:.3f} m {end:.3f} {y:.3f} l S")
        edge, end = sheet[upper], (sheet[upper] + y) / 2
        said.append(f"{x:.3f} {edge:.3f} m {x:.3f} {end:.3f} l S")
    return "\n".join([*said, "Q EMC"]).encode()
