"""Run pandoc: documents of any kind, or blocks of rough text, to HTML. The only user of pypandoc.

pypandoc finds the program that its wheel carries. Pandoc itself is started here, because
pypandoc's own conversion has no time limit, no memory limit and, by default, no sandbox.
"""

import json
import re
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Literal, TypeAlias

from octavo.errors import MissingTool, OutOfMemory, TimedOut, ToolFailed, UnreadableSource
from octavo.footnotes import marked
from octavo.model import Block, Place, Span
from octavo.pandoc.markdown import markup, pieces, renumbered
from octavo.pandoc.tree import Node, literal, node, nodes
from octavo.programs import MIB, Limits, run

Dialect: TypeAlias = Literal["commonmark", "markdown"]

# Quotation marks, dashes and dots are set by chapters/typography, for any input and as its language
# has them; pandoc's "smart" knows English only, and cannot be told what to leave alone.
# CommonMark's reader takes linear time where pandoc's own Markdown can take exponential time.
READERS: dict[Dialect, str] = {
    "commonmark": "commonmark_x-smart+implicit_figures",
    "markdown": "markdown-smart",
}

# What a file's name says about its contents; .txt is rough text and does not come here.
READER_OF_SUFFIX: dict[str, str] = {
    ".adoc": "asciidoc",
    ".dbk": "docbook",
    ".dj": "djot",
    ".docx": "docx",
    ".epub": "epub",
    ".fb2": "fb2",
    ".htm": "html",
    ".html": "html",
    ".ipynb": "ipynb",
    ".markdown": "markdown",
    ".md": "markdown",
    ".odt": "odt",
    ".opml": "opml-smart",
    ".org": "org",
    ".rst": "rst",
    ".rtf": "rtf",
    ".tex": "latex",
    ".textile": "textile-smart",
    ".typ": "typst-smart",
    ".wiki": "mediawiki",
    ".xhtml": "html",
}
BINARY_SUFFIXES = frozenset({".docx", ".epub", ".odt", ".rtf"})  # read as they stand

_LIMITS = Limits(seconds=60.0, memory=1536 * MIB)
_HEAP = "1024m"  # GHC's own bound ends pandoc cleanly, before the address space does
_OUT_OF_MEMORY = 251  # GHC's exit code for an exhausted heap

# The metadata comes back as JSON beside the body, so that one run gives both.
_TEMPLATE = "$meta-json$\n\x1e\n$body$\n"
_TO_MARKDOWN = ["--to=commonmark_x-smart", "--standalone", "--reference-location=block"]
_PIECE = 1 << 19  # characters that are written as Markdown in one run
_NO_META: Mapping[str, Node] = {}
_TO_HTML = [
    "--to=html5",
    "--standalone",
    "--template=body.template",
    "--mathml",
    "--syntax-highlighting=none",  # chapters/listings.py does it, and twenty times as fast
    "--extract-media=media",
    f"--lua-filter={Path(__file__).with_name('quoted.lua')}",
]


@dataclass(frozen=True, slots=True)
class Converted:
    """What pandoc made of a document."""

    html: str  # HTML5 fragment; raw HTML of the source included, so not to be trusted
    title: str | None = None  # plain text, from the document's own metadata
    authors: tuple[str, ...] = ()
    language: str | None = None
    media: tuple[tuple[str, bytes], ...] = ()  # files inside the document, by address


def convert(source: bytes, reader: str, place: Place, *, limits: Limits = _LIMITS) -> Converted:
    """Convert a document to HTML with one run of pandoc.

    Args:
        source: the document; UTF-8 if it is text.
        reader: the name of pandoc's input format, with extensions.
        place: the document's name, for messages.
        limits: what pandoc may take.

    Raises:
        UnreadableSource: pandoc cannot make sense of it.
        TimedOut, OutOfMemory: it takes more than `limits` allow.
        MissingTool: pandoc is not installed.
    """
    with tempfile.TemporaryDirectory(prefix="octavo-") as name:
        folder = Path(name)
        (folder / "body.template").write_text(_TEMPLATE, encoding="utf-8")
        out = _run(source, reader, _TO_HTML, place, folder, limits)
        meta, mark, html = out.partition("\n\x1e\n")
        if not mark:
            raise ToolFailed("pandoc gave something that is no document", place=place)
        return _converted(json.loads(meta), reader, html, _media(folder / "media"))


def document(blocks: Iterable[Block]) -> bytes:
    """Give the blocks of rough text as a tree for pandoc's reader "json": no text is markup."""
    blocks = tuple(blocks)
    return _document(nodes(blocks, marked(blocks), literal))


