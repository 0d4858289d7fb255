"""Find headings by wording, capitals, position and the numbers they count with."""

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, TypeAlias

from octavo.model import Evidence, Place
from octavo.structure.measure import Geometry, Region, Row, fill
from octavo.structure.wording import OPENING, starts_large, starts_small

Weighed: TypeAlias = tuple[Evidence, ...]
Kind: TypeAlias = Literal["part", "chapter", "numbered", "titled", "numeral"]

DOUBTFUL = 0.75  # evidence nearer to 0 says little
_WORDS = 14  # a longer line is no heading
_ROMAN = "(?=[MDCLXVI])M{0,3}(?:CM|CD|D?C{0,3})(?:XC|XL|L?X{0,3})(?:IX|IV|V?I{0,3})"
_PARTS = (
    "book part volume buch teil band livre partie libro parte tomo книга часть том الجزء "
    "livro bok del boek deel część księga kniha díl könyv rész kirja osa μέρος βιβλίο cartea "
    "partea kitap kısım розділ частина ספר חלק ภาค भाग"
)
_CHAPTERS = (
    "chapter letter canto act scene section article stave kapitel brief akt abschnitt artikel "
    "gesang chapitre lettre acte chant capítulo capitulo carta capitolo articolo artículo "
    "глава письмо статья hoofdstuk rozdział المادة الفصل artigo artykuł kapitola kapitoly článek "
    "dějství jednání fejezet cikk luku artikkeli kappale kapittel κεφάλαιο άρθρο capitolul "
    "κεφαλαιο articolul bölüm madde глава стаття розділ poglavlje članak поглавље capítol "
    "kafli peatükk skyrius nodaļa פרק סעיף บทที่ ข้อ अध्याय अनुच्छेद"
)
_NAMES = (
    "preface preamble prologue epilogue introduction foreword "
    "afterword appendix contents conclusion "
    "vorwort nachwort einleitung präambel inhalt "
    "préface préambule avant-propos preámbulo introducción prólogo "
    "epílogo prefazione introduzione предисловие введение эпилог 序言 前言 跋 目录 الديباجة"
)
_BY = frozenset(("by", "von", "par", "di", "de", "por", "door", "av", "af"))
_CJK_LABEL = re.compile("第[〇一二三四五六七八九十百千0-9]+[章回節节條条卷部編编話话篇]")
_NUMERAL = re.compile(rf"(?:{_ROMAN}|[0-9]{{1,3}})[.)]?")
_NUMBERED = re.compile(rf"(?:{_ROMAN}|[0-9]{{1,3}})[.:)]? [^\W\d_].*")
_DATE = re.compile(r"\b[0-9]{1,2}\b\D{1,15}\b[0-9]{4}\W*$")  # the line ends with a date
_DIGITS = re.compile(rf"[0-9]+|[〇一二三四五六七八九十百]+|\b{_ROMAN}\b")
_SELDOM = Evidence("few lines are headings", -3.5)
_KINDS: dict[Kind, Evidence] = {
    "part": Evidence("it names a part", 3.5),
    "chapter": Evidence("it names a chapter", 3.5),
    "numeral": Evidence("it is a number alone", 2.5),
    "numbered": Evidence("it begins with a number", 2.0),
}
_CAPITALS = Evidence("it is all in capitals", 2.0)
_TITLE_CASE = Evidence("its long words have capitals", 0.5)
_COUNTED = Evidence("it counts on from lines like it", 3.0)
_STOPPED = Evidence("it ends as a sentence does", -1.5)
_UNSTOPPED = Evidence("it does not end as a sentence does", 1.0)
_FULL_STOP = Evidence("it ends with a full stop", -1.5)
_QUOTED = Evidence("it begins with a quotation mark, bracket or dash", -2.0)
_READS_ON = Evidence("the next line reads on", -4.0)
_OPENS = Evidence("something new begins here anyway", 2.0)
_HEADED = Evidence("the line before is a heading", 1.0)
_WHITE_ABOVE = {
    1: Evidence("there is more white than usual above it", 1.0),
    2: Evidence("there is much more white than usual above it", 1.5),
    3: Evidence("there is far more white than usual above it", 2.0),
}
_DATED = Evidence("it ends with a date", -1.5)
_BELOW = Evidence("there is more white below it than usual", 1.0)
_MUCH_BELOW = Evidence("there is much more white below it than usual", 1.5)
_TIGHT = Evidence("there is no white above or below it", -0.5)
_BEFORE_NUMBER = Evidence("a number follows, as below titles", 1.0)
_SHORT = Evidence("it is short", 0.5)
_CENTRED = Evidence("it stands in the middle", 2.0)
_ASKING = ("?", "!", "？", "！", "؟")  # as a title may end
_LETTERED = re.compile(r"^(\w{2,}) \w{1,3}$")  # with a numeral that is a letter or two
_WORD: dict[Kind, frozenset[str]] = {
    "part": frozenset(_PARTS.split()),
    "chapter": frozenset(_CHAPTERS.split()),
}
_ALONE = frozenset(_NAMES.split())


