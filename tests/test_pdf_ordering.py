"""Marked content is put into the order of the tree, and looks as it did."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from octavo.write.pdf.ordering import arrange

State = dict[str, str]


def content(text: str) -> list[Any]:
    """Give content as pydyf has it; `(3` begins the marked content of number 3, `)` ends it."""
    items: list[Any] = []
    for line in (each.strip() for each in text.split(";")):
        if line.startswith("("):
            items += ["/Span", {"MCID": int(line[1:])}, b"BDC"]
        elif line == "[":
            items += ["/Artifact", b"BMC"]
        elif line:
            items.append({")": b"EMC", "]": b"EMC"}.get(line, line.encode()))
    return items


def text(items: list[Any]) -> str:
    """Give content as `content` takes it."""
    said, closing = [], []
    for at, item in enumerate(items):
        if item == b"BDC":
            said.append(f"({items[at - 1]['MCID']}")
            closing.append(")")
        elif item == b"BMC":
            said.append("[")
            closing.append("]")
        elif item == b"EMC":
            said.append(closing.pop())
        elif isinstance(item, bytes):
            said.append(item.decode())
    return "; ".join(said)


def arranged(said: str, *order: int) -> str:
    items = content(said)
    arrange(items, order)
    return text(items)


def painted(said: str) -> list[tuple[int | None, str, tuple[str, ...]]]:
    """What is painted: its marked content, where and within which edge, and how."""
    where, state = "", State()
    stack: list[tuple[str, State]] = []
    inside: list[int | None] = []
    found = []
    for line in (each.strip() for each in said.split(";")):
        name = line.split()[-1] if line else ""
        if name == "q":
            stack.append((where, dict(state)))
        elif name == "Q":
            where, state = stack.pop()
        elif name in ("cm", "W"):
            where += line
        elif name in ("rg", "gs", "Tf"):
            state[line[:2] if name == "gs" else name] = line
        elif line == "[" or line.startswith("("):
            inside.append(int(line[1:]) if line[1:] else None)
        elif line in (")", "]"):
            inside.pop()
        elif name in ("TJ", "f"):
            number = next((each for each in inside if each is not None), None)
            found.append((number, f"{where} {line}", tuple(sorted(state.values()))))
    return found


TEXT = "(0; /a1.0 gs; 0 rg; /A 9 Tf; [a] TJ; ); (2; [b] TJ; ); (4; [c] TJ; ); "


def test_what_is_in_order_is_left_alone() -> None:
    for said in ("", "q; Q", TEXT.strip("; "), "(7; [x] TJ; ); (0; [a] TJ; )"):
        assert arranged(said, 0, 2, 4) == said


def test_a_marker_goes_before_its_text_and_takes_its_colour_along() -> None:
    said = TEXT + "q; q; (1; [m] TJ; ); Q; Q; q; q; (3; /a1.0 gs; 1 rg; [n] TJ; ); Q; Q"
    assert arranged(said, 0, 1, 2, 3, 4) == (
        "(0; /a1.0 gs; 0 rg; /A 9 Tf; [a] TJ; ); "
        "q; /a1.0 gs; 0 rg; /A 9 Tf; q; (1; [m] TJ; ); Q; Q; (2; [b] TJ; ); "
        "q; /a1.0 gs; 0 rg; /A 9 Tf; q; (3; /a1.0 gs; 1 rg; [n] TJ; ); Q; Q; (4; [c] TJ; )"
    )


def test_what_comes_last_goes_behind_all_others() -> None:
    assert arranged("q; (2; [z] TJ; ); Q; (0; [a] TJ; ); (1; [b] TJ; )", 0, 1, 2) == (
        "(0; [a] TJ; ); (1; [b] TJ; ); q; (2; [z] TJ; ); Q"
    )


def test_a_piece_without_a_group_leaves_its_colour_to_the_next() -> None:
    assert arranged("(1; 0 rg; [a] TJ; ); (2; [b] TJ; ); (0; 1 rg; [c] TJ; ); [d] TJ", 0, 1, 2) == (
        "q; 0 rg; (0; 1 rg; [c] TJ; ); Q; (1; 0 rg; [a] TJ; ); (2; [b] TJ; ); 1 rg; [d] TJ"
    )


def test_a_clipped_image_goes_with_its_edge() -> None:
    said = "(0; [a] TJ; ); (2; [b] TJ; ); q; q; 0 0 9 9 re; W; n; (1; q; 2 cm; /i Do; Q; ); Q; Q"
    assert arranged(said, 0, 1, 2) == (
        "(0; [a] TJ; ); q; q; 0 0 9 9 re; W; n; (1; q; 2 cm; /i Do; Q; ); Q; Q; (2; [b] TJ; )"
    )


def test_what_is_behind_an_edge_comes_out_of_it_only_as_a_whole() -> None:
    edge = "q; W; (1; [b] TJ; ); (3; [d] TJ; ); Q; "
    said = edge + "(0; [a] TJ; ); (2; [c] TJ; )"
    assert arranged(said, 1, 0, 3, 2) == said, "3 would lose its edge"
    assert arranged(said, 0, 1, 3, 2) == f"q; (0; [a] TJ; ); Q; {edge}(2; [c] TJ; )"


@pytest.mark.parametrize("other", ["2 0 0 2 0 0 cm", "W", "/s0 gs"])
def test_nothing_goes_where_it_would_look_otherwise(other: str) -> None:
    said = f"q; (1; [b] TJ; ); {other}; (2; [c] TJ; ); Q; q; (0; [a] TJ; ); {other}; Q"
    assert [number for number, _, _ in painted(arranged(said, 0, 1, 2))] == [0, 1, 2]
    said = f"q; {other}; (1; [b] TJ; ); (2; [c] TJ; ); (3; [d] TJ; ); Q; q; (0; [a] TJ; ); Q"
    inside = f"q; (0; [a] TJ; ); Q; q; {other}; (1; [b] TJ; ); (2; [c] TJ; ); (3; [d] TJ; ); Q"
    assert arranged(said, 0, 1, 2, 3) == inside
    assert arranged(said, 1, 0, 2, 3) == said


def test_nothing_goes_below_its_own_ground() -> None:
    said = "(1; [b] TJ; ); (2; [c] TJ; ); q; q; [; 1 f; ]; Q; (0; [a] TJ; ); (3; [d] TJ; ); Q"
    assert arranged(said, 0, 1, 2, 3) == said
    plain = said.replace("[; 1 f; ]; ", "")
    assert arranged(plain, 0, 1, 2, 3).startswith("q; (0; [a] TJ; ); Q; (1;")


PIECE = st.sampled_from(
    ["[x] TJ", "0 rg", "1 rg", "/a0.5 gs", "/A1.0 gs", "/s1 gs", "2 cm", "W", "/A 9 Tf", "[; f; ]"]
)


@st.composite
def pages(draw: st.DrawFn, depth: int = 0) -> str:
    """Content with groups and marked content in any order."""
    parts = draw(
        st.lists(
            st.one_of(
                PIECE,
                st.just("MARK"),
                st.just("MARK"),
                pages(depth + 1).map(lambda inner: f"q; {inner}; Q") if depth < 3 else PIECE,
            ),
            min_size=1,
            max_size=6,
        )
    )
    return "; ".join(parts)


@settings(max_examples=150, deadline=None, derandomize=True, database=None)
@given(pages(), st.randoms(use_true_random=False))
def test_whatever_moves_looks_as_it_did(said: str, chance: Any) -> None:
    count = said.count("MARK")
    for number in range(count):
        set_ = chance.choice(("", "0 rg; ", "/a0.1 gs; ", "q; 3 cm; [y] TJ; Q; "))
        said = said.replace("MARK", f"({number}; {set_}[{number}] TJ; )", 1)
    order = list(range(count))
    chance.shuffle(order)
    done = arranged(said, *order)
    assert sorted(painted(done), key=repr) == sorted(painted(said), key=repr)
    rank = {number: at for at, number in enumerate(order)}
    assert in_order(done, rank) >= in_order(said, rank)


def in_order(said: str, rank: dict[int, int]) -> int:
    """How many pieces of marked content can be read one behind the other, in the order."""
    lengths: dict[int, int] = {}
    for line in said.split("; "):
        if line[:1] == "(":
            at = rank[int(line[1:])]
            lengths[at] = 1 + max((n for one, n in lengths.items() if one < at), default=0)
    return max(lengths.values(), default=0)


def test_without_groups_all_of_it_comes_in_order() -> None:
    items = content("; ".join(f"(%d; [{n}] TJ; )" % n for n in (5, 3, 0, 4, 1, 2)))
    arrange(items, range(6))
    assert [item["MCID"] for item in items if isinstance(item, dict)] == [0, 1, 2, 3, 4, 5]
