"""Tell numbered notes from numbered lists and headings that would take their marks."""

from collections import defaultdict, deque
from dataclasses import dataclass, field

from octavo.structure.marks import Opener, names_notes
from octavo.structure.pairs import Found, Pair
from octavo.structure.wording import ends_with_colon

_BESIDE = 12  # lines: what counts on so near goes on with the nearest
_OPEN = 3  # series that wait for the same number
_ANNOUNCED = 3  # what a colon before a list weighs in notes
_ROUNDS = 4  # leaving a list out may give its marks to another
_LISTED = frozenset((".", ")", ":", "("))  # the signs beside numbers of lists


def impostors(found: Found) -> set[int]:
    """Give the rows of numbers that begin no notes, because others have a better claim.

    What counts on in one form is a series: all of it is notes, or none is. Of two series that
    want the same marks the one is notes of which more numbers have marks, and fewer have none; a
    colon right before the first speaks for a list. Wrong where a list as long as the notes stands
    between them and their marks without a colon.
    """
    out: set[int] = set()
    for _ in range(_ROUNDS):
        beaten = _beaten(found, *found.pairs(out), out)
        if not beaten:
            break
        out |= beaten
    return out


@dataclass(eq=False, slots=True)
class _Series:
    openers: list[Opener] = field(default_factory=list)
    known: int = 0  # numbers that have a mark before them
    owned: int = 0  # those whose mark no series before has
    colon: bool = False  # right before the first
    dense: bool = True  # all stand in one place, with no marks of theirs between them
    set_off: bool = False

    @property
    def weight(self) -> int:
        """Give what speaks for notes, in halves of a note."""
        unknown = len(self.openers) - self.known
        return 2 * (self.known - unknown) - 2 * _ANNOUNCED * self.announced + self.set_off

    @property
    def announced(self) -> bool:
        """Tell whether this is a list below a colon."""
        return self.colon and self.dense

    def add(self, opener: Opener, mark: int | None) -> None:
        """Add the next number, and the row of its mark if there is one before it."""
        if self.openers:
            before = self.openers[-1].row
            apart = opener.row - before > _BESIDE or (mark is not None and mark > before)
            self.dense = self.dense and not apart
        self.openers.append(opener)
        self.known += mark is not None


def _beaten(found: Found, pairs: list[Pair], rivals: dict[int, int], out: set[int]) -> set[int]:
    """Give the rows of the series that are weaker than another that wants their marks."""
    marks = {pair.opener.row: pair.mark.row for pair in pairs}
    of_row: dict[int, _Series] = {}
    all_series = _series(found, marks, rivals, out)
    for series in all_series:
        of_row.update((opener.row, series) for opener in series.openers)
    weak = [each for each in all_series if each.announced and each.owned and each.weight <= 0]
    for row, owner in rivals.items():
        one, two = of_row.get(owner), of_row.get(row)
        if one is not None and two is not None and one is not two and one.weight < two.weight:
            weak.append(one)
    return {opener.row for series in weak for opener in series.openers}


def _series(
    found: Found, marks: dict[int, int], rivals: dict[int, int], out: set[int]
) -> list[_Series]:
    """Give what counts on in one form, by ones."""
    every: list[_Series] = []
    open_at: defaultdict[tuple[str, int], deque[_Series]] = defaultdict(lambda: deque(maxlen=_OPEN))
    for opener in found.openers:
        if not opener.label.isdigit() or opener.row in out:
            continue
        form, number = _form(found, opener), int(opener.label)
        waiting = open_at[form, number]
        if waiting:
            series = _nearest(waiting, opener.row)
            waiting.remove(series)
        else:
            series = _begun(found, opener, form)
            every.append(series)
        series.add(opener, marks.get(rivals.get(opener.row, opener.row)))
        series.owned += opener.row in marks
        open_at[form, number + 1].append(series)
    return every


def _nearest(waiting: deque[_Series], row: int) -> _Series:
    """Give the series that a number goes on with: the last if near, else that with marks."""
    if row - waiting[-1].openers[-1].row <= _BESIDE:
        return waiting[-1]
    return max(waiting, key=lambda series: series.owned)


def _begun(found: Found, opener: Opener, form: str) -> _Series:
    row = opener.row
    above = row - 1
    while above > max(0, row - 4) and not found.lines[above].text.strip("\f\v "):
        above -= 1
    before = found.lines[above].text.strip("\f\v ") if row else ""
    return _Series(
        colon=form in _LISTED and ends_with_colon(before) and not names_notes(before),
        set_off=above < row - 1 or found.lines[row].text[:1] in ("\f", "\v"),
    )


def _form(found: Found, opener: Opener) -> str:
    if opener.sign == "paren":
        return "("
    if opener.sign != "digit":
        return opener.sign
    sign = found.lines[opener.row].text[: opener.end].strip("\f\v ")[-1:]
    return sign if sign in _LISTED else ""
