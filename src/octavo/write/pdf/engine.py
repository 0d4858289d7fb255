"""Lay out with WeasyPrint.

Its public interface is used as far as it goes. The reaches inside are in this module, `finishing`,
`initials`, `shifting` and `starts`, and in those that `haste` names; each has a test that fails
when WeasyPrint changes.
"""

import base64
import ctypes.util
import hashlib
import locale
import logging
import re
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from typing import Any
from urllib.parse import unquote

from octavo.errors import MissingTool, ToolFailed
from octavo.model import Finding
from octavo.write.pdf.finishing import Finish, clip_drawings
from octavo.write.pdf.haste import hasten
from octavo.write.pdf.sheets import Anchor, Bookmark, Leaf, Piece, Sheets, Style, Typeface
from octavo.write.pdf.shifting import shift_figures
from octavo.write.pdf.starts import Reader, sections

_HINT = (
    "On Debian or Ubuntu: apt-get install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0;"
    " `octavo doctor` knows the command for other systems"
)
_POINTS = 0.75  # in a CSS pixel


class Compositor:
    """Sets the pieces of one book. Stylesheet and fonts are loaded once for all of them.

    WeasyPrint gets no file and no address but those handed in. Without any font it would end the
    process by signal 11, so there has to be one.

    Raises:
        MissingTool: Pango is not installed, or there is no font.
    """

    def __init__(self, style: Style):
        if not style.fonts:
            raise MissingTool("there is no font to set the text in", hint="See `octavo doctor`")
        self._weasyprint = _weasyprint()
        self._fonts = {
            f"octavo:fonts/{font.face.name}": (font.data, "font/ttf") for font in style.fonts
        }
        self._known = {hashlib.sha256(font.data).hexdigest() for font in style.fonts}
        self._configuration = _font_configuration()
        with _complaints() as said:
            self._css = self._weasyprint.CSS(
                string=style.css,
                base_url="octavo:",
                url_fetcher=_fetcher(self._fonts),
                font_config=self._configuration,
            )
            self._sides = {
                side: self._weasyprint.CSS(string=f"html {{ break-before: {side} }}")
                for side in ("left", "right")
            }
        self._said = said

    def set(self, piece: Piece) -> Sheets:
        """Lay a piece out: the same result for the same piece and style.

        Raises:
            ToolFailed: WeasyPrint cannot lay it out.
        """
        images = {f"octavo:{each.name}": (each.data, each.media_type) for each in piece.resources}
        with _complaints() as said, _faults(piece):
            source = self._weasyprint.HTML(
                string=piece.html,
                base_url="octavo:",
                url_fetcher=_fetcher(self._fonts | images),
                media_type="print",
            )
            document = source.render(
                stylesheets=[self._css] if piece.whole else [self._css, self._sides[piece.side]],
                font_config=self._configuration,
                pdf_tags=True,
            )
            document.fonts = faces = _Faces(self._known)
            data: bytes = document.write_pdf(finisher=Finish(piece.name, piece.html), pdf_tags=True)
            body = source.etree_element.find("body")
            reader = Reader(body)
            leaves = tuple(_leaf(page, reader) for page in document.pages)
        return Sheets(
            pdf=data,
            leaves=leaves,
            typefaces=faces.typefaces(),
            sections=sections(body),
            breaks=_breaks(document.pages[0]),
            findings=tuple(self._said + said),
        )


def _leaf(page: Any, reader: Reader) -> Leaf:
    """Read off a page what WeasyPrint knows of it; `_page_box` is the only private name."""
    height = page.height * _POINTS
    kind = page._page_box.page_type
    start = reader.page(page._page_box)
    return Leaf(
        side=kind.side,
        name=kind.name or "",
        blank=kind.blank,
        anchors=tuple(
            Anchor(name, x * _POINTS, height - y * _POINTS)
            for name, (x, y, *_) in page.anchors.items()
        ),
        bookmarks=tuple(
            Bookmark(level, label, x * _POINTS, height - y * _POINTS)
            for level, label, (x, y), _ in page.bookmarks
        ),
        start=start.letters,
        unmatched=start.unmatched,
    )


def _breaks(page: Any) -> str:
    """Give how a page breaks from what is before: the strongest of the blocks that begin it."""
    box, found = page._page_box, "auto"
    while True:
        box = next((child for child in getattr(box, "children", ()) if child.element_tag), None)
        if box is None or box.element is None:
            return found
        said = box.style["break_before"]
        if box.element_tag == "html":
            continue  # that is how we say on which side it begins
        if said != "auto" and found not in ("left", "right", "recto", "verso"):
            found = said


