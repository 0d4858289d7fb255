import datetime
import json
import string
from pathlib import Path, PurePosixPath

import jsonschema
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from octavo.config import (
    BookSettings,
    PageSize,
    PdfSettings,
    load,
    metadata,
    moment,
    overridden,
    schema,
    settle,
    storable,
)
from octavo.config.lines import key_lines
from octavo.config.rulings import LineRange
from octavo.config.schema import schema_text
from octavo.errors import BrokenToml, InvalidSettings, MissingFile, NoPermission
from octavo.model import Author, Overrides, Place, Series

SHIPPED = Path(__file__).parent.parent / "src" / "octavo" / "book.schema.json"
UTC = datetime.UTC

FULL = """\
title = "  The Salt Road "
subtitle = "A Journey"
name = "salt-road"
authors = ["Ada Field", { name = "Ben Holt", role = "trl", sort = "Holt, Ben" }]
language = "en-gb"
identifier = "978-3-16-148410-0"
publisher = "Quiet Press"
date = 2026-03-01
modified = 2026-03-02T01:30:00.75+02:00
rights = "All rights reserved."
description = \"\"\"
  Two friends
  walk inland.\"\"\"
subjects = ["Travel", "Salt"]
series = { name = "Roads", number = 2 }
cover = "images/cover.jpg"
text = ["text/01.md", "text/02.md"]
dialect = "markdown"
formats = ["pdf", "epub"]
contents_depth = 3
[epub]
embed_fonts = false
[pdf]
size = "130mm x 200mm"
font_size = 11
recto = false
[html]
embed_fonts = false
address = "https://example.org/salt"
"""


def written(folder: Path, text: str) -> Path:
    path = folder / "book.toml"
    path.write_text(text, encoding="utf-8")
    return path


def refusal(folder: Path, text: str) -> str:
    with pytest.raises(InvalidSettings) as caught:
        load(written(folder, text), shown="book.toml")
    return str(caught.value)


def test_every_key_is_understood(tmp_path: Path) -> None:
    book = load(written(tmp_path, FULL))
    assert book.title == "The Salt Road"
    assert [(a.name, a.role, a.sort) for a in book.authors] == [
        ("Ada Field", "aut", None),
        ("Ben Holt", "trl", "Holt, Ben"),
    ]
    assert book.language == "en-GB"
    assert book.identifier == "urn:isbn:9783161484100"
    assert book.date == "2026-03-01"
    assert book.modified == datetime.datetime(2026, 3, 1, 23, 30, tzinfo=UTC)
    assert book.description == "Two friends walk inland."
    assert book.cover == PurePosixPath("images/cover.jpg")
    assert book.text == (PurePosixPath("text/01.md"), PurePosixPath("text/02.md"))
    assert book.formats == ("epub", "pdf")
    assert book.pdf.size == PageSize(130, 200)
    assert (book.pdf.font_size, book.pdf.recto) == (11, False)
    assert not book.epub.embed_fonts
    assert not book.html.embed_fonts
    assert book.html.address == "https://example.org/salt/"


def test_a_title_is_enough(tmp_path: Path) -> None:
    book = load(written(tmp_path, 'title = "Alone"'))
    assert (book.language, book.formats) == ("en", ("epub", "pdf", "html"))
    assert (book.dialect, book.contents_depth) == ("commonmark", 2)
    assert book.pdf.size == PageSize(148, 210)
    assert book.pdf.font_size == 10.5


def test_settings_are_frozen_and_can_be_a_key(tmp_path: Path) -> None:
    first, second = load(written(tmp_path, FULL)), load(written(tmp_path, FULL))
    assert hash(first) == hash(second)
    with pytest.raises(ValueError, match="frozen"):
        first.title = "Other"  # type: ignore[misc]


