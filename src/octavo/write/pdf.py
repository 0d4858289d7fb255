"""Write the PDF with WeasyPrint: the only module that reaches into it."""

import base64
import locale
import logging
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from octavo.errors import MissingTool, ToolFailed
from octavo.fonts import Font
from octavo.model import Book, Finding, PrintEdition

_HINT = (
    "On Debian or Ubuntu: apt-get install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0;"
    " `octavo doctor` knows the command for other systems"
)


@dataclass(frozen=True, slots=True)
class Laid:
    """A PDF that was laid out."""

    data: bytes
    pages: int
    findings: tuple[Finding, ...]  # what WeasyPrint complained of


def write(book: Book, edition: PrintEdition, fonts: Sequence[Font]) -> Laid:
    """Lay a book out and give its tagged PDF: the same bytes for the same input.

    WeasyPrint gets no file and no address but those handed in. Without any font it would end the
    process by signal 11, so there has to be one.

    Raises:
        MissingTool: Pango is not installed, or there is no font.
        ToolFailed: WeasyPrint cannot lay it out.
    """
    if not fonts:
        raise MissingTool("there is no font to set the text in", hint="See `octavo doctor`")
    weasyprint, fetcher = _weasyprint(_files(edition, fonts))
    with _complaints() as said:
        try:
            fonts_in_use = _font_configuration()
            style = weasyprint.CSS(
                string=edition.css,
                base_url="octavo:",
                url_fetcher=fetcher,
                font_config=fonts_in_use,
            )
            source = weasyprint.HTML(
                string=edition.html, base_url="octavo:", url_fetcher=fetcher, media_type="print"
            )
            document = source.render(stylesheets=[style], font_config=fonts_in_use, pdf_tags=True)
            finish = _Finish(book)
            data: bytes = document.write_pdf(finisher=finish, pdf_tags=True)
        except RecursionError as error:
            hint = "Look for lists, quotations or tables inside one another"
            raise ToolFailed("the text is nested too deep to be laid out", hint=hint) from error
        except _FAULTS as error:
            hint = "Look for an unusual drawing or style, and leave it out to be sure"
            message = f"WeasyPrint cannot lay the book out ({type(error).__name__}: {error})"
            raise ToolFailed(message, hint=hint) from error
    return Laid(data, len(document.pages), tuple(said))


# WeasyPrint names no error of its own for what it cannot do.
_FAULTS = (ArithmeticError, AssertionError, AttributeError, LookupError, TypeError, ValueError)


def _files(edition: PrintEdition, fonts: Sequence[Font]) -> dict[str, tuple[bytes, str]]:
    """Everything WeasyPrint may load, by address: bytes and media type."""
    files = {f"octavo:{each.name}": (each.data, each.media_type) for each in edition.resources}
    faces = {f"octavo:fonts/{font.face.name}": (font.data, "font/ttf") for font in fonts}
    return {**files, **faces}


def _weasyprint(files: Mapping[str, tuple[bytes, str]]) -> tuple[Any, Any]:
    """Load WeasyPrint; give it, and a fetcher that knows nothing but `files`."""
    # Pango takes the language of text that names none, as in an SVG, from the process's locale:
    # in a Turkish one an i looks otherwise.
    locale.setlocale(locale.LC_ALL, "C")
    try:
        import weasyprint
        from weasyprint.urls import URLFetcher, URLFetcherResponse
    except OSError as error:  # cffi says so when it cannot load Pango
        message = "Pango, which lays out the PDF's text, cannot be loaded"
        raise MissingTool(message, hint=_HINT) from error

    class Fetcher(URLFetcher):  # type: ignore[misc]  # WeasyPrint ships no types
        """Looks an address up; never opens anything."""

        def fetch(self, url: str, headers: object = None) -> Any:
            data, media_type = files.get(url) or _embedded(url)
            return URLFetcherResponse(url, data, {"Content-Type": media_type})

    return weasyprint, Fetcher(allowed_protocols=(), allow_redirects=False)


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


class _Finish:
    """Adds to a PDF what WeasyPrint leaves out: page labels, and the title in the window's bar."""

    def __init__(self, book: Book):
        self._starts = {c.slug for c in book.chapters if c.kind != "front"}

    def __call__(self, document: Any, pdf: Any) -> None:
        from pydyf import Array, Dictionary

        first = next(
            (n for n, page in enumerate(document.pages) if self._starts & page.anchors.keys()), 0
        )
        arabic = Dictionary({"S": "/D"})
        ranges = [0, Dictionary({"S": "/r"}), first, arabic] if first else [0, arabic]
        pdf.catalog["PageLabels"] = Dictionary({"Nums": Array(ranges)})
        pdf.catalog["ViewerPreferences"] = Dictionary({"DisplayDocTitle": "true"})


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
