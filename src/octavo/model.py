"""The nouns: frozen data, no behaviour. Imports nothing of ours.

Sequences are tuples, so that every value can be hashed, pickled and shared between stages. What a
long text has thousands of is frozen by its types alone: it takes a third of the time to make.
"""

import datetime
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal, TypeAlias

Format: TypeAlias = Literal["epub", "pdf", "html", "site"]
FORMATS: tuple[Format, ...] = ("epub", "pdf", "html", "site")  # in the order they are built
USUAL: tuple[Format, ...] = ("epub", "pdf", "html")  # when nothing else is asked for

# Readers whose makers' rules an EPUB can be held against.
Profile: TypeAlias = Literal["kindle", "kobo", "apple"]
PROFILES: tuple[Profile, ...] = ("kindle", "kobo", "apple")


@dataclass(slots=True, unsafe_hash=True)
class Place:
    """Where something stands in the source."""

    path: Final[str]  # as the user would type it: relative to the book's folder, with /
    line: Final[int | None] = None  # counted from 1
    page: Final[str | None] = None  # the printed page's label, where the source has pages
    column: Final[int | None] = None  # counted from 1, in characters

    def __str__(self) -> str:
        known = (self.path, self.line, self.column if self.line is not None else None)
        return ":".join(str(part) for part in known if part is not None)


# --- rough text: what `read` gives, `clean` mends and `structure` understands ---


@dataclass(frozen=True, slots=True)
class Box:
    """Where a line stands on its page; in one unit throughout a text, such as points."""

    left: float  # its left edge
    width: float
    height: float  # of its letters, from the top of one line to the bottom
    above: float  # white space between it and the line above
    edge: bool = False  # it is the first of a page or column: `above` means nothing


@dataclass(slots=True, unsafe_hash=True)
class Line:
    """One line of rough text, without its line end."""

    text: Final[str]
    place: Final[Place]
    box: Final[Box | None] = None  # None: what its characters say, spaces and blank lines


@dataclass(frozen=True, slots=True)
class Text:
    """Rough text: decoded, cut into lines."""

    lines: tuple[Line, ...]


@dataclass(slots=True, unsafe_hash=True)
class Change:
    """One thing that was changed on the way from the source to the book."""

    rule: Final[str]  # the name of the rule, as in tests/rules
    place: Final[Place]
    before: Final[str]
    after: Final[str]
    doubtful: Final[bool] = False  # a person should look at it
    why: Final[str] = ""  # what spoke for it, where the rule alone does not say: "on 12 pages"


@dataclass(frozen=True, slots=True)
class Evidence:
    """Something that speaks for or against a decision."""

    what: str  # as a person would say it: "the line before ends a sentence"
    weight: float  # nats; above 0 it speaks for the decision, below against it


@dataclass(frozen=True, slots=True)
class Decision:
    """How a line was understood, and why."""

    place: Place
    what: str  # as "begins a paragraph", "goes on", "is a heading"
    evidence: tuple[Evidence, ...] = ()  # in the order it was weighed
    doubtful: bool = False  # the evidence for and against is nearly the same


# --- structured text: what `structure` makes of rough text ---

Style: TypeAlias = Literal["plain", "emphasis", "strong", "smallcaps"]


@dataclass(slots=True, unsafe_hash=True)
class Span:
    """A run of characters in one style. The text is literal: it holds no markup."""

    text: Final[str]
    style: Final[Style] = "plain"
    note: Final[int] = 0  # the number of the footnote that this mark leads to; 0: it is no mark


Inlines: TypeAlias = tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading; level 1 is a chapter's."""

    level: int
    inlines: Inlines
    place: Place


@dataclass(slots=True, unsafe_hash=True)
class Paragraph:
    """A paragraph of prose."""

    inlines: Final[Inlines]
    place: Final[Place]


@dataclass(frozen=True, slots=True)
class Verse:
    """A poem: stanzas of lines. Leading spaces of a line are its indent, in characters."""

    stanzas: tuple[tuple[Inlines, ...], ...]
    place: Place


