"""What is counted where a place in a text is told in letters: so that two editions count alike.

A letter is a character that is neither white space nor invisible. Formulas are not counted, which
are drawn in one edition and set in the other, nor notes, which stand elsewhere in each.
"""

from collections.abc import Collection

SIGNS = dict.fromkeys(map(ord, "\xad\u200b\u200c\u200d\u2060\ufeff"))
NOTES = frozenset({"footnote", "notes"})  # classes of what is no text of the chapter
DRAWN = "formula"


def visible(text: str) -> str:
    """Give a text without white space and signs that cannot be seen."""
    return "".join(text.split()).translate(SIGNS)


def is_drawn(tag: str, classes: Collection[str]) -> bool:
    """Tell whether an element is a drawing or a formula, whose letters are not the text's.

    Args:
        tag: its name, with or without a namespace.
        classes: its own.
    """
    return DRAWN in classes or tag.endswith(("math", "svg"))


def is_mark(role: str | None) -> bool:
    """Tell by its role whether an element is a note's mark, whose number each edition gives."""
    return role == "doc-noteref"
