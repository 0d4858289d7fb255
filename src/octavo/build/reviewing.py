"""Make the page on which a person checks the fair copy of a rough text."""

from collections.abc import Iterator
from pathlib import PurePosixPath

from octavo.build.job import Job
from octavo.model import FairCopy

# What the result is set in, what is said about it, and the source.
_WANTED = {
    ("serif", 400, "normal"),
    ("serif", 400, "italic"),
    ("sans", 400, "normal"),
    ("sans", 700, "normal"),
    ("mono", 400, "normal"),
}


def review(fair: FairCopy, job: Job) -> str:
    """Give the review page of a fair copy, with the book's own templates where it has some.

    Raises:
        TemplateFault: a template is wrong.
        MissingTool: a font is not installed.
    """
    from octavo.fonts import FACES, font_set
    from octavo.render.review import review_page
    from octavo.structure import title_of

    faces = tuple(face for face in FACES if (face.role, face.weight, face.style) in _WANTED)
    title = title_of(fair.blocks) or PurePosixPath(fair.path).stem
    fonts = font_set(set().union(title, fair.path, *_texts(fair)), faces).fonts
    return review_page(fair, title, fonts, job.templates)


def _texts(fair: FairCopy) -> Iterator[str]:
    yield from (line.text for line in fair.text.lines)
    yield from (change.after for change in fair.changes)