def test_windows_line_ends_and_a_byte_order_mark_do_no_harm(tmp_path: Path) -> None:
    path = tmp_path / "book.toml"
    path.write_bytes('\ufefftitle = "Mark"\r\nlanguage = "de"\r\n'.encode())
    assert load(path).language == "de"


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ('tilte = "x"', 'book.toml:2: unknown key "tilte"; did you mean "title"?'),
        ('author = "x"', 'book.toml:2: unknown key "author"; did you mean "authors"?'),
        ('size = "A4"', 'book.toml:2: unknown key "size"; write it below [pdf].'),
        ('[pdf]\nsise = "A4"', 'book.toml:3: unknown key "sise" (pdf); did you mean "size"?'),
        (
            '[pdf]\nlanguage = "de"',
            'book.toml:3: unknown key "language" (pdf); write it above the first table:'
            " after [pdf] it belongs to that.",
        ),
        ("[[page]]\nx = 1", 'book.toml:2: unknown key "page"; there are accessibility, authors, '),
        ("subtitle = 7", 'book.toml:2: "subtitle" has to be text in quotes.'),
        ('subtitle = "  "', 'book.toml:2: "subtitle" is empty.'),
        (f'subtitle = "{"x" * 501}"', '"subtitle" is longer than 500 characters.'),
        (r'subtitle = "a\u0007b"', "holds the character U+0007"),
        (r'subtitle = "a\u202Eb"', "holds the character U+202E"),
        (r'subtitle = "a\uFFFEb"', "holds the character U+FFFE"),
        (r'subtitle = "a\U0001FFFFb"', "holds the character U+1FFFF"),
        ('name = "a/b"', '"name" is used for file names and may not hold /'),
        ('name = ".hidden"', '"name" is used for file names and may not begin with .'),
        ('authors = "Ann"', '"authors" has to be a list, as in [ … ].'),
        ("authors = [\n7]", "book.toml:2: item 1 (authors) has to be a name in quotes, or a table"),
        (
            'authors = [{name = "A", role = "writer"}]',
            '"role" (authors, item 1) is no MARC relator',
        ),
        (
            '[[authors]]\nname = "A"\n[[authors]]\nrole = "edt"',
            'book.toml:4: "name" (authors, item 2)',
        ),
        ('language = "english"', '"language" is no language tag; write one such as'),
        ('language = "pt_br"', '"language" is no language tag; did you mean "pt-BR"?'),
        ('identifier = "978-3-16-148410-1"', '"identifier" is no ISBN: its check digit'),
        ('identifier = "12345"', '"identifier" is no ISBN: it has 10 or 13 digits.'),
        ('identifier = "my book"', '"identifier" is neither an ISBN nor a URI'),
        ("identifier = true", '"identifier" has to be text in quotes.'),
        *(
            (f'html = {{ address = "{wrong}" }}', '"address" (html) is no address on the web')
            for wrong in ("example.org", "ftp://a.b/", "https://", "https://a/?q", "https://a/<b>")
        ),
        ('date = "March 2026"', '"date" is no date; write a year'),
        ('date = "2026-02-30"', '"date" is no date of the calendar'),
        ("date = 2026-01-01T00:00:00Z", '"date" is no date; write a year'),
        ("date = true", '"date" is no date; write a year'),
        ("modified = 2026", '"modified" is no moment; write one such as'),
        ("modified = 1979-12-31", '"modified" lies outside 1980 to 2107'),
        ('modified = "0001-01-01T00:00:00+12:00"', '"modified" is no moment'),
        ("series = 3", '"series" has to be a name in quotes, or a table'),
        ('series = {name = "S", number = nan}', '"number" (series) has to be'),
        ('cover = "../x.png"', '"cover" leads out of the book\'s folder'),
        ('cover = "/x.png"', '"cover" leads out of the book\'s folder'),
        ('cover = "C:/x.png"', '"cover" leads out of the book\'s folder'),
        ('text = ["a\\\\b.md"]', "item 1 (text) has a backslash"),
        ('dialect = "comonmark"', 'has to be commonmark or markdown; did you mean "commonmark"?'),
        (
            'formats = ["pfd"]',
            'item 1 (formats) has to be epub or pdf or html or site; did you mean "pdf"?',
        ),
        ("formats = []", '"formats" is empty.'),
        ("contents_depth = 7", '"contents_depth" has to be at most 6.'),
        ("contents_depth = true", '"contents_depth" has to be a whole number.'),
        ('contents_depth = "2"', '"contents_depth" has to be a whole number.'),
        ("pdf = 3", '"pdf" has to be a table.'),
        ('[pdf]\nsize = "6x9"', '"size" (pdf) is no page size; write A4, A5,'),
        ('[pdf]\nsize = "1mm x 1mm"', '"size" (pdf) has a side outside 70 mm to 1000 mm.'),
        ("[pdf]\nfont_size = 5", '"font_size" (pdf) has to be at least 6.'),
        ("[pdf]\ncolumns = 3", '"columns" (pdf) has to be at most 2.'),
        ("[pdf]\nline_height = 0.9", '"line_height" (pdf) has to be at least 1.'),
        ('[pdf]\nopening = "dropcap"', 'drop-cap or plain; did you mean "drop-cap"?'),
        ('[pdf]\nbleed = "3"', '"bleed" (pdf) is no length; write one such as "20mm" or "0.75in".'),
        ("[pdf]\nbleed = 3", '"bleed" (pdf) has to be text in quotes.'),
        ('[pdf]\ngutter = "1000mm"', '"gutter" (pdf) is longer than 200 mm.'),
        ('[pdf]\nmargins = {inner = "90mm"}', '"pdf" has margins that leave no room for the text'),
        ('[pdf]\nmargins = {iner = "9mm"}', 'key "iner" (pdf, margins); did you mean "inner"?'),
        (
            '[clean]\noff = ["misreed"]',
            'item 1 (clean, off) names no rule, "misreed" (did you mean "misread"?); there are ara',
        ),
        ('[clean]\nforce = ["zzz"]', 'names no rule, "zzz"; there are arabic, blanks,'),
        ('[clean]\noff = "verse"', '"off" (clean) has to be a list'),
        ('[clean]\nof = ["verse"]', 'unknown key "of" (clean); did you mean "off"?'),
        (
            '[clean]\noff = ["verse"]\nforce = ["lists", "verse"]',
            '"clean" has "verse" both in off and in force',
        ),
        ("[[clean.lines]]\nlines = 3", "item 1 (clean, lines) says nothing about its lines"),
        ('[[clean.lines]]\noff = ["verse"]', '"lines" (clean, lines, item 1) is missing'),
        (
            '[[clean.lines]]\nlines = "9-3"\noff = ["verse"]',
            '"lines" (clean, lines, item 1) run backwards; did you mean "3-9"?',
        ),
        ('[[clean.lines]]\nlines = "0"\noff = ["verse"]', "begin with line 0"),
        ('[[clean.lines]]\nlines = "a"\noff = ["verse"]', "are no lines; write"),
        (
            '[[clean.lines]]\nlines = 3\nforce = ["verse", "headings"]',
            "item 1 (clean, lines) forces headings and verse; lines can be only one of them",
        ),
        (
            '[[clean.lines]]\nlines = 3\nfil = "a.txt"\noff = ["verse"]',
            'unknown key "fil" (clean, lines, item 1); did you mean "file"?',
        ),
        ('[accessibility]\nlevel = "AA"', '"certified_by" (accessibility) is missing'),
        ('[accessibility]\ncertified_by = "A"\nlevel = "B"', '"level" (accessibility)'),
        (
            '[accessibility]\ncertified_by = "A"\nreport = "example.org"',
            '"report" (accessibility) is no address of a web page such as https://…',
        ),
        ('[epub]\nembed_fonts = "yes"', '"embed_fonts" (epub) has to be true or false.'),
    ],
)
def test_a_wrong_value_is_named_with_its_line(tmp_path: Path, line: str, message: str) -> None:
    said = refusal(tmp_path, f'title = "T"\n{line}\n')
    assert message in said
    assert said.startswith("book.toml:")
    assert "\n" not in said, "one slip gives one problem"


