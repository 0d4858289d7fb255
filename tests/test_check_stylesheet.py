import pytest
from hypothesis import given
from hypothesis import strategies as st

from octavo.check.stylesheet import addresses

FOUND = {
    "url(a.png)": ["a.png"],
    "p { background: url( a.png ) }": ["a.png"],
    "url('a b.png')": ["a b.png"],
    'URL( "a.png" )': ["a.png"],
    "url(a.png), url(b.png)": ["a.png", "b.png"],
    "u\\72l(a.png)": ["a.png"],
    "\\75 rl(a.png)": ["a.png"],
    "url(a\\29.png)": ["a).png"],
    "url(a\\)b": ["a)b"],
    "url('a\\\nb')": ["ab"],
    "url(": [""],
    "@import 'a.css';": ["a.css"],
    '@IMPORT "a.css" screen;': ["a.css"],
    "@\\69mport 'a.css'": ["a.css"],
    "@import url(a.css);": ["a.css"],
    "image-set('a.png' 1x, url(b.png) type('image/png') 2x)": ["a.png", "b.png"],
    "src('a.png')": ["a.png"],
    "@import /* 'not.css' */ 'a.css'": ["a.css"],
    "a/**/url(x)": ["x"],
    "p{content:')'}q{x:url(a)}": ["a"],
}
NOT_FOUND = [
    "",
    "/* url(a.png) */",
    "/* url(a.png)",
    "'url(a.png)'",
    '"a \\" url(a.png)"',
    "curl(a.png)",
    "p { content: 'a.png' }",
    "@namespace 'http://www.w3.org/1999/xhtml';",
    "@namespace x url(http://www.w3.org/2000/svg);",
    "@charset 'utf-8';",
    "@import; p { content: 'a' }",
    "local('A Font') format('woff2')",
]


@pytest.mark.parametrize(("css", "expected"), FOUND.items())
def test_addresses_are_found(css: str, expected: list[str]) -> None:
    assert [one.text for one in addresses(css)] == expected


@pytest.mark.parametrize("css", NOT_FOUND)
def test_what_is_no_address_is_not_found(css: str) -> None:
    assert list(addresses(css)) == []


def test_lines_are_counted_from_1() -> None:
    css = "url(a)\n\n/*\n*/ url(b) url('c\\\n')\nurl(d)"
    assert [(one.text, one.line) for one in addresses(css)] == [
        ("a", 1),
        ("b", 4),
        ("c", 4),
        ("d", 6),
    ]


@given(st.text(alphabet="url(@import'\"\\/*){};, \n7a"))
def test_no_text_stops_it(css: str) -> None:
    for one in addresses(css):
        assert 1 <= one.line <= css.count("\n") + 1


@given(st.text(alphabet="ab /.:#?-_é", min_size=1))
def test_a_quoted_address_comes_back_whole(address: str) -> None:
    assert [one.text for one in addresses(f"p {{ x: url('{address}') }}")] == [address]


@pytest.mark.parametrize("part", ["/*", "'", "url(", "\\", "(", "@import", "u\\72", "url(' ", "*/"])
def test_a_megabyte_of_rubbish_ends(part: str) -> None:
    # Not timed: if the search went over the text again and again, this would not end at all.
    list(addresses(part * (1_000_000 // len(part))))
