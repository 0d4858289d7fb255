"""The fonts of the book: static instances, cut down to the book's characters. One home for them.

The faces are Google's variable fonts (SIL Open Font License), as the `fontpkg-*` packages carry
them. HarfBuzz pins and cuts a face in some milliseconds; fontTools needs seconds for the same.
"""

import re
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, Literal, TypeAlias

from octavo import woff
from octavo.errors import MissingTool

Role: TypeAlias = Literal["serif", "sans", "mono", "fallback", "arabic"]


@dataclass(frozen=True, slots=True)
class Face:
    """A face Octavo can set."""

    role: Role
    family: str  # the font's own name
    weight: int  # CSS font-weight: 400 is regular, 700 bold
    style: Literal["normal", "italic"]

    @property
    def name(self) -> str:
        """The file's name: serif-700-italic.ttf."""
        return f"{self.role}-{self.weight}-{self.style}.ttf"

    @property
    def alias(self) -> str:
        """The family's name in a stylesheet: of our own, so that no system font can stand in."""
        return f"Octavo {self.role.capitalize()}"


@dataclass(frozen=True, slots=True)
class Font:
    """A face cut down to what a book needs: a TrueType file."""

    face: Face
    data: bytes


@dataclass(frozen=True, slots=True)
class FontSet:
    """The fonts of a book."""

    fonts: tuple[Font, ...]
    missing: frozenset[str] = frozenset()  # characters that none of our faces has


SERIF = "EB Garamond"
SANS = "Alegreya Sans"
MONO = "Source Code Pro"

FACES: tuple[Face, ...] = (
    Face("serif", SERIF, 400, "normal"),
    Face("serif", SERIF, 400, "italic"),
    Face("serif", SERIF, 700, "normal"),
    Face("serif", SERIF, 700, "italic"),
    Face("sans", SANS, 400, "normal"),
    Face("sans", SANS, 400, "italic"),
    Face("sans", SANS, 700, "normal"),
    Face("mono", MONO, 400, "normal"),
    Face("mono", MONO, 700, "normal"),
)
# A book whose text has no serifs has bold italics in this face too.
_SANS_BOLD_ITALIC = Face("sans", SANS, 700, "italic")
# For characters the serif lacks, in this order; cut in only when a book needs them.
FALLBACKS: tuple[Face, ...] = (
    Face("fallback", "Noto Serif", 400, "normal"),
    Face("arabic", "Amiri", 400, "normal"),
    Face("arabic", "Amiri", 700, "normal"),
    Face("mono", MONO, 400, "normal"),
)

# What the stylesheet of an EPUB asks for, and what scripts cannot do without.
EBOOK_FEATURES = tuple(
    "calt ccmp clig fina init isol kern liga lnum locl mark medi mkmk onum pnum rlig smcp tnum"
    "".split()
)
# Always cut into an EPUB's: list numbers, and what templates, styles and hyphenation add.
EBOOK_BASE = frozenset("abcdefghijklmnopqrstuvwxyz0123456789 \xa0,.;:()*-‐\u2003ﬁﬂ")
# What the stylesheets of a page ask for besides, and what browsers set unasked: fractions.
PAGE_FEATURES = (*EBOOK_FEATURES, "curs", "dnom", "frac", "numr", "rtlm")
# Always cut in: what templates, stylesheets and hyphenation add to the author's characters.
_BASE = frozenset(map(chr, range(0x20, 0x7F))) | frozenset(
    "\xa0«»©·‐‑–—‘’‚“”„†‡•…‰′″‹›⁂€™→←↑↓↩−×☐☑ﬁﬂ\u2002\u2003\u2009\u202f\ufe0e"
)
# Always cut into a page's, so that most books of a language share them: Latin-1, too.
PAGE_BASE = _BASE | frozenset(map(chr, range(0xA0, 0x100)))
# What stands between words of another script, and has to be of their face in justified lines.
_BESIDE = frozenset(" \xa0.,:;!?()[]«»…–—-0123456789")
_NARROW, _THIN = "\u202f", "\u2009"
_TAG = re.compile(r"<([a-z][a-z0-9]*)")
_BOLD = frozenset({"strong", "b"})
_ITALIC = frozenset({"em", "i", "cite", "dfn", "var"})
_SANS = frozenset({"table", "figcaption", "caption"})
_MONO = frozenset({"code", "pre", "kbd", "samp"})
_INVISIBLE = frozenset("\n\t\r\xad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff\ufe0e\ufe0f")


