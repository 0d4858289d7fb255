"""Listings: words are marked, and no letter is lost or changed."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from octavo.chapters.listings import LANGUAGES, mark_words

SAMPLES = (
    "$ octavo doctor",
    "$ octavo doctor\n",
    "def f(x):\n    return 'a' # why\n",
    "\n\n  x = 1",
    "<p class='a'>b</p>\n",
    "> not a prompt\n\n\n",
)


def marked(text: str, language: str) -> etree._Element:
    code = etree.Element("code")
    code.text = text
    mark_words(code, language)
    return code


@pytest.mark.parametrize("language", sorted(LANGUAGES))
@pytest.mark.parametrize("text", SAMPLES)
def test_every_letter_stays(language: str, text: str) -> None:
    assert "".join(marked(text, language).itertext()) == text


# U+FFFE and U+FFFF are no characters to XML, and come no further than its parser.
CHARACTERS = st.characters(
    codec="utf-8", exclude_categories=("Cc", "Cs"), exclude_characters="\ufffe\uffff"
)


@given(st.text(CHARACTERS | st.just("\n")))
@settings(max_examples=150, deadline=None)
def test_every_letter_of_any_text_stays(text: str) -> None:
    for language in ("console", "python", "html", "yaml"):
        assert "".join(marked(text, language).itertext()) == text


def test_words_are_marked_by_their_kind() -> None:
    found = marked("def f():\n    return 'x'  # why\n", "python")
    kinds = {(span.get("class"), span.text) for span in found}
    assert {("kw", "def"), ("kw", "return"), ("co", "# why"), ("st", "'x'")} <= kinds


def test_an_unknown_language_is_left_plain() -> None:
    assert len(marked("def f(): pass", "klingon")) == 0


def test_a_very_long_listing_is_left_plain() -> None:
    assert len(marked("def f(): pass\n" * 2000, "python")) == 0
