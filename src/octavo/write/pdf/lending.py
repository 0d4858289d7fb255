"""The fonts of the system, which lend what ours lack.

A page set in them is a function of them, too: whoever installs a font wants to see it.
"""

import hashlib
from functools import cache


@cache
def fingerprint() -> bytes:
    """Give a hash of the fonts that Pango finds, by their files."""
    from weasyprint.text.ffi import ffi, fontconfig

    config = fontconfig.FcInitLoadConfigAndFonts()
    found = fontconfig.FcConfigGetFonts(config, fontconfig.FcSetSystem)
    said = ffi.new("FcChar8 **")
    files = set()
    for at in range(found.nfont if found != ffi.NULL else 0):
        if fontconfig.FcPatternGetString(found.fonts[at], b"file", 0, said) == 0:
            files.add(ffi.string(said[0]))
    fontconfig.FcConfigDestroy(config)
    return hashlib.sha256(b"\0".join(sorted(files))).digest()
