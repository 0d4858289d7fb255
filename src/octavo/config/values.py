"""Single values of book.toml: what is written → what is meant. ValueError says what to write."""

import datetime
import re
import unicodedata
from dataclasses import dataclass
from pathlib import PurePosixPath

from octavo.model import FORMATS, Format

TITLE_LIMIT = 500  # characters
PROSE_LIMIT = 5000  # characters
EARLIEST = datetime.datetime(1980, 1, 1, tzinfo=datetime.UTC)
LATEST = datetime.datetime(2107, 12, 31, 23, 59, 58, tzinfo=datetime.UTC)

_BIDI_CONTROLS = "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"  # Unicode: Bidi_Control
_HIDDEN = re.compile(f"[{_BIDI_CONTROLS}\ufdd0-\ufdef]")
_NAME_REFUSED = '/\\:*?"<>|'  # what one of the common file systems refuses in a name

# RFC 5646, section 2.1, without the registered exceptions and four-letter reserved subtags.
_LANGUAGE = re.compile(
    r"(?P<language>[a-z]{2,3})(?P<extended>(?:-[a-z]{3}){0,3})"
    r"(?:-(?P<script>[a-z]{4}))?(?:-(?P<region>[a-z]{2}|[0-9]{3}))?"
    r"(?P<rest>(?:-(?:[a-z0-9]{5,8}|[0-9][a-z0-9]{3}))*"
    r"(?:-[0-9a-wy-z](?:-[a-z0-9]{2,8})+)*(?:-x(?:-[a-z0-9]{1,8})+)?)",
    re.ASCII,
)
_WEB = re.compile(r"https?://[\w.-]+(?::\d{1,5})?(?:/[\w.~!$&'()*+,;=:@%/-]*)?")  # a folder's
# RFC 3986, section 2: the characters of a URI; section 3.1: its scheme.
_URI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[A-Za-z0-9._~:/?#\[\]@!$&'()*+,;=%-]+")
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_ISBN = re.compile(r"(?:urn:isbn:|isbn[ :]*)?([0-9][0-9 -]*[0-9xX])", re.IGNORECASE)
_DATE = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?")
_SIZE = re.compile(
    r"([0-9]+(?:\.[0-9]+)?) *(mm|cm|in|pt)? *[x×] *([0-9]+(?:\.[0-9]+)?) *(mm|cm|in|pt)"
)
_LENGTH = re.compile(r"([0-9]+(?:\.[0-9]+)?) *(mm|cm|in|pt)")
_MILLIMETRES = {"mm": 1.0, "cm": 10.0, "in": 25.4, "pt": 25.4 / 72}


@dataclass(frozen=True, slots=True)
class PageSize:
    """The size of a page after trimming."""

    width: float  # millimetres
    height: float  # millimetres


@dataclass(frozen=True, slots=True)
class Margins:
    """What is left white around the text of a page, in millimetres."""

    top: float
    bottom: float
    inner: float  # on the side of the spine
    outer: float


PAGE_SIZES = {
    "a4": PageSize(210, 297),
    "a5": PageSize(148, 210),
    "a6": PageSize(105, 148),
    "b5": PageSize(176, 250),
    "letter": PageSize(215.9, 279.4),
}
NARROWEST, WIDEST = 70.0, 1000.0  # millimetres of a page's side
LONGEST = 200.0  # millimetres of a margin
# Margins in proportion to the page's height or width, so that any size keeps its form.
TOP, BOTTOM, INNER, OUTER = 0.10, 0.125, 0.115, 0.135


def line_of_text(value: str) -> str:
    """Strip a title or name; refuse what would not show, or not stand in XML."""
    return _bounded(value.strip(), TITLE_LIMIT)


def prose(value: str) -> str:
    """Join the lines of a longer text by single spaces; refuse what `line_of_text` refuses."""
    return _bounded(" ".join(value.split()), PROSE_LIMIT)


def file_name(value: str) -> str:
    """Refuse a name that some file system does not take."""
    name = line_of_text(value)
    if len(name.encode()) > 100:
        raise ValueError("is longer than 100 bytes")
    bad = next((char for char in name if char in _NAME_REFUSED), None)
    if bad:
        raise ValueError(f"is used for file names and may not hold {bad}")
    if name[0] in ".-~" or name[-1] == ".":
        raise ValueError("is used for file names and may not begin with . - or ~ or end with .")
    return name


def role(value: str) -> str:
    """Refuse what has not the shape of a MARC relator code."""
    if not re.fullmatch("[a-z]{3}", value):
        raise ValueError("is no MARC relator code; write three letters, such as aut, edt or trl")
    return value


def inner_path(value: object) -> PurePosixPath:
    """Refuse a path that is absolute or leads out of the book's folder by its spelling."""
    if isinstance(value, PurePosixPath):
        value = str(value)
    path = PurePosixPath(_bounded(_only_text(value), TITLE_LIMIT))
    value = str(path)
    if "\\" in value:
        raise ValueError("has a backslash; write / between folders, on Windows too")
    if path.is_absolute() or re.match("[A-Za-z]:", value) or ".." in path.parts:
        raise ValueError(
            "leads out of the book's folder; put the file inside and name it from there"
        )
    if not path.parts:
        raise ValueError("names no file")
    return path


def language(value: str) -> str:
    """Check the shape of a language tag (BCP 47) and write it with the usual capitals."""
    tag = value.strip()
    found = _LANGUAGE.fullmatch(tag.lower()) if len(tag) <= 64 and tag.isascii() else None
    if not found:
        proposal = tag.replace("_", "-")
        if proposal != tag and _LANGUAGE.fullmatch(proposal.lower()):
            raise ValueError(f'is no language tag; did you mean "{language(proposal)}"?')
        raise ValueError('is no language tag; write one such as "en", "de-AT" or "zh-Hant"')
    parts = [found["language"] + found["extended"]]
    parts += [found["script"].title()] if found["script"] else []
    parts += [found["region"].upper()] if found["region"] else []
    return "-".join(parts) + found["rest"]


def identifier(value: object) -> str:
    """Make an ISBN (a number or text) or a bare UUID a URI; leave a URI as it is."""
    number = isinstance(value, int) and not isinstance(value, bool) and 0 < value < 10**13
    text = str(value) if number else _only_text(value).strip()
    isbn = _ISBN.fullmatch(text)
    if isbn:
        return f"urn:isbn:{_isbn(isbn[1])}"
    if _UUID.fullmatch(text):
        return f"urn:uuid:{text.lower()}"
    if len(text) > TITLE_LIMIT or not _URI.fullmatch(text):
        raise ValueError("is neither an ISBN nor a URI such as https://… or urn:…")
    return text


def web_address(value: str) -> str:
    """Refuse what is no address of a web page."""
    text = value.strip()
    if len(text) > TITLE_LIMIT or not re.fullmatch(r"https?://[!-;=?-~]+", text):
        raise ValueError("is no address of a web page such as https://…")
    return text


def publication_date(value: object) -> str:
    """Give a year, month or day as W3C-DTF: 2026, 2026-03 or 2026-03-01."""
    if isinstance(value, datetime.date) and not isinstance(value, datetime.datetime):
        return value.isoformat()
    text = f"{value:04d}" if _whole(value) else value
    found = _DATE.fullmatch(text.strip()) if isinstance(text, str) else None
    if not found:
        raise ValueError('is no date; write a year, "2026-03" or 2026-03-01')
    try:
        datetime.date(int(found[1]), int(found[2] or 1), int(found[3] or 1))
    except ValueError as error:
        raise ValueError(f"is no date of the calendar: {found[0]}") from error
    return found[0]


def modified_moment(value: object) -> datetime.datetime:
    """Give a moment in UTC and whole seconds; one without an offset is taken as UTC."""
    try:
        given = datetime.datetime.fromisoformat(value.strip()) if isinstance(value, str) else value
        if isinstance(given, datetime.date) and not isinstance(given, datetime.datetime):
            given = datetime.datetime(given.year, given.month, given.day)
        if not isinstance(given, datetime.datetime):
            raise ValueError
        there = given if given.tzinfo else given.replace(tzinfo=datetime.UTC)
        moment = there.astimezone(datetime.UTC).replace(microsecond=0)
    except (ValueError, OverflowError) as error:
        raise ValueError("is no moment; write one such as 2026-03-01T12:00:00Z") from error
    if not EARLIEST <= moment <= LATEST:
        raise ValueError("lies outside 1980 to 2107, and an EPUB can hold no other")
    return moment


def page_size(value: object) -> PageSize:
    """Understand a paper size by its name or by its sides, such as 130mm x 200mm."""
    if isinstance(value, PageSize):
        return value
    text = _only_text(value).strip().lower()
    if text in PAGE_SIZES:
        return PAGE_SIZES[text]
    found = _SIZE.fullmatch(text) if len(text) <= 40 else None
    if not found:
        names = ", ".join(name.title() for name in PAGE_SIZES)
        raise ValueError(f'is no page size; write {names} or sides such as "130mm x 200mm"')
    unit = _MILLIMETRES[found[4]]
    width = float(found[1]) * (_MILLIMETRES[found[2]] if found[2] else unit)
    height = float(found[3]) * unit
    if not (NARROWEST <= width <= WIDEST and NARROWEST <= height <= WIDEST):
        raise ValueError(f"has a side outside {NARROWEST:g} mm to {WIDEST:g} mm")
    return PageSize(round(width, 3), round(height, 3))


def length(value: object) -> float:
    """Understand a length on paper, such as 20mm or 0.75in; give millimetres."""
    if isinstance(value, float):  # one of ours
        return value
    text = _only_text(value).strip().lower()
    found = _LENGTH.fullmatch(text) if len(text) <= 20 else None
    if not found:
        raise ValueError('is no length; write one such as "20mm" or "0.75in"')
    millimetres = round(float(found[1]) * _MILLIMETRES[found[2]], 3)
    if millimetres > LONGEST:
        raise ValueError(f"is longer than {LONGEST:g} mm")
    return millimetres


def each_once(formats: tuple[Format, ...]) -> tuple[Format, ...]:
    """Give the formats in the order of the table, none of them twice."""
    if not formats:
        raise ValueError("is empty")
    return tuple(known for known in FORMATS if known in formats)


def web_folder(text: str) -> str:
    """Give the address of a folder on the web; it ends with a slash."""
    _bounded(text, 500)
    if not _WEB.fullmatch(text):
        raise ValueError('is no address on the web; write one such as "https://example.org/book/"')
    return text if text.endswith("/") else f"{text}/"


def name_or_table(value: object) -> object:
    """Make a bare name a table with a name."""
    if isinstance(value, str):
        return {"name": value}
    if isinstance(value, list | tuple | int | float | datetime.date | datetime.time):
        raise ValueError('has to be a name in quotes, or a table such as {name = "…"}')
    return value


def _only_text(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError("has to be text in quotes")
    return value


def _bounded(text: str, limit: int) -> str:
    if not text:
        raise ValueError("is empty")
    if len(text) > limit:
        raise ValueError(f"is longer than {limit} characters")
    for char in text:
        unshowable = unicodedata.category(char) in {"Cc", "Cs", "Zl", "Zp"}
        if unshowable or _HIDDEN.match(char) or ord(char) & 0xFFFE == 0xFFFE:
            raise ValueError(f"holds the character U+{ord(char):04X}, which may not stand in it")
    return text


def _isbn(written: str) -> str:
    digits = written.replace("-", "").replace(" ", "").upper()
    # ISO 2108: modulus 11 with weights 10 to 1, and modulus 10 with weights 1 and 3.
    if len(digits) == 10:
        values = [10 if digit == "X" else int(digit) for digit in digits]
        right = (
            sum(weight * value for weight, value in zip(range(10, 0, -1), values, strict=True)) % 11
        )
    elif len(digits) == 13 and digits.isdigit():
        right = sum(int(digit) * (3 if at % 2 else 1) for at, digit in enumerate(digits)) % 10
    else:
        raise ValueError("is no ISBN: it has 10 or 13 digits")
    if right:
        raise ValueError("is no ISBN: its check digit does not fit, so a digit is wrong")
    return digits


def _whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= 9999
