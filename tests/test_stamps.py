"""What counts as changed, in words; what stamps survive; and that the tables tell the truth."""

import datetime
import json
import os
import random
import re
import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from jinja2 import TemplateNotFound

from conftest import ROOT, write
from octavo import layers, library, pango
from octavo.build import layout_crew, ledger, makers, ready, stamps
from octavo.build.job import Step
from octavo.build.making import WRITERS
from octavo.build.reasons import changed_chapters
from octavo.build.telling import Course
from octavo.config import flat, settle
from octavo.model import FORMATS, Format, Overrides
from octavo.render import environment as rendering
from workshop import BOOK, Workshop, opened, picture

SOURCE = "source/salt"


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workshop]:
    """The book of everything in every format; nobody changes it."""
    with layout_crew(1) as setters:
        shop = opened(tmp_path_factory.mktemp("built") / "project", setters)
        shop.build()
        yield shop


@pytest.fixture
def shop(built: Workshop, tmp_path: Path) -> Workshop:
    """A copy of it to be changed, with its outputs, stamps and cache."""
    shutil.copytree(built.root, tmp_path / "project")
    return Workshop(tmp_path / "project", built.setters)


def given(files: dict[str, str | bytes]) -> Callable[[Workshop], None]:
    return lambda shop: (write(shop.root, files), None)[1]


def gone(name: str) -> Callable[[Workshop], None]:
    return lambda shop: (shop.root / name).unlink()


def edited(name: str, before: str, after: str) -> Callable[[Workshop], None]:
    return lambda shop: shop.edit(f"{SOURCE}/{name}", before, after)


def said(line: str) -> Callable[[Workshop], None]:
    return lambda shop: shop.setting(line)


# --- reasons ---

CHANGES: dict[str, tuple[Callable[[Workshop], None], tuple[str, ...]]] = {
    "text changed": (edited("text/01.md", "hour", "day"), ("text/01.md has changed",)),
    "text new": (given({f"{SOURCE}/text/03.md": "# Ebb\n\nOut.\n"}), ("text/03.md is new",)),
    "text gone": (gone(f"{SOURCE}/text/02.md"), ("text/02.md is gone",)),
    "text renamed": (
        lambda shop: (shop.source / "text/02.md").rename(shop.source / "text/04.md") and None,
        ("text/04.md is new", "text/02.md is gone"),
    ),
    "texts in another order": (
        said('text = ["text/02.md", "text/01.md"]'),
        ("the texts are in another order",),
    ),
    "image changed": (given({f"{SOURCE}/gull.png": picture(7)}), ("gull.png has changed",)),
    "image gone": (gone(f"{SOURCE}/gull.png"), ("gull.png is gone",)),
    "an image that would now win": (
        given({f"{SOURCE}/text/gull.png": picture(7)}),
        ("text/gull.png is new",),
    ),
    "cover changed": (
        given({f"{SOURCE}/images/cover.png": picture(7)}),
        ("images/cover.png has changed",),
    ),
    "setting new": (
        said('subtitle = "Low water"'),
        ('the setting subtitle is "Low water", and was not set',),
    ),
    "setting changed": (
        edited("book.toml", "Salt and Tide", "Salt"),
        ('the setting title was "Salt and Tide", and is "Salt"',),
    ),
    "setting gone": (
        edited("book.toml", 'cover = "images/cover.png"\n', ""),
        ('the setting cover was "images/cover.png", and is not set any more',),
    ),
    "language no longer said": (
        edited("book.toml", 'language = "en"\n', ""),
        ('the setting language was "en", and is not set any more',),
    ),
    "template overridden": (
        given({"templates/parts/titlepage.html": "<h1>Salt</h1>\n"}),
        ("the template parts/titlepage.html has changed",),
    ),
    "template changed": (
        given({f"{SOURCE}/templates/parts/own.html": "<p>Set by machine.</p>\n"}),
        ("the template parts/own.html has changed",),
    ),
    "template new": (
        given(
            {
                f"{SOURCE}/templates/parts/own.html": '{% include "parts/two.html" %}\n',
                "templates/parts/two.html": "<p>Two.</p>\n",
            }
        ),
        ("the template parts/own.html has changed", "the template parts/two.html is new"),
    ),
    "template gone": (
        gone(f"{SOURCE}/templates/parts/own.html"),
        ("the template parts/own.html is gone",),
    ),
    "override gone": (
        gone(f"{SOURCE}/templates/parts/colophon.html"),
        (
            "the template parts/colophon.html has changed",
            "the template parts/own.html is gone",
            "the template classic/parts/colophon.html is gone",
        ),
    ),
    "theme's template": (
        given({"templates/themes/harbour/style/type.css": "p { color: navy }\n"}),
        (
            "the template style/type.css has changed",
            "the template classic/style/type.css is gone",
        ),
    ),
    "theme's words": (
        given({"templates/themes/harbour/words.toml": '[en]\ncontents = "Inside"\n'}),
        ("the template words.toml has changed",),
    ),
    "the book's own words": (
        given({f"{SOURCE}/templates/words.toml": '[en]\ncontents = "Inside"\n'}),
        ("the template words.toml has changed",),
    ),
    "the theme's fonts": (
        given({"templates/themes/harbour/theme.toml": 'text = "sans"\n'}),
        ("the template theme.toml has changed",),
    ),
    "output gone": (gone("dist/salt.html"), ("it is gone",)),
    "output damaged": (
        lambda shop: os.truncate(shop.path("html"), 5000),
        ("the output was changed after it was built",),
    ),
    "output changed by hand": (
        lambda shop: shop.edit("dist/salt.html", "Low water", "High hand"),
        ("the output was changed after it was built",),
    ),
    "stamps gone": (gone("dist/.octavo/salt.json"), ("nothing is known of how it was made",)),
}


