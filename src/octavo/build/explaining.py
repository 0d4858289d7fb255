"""Say of single lines of a rough text what was done with them, why, and what would change it."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from octavo.build.files import Files
from octavo.build.job import Job
from octavo.build.memory import collector_paused
from octavo.build.texts import guidance_of
from octavo.guidance import Guidance
from octavo.model import Change, Text
from octavo.rules import CLEANING

if TYPE_CHECKING:
    from octavo.structure import Reading

_SEVERAL = frozenset(("boilerplate", "columns", "hyphens"))  # rules whose changes span lines

_OFF = {
    "headings": "takes it for no heading",
    "verse": "takes it for no verse",
    "quotations": "takes it for no quotation",
    "lists": "takes it for no item of a list",
    "scene-breaks": "takes it for no break between scenes",
}
_FORCE = {
    "headings": "makes it a heading",
    "verse": "makes it verse",
    "quotations": "makes it a quotation",
    "lists": "makes it an item of a list",
    "furniture": "drops it as page furniture",
}


@dataclass(frozen=True, slots=True)
class Remedy:
    """An order that would change something: a table of book.toml."""

    what: str  # it would do
    first: int  # of its lines
    last: int
    off: tuple[str, ...] = ()
    force: tuple[str, ...] = ()

    def toml(self, file: str | None = None) -> str:
        """Give it as it is written in book.toml; `file` is needed in a book with several texts."""
        lines = str(self.first) if self.first == self.last else f"{self.first}-{self.last}"
        keys = [f'file = "{file}"'] if file else []
        keys.append(f'lines = "{lines}"')
        for key, rules in (("off", self.off), ("force", self.force)):
            if rules:
                keys.append(f"{key} = [" + ", ".join(f'"{rule}"' for rule in rules) + "]")
        return "\n".join(["[[clean.lines]]", *keys])


@dataclass(frozen=True, slots=True)
class Explained:
    """What became of a line."""

    line: int
    text: str  # in the source
    changes: tuple[Change, ...]  # in the order they were made
    readings: "tuple[Reading, ...]"  # none: the line is blank or was dropped
    remedies: tuple[Remedy, ...]


def explain_lines(path: Path, job: Job, lines: frozenset[int]) -> tuple[Explained, ...]:
    """Explain lines of one of a book's rough texts, as `explain` does."""
    files = Files(job.folder)
    shown = files.shown(path)
    return explain(files.text(path), shown, guidance_of(job, shown), lines)


def explain(
    data: bytes, path: str, guidance: Guidance, lines: frozenset[int]
) -> tuple[Explained, ...]:
    """Explain lines; those that the text does not have are left out.

    Args:
        data: the file's bytes.
        path: the file's name, as the user would type it.
        guidance: as for cleaning.
        lines: their numbers, counted from 1.

    Raises:
        SourceError: the file is no text.
    """
    from octavo.clean import clean
    from octavo.read import read
    from octavo.structure import readings, structure

    with collector_paused():
        got = read(data, path)
        cleaned = clean(got.text, guidance)
        guidance = replace(guidance, language=cleaned.language)
        changes = got.changes + cleaned.changes + structure(cleaned.text, guidance).changes
        read_as = readings(cleaned.text, guidance, lines)
    found: list[Explained] = []
    for number, text in _rows(got.text, lines):
        made = tuple(change for change in changes if _covers(change, number))
        known = tuple(each for each in read_as if each.line == number)
        remedies = (*_against_changes(made, number), *_against_readings(known))
        found.append(Explained(number, text, made, known, remedies))
    return tuple(found)


def _rows(text: Text, lines: frozenset[int]) -> list[tuple[int, str]]:
    """Give the wanted lines of the source; what a form feed divides is one line there."""
    found: dict[int, str] = {}
    for line in text.lines:
        if line.place.line in lines:
            found[line.place.line] = found.get(line.place.line, "") + line.text
    return list(found.items())


def _covers(change: Change, line: int) -> bool:
    first = change.place.line or 0
    more = change.before.count("\n") if change.rule in _SEVERAL else 0
    return first <= line <= first + more


def _against_changes(changes: tuple[Change, ...], line: int) -> Iterator[Remedy]:
    for change in {change.rule: change for change in changes}.values():
        at = change.place.line or line
        if change.rule == "hyphens" and change.before.replace("\n", "") == change.after:
            yield Remedy("drops the hyphen", at, at, force=("hyphens",))
        elif change.rule in ("hyphens", "footnotes"):
            yield Remedy(f"keeps {change.rule} from changing it", at, at, off=(change.rule,))
        elif change.rule in CLEANING or change.rule == "emphasis":
            yield Remedy(f"keeps {change.rule} from changing it", line, line, off=(change.rule,))


def _against_readings(known: "tuple[Reading, ...]") -> Iterator[Remedy]:
    for reading in known:
        line, (first, last) = reading.line, reading.block
        if reading.rule != "paragraphs":
            yield Remedy(_OFF[reading.rule], first, last, off=(reading.rule,))
        elif reading.first and reading.above is not None:
            rules = ("blanks", "paragraphs") if reading.blank else ("paragraphs",)
            yield Remedy("joins it to what stands above", reading.above, last, force=rules)
        elif not reading.first:
            yield Remedy("begins a paragraph with it", line, line, off=("paragraphs",))
        for kind, what in _FORCE.items():
            if kind != reading.rule:
                block = kind in ("verse", "quotations")
                yield Remedy(what, *((first, last) if block else (line, line)), force=(kind,))