def markdown(
    blocks: tuple[Block, ...],
    place: Place,
    *,
    title: str | None = None,
    language: str | None = None,
    size: int = _PIECE,
) -> Iterator[str]:
    """Write blocks as Markdown that `READERS["commonmark"]` reads back as the same.

    Each paragraph is one line; a footnote follows the block its mark is in. The title and the
    language (BCP 47) stand in a block of metadata at the start.

    Pandoc takes up to eighty times the memory of what it writes, so it gets a long text in pieces
    of about `size` characters; the notes are numbered through.
    """
    meta = {}
    if title is not None:
        meta["title"] = node("MetaInlines", markup((Span(title),)))
    if language is not None:
        meta["lang"] = node("MetaString", language)
    notes, numbered = marked(blocks), 0
    for number, piece in enumerate(pieces(blocks, size)):
        source = _document(nodes(piece, notes, markup), meta if number == 0 else {})
        with tempfile.TemporaryDirectory(prefix="octavo-") as name:
            written = _run(source, "json", _TO_MARKDOWN, place, Path(name), _LIMITS)
        text, numbered = renumbered(written, numbered)
        if number == 0 or text.strip():  # a piece may be all notes, which stand at their marks
            yield ("\n" if number else "") + text


@cache
def program() -> Path:
    """Give the path of pandoc: the one in the pypandoc_binary wheel, before any on PATH.

    The version is part of the result, so it must not depend on what else is installed.

    Raises:
        MissingTool: it is not there.
    """
    spec = find_spec("pypandoc")  # to load it takes as long as a short text
    if spec is not None and spec.origin is not None:
        carried = Path(spec.origin).parent / "files" / "pandoc"
        if carried.is_file():
            return carried
    import pypandoc

    try:
        found = shutil.which(pypandoc.get_pandoc_path())
    except OSError:
        found = None
    if found is None:
        hint = "Install it with: pip install pypandoc_binary"
        raise MissingTool("pandoc is not installed", hint=hint)
    return Path(found)


@cache
def version() -> str:
    """Give pandoc's version, as 3.9."""
    first = run([program(), "--version"], limits=_LIMITS).out.split(b"\n")[0]
    return first.decode().removeprefix("pandoc ").strip()


@cache
def _api_version() -> tuple[int, ...]:
    """The version of the tree this pandoc speaks."""
    ended = run([program(), "--from=markdown", "--to=json"], limits=_LIMITS)
    return tuple(json.loads(ended.out)["pandoc-api-version"])


def _document(blocks: list[Node], meta: Mapping[str, Node] = _NO_META) -> bytes:
    """The JSON form of pandoc's Text.Pandoc.Definition."""
    tree = {"pandoc-api-version": _api_version(), "meta": dict(meta), "blocks": blocks}
    return json.dumps(tree).encode()


def _run(
    source: bytes, reader: str, options: list[str], place: Place, folder: Path, limits: Limits
) -> str:
    arguments = [
        "--sandbox",  # never --citeproc: it reads files and the network even then
        f"--from={reader}",
        "--wrap=preserve",
        *options,
        "+RTS",
        f"-M{_HEAP}",
        "-RTS",
    ]
    try:
        ended = run([program(), *arguments], stdin=source, folder=folder, limits=limits)
    except TimedOut as error:
        hint = "Look for very deep nesting, and split the file"
        raise TimedOut(error.message, place=place, hint=hint) from error
    if ended.code == _OUT_OF_MEMORY:
        hint = "Look for a formula or table that grows out of bounds, and split the file"
        raise OutOfMemory("pandoc took more memory than it may", place=place, hint=hint)
    if ended.code < 0:
        raise ToolFailed(f"pandoc was ended by signal {-ended.code}", place=place)
    if ended.code != 0:
        said = ended.err.strip().splitlines()
        why = said[-1] if said else f"exit code {ended.code}"
        hint = "Check that the file is what its name says"
        raise UnreadableSource(f"pandoc cannot read it: {why}", place=place, hint=hint)
    return ended.out.decode("utf-8")


def _converted(
    meta: dict[str, Any], reader: str, html: str, media: tuple[tuple[str, bytes], ...]
) -> Converted:
    author = meta.get("author", [])
    authors = [author] if isinstance(author, str) else author if isinstance(author, list) else []
    if reader == "epub":
        authors = authors[::-1]  # this reader gives the last first
    return Converted(
        html=html,
        title=_word(meta.get("title")),
        authors=tuple(name for name in map(_word, authors) if name),
        language=_word(meta.get("lang")) or _word(meta.get("language")),
        media=media,
    )


def _word(value: object) -> str | None:
    """The text of a metadata value, which pandoc gives as HTML."""
    if not isinstance(value, str):
        return None
    from lxml import html as lxml_html

    said = lxml_html.fromstring(f"<p>{value}</p>").text_content()
    text = " ".join(_CONTROL.sub(" ", said).split())
    return text or None


# What XML cannot hold, nor a book's title.
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


def _media(folder: Path) -> tuple[tuple[str, bytes], ...]:
    files = sorted(path for path in folder.rglob("*") if path.is_file() and not path.is_symlink())
    return tuple((path.relative_to(folder.parent).as_posix(), path.read_bytes()) for path in files)