@pytest.mark.parametrize("name", CHANGES)
def test_what_has_changed_is_told(shop: Workshop, name: str) -> None:
    change, expected = CHANGES[name]
    assert set(shop.reasons().values()) == {()}
    change(shop)
    assert set(shop.reasons("salt.html")["html"]) == set(expected)


def test_what_the_command_line_says_counts(shop: Workshop) -> None:
    there = Overrides("Brine", ("Bo", "Cy"), "de")
    when = datetime.datetime(2026, 1, 2, tzinfo=datetime.UTC)
    assert shop.reasons("salt.html", overrides=there, when=when)["html"] == (
        "--title is Brine, and was not set",
        "--author is Bo; Cy, and was not set",
        "--lang is de, and was not set",
        "SOURCE_DATE_EPOCH is 2026-01-02T00:00:00+00:00, and was not set",
    )
    shop.build("salt.html", overrides=there, when=when)
    assert shop.reasons("salt.html", overrides=there, when=when)["html"] == ()
    assert shop.reasons("salt.html")["html"][0] == "--title was Brine, and is not set any more"


@pytest.mark.parametrize(
    ("name", "value", "line"),
    [
        ("package:weasyprint", "71.0", "weasyprint was {}, and is 71.0"),
        ("package:new", "1.0", "new is 1.0, and was not set"),
        ("program:pandoc", "7 bytes", "pandoc was {}, and is 7 bytes"),
        ("octavo", "0.2.0 (abc)", "Octavo was {}, and is 0.2.0 (abc)"),
        ("python", "3.20", "python was {}, and is 3.20"),
    ],
)
def test_what_makes_the_outputs_counts(
    built: Workshop, monkeypatch: pytest.MonkeyPatch, name: str, value: str, line: str
) -> None:
    now = makers.makers()
    monkeypatch.setattr(ledger, "makers", lambda: {**now, name: value})
    assert built.reasons("salt.html")["html"] == (line.format(now.get(name)),)