@dataclass(frozen=True, slots=True)
class Quotation:
    """A quotation, letter or epigraph set off from the text."""

    blocks: "tuple[Block, ...]"
    place: Place


@dataclass(frozen=True, slots=True)
class Items:
    """A list; the items hold no markers. `start` is the first number of an ordered one."""

    ordered: bool
    items: "tuple[tuple[Block, ...], ...]"
    place: Place
    start: int = 1


@dataclass(frozen=True, slots=True)
class SceneBreak:
    """A break between scenes: a blank line or ornament in print."""

    place: Place


@dataclass(frozen=True, slots=True)
class Footnote:
    """A footnote; a span with its number is the mark that leads to it."""

    number: int  # counted from 1 in the text, in the order of the marks
    blocks: "tuple[Block, ...]"
    place: Place


Block: TypeAlias = Heading | Paragraph | Verse | Quotation | Items | SceneBreak | Footnote


@dataclass(frozen=True, slots=True)
class FairCopy:
    """A rough text after read, clean and structure, and all that was decided on the way."""

    path: str  # the rough text's, as its places have it
    text: Text  # as it was read, before any change; empty where nobody asked for it
    encoding: str  # Python's name of the codec, as utf-8, utf-8-sig, cp1252
    language: str | None  # BCP 47; None: unknown
    blocks: tuple[Block, ...]
    changes: tuple[Change, ...]  # in the order they were made
    doubts: tuple[Decision, ...] = ()  # what might as well have been understood otherwise


# --- the book: what `chapters` makes of HTML ---


@dataclass(frozen=True, slots=True)
class Author:
    """Somebody who contributed to the book."""

    name: str
    role: str = "aut"  # MARC relator code (id.loc.gov/vocabulary/relators)
    sort: str | None = None  # the name as it is filed: "Austen, Jane"


@dataclass(frozen=True, slots=True)
class Series:
    """The series a book belongs to."""

    name: str
    number: float | None = None  # its position, counted from 1


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Who says that the book is accessible, and by which standard."""

    by: str  # a person or an organisation
    wcag: str  # the version of the Web Content Accessibility Guidelines: "2.1"
    level: str  # "A", "AA" or "AAA"
    credential: str | None = None  # what entitles them to say so
    report: str | None = None  # the address of what they found
    summary: str | None = None  # in their own words


@dataclass(frozen=True, slots=True)
class Metadata:
    """What is said about the book (Dublin Core terms, where there is one)."""

    title: str
    language: str  # BCP 47
    identifier: str  # a URI, such as urn:isbn:… or urn:uuid:…
    modified: datetime.datetime  # UTC, whole seconds; dcterms:modified
    subtitle: str | None = None
    authors: tuple[Author, ...] = ()
    publisher: str | None = None
    date: str | None = None  # of publication, W3C-DTF: 2026, 2026-03 or 2026-03-01
    rights: str | None = None
    description: str | None = None
    subjects: tuple[str, ...] = ()
    series: Series | None = None
    evaluation: Evaluation | None = None  # None: nobody claims that it is accessible


Standard: TypeAlias = Literal["pdf/a", "pdf/ua"]
Direction: TypeAlias = Literal["ltr", "rtl"]
ChapterKind: TypeAlias = Literal["front", "part", "chapter", "back"]


@dataclass(frozen=True, slots=True)
class Note:
    """A footnote of a chapter."""

    id: str  # unique in the book
    number: int  # counted from 1 in each chapter
    html: str  # XHTML: the note's blocks, without number and backlink
    references: tuple[str, ...]  # ids of the marks in the text that lead here, in order


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the table of contents."""

    title: str  # plain text
    id: str  # of the element it leads to; unique in the book
    level: int  # 0 is a part, 1 a chapter, 2 a section …
    children: "tuple[Entry, ...]" = ()


