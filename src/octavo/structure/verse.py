"""Find verse: runs of lines that end short and begin large without ending sentences."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

from octavo.structure.loose import loose_runs
from octavo.structure.measure import Geometry, Row, fill
from octavo.structure.ragged import LONGER, alternates, announced_runs, is_verse_of_its_own
from octavo.structure.turned import TURNED, is_turned, turned_rows

_SHORT = 0.95  # of the measure: the next word would have fitted
_SHORT_OF_TWO = 0.92  # of the measure, where there are two lines only
_WELL_SHORT = 0.85  # of the measure: so short that small letters at the start do not matter
_OPEN_SHARE = 0.3  # of the line ends at least stand inside a sentence
_OPEN_SHARE_OF_RUN = 0.45  # the same where no white space sets the lines off
_OVERFULL = 1.05  # of the measure: the next word would not have fitted, as in prose
_BETWEEN = 20  # rows between two stanzas, where white space is astray
_LEAST = 4  # lines, unless white space sets them off
_LEAST_INTRODUCED = 2  # lines after a colon
_FEW = 3  # line ends, to tell narrow prose by
_FILLED_SHARE = 0.9  # of its lines have no room for the next word
_STOPS_SHARE = 0.4  # of its lines at most end with a sign
_EVEN = 0.5  # the shortest line, as a share of the longest, in so few


@dataclass(frozen=True, slots=True)
class Poem:
    """A run of verse: rows `first` to `last`, from 0, both included."""

    first: int
    last: int


def find_verse(rows: tuple[Row, ...], geometry: Geometry, taken: frozenset[int]) -> list[Poem]:
    """Give the stanzas among rows that are not `taken` otherwise."""
    loose = [Poem(first, last) for first, last in loose_runs(rows, geometry, taken)]
    taken |= rows_in(loose)
    if not geometry.wrapped:
        return sorted([*loose, *_stanzas_of_unwrapped(rows, geometry, taken)], key=first_row)
    poems = [Poem(first, last) for first, last in announced_runs(rows, geometry, taken)]
    poems += loose
    said = rows_in(poems)
    for first, end in _between_gaps(rows, taken | said):
        if _is_stanza(rows, first, end - 1, geometry):
            poems.append(Poem(first, end - 1))
            continue
        index = first
        while index < end:
            last = _run(rows, index, end, geometry)
            if last == index:  # as with most rows
                index += 1
                continue
            verse = _last_of_verse(rows, index, last, geometry)
            if verse is None:
                index = _after_colon(rows, index, last)
            else:
                poems.append(Poem(index, verse))
                index = verse + 1
    poems.sort(key=first_row)
    return sorted([*poems, *_between(rows, poems, geometry)], key=first_row)


def rows_in(poems: Iterable[Poem]) -> frozenset[int]:
    """Give the rows of the poems."""
    return frozenset(at for poem in poems for at in range(poem.first, poem.last + 1))


def first_row(poem: Poem) -> int:
    """Give the row that a poem begins with."""
    return poem.first


def _between(rows: tuple[Row, ...], poems: list[Poem], geometry: Geometry) -> list[Poem]:
    """Give the rows between two stanzas that read on as verse: a scan has stray blank lines."""
    found: list[Poem] = []
    for before, after in pairwise(poems):
        first, last = before.last + 1, after.first - 1
        if not 0 <= last - first < _BETWEEN:
            continue
        run = rows[before.first : after.last + 1]
        gaps = [row.gap for row in rows[first : after.first + 1]]
        if max(gaps) <= max(1, geometry.gap) and _is_run(rows, before.first, after.last, geometry):
            reaches = [fill(row, then, geometry.measure) for row, then in pairwise(run)]
            turned = [is_turned(row, then, geometry) for row, then in pairwise(run)]
            small = sum(row.head.small for row in run) - sum(turned)
            alike = last - first < _LEAST or _is_run(rows, first, last, geometry)
            if alike and max(reaches) <= _OVERFULL and small * 4 <= len(run):
                found.append(Poem(first, last))
    return found


def _between_gaps(rows: tuple[Row, ...], taken: frozenset[int]) -> list[tuple[int, int]]:
    """Give the stretches (first row, row after the last) without blank lines and taken rows."""
    stretches: list[tuple[int, int]] = []
    first = 0
    for index in range(len(rows) + 1):
        done = index == len(rows) or index in taken
        if done or (rows[index].gap and not rows[index].edge):
            if index > first:
                stretches.append((first, index))
            first = index + 1 if done else index
    return stretches


def _is_stanza(rows: tuple[Row, ...], first: int, last: int, geometry: Geometry) -> bool:
    """Tell whether all that stands between two gaps is a stanza."""
    if first == last:
        return False
    stanza = rows[first : last + 1]
    if any(row.tail.breaks for row in stanza[:-1]):
        return False
    reaches = [fill(before, after, geometry.measure) for before, after in pairwise(stanza)]
    if min(reaches) >= _SHORT:
        return False  # every line is full, as those of most paragraphs
    turned = turned_rows(stanza, geometry)
    # A line that was turned over counts once, with its beginning and its end.
    starts = [row for row, over in zip(stanza, [False, *turned], strict=True) if not over]
    ends = [row for row, over in zip(stanza, turned, strict=False) if not over]
    reaches = [reach for reach, over in zip(reaches, turned, strict=True) if not over]
    if len(starts) < 2 or len(reaches) < 1:
        return False
    if max(reaches) < _WELL_SHORT and alternates(tuple(starts)):
        return True
    return _reads_as_verse(starts, ends, reaches, geometry)


def _reads_as_verse(
    starts: list[Row], ends: list[Row], reaches: list[float], geometry: Geometry
) -> bool:
    """Weigh a stanza's lines: how they begin, how all but the last end, how far they reach."""
    count = len(reaches)
    large = sum(not row.head.small for row in starts) / len(starts)
    if count == 1 and (large < 1 or starts[0].end < geometry.measure * 0.25):
        return False
    widest = max(row.end for row in (*starts, *ends)) / geometry.measure
    filled = sum(reach > widest for reach in reaches)
    stops = sum(row.tail.stops or row.tail.pauses for row in ends[:count])
    running = count >= _FEW and stops <= count * _STOPS_SHARE and large < 0.7
    if running and filled >= count * _FILLED_SHARE:
        return False  # prose in a narrow measure of its own
    short = sum(reach < _SHORT for reach in reaches) / count
    capitals = all(row.head.large for row in starts)
    deep = min(row.indent for row in starts) > max(1, geometry.indent)
    if deep and short == 1 and (capitals or max(reaches) < _WELL_SHORT):
        return True
    open_ends = sum(not row.tail.stops for row in ends)
    if count == 1 and reaches[0] > _SHORT_OF_TWO:
        return False
    if open_ends >= max(1, count * _OPEN_SHARE) and large < 0.7:
        return short == 1 and is_verse_of_its_own(tuple(starts), announced=False)
    if open_ends < max(1, count * _OPEN_SHARE):
        return False
    # Prose of four lines that all begin large is rare; so some lines may be long.
    enough = 0.3 if capitals else 0.6 if open_ends >= count * 0.75 else 1.0
    return short >= 0.75 or (count >= 3 and short >= enough)


