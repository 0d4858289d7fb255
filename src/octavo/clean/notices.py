"""The rule for what digital libraries print on the pages of a book, and around it."""

import re
from dataclasses import dataclass, replace
from itertools import islice, pairwise

from octavo.clean.ruled import Lines, Ruled, suspects
from octavo.guidance import Guidance
from octavo.model import Change, Line

_NEAR = 120  # lines with text from either end of the file, in which a notice may stand
_LINES, _LONGEST = 25, 3000  # lines and characters: a longer paragraph is no notice
_APART = 2  # paragraphs between two of a notice that belong to it as well
_SEVERAL = 3  # page notices: as many are furniture and no quotation
_MARKS = 4  # page marks that count on
_DIGITS = re.compile("[0-9]{1,4}")

# Of an archive's notice; one kind alone stands in many a book.
_NAME = re.compile(
    r"gutenberg|internet archive|archive\.org|google|hathi ?trust|jstor|wikisource|wikimedia"
    r"|gallica|faded ?page|zeno\.org|liber ?liber|distributed proofread|pgdp|europeana|e-rara"
    r"|digital librar|digitale bibliothek|bibliothèque numérique|biblioteca digital",
    re.IGNORECASE,
)
_KINDS = (
    re.compile(r"https?:|www\.|\b[a-z-]{3,}\.(?:org|com|net|edu|de|fr|it|ca|au)\b", re.IGNORECASE),
    re.compile(
        r"public domain|domaine public|pubblico dominio|dominio público|gemeinfrei|copyright"
        r"|licen[cs]e|licenza|lizenz|terms (?:of|and)|conditions|nutzungsbedingung|commercial",
        re.IGNORECASE,
    ),
    re.compile(
        r"e-?books?\b|e-?texts?\b|digiti[sz]|digital|numéris|num[ée]rique|scan|proofread"
        r"|transcri|download|télécharg|ascii|utf-8|html|electronic|elektronisch|elettronic",
        re.IGNORECASE,
    ),
)
_META = re.compile(r"[A-Z][\w .#-]{0,30}: ")
_SMALL_PRINT = re.compile(r"\*+ ?END ?\*+ ?THE SMALL PRINT", re.IGNORECASE)
# A line that an archive stamps on pages: the act, and whose it was, or when, or where.
_STAMP = re.compile(
    r"Generated (?:on|at|for|by) .*(?:[0-9]{4}|https?:).*"
    r"|(?:https?://|www\.)?hdl\.handle\.net/\S+|https?://(?:www\.)?archive\.org/(?:details|stream)/\S+"
    r"|Public Domain\b.*(?:https?:|digitized).*"
    r"|This content downloaded from .*[0-9].*|All use subject to .*(?:https?:|terms).*"
    r"|Digiti[sz]ed by (?:the )?\S+(?: \S+){0,2}|in [0-9]{4} with funding from.*"
    r"|Source gallica\.bnf\.fr.*|(?:Downloaded|Retrieved) from https?://\S+.*",
    re.IGNORECASE,
)
# What they begin with, in any case, as the pattern takes it: of "i" and "s" it takes more than two.
_SAME = {"i": "iI\u0130\u0131", "s": "sS\u017f"}
_BEGUN = frozenset(
    one + other
    for pair in "ge ht hd ww pu th al di in so do re".split()
    for one in _SAME.get(pair[0], pair[0] + pair[0].upper())
    for other in _SAME.get(pair[1], pair[1] + pair[1].upper())
) | {"--"}
_FILE = re.compile(r"-{3,} ?File: ?[\w.-]+\.(?:png|jpe?g|tiff?)\b.*")
_PAGE_MARK = re.compile(r" ?(?:\[(?:Pg|Page|p\.|S\.|Seite) ?[0-9]{1,4}\]|\{[0-9]{1,4}\}) ?")


@dataclass(frozen=True, slots=True)
class _Paragraph:
    first: int  # index of its first line
    end: int  # of the line after its last
    named: bool
    kinds: int  # of evidence besides the name


def notices(lines: Lines, guidance: Guidance) -> Ruled:
    """Drop the notices of digital libraries, told by their form.

    Near the ends of the file: paragraphs that name an archive and speak of two more of: an address
    in the web, rights or terms, electronic texts; and what lies between two such. In the small
    print of the 1990s, all down to its end mark. On pages: lines that stamp the page ("Digitized
    by …", "This content downloaded from …"), three of them at least, and page marks that count on
    (`[Pg 12]`, `{12}`). Paragraphs are doubtful. Wrong for a book about such archives.

    >>> from octavo.model import Line, Place
    >>> rows = ["A line.", "Digitized by Google", "and", "Digitized by Google", "so on."] * 2
    >>> lines = tuple(Line(row, Place("a.txt", n)) for n, row in enumerate(rows, 1))
    >>> [line.text for line in notices(lines, Guidance())[0]]
    ['A line.', 'and', 'so on.', 'A line.', 'and', 'so on.']
    """
    stamps = _stamps(lines)
    dropped = {
        **dict.fromkeys(_around(lines, frozenset(stamps)), True),
        **dict.fromkeys(_small_print(lines), False),
        **dict.fromkeys(stamps, False),
    }
    dropped = {
        index: doubtful
        for index, doubtful in dropped.items()
        if not guidance.off("notices", lines[index].place)
    }
    if guidance.concerns(("notices",)):
        ranged = (i for i, line in enumerate(lines) if guidance.ranged("notices", line.place))
        dropped |= dict.fromkeys(ranged, False)
    if all(index in dropped for index, line in enumerate(lines) if line.text.strip()):
        dropped = {}  # nothing would be left: this is no notice
    marked = _marked(lines, guidance)
    if not dropped and not marked:
        return lines, ()
    kept: list[Line] = []
    changes: list[Change] = []
    for index, line in enumerate(lines):
        if index in dropped:
            if line.text.strip():
                changes.append(Change("notices", line.place, line.text, "", dropped[index]))
            if line.text.startswith("\f"):
                kept.append(replace(line, text="\f"))
        elif index in marked:
            changes.append(Change("notices", line.place, line.text, marked[index]))
            kept.append(replace(line, text=marked[index]))
        else:
            kept.append(line)
    return (tuple(kept), tuple(changes)) if changes else (lines, ())


