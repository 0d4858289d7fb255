"""Put each font of a book into it once, with the glyphs that are used anywhere.

Pages name a font by its key and a glyph by its number in the font's file, whatever piece they come
from; so what the pieces use can be added up. The numbers of sections are those of ISO 32000-1.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, TypeAlias
from unicodedata import combining

from octavo.fonts import Font, drawn_by, keep_glyphs
from octavo.write.pdf.sheets import Sheets, Typeface

_Object: TypeAlias = Any  # pikepdf's objects take and give whatever their kind allows
_MOST = 100  # lines in a section of a character map (Adobe Technical Note 5411)


def embed(pdf: _Object, sheets: Sequence[Sheets], fonts: Sequence[Font]) -> dict[str, _Object]:
    """Embed the fonts that sheets leave out; give them by the keys that pages use."""
    files = {hashlib.sha256(font.data).hexdigest(): font.data for font in fonts}
    used: dict[str, Typeface] = {}
    for face in (face for each in sheets for face in each.typefaces):
        used[face.key] = _together(used[face.key], face) if face.key in used else face
    glyphs: dict[str, set[int]] = {}
    for face in used.values():
        glyphs.setdefault(face.program, set()).update(face.widths)
    programs = {}
    for name, found in glyphs.items():
        data = keep_glyphs(files[name], found)
        programs[name] = pdf.make_stream(data, Length1=len(data))
    return {
        f"/{key}": _font(pdf, _spelt(face, files[face.program]), programs[face.program])
        for key, face in used.items()
    }


def _together(one: Typeface, other: Typeface) -> Typeface:
    """Add up what two pieces use of a font; where they differ, the first that says it counts."""
    said = {glyph: text for glyph, text in one.unicode.items() if text}
    return replace(
        one,
        widths={**other.widths, **one.widths},
        unicode={**one.unicode, **other.unicode, **said},
    )


def _spelt(face: Typeface, program: bytes) -> Typeface:
    """Let each glyph stand for what it draws, where a letter and its signs are drawn apart.

    WeasyPrint gives all of them to the last glyph, or in Arabic to the first, and to the others
    nothing: a letter that was met first with a sign would be lost wherever it stands alone.
    """
    doubtful = [glyph for glyph, text in face.unicode.items() if _is_doubtful(text)]
    if not doubtful:
        return face
    drawn = drawn_by(program)
    said = dict(face.unicode)
    for glyph in doubtful:
        own = drawn.get(glyph, "")
        if own and (not said[glyph] or own in said[glyph]):
            said[glyph] = own
    return replace(face, unicode=said)


def _is_doubtful(text: str) -> bool:
    return not text or (len(text) > 1 and any(map(combining, text)))


def _font(pdf: _Object, face: Typeface, program: _Object) -> _Object:
    """Make a composite font whose codes are the glyphs' numbers (9.7)."""
    from pikepdf import Array, Dictionary, Name, String

    name = Name(f"/{face.name}")
    descriptor = Dictionary(
        Type=Name.FontDescriptor,
        FontName=name,
        FontFamily=String(face.family),
        Flags=face.flags,
        FontBBox=Array([0, face.descent, max(face.widths.values(), default=0), face.ascent]),
        ItalicAngle=0,
        Ascent=face.ascent,
        Descent=face.descent,
        CapHeight=face.ascent,
        StemV=face.stem,
        FontFile2=program,
    )
    descendant = Dictionary(
        Type=Name.Font,
        Subtype=Name.CIDFontType2,
        BaseFont=name,
        CIDSystemInfo=Dictionary(Registry="Adobe", Ordering="Identity", Supplement=0),
        CIDToGIDMap=Name.Identity,
        W=Array(_runs(face.widths)),
        FontDescriptor=pdf.make_indirect(descriptor),
    )
    return pdf.make_indirect(
        Dictionary(
            Type=Name.Font,
            Subtype=Name.Type0,
            BaseFont=name,
            Encoding=Name("/Identity-H"),
            DescendantFonts=Array([pdf.make_indirect(descendant)]),
            ToUnicode=pdf.make_stream(_character_map(face.unicode)),
        )
    )


def _runs(widths: Mapping[int, int]) -> list[Any]:
    """Give the widths in runs of neighbouring glyphs (9.7.4.3)."""
    from pikepdf import Array

    runs: list[Any] = []
    last = None
    for glyph in sorted(widths):
        if last is None or glyph != last + 1:
            runs += [glyph, Array()]
        runs[-1].append(widths[glyph])
        last = glyph
    return runs


def _character_map(said: Mapping[int, str]) -> bytes:
    """Say which characters each glyph stands for (9.10.3)."""
    lines = [
        f"<{glyph:04x}> <{text.encode('utf-16-be').hex()}>" for glyph, text in sorted(said.items())
    ]
    parts = []
    for first in range(0, len(lines), _MOST):
        some = lines[first : first + _MOST]
        parts += [f"{len(some)} beginbfchar", *some, "endbfchar"]
    return "\n".join([*_BEGIN, *parts, *_END]).encode()


_BEGIN = (
    "/CIDInit /ProcSet findresource begin",
    "12 dict begin",
    "begincmap",
    "/CIDSystemInfo <</Registry (Adobe) /Ordering (UCS) /Supplement 0>> def",
    "/CMapName /Adobe-Identity-UCS def",
    "/CMapType 2 def",
    "1 begincodespacerange",
    "<0000> <ffff>",
    "endcodespacerange",
)
_END = ("endcmap", "CMapName currentdict /CMap defineresource pop", "end", "end")
