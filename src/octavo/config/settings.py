"""The settings of a book: every key of book.toml, with its meaning."""

import datetime
from typing import Annotated, Literal, Self, TypeAlias

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from octavo.config import values
from octavo.config.orders import CleanSettings, TypographySettings
from octavo.config.strict import InnerPath
from octavo.config.strict import Settings as _Settings
from octavo.config.strict import json_type as _json
from octavo.model import USUAL, Format

LEAST_WIDTH, LEAST_HEIGHT = 40.0, 50.0  # millimetres of the text on a page

Dialect: TypeAlias = Literal["commonmark", "markdown"]

Title: TypeAlias = Annotated[
    str, AfterValidator(values.line_of_text), Field(json_schema_extra={"maxLength": 500})
]
Prose: TypeAlias = Annotated[str, AfterValidator(values.prose)]
FileName: TypeAlias = Annotated[str, AfterValidator(values.file_name)]
Language: TypeAlias = Annotated[str, AfterValidator(values.language)]
Identifier: TypeAlias = Annotated[
    str, BeforeValidator(values.identifier), _json("string", "integer")
]
PublicationDate: TypeAlias = Annotated[
    str, BeforeValidator(values.publication_date), _json("string", "integer")
]
Moment: TypeAlias = Annotated[
    datetime.datetime, BeforeValidator(values.modified_moment), _json("string")
]
WebFolder: TypeAlias = Annotated[
    str, AfterValidator(values.web_folder), Field(json_schema_extra={"pattern": "^https?://"})
]
Length: TypeAlias = Annotated[float, BeforeValidator(values.length), _json("string")]
Size: TypeAlias = Annotated[values.PageSize, BeforeValidator(values.page_size), _json("string")]


class AuthorSettings(_Settings):
    """Somebody who contributed to the book."""

    name: Title = Field(description="The name as it stands on the title page.")
    role: Annotated[str, AfterValidator(values.role)] = Field(
        default="aut",
        json_schema_extra={"pattern": "^[a-z]{3}$"},
        description="What the person did: a MARC relator code, such as aut, edt, trl or ill.",
    )
    sort: Title | None = Field(
        default=None, description='The name as it is filed, such as "Austen, Jane".'
    )


class SeriesSettings(_Settings):
    """The series a book belongs to."""

    name: Title = Field(description="The name of the series.")
    number: float | None = Field(
        default=None,
        ge=0,
        le=100_000,
        allow_inf_nan=False,
        description="The book's position in the series, counted from 1; 1.5 is allowed.",
    )


class AccessibilitySettings(_Settings):
    """Who has found the book accessible. What it offers is told from the book itself."""

    certified_by: Title = Field(
        description="The person or organisation that has evaluated the book; without one, the EPUB"
        " claims no conformance."
    )
    level: Literal["A", "AA", "AAA"] = Field(
        default="AA", description="The level of WCAG to which it was found to conform."
    )
    wcag: Literal["2.0", "2.1", "2.2"] = Field(
        default="2.1", description="The version of WCAG by which it was evaluated."
    )
    credential: Title | None = Field(
        default=None, description="What entitles the evaluator to say so."
    )
    report: Annotated[str, AfterValidator(values.web_address)] | None = Field(
        default=None, description="The address of the evaluator's report."
    )
    summary: Prose | None = Field(
        default=None, description="What readers should know of it, in the evaluator's words."
    )


class EpubSettings(_Settings):
    """Settings of the EPUB edition."""

    embed_fonts: bool = Field(default=True, description="Put the fonts into the file.")
    vertical: bool = Field(
        default=False,
        description="Set lines from top to bottom, the first on the right: Chinese, Japanese.",
    )


class MarginSettings(_Settings):
    """The margins of a page, in millimetres once they are read; None: as the page's size asks."""

    top: Length | None = Field(default=None, description="Above the text; the heads stand in it.")
    bottom: Length | None = Field(
        default=None, description="Below the text; the folios stand in it."
    )
    inner: Length | None = Field(default=None, description="Between the text and the spine.")
    outer: Length | None = Field(default=None, description="Between the text and the fore-edge.")

    def of(self, page: values.PageSize) -> values.Margins:
        """Give all four for a page: what is not said is in proportion to it."""
        high, wide = page.height, page.width
        return values.Margins(
            top=high * values.TOP if self.top is None else self.top,
            bottom=high * values.BOTTOM if self.bottom is None else self.bottom,
            inner=wide * values.INNER if self.inner is None else self.inner,
            outer=wide * values.OUTER if self.outer is None else self.outer,
        )


