"""Ace and axe, in a real Chromium: what they find, and what a stranger's book cannot do to them."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from conftest import in_earnest
from octavo.check import Validators, browser
from octavo.check.browser import ace, axe
from octavo.errors import TimedOut, ToolFailed
from octavo.model import Finding
from test_check_epub import GOOD, ONE_NAME, OPF, in_one, pack
from test_check_validators import NOTHING, program
from test_hostile import Listener, listener

__all__ = ["listener"]  # a fixture

PAGE = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>A Small Page</title>
<style>
{style}
</style>
</head>
<body>
<main>
<h1>A Small Page</h1>
<p>A line of text.</p>
{body}
</main>
</body>
</html>
"""


def page(folder: Path, body: str = "", style: str = "") -> Path:
    path = folder / "page.html"
    path.write_text(PAGE.format(body=body, style=style), encoding="utf-8")
    return path


def axed(path: Path, tools: Validators) -> list[tuple[str, str, str]]:
    """Run axe on a page; give severities, places, and the messages without their places."""
    found = in_earnest(axe([path], path.parent, tools))
    return [(one.severity, str(one.place), one.message) for one in found]


def aced(path: Path, tools: Validators) -> dict[str, Finding]:
    """Run Ace on an EPUB; give what it found by the names of its rules."""
    return {one.message.partition(":")[0]: one for one in in_earnest(ace(path, tools))}


