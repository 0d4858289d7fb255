"""What goes into pandoc, what comes back, and what it may not reach."""

import re
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from octavo import pandoc
from octavo.errors import OutOfMemory, TimedOut, UnreadableSource
from octavo.model import (
    Block,
    Footnote,
    Heading,
    Items,
    Paragraph,
    Place,
    Quotation,
    SceneBreak,
    Span,
    Verse,
)
from octavo.programs import MIB, Limits, run

AT = Place("a.txt")
COMMONMARK = pandoc.READERS["commonmark"]
SOURCE = Path(__file__).parent.parent / "src" / "octavo"
LITERAL = "1. not a list _x_ **y** $z$ <b> &amp; [a](b) `c` \\d --- # e"


def paragraph(*spans: Span | str) -> Paragraph:
    return Paragraph(tuple(s if isinstance(s, Span) else Span(s) for s in spans), AT)


def html_of(*blocks: Block) -> str:
    return re.sub(r"[ \n]+", " ", pandoc.convert(pandoc.document(blocks), "json", AT).html).strip()


def test_a_footnote_goes_to_its_mark() -> None:
    note = Footnote(1, (paragraph("So it is said."), paragraph("By some.")), AT)
    html = html_of(paragraph("The river", Span("[7]", note=1), " rose."), note, paragraph("Later."))
    assert re.search(
        r'<p>The river<a href="#fn1"[^>]*role="doc-noteref"><sup>1</sup></a> rose', html
    )
    assert "[7]" not in html
    assert html.index("Later.") < html.index("So it is said.")
    assert html.count("So it is said.") == 1


def test_a_mark_without_its_footnote_stays_text() -> None:
    assert html_of(paragraph("The river", Span("[7]", note=1))) == "<p>The river[7]</p>"


@pytest.mark.parametrize(
    ("block", "expected"),
    [
        (Heading(2, (Span("The Sea"),), AT), "<h2>The Sea</h2>"),
        (paragraph("plain"), "<p>plain</p>"),
        (
            paragraph("a ", Span("b", "emphasis"), Span("c", "strong"), Span("", "strong")),
            "<p>a <em>b</em><strong>c</strong></p>",
        ),
        (paragraph(Span("d", "smallcaps")), '<p><span class="smallcaps">d</span></p>'),
        (
            Verse((((Span("one"),), (Span("    two"),)), ((Span("three"),),)), AT),
            '<div class="verse"> <p>one \u2003\u2003two</p> <p>three</p> </div>',
        ),
        (
            Quotation((paragraph("a"), paragraph("b")), AT),
            "<blockquote> <p>a</p> <p>b</p> </blockquote>",
        ),
        (
            Items(False, ((paragraph("a"),), (paragraph("b"), paragraph("c"))), AT),
            "<ul> <li><p>a</p></li> <li><p>b</p> <p>c</p></li> </ul>",
        ),
        (
            Items(True, ((paragraph("a"),),), AT, start=7),
            '<ol start="7" type="1"> <li>a</li> </ol>',
        ),
        (SceneBreak(AT), "<hr />"),
    ],
    ids=lambda value: type(value).__name__ if not isinstance(value, str) else "",
)
def test_each_kind_of_block_comes_back_as_its_element(block: Block, expected: str) -> None:
    assert html_of(block) == expected


@pytest.mark.parametrize("wrap", [paragraph, lambda t: Heading(1, (Span(t),), AT)])
def test_text_in_blocks_is_never_read_as_markup(wrap: object) -> None:
    from lxml import html

    tree = html.fragment_fromstring(html_of(wrap(LITERAL)), create_parent="div")  # type: ignore[operator]
    assert tree.text_content() == LITERAL
    assert [node.tag for node in tree.iter()][2:] == []


def test_metadata_comes_back_as_plain_words() -> None:
    source = (
        "---\ntitle: The *Sea* & <b>Me</b>\nauthor:\n- Ann B.\n- Çelik *Ö.*\nlang: de-AT\n---\nText"
    )
    found = pandoc.convert(source.encode(), COMMONMARK, AT)
    assert found.title == "The Sea & Me"
    assert found.authors == ("Ann B.", "Çelik Ö.")
    assert found.language == "de-AT"
    assert "Text" in found.html


def test_a_single_author_is_one_author_and_no_metadata_is_none() -> None:
    assert pandoc.convert(b"---\nauthor: Ann B.\n---\n", COMMONMARK, AT).authors == ("Ann B.",)
    bare = pandoc.convert(b"Text", COMMONMARK, AT)
    assert (bare.title, bare.authors, bare.language, bare.media) == (None, (), None, ())


def test_control_characters_do_not_get_into_the_title() -> None:
    found = pandoc.convert(b'---\ntitle: "a\\u0001b &#2; c"\n---\n', COMMONMARK, AT)
    assert found.title == "a b c"