def _around(lines: Lines, stamps: frozenset[int]) -> list[int]:
    """Give the lines of notices near the ends of the file."""
    filled = (at for at, line in enumerate(lines) if at not in stamps and line.text.strip())
    first = list(islice(filled, _NEAR))
    if not first:
        return []
    rest = (at for at in reversed(range(first[-1] + 1, len(lines))) if at not in stamps)
    last = list(islice((at for at in rest if lines[at].text.strip()), _NEAR))[::-1]
    paragraphs = _paragraphs(lines, first + last)
    return _notice(lines, [each for each in paragraphs if each.first <= first[-1]]) + _notice(
        lines, [each for each in paragraphs if each.first > first[-1]]
    )


def _notice(lines: Lines, paragraphs: list[_Paragraph]) -> list[int]:
    sure = [number for number, each in enumerate(paragraphs) if each.named and each.kinds > 1]
    if not sure:
        return []
    likely = [number for number, each in enumerate(paragraphs) if each.named and each.kinds]
    numbers = set(likely)
    for one, other in pairwise(likely):
        if other - one <= _APART + 1:
            numbers.update(range(one, other))
    for number in (min(likely) - 1, max(likely) + 1):
        if 0 <= number < len(paragraphs) and _is_meta(lines, paragraphs[number]):
            numbers.add(number)
    chosen = [paragraphs[number] for number in sorted(numbers)]
    return [index for each in chosen for index in range(each.first, each.end)]


def _paragraphs(lines: Lines, rows: list[int]) -> list[_Paragraph]:
    """Give the paragraphs that have blank lines or stamps around them."""
    found: list[_Paragraph] = []
    at = 0
    while at < len(rows):
        start = at
        while at < len(rows) and rows[at] - rows[start] == at - start:
            at += 1
        first, end = rows[start], rows[at - 1] + 1
        text = " ".join(line.text.strip()[: _LONGEST + 1] for line in lines[first:end])
        short = end - first <= _LINES and len(text) <= _LONGEST
        kinds = sum(1 for kind in _KINDS if kind.search(text)) if short else 0
        found.append(_Paragraph(first, end, short and _NAME.search(text) is not None, kinds))
    return found


def _is_meta(lines: Lines, paragraph: _Paragraph) -> bool:
    rows = [line.text.strip() for line in lines[paragraph.first : paragraph.end]]
    return len(rows) > 1 and all(_META.match(row) for row in rows)


def _small_print(lines: Lines) -> range:
    for index, line in enumerate(lines[: _NEAR * 5]):
        if "*" in line.text and _SMALL_PRINT.search(line.text[:200]):
            named = any(_NAME.search(above.text[:500]) for above in lines[:index])
            return range(index + 1 if named else 0)
    return range(0)


def _stamps(lines: Lines) -> list[int]:
    found: list[int] = []
    files: list[int] = []
    for index, line in enumerate(lines):
        if line.text.lstrip()[:2] in _BEGUN:
            text = line.text.strip()
            if _FILE.fullmatch(text):
                files.append(index)
            elif len(text) < 200 and _STAMP.fullmatch(text):
                found.append(index)
    return [*(found if len(found) >= _SEVERAL else []), *(files if len(files) >= _SEVERAL else [])]


def _marked(lines: Lines, guidance: Guidance) -> dict[int, str]:
    """Give the lines with page marks, without them, if the marks count on."""
    marks = [
        (index, int(number.group()))
        for index in suspects(lines, lambda text: "[" in text or "{" in text)
        for mark in _PAGE_MARK.finditer(lines[index].text)
        if (number := _DIGITS.search(mark.group()))
    ]
    numbers = [number for _, number in marks]
    steps = sum(1 for one, other in pairwise(numbers) if other == one + 1)
    if len(marks) < _MARKS or steps * 4 < (len(marks) - 1) * 3:
        return {}
    return {
        index: _PAGE_MARK.sub(_gap, lines[index].text)
        for index in dict(marks)
        if not guidance.off("notices", lines[index].place)
    }


def _gap(mark: "re.Match[str]") -> str:
    text = mark.group()
    inside = mark.start() > 0 and mark.end() < len(mark.string)
    return " " if inside and (text[0] == " " or text[-1] == " ") else ""
