"""The signs of a language, from languages.toml."""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, TypeAlias

NO_BREAK = "\u00a0"
NARROW = "\u202f"  # no break either
JOINER = "\u2060"

# A place in a text, from its first character up to the one after its last, and what belongs there.
Edit: TypeAlias = tuple[int, int, str]


@dataclass(frozen=True, slots=True)
class Signs:
    """How a language is set. A pair of quotation marks is the opening and the closing one."""

    double: str
    single: str
    inner: str  # of single ones between double ones
    spaced: str  # the dash between spaces
    closed: str  # the dash between words
    narrow: str = ""  # signs with a narrow space before them; inside of « and »
    elisions: frozenset[str] = frozenset()  # in small letters, without the apostrophe
    references: tuple[str, ...] = ()  # in small letters, without the full stop
    prepositions: str = ""  # letters that are words, small ones
    alone: bool = False  # nothing is altered


@cache
def signs_of(language: str, quotes: str | None = None) -> Signs:
    """Give the signs of a language (BCP 47); of one that is not known, the common ones.

    Args:
        language: with or without a region.
        quotes: the four quotation marks to take: opening, closing, inner opening, inner closing.
    """
    tables = _tables()
    first, *others = language.lower().replace("_", "-").split("-")
    row = {**tables["default"], **tables.get(first, {})}
    for each in others:
        row |= tables.get(f"{first}-{each}", {})
    if quotes is not None:
        row |= {"double": quotes[:2], "single": quotes[2:], "inner": quotes[2:]}
    return Signs(
        double=row["double"],
        single=row["single"],
        inner=row.get("inner", row["single"]),
        spaced=row["spaced"],
        closed=row["closed"],
        narrow=row.get("narrow", ""),
        elisions=frozenset(row.get("elisions", "").split()),
        references=tuple(sorted(row["references"].split(), key=len, reverse=True)),
        prepositions=row.get("prepositions", ""),
        alone=row.get("alone", False),
    )


@cache
def _tables() -> dict[str, dict[str, Any]]:
    text = Path(__file__).with_name("languages.toml").read_text(encoding="utf-8")
    return {name.lower(): row for name, row in tomllib.loads(text).items()}
