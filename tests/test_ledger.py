"""The table of the settings that matter to some formats alone tells the truth."""

from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
from pydantic import BaseModel

from conftest import write
from octavo import library, render
from octavo.build import layout_crew, ledger, site
from octavo.build.job import Step
from octavo.build.making import WRITERS
from octavo.build.ready import Record, prepare
from octavo.build.telling import Course
from octavo.config import BookSettings
from octavo.crew import Crew
from octavo.fonts import woff2
from octavo.model import FORMATS, Format, Overrides
from workshop import picture

pressed = cache(woff2)  # the same few fonts for all, which takes most of the time

# For each setting that does not matter to some format: two values that are not the same.
VALUES: dict[str, tuple[str, str]] = {
    "name": ('"one"', '"two"'),
    "formats": ('["epub"]', '["pdf", "html"]'),
    "text": ('["text/01.md", "text/02.md"]', "[]"),
    "epub.embed_fonts": ("true", "false"),
    "epub.vertical": ("true", "false"),
    "pdf.size": ('"a4"', '"110mm x 180mm"'),
    "pdf.font_size": ("9", "20"),
    "pdf.line_height": ("1.1", "1.9"),
    "pdf.margins.top": ('"5mm"', '"30mm"'),
    "pdf.margins.bottom": ('"5mm"', '"30mm"'),
    "pdf.margins.inner": ('"5mm"', '"30mm"'),
    "pdf.margins.outer": ('"5mm"', '"30mm"'),
    "pdf.gutter": ('"0mm"', '"9mm"'),
    "pdf.columns": ("1", "2"),
    "pdf.opening": ('"drop-cap"', '"plain"'),
    "pdf.recto": ("true", "false"),
    "pdf.run_on": ("true", "false"),
    "pdf.half_title": ("true", "false"),
    "pdf.figures": ('"near"', '"here"'),
    "pdf.running_heads": ('"author"', '"none"'),
    "pdf.bleed": ('"0mm"', '"3mm"'),
    "pdf.crop_marks": ("true", "false"),
    "pdf.standard": ('"pdf/a"', '"pdf/ua"'),
    "pdf.bind": ("true", "false"),
    "html.embed_fonts": ("true", "false"),
    "html.address": ('"https://example.org/a/"', '"https://example.org/b/"'),
}
BOOK = {
    "text/01.md": (
        "# Low water\n\n“The keeper wrote,” he said.[^a]\n\n![A gull](gull.png)\n\n"
        "| Port | Depth |\n|------|-------|\n| Quay | 3 m |\n\n[^a]: In pencil.\n"
    ),
    "text/02.md": "# High water\n\n## Gulls\n\nThe gulls stood on the wall.\n",
    "gull.png": picture(90),
}


def test_every_setting_is_in_the_table_or_matters_to_all_formats() -> None:
    some = {key for key in leaves(BookSettings) if not all(matters(key, each) for each in FORMATS)}
    assert some == set(VALUES)


def leaves(model: type[BaseModel], before: str = "") -> Iterator[str]:
    """Give the dotted names of all settings."""
    for name, field in model.model_fields.items():
        if isinstance(field.default, BaseModel):
            yield from leaves(type(field.default), f"{before}{name}.")
        else:
            yield before + name


def matters(key: str, format_: Format) -> bool:
    return ledger._matters(f"setting:{key}", format_)


@pytest.fixture(scope="module")
def setters() -> Iterator[Crew]:
    with layout_crew(1) as crew:
        yield crew


@pytest.mark.parametrize("key", VALUES)
def test_a_setting_changes_no_byte_where_it_does_not_matter(
    key: str, setters: Crew, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (render, site):
        monkeypatch.setattr(module, "woff2", pressed)
    write(tmp_path, BOOK)
    others = [each for each in FORMATS if not matters(key, each)]
    assert others
    first, second = (made(tmp_path, f"{key} = {each}", others, setters) for each in VALUES[key])
    for each in others:
        assert first[each] == second[each], f"{key} changes the {each}"


def made(folder: Path, setting: str, formats: list[Format], setters: Crew) -> dict[Format, object]:
    write(folder, {"book.toml": f'{setting}\ntitle = "Salt"\nlanguage = "en"\n'})
    (job,) = library.plan(
        (),
        root=folder,
        output=folder / "dist",
        overrides=Overrides(),
        when=None,
        cache=folder / "cache",
    )
    assert job.fault is None, job.fault
    ready = replace(prepare(job, lambda _: None, Record()), setters=setters)
    with Course(lambda _: None, Step("salt", "make")) as course:
        return {each: WRITERS[each](ready, course) for each in formats}
