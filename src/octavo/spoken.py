"""Formulas as words, for those who hear them: MathML to a line of text.

Letters and signs stand for themselves, which screen readers know; words say what only the places
of the letters show, such as a fraction's bar.
"""

import unicodedata
from collections.abc import Mapping
from xml.etree.ElementTree import Element, ParseError, fromstring

_SILENT = frozenset("\u2061\u2062\u2063\u2064")  # apply, times, separator, plus that are not seen
_DEEPEST = 100


def spoken(mathml: str, words: Mapping[str, str]) -> str:
    """Say a formula; "" if it is no MathML, or deeper than a hundred elements.

    Args:
        mathml: a `<math>` element.
        words: in the language of the text, for `over`, `power`, `subscript`, `root_of`, `from`
            and `up_to`; what is missing is said with a comma.

    >>> words = {name: name for name in ("over", "power", "subscript", "root_of", "from", "up_to")}
    >>> spoken("<math><mfrac><mn>1</mn><mrow><mi>n</mi><mo>+</mo><mn>1</mn></mrow></mfrac></math>",
    ...        words)
    '1 over (n + 1)'
    """
    try:
        return " ".join(_said(fromstring(mathml), words, 0).split())
    except (ParseError, RecursionError):
        return ""


def _said(node: Element, words: Mapping[str, str], depth: int) -> str:
    if depth > _DEEPEST:
        raise RecursionError
    name = node.tag.rpartition("}")[2]
    parts = [_said(child, words, depth + 1) for child in node]
    if not parts:
        return "".join(char for char in node.text or "" if char not in _SILENT)
    if parts[0] in _SUMMED:
        name = _LIMITS.get(name, name)
    if name in _JOINED and len(parts) == len(_JOINED[name]) + 1:
        return _with_words(parts, [words.get(each, ",") for each in _JOINED[name]])
    if name == "msqrt":
        return f"{words.get('root_of', '√')} {_grouped(' '.join(parts))}"
    return " ".join(parts)


# Signs whose indices are where they begin and end, though a line of text sets them beside.
_SUMMED = frozenset("∑∏∐∫∬∭∮⋀⋁⋂⋃")
_LIMITS = {"msub": "munder", "msup": "mover", "msubsup": "munderover"}
# What stands between the parts of an element.
_JOINED = {
    "mfrac": ("over",),
    "msup": ("power",),
    "msub": ("subscript",),
    "msubsup": ("subscript", "power"),
    "munder": ("from",),
    "mover": ("up_to",),
    "munderover": ("from", "up_to"),
}


def _with_words(parts: list[str], between: list[str]) -> str:
    said = [_grouped(parts[0])]
    for word, part in zip(between, parts[1:], strict=True):
        if part and unicodedata.combining(part[0]):  # an accent
            said[-1] = unicodedata.normalize("NFC", said[-1] + part)
        else:
            said += [word, _grouped(part)]
    return " ".join(said)


def _grouped(text: str) -> str:
    """Put parentheses around what is more than one thing."""
    return f"({text})" if " " in text.strip() else text
