"""Render one edition of one book: what its pages, chapters and styles have in common."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from markupsafe import Markup

from octavo.direction import direction
from octavo.fonts import Face
from octavo.model import Book, Chapter, Direction, Entry, Resource
from octavo.render import environment, markup
from octavo.render.look import Look
from octavo.render.measures import measures
from octavo.render.opening import begin
from octavo.render.themes import TextFace, text_face
from octavo.scripts import Script, of_language

Edition = Literal["html", "site", "print", "epub"]


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
        self.text_face = text_face(folders)
        language = book.metadata.language
        self.language = language.split("-")[0].lower()
        self.script = of_language(language)
        self.words = environment.words(self.environment, language)
        self.direction = direction(language)
        self.levels = _levels(book.contents)
        full_width = self.language in _FULL_WIDTH
        self.measures = measures(book, look, full_width=full_width)
        self.opening = next((c.slug for c in book.chapters if c.kind != "front"), None)
        self.front = frozenset().union(*(c.ids for c in book.chapters if c.kind == "front"))

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
            "measures": self.measures,
            "half_title": self.half_title,
            "italics": self.script is None,
            "cased": self.script is None and self.direction == "ltr",
        }
        return environment.render(self.environment, name, {**common, **values})

    @property
    def half_title(self) -> bool:
        """Tell whether a leaf with the title alone protects the title page.

        A stapled booklet ends at about a hundred pages, and saves that leaf; what is thicker is
        bound between covers, where readers expect it (Chicago Manual of Style, 1.16). Who saves
        paper by letting chapters open on any page saves that leaf, too.
        """
        if self.look.half_title is not None:
            return self.look.half_title
        return self.look.recto and not self.look.run_on and self.measures.pages > _BOOKLET

    def css(self, names: Iterable[str], faces: Sequence[tuple[Face, str]]) -> str:
        """Render stylesheets one behind the other, the fonts first."""
        values = {
            "faces": faces,
            "families": families(faces, self.direction, self.text_face, self.script),
            "language": self.language,
        }
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
            inner = markup.cross_files(inner, homes[chapter.slug], homes)
            if self.edition != "epub":
                return inner
            return markup.join_lines(markup.say_language(markup.say_types(inner)))

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
            inner = markup.refer_to_pages(markup.relocate(inner, addresses), self.front)
            return markup.draw_formulas(markup.demote(inner), drawn, said)

        html, left = markup.at_foot(chapter)
        if self.look.opening == "drop-cap" and self.direction == "ltr":
            html = begin(html)
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


_BOOKLET = 100  # pages
_FULL_WIDTH = ("zh", "ja", "yue", "wuu")  # languages


def _levels(entries: Sequence[Entry], level: int = 1) -> dict[str, int]:
    found: dict[str, int] = {}
    for entry in entries:
        found[entry.id] = level
        found |= _levels(entry.children, level + 1)
    return found


def families(
    faces: Sequence[tuple[Face, str]],
    direction: Direction = "ltr",
    text: TextFace = "serif",
    script: Script | None = None,
) -> dict[str, str]:
    """Give the font stacks: our faces, then a generic family for a reader without them.

    "text" is that of the text's face once more. In an Arabic book the Arabic face comes first:
    spaces and figures have to be of the letters' face, or lines cannot be justified. So it is with
    the system's fonts in books of scripts that none of our faces has.
    """
    behind = [
        r for r in ("serif", "fallback", "arabic", "mono") if any(f.role == r for f, _ in faces)
    ]
    there = {face.role for face, _ in faces}
    first = ["arabic"] if direction == "rtl" else []
    generic = {"serif": "serif", "sans": "sans-serif", "mono": "monospace"}
    stacks = {role: [*first * (role == text), role, *behind] for role in generic}
    own = {"serif": script.serif, "sans": script.sans, "mono": ()} if script else {}
    made = {
        role: ", ".join(
            [f'"{name}"' for name in own.get(role, ())]
            + [f'"Octavo {r.capitalize()}"' for r in dict.fromkeys(stack) if r in there]
            + [generic[role]]
        )
        for role, stack in stacks.items()
    }
    return {**made, "text": made[text]}
