"""Mark the words of a listing by their kind. The only user of Pygments.

Pandoc could do it too, but reads every language it knows for each file with a listing: half a
second, where the conversion itself takes thirty milliseconds.
"""

from lxml import etree

from octavo.chapters.markup import Element

# Lexers are regular expressions; these are the common ones, and short of nothing exotic.
LANGUAGES = frozenset(
    "bash c console cpp css diff docker go haskell html ini java javascript json kotlin lua make"
    " perl php python r ruby rust scheme sh sql svg swift tex toml typescript xml"
    " yaml".split()
)
_MOST_LETTERS = 20_000  # a longer one is set plain

# Only what a printed page can show without colour: keywords bold, comments quiet.
_KINDS = (("Token.Keyword", "kw"), ("Token.Comment", "co"), ("Token.Literal.String", "st"))


def mark_words(code: Element, language: str) -> None:
    """Put spans around keywords (`kw`), comments (`co`) and strings (`st`) of a plain listing."""
    text = code.text or ""
    if language not in LANGUAGES or len(code) or not 0 < len(text) <= _MOST_LETTERS:
        return
    from pygments.lexers import get_lexer_by_name

    lexer = get_lexer_by_name(language, stripnl=False, ensurenl=False)
    code.text = ""
    for token, words in lexer.get_tokens(text):
        _add(code, words, _kind(str(token)))


def _kind(token: str) -> str | None:
    return next((name for start, name in _KINDS if token.startswith(start)), None)


def _add(code: Element, words: str, kind: str | None) -> None:
    last = code[-1] if len(code) else None
    if kind is None:
        if last is None:
            code.text = (code.text or "") + words
        else:
            last.tail = (last.tail or "") + words
    elif last is not None and last.get("class") == kind and not last.tail:
        last.text = (last.text or "") + words
    else:
        etree.SubElement(code, "span", {"class": kind}).text = words