@dataclass(frozen=True, slots=True)
class Found:
    """A line that is a heading or belongs to one."""

    kind: Kind
    goes_on: bool  # it continues the heading on the line before
    verse_below: bool = False  # it was found by that, not weighed


@dataclass(frozen=True, slots=True)
class Headings:
    """The headings of a region, by row from 0."""

    found: dict[int, Found]
    close: dict[int, Weighed]  # rows that nearly were none, or nearly were some


def find_headings(
    rows: tuple[Row, ...],
    geometry: Geometry,
    taken: frozenset[int],
    series: frozenset[Place],
    opening: int,
) -> Headings:
    """Find the rows that are headings, but for those `taken` otherwise.

    Args:
        rows: of a region.
        geometry: what is usual there.
        taken: rows that are something else.
        series: the places of rows that count, in the whole text, as `series_of` gives them.
        opening: the row that the region begins with; a title may well stand there.
    """
    found: dict[int, Found] = {}
    close: dict[int, Weighed] = {}
    widest = _widest(geometry)
    for index, row in enumerate(rows):
        if row.width > widest or index in taken:
            continue
        headed = index - 1 in found
        weighed = weigh_heading(rows, index, geometry, series, opening, headed=headed)
        if weighed is None:
            continue
        score = sum(each.weight for each in weighed)
        if abs(score) < DOUBTFUL:
            close[index] = weighed
        if score >= 0:
            kind = kind_of(row.text)
            goes_on = headed and _same_heading(rows[index - 1], row, found[index - 1], kind)
            found[index] = Found(found[index - 1].kind if goes_on else kind, goes_on)
    return Headings(found, close)


def weigh_heading(
    rows: tuple[Row, ...],
    index: int,
    geometry: Geometry,
    series: frozenset[Place],
    opening: int,
    *,
    headed: bool,
) -> Weighed | None:
    """Give what speaks for and against a heading; None where the row cannot be one.

    The arguments are those of `find_headings`; `index` is the row's, and `headed` says that the
    row before is a heading.
    """
    row = rows[index]
    after = rows[index + 1] if index + 1 < len(rows) else None
    if after is None or not possible(row, geometry):
        return None
    opens = index == 0 or (index == opening and (row.gap > 0 or row.edge))
    before = None if opens else rows[index - 1]
    kind = kind_of(row.text)
    counted = row.place in series
    expected = before is None or headed or counted or kind in ("part", "chapter")
    if before is not None and not (expected or _may_follow(before, row)):
        return None
    words = _of_words(row, kind, counted=counted)
    return (*words, *_of_place(row, before, after, geometry, headed=headed), _SELDOM)


def kind_of(text: str) -> Kind:
    """Tell what kind of heading a line is, if it is one."""
    words = text.split()
    # "Chapter 4", "Fourth Chapter": the name alone or in running words is none.
    if 2 <= len(words) <= 6:
        first, second = (word.strip(".:—–-").casefold() for word in words[:2])
        for kind, names in _WORD.items():
            if first in names or (len(words) == 2 and second in names):
                return kind
    if _CJK_LABEL.match(text) and len(text) <= 30:
        return "chapter"
    if text.casefold().rstrip(".:") in _ALONE:
        return "chapter"
    if _NUMERAL.fullmatch(text):
        return "numeral"
    return "numbered" if _NUMBERED.fullmatch(text) else "titled"


