"""The large initial with which a printed chapter begins, and the small capitals that follow it.

The letter is a `<span>` of its own and stays where it was in the text: whoever reads the markup,
and not the page, finds whole words.
"""

import re
import unicodedata

_PARAGRAPH = re.compile(
    r"(?:\A|</h1>)\s*"
    r"(?:<(?P<epigraph>div|blockquote) class=\"epigraph\">"
    r"(?:(?!</(?P=epigraph)>).)*</(?P=epigraph)>\s*)?"
    r"<p(?P<attributes>(?: [\w:-]+=\"[^\"]*\")*)>",
    re.DOTALL,
)
_BEGINNING = re.compile(
    r"(?P<tags>(?:<(?:em|strong|i|b|span|q)\b[^<>]*>)*)"
    r"(?P<quotes>[“”„‟‘’‚‛«»‹›\"'¿¡—–\s]{0,4})"
    r"(?P<letter>[^\W\d_])"
    r"(?P<rest>[^<]*)"
)
_TAG = re.compile(r"<[^<>]*>")
_LEAST = 200  # letters: a shorter paragraph ends beside its initial
_WORDS, _LETTERS = 3, 16  # of the text in small capitals, at most
_DEEP = "QJЦЩДЏ"
_BELOW = {202, 220}  # Unicode's classes of signs below a letter, joined to it or not
_ENDS = ".,;:!?…—–"


def begin(markup: str) -> str:
    """Give a chapter's first paragraph a large initial, if it can have one.

    Only letters that come in two sizes are enlarged: of Latin, Greek, Cyrillic and a few more.
    """
    paragraph = _PARAGRAPH.search(markup)
    found = _BEGINNING.match(markup, paragraph.end()) if paragraph else None
    if paragraph is None or found is None or not _fit(markup, found):
        return markup
    letter, rest = _letter(found["letter"], found["rest"])
    lead = _lead(rest)
    kind = "initial" + " alone" * rest[:1].isspace() + " deep" * _is_deep(letter)
    before = found["quotes"]
    if before.strip():
        before = f'<span class="before">{before}</span>'
    tag = _with_class(paragraph["attributes"])
    head = paragraph[0][: -len(f"<p{paragraph['attributes']}>")]
    return (
        f"{markup[: paragraph.start()]}{head}<p{tag}>{found['tags']}"
        f'<span class="{kind}">{before}{letter}</span>'
        f'<span class="lead">{lead}</span>{rest[len(lead) :]}{markup[found.end() :]}'
    )


def _fit(markup: str, found: re.Match[str]) -> bool:
    if unicodedata.category(found["letter"]) not in ("Lu", "Lt"):
        return False
    end = markup.find("</p>", found.end())
    return len(_TAG.sub("", markup[found.start("letter") : end])) >= _LEAST


def _letter(letter: str, rest: str) -> tuple[str, str]:
    """Give the letter with its accents, and the Dutch IJ undivided; and what follows."""
    count = next((at for at, c in enumerate(rest) if not unicodedata.combining(c)), len(rest))
    if letter == "I" and rest.startswith("J") and not rest[1:2].isupper():
        count = 1
    return letter + rest[:count], rest[count:]


def _is_deep(letter: str) -> bool:
    """Tell whether a letter reaches below the line, and would touch the one that follows."""
    parts = unicodedata.normalize("NFD", letter)
    return any(part in _DEEP or unicodedata.combining(part) in _BELOW for part in parts)


def _lead(text: str) -> str:
    """Give the words in small capitals: the first, and some that follow it."""
    end = 0
    for count, word in enumerate(re.finditer(r"\s*\S+(?=\s)", text), 1):
        if count > _WORDS or (end and word.end() > _LETTERS):
            break
        end = word.end()
        if word[0][-1] in _ENDS:
            break
    return text[:end]


def _with_class(attributes: str) -> str:
    if ' class="' in attributes:
        return attributes.replace(' class="', ' class="begun ', 1)
    return f'{attributes} class="begun"'
