"""Formulas as words."""

import pytest

from octavo import pandoc
from octavo.model import Place
from octavo.spoken import spoken

WORDS = {
    "over": "over",
    "power": "to the power",
    "subscript": "sub",
    "root_of": "the root of",
    "from": "from",
    "up_to": "to",
}


@pytest.mark.parametrize(
    ("tex", "said"),
    [
        (r"\frac{1}{n+1}", "1 over (n + 1)"),
        (r"e^{i\pi} + 1 = 0", "e to the power (i π) + 1 = 0"),
        (r"\sum_{k=1}^{n} k", "∑ from (k = 1) to n k"),
        (r"\sqrt{x^2}", "the root of (x to the power 2)"),
        (r"x_1, \hat{y}", "x sub 1 , ŷ"),
        (r"m = n\,c", "m = n c"),
        (r"a < b", "a < b"),
    ],
)
def test_formulas_are_said(tex: str, said: str) -> None:
    made = pandoc.convert(f"${tex}$".encode(), pandoc.READERS["commonmark"], Place("a")).html
    formula = made[made.index("<math") : made.index("</math>") + 7]
    formula = formula[: formula.index("<annotation")] + "</semantics></math>"
    assert spoken(formula, WORDS) == said


def test_what_is_no_formula_is_silent() -> None:
    assert spoken("<math><mi>x", WORDS) == ""
    deep = "<math>" + "<mrow><mi>a</mi>" * 500 + "</mrow>" * 500 + "</math>"
    assert spoken(deep, WORDS) == ""