def test_all_problems_come_at_once_in_the_order_of_their_lines(tmp_path: Path) -> None:
    said = refusal(tmp_path, 'publisher = 3\n# a note\ndescription = """\n\n"""\ndate = "x"\n')
    assert said.splitlines() == [
        'book.toml: "title" is missing',
        'book.toml:1: "publisher" has to be text in quotes',
        'book.toml:3: "description" is empty',
        'book.toml:6: "date" is no date; write a year, "2026-03" or 2026-03-01.',
    ]


def test_a_flood_of_problems_is_cut(tmp_path: Path) -> None:
    said = refusal(tmp_path, "".join(f"key{number} = 1\n" for number in range(2000)))
    assert len(said.splitlines()) == 21
    assert said.endswith("book.toml: and 1981 problems more.")


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ('title = "x"\nauthors = [\n', "book.toml:3:1"),
        ("title = Salt", "book.toml:1:9"),
        ('title = "a"\ntitle = "b"', "book.toml:2:12"),
        ("a = " + "[" * 5000, "book.toml"),
        ("a = " + "1" * 5000, "book.toml:1"),
        (".".join("a" * 1000) + " = 1", "book.toml:1:1"),
    ],
)
def test_broken_toml_is_placed(tmp_path: Path, text: str, place: str) -> None:
    with pytest.raises(BrokenToml) as caught:
        load(written(tmp_path, text), shown="book.toml")
    assert str(caught.value).startswith(f"{place}:")


