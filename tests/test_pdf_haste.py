"""What is done with less work than WeasyPrint's comes out as it does there."""

import hashlib
import importlib
import inspect
import sys
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from octavo.fonts import FACES, font_set
from octavo.write.pdf.engine import Compositor
from octavo.write.pdf.paragraphs import Shaper
from octavo.write.pdf.sheets import Piece, Sheets, Style

SIGNS = "".join(map(chr, range(32, 127))) + "“”‘’«»—–…‐•éüßñКорабльвмеяшлн港口的灯"
FONTS = font_set(SIGNS, FACES[:6]).fonts
PAGE = "@page { size: 110mm 150mm; margin: 12mm; @bottom-center { content: counter(page) } }"
CSS = f"""{PAGE}
body {{ font: 10.5pt/1.4 "Octavo Serif"; text-align: justify; hyphens: auto;
  font-variant-numeric: oldstyle-nums }}
.note {{ float: footnote; font-size: 0.8em }}
.caps {{ font-variant-caps: small-caps }}
.wide {{ letter-spacing: 0.1em }}
.apart {{ word-spacing: 0.2em }}
.under {{ text-decoration: underline }}
.ragged {{ text-align: start; hyphens: manual }}
.drop {{ float: left; font-size: 3em; line-height: 1 }}
.first::first-line {{ font-variant-caps: small-caps }}
.narrow {{ width: 11em }}
code {{ overflow-wrap: anywhere }}
pre {{ white-space: pre-wrap }}
td {{ border: 1px solid; padding: 2% }}
table {{ border-collapse: collapse }}
"""
LINES = (
    "The pilots sounded the channel twice, although nobody had asked them to; extraordinarily"
    " careful people, they wrote “four fathoms — perhaps 5” into the harbour-master’s"
    " well-kept book, and waited for the afternoon’s unforeseeable consequences."
)
BODY = f"""<main><p class="first"><span class="drop">T</span>{LINES} {LINES}</p>
<p>{LINES} <em>{LINES}</em> {LINES} <span class="note">A note: {LINES}</span>{LINES}</p>
<p class="ragged">{LINES}</p><p class="wide">{LINES}</p><p class="apart">{LINES}</p>
<p class="narrow">{LINES} Überraschungs\xadgäste and a\xa0hard space.</p>
<p>{LINES[:90]} <span class="under">{LINES}</span> <span class="caps">{LINES}</span></p>
<p lang="ru">Корабль вошёл в море, {LINES}</p><p lang="zh">港口的灯{LINES}港口的灯</p>
<p dir="rtl" lang="ar">{LINES}</p><p><code>harbour/channel/fathoms/{"x" * 90}</code> {LINES}</p>
<pre>one\ttwo
  three {LINES}</pre><ul><li>{LINES}</li></ul>
<table><tr><td>{LINES}</td><td>5</td></tr></table>
<svg width="200" height="30"><text x="0" y="20" font-family="Octavo Serif">{LINES[:20]}</text></svg>
</main>"""

# What was looked at, with the beginning of its source's SHA-256: read it again before this is
# changed, and the modules that `haste` names beside it.
KNOWN = {
    "css.AnonymousStyle": "414bbf41061e0a4a",
    "css.ComputedStyle": "4ff0512c0af12674",
    "css.functions.check_math": "4f8e6a21258e09ba",
    "draw.text.draw_first_line": "1bb8eae6d88e71b1",
    "draw.text.draw_text": "ebaf96239c6ca363",
    "layout.inline.add_word_spacing": "879516e71f1b80fa",
    "layout.inline.remove_last_whitespace": "53f0c79c9fbbda50",
    "layout.inline.split_text_box": "8c564329599ef23f",
    "layout.percent": "bac190e240dce17b",
    "pdf.fonts.Font": "1888854798bf8726",
    "text.fonts.font_features": "e35741064c068852",
    "text.line_break": "1f5a855ad992e0be",
}
TAUGHT = (
    "css.ComputedStyle.__missing__",
    "draw.text.draw_first_line",
    "layout.inline.create_layout",
    "layout.inline.split_first_line",
    "layout.inline.strut",
    "text.line_break.Layout.setup",
    *(
        f"layout.{name}.resolve_percentages"
        for name in ("absolute", "block", "column", "float", "grid", "inline", "page", "percent")
    ),
    "layout.table.resolve_percentages",
)


