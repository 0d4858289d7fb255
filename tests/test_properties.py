"""What holds for every rough text.

The environment's OCTAVO_EXAMPLES says how many texts each of these tests draws: 10000 before a
release, which takes an hour.
"""

import os
import random
import sys
import textwrap
from collections.abc import Callable
from itertools import zip_longest

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from octavo.clean import clean
from octavo.errors import SourceError
from octavo.guidance import Guidance, Order
from octavo.model import Block, Footnote, Line, Paragraph, Place, Text
from octavo.read import read
from octavo.read.lines import cut
from octavo.rules import KINDS, RULES
from octavo.structure import lost, structure, title_of

EXAMPLES = int(os.environ.get("OCTAVO_EXAMPLES", "300"))
# Without a number in the environment, the same texts each time: a test says the same twice.
often = settings(
    max_examples=EXAMPLES, deadline=None, derandomize="OCTAVO_EXAMPLES" not in os.environ
)

# Pieces out of which odd lines are made: markers, furniture, ornaments, hyphens, scripts.
PIECES = st.sampled_from(
    [
        *("the river", "Rose", "well-known", "and", "CHAPTER IV.", "Page 3 of 9", "12", "xii", "I"),
        *("* * *", "***", "---", "#", "1.", "2.", "(a)", "- ", "• ", "“Yes.”", "—", "--", "_so_"),
        *("wa-", "wa\u2010", "wa\u00ad", "ter", "ﬁn", "\u00a0", "\t", "  ", "第一条", "人人。"),
        *("Ã©", "â€œ", "Ã", "РїСЂ", "Ã¢â‚¬Å“", "ï»¿", "\xad", "«"),
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
        *("> the river", ">> Rose", "> >", "From: N", "To: N", "Subject: N", "\U00100000"),
        *("NOTES", "so*", "* A note", "¹ so", "3", "\U000f0000"),
        *("_", "Produced by N.", "\ufeff", "é", "الفصل", "...", ",", "The Long Road", "e\u0301"),
        *("´e", "e´", "caf´ e", "¨", "c¸", "``so", "so''", "\ufee3", "\u0131´"),
        *("[Pg 12]", "{13}", "Digitized by Google", "-----File: 1.png---", "http://google.com/"),
        "From Google, digitized, in the public domain: http://books.google.com/",
        "*** START OF THE PROJECT GUTENBERG EBOOK X ***",
        "*** END OF THE PROJECT GUTENBERG EBOOK X ***",
        "End of the Project Gutenberg EBook of X",
        "a longer piece of prose that fills most of a line with words",
    ]
)
NO_CONTROLS = dict.fromkeys((*range(32), *range(127, 160), 0x2028, 0x2029))  # `read` has none
ROWS = st.lists(
    st.tuples(
        st.sampled_from(["", "", "", "   ", "\t", "\f", "\f  ", "> "]),
        st.one_of(st.lists(PIECES, max_size=4).map(" ".join), st.text(max_size=12)),
    ).map(lambda parts: parts[0] + parts[1].translate(NO_CONTROLS)),
    max_size=40,
)


def text_of(rows: list[str]) -> Text:
    return Text(tuple(Line(row, Place("a.txt", number)) for number, row in enumerate(rows, 1)))


@often
@given(ROWS)
def test_no_character_is_lost_or_invented(rows: list[str]) -> None:
    text = text_of(rows)
    cleaned = clean(text, Guidance())
    structured = structure(cleaned.text, Guidance())
    assert lost(text, structured.blocks, cleaned.changes + structured.changes) == {}


@often
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


@often
@example(["A", "A", "0"], (Order(frozenset(), frozenset({"capitals"}), 1, None),))
@given(st.one_of(ROWS, TWO_COLUMNS), ORDERS)
def test_nothing_is_lost_by_any_order(rows: list[str], orders: tuple[Order, ...]) -> None:
    text, guidance = text_of(rows), Guidance(None, orders)
    cleaned = clean(text, guidance)
    structured = structure(cleaned.text, guidance)
    assert lost(text, structured.blocks, cleaned.changes + structured.changes) == {}


@often
@given(st.one_of(ROWS, TWO_COLUMNS), ORDERS)
def test_cleaning_twice_is_cleaning_once_under_orders(
    rows: list[str], orders: tuple[Order, ...]
) -> None:
    guidance = Guidance(None, orders)
    once = clean(text_of(rows), guidance)
    twice = clean(once.text, guidance)
    assert twice.changes == ()
    assert twice.text == once.text


