"""What a book offers to whom, read off the pages themselves (schema.org's accessibility terms)."""

import re
from collections.abc import Mapping, Sequence

from octavo import images
from octavo.model import Access, Book

# An image whose alternative text is empty; other attributes may hold these letters as well.
_UNDESCRIBED = re.compile(r'<img(?: [\w:.-]+="[^"]*")*? alt=""')
_UNSAID = re.compile(r"<math(?![^>]* alttext=)")


def access_of(
    book: Book, pages: Sequence[str], words: Mapping[str, str], *, paged: bool = False
) -> Access:
    """Say what the pages of an edition offer.

    Args:
        book: what it is of.
        pages: their markup.
        words: those templates add, of which the summary is made.
        paged: they are marked with the page numbers of the printed edition.
    """
    shown = any("<img" in page or "<svg" in page for page in pages)
    described = not any(_UNDESCRIBED.search(page) for page in pages)
    formulas = any("<math" in page for page in pages)
    said = not any(_UNSAID.search(page) for page in pages)
    features = {
        "structuralNavigation": True,
        "tableOfContents": True,
        "readingOrder": True,
        "displayTransformability": True,
        "ARIA": True,
        "unlocked": True,
        "alternativeText": shown and described,
        "MathML": formulas,
        "describedMath": formulas and said,
        "rubyAnnotations": any("<ruby" in page for page in pages),
        "pageBreakMarkers": paged,
        "pageNavigation": paged,
    }
    moving = any(map(images.is_animated, book.resources))
    return Access(
        features=tuple(name for name, there in features.items() if there),
        modes=("textual", "visual") if shown else ("textual",),
        sufficient=("textual",) * described + ("textual,visual",) * shown,
        hazards=_MOVING if moving else ("none",),
        summary=_summary(book, words, described, images=shown, formulas=formulas, pages=paged),
    )


_MOVING = ("noSoundHazard", "unknownFlashingHazard", "unknownMotionSimulationHazard")


def _summary(book: Book, words: Mapping[str, str], described: bool, **there: bool) -> str:
    said = [words["access_text"]]
    if there["images"]:
        said.append(words["access_described" if described else "access_undescribed"])
    said += [words[f"access_{name}"] for name in ("formulas", "pages") if there[name]]
    evaluation = book.metadata.evaluation
    if evaluation is None:
        said.append(words["access_unevaluated"])
    elif evaluation.summary:
        said.append(evaluation.summary)
    return " ".join(said)
