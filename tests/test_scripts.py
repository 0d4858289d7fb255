"""Which fonts set the scripts that ours lack, and what is said of those that are missing."""

import pytest

from octavo.build.faces import joined, lacking
from octavo.fonts import FACES
from octavo.model import Finding
from octavo.render.studio import families
from octavo.scripts import SCRIPTS, advice, of_language


@pytest.mark.parametrize(
    ("tag", "family"),
    [
        ("zh", "Noto Serif CJK SC"),
        ("zh-Hans-SG", "Noto Serif CJK SC"),
        ("zh-TW", "Noto Serif CJK TC"),
        ("zh-Hant", "Noto Serif CJK TC"),
        ("zh-HK", "Noto Serif CJK HK"),
        ("yue", "Noto Serif CJK HK"),
        ("ja", "Noto Serif CJK JP"),
        ("ko-KR", "Noto Serif CJK KR"),
        ("he", "Noto Serif Hebrew"),
        ("HI", "Noto Serif Devanagari"),
        ("th", "Noto Serif Thai"),
    ],
)
def test_each_language_has_its_fonts(tag: str, family: str) -> None:
    script = of_language(tag)
    assert script is not None
    assert script.serif[0] == family


@pytest.mark.parametrize("tag", ["en", "de-AT", "ar", "fa", "ru", "el", "tlh", "zha"])
def test_other_languages_have_ours(tag: str) -> None:
    assert of_language(tag) is None


def test_no_two_scripts_have_a_language() -> None:
    tags = [tag for script in SCRIPTS for tag in script.languages]
    assert len(tags) == len(set(tags))


@pytest.mark.parametrize(
    ("characters", "language", "said"),
    [
        ("אב", "en", "install Noto Serif Hebrew (on Debian and Ubuntu: fonts-noto-core)"),
        ("港", "en", "install Noto Serif CJK SC (on Debian and Ubuntu: fonts-noto-cjk)"),
        ("港の", "ja", "install Noto Serif CJK JP (on Debian and Ubuntu: fonts-noto-cjk)"),
        ("港", "zh-TW", "install Noto Serif CJK TC (on Debian and Ubuntu: fonts-noto-cjk)"),
        (
            "港ก",
            "th",
            "install Noto Serif CJK SC and Noto Serif Thai"
            " (on Debian and Ubuntu: fonts-noto-cjk, fonts-noto-core)",
        ),
        ("☃", "en", ""),
    ],
)
def test_what_to_install(characters: str, language: str, said: str) -> None:
    assert advice(characters, language) == said


def test_characters_of_others_are_one_warning() -> None:
    assert lacking(frozenset(), "he") == []
    (found,) = lacking(frozenset("אבגדהוזחטיכלמנ"), "he")
    assert found.severity == "warning"
    assert found.message == (
        "none of Octavo's fonts has א ב ג ד ה ו ז ח ט י כ ל …: the reader's or this system's are"
        " taken; to be sure of them, install Noto Serif Hebrew"
        " (on Debian and Ubuntu: fonts-noto-core)"
    )
    (strange,) = lacking(frozenset("☃"), "he")
    assert strange.message.endswith("are taken")


def test_characters_of_nobody_are_one_warning() -> None:
    said = '.notdef glyph rendered for Unicode string unsupported by fonts: "{}" (U+{:04X})'
    empty = [Finding("layout", "warning", said.format(c, ord(c))) for c in "นกน"]
    other = Finding("layout", "warning", "something else")
    first, second = joined([empty[0], other, *empty[1:]], "th")
    assert second == other
    assert first.message == (
        "no font on this system has ก น: the PDF shows nothing there; install Noto Serif Thai"
        " (on Debian and Ubuntu: fonts-noto-core), and build the book again"
    )
    assert joined([other], "th") == (other,)


def test_the_systems_fonts_come_before_ours_in_a_book_of_theirs() -> None:
    faces = [(face, face.name) for face in FACES]
    stack = families(faces, "rtl", script=of_language("he"))
    assert stack["serif"].startswith('"Noto Serif Hebrew", ')
    assert stack["serif"].endswith('"Octavo Serif", "Octavo Mono", serif')
    assert stack["sans"].startswith('"Noto Sans Hebrew", ')
    assert stack["mono"] == families(faces)["mono"]
    assert "Noto" not in families(faces)["serif"]
