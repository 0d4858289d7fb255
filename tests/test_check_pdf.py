from collections.abc import Callable
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name, String

from conftest import damage_gives_findings
from octavo.check import check
from octavo.model import Finding

Change = Callable[[pikepdf.Pdf], object]


def good() -> pikepdf.Pdf:
    """Two tagged pages, a font, links by name and by page, an outline."""
    pdf = pikepdf.new()
    for _ in range(2):
        pdf.add_blank_page(page_size=(300, 400))
    first, second = pdf.pages
    program = pdf.make_stream(b"\0\1\0\0 a font program")
    descriptor = Dictionary(Type=Name.FontDescriptor, FontName=Name.Text, FontFile2=program)
    inner = Dictionary(Type=Name.Font, Subtype=Name.CIDFontType2, BaseFont=Name.Text)
    inner.FontDescriptor = pdf.make_indirect(descriptor)
    outer = Dictionary(Type=Name.Font, Subtype=Name.Type0, BaseFont=Name.Text)
    outer.DescendantFonts = Array([pdf.make_indirect(inner)])
    first.Resources = Dictionary(Font=Dictionary(F1=pdf.make_indirect(outer)))
    first.Annots = Array(
        [
            link(pdf, Dest=String("two")),
            link(pdf, Dest=Array([second.obj, Name.Fit])),
            link(pdf, A=Dictionary(S=Name.GoTo, D=String("two"))),
            link(pdf, A=Dictionary(S=Name.URI, URI=String("https://example.org/"))),
        ]
    )
    dests = Dictionary(Names=Array([String("two"), Array([second.obj, Name.Fit])]))
    pdf.Root.Names = Dictionary(Dests=dests)
    entry = pdf.make_indirect(Dictionary(Title="Two", Dest=Array([second.obj, Name.Fit])))
    pdf.Root.Outlines = pdf.make_indirect(Dictionary(First=entry, Last=entry, Count=1))
    entry.Parent = pdf.Root.Outlines
    element = pdf.make_indirect(Dictionary(Type=Name.StructElem, S=Name.Document))
    pdf.Root.StructTreeRoot = pdf.make_indirect(Dictionary(Type=Name.StructTreeRoot, K=element))
    element.P = pdf.Root.StructTreeRoot
    pdf.Root.MarkInfo = Dictionary(Marked=True)
    pdf.Root.ViewerPreferences = Dictionary(DisplayDocTitle=True)
    pdf.Root.Lang = String("en")
    pdf.docinfo["/Title"] = "A Small Book"
    return pdf


def link(pdf: pikepdf.Pdf, **entries: Any) -> pikepdf.Object:
    rectangle = Array([10, 10, 20, 20])
    return pdf.make_indirect(
        Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=rectangle, **entries)
    )


def save(path: Path, change: Change = lambda pdf: None) -> Path:
    pdf = good()
    change(pdf)
    pdf.save(path)
    return path


def first_font(pdf: pikepdf.Pdf) -> pikepdf.Object:
    return pdf.pages[0].Resources.Font.F1.DescendantFonts[0]


def add_link(**entries: Any) -> Change:
    return lambda pdf: pdf.pages[0].Annots.append(link(pdf, **entries))


def unpaged(pdf: pikepdf.Pdf) -> None:
    while len(pdf.pages):
        del pdf.pages[0]


def lost_page(pdf: pikepdf.Pdf) -> None:
    stray = pdf.make_indirect(Dictionary(Type=Name.Page))
    pdf.pages[0].Annots.append(link(pdf, Dest=Array([stray, Name.Fit])))


def attach(pdf: pikepdf.Pdf) -> None:
    pdf.attachments["secret.txt"] = b"secret"


def test_a_good_file_has_no_findings(tmp_path: Path) -> None:
    assert check(save(tmp_path / "book.pdf"), "pdf") == ()


