"""Where the pages of a book's PDF begin, kept for an EPUB that is built without it."""

import json
from dataclasses import astuple
from functools import cache
from importlib.metadata import version
from pathlib import Path

from octavo import fonts, formulas, letters, render
from octavo.cache import Cache, key_of
from octavo.model import Book, PageStart
from octavo.render import Look


def page_key(book: Book, look: Look, folders: tuple[Path, ...], *, divided: bool) -> str:
    """Give the hash of all that the pages of a book's PDF depend on."""
    said = [repr((book.metadata, book.contents, look, divided)).encode()]
    for chapter in book.chapters:
        about = (chapter.slug, chapter.title, chapter.kind, chapter.titled, chapter.notes)
        said += [repr(about).encode(), chapter.html.encode()]
    said += [each.name.encode() for each in book.resources]  # these end in a hash of the contents
    said += [part for folder in folders for part in _files(folder)]
    return key_of(b"pages", *_makers(), *said)


def keep(cache: Cache, key: str, starts: tuple[PageStart, ...]) -> None:
    """Keep where pages begin."""
    cache.put(key, json.dumps([astuple(start) for start in starts]).encode())


def kept(cache: Cache, key: str) -> tuple[PageStart, ...]:
    """Give where the pages begin, or nothing if no such PDF was built lately."""
    found = cache.get(key)
    return tuple(PageStart(*each) for each in json.loads(found)) if found else ()


@cache
def _makers() -> tuple[bytes, ...]:
    """Give what makes pages: the libraries' versions, our own code and templates."""
    faces = {fonts.package_of(face) for face in (*fonts.FACES, *fonts.FALLBACKS)}
    names = ("weasyprint", "pydyf", "uharfbuzz", "ziamath", *sorted(faces))
    home = Path(render.__file__).parent
    ours = [Path(str(each.__file__)) for each in (fonts, formulas, letters)]
    ours += sorted([*home.glob("*.py"), *(home.parent / "write" / "pdf").glob("*.py")])
    said = (*(version(name).encode() for name in names), *(path.read_bytes() for path in ours))
    return (*said, *_files(render.shipped_templates()))


def _files(folder: Path) -> list[bytes]:
    """Give the names of the files in a folder, and what is in them."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return [part for path in files for part in (path.name.encode(), path.read_bytes())]
