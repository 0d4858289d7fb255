"""Render one edition of one book: what its pages, chapters and styles have in common."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from markupsafe import Markup

from octavo.config import PageSize
from octavo.direction import direction
from octavo.fonts import Face
from octavo.model import Book, Chapter, Entry, Resource
from octavo.render import environment, markup

Edition = Literal["html", "print", "epub"]


@dataclass(frozen=True, slots=True)
class Look:
    """What a book's settings say about its look. Lengths in millimetres, sizes in points."""

    page: PageSize
    font_size: float
    recto: bool  # chapters open on a right-hand page


@dataclass(frozen=True, slots=True)
class ShownNote:
    """A note as the templates see it."""

    id: str
    html: Markup  # begins with the number, which leads back


@dataclass(frozen=True, slots=True)
class ShownChapter:
    """A chapter as the templates see it."""

    slug: str
    title: str
    kind: str
    titled: bool
    level: int  # in the outline, counted from 1
    opening: bool  # the text begins here: page 1
    html: Markup
    notes: tuple[ShownNote, ...]  # those that stand at the chapter's end


class Studio:
    """Renders one edition of one book."""

    def __init__(self, book: Book, look: Look, folders: tuple[Path, ...], edition: Edition):
        self.book = book
        self.look = look
        self.edition = edition
        self.environment = environment.environment(folders)
        language = book.metadata.language
        self.words = environment.words(self.environment, language)
        self.direction = direction(language)
        self.levels = _levels(book.contents)
        self.opening = next((c.slug for c in book.chapters if c.kind != "front"), None)

    def page(self, name: str, **values: object) -> str:
        """Render a template with what every template may use."""
        common = {
            "book": self.book,
            "meta": self.book.metadata,
            "contents": self.book.contents,
            "words": self.words,
            "direction": self.direction,
            "edition": self.edition,
            "look": self.look,
        }
        return environment.render(self.environment, name, {**common, **values})

    def css(self, names: Iterable[str], faces: Sequence[tuple[Face, str]]) -> str:
        """Render stylesheets one behind the other, the fonts first."""
        values = {"faces": faces, "families": families(faces)}
        parts = [self.page(f"style/{name}", **values) for name in ("fonts.css", *names)]
        return "\n".join(part.strip() for part in parts) + "\n"

    def chapter(
        self, chapter: Chapter, addresses: Mapping[str, str], homes: Mapping[str, str] | None = None
    ) -> ShownChapter:
        """Give a chapter as it is read on a screen, notes at its end."""

        def finish(inner: str) -> str:
            inner = markup.relocate(inner, addresses)
            if homes is None:
                return markup.demote(inner)
            inner = markup.cross_files(inner, f"{chapter.slug}.xhtml", homes)
            return markup.say_language(inner)

        notes = tuple(ShownNote(n.id, Markup(finish(markup.numbered(n)))) for n in chapter.notes)
        return self._shown(chapter, finish(chapter.html), notes)

    def printed(
        self, chapter: Chapter, addresses: Mapping[str, str], drawn: dict[str, Resource]
    ) -> ShownChapter:
        """Give a chapter as it is printed, notes at the foot of the page, formulas drawn."""
        said = {
            key.removeprefix("formula_"): word
            for key, word in self.words.items()
            if key.startswith("formula_")
        }

        def finish(inner: str) -> str:
            inner = markup.demote(markup.relocate(inner, addresses))
            return markup.draw_formulas(inner, drawn, said)

        html, left = markup.at_foot(chapter)
        notes = tuple(ShownNote(n.id, Markup(finish(markup.numbered(n)))) for n in left)
        return self._shown(chapter, finish(html), notes)

    def _shown(self, chapter: Chapter, html: str, notes: tuple[ShownNote, ...]) -> ShownChapter:
        return ShownChapter(
            slug=chapter.slug,
            title=chapter.title,
            kind=chapter.kind,
            titled=chapter.titled,
            level=self.levels.get(chapter.slug, 1),
            opening=chapter.slug == self.opening,
            html=Markup(html),
            notes=notes,
        )


def _levels(entries: Sequence[Entry], level: int = 1) -> dict[str, int]:
    found: dict[str, int] = {}
    for entry in entries:
        found[entry.id] = level
        found |= _levels(entry.children, level + 1)
    return found


def families(faces: Sequence[tuple[Face, str]]) -> dict[str, str]:
    """Give the font stacks: our faces, then a generic family for a reader without them."""
    behind = [
        r for r in ("serif", "fallback", "arabic", "mono") if any(f.role == r for f, _ in faces)
    ]
    there = {face.role for face, _ in faces}
    generic = {"serif": "serif", "sans": "sans-serif", "mono": "monospace"}
    return {
        role: ", ".join(
            [f'"Octavo {r.capitalize()}"' for r in dict.fromkeys([role, *behind]) if r in there]
            + [name]
        )
        for role, name in generic.items()
    }