def test_bytes_that_are_no_utf8_are_placed(tmp_path: Path) -> None:
    path = tmp_path / "book.toml"
    path.write_bytes(b'title = "A"\npublisher = "caf\xe9"\n')
    with pytest.raises(BrokenToml, match="UTF-8") as caught:
        load(path, shown="book.toml")
    assert caught.value.place == Place("book.toml", 2, column=17)


def test_a_file_that_cannot_be_read_is_told_apart(tmp_path: Path) -> None:
    with pytest.raises(MissingFile, match="there is no file"):
        load(tmp_path / "book.toml")
    with pytest.raises(MissingFile, match="is no file"):
        load(tmp_path)
    (tmp_path / "big.toml").write_text("#" * 1_000_001)
    with pytest.raises(InvalidSettings, match="larger than 1 MB"):
        load(tmp_path / "big.toml")


def test_a_file_that_may_not_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    path = written(tmp_path, 'title = "T"')
    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(NoPermission):
        load(path)


def test_lines_of_keys() -> None:
    text = 'a = 1\n\n[t]\nb.c = """\n[x]\nd = 1\n"""\n[[u]]\ne = [\n 1,\n]\n[[u]]\nf = {g = 1}\n'
    assert key_lines(text) == {
        ("a",): 1,
        ("t",): 3,
        ("t", "b"): 4,
        ("t", "b", "c"): 4,
        ("u",): 8,
        ("u", 0): 8,
        ("u", 0, "e"): 9,
        ("u", 1): 12,
        ("u", 1, "f"): 13,
        ("u", 1, "f", "g"): 13,
    }


def test_lines_of_a_long_open_statement_cost_little() -> None:
    lines = key_lines('a = 1\nb = """\n' + "x\n" * 400_000)
    assert lines == {("a",): 1}


@pytest.mark.parametrize(
    ("size", "width", "height"),
    [
        ("a4", 210, 297),
        ("Letter", 215.9, 279.4),
        ("6x9in", 152.4, 228.6),
        ("5 x 8 in", 127, 203.2),
        ("130mm × 200mm", 130, 200),
        ("13cm x 200mm", 130, 200),
        ("360pt x 540pt", 127, 190.5),
    ],
)
def test_page_sizes(size: str, width: float, height: float) -> None:
    book = settle({"title": "T", "pdf": {"size": size}}, shown="-")
    assert book.pdf.size == PageSize(width, height)


