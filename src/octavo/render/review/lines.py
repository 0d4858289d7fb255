"""Write the lines of the source as HTML, with the changes marked and named in them."""

import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from octavo.model import Change, Line
from octavo.render.review.letters import cited, same_to_the_eye, shown
from octavo.render.review.places import Found, Stretch

_MOST_AFTERS = 6  # that a label tells; the others are counted

# The first one that is on a letter is shown.
_TAGS = (
    ("gone", Markup("<del>"), Markup("</del>")),
    ("altered", Markup("<mark>"), Markup("</mark>")),
    ("quiet", Markup('<span class="quiet">'), Markup("</span>")),
)


@dataclass(frozen=True, slots=True)
class Located:
    """A change and where it was found."""

    change: Change
    found: Found


@dataclass(frozen=True, slots=True)
class Label:
    """What a line says of a rule's changes."""

    rule: str
    afters: tuple[Markup, ...]  # what stands there now
    lines: int = 1  # that the change concerns
    doubtful: bool = False
    more: int = 0  # changes of the same rule whose afters are not told


@dataclass(frozen=True, slots=True)
class MarkedLine:
    """A line of the source, as the template sees it."""

    number: int | None  # counted from 1; None: it shares the number of the line above
    html: Markup
    gone: bool  # nothing of it is kept
    labels: tuple[Label, ...]
    quiet: str  # rules that altered nothing but spaces and invisible signs


def gone_lines(lines: Sequence[Line], located: Iterable[Located]) -> frozenset[int]:
    """Give the lines, counted from 0, that were taken away as a whole."""
    found: set[int] = set()
    for each in located:
        if each.change.after:
            continue
        for stretch in each.found.stretches:
            text = lines[stretch.row].text
            rest = text[: stretch.start] + text[stretch.end :]
            if not rest.strip() and text.strip():
                found.add(stretch.row)
    return frozenset(found)


def marked_lines(
    lines: Sequence[Line], located: Sequence[Located], gone: frozenset[int]
) -> tuple[MarkedLine, ...]:
    """Give every line of the source with its marks and labels."""
    marks: dict[int, list[tuple[str, Stretch]]] = {}
    spoken: dict[int, list[Located]] = {}
    silent: dict[int, list[str]] = {}
    for each in located:
        quiet = is_quiet(each.change)
        for stretch in each.found.stretches:
            kind = "quiet" if quiet else "altered" if each.change.after else "gone"
            if kind == "altered" and not stretch.after:
                kind = "gone"
            marks.setdefault(stretch.row, []).append((kind, stretch))
        if quiet:
            silent.setdefault(each.found.row, []).append(each.change.rule)
        else:
            spoken.setdefault(each.found.row, []).append(each)
    made: list[MarkedLine] = []
    last: int | None = None
    for row, line in enumerate(lines):
        number = line.place.line
        made.append(
            MarkedLine(
                number=number if number != last else None,
                html=_marked(line.text, marks[row]) if row in marks else shown(line.text),
                gone=row in gone,
                labels=_labels(spoken.get(row, ())),
                quiet=", ".join(dict.fromkeys(silent.get(row, ()))),
            )
        )
        last = number
    return tuple(made)


def is_quiet(change: Change) -> bool:
    """Tell whether a change altered nothing one can see inside one line."""
    return (
        not change.doubtful
        and "\n" not in change.before
        and bool(change.after or not change.before.strip())
        and same_to_the_eye(change.before, change.after)
    )


def _marked(text: str, marks: Iterable[tuple[str, Stretch]]) -> Markup:
    edges: dict[int, Counter[str]] = {}
    for kind, stretch in marks:
        edges.setdefault(stretch.start, Counter())[kind] += 1
        edges.setdefault(stretch.end, Counter())[kind] -= 1
    parts: list[Markup] = []
    open_: Counter[str] = Counter()
    at = 0
    for edge in [*sorted(edges), len(text)]:
        # A mark that is set over a letter stays with it, so a tag cannot stand between them.
        if edge > at and (edge == len(text) or not unicodedata.combining(text[edge])):
            parts.append(_tagged(shown(text[at:edge]), open_))
            at = edge
        open_.update(edges.get(edge, ()))
    return Markup("").join(parts)


def _tagged(html: Markup, kinds: "Counter[str]") -> Markup:
    for kind, start, end in _TAGS:
        if kinds[kind] > 0:
            return start + html + end
    return html


def _labels(located: Iterable[Located]) -> tuple[Label, ...]:
    groups: dict[tuple[str, bool], list[Located]] = {}
    for each in located:
        groups.setdefault((each.change.rule, each.change.doubtful), []).append(each)
    return tuple(_label(*key, group) for key, group in groups.items())


def _label(rule: str, doubtful: bool, group: Sequence[Located]) -> Label:
    afters = [after for each in group[: 2 * _MOST_AFTERS] for after in _afters(each)]
    return Label(
        rule,
        tuple(afters[:_MOST_AFTERS]),
        max(_count(each) for each in group),
        doubtful,
        max(0, len(group) - 2 * _MOST_AFTERS, len(afters) - _MOST_AFTERS),
    )


def _afters(each: Located) -> list[Markup]:
    change, stretches = each.change, each.found.stretches
    if "\n" in change.before:
        # Words that met are told once; lines that were put in order show themselves.
        return [cited(stretches[0].after)] if stretches and stretches[0].after.strip() else []
    if not stretches and change.before.strip():
        arrow = Markup("{} → {}") if change.after else Markup("{}")
        return [arrow.format(cited(change.before), cited(change.after))]
    return [cited(stretch.after) for stretch in stretches if stretch.after.strip()]


def _count(each: Located) -> int:
    met = each.change.after and each.found.stretches  # words of two lines: told as one change
    return 1 if met else each.change.before.count("\n") + 1
