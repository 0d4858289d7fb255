"""Source and result side by side, for a person who checks what the cleaning did."""

import base64
import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from markupsafe import Markup

from octavo.direction import direction
from octavo.fonts import Font, woff2
from octavo.model import Block, Change, FairCopy, Footnote, Line
from octavo.render import environment
from octavo.render.review.blocks import Setter
from octavo.render.review.doubts import Doubt, doubts_of, groups_of
from octavo.render.review.letters import cited, plain
from octavo.render.review.lines import Located, MarkedLine, gone_lines, marked_lines
from octavo.render.review.places import Places
from octavo.render.review.rows import Row, rows_of, starts_of
from octavo.render.studio import families

_HALF = 84  # characters of a line that half a screen has place for
_WIDEST = 160  # where lines are paragraphs they are broken, whatever place there is
_SIZES = ((3, "s"), (8, "m"), (20, "l"), (60, "xl"))  # lines of a row, up to


@dataclass(frozen=True, slots=True)
class ShownRow:
    """A row of the page, as the template sees it."""

    first: int | None  # line numbers, counted from 1
    last: int | None
    size: str  # how high it will be, roughly: a browser lays out what is near only
    lines: tuple[tuple[MarkedLine, tuple[Doubt, ...]], ...]
    result: Markup  # empty: nothing is kept of the lines


@dataclass(frozen=True, slots=True)
class Language:
    """The language of source and result, as HTML says it."""

    lang: str
    dir: str


@dataclass(frozen=True, slots=True)
class Tally:
    """What a rule did in the whole text."""

    rule: str
    changes: int
    doubtful: int


def review_page(
    fair: FairCopy, title: str, fonts: Sequence[Font] = (), folders: tuple[Path, ...] = ()
) -> str:
    """Render the page on which a person checks the cleaning of one text; it needs nothing else.

    Args:
        fair: the text, before and after, and what was done to it.
        title: the text's.
        fonts: what is embedded.
        folders: where templates are looked for before the shipped ones, the first wins.

    Raises:
        TemplateFault: a template is wrong.
    """
    lines = fair.text.lines
    located, placeless = _locate(fair)
    doubts = doubts_of(located, placeless, fair.doubts, lines)
    gone = gone_lines(lines, located)
    rows = rows_of(lines, fair.blocks, fair.changes, gone)
    return _page(
        folders,
        fonts,
        (title, *(line.text for line in lines)),
        title=str(plain(title).unescape()),
        path=str(plain(fair.path).unescape()),
        text=Language(
            fair.language or "und", direction(fair.language) if fair.language else "auto"
        ),
        wide=_is_wide(lines) and direction(fair.language or "") == "ltr",  # Arabic is narrower
        store=_digest((fair.path, title), 6),
        rows=_shown(rows, marked_lines(lines, located, gone), doubts, fair.blocks),
        doubts=doubts,
        groups=groups_of(doubts),
        tallies=_tallies(fair.changes),
        general=[(each.rule, cited(each.before), cited(each.after)) for each in placeless],
        figures={
            "lines": len(lines),
            "blocks": len(fair.blocks),
            "changes": len(fair.changes),
        },
    )


def _locate(fair: FairCopy) -> tuple[list[Located], list[Change]]:
    """Give the changes with their places, and those that have none."""
    places = Places(fair.text.lines, sorted(set(starts_of(fair.text.lines, fair.blocks))))
    located: list[Located] = []
    placeless: list[Change] = []
    for change in fair.changes:
        found = places.find(change)
        if found is None:
            placeless.append(change)
        else:
            located.append(Located(change, found))
    return located, placeless


def _shown(
    rows: Iterable[Row],
    lines: Sequence[MarkedLine],
    doubts: Iterable[Doubt],
    blocks: Iterable[Block],
) -> list[ShownRow]:
    setter = Setter(block.number for block in blocks if isinstance(block, Footnote))
    cards: dict[int | None, list[Doubt]] = {}
    for doubt in doubts:
        cards.setdefault(doubt.row, []).append(doubt)
    shown: list[ShownRow] = []
    for row in rows:
        numbers = [line.number for line in lines[row.first : row.end] if line.number is not None]
        shown.append(
            ShownRow(
                first=numbers[0] if numbers else None,
                last=numbers[-1] if numbers else None,
                size=next((name for most, name in _SIZES if row.end - row.first <= most), "xxl"),
                lines=tuple(
                    (lines[at], tuple(cards.get(at, ()))) for at in range(row.first, row.end)
                ),
                result=setter.blocks(row.blocks),
            )
        )
    return shown


def _tallies(changes: Iterable[Change]) -> list[Tally]:
    """Count what each rule did, in the order in which the rules first did something."""
    all_ = Counter(change.rule for change in changes)
    doubtful = Counter(change.rule for change in changes if change.doubtful)
    return [Tally(rule, count, doubtful[rule]) for rule, count in all_.items()]


def _is_wide(lines: Iterable[Line]) -> bool:
    """Tell whether many lines are too long for half a screen, but not for more of it."""
    widths = sorted(len(line.text) for line in lines if line.text.strip())
    return bool(widths) and _HALF < widths[len(widths) * 9 // 10] <= _WIDEST


def _page(
    folders: tuple[Path, ...], fonts: Sequence[Font], seed: Iterable[str], **values: object
) -> str:
    """Render the page. Nothing may act in it but what carries its nonce."""
    templates = environment.environment(folders)
    faces = [(font.face, _data("font/woff2", woff2(font))) for font in fonts]
    look: Mapping[str, object] = {"faces": faces, "families": families(faces)}
    sheets = ("style/fonts.css", "style/review.css")
    css = "\n".join(environment.render(templates, name, look) for name in sheets)
    script = environment.render(templates, "review.js", {})
    # The same to both languages, but no end of the element.
    css, script = (f"\n{part.strip()}\n".replace("</", "<\\/") for part in (css, script))
    inside = {
        "css": Markup(css),
        "script": Markup(script),
        "nonce": _digest([css, script, *seed], 16),  # no text can hold a digest of itself
    }
    return environment.render(templates, "review.html", {**values, **inside})


def _digest(parts: Iterable[str], size: int) -> str:
    whole = hashlib.blake2s(digest_size=size)
    for part in parts:
        whole.update(part.encode("utf-8", "replace") + b"\0")
    return whole.hexdigest()


def _data(media_type: str, data: bytes) -> str:
    return f"data:{media_type};base64,{base64.b64encode(data).decode()}"