@pytest.mark.parametrize(
    ("said", "millimetres"),
    [("20mm", 20), (" 2 CM ", 20), ("0.75in", 19.05), ("72pt", 25.4), ("0mm", 0)],
)
def test_lengths(said: str, millimetres: float) -> None:
    book = settle({"title": "T", "pdf": {"margins": {"inner": said}, "bleed": said}}, shown="-")
    assert book.pdf.margins.inner == book.pdf.bleed == millimetres
    assert book.pdf.margins.outer is None


@pytest.mark.parametrize(
    ("lines", "first", "last"), [(7, 7, 7), ("7", 7, 7), (" 3-12 ", 3, 12), ("3 – 12", 3, 12)]
)
def test_ranges_of_lines(lines: object, first: int, last: int) -> None:
    part = {"lines": lines, "off": ["verse"]}
    book = settle({"title": "T", "clean": {"lines": [part]}}, shown="-")
    assert book.clean.lines[0].lines == LineRange(first, last)


@pytest.mark.parametrize(
    ("identifier", "uri"),
    [
        ("080442957X", "urn:isbn:080442957X"),
        (9783161484100, "urn:isbn:9783161484100"),
        ("ISBN 978-3-16-148410-0", "urn:isbn:9783161484100"),
        ("urn:isbn:9783161484100", "urn:isbn:9783161484100"),
        ("1B4E28BA-2FA1-11D2-883F-0016D3CCA427", "urn:uuid:1b4e28ba-2fa1-11d2-883f-0016d3cca427"),
        ("https://example.org/book?x=1", "https://example.org/book?x=1"),
    ],
)
def test_identifiers(identifier: object, uri: str) -> None:
    assert settle({"title": "T", "identifier": identifier}, shown="-").identifier == uri


@pytest.mark.parametrize(
    ("tag", "usual"),
    [("EN", "en"), ("zh-hant-tw", "zh-Hant-TW"), ("de-1996", "de-1996"), ("es-419", "es-419")],
)
def test_language_tags(tag: str, usual: str) -> None:
    assert settle({"title": "T", "language": tag}, shown="-").language == usual


def test_metadata_holds_what_the_settings_say(tmp_path: Path) -> None:
    when = datetime.datetime(2026, 5, 4, tzinfo=UTC)
    said = metadata(load(written(tmp_path, FULL)), when=when)
    assert said.authors == (Author("Ada Field"), Author("Ben Holt", "trl", "Holt, Ben"))
    assert said.series == Series("Roads", 2)
    assert (said.modified, said.date) == (when, "2026-03-01")
    assert said.identifier == "urn:isbn:9783161484100"


def test_the_identifier_stays_the_same_between_builds() -> None:
    when = datetime.datetime(2026, 5, 4, tzinfo=UTC)
    book = settle({"title": "The Salt Road", "authors": ["Ada Field"]}, shown="-")
    other = settle({"title": "The Salt Road", "authors": ["Ben Holt"]}, shown="-")
    found = metadata(book, when=when).identifier
    assert found == "urn:uuid:2900f28f-fc70-52b6-a7b8-37a36e9f09c8"
    assert metadata(other, when=when).identifier != found


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        ({}, (1980, 1, 1)),
        ({"date": 1813}, (1980, 1, 1)),
        ({"date": "2026-03"}, (2026, 3, 1)),
        ({"date": 2026, "modified": "2026-04-05"}, (2026, 4, 5)),
    ],
)
def test_the_moment_of_a_book(found: dict[str, object], expected: tuple[int, int, int]) -> None:
    book = settle({"title": "T", **found}, shown="-")
    assert moment(book) == datetime.datetime(*expected, tzinfo=UTC)


def test_a_moment_fits_into_an_archive() -> None:
    assert storable(datetime.datetime(1970, 1, 1, tzinfo=UTC)).year == 1980
    assert storable(datetime.datetime(2500, 1, 1, tzinfo=UTC)).year == 2107