JAVASCRIPT = Dictionary(S=Name.JavaScript, JS=String("app.alert(1)"))
LAUNCH = Dictionary(S=Name.Launch, F=String("/bin/sh"))
BROKEN: dict[str, tuple[Change, str, str]] = {
    "font missing": (
        lambda pdf: first_font(pdf).FontDescriptor.__delitem__("/FontFile2"),
        "fonts",
        "/Text",
    ),
    "font without descriptor": (
        lambda pdf: first_font(pdf).__delitem__("/FontDescriptor"),
        "fonts",
        "/Text",
    ),
    "standard font": (
        lambda pdf: pdf.pages[1].obj.__setitem__(
            "/Resources",
            Dictionary(
                Font=Dictionary(
                    F2=Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)
                )
            ),
        ),
        "fonts",
        "/Helvetica",
    ),
    "not marked": (lambda pdf: pdf.Root.__delitem__("/MarkInfo"), "readable", "not tagged"),
    "marked false": (
        lambda pdf: pdf.Root.MarkInfo.__setitem__("/Marked", False),
        "readable",
        "tagged",
    ),
    "no structure": (lambda pdf: pdf.Root.__delitem__("/StructTreeRoot"), "readable", "not tagged"),
    "empty structure": (
        lambda pdf: pdf.Root.StructTreeRoot.__delitem__("/K"),
        "readable",
        "not tagged",
    ),
    "no outline": (lambda pdf: pdf.Root.__delitem__("/Outlines"), "readable", "no outline"),
    "empty outline": (
        lambda pdf: pdf.Root.Outlines.__delitem__("/First"),
        "readable",
        "no outline",
    ),
    "no title": (lambda pdf: pdf.docinfo.__delitem__("/Title"), "readable", "no title"),
    "title not shown": (
        lambda pdf: pdf.Root.__delitem__("/ViewerPreferences"),
        "readable",
        "not the title",
    ),
    "no language": (lambda pdf: pdf.Root.__delitem__("/Lang"), "readable", "language"),
    "link to no name": (add_link(Dest=String("three")), "links", "no page: three"),
    "action to no name": (
        add_link(A=Dictionary(S=Name.GoTo, D=String("three"))),
        "links",
        "no page: three",
    ),
    "link to no page": (lost_page, "links", "no page"),
    "link to a number": (add_link(Dest=Array([7, Name.Fit])), "links", "no page"),
    "name of no page": (
        lambda pdf: (
            pdf.Root.Names.Dests.Names.append(String("zero"))
            or pdf.Root.Names.Dests.Names.append(Array([0, Name.Fit]))
        ),
        "links",
        "the destination zero",
    ),
    "script at the start": (
        lambda pdf: pdf.Root.__setitem__("/OpenAction", JAVASCRIPT),
        "active",
        "/JavaScript",
    ),
    "script by name": (
        lambda pdf: pdf.Root.Names.__setitem__(
            "/JavaScript", Dictionary(Names=Array([String("a"), JAVASCRIPT]))
        ),
        "active",
        "/JavaScript",
    ),
    "script in a link": (add_link(A=JAVASCRIPT), "active", "/JavaScript"),
    "script by its text alone": (add_link(A=Dictionary(JS=String("1"))), "active", "/JavaScript"),
    "program": (add_link(A=LAUNCH), "active", "/Launch"),
    "program after a link": (
        add_link(A=Dictionary(S=Name.URI, URI=String("https://example.org/"), Next=LAUNCH)),
        "active",
        "/Launch",
    ),
    "other file": (
        add_link(A=Dictionary(S=Name.GoToR, F=String("x.pdf"), D=String("x"))),
        "active",
        "/GoToR",
    ),
    "action of a page": (
        lambda pdf: pdf.pages[0].obj.__setitem__("/AA", Dictionary(O=LAUNCH)),
        "active",
        "starts by itself",
    ),
    "attachment": (attach, "active", "embedded"),
    "attachment on a page": (
        lambda pdf: pdf.pages[0].Annots.append(
            Dictionary(Type=Name.Annot, Subtype=Name.FileAttachment)
        ),
        "active",
        "/FileAttachment",
    ),
    "address of a file": (
        add_link(A=Dictionary(S=Name.URI, URI=String("file:///etc/passwd"))),
        "active",
        "file:///etc/passwd",
    ),
}


