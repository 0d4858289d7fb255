"""The fonts of an EPUB: each face with no other characters than it sets, for these are its weight.

It is known from the shipped stylesheets what is set in which face. A book with templates of its
own may set anything in any, and gets every character in every face.
"""

import re
from collections.abc import Iterable, Sequence
from html import unescape
from pathlib import Path

from octavo.build.ready import markup_of
from octavo.fonts import EBOOK_BASE, EBOOK_FEATURES, FACES, Face, Font, faces_for, font_set
from octavo.model import Book
from octavo.render import said_beside, text_face

_TOKEN = re.compile(r"<(/?)([a-z][a-z0-9]*)([^<>]*?)(/?)>|([^<]+)")
_BOLD = frozenset("b strong".split())
_ITALIC = frozenset("caption cite dfn em h1 h2 h3 h4 h5 h6 i th var".split())
_SANS = frozenset("caption figcaption table".split())
_MONO = frozenset("code kbd pre samp".split())


def ebook_fonts(book: Book, folders: tuple[Path, ...]) -> tuple[Font, ...]:
    """Give the fonts of an EPUB.

    Args:
        book: the book.
        folders: templates that override the shipped ones.

    Raises:
        MissingTool: a font package is not installed.
    """
    markup = markup_of(book)
    beside = said_beside(book, folders)
    every = set().union(*markup, *beside)
    if folders:
        faces = faces_for(markup, text_face(folders))
        return font_set(every, faces, features=EBOOK_FEATURES, hints=False).fonts
    unused = set() if any("<table" in piece for piece in markup) else {"tnum", "pnum"}
    features = tuple(tag for tag in EBOOK_FEATURES if tag not in unused)
    whole = font_set(every, FACES[:1], features=features, hints=False, base=EBOOK_BASE).fonts
    found = {font.face: font for font in whole}
    capitals = any('class="smallcaps' in piece for piece in markup)
    features = tuple(tag for tag in features if capitals or tag != "smcp")
    for face, characters in _by_face(markup, beside).items():
        if face != FACES[0]:
            more = every if face in found else set()  # it stands in for another face, too
            own = font_set(characters | more, (face,), features=features, hints=False, base=" ")
            found[face] = own.fonts[0]
    return tuple(found.values())


def _by_face(markup: Sequence[str], beside: Iterable[str]) -> dict[Face, set[str]]:
    """Give the characters that each face sets."""
    found: dict[Face, set[str]] = {}
    styled: dict[tuple[str, bool, bool], set[str]] = {("serif", False, True): set().union(*beside)}
    for piece in markup:
        open_: list[tuple[str, bool]] = []  # elements, and whether their class makes them italic
        for end, tag, said, void, text in _TOKEN.findall(piece):
            if text:
                tags = {name for name, _ in open_}
                role = "mono" if tags & _MONO else "sans" if tags & _SANS else "serif"
                italic = bool(tags & _ITALIC) or any(leaning for _, leaning in open_)
                style = (role, bool(tags & _BOLD), italic)
                styled.setdefault(style, set()).update(unescape(text))
            elif end:
                del open_[-1:]
            elif not void:
                open_.append((tag, 'class="epigraph"' in said))
    for (role, bold, italic), characters in styled.items():
        for face in _faces(role, bold, italic):
            found.setdefault(face, set()).update(characters)
    return {face: found[face] for face in FACES if face in found}


def _faces(role: str, bold: bool, italic: bool) -> list[Face]:
    """Give the faces that may set a style: those that have it, or come nearest to it."""
    of_role = [face for face in FACES if face.role == role]
    if role == "mono":
        return of_role  # keywords are bold
    weight, style = 700 if bold else 400, "italic" if italic else "normal"
    exact = [face for face in of_role if (face.weight, face.style) == (weight, style)]
    upright = [face for face in of_role if (face.weight, face.style) == (weight, "normal")]
    # What leans in one stylesheet may stand upright in another, as figures in a table's head do.
    return [*exact, *upright]
