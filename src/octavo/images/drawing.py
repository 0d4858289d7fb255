"""Draw an SVG of our own in few pixels: most rows of a cover are like those above them.

Half of the time that a whole drawing takes goes into packing and unpacking millions of pixels that
are all alike. So the drawing is looked at from afar first, and then drawn where it changes.
"""

import io
import struct
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

from lxml import etree

if TYPE_CHECKING:
    from PIL import Image

_AFAR = 8  # pixels across one of the coarse drawing
_COLOURS = 8  # three, and the shades at the edges of letters
_DEPTH = 4  # bits of a pixel: the fewest that hold these (PNG, 11.2.2)
_EFFORT = 8  # of 9, which takes twice as long and saves a hundredth


@dataclass(frozen=True, slots=True)
class Drawing:
    """A PNG of few colours."""

    data: bytes
    width: int  # pixels
    height: int  # pixels


@dataclass(frozen=True, slots=True)
class _Band:
    """Rows of a drawing that change from one to the next, and in which columns they do.

    All in pixels; rows and columns are counted from 0, the last ones are not in it.
    """

    top: int
    bottom: int
    left: int
    right: int


def draw(svg: str, fonts: Sequence[Path], *, sparse: bool) -> Drawing:
    """Draw an SVG: the same bytes for the same drawing.

    Args:
        svg: the drawing; nothing outside it is read.
        fonts: the files of the fonts its text is set in; the system's are not looked at.
        sparse: it says its size in pixels, and what changes from one row to the next can be seen
            from afar: rows that look alike there are alike.

    Raises:
        ValueError: it is no drawing.
    """
    files = [str(path) for path in fonts]
    if not sparse:
        with _drawn(svg, files) as image:
            width, height = image.size
            bands, small = [_Band(0, height, 0, width)], _few(image.convert("RGB"))
    else:
        view = _View(_parsed(svg), files)
        width, height = view.width, view.height
        bands = list(_bands(view))
        small = _few(_stacked(view, bands))
    return Drawing(_png(small, bands, height), width, height)


