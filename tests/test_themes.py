"""Themes and the layers of templates: what replaces what, and what is said of faults."""

import re
from pathlib import Path

import pytest

from conftest import Command, write
from octavo.check import check
from octavo.cli.copying import copy_templates
from octavo.errors import InvalidSettings, MissingFile, NoPermission, TemplateFault
from octavo.fonts import faces_for, faces_of, font_set
from octavo.model import Place
from octavo.render import epub_edition, html_edition, print_edition, shipped_templates, themed
from octavo.render.themes import text_face
from test_render import ABOUT, LOOK, book

AT = Place("book.toml", 3)


def styles(*folders: Path) -> dict[str, str]:
    """The style of each edition."""
    fonts = font_set("abc", faces_of(text_face(folders))).fonts
    return {
        "html": html_edition(book(), fonts, LOOK, folders),
        "print": print_edition(book(), fonts, LOOK, folders).css,
        "epub": epub_edition(book(), fonts, LOOK, folders).css,
    }


def test_an_override_of_one_file_works_for_all_formats(tmp_path: Path) -> None:
    own = '{% include "theme/style/type.css" %}\nhr::after { content: "own"; }\n'
    write(tmp_path, {"style/type.css": own})
    standing = styles()
    for edition, css in styles(tmp_path).items():
        assert 'hr::after { content: "own"; }' in css
        assert ".verse .line {" in css, "the rest of the file is there"
        assert 'content: "own"' not in standing[edition]


def test_the_modern_theme_is_plainly_different_in_all_formats() -> None:
    modern = themed((), "modern", AT)
    body = re.compile(r"body \{\s+font-family: ([^;]*);")
    for edition, css in styles(*modern).items():
        assert "body { font-variant-numeric: lining-nums" in css, edition
        assert body.findall(css)[0].startswith('"Octavo Sans", "Octavo Serif"')
    assert all(body.findall(css)[0].startswith('"Octavo Serif"') for css in styles().values())
    assert "@bottom-right" in styles(*modern)["print"]
    page = html_edition(book(), (), LOOK, modern)
    assert page.index('class="author"') < page.index('id="book-title"')
    assert "Set in Alegreya Sans and" in page


def test_the_books_files_go_before_the_themes_and_these_before_the_shipped(tmp_path: Path) -> None:
    house, own = tmp_path / "house", tmp_path / "own"
    write(house, {"themes/broadside/style/type.css": "a", "themes/broadside/style/screen.css": "b"})
    write(own, {"style/screen.css": 'c {% include "theme/style/screen.css" %} d'})
    folders = themed((own, house), "broadside", AT)
    assert folders == (own, house, house / "themes" / "broadside")
    page = html_edition(book(), (), LOOK, folders)
    assert "\na\nc b d\n" in page
    assert "<header>" in page, "what none of them has is the shipped one"
    write(own, {"style/screen.css": '{% include "classic/style/screen.css" %}'})
    assert "--paper: #fdfcf9" in html_edition(book(), (), LOOK, folders[:1])


def test_words_of_all_layers_are_put_together(tmp_path: Path) -> None:
    write(tmp_path, {"words.toml": '[en]\ncontents = "What is in it"\n'})
    page = html_edition(book(), (), LOOK, themed((tmp_path,), "modern", AT))
    assert "What is in it" in page
    assert "Set in Alegreya Sans and" in page
    assert "Edited by" in page


def test_a_theme_that_is_not_there_is_refused_with_those_there_are(tmp_path: Path) -> None:
    write(tmp_path, {"themes/broadside/theme.toml": 'text = "sans"'})
    with pytest.raises(InvalidSettings) as caught:
        themed((tmp_path,), "modren", AT)
    assert caught.value.place == AT
    assert 'there is no theme "modren" (did you mean "modern"?)' in caught.value.message
    assert caught.value.hint == "There is broadside, classic, modern"
    assert themed((tmp_path,), "classic", AT) == (tmp_path,)


