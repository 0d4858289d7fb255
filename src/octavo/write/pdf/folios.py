"""Folios, laid out apart from the pages they stand on: a chapter knows nothing of its neighbours.

A block holds the folios of neighbouring numbers on pages without text, drawn by the same rules as
the chapters' pages. It depends on the style alone, so that an edit that moves pages finds it ready.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from octavo.model import Direction
from octavo.write.pdf.sheets import Leaf, Piece, Side

_BLOCK = 32  # numbers; of the first block, which is all that front matter needs, a fourth


@dataclass(frozen=True, slots=True, order=True)
class Folio:
    """What stands on a page because of its number."""

    name: str  # the CSS page's
    side: Side
    number: int  # counted from 1


@dataclass(frozen=True, slots=True)
class Block:
    """Folios that are laid out together."""

    folios: tuple[Folio, ...]  # in the order of the piece's pages; blank ones are not counted
    piece: Piece


def of_leaf(leaf: Leaf, number: int) -> Folio:
    """Give the folio of a page that is not blank."""
    return Folio(leaf.name, leaf.side, number)


def blocks(wanted: Iterable[Folio], language: str, direction: Direction) -> tuple[Block, ...]:
    """Give the blocks in which folios are found; each of them whole, whatever of it is wanted."""
    found = {(each.name, _odd(each), _block(each.number)): None for each in sorted(wanted)}
    return tuple(_laid(name, odd, block, language, direction) for name, odd, block in found)


def with_total(css: str, pages: int) -> str:
    """Say how many pages the book has, which its folios alone cannot know."""
    return re.sub(r"counters?\(\s*pages\s*(,[^)]*)?\)", f'"{pages}"', css)


def _odd(folio: Folio) -> Side:
    """Give the side on which odd numbers stand."""
    if folio.number % 2:
        return folio.side
    return "left" if folio.side == "right" else "right"


def _block(number: int) -> range:
    if number <= _BLOCK // 4:
        return range(1, _BLOCK // 4 + 1)
    first = (number - 1) // _BLOCK * _BLOCK
    return range(max(first, _BLOCK // 4) + 1, first + _BLOCK + 1)


def _laid(name: str, odd: Side, block: range, language: str, direction: Direction) -> Block:
    even: Side = "left" if odd == "right" else "right"
    folios = tuple(Folio(name, odd if number % 2 else even, number) for number in block)
    page = f"page: {name}; " if name else ""
    pages = "".join(f'<div style="{page}break-before: page; height: 1px"></div>\n' for _ in folios)
    html = (
        f'<!DOCTYPE html>\n<html lang="{language}" dir="{direction}"><head><title>.</title><style>'
        f"@page :nth(1) {{ counter-reset: page {block[0]} }}</style></head>\n<body>{pages}</body>"
    )
    return Block(folios, Piece("folios", "the folios", html, side=folios[0].side))