class _View:
    """A drawing, of which parts can be drawn."""

    def __init__(self, root: etree._Element, files: list[str]):
        self.width, self.height = int(root.get("width", "")), int(root.get("height", ""))
        self._files = files
        self._frame = etree.Element(f"{{{_SVG}}}svg")
        # Moved by whole pixels, and not by another viewBox: the edges of letters stay as they are.
        self._moved = etree.SubElement(self._frame, f"{{{_SVG}}}g")
        self._moved.append(root)
        root.set("overflow", "visible")  # or it is drawn whole, to be clipped

    def part(self, band: _Band, coarse: int = 1) -> "Image.Image":
        """Draw a part, each side shrunk by a whole number."""
        wide, high = band.right - band.left, band.bottom - band.top
        self._moved.set("transform", f"translate({-band.left} {-band.top})")
        self._frame.set("viewBox", f"0 0 {wide} {high}")
        self._frame.set("width", str(wide // coarse))
        self._frame.set("height", str(high // coarse))
        return _drawn(etree.tostring(self._frame, encoding="unicode"), self._files)


_SVG = "http://www.w3.org/2000/svg"


def _parsed(svg: str) -> etree._Element:
    try:
        return etree.fromstring(svg.encode())
    except etree.XMLSyntaxError as error:
        raise ValueError(error.msg) from error


def _drawn(svg: str, files: list[str]) -> "Image.Image":
    import resvg_py
    from PIL import Image

    data = resvg_py.svg_to_bytes(svg_string=svg, font_files=files, skip_system_fonts=True)
    return Image.open(io.BytesIO(data))


def _bands(view: _View) -> Iterator[_Band]:
    """Look at a drawing from afar, and give the bands of rows that change, the first row's too."""
    with view.part(_Band(0, view.height, 0, view.width), _AFAR) as image:
        (wide, high), pixels = image.size, image.convert("RGB").tobytes()
    rows = [pixels[at : at + 3 * wide] for at in range(0, len(pixels), 3 * wide)]
    changes = {at: _columns(*two) for at, two in enumerate(pairwise(rows), 1) if two[0] != two[1]}
    near = {0: [(0, wide)]}
    for at, columns in changes.items():
        for each in (at - 1, at):  # one of the two holds what makes them differ
            near.setdefault(each, []).append(columns)
    for first, last in _runs(sorted(near)):
        found = [each for at in range(first, last + 1) for each in near[at]]
        left, right = min(each[0] for each in found) - 1, max(each[1] for each in found) + 1
        yield _Band(
            first * _AFAR,
            (last + 1) * _AFAR if last + 1 < high else view.height,
            max(left, 0) * _AFAR,
            right * _AFAR if right < wide else view.width,
        )


def _columns(above: bytes, below: bytes) -> tuple[int, int]:
    """Give the first column in which two rows of RGB differ, and the one behind the last."""
    size = len(above)
    differing = int.from_bytes(above, "big") ^ int.from_bytes(below, "big")
    lowest = (differing & -differing).bit_length() - 1
    return (size - 1 - (differing.bit_length() - 1) // 8) // 3, (size - 1 - lowest // 8) // 3 + 1


def _runs(numbers: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Give the first and the last of each run of numbers that follow each other."""
    breaks = [at for at, (one, next_) in enumerate(pairwise(numbers), 1) if next_ > one + 1]
    for start, end in pairwise((0, *breaks, len(numbers))):
        yield numbers[start], numbers[end - 1]


def _stacked(view: _View, bands: Sequence[_Band]) -> "Image.Image":
    """Draw the bands, one below the other: where a band is not drawn, it is like the row above."""
    from PIL import Image

    stack = Image.new("RGB", (view.width, sum(band.bottom - band.top for band in bands)))
    top = 0
    for band in bands:
        high = band.bottom - band.top
        if top:
            above = stack.crop((0, top - 1, view.width, top))
            stack.paste(above.resize((view.width, high), Image.Resampling.NEAREST), (0, top))
        with view.part(band) as part:
            stack.paste(part, (band.left, top))
        top += high
    return stack


def _few(image: "Image.Image") -> "Image.Image":
    from PIL import Image

    return image.quantize(_COLOURS, Image.Quantize.FASTOCTREE)


def _png(small: "Image.Image", bands: Sequence[_Band], height: int) -> bytes:
    """Write a PNG of the bands, each of whose last rows is repeated down to the next one."""
    width, colours = small.width, bytes(small.getpalette("RGB") or ())[: 3 * _COLOURS]
    long = (width * _DEPTH + 7) // 8  # bytes of a row
    packed = small.tobytes("raw", f"P;{_DEPTH}")
    again = bytes([_UP]) + bytes(long)
    lines: list[bytes] = []
    start, before = 0, b""
    for band, end in zip(bands, (*(each.top for each in bands[1:]), height), strict=True):
        for _ in range(band.top, band.bottom):
            row = packed[start : start + long]
            lines.append(again if row == before else bytes([_AS_IT_IS]) + row)
            start, before = start + long, row
        lines += [again] * (end - band.bottom)
    parts = (
        (b"IHDR", struct.pack(">IIBBBBB", width, height, _DEPTH, _INDEXED, 0, 0, 0)),
        (b"PLTE", colours),
        (b"IDAT", zlib.compress(b"".join(lines), _EFFORT)),
        (b"IEND", b""),
    )
    return _SIGNATURE + b"".join(_chunk(*each) for each in parts)


_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_INDEXED = 3  # the type of colour (PNG, 11.2.2)
_AS_IT_IS, _UP = 0, 2  # filters of a row (PNG, 9.2): the second gives the difference to that above


def _chunk(name: bytes, data: bytes) -> bytes:
    check = zlib.crc32(name + data)
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", check)