def font_set(
    characters: Iterable[str],
    faces: Iterable[Face] = FACES,
    *,
    widened: Callable[[Iterable[str]], frozenset[str]] = frozenset,
    features: tuple[str, ...] | None = None,
    hints: bool = True,
    base: Iterable[str] | None = None,
) -> FontSet:
    """Cut the faces down to a book's characters; add fallbacks for those the serif lacks.

    Args:
        characters: those of the book.
        faces: to be cut.
        widened: what is kept with the characters, such as `blocks`.
        features: layout features that stay in, by their OpenType tags; None: every one.
        hints: keep what fits outlines to coarse pixels.
        base: what is cut in besides the book's characters; None: what templates, styles and
            hyphenation add, and all of ASCII.

    Raises:
        MissingTool: a font package is not installed.
    """
    said = frozenset(characters)
    lacking = said - _INVISIBLE - covered(FACES[0]) - {_NARROW}  # which `_lent` gives it
    chosen = dict.fromkeys(faces, widened(said | (_BASE if base is None else frozenset(base))))
    for face in FALLBACKS:
        if lacking & covered(face):
            chosen.setdefault(face, widened(lacking) & covered(face) | _BESIDE)
    missing = lacking - frozenset().union(*map(covered, FALLBACKS))  # the text is not set in sans
    cut = (_cut(face, chosen[face], features, hints, _NARROW in said) for face in chosen)
    return FontSet(tuple(map(Font, chosen, cut)), missing)


def faces_of(text: Literal["serif", "sans"]) -> tuple[Face, ...]:
    """Give all faces of a book whose text is set with serifs or without."""
    return FACES if text == "serif" else (*FACES, _SANS_BOLD_ITALIC)


def faces_for(markup: Iterable[str], text: Literal["serif", "sans"] = "serif") -> tuple[Face, ...]:
    """Give the faces that pieces of markup are set in.

    Args:
        markup: of the whole book.
        text: what its text is set in.
    """
    tags = {tag for piece in markup for tag in _TAG.findall(piece)}
    bold, table = bool(tags & _BOLD), bool(tags & _SANS)
    wanted = {
        ("serif", 400, "normal"): True,
        ("serif", 400, "italic"): True,  # running heads and the headings of sections
        ("serif", 700, "normal"): bold,
        ("serif", 700, "italic"): bold and bool(tags & _ITALIC),
        ("sans", 400, "normal"): True,  # the identifier in the colophon
        ("sans", 400, "italic"): table,
        ("sans", 700, "normal"): table and bold,
        ("mono", 400, "normal"): bool(tags & _MONO),
        ("mono", 700, "normal"): "pre" in tags,  # keywords
    }
    if text == "sans":  # its headings are bold, and the serif has what it lacks
        wanted |= {form: False for form in wanted if form[0] == "serif"}
        wanted |= {
            ("serif", 400, "normal"): True,
            ("sans", 400, "italic"): True,
            ("sans", 700, "normal"): True,
            ("sans", 700, "italic"): bold and bool(tags & _ITALIC),
        }
    return tuple(face for face in faces_of(text) if wanted[face.role, face.weight, face.style])


def cases(characters: Iterable[str]) -> frozenset[str]:
    """Give characters with the capitals and small letters of each."""
    said = frozenset(characters)
    return said.union(*map(str.upper, said), *map(str.lower, said))