def test_images_inside_a_docx_come_out(tmp_path: Path) -> None:
    from PIL import Image

    Image.new("RGB", (3, 2), "red").save(tmp_path / "dot.png")
    (tmp_path / "a.md").write_text("![A dot](dot.png)\n")
    argv = [pandoc.program(), "a.md", "-o", "a.docx"]
    assert run([*argv], folder=tmp_path, limits=Limits(memory=None)).code == 0
    found = pandoc.convert((tmp_path / "a.docx").read_bytes(), "docx", Place("a.docx"))
    [(name, data)] = found.media
    assert data == (tmp_path / "dot.png").read_bytes()
    assert f'src="{name}"' in found.html
    assert name.startswith("media/")
    assert ".." not in name


@contextmanager
def listener() -> Iterator[tuple[int, list[bytes]]]:
    """Listen on the loopback; give the port and what arrives there."""
    hits: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.05)
        done = threading.Event()

        def serve() -> None:
            while not done.is_set():
                try:
                    client, _ = server.accept()
                except TimeoutError:
                    continue
                with client:
                    hits.append(client.recv(1000))

        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield server.getsockname()[1], hits
        finally:
            done.set()
            thread.join()


def test_the_listener_would_notice() -> None:
    with listener() as (port, hits):
        socket.create_connection(("127.0.0.1", port)).close()
        deadline = time.monotonic() + 5
        while not hits and time.monotonic() < deadline:
            time.sleep(0.02)
    assert len(hits) == 1


READS = {
    "rst include": ("rst", ".. include:: {file}\n\n.. include:: {url}\n"),
    "rst raw": ("rst", ".. raw:: html\n   :file: {file}\n"),
    "rst table": ("rst", ".. csv-table:: t\n   :file: {file}\n"),
    "latex": ("latex", "\\input{{{file}}}\\include{{{file}}}\\lstinputlisting{{{file}}}x"),
    "raw tex": (COMMONMARK, "\\input{{{file}}}\n\n```{{=latex}}\n\\input{{{file}}}\n```\n"),
    "org": ("org", "#+INCLUDE: {file}\n"),
    "typst": ("typst", '#include "{file}"\n'),
    "image": (COMMONMARK, "![a]({file})\n\n![b](file://{file})\n\n![c]({url})\n"),
    "html": ("html", '<iframe src="{url}"></iframe><img src="{url}"><embed src="{file}">'),
    "raw html": (COMMONMARK, '<iframe src="{url}"></iframe>\n\n<link rel=stylesheet href={url}>\n'),
    "settings": (
        COMMONMARK,
        "---\nbibliography: {file}\ncsl: {url}\ncss: {file}\nheader-includes: {file}\n---\n[@a]\n",
    ),
}


@pytest.mark.parametrize(("reader", "source"), READS.values(), ids=READS)
def test_no_file_and_no_address_is_read(tmp_path: Path, reader: str, source: str) -> None:
    canary = tmp_path / "canary.txt"
    canary.write_text("key,word\nthe-canary-sings,1\n")
    with listener() as (port, hits):
        filled = source.format(file=canary, url=f"http://127.0.0.1:{port}/x")
        try:
            found = pandoc.convert(filled.encode(), reader, AT)
        except UnreadableSource as refused:  # it may refuse the whole
            assert "sings" not in str(refused)
        else:
            assert "sings" not in repr(found)
            assert all(b"sings" not in data for _, data in found.media)
    assert hits == []


def test_a_formula_out_of_bounds_ends_with_a_named_error() -> None:
    began = time.monotonic()
    with pytest.raises((OutOfMemory, TimedOut)) as caught:
        limits = Limits(seconds=3, memory=1536 * MIB)
        pandoc.convert(b"$" + b"^" * 18 + b"$", COMMONMARK, AT, limits=limits)
    assert caught.value.place == AT
    assert caught.value.hint
    assert time.monotonic() - began < 30


def test_nonsense_is_unreadable_and_says_where() -> None:
    with pytest.raises(UnreadableSource) as caught:
        pandoc.convert(b"no zip", "docx", Place("text/a.docx"))
    assert caught.value.place == Place("text/a.docx")


def test_every_reader_in_the_table_is_one_of_pandocs() -> None:
    known = run([pandoc.program(), "--list-input-formats"], limits=Limits(memory=None)).out.split()
    used = {*pandoc.READER_OF_SUFFIX.values(), *pandoc.READERS.values()}
    assert {re.split(r"[+-]", name)[0] for name in used} <= {name.decode() for name in known}
    assert set(pandoc.READER_OF_SUFFIX) >= pandoc.BINARY_SUFFIXES


def test_pandoc_is_started_in_one_place_and_never_with_citations() -> None:
    for path in SOURCE.rglob("*.py"):
        source = path.read_text(encoding="utf-8")
        code = "\n".join(line.split("#")[0] for line in source.splitlines())
        assert "--citeproc" not in code, path
        if path.parent.name != "pandoc":
            assert not re.search(r"^\s*(import|from) pypandoc", source, re.MULTILINE), path
