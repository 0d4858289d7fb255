"""Figures let text go before them where a page has no room, and every letter is still found."""

import inspect
import io
import re
from dataclasses import replace

import pytest
from PIL import Image

from bindery import Copy, texts
from octavo.config import PageSize
from octavo.fonts import FACES, font_set
from octavo.model import PrintEdition, Resource
from octavo.render import Look, print_edition
from octavo.write import pdf
from octavo.write.pdf import shifting
from octavo.write.pdf.engine import Compositor
from octavo.write.pdf.paging import part
from octavo.write.pdf.sheets import Piece, Style
from octavo.write.pdf.starts import streams, visible
from test_pdf import body_of
from test_render import book, chapter

SIGNS = "".join(map(chr, range(32, 127))) + "\u2010"
SENTENCE = "The pilots knew the channel and did not write it down, since it moved. "


def picture() -> Resource:
    """A grey square."""
    out = io.BytesIO()
    Image.new("L", (300, 300), 200).save(out, "PNG")
    return Resource("images/grey.png", "image/png", out.getvalue(), 300, 300)


GREY = picture()
FONTS = font_set(SIGNS, FACES[:6]).fonts


def paragraph(name: str, sentences: int = 4) -> str:
    return f"<p>{name}. {SENTENCE * sentences}</p>"


def figure(name: str) -> str:
    image = '<img src="images/grey.png" alt="grey" width="300" height="300"/>'
    return f"<figure>{image}<figcaption>Sheet {name}</figcaption></figure>"


def table(rows: int) -> str:
    cells = "".join(f"<tr><td>row {at}</td><td>{at}</td></tr>" for at in range(rows))
    return f"<table><caption>Of rows</caption><tbody>{cells}</tbody></table>"


def copy(*inner: str, **said: object) -> Copy:
    """A book of two chapters on small pages; the first has the blocks."""
    chapters = (chapter("one", "".join(inner)), chapter("two", paragraph("Last")))
    made = book(*chapters, resources=(GREY,))
    look = replace(Look(PageSize(110, 150), 10.5, recto=False), **said)  # type: ignore[arg-type]
    return Copy(made, print_edition(made, FONTS, look, ()), FONTS)


NAME = re.compile(r"\b([A-Z])\. The pilots|\bSheet (\w)|\b(row 0)\b")


def order(done: pdf.Laid) -> str:
    """Give the first letters of paragraphs, and figures' names, as they are printed."""
    said = " ".join(" ".join(texts(done.data)).split())
    return " ".join(next(filter(None, found)) for found in NAME.findall(said))


def unshifted(made: Copy) -> PrintEdition:
    """Give its pages with figures where the text has them."""
    return replace(made.edition, css=made.edition.css + "figure { --placement: here }")


def unmatched(made: Copy) -> list[int]:
    style = Style(part(made.edition.css).whole, made.fonts)
    piece = Piece("book", "b", made.edition.html, made.edition.resources, whole=True)
    return [leaf.unmatched for leaf in Compositor(style).set(piece).leaves]


def test_a_figure_without_room_lets_the_next_paragraph_go_first() -> None:
    made = copy(paragraph("A"), figure("x"), paragraph("B"), paragraph("C"))
    assert order(made.laid()) == "A B C x"
    assert order(replace(made, edition=unshifted(made)).laid()) == "A x B C"


def test_the_bound_book_shifts_as_the_whole_one_does() -> None:
    blocks = [
        each
        for at in range(6)
        for each in (paragraph("ABCDEF"[at]), figure("uvwxyz"[at]), paragraph("GHIJKL"[at], 9))
    ]
    made = copy(*blocks)
    bound, whole = made.laid(), made.laid(divided=False)
    assert order(bound) != " ".join("A u G B v H C w I D x J E y K F z L".split())
    assert texts(bound.data) == texts(whole.data)
    assert bound.starts == whole.starts
    assert set(unmatched(made)) == {0}
    letters = [each.letters for each in bound.starts if each.chapter == "one"]
    assert letters == sorted(letters)
    text = streams(body_of(made.edition.html).find("main"))[0]
    for start, said in zip(bound.starts, texts(bound.data), strict=True):
        first = visible(said.split("\n", 2)[-1].strip()[:20]).lower()
        if start.chapter == "one" and start.letters and "Sheet" not in said[:60]:
            assert text.letters[start.letters :].startswith(first)