def test_the_command_line_wins() -> None:
    book = settle({"title": "Old", "authors": ["A"], "publisher": "P"}, shown="-")
    new = overridden(book, Overrides(title=" New ", authors=("B", "C"), language="DE"))
    assert (new.title, new.language, new.publisher) == ("New", "de", "P")
    assert [author.name for author in new.authors] == ["B", "C"]
    assert overridden(book, Overrides()) == book


def test_the_command_line_is_checked_too() -> None:
    book = BookSettings(title="Old")
    with pytest.raises(InvalidSettings) as caught:
        overridden(book, Overrides(title="a\udc80", authors=("",), language=""))
    assert str(caught.value).count("the command line:") == 3


def test_the_shipped_schema_is_up_to_date() -> None:
    assert SHIPPED.read_text(encoding="utf-8") == schema_text(), (
        "write it again: octavo schema > src/octavo/book.schema.json"
    )


def test_the_schema_agrees_with_the_models() -> None:
    made = schema()
    jsonschema.Draft202012Validator.check_schema(made)
    check = jsonschema.Draft202012Validator(made)
    good = {"title": "T", "authors": ["A", {"name": "B"}], "date": 2026, "series": "S"}
    assert check.is_valid({**good, "pdf": {"size": "A4"}})
    assert not check.is_valid({**good, "tilte": "x"})
    assert not check.is_valid({**good, "formats": ["doc"]})
    assert not check.is_valid({**good, "pdf": {"font_size": 99}})
    assert not check.is_valid({"authors": []})


def test_every_key_is_described() -> None:
    made = schema()
    for table in (made, *made["$defs"].values()):
        for key, said in table["properties"].items():
            assert said["description"], key


SCALARS = st.one_of(
    st.booleans(),
    st.integers(-(2**63), 2**63 - 1),
    st.floats(),
    st.text(max_size=30),
    st.dates(),
    st.datetimes(),
    st.sampled_from(["epub", "en-GB", "A5", "2026", "a/b", "..", "9783161484100", "markdown"]),
)
KEYS = st.one_of(
    st.sampled_from([*BookSettings.model_fields, "role", "sort", "number", "size", "recto"]),
    st.text(string.ascii_lowercase, min_size=1, max_size=8),
)
TABLES = st.dictionaries(KEYS, st.one_of(SCALARS, st.lists(SCALARS, max_size=3)), max_size=4)
VALUES = st.one_of(SCALARS, TABLES, st.lists(st.one_of(SCALARS, TABLES), max_size=3))


def toml(value: object) -> str:
    match value:
        case bool():
            return str(value).lower()
        case dict():
            return "{" + ", ".join(f"{key} = {toml(inner)}" for key, inner in value.items()) + "}"
        case list():
            return "[" + ", ".join(toml(inner) for inner in value) + "]"
        case str():
            return '"' + "".join(f"\\U{ord(char):08X}" for char in value) + '"'
        case datetime.date():
            return value.isoformat()
        case _:
            return str(value)


@given(st.dictionaries(KEYS, VALUES, max_size=8))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_any_toml_loads_or_is_refused_with_reasons(
    tmp_path: Path, found: dict[str, object]
) -> None:
    text = "".join(f"{key} = {toml(value)}\n" for key, value in found.items())
    try:
        book = load(written(tmp_path, text), shown="book.toml")
    except InvalidSettings as error:
        assert all(line.startswith("book.toml:") for line in str(error).splitlines())
    else:
        assert book.title
        assert metadata(book, when=moment(book)).identifier
        json.dumps(book.model_dump(mode="json"))


@pytest.mark.parametrize(
    ("said", "runs_on"),
    [
        ({}, False),
        ({"columns": 2}, False),
        ({"recto": False}, False),
        ({"columns": 2, "recto": False}, True),
        ({"columns": 2, "recto": False, "run_on": False}, False),
        ({"run_on": True}, True),
    ],
)
def test_a_newsletters_chapters_run_on(said: dict[str, object], runs_on: bool) -> None:
    assert PdfSettings(**said).runs_on == runs_on  # type: ignore[arg-type]
