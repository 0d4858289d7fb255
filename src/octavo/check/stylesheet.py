"""The addresses in a style sheet, found without following any.

A tokenizer after CSS Syntax Level 3, section 4, reduced to what can hide an address: comments,
strings, escapes and functions. It reads every character once.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

_ESCAPE = r"\\(?:[0-9a-fA-F]{1,6}\s?|.)"
# `++` and `*+` give nothing back: no input makes the search go over a text twice.
_TOKEN = re.compile(
    r"/\*(?:.*?\*/|.*)"
    rf"|(?P<string>\"(?:[^\"\\\n]+|{_ESCAPE})*+\"?|'(?:[^'\\\n]+|{_ESCAPE})*+'?)"
    rf"|(?P<word>@?(?:[-\w\x80-\U0010ffff]+|{_ESCAPE})++)(?P<call>\()?"
    r"|(?P<open>[(\[{])|(?P<close>[)\]}])|(?P<end>;)",
    re.DOTALL,
)
_UNQUOTED = re.compile(rf"\s*+(?P<address>(?![\"'])(?:[^)\\]+|{_ESCAPE})*+)\)?", re.DOTALL)
_ESCAPED = re.compile(r"\\(?:([0-9a-fA-F]{1,6})\s?|(.))", re.DOTALL)

# A bare string inside one of these is an address (CSS Images 4, CSS Values 5).
_TAKING_ADDRESSES = {"url", "src", "image", "image-set", "-webkit-image-set", "cross-fade"}


@dataclass(frozen=True, slots=True)
class Address:
    """An address in a style sheet."""

    text: str  # without quotes and escapes
    line: int  # counted from 1


def addresses(css: str) -> Iterator[Address]:
    """Give every address that a style sheet would load: `url(…)`, `@import`, `image-set`."""
    within: list[str] = []  # the functions and brackets that are open
    rule = ""  # the at-rule whose prelude this is
    line, counted, position = 1, 0, 0
    while token := _TOKEN.search(css, position):
        line += css.count("\n", counted, token.start())
        counted, position = token.start(), token.end()
        if token["call"]:
            within.append(_unescape(token["word"]).lower())
            if within[-1] == "url" and (bare := _UNQUOTED.match(css, position)):
                within.pop()
                position = bare.end()
                if rule != "@namespace":
                    yield Address(_unescape(bare["address"]).strip(), line)
        elif token["word"]:
            rule = _unescape(token["word"]).lower() if token["word"][0] == "@" else rule
        elif token["string"]:
            taken = bool(within) and within[-1] in _TAKING_ADDRESSES
            if rule != "@namespace" and (taken or rule == "@import"):
                yield Address(_unescape(token["string"][1:].removesuffix(token["string"][0])), line)
        elif token["open"]:
            within.append(token["open"])
        elif token["close"] and within:
            within.pop()
        if token["end"] or token["open"] == "{":
            rule = ""


def _unescape(text: str) -> str:
    def character(escape: re.Match[str]) -> str:
        if not escape[1]:
            return "" if escape[2] == "\n" else escape[2]
        code = int(escape[1], 16)
        return chr(code) if 0 < code <= 0x10FFFF else "\ufffd"

    return _ESCAPED.sub(character, text) if "\\" in text else text