def _run(rows: tuple[Row, ...], first: int, end: int, geometry: Geometry) -> int:
    """Give the last row of the verse that may begin with a row."""
    last = first
    if rows[first].head.small:
        return first
    while last + 1 < end:
        row, after = rows[last], rows[last + 1]
        small = after.head.small
        if row.tail.breaks:
            return max(first, last - 1)  # the row belongs to what follows
        if fill(row, after, geometry.measure) > _SHORT:
            turned = small and after.width <= geometry.measure * TURNED
            if not turned and not _is_single_long(rows, last, end, geometry):
                return max(first, last - 1)
        elif small and not _is_single_small(rows, last + 1, end):
            break
        last += 1
    return last


def _last_of_verse(rows: tuple[Row, ...], first: int, last: int, geometry: Geometry) -> int | None:
    """Give the last row of verse among the rows of a run, which it begins with; None for prose."""
    if _is_run(rows, first, last, geometry):
        return last
    short = _short_lines(rows, first, last, geometry)
    return short if short < last and _is_run(rows, first, short, geometry) else None


def _short_lines(rows: tuple[Row, ...], first: int, last: int, geometry: Geometry) -> int:
    """Give the last row of a run before one that fills the measure, as prose below it does."""
    for index in range(first, last):
        if fill(rows[index], rows[index + 1], geometry.measure) > _SHORT:
            return max(first, index - 1)
    return last