def test_the_systems_pango_counts_for_the_pdf(
    built: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    there = pango.libraries()
    assert {"pango-1.0", "harfbuzz", "fontconfig"} <= set(there)
    monkeypatch.setattr(pango, "libraries", lambda: {**there, "harfbuzz": "8 bytes"})
    found = built.reasons()
    assert found["pdf"] == (f"harfbuzz was {there['harfbuzz']}, and is 8 bytes",)
    assert found["html"] == found["epub"] == ()


def test_the_systems_fonts_count_where_they_lend_letters(
    shop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    (key,) = {"fonts"} - set(stamps.read(shop.output, "salt")["pdf"].of)
    monkeypatch.setattr(pango, "fonts", lambda: "others")
    assert shop.reasons()["pdf"] == ()
    shop.edit(f"{SOURCE}/text/02.md", "gulls", "\u0b85")  # a letter of Tamil
    shop.build("salt.pdf")
    assert stamps.read(shop.output, "salt")["pdf"].of[key] == "others"
    assert shop.reasons("salt.pdf")["pdf"] == ()
    monkeypatch.setattr(pango, "fonts", lambda: "more")
    assert shop.reasons("salt.pdf")["pdf"] == ("the fonts of this system have changed",)


@pytest.mark.parametrize("name", ["index.html", "SHA256SUMS", "files/salt.pdf"])
@pytest.mark.parametrize("change", ["damaged", "missing"])
def test_a_file_of_a_site_counts(shop: Workshop, name: str, change: str) -> None:
    path = shop.path("site") / name
    path.unlink() if change == "missing" else path.write_bytes(path.read_bytes()[:-1])
    expected = ("the output was changed after it was built",)
    assert shop.reasons() == {"epub": (), "pdf": (), "html": (), "site": expected}


def test_a_comment_in_the_settings_makes_nothing_stale(shop: Workshop) -> None:
    said("# Nobody reads this.")(shop)
    assert set(shop.reasons().values()) == {()}
    assert not shop.plan()[0].is_done, "the settings have to be read once"
    assert shop.made() == []
    assert shop.plan()[0].is_done, "and the stamps say then that they were"
    said('formats = ["pdf"]')(shop)
    assert set(shop.reasons().values()) == {()}


def test_the_usual_language_counts_once_it_is_said() -> None:
    """A rough text's own language is recognised where the settings say none."""
    assert "language" not in flat(settle({"title": "A"}, shown="it"))
    assert flat(settle({"title": "A", "language": "en"}, shown="it"))["language"] == '"en"'


def test_what_is_not_built_yet_or_always_made_says_so(shop: Workshop) -> None:
    shutil.rmtree(shop.output)
    assert set(shop.reasons().values()) == {("it is not built yet",)}
    assert set(shop.reasons(always=True).values()) == {("everything is asked for",)}


def test_chapters_that_changed_are_named() -> None:
    before = {"chapter:one One": "a", "chapter:two Two": "b", "text:x": "c"}
    now = {"chapter:two Two": "B", "chapter:three Three": "c"}
    assert changed_chapters(before, now) == (
        "the chapter “Two” has changed",
        "the chapter “Three” is new",
        "the chapter “One” is gone",
    )


# --- outputs that come from others ---


def test_the_epub_is_made_again_if_the_pages_move_and_only_then(shop: Workshop) -> None:
    said("[pdf]\ncrop_marks = true")(shop)
    (state,) = (each for each in library.states(shop.plan()) if each.format == "epub")
    assert (state.reasons, state.waits) == ((), "if the pages of the PDF begin elsewhere")
    assert not state.is_good
    assert shop.made() == ["pdf", "site"]
    shop.edit(f"{SOURCE}/text/02.md", "on the wall.", "on the wall. " * 400)
    shop.build()
    shop.edit(f"{SOURCE}/book.toml", "crop_marks = true", "font_size = 20")
    assert shop.reasons()["epub"] == ()
    assert shop.made() == ["epub", "pdf", "site"]
    assert shop.made() == []


def test_an_epub_alone_lists_the_pages_of_the_pdf_there_is(shop: Workshop) -> None:
    whole = shop.path("epub").read_bytes()
    assert shop.reasons("salt.epub") == {"epub": ()}
    shop.path("epub").unlink()
    assert shop.made("salt.epub") == ["epub"]
    assert shop.path("epub").read_bytes() == whole
    shop.edit(f"{SOURCE}/text/02.md", "gulls", "terns")  # now nobody knows the pages
    assert shop.made("salt.epub") == ["epub"]
    assert shop.reasons("salt.epub") == {"epub": ()}
    assert shop.made("salt.epub", "salt.pdf") == ["epub", "pdf"]
    alone = shop.path("epub").read_bytes()
    assert shop.made("salt.epub") == []
    assert shop.path("epub").read_bytes() == alone


def test_a_site_is_made_again_if_its_downloads_change(shop: Workshop) -> None:
    assert shop.reasons("salt.site") == {"site": ("what it offers for download has changed",)}
    assert shop.made("salt.site") == ["site"]
    assert shop.made("salt.site") == []
    assert shop.made() == ["site"]
    assert shop.made() == []


def test_outputs_stand_by_themselves_where_others_were_never_built(shop: Workshop) -> None:
    shutil.rmtree(shop.output)
    shop.build("salt.html")
    found = {each.format: each for each in library.states(shop.plan())}
    assert found["html"].is_good
    assert found["pdf"].reasons == ("it is not built yet",)


# --- damaged and foreign stamps ---


def test_damaged_stamps_count_as_none(shop: Workshop) -> None:
    path, chance = shop.output / stamps.FOLDER / "salt.json", random.Random(1)
    whole, good = path.read_bytes(), stamps.read(shop.output, "salt")
    assert list(good) == list(FORMATS)
    json.loads(whole)  # is for others to read, too
    for _ in range(300):
        data, at = bytearray(whole), chance.randrange(len(whole) - 3)
        match chance.randrange(3):
            case 0:
                data[at] ^= 1 << chance.randrange(8)
            case 1:
                del data[at:]
            case _:
                data[at:at] = data[: chance.randrange(1, 40)]
        path.write_bytes(data)
        assert stamps.read(shop.output, "salt") == {}
    assert set(shop.reasons().values()) == {("nothing is known of how it was made",)}


@pytest.mark.parametrize(
    "body",
    ["[]", "null", '{"shared": 1, "outputs": 2}', '{"shared": {}, "outputs": {"html": 1}}', "{"],
)
def test_stamps_of_strangers_count_as_none(tmp_path: Path, body: str) -> None:
    write(tmp_path, {".octavo/a.json": f'[2, "{stamps.digest(body.encode())}",\n{body}]\n'})
    assert stamps.read(tmp_path, "a") == {}


def test_stamps_lead_to_no_file_that_is_no_output(shop: Workshop) -> None:
    stamp = stamps.read(shop.output, "salt")["html"]
    name: Format = "x/../../../secret"  # type: ignore[assignment]
    stamps.write(shop.output, "salt", {name: stamp})
    assert list(stamps.read(shop.output, "salt")) == list(FORMATS)


def test_pipes_in_the_place_of_files_are_not_waited_for(shop: Workshop) -> None:
    for path in (shop.source / "text/02.md", shop.source / "gull.png", shop.path("html")):
        path.unlink()
        os.mkfifo(path)
    assert "gull.png is gone" in shop.reasons()["html"]


def test_stamps_are_kept_by_two_at_once(tmp_path: Path) -> None:
    """Each writes the stamps of one format; none is lost."""
    from concurrent.futures import ThreadPoolExecutor

    def keep(format_: Format) -> None:
        for size in range(20):
            stamps.write(tmp_path, "a", {format_: stamps.Stamp("0", size, None, {"x": format_})})

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(keep, FORMATS))
    assert {
        each: stamp.size for each, stamp in stamps.read(tmp_path, "a").items()
    } == dict.fromkeys(FORMATS, 19)


# --- the tables: templates ---

FOLDERS = {
    "classic": (),
    "modern": layers.theme_folders((), "modern"),
    "own": (Path("source/salt/templates"), Path("templates"), Path("templates/themes/harbour")),
}


def test_every_file_of_a_template_that_is_opened_is_one_that_counts(
    built: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And the other way round: what is never opened for a format does not count for it."""
    (job,) = built.plan()
    made = ready.prepare(replace(job.settled(), cache=None), lambda _: None, ready.Record())
    homes = [folder.resolve() for folder in (*made.folders, layers.shipped_templates())]
    for format_ in FORMATS:
        rendering.environment.cache_clear()
        book = made if format_ != "epub" else replace(made, book=replace(made.book, cover=None))
        seen = opened_while(lambda f=format_, b=book: written(f, b))  # type: ignore[misc]
        inside = {path for path in seen if any(path.is_relative_to(home) for home in homes)}
        counted: set[Path] = set()
        for name in layers.digests((*ledger.ENTRIES[format_], *ledger.TABLES), made.folders):
            path = layers.find(name, made.folders)
            counted |= {path.resolve()} if path else set()
            if name in ledger.TABLES:
                counted |= {home / name for home in homes if (home / name).is_file()}
        assert {str(path) for path in inside - counted} == set(), format_
        assert {path.name for path in counted - inside} <= RARELY[format_], format_


# Named, but only opened where a condition holds: in long books, or on a screen.
RARELY: dict[Format, set[str]] = {
    "epub": set(),
    "pdf": {"halftitle.html", "reader.html"},
    "html": {"halftitle.html"},
    "site": set(),
}


def written(format_: Format, made: ready.Ready) -> None:
    ready.characters(made.book, made.folders)
    with Course(lambda _: None, Step("salt", "make", format_)) as course:
        WRITERS[format_](made, course)


_heard: list[set[Path]] = []


def _hear(event: str, given: tuple[object, ...]) -> None:
    if _heard and event == "open" and isinstance(given[0], str | os.PathLike):
        _heard[-1].add(Path(given[0]))


sys.addaudithook(_hear)


def opened_while(work: Callable[[], object]) -> set[Path]:
    """Give the files that this process opens meanwhile."""
    _heard.append(set())
    try:
        work()
    finally:
        found = _heard.pop()
    return {path.resolve() for path in found}


SHIPPED = layers.shipped_templates()
NAMES = (
    *sorted(path.relative_to(SHIPPED).as_posix() for path in SHIPPED.rglob("*.*ml")),
    *("style/type.css", "style/print.css", "parts/own.html", "nothing.html", "theme/nothing.html"),
)


@pytest.mark.parametrize("layer", FOLDERS)
@pytest.mark.parametrize("before", ["", "theme/", "classic/", "/", "./", "theme//", "../"])
def test_a_template_is_found_where_jinja_finds_it(tmp_path: Path, layer: str, before: str) -> None:
    write(tmp_path, BOOK)
    write(tmp_path, {"templates/themes/harbour/parts/titlepage.html": "a"})
    write(tmp_path, {"templates/parts/titlepage.html": "b"})
    folders = tuple(tmp_path / folder for folder in FOLDERS[layer])
    finder = rendering.environment(folders)
    assert finder.loader
    for name in (before + each for each in NAMES):
        try:
            expected = finder.loader.get_source(finder, name)[1]
        except TemplateNotFound:
            expected = None
        found = layers.find(name, folders)
        assert (str(found) if found else None) == expected, name


@pytest.mark.parametrize(
    ("reference", "needed"),
    [
        ('{% include "b.html" %}', "b.html"),
        ("{%- include 'b.html' -%}", "b.html"),
        ('{%+include"b.html"%}', "b.html"),
        ('{% include "b.html" ignore missing %}', "b.html"),
        ('{% include "b.html" ignore missing with context %}', "b.html"),
        ('{% include "b.html" without context +%}', "b.html"),
        ('{%\n  extends\n  "b.html"\n%}', "b.html"),
        ('{% import "b.html" as other with context %}', "b.html"),
        ('{% from "b.html" import one, two as three %}', "b.html"),
        ("{% include name %}", "*"),
        ('{% include "b" ~ suffix %}', "*"),
        ('{% include ["b.html", "c.html"] %}', "*"),
        ('{% extends "b.html" if title else "c.html" %}', "*"),
        ('{% include "b%}.html" %}', "*"),
        ('{% include "b\\x2ehtml" %}', "*"),
        ("{{ include }} the import from afar", None),
    ],
)
def test_what_a_template_names_is_needed(
    tmp_path: Path, reference: str, needed: str | None
) -> None:
    write(tmp_path, {"a.html": f"x {reference} y", "b.html": "b", "c/d.html": "d"})
    found = layers.digests(["a.html"], (tmp_path,))
    assert set(found) == {"a.html", *([needed] if needed else [])}
    write(tmp_path, {"c/d.html": "e"})
    assert (layers.digests(["a.html"], (tmp_path,)) != found) == (needed == "*")
    write(tmp_path, {"b.html": "c"})
    assert (layers.digests(["a.html"], (tmp_path,)) != found) == (needed is not None)


# --- the tables: packages ---

# They talk to the user and to browsers, serve the tests' imports, or describe types: no byte of a
# result is theirs.
NO_MAKERS = frozenset(
    """
    annotated-types anyio click h11 hatchling idna markdown-it-py mdurl packaging pathspec pluggy
    pycparser rich six starlette tomlkit trove-classifiers typing-extensions typing-inspection
    uvicorn watchfiles
    """.split()
)


def test_every_locked_package_makes_outputs_or_is_known_not_to() -> None:
    text = (ROOT / "requirements.lock").read_text()
    locked = set(re.findall(r"^([a-z0-9-]+)==", text, re.MULTILINE))
    assert len(locked) > 40
    assert locked == makers.PACKAGES | NO_MAKERS
    assert not makers.PACKAGES & NO_MAKERS


def test_the_versions_are_those_that_the_packages_say() -> None:
    from importlib.metadata import version

    from packaging.version import Version

    said = {name.partition(":")[2]: each for name, each in makers.makers().items() if ":" in name}
    assert {"weasyprint", "jinja2", "pydantic-core", "pypandoc-binary"} <= set(said)
    for name in set(said) - {"pandoc"}:
        assert Version(said[name]) == Version(version(name)), name