class _Faces(dict[Any, Any]):
    """The fonts of a document as WeasyPrint draws it.

    Those of the style are left out of the file: they are put into the book once, when it is bound.
    So are not the system's, and fonts from which a glyph is missing.
    """

    def __init__(self, known: set[str]):
        super().__init__()
        self._known = known
        self._left: list[tuple[Any, str]] = []

    def __setitem__(self, key: Any, font: Any) -> None:
        program = hashlib.sha256(font.file_content).hexdigest()
        if program in self._known:
            font.clean = partial(self._clean, font, program, font.clean)
        super().__setitem__(key, font)

    def _clean(self, font: Any, program: str, clean: Any, *arguments: Any) -> None:
        """Stand in for the cutting of a font."""
        if font.missing:
            clean(*arguments)
            return
        font.file_content = font.file_content[:4]  # enough to tell its kind
        self._left.append((font.hash, program))

    def typefaces(self) -> tuple[Typeface, ...]:
        """Give what was used of each font that was left out; several of WeasyPrint's can be one."""
        return tuple(self._typeface(key, program) for key, program in self._left)

    def _typeface(self, key: str, program: str) -> Typeface:
        same = [font for font in self.values() if font.hash == key]
        font = same[0]
        return Typeface(
            key=key,
            program=program,
            name=font.name.decode().removeprefix("/"),
            family=font.family,
            flags=font.flags,
            ascent=font.ascent,
            descent=font.descent,
            stem=font.stemv,
            widths={glyph: width for each in same for glyph, width in each.widths.items()},
            unicode={glyph: said for each in same for glyph, said in each.to_unicode.items()},
        )


def load() -> None:
    """Load what lays out: in a worker, before there is work for it.

    Raises:
        MissingTool: Pango is not installed.
    """
    _weasyprint()


def _weasyprint() -> Any:
    # Pango takes the language of text that names none, as in an SVG, from the process's locale:
    # in a Turkish one an i looks otherwise.
    try:
        locale.setlocale(locale.LC_ALL, "C.UTF-8")  # no language, and the encoding of all our files
    except locale.Error:
        locale.setlocale(locale.LC_ALL, "C")
    try:
        with _libraries_by_name():
            import weasyprint
    except OSError as error:  # cffi says so when it cannot load Pango
        message = "Pango, which lays out the PDF's text, cannot be loaded"
        raise MissingTool(message, hint=_HINT) from error
    clip_drawings()
    shift_figures()
    hasten()
    return weasyprint


@contextmanager
def _libraries_by_name() -> Iterator[None]:
    """Let libraries be found by their full names alone, where the system's loader knows them.

    WeasyPrint tries the names of every system, and for each that is not Linux's cffi would ask the
    C compiler, if one is installed: that took half a second, as long as all the rest of loading.
    """
    if sys.platform != "linux":
        yield
        return
    asked = ctypes.util.find_library
    ctypes.util.find_library = lambda name: None
    try:
        yield
    finally:
        ctypes.util.find_library = asked


def _fetcher(files: Mapping[str, tuple[bytes, str]]) -> Any:
    """Give a fetcher that knows nothing but `files`: bytes and media type, by address."""
    from weasyprint.urls import URLFetcher, URLFetcherResponse

    class Fetcher(URLFetcher):  # type: ignore[misc]  # WeasyPrint ships no types
        """Looks an address up; never opens anything."""

        def fetch(self, url: str, headers: object = None) -> Any:
            data, media_type = files.get(url) or _embedded(url)
            return URLFetcherResponse(url, data, {"Content-Type": media_type})

    return Fetcher(allowed_protocols=(), allow_redirects=False)


# Images that an SVG image carries; they have been looked at like all others.
_EMBEDDED = re.compile(r"data:(image/(?:png|jpeg|gif|webp));base64,", re.IGNORECASE)


def _embedded(url: str) -> tuple[bytes, str]:
    found = _EMBEDDED.match(url)
    if found is None:
        raise ValueError(f"{url[:200]} is not part of the book")
    return base64.b64decode(unquote(url[found.end() :])), found[1].lower()


def _font_configuration() -> Any:
    from weasyprint.text.fonts import FontConfiguration

    return FontConfiguration()


# WeasyPrint names no error of its own for what it cannot do.
_FAULTS = (ArithmeticError, AssertionError, AttributeError, LookupError, TypeError, ValueError)


@contextmanager
def _faults(piece: Piece) -> Iterator[None]:
    what = "the book" if piece.whole else f"“{piece.title}”"
    try:
        yield
    except RecursionError as error:
        hint = "Look for lists, quotations or tables inside one another"
        raise ToolFailed(f"{what} is nested too deep to be laid out", hint=hint) from error
    except _FAULTS as error:
        hint = "Look for an unusual drawing or style, and leave it out to be sure"
        message = f"WeasyPrint cannot lay {what} out ({type(error).__name__}: {error})"
        raise ToolFailed(message, hint=hint) from error


@contextmanager
def _complaints() -> Iterator[list[Finding]]:
    """Collect WeasyPrint's log as findings, in place of printing it."""
    said: list[Finding] = []

    class Collect(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            said.append(Finding("layout", "warning", record.getMessage()))

    log = logging.getLogger("weasyprint")
    handler, before, spread = Collect(logging.WARNING), log.handlers[:], log.propagate
    log.handlers, log.propagate = [handler], False
    try:
        yield said
    finally:
        log.handlers, log.propagate = before, spread
