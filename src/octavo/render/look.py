"""What a book's settings say about its look."""

from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from octavo.config import MarginSettings, PageSize

Opening: TypeAlias = Literal["small-caps", "drop-cap", "plain"]


@dataclass(frozen=True, slots=True)
class Look:
    """How a book is to look. Lengths in millimetres, sizes in points."""

    page: PageSize
    font_size: float
    recto: bool  # chapters open on a right-hand page
    line_height: float = 1.36  # times the size of the text
    margins: MarginSettings = field(default_factory=MarginSettings)
    gutter: float | None = None  # None: told from the length of the text
    columns: int = 1
    run_on: bool = False  # chapters begin where the one before ends
    half_title: bool | None = None  # None: told from the length of the text
    figures: Literal["near", "here"] = "near"  # those that the page has no room for
    opening: Opening = "small-caps"
    running_heads: Literal["title", "author", "none"] = "title"  # on left-hand pages
    bleed: float = 0
    crop_marks: bool = False
    vertical: bool = False  # an EPUB's lines run from top to bottom, the first on the right
