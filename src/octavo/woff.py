"""TrueType fonts as WOFF2, in which pages carry theirs (W3C, WOFF File Format 2.0)."""

import struct

_HEADER = struct.Struct(">4sIIHHIIHHIIIII")  # section 4: WOFF2 Header
_QUALITY = 6  # of 11, which makes a font smaller by a twentieth and takes forty times as long
_UNCHANGED = {b"glyf": 3 << 6, b"loca": 3 << 6}  # section 4.1: these say so if not transformed
_LOSSLESS = 1 << 11  # bit of the flags in "head": section 5 asks for it
_ANY = 63
_KNOWN = (  # section 4.1: tables that have a number instead of a name
    b"cmap head hhea hmtx maxp name OS/2 post cvt_ fpgm glyf loca prep CFF_ VORG EBDT EBLC gasp"
    b" hdmx kern LTSH PCLT VDMX vhea vmtx BASE GDEF GPOS GSUB EBSC JSTF MATH CBDT CBLC COLR CPAL"
    b" SVG_ sbix acnt avar bdat bloc bsln cvar fdsc feat fmtx fvar gvar hsty just lcar mort morx"
    b" opbd prop trak Zapf Silf Glat Gloc Feat Sill"
).replace(b"_", b" ")
_NUMBERS = {_KNOWN[at : at + 4]: at // 5 for at in range(0, len(_KNOWN), 5)}


def packed(font: bytes) -> bytes:
    """Give a TrueType font as WOFF2: the same bytes for the same font.

    Tables are compressed as they are: to transform the outlines saves a tenth, and takes ten times
    as long.
    """
    import brotli

    tables = _tables(font)
    head = bytearray(tables[b"head"])
    struct.pack_into(">H", head, 16, struct.unpack_from(">H", head, 16)[0] | _LOSSLESS)
    tables[b"head"] = bytes(head)
    directory = b"".join(_entry(name, len(table)) for name, table in tables.items())
    stream: bytes = brotli.compress(
        b"".join(tables.values()), mode=brotli.MODE_FONT, quality=_QUALITY
    )
    start = _HEADER.size + len(directory)
    whole = start + len(stream) + -(start + len(stream)) % 4
    unpacked = 12 + sum(16 + len(table) + -len(table) % 4 for table in tables.values())
    header = _HEADER.pack(
        b"wOF2", *struct.unpack(">I", font[:4]), whole, len(tables), 0, unpacked, len(stream),
        1, 0, 0, 0, 0, 0, 0,
    )  # fmt: skip
    return (header + directory + stream).ljust(whole, b"\0")


def _tables(font: bytes) -> dict[bytes, bytes]:
    """Give a font's tables by their names, in the order of these; a signature would not hold."""
    (number,) = struct.unpack_from(">H", font, 4)
    found = {}
    for at in range(12, 12 + 16 * number, 16):
        name, _, start, length = struct.unpack_from(">4sIII", font, at)
        found[name] = font[start : start + length]
    return {name: found[name] for name in sorted(found) if name != b"DSIG"}


def _entry(name: bytes, length: int) -> bytes:
    number = _NUMBERS.get(name, _ANY)
    flags = bytes([number | _UNCHANGED.get(name, 0)])
    return flags + (name if number == _ANY else b"") + _variable(length)


def _variable(number: int) -> bytes:
    """Give a number in sevens of bits, the highest first (section 4.1, UIntBase128)."""
    parts = [number & 0x7F]
    while number := number >> 7:
        parts.insert(0, number & 0x7F | 0x80)
    return bytes(parts)
