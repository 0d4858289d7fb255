"""A book that is ready → the bytes of each format."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING

from octavo.build import faces
from octavo.build.job import Job
from octavo.build.ready import Ready, characters
from octavo.build.telling import Course
from octavo.crew import Crew
from octavo.errors import OctavoError
from octavo.model import Finding, Format, PageStart
from octavo.write import load_layout

if TYPE_CHECKING:
    from octavo.fonts import Font
    from octavo.render import EpubDraft
    from octavo.write.pdf import Turn

# What a chapter's layout may take: wall time in seconds, and bytes of address space.
_SECONDS = 300.0
_MEMORY = 4 << 30
# Pictures that a page may carry, in bytes, which is held while the PDF is made.
_LIGHT = 4_000_000


@dataclass(frozen=True, slots=True)
class Written:
    """What a format is, before it is checked."""

    data: bytes | Mapping[str, bytes]  # of a site, its files by their paths
    starts: tuple[PageStart, ...] = ()  # of a PDF's pages
    findings: tuple[Finding, ...] = ()
    lent: bool = False  # the fonts of the system were used beside ours


def layout_crew(workers: int) -> Crew:
    """Give who lays chapters out: at most so many processes, each chapter within its bounds."""
    return Crew(workers, seconds=_SECONDS, memory=_MEMORY, first=load_layout)


def lays_out(job: Job) -> bool:
    """Tell whether the PDF of a job is to be made."""
    return job.fault is None and _is_wanted(job, "pdf")


def _is_wanted(job: Job, format_: Format) -> bool:
    """Tell whether an output is to be made, whatever becomes of the others."""
    return format_ in job.formats and not (job.ledger and not job.ledger.reasons[format_])


def _beforehand(ready: Ready, course: Course) -> None:
    """Make what can be made of the other formats while others lay out the pages of the PDF.

    What fails will fail again in its format's turn, and is told of then.
    """
    if ready.job.workers == 1 or ready.drafts.begun:
        return
    ready.drafts.begun = True
    import_module("octavo.check")
    if _is_wanted(ready.job, "epub"):
        with suppress(OctavoError), course.aside("draft", "epub"):
            ready.drafts.epub = _epub_draft(ready)
    pictures = sum(len(each.data) for each in ready.book.resources)
    if _is_wanted(ready.job, "html") and pictures < _LIGHT:
        with suppress(OctavoError), course.aside("draft", "html"):
            ready.drafts.html = _html_page(ready)


def _html(ready: Ready, course: Course) -> Written:
    page, ready.drafts.html = ready.drafts.html or _html_page(ready), None
    course.begin("write")
    return Written(page)


def _html_page(ready: Ready) -> bytes:
    from octavo.render import html_edition
    from octavo.write import html

    fonts = ready.fonts.fonts if ready.settings.html.embed_fonts else ()
    return html.write(html_edition(ready.book, fonts, ready.look, ready.folders))


def _epub(ready: Ready, course: Course) -> Written:
    from octavo.render import epub_of
    from octavo.write import epub

    (draft, fonts), ready.drafts.epub = ready.drafts.epub or _epub_draft(ready), None
    edition = epub_of(draft, ready.starts)
    course.begin("write")
    book = draft.studio.book
    findings = _NO_COVER if book.cover is None else ()
    return Written(epub.write(book, edition, fonts), findings=findings)


def _epub_draft(ready: Ready) -> "tuple[EpubDraft, tuple[Font, ...]]":
    """Give the draft of an EPUB, whose book has a cover if one can be had, and its fonts."""
    from octavo.build.subsetting import ebook_fonts
    from octavo.cache import Cache
    from octavo.render import drawn_cover, epub_draft

    fonts = ebook_fonts(ready.book, ready.folders) if ready.settings.epub.embed_fonts else ()
    book = ready.book
    if book.cover is None:
        kept = Cache(ready.job.cache) if ready.job.cache else None
        book = replace(book, cover=drawn_cover(book, ready.look, ready.folders, kept))
    return epub_draft(book, fonts, ready.look, ready.folders), fonts


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
    from octavo.fonts import blocks, faces_of, font_set
    from octavo.render import print_edition, text_face
    from octavo.scripts import of_language
    from octavo.write import pdf

    cache = Cache(ready.job.cache) if ready.job.cache else None
    said, language = ready.settings.pdf, ready.book.metadata.language
    if ready.setters is not None and said.bind and ready.new > 1:
        for _ in range(min(ready.new, ready.job.workers)):
            ready.setters.submit(load_layout)  # so that they are there when the pages are made
    own = faces_of(text_face(ready.folders))
    fonts = font_set(characters(ready.book, ready.folders), own, widened=blocks).fonts
    edition = print_edition(ready.book, fonts, ready.look, ready.folders)
    course.begin("write")
    lent = bool(ready.fonts.missing) or of_language(language) is not None
    shop = pdf.Shop(
        ready.setters,
        cache,
        partial(_tell_of_piece, course),
        partial(_beforehand, ready, course),
    )
    laid = pdf.write(
        ready.book,
        edition,
        fonts,
        shop,
        divided=said.bind and not ready.look.run_on,
        standard=said.standard,
        lent=lent,
    )
    return Written(laid.data, laid.starts, faces.joined(laid.findings, language), lent)


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