class PdfSettings(_Settings):
    """Settings of the PDF edition."""

    size: Size = Field(
        default=values.PAGE_SIZES["a5"],
        description='The page: A4, A5, A6, B5, letter, or its sides: "6x9in", "130mm x 200mm".',
    )
    font_size: float = Field(
        default=10.5, ge=6, le=24, allow_inf_nan=False, description="The text's size in points."
    )
    line_height: float = Field(
        default=1.36,
        ge=1,
        le=2,
        allow_inf_nan=False,
        description="From one line of text to the next, as a multiple of the text's size.",
    )
    margins: MarginSettings = Field(
        default=MarginSettings(),
        description="The margins, as lengths; one that is not given is in proportion to the page.",
    )
    gutter: Length | None = Field(
        default=None,
        description="What the binding takes from the inner margin, in addition to it; without it,"
        " it is told from how many pages the text will fill.",
    )
    columns: int = Field(
        default=1, ge=1, le=2, description="Columns in which the text is set: one or two."
    )
    opening: Literal["small-caps", "drop-cap", "plain"] = Field(
        default="small-caps",
        description="How a chapter's first paragraph begins: with a line in small capitals, with a"
        " large initial, or like any other.",
    )
    recto: bool = Field(default=True, description="Begin chapters on a right-hand page.")
    run_on: bool | None = Field(
        default=None,
        description="Begin chapters where the one before ends; without it, two columns do so unless"
        " recto is true.",
    )
    half_title: bool | None = Field(
        default=None,
        description="Put a leaf with the title alone before the title page; without it, a book of"
        " more than 100 pages has one, unless recto is false.",
    )
    figures: Literal["near", "here"] = Field(
        default="near",
        description="Where a figure or a table stands that the page has no room for: near, behind"
        " the paragraphs that fill the page, or here, on the next page, wherever it leaves white.",
    )
    running_heads: Literal["title", "author", "none"] = Field(
        default="title",
        description="What stands above the text of left-hand pages: the book's title or its"
        " author; the chapter's title stands on the right. With none, both stay empty.",
    )
    bleed: Length = Field(
        default=0.0,
        description="How far the sheet goes beyond the trimmed page, on each side.",
    )
    crop_marks: bool = Field(
        default=False, description="Show in the corners where the sheet is trimmed."
    )
    standard: Literal["pdf/a", "pdf/ua"] = Field(
        default="pdf/a",
        description="What the file says it holds to: PDF/A-2b, for archives, or PDF/UA-1, for"
        " readers who cannot see. It is made for both; validators understand one claim at a time.",
    )
    bind: bool = Field(
        default=True,
        description="Lay chapters out by themselves, in parallel, and bind them; without it,"
        " the book is laid out in one piece.",
    )

    @property
    def runs_on(self) -> bool:
        """Tell whether chapters begin where the one before ends."""
        return self.columns > 1 and not self.recto if self.run_on is None else self.run_on

    @model_validator(mode="after")
    def _fits(self) -> Self:
        margins = self.margins.of(self.size)
        wide = self.size.width - margins.inner - margins.outer - (self.gutter or 0)
        high = self.size.height - margins.top - margins.bottom
        if wide < LEAST_WIDTH or high < LEAST_HEIGHT:
            raise ValueError("has margins that leave no room for the text; make them smaller")
        return self


class HtmlSettings(_Settings):
    """Settings of both HTML editions, the file and the site."""

    embed_fonts: bool = Field(
        default=True, description="Put the fonts into the file, or the site's folder."
    )
    address: WebFolder | None = Field(
        default=None,
        description="Where the site will stand on the web; search engines and previews are told.",
    )


Authorship: TypeAlias = Annotated[
    AuthorSettings,
    BeforeValidator(values.name_or_table, json_schema_input_type=str | AuthorSettings),
]
Membership: TypeAlias = Annotated[
    SeriesSettings,
    BeforeValidator(values.name_or_table, json_schema_input_type=str | SeriesSettings),
]


class BookSettings(_Settings):
    """The settings of one book, as they stand in its book.toml."""

    title: Title = Field(description="The book's title: the one key that has to be there.")
    subtitle: Title | None = Field(default=None, description="The book's subtitle.")
    name: FileName | None = Field(
        default=None,
        description="The files are called <name>.epub and so on; without it, as the folder.",
    )
    authors: tuple[Authorship, ...] = Field(
        default=(),
        max_length=100,
        description="Who wrote, edited or translated it: names, or tables with name and role.",
    )
    language: Language = Field(default="en", description="The book's language (BCP 47).")
    identifier: Identifier | None = Field(
        default=None,
        description="An ISBN, or a URI. Without it one is made from title, authors and language.",
    )
    publisher: Title | None = Field(default=None, description="The publisher's name.")
    date: PublicationDate | None = Field(
        default=None, description='When the book was published: 2026, "2026-03" or 2026-03-01.'
    )
    modified: Moment | None = Field(
        default=None,
        description="When it was last changed: a date or date-time, UTC unless it has an offset.",
    )
    rights: Prose | None = Field(default=None, description="Who may do what with the book.")
    description: Prose | None = Field(default=None, description="What the book is about.")
    subjects: tuple[Title, ...] = Field(
        default=(), max_length=100, description="What the book is filed under."
    )
    series: Membership | None = Field(
        default=None, description="The series: its name, or a table with name and number."
    )
    cover: InnerPath | None = Field(
        default=None, description="The cover picture, as a path from the book's folder."
    )
    text: tuple[InnerPath, ...] = Field(
        default=(),
        max_length=10_000,
        description="The source files in reading order; without it, those in text/ by name.",
    )
    dialect: Dialect = Field(
        default="commonmark",
        description="The Markdown of the source files: commonmark, or pandoc's markdown.",
    )
    formats: Annotated[tuple[Format, ...], AfterValidator(values.each_once)] = Field(
        default=USUAL,
        json_schema_extra={"minItems": 1},
        description="What is built when nothing else is asked for.",
    )
    theme: FileName = Field(
        default="classic",
        description="How it looks: classic, modern, or a folder of yours in templates/themes.",
    )
    contents_depth: int = Field(
        default=2, ge=1, le=6, description="Levels of headings in the table of contents."
    )
    clean: CleanSettings = Field(
        default=CleanSettings(), description="Orders to the rules that clean rough text."
    )
    accessibility: AccessibilitySettings | None = Field(
        default=None, description="Who has evaluated the book's accessibility."
    )
    typography: TypographySettings = Field(
        default=TypographySettings(), description="Orders to the rules that set its signs."
    )
    epub: EpubSettings = Field(default=EpubSettings(), description="The EPUB edition.")
    pdf: PdfSettings = Field(default=PdfSettings(), description="The PDF edition.")
    html: HtmlSettings = Field(default=HtmlSettings(), description="The HTML edition.")