def _after_colon(rows: tuple[Row, ...], first: int, last: int) -> int:
    """Give where to look on after a run that is no verse: what announced verse may begin it."""
    colons = [at for at in range(first, last) if rows[at].tail.colon]
    return colons[-1] + 1 if colons else last + 1


def _is_single_long(rows: tuple[Row, ...], index: int, end: int, geometry: Geometry) -> bool:
    """Tell whether a row that fills the measure has verse after it."""
    if index + 2 >= end or fill(rows[index], rows[index + 1], geometry.measure) > _OVERFULL:
        return False
    after, then = rows[index + 1], rows[index + 2]
    longest = max(after.width, then.width)
    if index > 1:
        longest = max(longest, rows[index - 1].width, rows[index - 2].width)
    if rows[index].tail.stops and rows[index].width > LONGER * longest:
        return False
    short = fill(after, then, geometry.measure) < _SHORT
    return short and all(row.head.large for row in (rows[index], after, then))


def _is_single_small(rows: tuple[Row, ...], index: int, end: int) -> bool:
    """Tell whether a row that begins small stands between two that do not."""
    return index + 1 < end and not rows[index - 1].head.small and not rows[index + 1].head.small


def _is_run(rows: tuple[Row, ...], first: int, last: int, geometry: Geometry) -> bool:
    """Tell whether a run without white space around it is verse: stricter than a stanza."""
    introduced = first > 0 and rows[first - 1].tail.colon
    least = _LEAST_INTRODUCED if introduced else _LEAST
    if last - first + 1 < least:
        return False
    run = rows[first : last + 1]
    starts = [row for row in run if not row.head.small]
    if len(starts) < least:
        return False
    # A line that was turned over counts with what follows it.
    ends = [at for at, row in enumerate(run[1:]) if not row.head.small]
    quoted = _in_quotation(run)
    open_ends = sum(quoted[at] or not run[at].tail.stops for at in ends)
    speeches = sum(row.head.quotes for row in starts)
    if introduced and len(starts) < _LEAST:
        widths = [row.width for row in starts]
        even = min(widths) >= max(widths) * _EVEN and not all(row.tail.pauses for row in run)
        return even and speeches <= 1 and open_ends >= max(1, len(ends) * _OPEN_SHARE_OF_RUN)
    return open_ends >= len(ends) * _OPEN_SHARE_OF_RUN and speeches * 2 <= len(starts)


def _in_quotation(run: tuple[Row, ...]) -> list[bool]:
    """Tell for each row whether a quotation that began in the run is open at its end."""
    depth = 0
    states: list[bool] = []
    for row in run:
        if not row.text.isascii():
            opened = sum(row.text.count(sign) for sign in "“«")
            closed = sum(row.text.count(sign) for sign in "”»")
            depth = max(0, depth + opened - closed)
        states.append(depth > 0)
    # What begins every row with a new quotation is speech, which may leave them open.
    speeches = sum(row.head.quotes for row in run)
    return states if speeches * 2 <= len(run) else [False] * len(run)


def _stanzas_of_unwrapped(
    rows: tuple[Row, ...], geometry: Geometry, taken: frozenset[int]
) -> list[Poem]:
    """Give runs of three short lines and more that do not end sentences."""
    poems: list[Poem] = []
    first = 0
    for index in range(1, len(rows) + 1):
        if index < len(rows) and index not in taken and index - 1 not in taken:
            same = rows[index].gap == 0 and rows[index].width <= 70 and rows[index - 1].width <= 70
            if same:
                continue
        inner = rows[first : index - 1]
        open_ends = sum(not row.tail.stops for row in inner)
        if len(inner) >= 2 and open_ends * 5 >= len(inner) * 2:
            poems.append(Poem(first, index - 1))
        first = index
    return poems