def anywhere(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take the network name space away, which only root has."""
    monkeypatch.setattr(browser, "_apart", lambda: ())


# --- what they find ---


def test_ace_names_the_file_and_the_line(tmp_path: Path, validators: Validators) -> None:
    markup = '<p>x</p>\n<p><img src="../images/dot.png"/></p>\n<p><a href="#one"></a></p>'
    found = aced(pack(tmp_path / "book.epub", in_one(markup)), validators)
    lines = {name: str(found[name].place) for name in ("image-alt", "link-name")}
    assert lines == {"image-alt": f"{ONE_NAME}:8", "link-name": f"{ONE_NAME}:9"}
    assert found["image-alt"].severity == found["link-name"].severity == "error"
    assert str(found["metadata-accessmode"].place) == OPF
    assert found["metadata-accessmode"].check == "ace"


def test_axe_has_nothing_against_a_good_page(tmp_path: Path, validators: Validators) -> None:
    assert axed(page(tmp_path), validators) == []


def test_axe_names_the_line_and_where_a_fault_shows(tmp_path: Path, validators: Validators) -> None:
    dim = "@media (prefers-color-scheme: dark) { body { background: #222 } .dim { color: #333 } }"
    wide = "@media (max-width: 340px) { .wide { width: 500px } }"
    body = (
        '<p class="dim wide">dim</p>\n<p><img src="data:image/gif;base64,R0lGODlhAQABAAAAACw="></p>'
    )
    found = axed(
        page(tmp_path, body, f"html {{ color-scheme: light dark }}\n{dim}\n{wide}"), validators
    )
    rules = {message.partition(":")[0]: (severity, place) for severity, place, message in found}
    assert rules["color-contrast"] == ("error", "page.html:17")
    assert rules["image-alt"] == ("error", "page.html:18")
    contrast = next(message for *_, message in found if message.startswith("color-contrast"))
    assert contrast.endswith("; at 360 px dark, 1280 px dark")
    image = next(message for *_, message in found if message.startswith("image-alt"))
    assert " px " not in image, "it shows everywhere"
    assert ("warning", "page.html") in {each[:2] for each in found if "too wide" in each[2]}


# --- what a book cannot do ---

ASKING = (
    '<script>alert(1); new WebSocket("ws://{0}/a"); fetch("http://{0}/b")</script>'
    '<img src="http://{0}/c" alt=""/><iframe title="x" src="http://{0}/d"></iframe>'
)


@pytest.mark.parametrize("shared", [False, True])
def test_nothing_of_a_book_reaches_the_network(
    tmp_path: Path,
    validators: Validators,
    listener: Listener,
    monkeypatch: pytest.MonkeyPatch,
    shared: bool,
) -> None:
    if shared:
        anywhere(monkeypatch)
    asking = ASKING.format(listener.address)
    axed(page(tmp_path, asking), validators)
    aced(pack(tmp_path / "book.epub", in_one(asking)), validators)
    assert listener.hits == []


def test_a_page_cannot_put_another_in_its_place(tmp_path: Path, validators: Validators) -> None:
    leaving = '<p><img src="x.png"></p><script>location = "http://example.org/"</script>'
    found = axed(page(tmp_path, leaving), validators)
    assert [(place, message.partition(":")[0]) for _, place, message in found] == [
        ("page.html:15", "image-alt")
    ]


@pytest.mark.parametrize("shared", [False, True])
def test_a_page_that_never_ends_is_given_up(
    tmp_path: Path, validators: Validators, monkeypatch: pytest.MonkeyPatch, shared: bool
) -> None:
    if shared:
        anywhere(monkeypatch)
    path = page(tmp_path, "<script>while (true) {}</script>")
    monkeypatch.setattr(browser, "_SECONDS", 10)
    monkeypatch.setattr(browser, "_PER_PAGE", 0)
    with pytest.raises(TimedOut, match="axe did not end within 10 seconds"):
        in_earnest(axe([path], tmp_path, validators))
    monkeypatch.setattr(browser, "_SECONDS", 100)
    monkeypatch.setattr(browser, "_LOADING", 5)
    with pytest.raises(ToolFailed, match="Navigation timeout of 5000 ms exceeded"):
        axe([path], tmp_path, validators)


# --- when they are not there, or break down ---


@pytest.mark.parametrize("check", [ace, lambda path, tools: axe([path], path.parent, tools)])
def test_what_is_missing_is_said(
    check: Callable[[Path, Validators], tuple[Finding, ...]], tmp_path: Path
) -> None:
    there = replace(NOTHING, ace=tmp_path, axe=tmp_path, node=tmp_path, chromium=tmp_path)
    for name, words in (
        ("ace", "npm install --prefix .tools --ignore-scripts @daisy/ace-cli"),
        ("node", "install Node.js"),
        ("chromium", "install Chromium"),
    ):
        (found,) = check(tmp_path / "book", replace(there, **{name: None}))
        assert found.severity == "skipped"
        assert words in found.message
    (found,) = axe([tmp_path], tmp_path, replace(there, axe=None))
    assert found.severity == "skipped"


@pytest.mark.parametrize(
    ("script", "words"),
    [
        ("echo it broke >&2; exit 1", "it broke"),
        ("exit 0", "no message"),
        ("kill -9 $$", "code"),
    ],
)
def test_a_checker_that_breaks_down_is_an_error(script: str, words: str, tmp_path: Path) -> None:
    node = program(tmp_path / "node", script)
    tools = replace(NOTHING, ace=tmp_path, axe=tmp_path, node=node, chromium=tmp_path)
    for run in (ace, lambda path, tools: axe([path], path.parent, tools)):
        with pytest.raises(ToolFailed, match=words):
            run(pack(tmp_path / "book.epub", GOOD), tools)


@pytest.mark.parametrize("report", ["rubbish", "[{}]", "7", '[{"earl:testSubject": 3}]'])
def test_a_report_that_is_none_is_an_error(report: str, tmp_path: Path) -> None:
    # The order, one line of JSON, ends with the report's file and the patience.
    find = 'report=$(sed -E \'s/.*"report": "([^"]*)".*/\\1/\')'
    node = program(tmp_path / "node", f"{find}\ncat > \"$report\" <<'END'\n{report}\nEND")
    tools = replace(NOTHING, ace=tmp_path, axe=tmp_path, node=node, chromium=tmp_path)
    for run in (ace, lambda path, tools: axe([path], path.parent, tools)):
        with pytest.raises(ToolFailed, match="no report that can be read"):
            run(pack(tmp_path / "book.epub", GOOD), tools)


def test_ace_counts_elements_as_epub_cfi_does() -> None:
    from lxml import etree

    text = "<html>\n<head/>\n<body>\n<p/>\n<section>\n<!-- x --><p/>\n<p><i/></p></section></body>"
    root = etree.fromstring(f"{text}</html>")
    lines = {
        "/4/4[s]/4/2": 7,
        "/4/2": 4,
        "/4/4/2/1:3": 6,
        "/4/40": 3,
        "": 1,
    }
    assert {cfi: browser._line(cfi, root) for cfi in lines} == lines
    assert browser._line("/4", None) is None


def test_the_order_is_one_line_of_json() -> None:
    """As the tests above take it to be."""
    assert "\n" not in json.dumps({"report": "x", "patience": 60_000})