def series_of(regions: tuple[Region, ...]) -> frozenset[Place]:
    """Give the places of short rows that are the same but for a number in them, three at least."""
    shapes: defaultdict[str, list[Place]] = defaultdict(list)
    texts: defaultdict[str, set[str]] = defaultdict(set)
    for region in regions:
        for row in region.rows:
            if len(row.text) <= 30 and row.width <= region.geometry.measure / 2:
                shape, times = _DIGITS.subn("#", row.text)
                if times != 1:
                    shape, times = _LETTERED.subn(r"\1 #", row.text)
                if times == 1 and len(shape) <= 20:
                    shapes[shape].append(row.place)
                    texts[shape].add(row.text)
    return frozenset(
        place for shape, places in shapes.items() if len(texts[shape]) >= 3 for place in places
    )


def possible(row: Row, geometry: Geometry) -> bool:
    """Tell whether nothing in a row itself forbids that it is a heading."""
    if row.width > _widest(geometry):
        return False
    if row.head.small or row.tail.pauses or row.tail.breaks:
        return False
    return len(row.text.split()) <= _WORDS and any(map(str.isalnum, row.text))


def _widest(geometry: Geometry) -> float:
    return min(90.0, geometry.measure * 0.9) if geometry.wrapped else 90.0


def _may_follow(before: Row, row: Row) -> bool:
    if before.tail.stops:
        return True
    return (
        not before.tail.breaks
        and not before.tail.pauses
        and (row.gap >= 2 or (row.gap >= 1 and before.width < row.width * 3))
    )


def _of_words(row: Row, kind: Kind, *, counted: bool) -> Iterator[Evidence]:
    text = row.text
    if kind != "titled":
        yield _KINDS[kind]
    if kind != "numeral" and _in_capitals(text):
        yield _CAPITALS
    elif kind in ("titled", "numbered") and _title_case(text):
        yield _TITLE_CASE
    if counted:
        yield _COUNTED
    if kind in ("titled", "numbered"):
        if not text.endswith(_ASKING):
            yield _STOPPED if row.tail.stops or row.tail.colon else _UNSTOPPED
        if text.endswith("."):
            yield _FULL_STOP
        if _DATE.search(text):
            yield _DATED
    if text[0] in OPENING or text[0] in "—–―":
        yield _QUOTED


def _in_capitals(text: str) -> bool:
    """Tell whether all letters are capitals, two at least; letters without case do not count."""
    count = 0
    for char in text:
        if char.isalpha() and char.upper() != char.lower():
            if not char.isupper():
                return False
            count += 1
    return count > 1


def _title_case(text: str) -> bool:
    long = [word for word in text.split() if len(word) > 3]
    return bool(long) and sum(starts_large(word) for word in long) * 4 >= len(long) * 3


def _of_place(
    row: Row, before: Row | None, after: Row, geometry: Geometry, *, headed: bool
) -> Iterator[Evidence]:
    if after.head.small and after.gap == 0 and not _is_byline(after.text):
        yield _READS_ON
        return
    if before is None:
        yield _OPENS
    elif headed or (row.gap > geometry.gap and not row.edge):
        white = 0 if row.edge else row.gap - geometry.gap
        yield _HEADED if headed and white < 2 else _WHITE_ABOVE[max(1, min(3, white))]
    if after.gap > geometry.gap and not after.edge:
        yield _MUCH_BELOW if after.gap - geometry.gap > 1 else _BELOW
    elif after.gap == 0 and row.gap == 0 and before is not None and not headed:
        yield _TIGHT
    if headed and _NUMERAL.fullmatch(after.text):
        yield _BEFORE_NUMBER  # a title between the book's and a number
    if fill(row, after, geometry.measure) < 0.7:
        yield _SHORT
    if _centred(row, geometry) and not _centred(after, geometry):
        yield _CENTRED


def _is_byline(text: str) -> bool:
    """Tell whether a line names the author, as "by N. N." does."""
    words = text.split()
    return 2 <= len(words) <= 6 and words[0] in _BY and starts_large(words[1])


def _centred(row: Row, geometry: Geometry) -> bool:
    right = geometry.measure - row.end
    deep = row.indent > max(geometry.indent, geometry.measure / 10)
    return deep and abs(row.indent - right) <= max(4, geometry.measure / 8)


def _same_heading(before: Row, row: Row, found: Found, kind: Kind) -> bool:
    """Tell whether a heading was only broken because it is long."""
    if row.gap or kind != "titled" or found.kind in ("numeral", "part", "chapter"):
        return False
    if starts_small(before.text.rsplit(maxsplit=1)[-1]):
        return True
    return before.text.isupper() and row.text.isupper() and before.width > row.width
