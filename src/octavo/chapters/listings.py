"""Mark the words of a listing by their kind. The only user of Pygments.

Pandoc could do it too, but reads every language it knows for each file with a listing: half a
second, where the conversion itself takes thirty milliseconds.
"""

from lxml import etree

from octavo.chapters.markup import Element

# Lexers are regular expressions; these are the common ones, and short of nothing exotic.
LANGUAGES = frozenset(
    "bash c console cpp css diff docker go haskell html ini java javascript json kotlin lua make"
    " perl php python r ruby rust scheme sh sql swift tex toml typescript xml"
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

    # Some lexers want a line feed at the end, and drop the line that has none.
    lexer = get_lexer_by_name(language, stripnl=False)
    found = [(str(token), words) for token, words in lexer.get_tokens(text)]
    if "".join(words for _, words in found).removesuffix("\n") != text.removesuffix("\n"):
        return  # the lexer changed the text
    code.text = ""
    for token, words in found:
        _add(code, words, _kind(token))
    if not text.endswith("\n"):
        _drop_last_line_feed(code)


def _drop_last_line_feed(code: Element) -> None:
    last = code[-1] if len(code) else None
    if last is None:
        code.text = (code.text or "").removesuffix("\n")
    elif last.tail:
        last.tail = last.tail.removesuffix("\n")
    else:
        last.text = (last.text or "").removesuffix("\n")


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
