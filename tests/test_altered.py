"""What is recorded of a long line: the parts that a rule altered, where they stand."""

import random
from pathlib import Path

from conftest import Command, write
from octavo.build.fair import fair_copy
from octavo.clean.altered import altered
from octavo.guidance import Guidance
from octavo.model import Change, Line, Place

SENTENCE = "The tide was out, and the boats lay on the sand until the evening. "


def changes(before: str, after: str) -> tuple[Change, ...]:
    return altered("spaces", Line(before, Place("a.txt", 1)), after)


def put_back(after: str, made: tuple[Change, ...]) -> str:
    """The line before the changes, from the one after them."""
    pieces, at, done = [], 0, 0  # how far the text before and the one after have come
    for change in made:
        assert change.place.column is not None
        same = change.place.column - 1 - at
        pieces += [after[done : done + same], change.before]
        at += same + len(change.before)
        assert after[done + same :].startswith(change.after)
        done += same + len(change.after)
    return "".join([*pieces, after[done:]])


def test_a_short_line_is_recorded_whole() -> None:
    (change,) = changes("two  words", "two words")
    assert (change.before, change.after) == ("two  words", "two words")
    assert change.place == Place("a.txt", 1)


def test_of_a_long_line_the_parts_are_recorded_with_their_columns() -> None:
    before = SENTENCE * 100 + "two  words " + SENTENCE * 100 + "and  two " + SENTENCE
    made = changes(before, before.replace("  ", " "))
    assert [change.place.column for change in made] == [
        before.index("  ") + 1 + 1 - 40,
        before.rindex("  ") + 1 + 1 - 40,
    ]
    assert all(len(change.before) < 100 for change in made)
    assert put_back(before.replace("  ", " "), made) == before


def test_nothing_is_left_out_whatever_was_altered() -> None:
    chance = random.Random(7)
    for _ in range(200):
        letters = chance.choice(["ab ", "abcdefghij   ", "a"])
        before = "".join(chance.choice(letters) for _ in range(chance.randrange(5_001, 9_000)))
        after = before
        for _ in range(chance.randrange(1, 10)):
            at, size = chance.randrange(len(after)), chance.choice([0, 1, 3, 500])
            after = after[:at] + chance.choice(["", "x", "  "]) + after[at + size :]
        assert put_back(after, changes(before, after)) == before


def test_a_text_without_line_ends_is_accounted_for() -> None:
    line = (SENTENCE + "He kept  the oﬃce, and the cafÃ© was shut. ") * 400
    fair = fair_copy(line.encode(), "a.txt", Guidance())
    rules = {change.rule for change in fair.changes}
    assert rules == {"mojibake", "ligatures", "spaces"}
    assert sum(len(change.before) for change in fair.changes) < 6 * len(line)
    (block,) = fair.blocks
    text = "".join(span.text for span in block.inlines)  # type: ignore[union-attr]
    assert text == line.replace("  ", " ").replace("ﬃ", "ffi").replace("Ã©", "é").rstrip()


def test_the_review_shows_what_was_altered_in_a_long_line(tmp_path: Path, octavo: Command) -> None:
    line = SENTENCE * 200 + "The oﬃce was shut. " + SENTENCE * 200
    write(tmp_path, {"a.txt": line})
    assert octavo("clean", "a.txt", "-o", "a.md", "--review", "r.html").code == 0
    page = (tmp_path / "r.html").read_text(encoding="utf-8")
    assert "<mark>oﬃce</mark>" in page
