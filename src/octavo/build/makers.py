"""What makes the outputs, besides what the author gives: Octavo, its libraries and its programs."""

import os
import platform
import sys
import zlib
from functools import cache
from pathlib import Path

from octavo import __version__, pandoc
from octavo.build.stamps import digest
from octavo.errors import MissingTool

# Those whose version may show in a result; a package that only helps to talk to the user does not.
PACKAGES = frozenset(
    """
    brotli brotlicffi cffi cssselect2 ebooklib fontpkg fontpkg-alegreya-sans fontpkg-amiri
    fontpkg-eb-garamond fontpkg-noto-serif fontpkg-source-code-pro fonttools ftfy jinja2
    latex2mathml lxml markupsafe nh3 pikepdf pillow pydantic pydantic-core pydyf pygments
    pypandoc-binary pyphen resvg-py simplemma tinycss2 tinyhtml5 uharfbuzz wcwidth weasyprint
    webencodings ziafont ziamath zopfli
    """.split()
)


@cache
def makers() -> dict[str, str]:
    """Give the name and version of all that makes the outputs.

    A program is known by its file, as reading it whole or asking it takes longer than is good for a
    build with nothing to do.
    """
    found = {"octavo": f"{__version__} ({_code()})"}
    found["python"] = f"{platform.python_version()}, zlib {zlib.ZLIB_RUNTIME_VERSION}"
    found |= {f"package:{name}": version for name, version in _packages().items()}
    return found | {"program:pandoc": _program()}


def _code() -> str:
    """Give the hash of Octavo's own code and tables; the templates are looked at one by one."""
    home = Path(pandoc.__file__).parents[1]
    parts = []
    for folder, folders, names in os.walk(home):
        folders[:] = sorted(set(folders) - {"__pycache__", "templates"})
        for name in sorted(names):
            path = Path(folder, name)
            parts += [path.relative_to(home).as_posix().encode(), path.read_bytes()]
    return digest(*parts)[:12]


def _packages() -> dict[str, str]:
    """Give the versions of the packages, from the names of the folders that say them.

    See packaging.python.org, "Binary distribution format": NAME-VERSION.dist-info.
    """
    found: dict[str, str] = {}
    for folder in filter(os.path.isdir, sys.path):
        for entry in sorted(Path(folder).glob("*.dist-info")):
            name, _, version = entry.stem.partition("-")
            name = name.replace("_", "-").lower()
            if name in PACKAGES:
                found.setdefault(name, version)
    return dict(sorted(found.items()))


def _program() -> str:
    try:
        state = pandoc.program().stat()
    except (MissingTool, OSError):
        return ""
    return f"{state.st_size} bytes, {state.st_mtime_ns}"