@pytest.mark.parametrize(
    ("name", "source", "line"),
    [
        ("style/type.css", "p {}\n{{ nothing }}\n", 2),
        ("parts/titlepage.html", "\n\n{% if %}\n", 3),
        ("words.toml", "[en]\ncontents =\n", 2),
        ("theme.toml", "text = 1", None),
        ("theme.toml", "\ntext = ", 2),
    ],
)
def test_a_fault_in_a_theme_names_file_and_line(
    tmp_path: Path, name: str, source: str, line: int | None
) -> None:
    write(tmp_path, {f"themes/mine/{name}": source})
    folders = themed((tmp_path,), "mine", AT)
    with pytest.raises(TemplateFault) as caught:
        html_edition(book(), (), LOOK, folders)
    assert caught.value.place == Place(f"templates/themes/mine/{name}", line)


def test_the_faces_are_those_of_the_text() -> None:
    markup = ["<p>a <strong>b <em>c</em></strong></p>"]
    assert [face.name for face in faces_for(markup, "sans")] == [
        "serif-400-normal.ttf",
        "sans-400-normal.ttf",
        "sans-400-italic.ttf",
        "sans-700-normal.ttf",
        "sans-700-italic.ttf",
    ]
    assert len(faces_of("sans")) == len(faces_of("serif")) + 1
    assert ABOUT.language == "en"


# --- copying ---


def test_all_templates_are_copied_and_leave_the_book_as_it_was(tmp_path: Path) -> None:
    written = copy_templates(tmp_path, (), "classic")
    home = tmp_path / "templates"
    names = {path.relative_to(home).as_posix() for path in written}
    assert {"book.html", "style/print.css", "parts/chapter.html", "words.toml"} <= names
    assert not any(name.startswith("themes/") for name in names)
    assert styles(home) == styles()


def test_templates_of_a_theme_are_copied_with_those_it_does_not_have(tmp_path: Path) -> None:
    copy_templates(tmp_path, ("style/print.css", "nav.xhtml"), "modern")
    modern = shipped_templates() / "themes" / "modern" / "style" / "print.css"
    assert (tmp_path / "templates/style/print.css").read_bytes() == modern.read_bytes()
    nav = (shipped_templates() / "nav.xhtml").read_bytes()
    assert (tmp_path / "templates/nav.xhtml").read_bytes() == nav


def test_what_cannot_be_copied_is_said(tmp_path: Path) -> None:
    with pytest.raises(MissingFile, match=r"did you mean style/print\.css\?"):
        copy_templates(tmp_path, ("style/prnt.css",), "classic")
    copy_templates(tmp_path, ("nav.xhtml",), "classic")
    with pytest.raises(NoPermission, match="nothing is overwritten"):
        copy_templates(tmp_path, ("book.html", "nav.xhtml"), "classic")
    assert not (tmp_path / "templates" / "book.html").exists()
    with pytest.raises(InvalidSettings, match="there is no theme"):
        copy_templates(tmp_path, (), "nope")


# --- the command ---


def test_a_book_is_built_in_another_theme(tmp_path: Path, octavo: Command) -> None:
    settings = 'title = "T"\ntheme = "modern"\n[pdf]\nrecto = false\n'
    text = "# One\n\nA **b** *c*.\n\n# Two\n\n> d\n"
    write(tmp_path, {"book.toml": settings, "text/a.md": text})
    ended = octavo("build", "epub", "html")
    assert ended.code == 0, ended.err
    for name in ended.built:
        path = tmp_path / name
        found = check(path, "epub" if path.suffix == ".epub" else "html")
        assert not [each for each in found if each.severity in {"error", "warning"}]
    write(tmp_path, {"book.toml": settings.replace("modern", "modem")})
    ended = octavo("build")
    assert ended.code != 0
    assert 'book.toml:2: there is no theme "modem"' in ended.err


def test_new_copies_templates_and_starts_no_book(tmp_path: Path, octavo: Command) -> None:
    ended = octavo("new", "b", "--template", "style/print.css")
    assert (ended.code, ended.out) == (0, "b/templates/style/print.css\n")
    assert sorted(path.name for path in (tmp_path / "b").iterdir()) == ["templates"]
    assert octavo("new", "b", "--templates", "--template", "nav.xhtml").code == 2
    assert octavo("new", "b", "--theme", "modern").code == 2