@dataclass(frozen=True, slots=True)
class Chapter:
    """The unit of work: what is converted, laid out and cached by itself.

    The markup is XHTML without a wrapper and safe: no script, no address outside the book but
    `<a href>`. Its ids are unique in the book. A link inside the book is `#id`, whatever chapter
    the id stands in; an image's address is its resource's name.
    """

    slug: str  # ASCII, unique in the book, stable between builds; the chapter's own id
    title: str  # plain text
    kind: ChapterKind
    html: str
    notes: tuple[Note, ...] = ()
    ids: frozenset[str] = frozenset()  # every id in html and notes, and the slug
    titled: bool = True  # html begins with the chapter's heading


@dataclass(frozen=True, slots=True)
class Resource:
    """A file inside the book."""

    name: str  # ASCII, as images/map-1f3a.png; made by us, never taken from outside
    media_type: str
    data: bytes
    width: int | None = None  # pixels
    height: int | None = None  # pixels


@dataclass(frozen=True, slots=True)
class Book:
    """A whole book, ready to be rendered in any format."""

    metadata: Metadata
    chapters: tuple[Chapter, ...]
    contents: tuple[Entry, ...]
    resources: tuple[Resource, ...] = ()
    cover: Resource | None = None


@dataclass(frozen=True, slots=True)
class Overrides:
    """What the command line says about a book; it wins over `book.toml` and the text."""

    title: str | None = None
    authors: tuple[str, ...] = ()
    language: str | None = None


# --- pages: what `render` makes of the book and `write` puts into files ---


@dataclass(frozen=True, slots=True)
class Page:
    """A page of an EPUB or a site: one document."""

    name: str  # the file's name without suffix; the chapter's slug
    title: str
    markup: str


@dataclass(frozen=True, slots=True)
class Access:
    """What an edition offers to whom, in the terms of schema.org."""

    features: tuple[str, ...]
    modes: tuple[str, ...]
    sufficient: tuple[str, ...]  # modes, with commas between them, that are enough by themselves
    hazards: tuple[str, ...]
    summary: str


@dataclass(frozen=True, slots=True)
class EpubEdition:
    """What goes into an EPUB."""

    pages: tuple[Page, ...]  # the spine, in order, but for the contents
    contents_at: int  # how many pages stand before the contents
    nav: str
    ncx: str
    css: str
    access: Access
    direction: Direction = "ltr"  # in which its pages follow each other
    vertical: bool = False  # its lines run from top to bottom, the first on the right
    page_source: str | None = None  # the printed edition whose pages are marked


@dataclass(frozen=True, slots=True)
class SiteEdition:
    """What goes into the folder of a site, whose pages lie beside each other."""

    pages: tuple[Page, ...]  # of HTML; the first is the front page, index
    css: str
    index: str  # a script that holds what is searched


@dataclass(frozen=True, slots=True)
class PrintEdition:
    """What the PDF is laid out from."""

    html: str
    css: str
    resources: tuple[Resource, ...]  # images and drawn formulas
    direction: Direction = "ltr"  # in which its pages follow each other


@dataclass(frozen=True, slots=True)
class PageStart:
    """Where a page of the PDF begins, for whoever wants to point at it.

    Letters are counted as `octavo.letters` has it.
    """

    label: str  # as it is printed: "iv", "12"
    chapter: str | None  # the slug; None: before the first chapter, or behind the last
    letters: int  # of the text of the chapter, or what is beside it, before the page's first word


# --- results ---

Severity: TypeAlias = Literal["error", "warning", "info", "skipped"]


@dataclass(frozen=True, slots=True)
class Finding:
    """What a check has to say. `skipped` means that the check could not be run."""

    check: str  # the check's name, as "epubcheck" or "links"
    severity: Severity
    message: str
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class Artifact:
    """A file that was built, or the folder of a site."""

    format: Format
    path: Path
    sha256: str  # of a site: of its list of sums
    size: int  # bytes; of a site: of all its files
    pages: int | None = None  # of a PDF
    kept: bool = False  # it was up to date, and is as an earlier build has made it
    seconds: float = 0.0  # wall time that making it took