@often
@given(st.one_of(ROWS, TWO_COLUMNS), st.integers(1, 30), st.integers(0, 9))
def test_lines_stay_where_all_rules_are_off(rows: list[str], first: int, more: int) -> None:
    order = Order(off=frozenset(RULES), first=first, last=first + more)
    guidance = Guidance(None, (order,))
    cleaned = clean(text_of(rows), guidance)
    kept = [line for line in cleaned.text.lines if order.covers(line.place.line)]
    assert [line.text for line in kept] == rows[first - 1 : first + more]
    changed = structure(cleaned.text, guidance).changes
    assert not any(order.covers(change.place.line) for change in (*cleaned.changes, *changed))


@often
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
    """The paragraphs that end above a range, or begin below it.

    Behind a footnote that was taken out of it a paragraph goes on.
    """
    found: set[str] = set()
    for at, block in enumerate(blocks):
        rest = (each for each in blocks[at + 1 :] if not isinstance(each, Footnote))
        following = next((each.place.line or 0 for each in rest), 0)
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


# Pages as typists, typesetters and extractors leave them: a manner, and what it does to prose.
NOUNS = "river night bridge mill well-known “Yes,” Rose door _slowly_ l’eau ﬁre e\u0301te\u0301 [3]"
LATIN = st.sampled_from(
    f"{NOUNS} the a had and risen to of below It was When he [12] 1. IV said."
    " stood, it; boys: end. gone! why? — -- ... “No.” isn't 1848 p. *so* and/or".split()
)
CHINESE = st.text("河水在夜里涨了起来，磨坊。“”：我们", min_size=4, max_size=30)
ARABIC = st.sampled_from("كان النهر ،في الليل . المادة 3 וה ,ראה ו قد".split())
PROSE = st.one_of(
    st.lists(LATIN, min_size=1, max_size=60).map(" ".join),
    st.lists(LATIN, min_size=1, max_size=60).map(" ".join),
    st.lists(CHINESE, min_size=1, max_size=4).map("".join),
    st.lists(ARABIC, min_size=1, max_size=30).map(" ".join),
)
ODDITIES = st.sampled_from(
    [
        *("\u00a0", "\u00ad", "\u200b", "\ufeff", "\u200f", "\x01", "\x9b", "\x1f", "\ufffd"),
        *("\t", "\v", "\x85", "\u0301", "\udc80", "\ufffe", "  ", "   ", "\r", "\f", "\u2028"),
        *("-\n", "\u2010\n"),
    ]
)


@st.composite
def passages(draw: st.DrawFn) -> list[str]:
    """Draw the lines of a passage in one of the manners of rough text."""
    width = draw(st.sampled_from([24, 40, 60, 72]))
    prose = draw(st.lists(PROSE, min_size=1, max_size=4))
    wrapped = [textwrap.wrap(each, width) or [""] for each in prose]
    lines = [line for each in wrapped for line in each]
    match draw(st.integers(0, 12)):
        case 0:
            return [row for each in wrapped for row in (*each, "")]
        case 1:
            return [
                f"{'' if at else '    '}{row}" for each in wrapped for at, row in enumerate(each)
            ]
        case 2:  # pages with heads and folios
            head, first = draw(st.sampled_from(["THE ROAD", "T H E R O A D", "Rose"])), draw(NUMBER)
            pages = [lines[at : at + 9] for at in range(0, len(lines), 9)]
            return [
                row for n, page in enumerate(pages) for row in (f"\f{head} {first + n}", "", *page)
            ]
        case 3:
            half = len(lines) // 2
            pairs = zip_longest(lines[:half], lines[half:], fillvalue="")
            return [f"{left:<{width + 4}}{right}" for left, right in pairs]
        case 4:
            return ["", *(f"    {row[:30]}" for row in lines), ""]
        case 5:
            return [f"[{n}] {row}" for n, row in enumerate(lines, draw(NUMBER))]
        case 6:
            return ["> " * draw(st.integers(1, 4)) + row for row in lines]
        case 7:
            mark = draw(st.sampled_from(["{}. ", "({}) ", "- ", "• ", "{}) "]))
            return [mark.format(n) + row for n, row in enumerate(lines, draw(NUMBER))]
        case 8:
            return [
                "",
                draw(st.sampled_from(["CHAPTER IV", "3", "IV.", "* * *", "Notes", "§ 2"])),
                "",
            ]
        case 9:
            return prose
        case 10:  # divided at the line end
            broken = "".join(f"{row[:-2]}{row[-2:]}-\n" for row in lines)
            return broken.split("\n")
        case 11:
            return [*draw(ROWS)]
        case _:
            return [f"{row:^{width}}" for row in lines]


