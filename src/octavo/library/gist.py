"""What has to be known of a book to tell whether its outputs are up to date."""

import datetime
from dataclasses import replace
from pathlib import Path

from octavo.build import Gist, Job
from octavo.library.shelf import ShelvedBook, found_texts
from octavo.model import Overrides


def light_gist(
    book: ShelvedBook | Path,
    templates: tuple[Path, ...],
    overrides: Overrides,
    when: datetime.datetime | None,
) -> Gist | None:
    """Give the gist of a book without its settings, if that is enough of it.

    Args:
        book: a Path is a single file.
        templates: the folders of its templates.
        overrides: what the command line says.
        when: the moment written into the files.
    """
    said = _said(overrides, when)
    if isinstance(book, Path):
        real = book.resolve()
        return Gist(book.stem, real.parent, (real,), templates, "classic", said)
    sketch = book.sketch
    if sketch is None:
        return None
    texts = tuple(book.folder / name for name in sketch.texts) or found_texts(book.folder)
    return Gist(book.name, book.folder, texts, templates, sketch.theme, said, sketch.digest)


def full_gist(job: Job, toml: str) -> Gist:
    """Give the gist of a job, all its settings with it.

    Args:
        job: the job.
        toml: the hash of book.toml.
    """
    said = _said(job.overrides, job.when)
    gist = Gist(job.name, job.folder, job.texts, job.templates, "classic", said)
    if job.settings is None:
        return gist
    from octavo.config import flat

    settings = flat(job.settings)
    return replace(gist, theme=job.settings.theme, toml=toml, settings=settings)


def _said(overrides: Overrides, when: datetime.datetime | None) -> dict[str, str]:
    """Give what the command line and its surroundings say of a book, by name."""
    said = {
        "--title": overrides.title,
        "--author": "; ".join(overrides.authors),
        "--lang": overrides.language,
        "SOURCE_DATE_EPOCH": when.isoformat() if when else None,
    }
    return {name: value for name, value in said.items() if value}
