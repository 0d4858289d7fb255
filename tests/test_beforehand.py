"""What a build does while its chapters are laid out elsewhere."""

import datetime
from collections.abc import Callable
from concurrent.futures import Executor, Future
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bindery import FILLER, copy_of
from conftest import write
from octavo.build import Job, Report, Step, build, making
from octavo.cache import Cache
from octavo.errors import TemplateFault
from octavo.model import Overrides
from octavo.write import pdf

pytestmark = pytest.mark.filterwarnings("ignore:path is deprecated")  # ziamath asks for its fonts


class AtOnce(Executor):
    """Does in this process what workers would do."""

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> "Future[Any]":
        done: Future[Any] = Future()
        done.set_result(fn(*args, **kwargs))
        return done


def test_kept_chapters_are_opened_while_one_is_laid_out(tmp_path: Path) -> None:
    said: list[str] = []

    def told(turn: pdf.Turn) -> None:
        said.append(turn.title)

    shop = pdf.Shop(AtOnce(), Cache(tmp_path), told, lambda: said.append("meanwhile"))
    copy = copy_of("mixed")
    cold = copy.laid(shop=shop)
    assert said[0] == "meanwhile"
    said.clear()
    assert copy.laid(shop=shop) == cold
    assert said == [], "there is nothing to wait for"
    html = copy.edition.html.replace("Another", f"{FILLER * 30} Another", 1)
    longer = replace(copy, edition=replace(copy.edition, html=html))
    made = longer.laid(shop=shop).data
    assert said[:2] == ["meanwhile", "One"]
    assert made == longer.laid(shop=pdf.Shop(None, Cache(tmp_path / "other"))).data


def job(folder: Path, workers: int) -> Job:
    texts = {"1.md": "# One\n\nIt was *late*.\n", "2.md": "# Two\n\nIt was later still.\n"}
    write(folder, texts)
    return Job(
        name="book",
        folder=folder,
        texts=tuple(folder / name for name in texts),
        settings=None,
        overrides=Overrides("Late", (), None),
        templates=(),
        output=folder / "dist",
        formats=("epub", "pdf", "html"),
        when=datetime.datetime(2001, 2, 3, tzinfo=datetime.UTC),
        workers=workers,
    )


def test_what_is_made_beforehand_is_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[str] = []

    def told_of(name: str) -> Callable[..., object]:
        made = getattr(making, name)
        return lambda ready: told.append(name) or made(ready)

    for name in ("_epub_draft", "_html_page"):
        monkeypatch.setattr(making, name, told_of(name))

    def step(each: Step) -> None:
        if each.stage == "check" and each.took is None:
            told.append(each.detail)
        if each.stage == "draft":
            assert each.took is not None
            told.append(f"drafted {each.detail}")

    def built(workers: int) -> Report:
        return build(job(tmp_path, workers), step, AtOnce())

    two = built(2)
    drafted = ["_epub_draft", "drafted epub", "_html_page", "drafted html"]
    assert told == [*drafted, "pdf", "epub", "html"]
    told.clear()
    one = built(1)
    assert told == ["pdf", "_epub_draft", "epub", "_html_page", "html"]
    assert (one.error, two.error) == (None, None)
    assert [each.sha256 for each in one.artifacts] == [each.sha256 for each in two.artifacts]


def test_a_fault_found_beforehand_is_told_in_its_turn(tmp_path: Path) -> None:
    templates = write(tmp_path / "templates", {"nav.xhtml": "{{ nothing.there }}"})
    made = replace(job(tmp_path, 2), templates=(templates,))
    report = build(made, lambda _: None, AtOnce())
    assert isinstance(report.error, TemplateFault)
    assert [each.format for each in report.artifacts] == ["pdf"]