def named(name: str) -> tuple[Any, str, Any]:
    """Something of WeasyPrint: what has it, its name there, and itself."""
    parts = name.split(".")
    for count in range(len(parts), 0, -1):
        module = ".".join(["weasyprint", *parts[:count]])
        try:
            found: Any = importlib.import_module(module)
        except ModuleNotFoundError:
            continue
        owner, last = None, ""
        for last in parts[count:]:
            owner, found = found, getattr(found, last)
        return owner, last, found
    raise LookupError(name)


@pytest.fixture(scope="module")
def hasty() -> None:
    Compositor(Style(CSS, FONTS))


@pytest.fixture
def slowly(hasty: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], None]]:
    """Have WeasyPrint do it all by itself from then on."""

    def forget() -> None:
        for name in TAUGHT:
            owner, last, found = named(name)
            monkeypatch.setattr(owner, last, found.__wrapped__)

    yield forget


def laid(body: str) -> Sheets:
    html = f'<!DOCTYPE html><html lang="en"><title>Signs</title><body>{body}</body></html>'
    return Compositor(Style(CSS, FONTS)).set(Piece("one", "One", html))


@pytest.mark.parametrize("name", KNOWN)
def test_weasyprint_is_what_we_know(name: str, hasty: None) -> None:
    source = inspect.getsource(inspect.unwrap(named(name)[2]))
    assert hashlib.sha256(source.encode()).hexdigest()[:16] == KNOWN[name]


def test_all_that_is_taught_is_known(hasty: None) -> None:
    found = {
        f"{module.__name__}.{name}".removeprefix("weasyprint.")
        for module in [each for key, each in sys.modules.items() if key.startswith("weasyprint.")]
        for name, value in vars(module).items()
        if inspect.isfunction(value)
        and value.__module__.startswith("weasyprint.")
        and hasattr(value, "__wrapped__")
        and "octavo" in value.__code__.co_filename
    }
    methods = {"css.ComputedStyle.__missing__", "text.line_break.Layout.setup"}
    shifted = {"layout.block._in_flow_layout"}
    assert found | methods == set(TAUGHT) | shifted


def test_a_document_is_the_same_byte_for_byte(slowly: Callable[[], None]) -> None:
    swift = laid(BODY)
    slowly()
    assert laid(BODY) == swift


def test_a_paragraph_is_shaped_once(hasty: None, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []
    monkeypatch.setattr(Shaper, "shaped", watched(Shaper.shaped, asked))
    plain = "They went out to the bar and came in. " * 20
    assert laid(f'<main><p class="ragged">{plain}</p></main>').leaves
    assert [said.strip() for said in asked] == [plain.strip()]


def watched(shaped: Any, asked: list[str]) -> Any:
    def shape(self: Shaper, text: str, style: Any) -> Any:
        asked.append(text)
        return shaped(self, text, style)

    return shape


WORDS = (
    "the a I tide harbour extraordinarily co-operate fifty-one office AV To. 1,000 3.14 x—y —so—"
    " … (see) [1] “Why?” ‘tis’ «Ja» don’t T. ! ? ; — – ) ( “ ” / and/or a.b.c \xa0b 港口 море"
).split()


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    texts=st.lists(
        st.lists(st.sampled_from(WORDS), min_size=8, max_size=50), min_size=1, max_size=4
    ),
    width=st.floats(60, 330),
    language=st.sampled_from(("en", "de", "fr", "ru", "")),
    style=st.sampled_from(("", "text-align: start", "font-style: italic", "hyphens: none")),
)
def test_lines_are_broken_alike(
    hasty: None, texts: list[list[str]], width: float, language: str, style: str
) -> None:
    inline, name, swiftly = named("layout.inline.split_first_line")
    split, differing = swiftly.__wrapped__, []

    def both(text: str, *said: Any, **more: Any) -> Any:
        one, other = swiftly(text, *said, **more), split(text, *said, **more)
        if (one[0].text, one[1:]) != (other[0].text, other[1:]):
            differing.append((text, one[0].text, one[1:], other[0].text, other[1:]))
        return one

    setattr(inline, name, both)
    both.__wrapped__ = split  # type: ignore[attr-defined]
    try:
        said = f'<p lang="{language}" style="width: {width}px; {style}">'
        laid("<main>" + "".join(f"{said}{' '.join(each)} </p>" for each in texts) + "</main>")
    finally:
        setattr(inline, name, swiftly)
    assert not differing
