"""What holds for every rough text."""

import sys
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from octavo.clean import clean
from octavo.errors import SourceError
from octavo.guidance import Guidance, Order
from octavo.model import Block, Line, Paragraph, Place, Text
from octavo.read import read
from octavo.rules import KINDS, RULES
from octavo.structure import lost, structure, title_of

# Pieces out of which odd lines are made: markers, furniture, ornaments, hyphens, scripts.
PIECES = st.sampled_from(
    [
        *("the river", "Rose", "well-known", "and", "CHAPTER IV.", "Page 3 of 9", "12", "xii", "I"),
        *("* * *", "***", "---", "#", "1.", "2.", "(a)", "- ", "• ", "“Yes.”", "—", "--", "_so_"),
        *("wa-", "wa\u2010", "wa\u00ad", "ter", "ﬁn", "\u00a0", "\t", "  ", "第一条", "人人。"),
        *(
            "night1",
            "word[2]",
            "said.¹",
            "1 A note",
            "2. It",
            "[2] A note",
            "[Note 2: so",
            "end]",
            "*so",
        ),
        *("NOTES", "so*", "* A note", "¹ so", "3", "\U000f0000"),
        *("_", "Produced by N.", "\ufeff", "é", "الفصل", "...", ",", "The Long Road", "e\u0301"),
        "*** START OF THE PROJECT GUTENBERG EBOOK X ***",
        "*** END OF THE PROJECT GUTENBERG EBOOK X ***",
        "End of the Project Gutenberg EBook of X",
        "a longer piece of prose that fills most of a line with words",
    ]
)
ROWS = st.lists(
    st.tuples(
        st.sampled_from(["", "", "", "   ", "\t", "\f", "\f  "]),
        st.one_of(st.lists(PIECES, max_size=4).map(" ".join), st.text(max_size=12)),
    ).map(lambda parts: parts[0] + parts[1].translate(dict.fromkeys(map(ord, "\n\r\f")))),
    max_size=40,
)


def text_of(rows: list[str]) -> Text:
    return Text(tuple(Line(row, Place("a.txt", number)) for number, row in enumerate(rows, 1)))


@settings(max_examples=300, deadline=None)
@given(ROWS)
def test_no_character_is_lost_or_invented(rows: list[str]) -> None:
    text = text_of(rows)
    cleaned = clean(text, Guidance())
    structured = structure(cleaned.text, Guidance())
    assert lost(text, structured.blocks, cleaned.changes + structured.changes) == {}


@settings(max_examples=300, deadline=None)
@given(ROWS)
def test_cleaning_twice_is_cleaning_once(rows: list[str]) -> None:
    once = clean(text_of(rows), Guidance())
    twice = clean(once.text, Guidance())
    assert twice.changes == ()
    assert twice.text == once.text


RULE_NAMES = st.frozensets(st.sampled_from(sorted(RULES)), max_size=4)
ORDERS = st.lists(
    st.builds(
        lambda off, force, first, more: Order(
            off, force - off, 1 if more is None else first, None if more is None else first + more
        ),
        RULE_NAMES,
        RULE_NAMES,
        st.integers(1, 40),
        st.one_of(st.none(), st.integers(0, 12)),
    ),
    max_size=4,
).map(tuple)
TWO_COLUMNS = st.lists(
    st.one_of(
        st.tuples(PIECES, PIECES).map(lambda two: f"{two[0]:<40}{two[1]}"),
        ROWS.map(lambda rows: "".join(rows[:1])),
    ),
    max_size=30,
)


@settings(max_examples=300, deadline=None)
@given(st.one_of(ROWS, TWO_COLUMNS), ORDERS)
def test_nothing_is_lost_by_any_order(rows: list[str], orders: tuple[Order, ...]) -> None:
    text, guidance = text_of(rows), Guidance(None, orders)
    cleaned = clean(text, guidance)
    structured = structure(cleaned.text, guidance)
    assert lost(text, structured.blocks, cleaned.changes + structured.changes) == {}


@settings(max_examples=300, deadline=None)
@given(st.one_of(ROWS, TWO_COLUMNS), ORDERS)
def test_cleaning_twice_is_cleaning_once_under_orders(
    rows: list[str], orders: tuple[Order, ...]
) -> None:
    guidance = Guidance(None, orders)
    once = clean(text_of(rows), guidance)
    twice = clean(once.text, guidance)
    assert twice.changes == ()
    assert twice.text == once.text


@settings(max_examples=200, deadline=None)
@given(st.one_of(ROWS, TWO_COLUMNS), st.integers(1, 30), st.integers(0, 9))
def test_lines_stay_where_all_rules_are_off(rows: list[str], first: int, more: int) -> None:
    order = Order(off=frozenset(RULES), first=first, last=first + more)
    guidance = Guidance(None, (order,))
    cleaned = clean(text_of(rows), guidance)
    kept = [line for line in cleaned.text.lines if order.covers(line.place.line)]
    assert [line.text for line in kept] == rows[first - 1 : first + more]
    changed = structure(cleaned.text, guidance).changes
    assert not any(order.covers(change.place.line) for change in (*cleaned.changes, *changed))


@settings(max_examples=200, deadline=None)
@given(ROWS, st.sampled_from(KINDS), st.integers(1, 30), st.integers(0, 9), st.booleans())
def test_what_is_said_of_a_range_stays_in_it(
    rows: list[str], kind: str, first: int, more: int, force: bool
) -> None:
    """Lines away from the range are what they were: the same words in the same kind of block."""
    text, names = text_of(rows), frozenset((kind,))
    order = Order(*((frozenset(), names) if force else (names,)), first=first, last=first + more)
    before = structure(text, Guidance()).blocks
    after = structure(text, Guidance(None, (order,))).blocks
    assert untouched(before, order) <= untouched(after, order)