@pytest.mark.parametrize(("change", "rule", "words"), BROKEN.values(), ids=BROKEN)
def test_each_rule_fails(change: Change, rule: str, words: str, tmp_path: Path) -> None:
    found = check(save(tmp_path / "book.pdf", change), "pdf")
    assert {one.check for one in found} == {rule}, found
    assert any(words in one.message for one in found), found


def test_no_page_is_an_error(tmp_path: Path) -> None:
    found = check(save(tmp_path / "book.pdf", unpaged), "pdf")
    assert "the file has no page" in {one.message for one in found}


@pytest.mark.parametrize("where", [0.1, 0.5, 0.9, 0.995])
def test_a_cut_file_is_found(where: float, tmp_path: Path) -> None:
    path = save(tmp_path / "book.pdf")
    data = path.read_bytes()
    path.write_bytes(data[: int(len(data) * where)])
    assert any("%%EOF" in one.message for one in check(path, "pdf"))


def test_a_damaged_file_is_not_silently_mended(tmp_path: Path) -> None:
    path = save(tmp_path / "book.pdf")
    data = path.read_bytes()
    start = data.rindex(b"startxref")
    path.write_bytes(data[:start] + b"startxref\n9\n%%EOF\n")
    found = check(path, "pdf")
    assert found
    assert {one.check for one in found} == {"syntax"}


def test_a_locked_file_is_found(tmp_path: Path) -> None:
    path = tmp_path / "book.pdf"
    good().save(path, encryption=pikepdf.Encryption(owner="o", user="u"))
    assert [one.message for one in check(path, "pdf")] == ["the file is locked with a password"]


def test_an_encrypted_file_is_found(tmp_path: Path) -> None:
    path = tmp_path / "book.pdf"
    good().save(path, encryption=pikepdf.Encryption(owner="o", user=""))
    assert [one.message for one in check(path, "pdf")] == ["the file is encrypted"]


@pytest.mark.parametrize("data", [b"", b"%PDF-1.7\n%%EOF\n", b"PK\x03\x04" * 100])
def test_what_is_no_pdf_is_found(data: bytes, tmp_path: Path) -> None:
    path = tmp_path / "book.pdf"
    path.write_bytes(data)
    assert any("cannot be read" in one.message for one in check(path, "pdf"))


def test_damage_gives_findings_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "book.pdf"
    good().save(path, object_stream_mode=pikepdf.ObjectStreamMode.disable, compress_streams=False)
    damage_gives_findings(path, "pdf")


def test_a_destination_may_stand_in_the_catalogue(tmp_path: Path) -> None:
    def change(pdf: pikepdf.Pdf) -> None:
        wrapped = Dictionary(D=Array([pdf.pages[0].obj, Name.Fit]))
        pdf.Root.Dests = Dictionary(one=wrapped)
        add_link(Dest=Name.one)(pdf)

    assert check(save(tmp_path / "book.pdf", change), "pdf") == ()


def test_the_sample_is_valid_in_earnest(
    tmp_path: Path, assert_valid: Callable[[Path], None]
) -> None:
    assert_valid(save(tmp_path / "book.pdf"))


def test_qpdf_speaks_in_findings(
    tmp_path: Path, validated: Callable[[Path], tuple[Finding, ...]]
) -> None:
    path = tmp_path / "book.pdf"
    path.write_bytes(save(path).read_bytes()[:-40])
    found = validated(path)
    assert found
    assert all(one.check == "qpdf" and str(path) not in one.message for one in found)
    path.write_bytes(b"rubbish")
    assert any(one.severity == "error" for one in validated(path))
