"""Drop the rule that runs down the right-hand margin of a page."""

from dataclasses import replace

from octavo.clean.rows import Facts
from octavo.clean.ruled import Ruled
from octavo.guidance import Guidance
from octavo.model import Change

_BARS = ("|", "¦", "│", "┃", "║")
_LEAST = 12  # lines that end with a bar
_SHARE = 0.5  # of the lines with text do so
_TABLES = 0.1  # of them have another bar: then they are rows of tables


def ruling(facts: Facts, guidance: Guidance) -> Ruled:
    """Drop the bars at the ends of lines, where most lines have one and nothing else has."""
    lines, texts = facts.lines, facts.texts
    count = sum(facts.ends[bar] for bar in _BARS)
    if count < max(_LEAST, len(facts.filled) * _SHARE):
        return lines, ()
    inner = sum(any(bar in text[:-1] for bar in _BARS) for text in texts)
    if inner > count * _TABLES:
        return lines, ()
    kept = list(lines)
    changes: list[Change] = []
    for index, line in enumerate(lines):
        if texts[index].endswith(_BARS) and not guidance.off("furniture", line.place):
            text = line.text.rstrip()
            why = f"at the end of {count} lines"
            changes.append(Change("furniture", line.place, text[-1], "", why=why))
            kept[index] = replace(line, text=text[:-1].rstrip(" \t"))
    return tuple(kept), tuple(changes)
