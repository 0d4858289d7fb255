"""What the system gives to lay out pages: Pango with its libraries, and fonts to lend.

Pages are made of these, too: whoever installs a font, or a newer Pango, wants to see it.
"""

import ctypes
import sys
from functools import cache
from pathlib import Path

# What WeasyPrint opens (weasyprint/text/ffi.py), and what draws the letters for it.
_LIBRARIES = ("pango-1.0", "pangoft2-1.0", "harfbuzz", "harfbuzz-subset", "fontconfig", "freetype")
_HOMES = ("/usr/lib64", "/usr/local/lib", "/usr/lib", "/lib", "/opt/homebrew/lib")
_FONTCONFIG = ("libfontconfig.so.1", "libfontconfig.1.dylib", "libfontconfig.dylib")
_SYSTEM = 0  # FcSetSystem of fontconfig.h


@cache
def libraries() -> dict[str, str]:
    """Give the libraries that are there, each known by its file, as opening it takes long."""
    machine = getattr(sys.implementation, "_multiarch", "")
    homes = [Path("/usr/lib", machine), Path("/lib", machine), *map(Path, _HOMES)]
    found = {}
    for name in _LIBRARIES:
        files = [f"lib{name}.so.{number}" for number in (0, 1, 6)] + [f"lib{name}.dylib"]
        paths = (home / file for home in homes for file in files)
        path = next((path for path in paths if path.is_file()), None)
        if path is not None:
            state = path.stat()
            found[name] = f"{state.st_size} bytes, {state.st_mtime_ns}"
    return found


@cache
def fonts() -> str:
    """Give a hash of the fonts that Pango finds, by their files; it is empty if they are unknown.

    See fontconfig.org, "Fontconfig Developers Reference": FcConfigGetFonts.
    """
    library = _fontconfig()
    if library is None:
        return ""
    config = library.FcInitLoadConfigAndFonts()
    found = library.FcConfigGetFonts(config, _SYSTEM)
    files = set()
    for at in range(found[0].count if found else 0):
        said = ctypes.c_char_p()
        pattern = ctypes.c_void_p(found[0].fonts[at])
        if library.FcPatternGetString(pattern, b"file", 0, ctypes.byref(said)) == 0:
            files.add(said.value or b"")
    library.FcConfigDestroy(config)
    import hashlib  # takes megabytes, which cleaning can do without

    return hashlib.sha256(b"\0".join(sorted(files))).hexdigest()


class _FontSet(ctypes.Structure):
    """FcFontSet of fontconfig.h."""

    _fields_ = (
        ("count", ctypes.c_int),
        ("_", ctypes.c_int),
        ("fonts", ctypes.POINTER(ctypes.c_void_p)),
    )


def _fontconfig() -> ctypes.CDLL | None:
    for name in _FONTCONFIG:
        try:
            library = ctypes.CDLL(name)
        except OSError:
            continue
        library.FcInitLoadConfigAndFonts.restype = ctypes.c_void_p
        library.FcConfigGetFonts.argtypes = (ctypes.c_void_p, ctypes.c_int)
        library.FcConfigGetFonts.restype = ctypes.POINTER(_FontSet)
        library.FcConfigDestroy.argtypes = (ctypes.c_void_p,)
        return library
    return None
