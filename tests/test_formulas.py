"""Formulas drawn for the page."""

import os
import re
import subprocess
import sys
import time
from pathlib import Path

import pytest
from lxml import etree

from octavo import pandoc
from octavo.chapters import Source, bind
from octavo.formulas import Formula, draw
from octavo.model import Place

pytestmark = pytest.mark.filterwarnings("ignore:path is deprecated")  # ziamath asks for its fonts
ROOT = Path(__file__).parent.parent


def mathml(inner: str) -> str:
    return f'<math xmlns="http://www.w3.org/1998/Math/MathML">{inner}</math>'


def drawn(tex: str) -> Formula | None:
    html = pandoc.convert(f"${tex}$".encode(), pandoc.READERS["commonmark"], Place("a")).html
    [chapter] = bind([Source("a.md", html)], title=None, fetch=lambda *_: None, depth=1).chapters
    found = re.search(r"<math.*</math>", chapter.html, re.DOTALL)
    assert found, html
    return draw(found[0])


@pytest.mark.parametrize(
    "tex",
    [
        "x",
        r"\frac{1}{2}",
        r"\sum_{n=1}^\infty \frac{1}{n^2}=\frac{\pi^2}{6}",
        r"\left(\left(\left(a+b\right)c\right)d\right)",
        r"\begin{pmatrix}a&b\\c&d\end{pmatrix}",
        r"\int_0^1 f(x)\,dx",
        r"\mathbb{R}\to\mathcal{C}",
        r"\text{if } x<y",
        r"\sqrt[3]{\hat{x}}",
        r"a < b > c \& d - e",
    ],
)
def test_what_authors_write_is_drawn(tex: str) -> None:
    made = drawn(tex)
    assert made is not None
    assert 0.3 < made.height < 6
    assert 0.3 < made.width < 12
    assert etree.fromstring(made.resource.data).tag == "{http://www.w3.org/2000/svg}svg"
    assert made.resource.name.startswith("formulas/")


def test_an_attribute_with_signs_of_markup_does_not_hurt() -> None:
    plain, signs = mathml("<mi>x</mi>"), mathml("<mstyle><mi>x</mi></mstyle>")
    signs = signs.replace("<math", '<math alttext="&quot;&lt;&amp;gt;&quot;"')
    made, same = draw(plain), draw(signs)
    assert made and same
    assert made.resource.data == same.resource.data


def test_ids_are_numbered_as_they_come() -> None:
    made = drawn(r"a + b + a")
    assert made
    ids = re.findall(r' id="([^"]*)"', made.resource.data.decode())
    assert ids == [f"g{nth}" for nth in range(len(ids))]
    assert len(ids) >= 3
    links = set(re.findall(r'href="#([^"]*)"', made.resource.data.decode()))
    assert links == set(ids)


def test_the_depth_is_below_the_baseline() -> None:
    x, y, fraction = (drawn(tex) for tex in ("x", "y", r"\frac{1}{2}"))
    assert x and y and fraction
    assert 0 <= x.depth < 0.1 < y.depth < 0.35 < fraction.depth < fraction.height / 2


@pytest.mark.parametrize(
    "inner",
    [
        "",
        "<foo/>",
        "<mfrac><mi>x</mi></mfrac>",
        "<msup><mi>x</mi></msup>",
        "<mtext>漢字</mtext>",
        '<mn mathsize="1e99">1</mn>',
        '<mspace width="9999999em"/>',
        "<mtable/>",
        "<mi>x",
    ],
)
def test_what_cannot_be_drawn_is_none(inner: str) -> None:
    assert draw(mathml(inner)) is None


@pytest.mark.parametrize("name", ["mrow", "mfrac", "msqrt", "mtd"])
def test_rows_inside_rows_do_not_take_for_ever(name: str) -> None:
    began = time.monotonic()
    draw(mathml(f"<{name}>" * 60 + "<mi>x</mi>" + f"</{name}>" * 60))
    assert time.monotonic() - began < 5


def test_unknown_elements_are_not_told_of_on_the_screen(capfd: pytest.CaptureFixture[str]) -> None:
    draw(mathml("<foo><mi>x</mi></foo>"))
    assert capfd.readouterr() == ("", "")


SCRIPT = """
import hashlib, sys, warnings
warnings.simplefilter("ignore")
from octavo.formulas import draw
for source in sys.argv[1:]:
    made = draw(source)
    print(made.resource.name, hashlib.sha256(made.resource.data).hexdigest(), made.depth)
"""


def test_the_same_bytes_in_another_process_and_order() -> None:
    sources = [mathml(f"<mi>{letter}</mi><mo>+</mo><mn>1</mn>") for letter in "abc"]

    def run(seed: str, order: list[str]) -> list[str]:
        environment = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT / "src")}
        argv = [sys.executable, "-c", SCRIPT, *order]
        ended = subprocess.run(argv, env=environment, capture_output=True, text=True, check=True)
        return sorted(ended.stdout.splitlines())

    assert run("1", sources) == run("2", sources[::-1])
    assert len(run("1", sources)) == 3
