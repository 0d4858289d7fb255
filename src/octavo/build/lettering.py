"""What the settings, the command and the texts say of a book's signs and their language."""

import json
from dataclasses import dataclass, replace
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from octavo.build.job import Job
from octavo.build.texts import Taken
from octavo.model import Metadata

if TYPE_CHECKING:
    from octavo.cache import Cache
    from octavo.chapters import Prepared, Source, Typography


def language_of(job: Job, taken: list[Taken]) -> str:
    """Give the book's language: what the command says, its settings, its first text, or English."""
    if job.overrides.language:
        return job.overrides.language
    if job.settings is not None:
        return job.settings.language
    first = taken[0]
    return first.converted.language or first.recognised or "en"


def typography_of(job: Job, taken: list[Taken]) -> "Typography":
    """Give how the book's signs are set."""
    from octavo.chapters import Typography

    language = language_of(job, taken)
    if job.settings is None:
        return Typography(language)
    said = job.settings.typography
    return Typography(language, frozenset(said.off), said.quotes)


def lettered(about: Metadata, typography: "Typography") -> Metadata:
    """Give what is said of a book with the signs of its titles and description set."""

    def line(text: str | None) -> str | None:
        return typography.line(text) if text is not None else None

    series = about.series
    return replace(
        about,
        title=typography.line(about.title),
        subtitle=line(about.subtitle),
        description=line(about.description),
        series=replace(series, name=typography.line(series.name)) if series else None,
    )


@dataclass(frozen=True, slots=True)
class Lettered:
    """The trees of sources with their signs set, kept by content."""

    cache: "Cache"
    typography: "Typography"

    def recall(self, source: "Source") -> "Prepared | None":
        """Give the tree of a source, if it was kept."""
        from octavo.chapters import Prepared

        found = self.cache.get(self._key(source))
        if found is None:
            return None
        tree, *removed = json.loads(found)
        return Prepared(tree, tuple(removed))

    def keep(self, source: "Source", prepared: "Prepared") -> None:
        """Keep the tree of a source."""
        said = (prepared.tree, *prepared.removed)
        self.cache.put(self._key(source), json.dumps(said, ensure_ascii=False).encode())

    def _key(self, source: "Source") -> str:
        from octavo.cache import key_of

        said = self.typography
        rules = repr((said.language, sorted(said.off), said.quotes))
        return key_of(b"trees", *_makers(), rules.encode(), source.html.encode())


@cache
def _makers() -> tuple[bytes, ...]:
    """Give what makes the trees: the libraries' versions, our own code and tables."""
    from octavo import chapters

    home = Path(chapters.__file__).parent
    ours = [path for path in sorted(home.rglob("*.*")) if path.suffix in {".py", ".toml"}]
    libraries = (version(name).encode() for name in ("lxml", "nh3", "Pygments"))
    return (*libraries, *(path.read_bytes() for path in ours))