def test_here_is_here() -> None:
    made = copy(paragraph("A"), figure("x"), paragraph("B"), figures="here")
    assert order(made.laid()) == "A x B"


@pytest.mark.parametrize(
    ("blocks", "seen"),
    [
        (("A", "x", "y", "B", "C"), "A B C x y"),  # they keep their order
        (("A", "x", "<h2>Next</h2>", "B"), "A x B"),  # and their section
        (("A", "x", "<blockquote><p>Said</p></blockquote>", "B"), "A x B"),
        (("x", "A"), "x A"),  # there is room
        (("A", "<p>As here:</p>", "x", "B"), "A x B"),  # it is announced
        (("A", "x"), "A x"),
    ],
)
def test_what_a_figure_lets_pass(blocks: tuple[str, ...], seen: str) -> None:
    made = [
        each if "<" in each else figure(each) if each.islower() else paragraph(each)
        for each in blocks
    ]
    assert order(copy(*made).laid()) == seen


def test_a_table_is_shifted_whole_and_a_long_one_is_broken() -> None:
    assert order(copy(paragraph("A", 8), table(8), paragraph("B")).laid()) == "A B row 0"
    assert order(copy(paragraph("A", 8), table(32), paragraph("B")).laid()) == "A row 0 B"


def test_a_paragraph_that_does_not_fit_either_stays_behind() -> None:
    note = f'<span class="footnote" data-number="1">{SENTENCE * 12}</span>'
    made = copy(paragraph("A", 6), figure("x"), f"<p>B. {SENTENCE}{note}</p>", paragraph("C"))
    assert order(made.laid()) == "A x B C"


def test_text_behind_a_figure_is_indented_like_any_other() -> None:
    css = print_edition(book(), (), Look(PageSize(110, 150), 10.5, recto=False), ()).css
    assert css.rindex("figure + p, table + p { text-indent: 1.25em; }") > css.index("figure + p,")


def test_images_are_painted_where_they_are_read() -> None:
    made = copy(figure("x"), figure("y"))
    style = Style(part(made.edition.css).whole, made.fonts)
    piece = Piece("book", "b", made.edition.html, made.edition.resources, whole=True)
    import pikepdf

    with pikepdf.open(io.BytesIO(Compositor(style).set(piece).pdf)) as file:
        painted = [
            str(operands[0])
            for page in file.pages
            for operands, operator in pikepdf.parse_content_stream(page)
            if str(operator) == "BDC" and "/MCID" in operands[1]
        ]
    at = [place for place, kind in enumerate(painted) if kind == "/Figure"]
    assert len(at) == 2
    assert at[1] - at[0] > 1, "no caption between them"


def test_drawings_do_not_leave_their_frames() -> None:
    from weasyprint.images import SVGImage

    Compositor(Style("", FONTS))
    names = ["self", "stream", "concrete_width", "concrete_height", "_style"]
    assert list(inspect.signature(SVGImage.draw).parameters) == names
    assert hasattr(SVGImage.draw, "__wrapped__")


def test_weasyprint_lays_blocks_out_as_we_know_it() -> None:
    from weasyprint.layout import block

    shifting.shift_figures()
    shifted = block._in_flow_layout
    names = (
        "context box index child new_children page_is_empty absolute_boxes fixed_boxes"
        " adjoining_margins bottom_space position_y skip_stack first_letter_style first_line_style"
        " discard next_page max_lines"
    ).split()
    assert list(inspect.signature(shifted).parameters) == names
    shifting.shift_figures()
    assert block._in_flow_layout is shifted, "it is taught twice"