def blocks(characters: Iterable[str]) -> frozenset[str]:
    """Give characters with all others of their blocks, so that few edits change the fonts.

    What was laid out with others would have to be laid out again.
    """
    found = {ord(char) // _BLOCK for char in characters}
    return frozenset(chr(at) for each in found for at in range(each * _BLOCK, (each + 1) * _BLOCK))


_BLOCK = 128  # characters, as most blocks of Unicode have


@lru_cache(maxsize=32)
def woff2(font: Font) -> bytes:
    """Give the font as WOFF2, for a page that carries its fonts."""
    return woff.packed(font.data)


@cache
def covered(face: Face) -> frozenset[str]:
    """Give the characters a face has."""
    return frozenset(map(chr, _load(face).unicodes))


def width(text: str, faces: Sequence[Face]) -> float:
    """Give the width of a line in ems, each character set in the first of the faces that has it."""
    import uharfbuzz

    total = 0.0
    rest = frozenset(text)
    for face in faces:
        here = rest & covered(face)
        if here:
            buffer, font = uharfbuzz.Buffer(), uharfbuzz.Font(_load(face))
            buffer.add_str("".join(char for char in text if char in here))
            buffer.guess_segment_properties()
            uharfbuzz.shape(font, buffer)
            total += sum(each.x_advance for each in buffer.glyph_positions or ()) / font.scale[0]
        rest -= here
    return total


def package_of(face: Face) -> str:
    """Give the name of the Python package that carries a face."""
    return "fontpkg-" + face.family.lower().replace(" ", "-")


def file_of(face: Face) -> Path:
    """Give the font file a face is taken from, in which its weight may be one of several.

    Raises:
        MissingTool: its package is not installed.
    """
    import fontpkg

    weight = face.weight
    try:
        return Path(fontpkg.path(face.family, weight=weight, style=face.style, nearest=True))
    except (LookupError, ValueError, OSError) as error:
        hint = f"Install it with: pip install {package_of(face)}"
        raise MissingTool(f"the font {face.family} is not installed", hint=hint) from error


@cache
def _load(face: Face) -> Any:  # an hb.Face; uharfbuzz ships no types
    import uharfbuzz

    return uharfbuzz.Face(uharfbuzz.Blob.from_file_path(str(file_of(face))))


# Most books have the characters of the one before: some faces' worth of them, and 150 KB each.
@lru_cache(maxsize=48)
def _cut(
    face: Face,
    characters: frozenset[str],
    kept: tuple[str, ...] | None,
    hints: bool,
    narrow: bool,
) -> bytes:
    """Pin the axes of a variable face and drop what the characters do not need."""
    import uharfbuzz

    source = _load(face)
    plan = uharfbuzz.SubsetInput()
    plan.sets(uharfbuzz.SubsetInputSets.UNICODE).update(map(ord, sorted(characters)))
    features = plan.sets(uharfbuzz.SubsetInputSets.LAYOUT_FEATURE_TAG)
    features.clear()  # it holds HarfBuzz's own choice, which lacks small caps …
    if kept is None:
        features.invert()  # … and all but none is every feature
    else:
        features.update(int.from_bytes(tag.encode(), "big") for tag in kept)
    plan.flags = uharfbuzz.SubsetFlags.NOTDEF_OUTLINE
    if not hints:
        plan.flags |= uharfbuzz.SubsetFlags.NO_HINTING
    plan.pin_all_axes_to_default(source)
    plan.pin_axis_location(source, "wght", face.weight)
    data: bytes = uharfbuzz.subset(source, plan).blob.data
    return _lent(data) if narrow else data


def _lent(data: bytes) -> bytes:
    """Let a font without narrow no-break space show its thin space for it.

    French books are full of them, and few faces have one; some reading devices show a box then.
    """
    import io

    from fontTools.ttLib import TTFont

    font = TTFont(io.BytesIO(data), recalcTimestamp=False)
    for table in font["cmap"].tables:
        if table.isUnicode() and ord(_THIN) in table.cmap:
            table.cmap.setdefault(ord(_NARROW), table.cmap[ord(_THIN)])
    out = io.BytesIO()
    font.save(out, reorderTables=False)
    return out.getvalue()


def keep_glyphs(data: bytes, glyphs: Iterable[int]) -> bytes:
    """Empty all other glyphs of a TrueType font; those that stay keep their numbers.

    What only a layout needs is left out: the glyphs have been chosen and placed.
    """
    import uharfbuzz

    kept = sorted(glyphs)
    flags = uharfbuzz.SubsetFlags
    plan = uharfbuzz.SubsetInput()
    plan.sets(uharfbuzz.SubsetInputSets.GLYPH_INDEX).update(kept)
    plan.sets(uharfbuzz.SubsetInputSets.DROP_TABLE_TAG).update(
        int.from_bytes(name, "big") for name in _LAYOUT
    )
    plan.flags = flags.RETAIN_GIDS | flags.NOTDEF_OUTLINE | flags.NO_HINTING
    face = uharfbuzz.subset(uharfbuzz.Face(data), plan)
    out: bytes = face.blob.data
    return out


_LAYOUT = (b"BASE", b"DSIG", b"GDEF", b"GPOS", b"GSUB", b"JSTF", b"LTSH", b"PCLT")


@lru_cache(maxsize=8)
def drawn_by(data: bytes) -> dict[int, str]:
    """Give the character that each glyph of a TrueType font draws, by the glyph's number.

    A glyph that stands in for another, at a word's end or as a small capital, draws the same one.
    Ligatures are left out, which draw several.
    """
    import io

    from fontTools.ttLib import TTFont

    font = TTFont(io.BytesIO(data), lazy=True)
    codes = sorted(font.getBestCmap().items(), reverse=True)
    found = {glyph: chr(code) for code, glyph in codes}  # of two characters, the lower number's
    forms = _forms(font)
    waiting = deque(found)
    while waiting:
        glyph = waiting.popleft()
        for form in forms.get(glyph, ()):
            if form not in found:
                found[form] = found[glyph]
                waiting.append(form)
    return {font.getGlyphID(glyph): char for glyph, char in found.items()}


def _forms(font: Any) -> dict[str, list[str]]:
    """Give the glyphs that may stand in for each (OpenType, "GSUB": lookup types 1, 2 and 3)."""
    forms: dict[str, list[str]] = {}
    lookups = font["GSUB"].table.LookupList.Lookup if "GSUB" in font else ()
    for table in (table for lookup in lookups for table in lookup.SubTable):
        inner = getattr(table, "ExtSubTable", table)
        for glyph, form in getattr(inner, "mapping", {}).items():
            if isinstance(form, str) or len(form) == 1:
                forms.setdefault(glyph, []).append(form if isinstance(form, str) else form[0])
        for glyph, some in getattr(inner, "alternates", {}).items():
            forms.setdefault(glyph, []).extend(some)
    return forms
