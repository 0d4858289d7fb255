"""A book that is ready → the bytes of each format."""

from collections.abc import Callable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from octavo.build import faces
from octavo.build.ready import Ready, characters
from octavo.build.telling import Course
from octavo.crew import Crew
from octavo.model import Finding, Format, PageStart
from octavo.timing import Span, timed

if TYPE_CHECKING:
    from octavo.write.pdf import Turn

# What a chapter's layout may take: wall time in seconds, and bytes of address space.
_SECONDS = 300.0
_MEMORY = 4 << 30


@dataclass(frozen=True, slots=True)
class Written:
    """What a format is, before it is checked."""

    data: bytes | Mapping[str, bytes]  # of a site, its files by their paths
    starts: tuple[PageStart, ...] = ()  # of a PDF's pages
    findings: tuple[Finding, ...] = ()


def layout_crew(workers: int) -> Crew:
    """Give who lays chapters out: at most so many processes, each chapter within its bounds."""
    return Crew(workers, seconds=_SECONDS, memory=_MEMORY)


def _html(ready: Ready, course: Course) -> Written:
    from octavo.render import html_edition
    from octavo.write import html

    fonts = ready.fonts.fonts if ready.settings.html.embed_fonts else ()
    page = html_edition(ready.book, fonts, ready.look, ready.folders)
    course.begin("write")
    return Written(html.write(page))


def _epub(ready: Ready, course: Course) -> Written:
    from octavo.build.subsetting import ebook_fonts
    from octavo.render import drawn_cover, epub_edition
    from octavo.write import epub

    fonts = ebook_fonts(ready.book, ready.folders) if ready.settings.epub.embed_fonts else ()
    book, findings = ready.book, tuple[Finding, ...]()
    if book.cover is None:
        book = replace(book, cover=drawn_cover(book, ready.look, ready.folders))
        findings = _NO_COVER if book.cover is None else ()
    edition = epub_edition(book, fonts, ready.look, ready.folders, ready.starts)
    course.begin("write")
    return Written(epub.write(book, edition, fonts), findings=findings)


_NO_COVER = (
    Finding(
        "cover",
        "info",
        "no cover is drawn, because Octavo's fonts lack a character of its words;"
        ' give a picture with cover = "…" in book.toml',
    ),
)


def _pdf(ready: Ready, course: Course) -> Written:
    from octavo.cache import Cache
    from octavo.fonts import faces_of, font_set
    from octavo.render import print_edition, text_face
    from octavo.scripts import of_language
    from octavo.write import pdf

    cache = Cache(ready.job.cache) if ready.job.cache else None
    said, language = ready.settings.pdf, ready.book.metadata.language
    loads: list[Future[tuple[None, Span]]] = []
    if ready.setters is not None:
        for _ in range(min(ready.new, ready.job.workers if said.bind else 1)):
            loads.append(ready.setters.submit(timed, pdf.load))  # meanwhile the pages are made
    own = faces_of(text_face(ready.folders))
    fonts = font_set(characters(ready.book, ready.folders), own, neighbours=True).fonts
    edition = print_edition(ready.book, fonts, ready.look, ready.folders)
    course.begin("write")
    shop = pdf.Shop(ready.setters, cache, partial(_tell_of_piece, course))
    laid = pdf.write(
        ready.book,
        edition,
        fonts,
        shop,
        divided=said.bind and not ready.look.run_on,
        standard=said.standard,
        lent=bool(ready.fonts.missing) or of_language(language) is not None,
    )
    for each in loads:
        if each.done() and each.exception() is None:
            course.told("load", "what lays out", each.result()[1])
    return Written(laid.data, laid.starts, faces.joined(laid.findings, language))


def _tell_of_piece(course: Course, turn: "Turn") -> None:
    course.told("set", turn.title, turn.took, number=turn.number, of=turn.of)


def _site(ready: Ready, course: Course) -> Written:
    from octavo.build.site import site_files

    said = ready.settings.html
    fonts = ready.fonts.fonts if said.embed_fonts else ()
    files = site_files(ready.book, fonts, ready.look, ready.folders, ready.built, said.address)
    course.begin("write")
    return Written(files)


WRITERS: dict[Format, Callable[[Ready, Course], Written]] = {
    "epub": _epub,
    "pdf": _pdf,
    "html": _html,
    "site": _site,
}