def untouched(blocks: tuple[Block, ...], order: Order) -> set[str]:
    """The paragraphs that end above a range, or begin below it."""
    found: set[str] = set()
    for at, block in enumerate(blocks):
        following = blocks[at + 1].place.line or 0 if at + 1 < len(blocks) else 0
        away = 0 < following <= order.first or (block.place.line or 0) > (order.last or 0)
        if isinstance(block, Paragraph) and away:
            found.add(f"{block.place.line} {block.inlines}")
    return found


def test_random_orders_are_obeyed_in_linear_time() -> None:
    orders = tuple(
        Order(force=frozenset((KINDS[at % 6],)), first=at * 2, last=at * 2 + 1)
        for at in range(1, 2000)
    )

    def run(n: int) -> int:
        text = text_of(["the river rose", "", "Rose, wa-", "1. ter"] * n)
        guidance = Guidance(None, orders[:n])
        return work(lambda: structure(clean(text, guidance).text, guidance))

    run(20)
    assert run(1000) < 14 * run(100) + 2000


WORDS = st.sampled_from(
    "the river had risen in night and stood Then a bell below bridge. It".split()
)
SIDES = st.tuples(
    st.lists(WORDS, max_size=7).map(" ".join), st.lists(WORDS, max_size=7).map(" ".join)
)


@settings(max_examples=300, deadline=None)
@given(st.lists(st.one_of(SIDES, SIDES, SIDES, ROWS.map(lambda rows: rows[:1])), max_size=40))
def test_columns_are_put_in_order_without_loss(drawn: list[object]) -> None:
    rows = [
        f"{row[0]:<40}{row[1]}" if isinstance(row, tuple) else "".join(row)  # type: ignore[arg-type]
        for row in drawn
    ]
    text = text_of(rows)
    once = clean(text, Guidance())
    structured = structure(once.text, Guidance())
    assert lost(text, structured.blocks, once.changes + structured.changes) == {}
    twice = clean(once.text, Guidance())
    assert (twice.text, twice.changes) == (once.text, ())


@settings(max_examples=100, deadline=None)
@given(ROWS)
def test_the_same_text_gives_the_same_blocks(rows: list[str]) -> None:
    first, second = structure(text_of(rows), Guidance()), structure(text_of(rows), Guidance())
    assert first == second
    assert title_of(first.blocks) == title_of(second.blocks)


@settings(max_examples=200, deadline=None)
@given(st.one_of(st.binary(max_size=200), st.text(max_size=200).map(str.encode)))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    try:
        got = read(data, "a.txt")
    except SourceError as error:
        assert error.hint
        return
    assert any(line.text.strip() for line in got.text.lines)


def work(call: Callable[[], object]) -> int:
    """Count the calls that a call makes, in Python and in C."""
    calls = 0

    def count(frame: object, event: str, argument: object) -> None:
        nonlocal calls
        calls += event in ("call", "c_call")

    sys.setprofile(count)
    try:
        call()
    finally:
        sys.setprofile(None)
    return calls


ODD = {
    "blank lines": lambda n: [""] * n,
    "one long line": lambda n: ["word and " * n],
    "one line of hyphens": lambda n: ["a" + "\u00ad" * n + "b " + "-" * n],
    "low lines": lambda n: ["_" * n, "_a " * n],
    "the same line": lambda n: ["the river rose"] * n,
    "numbers": lambda n: [str(number) for number in range(n)],
    "numbers backwards, with gaps": lambda n: [r for i in range(n, 0, -1) for r in (str(i), "")],
    "page edges": lambda n: ["\fhead", "text", ""] * n,
    "divided words": lambda n: ["wa-"] * n,
    "markers": lambda n: ["1. a", "2. b", "- c"] * n,
    "headings": lambda n: ["CHAPTER I."] * n,
    "ornaments": lambda n: ["* * *", ""] * n,
    "archive marks": lambda n: ["*** START OF THE EBOOK X", "a", "*** END OF THE EBOOK X"] * n,
    "columns": lambda n: ["the river rose in the night and    stood below the bridge when the"] * n,
    "columns on one page": lambda n: ["a first line", "\f", *ODD["columns"](n)],
    "gaps on one line": lambda n: ["a  b  " * n],
    "gaps": lambda n: ["a  b  c   d" * 30] * n,
    "marks": lambda n: ["a word[1] and 2 more words2 that go on"] * n,
    "notes": lambda n: (
        ["a word[1] and a word2 and a star*", "", "[1] note", "2 note", "* note"] * n
    ),
    "notes at the end": lambda n: (
        [f"a word[{i}]" for i in range(n)] + ["", "NOTES", ""] + [f"[{i}] note" for i in range(n)]
    ),
    "notes across pages": lambda n: ["\fa word1 and two", "1 not", "e1 [", "\f[1", "1"] * n,
    "brackets": lambda n: ["so1 [Note 1: [[["] * n,
    "furniture after blank lines": lambda n: [""] * n + ["a,", "Page 1 of 2", "b"] * n,
}


@pytest.mark.parametrize("name", ODD)
def test_the_work_grows_with_the_text_only(name: str) -> None:
    def run(n: int) -> int:
        text = text_of(ODD[name](n))
        return work(lambda: structure(clean(text, Guidance()).text, Guidance()))

    run(20)  # what is loaded and compiled once does not count
    assert run(2000) < 14 * run(200) + 2000
