"""Draw a cover for a book that brings none, from the template cover.svg."""

import json
import re
import zlib
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from pathlib import Path

from octavo import fonts, images
from octavo.cache import Cache, key_of
from octavo.errors import TemplateFault
from octavo.letters import visible
from octavo.model import Book, Place, Resource
from octavo.render.look import Look
from octavo.render.studio import Studio

WIDTH, HEIGHT = 1400, 2240  # pixels: the least that Apple takes, in the proportion Kindle asks for
_UNITS = (1200, 1920)  # in which the drawing is made
_INNER = 915  # units that lines may fill
_FACES = (fonts.FACES[0], *(face for face in fonts.FALLBACKS if face.weight == 400))
# Sizes that are tried: the first wins in which the lines are not higher than they may be.
_SIZES = (165, 142, 120, 102, 87, 74, 63, 54, 46, 40, 34, 30)
_STEP = 1.16  # from one line to the next, as a multiple of the size


@dataclass(frozen=True, slots=True)
class Block:
    """Lines of one size. Lengths in the drawing's units."""

    lines: tuple[str, ...]
    size: int

    @property
    def step(self) -> float:
        """From one line to the next."""
        return self.size * _STEP

    @property
    def height(self) -> float:
        """From the top of the first line to the bottom of the last."""
        return len(self.lines) * self.step


@dataclass(frozen=True, slots=True)
class Art:
    """What the template puts on the cover."""

    pixels: tuple[int, int]  # of the picture: its width and height
    width: int  # of the drawing, in units of its own
    height: int
    family: str  # a list for `font-family`
    number: int  # of the book, always the same: to choose a colour by
    title: Block
    subtitle: Block
    authors: Block
    series: Block
    publisher: Block


def drawn_cover(
    book: Book, look: Look, folders: tuple[Path, ...], kept: Cache | None = None
) -> Resource | None:
    """Draw a cover with title and authors, as a PNG: the same bytes for the same book.

    Args:
        book: the book.
        look: what the settings say.
        folders: where templates are looked for before the shipped ones, the first wins.
        kept: where covers are kept.

    Returns:
        None if our fonts lack one of its characters: another system would have other letters.

    Raises:
        MissingTool: a font package is not installed.
        TemplateFault: the template is wrong.
    """
    about = book.metadata
    authors = [author.name for author in about.authors if author.role == "aut"]
    series = about.series.name if about.series else None
    said = "".join(each or "" for each in (about.title, about.subtitle, *authors, about.publisher))
    there = frozenset().union(*map(fonts.covered, _FACES))
    if not there.issuperset(visible(said + (series or ""))):
        return None
    art = Art(
        (WIDTH, HEIGHT),
        *_UNITS,
        ", ".join(f"'{face.family}'" for face in _FACES if face.role != "mono"),
        zlib.crc32(about.title.encode()),
        title=_set([about.title], largest=165, highest=640),
        subtitle=_set([about.subtitle or ""], largest=54, highest=200),
        authors=_set(authors, largest=74, highest=320),
        series=_set([series or ""], largest=46, highest=60),
        publisher=_set([about.publisher or ""], largest=40, highest=50),
    )
    svg = Studio(book, look, folders, "epub").page("cover.svg", art=art)
    # Of our own it is known that nothing in it is too fine to be seen from afar.
    sparse = not any((folder / "cover.svg").is_file() for folder in folders)
    if kept is None:
        return _drawn(svg, sparse=sparse)
    key = key_of(b"cover", *_makers(), str(sparse).encode(), svg.encode())
    found = kept.get(key)
    if found is not None:
        return _unpacked(found)
    made = _drawn(svg, sparse=sparse)
    kept.put(key, _packed(made))
    return made


def _drawn(svg: str, *, sparse: bool) -> Resource:
    files = [fonts.file_of(face) for face in _FACES]
    try:
        return images.rasterise(svg, "cover", files, sparse=sparse)
    except ValueError as error:
        raise TemplateFault(str(error), place=Place("templates/cover.svg")) from error


def _packed(made: Resource) -> bytes:
    return json.dumps([made.name, made.media_type, made.width, made.height]).encode() + made.data


def _unpacked(data: bytes) -> Resource:
    said, _, rest = data.partition(b"]")
    name, media_type, width, height = json.loads(said + b"]")
    return Resource(name, media_type, rest, width, height)


@cache
def _makers() -> tuple[bytes, ...]:
    """Give what makes a picture of a drawing: the libraries' and fonts' versions, and our code."""
    names = ("resvg_py", "pillow", *sorted({fonts.package_of(face) for face in _FACES}))
    code = sorted(Path(images.__file__).parent.glob("*.py"))
    return (*(version(name).encode() for name in names), *(path.read_bytes() for path in code))


def _set(paragraphs: list[str], *, largest: int, highest: int) -> Block:
    """Break paragraphs into lines, as large as they can be."""
    # Our serif has no narrow space that holds words together; cut down, it is lent one.
    said = [each.replace("\u202f", "\xa0") for each in paragraphs if each.split()]
    block = Block((), largest)
    for size in (each for each in _SIZES if each <= largest):
        lines = tuple(line for each in said for line in _broken(each, _INNER / size))
        block = Block(lines, size)
        if block.height <= highest and all(_width(line) * size <= _INNER for line in lines):
            return block
    fit = max(int(highest / block.step), 1)
    ends = [
        f"{line} …" if at == fit < len(block.lines) else line
        for at, line in enumerate(block.lines, 1)
    ]
    return Block(tuple(_within(line, _INNER / block.size) for line in ends[:fit]), block.size)


def _within(line: str, most: float) -> str:
    """Give a line, or its beginning and an ellipsis if it is longer than so many ems."""
    if _width(line) <= most:
        return line
    while _width(f"{line}…") > most:
        line = line[:-1]
    return f"{line.rstrip()}…"


def _broken(text: str, most: float) -> list[str]:
    """Break a text into as few lines as there have to be, of about the same length.

    Args:
        text: words with spaces between them.
        most: ems that a line may have.
    """
    words = re.split("[ \t\n]+", text.strip())  # the other spaces hold together
    few = _filled(words, most)
    narrow, wide = most / 2, most
    for _ in range(8):  # the narrowest measure that needs no more lines
        middle = (narrow + wide) / 2
        if len(_filled(words, middle)) > len(few):
            narrow = middle
        else:
            wide = middle
    return _filled(words, wide)


def _filled(words: list[str], most: float) -> list[str]:
    lines = [words[0]]
    for word in words[1:]:
        if _width(f"{lines[-1]} {word}") <= most:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return lines


def _width(text: str) -> float:
    return fonts.width(text, _FACES)
