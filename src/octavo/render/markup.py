"""What an edition does to a chapter's markup. It is our own serialiser's, so its form is known."""

import re
from collections.abc import Collection, Mapping
from html import escape

from octavo.formulas import Formula, draw
from octavo.model import Chapter, Note, Resource
from octavo.spoken import spoken

# Attributes up to the one that is looked for: what only looks like it may stand inside another.
_BEFORE = r'(?: [\w:.-]+="[^"]*")*?'
_IMAGE = re.compile(rf'(<img{_BEFORE} src=")([^"]*)"')
_LINK = re.compile(rf'(<a{_BEFORE} href=")#([^"]*)"')
_VOID_END = re.compile(r"(<(?:br|col|hr|img|input|link|meta|wbr)\b[^<>]*?) ?/>")
_LANGUAGE = re.compile(rf'(<[A-Za-z][A-Za-z0-9]*{_BEFORE} lang="([^"]*)")')


def relocate(markup: str, addresses: Mapping[str, str]) -> str:
    """Give images the addresses they have in the edition."""
    return _IMAGE.sub(lambda found: f'{found[1]}{addresses[found[2]]}"', markup)


def say_language(markup: str) -> str:
    """Say a language as XML does, too: not every reading system knows HTML's way."""
    return _LANGUAGE.sub(r'\1 xml:lang="\2"', markup)


def without_slashes(page: str) -> str:
    """End empty elements as HTML does, which has no use for the slash XML needs."""
    return _VOID_END.sub(r"\1>", page)


def say_types(markup: str) -> str:
    """Say of a note's mark and backlink what they are in EPUB's words, too.

    Some reading systems open a note over the text only for these.
    """
    return _NOTE_LINK.sub(r'\1 epub:type="\3"\2', markup)


_NOTE_LINK = re.compile(r'(<a class="(?:noteref|backlink)")( role="doc-(noteref|backlink)")')


def join_lines(markup: str) -> str:
    """Put a space where a line of the source ends: repeated words are packed smaller so.

    Not in listings, nor behind the characters of Chinese and Japanese: a browser takes the end of a
    line away between two of them.
    """
    return _LISTING_OR_END.sub(lambda found: found[1] or " ", markup)


_LISTING_OR_END = re.compile(
    r"(<pre\b.*?</pre>)|(?<![>\n\u2e80-\ua4cf\uf900-\ufaff\ufe30-\uffef])\n(?![<\n])", re.DOTALL
)


def demote(markup: str) -> str:
    """Beside the book's own title a chapter's heading has level 2."""
    return re.sub(r"<(/?)h([1-5])\b", lambda m: f"<{m[1]}h{int(m[2]) + 1}", markup)


def cross_files(markup: str, here: str, homes: Mapping[str, str]) -> str:
    """Send links to the files their targets stand in; `homes` knows the file of every id."""

    def target(found: re.Match[str]) -> str:
        home = homes.get(found[2], here)
        return f'{found[1]}{"" if home == here else home}#{found[2]}"'

    return _LINK.sub(target, markup)


def refer_to_pages(markup: str, front: Collection[str]) -> str:
    """Mark links that ask for the number of the page they lead to with the class `paged`.

    If that page is one of the front matter, whose folios are Roman numerals, also with `front`.

    Args:
        markup: a chapter's.
        front: the ids of the front matter.
    """

    def marked(found: re.Match[str]) -> str:
        target, classes = _LINK.search(found[0]), _CLASSES.search(found[0])
        if target is None or classes is None or "page" not in classes[1].split():
            return found[0]
        named = f"{classes[1]} paged" + " front" * (target[2] in front)
        return found[0].replace(classes[0], f' class="{named}"')

    return _LINK_TAG.sub(marked, markup)


_LINK_TAG = re.compile(r"<a [^<>]*>")
_CLASSES = re.compile(r' class="([^"]*)"')


def numbered(note: Note) -> str:
    """A note that begins with its number, which leads back to the text."""
    back = (
        f'<a class="backlink" role="doc-backlink" href="#{note.references[0]}">{note.number}</a> '
        if note.references
        else ""
    )
    if note.html.startswith("<p>"):
        return f"<p>{back}{note.html[3:]}"
    return f"<p>{back}</p>{note.html}"


_OF_TEXT = 0.9  # the formulas' letters are larger than the text's at the same size
_BLOCK_TAG = re.compile(r"<(/?)(p|div|blockquote|ul|ol|li|dl|dt|dd)\b")
_MARK = re.compile(r'<a class="noteref" role="doc-noteref" id="([^"]*)"[^>]*>\d+</a>')
_NOT_AT_FOOT = re.compile(r"<(aside|details|figure|h[1-6]|hr|pre|section|table)\b")


def at_foot(chapter: Chapter) -> tuple[str, list[Note]]:
    """Put the notes where their first marks are; give those that cannot stand at a page's foot.

    In a paragraph only text may stand, so the blocks of a note become spans that name their kind.
    """
    left = [note for note in chapter.notes if _NOT_AT_FOOT.search(note.html)]
    feet = {note.references[0]: note for note in chapter.notes if note.references}
    for note in left:
        feet.pop(note.references[0], None)

    def place(mark: re.Match[str]) -> str:
        note = feet.get(mark[1])
        return mark[0] if note is None else _foot(note)

    return _MARK.sub(place, chapter.html), left


def _foot(note: Note) -> str:
    spans = _BLOCK_TAG.sub(
        lambda tag: "</span" if tag[1] else f'<span data-block="{tag[2]}"',
        note.html.replace("\n", " "),  # WeasyPrint breaks a line at each of them in such a span
    )
    # Its number is said, not counted: a note that cannot stand here has one as well.
    return f'<span class="footnote" data-number="{note.number}" id="{note.id}">{spans}</span>'


def draw_formulas(markup: str, drawn: dict[str, Resource], words: Mapping[str, str]) -> str:
    """Put drawings in the place of formulas, and add them to `drawn`.

    For one that cannot be drawn its source stands, which is better than its letters in a row.

    Args:
        markup: of a chapter.
        drawn: the drawings by name.
        words: in which formulas are said to those who do not see them.
    """

    def image(found: re.Match[str]) -> str:
        said, display = _ALTERNATIVE.match(found[1]), _DISPLAY.match(found[1])
        source, kind = said[1] if said else "", "display" if display else "inline"
        formula = draw(found[0])
        if formula is None:
            return f'<span class="formula {kind}">{source}</span>' if source else found[0]
        drawn[formula.resource.name] = formula.resource
        said_aloud = escape(spoken(found[0], words), quote=True) or source
        return _formula_image(formula, kind, said_aloud)

    return _FORMULA.sub(image, markup)


_FORMULA = re.compile(r"(<math\b[^>]*>).*?</math>", re.DOTALL)
_ALTERNATIVE = re.compile(rf'<math{_BEFORE} alttext="([^"]*)"')
_DISPLAY = re.compile(rf'<math{_BEFORE} display="block"')


def _formula_image(formula: Formula, kind: str, words: str) -> str:
    width, height, depth = (
        _OF_TEXT * each for each in (formula.width, formula.height, formula.depth)
    )
    return (
        f'<img role="math" class="formula {kind}" alt="{words}"'
        f' src="octavo:{formula.resource.name}"'
        f' style="width: {width:.3f}em; height: {height:.3f}em;'
        f' vertical-align: {-depth:.3f}em"/>'
    )