NUMBER = st.integers(0, 30)


@st.composite
def documents(draw: st.DrawFn) -> str:
    """Draw a whole rough text: passages in several manners, with damage."""
    rows = [row for part in draw(st.lists(passages(), min_size=1, max_size=5)) for row in part]
    text = draw(st.sampled_from(["\n", "\n", "\r\n", "\r"])).join(rows)
    for oddity, where in draw(st.lists(st.tuples(ODDITIES, st.floats(0, 1)), max_size=6)):
        at = round(where * len(text))
        text = text[:at] + oddity + text[at:]
    return text


@often
@given(documents())
def test_no_character_of_a_document_is_lost_or_invented(string: str) -> None:
    text, dropped = cut(string, "a.txt")
    cleaned = clean(text, Guidance())
    structured = structure(cleaned.text, Guidance(cleaned.language))
    changes = dropped + cleaned.changes + structured.changes
    source = text_of([string])
    assert lost(source, structured.blocks, changes) == {}


@often
@given(documents())
def test_cleaning_a_document_twice_is_cleaning_it_once(string: str) -> None:
    once = clean(cut(string, "a.txt")[0], Guidance())
    twice = clean(once.text, Guidance())
    assert twice.changes == ()
    assert twice.text == once.text


@often
@given(documents(), st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252"]))
@example(  # a quotation of an e-mail in the midst of what reads like verse
    "““““““\n\n““““\n> river\n> river\n> river\n> river river\n> river r\river river\n"
    "> river river\n\n    river\n    ““““\n    了“““““““",
    "utf-8",
)
def test_a_document_in_bytes_is_kept_or_refused(string: str, codec: str) -> None:
    data = string.encode(codec, "surrogatepass" if codec[:3] == "utf" else "replace")
    try:
        got = read(data, "a.txt")
    except SourceError as error:
        assert error.hint
        return
    cleaned = clean(got.text, Guidance())
    structured = structure(cleaned.text, Guidance(cleaned.language))
    changes = got.changes + cleaned.changes + structured.changes
    decoded = data.decode(got.encoding, "backslashreplace")  # as changes give broken bytes
    assert lost(text_of([decoded]), structured.blocks, changes) == {}


# A text that needs no mending. Its words come by chance, not by choice: lines that are the same,
# which hypothesis would make of it, are running heads.
VOCABULARY = (
    "the river had risen in night and nobody at mill could say how high it stood when boys came"
    " down to look meadow was gone path along bank with they would have go round said elder but"
    " younger thought of boat that lay under willow his uncle kept there since spring because no"
    " one asked for much water ran over stones grass fields their mother waited lamp table until"
    " evening"
).split()


def sentences(seed: int) -> str:
    chance = random.Random(seed)
    made = (
        chance.choices(VOCABULARY, k=chance.randint(4, 16)) for _ in range(chance.randint(2, 7))
    )
    return " ".join(" ".join(words).capitalize() + "." for words in made)


SENTENCES = st.integers(0, 1 << 32).map(sentences)


@often
@given(st.lists(SENTENCES, min_size=2, max_size=12, unique=True), st.sampled_from([None, 72, 60]))
@example([sentences(291826), sentences(3_199_654_142)], 60)  # by chance lines end with sentences
@example([sentences(128), sentences(300), sentences(13176024)], 60)  # no last line is short
def test_clean_text_is_left_alone(paragraphs: list[str], width: int | None) -> None:
    set_in_lines = [[each] if width is None else textwrap.wrap(each, width) for each in paragraphs]
    rows = [row for each in set_in_lines for row in (*each, "")]
    cleaned = clean(text_of(rows), Guidance())
    assert cleaned.changes == ()
    structured = structure(cleaned.text, Guidance(cleaned.language))
    assert structured.changes == ()
    assert all(isinstance(block, Paragraph) for block in structured.blocks)
    found = ["".join(span.text for span in block.inlines) for block in structured.blocks]
    assert found == paragraphs


WORDS = st.sampled_from(
    "the river had risen in night and stood Then a bell below bridge. It".split()
)
SIDES = st.tuples(
    st.lists(WORDS, max_size=7).map(" ".join), st.lists(WORDS, max_size=7).map(" ".join)
)


@often
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


@often
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
    "split letters": lambda n: ["´e" * n, "e´ ``" * n, *["caf´ e ``so''"] * n],
    "notices": lambda n: ["[Pg 1] Digitized by Google {2}", "Digitized by Google", ""] * n,
    "letters decoded wrongly": lambda n: ["Ã©tÃ© Ãƒ" * n, *["Ã©tÃ©"] * n],
    "marks": lambda n: ["a word[1] and 2 more words2 that go on"] * n,
    "notes": lambda n: (
        ["a word[1] and a word2 and a star*", "", "[1] note", "2 note", "* note"] * n
    ),
    "notes at the end": lambda n: (
        [f"a word[{i}]" for i in range(n)] + ["", "NOTES", ""] + [f"[{i}] note" for i in range(n)]
    ),
    "lists that want the marks": lambda n: (
        ["a word[1] and[2] so:", "1. a", "2. b", "3. c", "", "[1] note", "1. note", "2. note"] * n
    ),
    "notes across pages": lambda n: ["\fa word1 and two", "1 not", "e1 [", "\f[1", "1"] * n,
    "quotations": lambda n: ["> a", ">> b", "", "c"] * n,
    "deep quotations": lambda n: [">" * 30 + " a"] * n,
    "brackets": lambda n: ["so1 [Note 1: [[["] * n,
    "one long Chinese line": lambda n: ["河水在夜里涨了起来，" * n],
    "Chinese": lambda n: ["河水在夜里涨了起来，磨坊里没有人说得出水有多高", "他说。"] * n,
    "one word": lambda n: ["a" * 10 * n],
    "random letters": lambda n: ["".join(random.Random(1).choices("etaoin srhl", k=60 * n))],
    "words by chance": lambda n: wrapped(
        "".join(random.Random(1).choices("etaoin  srhl,.", k=60 * n))
    ),
    "marks only": lambda n: [".,;:!?-_*#()[]\"'", "”“’…—", "--", "..."] * n,
    "list markers only": lambda n: ["1.", "(a)", "-", "•", "ii)"] * n,
    "quoting in quoting": lambda n: [">" * (n % 200) + " a" for n in range(n)],
    "headings in turn": lambda n: ["CHAPTER I", "", "The Road", "", "2", ""] * n,
    "form feeds": lambda n: ["\f"] * n,
    "single letters": lambda n: ["a", "B", "."] * n,
    "Arabic": lambda n: ["كان النهر ،قد ارتفع في الليل .ولم يكن", "3. أحد يعلم"] * n,
    "note marks": lambda n: [f"[{number}] a note [{number}] and" for number in range(n)],
    "quotations that do not end": lambda n: ["“And he said, “Go"] * n,
    "combining marks": lambda n: ["e" + "\u0301" * n, "\u0301" * n],
    "spaces": lambda n: [" " * n, "a" + " " * n + "b", "\u00a0" * n],
    "vertical tabs": lambda n: ["\va column", "and its line"] * n,
    "digits and letters": lambda n: [f"p. {number} of" for number in range(n)],
    "heads that change": lambda n: [
        row for at in range(n) for row in (f"\fThe {chr(97 + at % 26)} | {at}", "", "we went", "on")
    ],
    "heads that count": lambda n: [
        row for at in range(n) for row in (f"[{at}] THE ROAD", *["we went and"] * 13)
    ],
    "rules down the margin": lambda n: ["so it was |", "|", "a | b | c |"] * n,
    "furniture after blank lines": lambda n: [""] * n + ["a,", "Page 1 of 2", "b"] * n,
}


def wrapped(letters: list[str]) -> list[str]:
    return ["".join(letters[at : at + 60]) for at in range(0, len(letters), 60)]


@pytest.mark.parametrize("name", ODD)
def test_the_work_grows_with_the_text_only(name: str) -> None:
    def run(n: int) -> int:
        text = text_of(ODD[name](n))
        return work(lambda: structure(clean(text, Guidance()).text, Guidance()))

    run(20)  # what is loaded and compiled once does not count
    assert run(2000) < 14 * run(200) + 2000
