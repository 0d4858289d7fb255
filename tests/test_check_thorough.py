"""Every check together: what each kind of file gets, and what comes of it when a check fails."""

from dataclasses import replace
from pathlib import Path

import pytest

from conftest import assert_clean, in_earnest
from octavo.check import Validators, thorough
from octavo.check.thorough import examine, kind
from octavo.errors import MissingFile, NoPermission, ToolFailed, UnknownTarget
from octavo.model import Finding
from test_check_epub import GOOD, in_one, pack
from test_check_html import GOOD as PAGE
from test_check_validators import NOTHING, claiming, program


def ran(findings: tuple[Finding, ...]) -> list[tuple[str, str]]:
    return [(each.check, each.severity) for each in findings]


def test_what_is_missing_is_said_for_each_kind(tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text(PAGE, encoding="utf-8")
    book = pack(tmp_path / "book.epub", GOOD)
    assert ran(examine(book, NOTHING)) == [("epubcheck", "skipped"), ("ace", "skipped")]
    assert ran(examine(page, NOTHING)) == [("nu", "skipped"), ("axe", "skipped")]
    assert ("qpdf", "skipped") in ran(examine(claiming(tmp_path), NOTHING))


def test_rules_of_the_house_are_warnings(tmp_path: Path) -> None:
    """Another's book may hold scripts, and what it loads may be elsewhere."""
    markup = '<script>1</script><img src="https://example.org/x.png" alt=""/>'
    found = examine(pack(tmp_path / "book.epub", in_one(markup)), NOTHING)
    assert ran(found)[:2] == [("active", "warning"), ("remote", "warning")]
    lost = examine(pack(tmp_path / "lost.epub", in_one('<a href="x.xhtml">x</a>')), NOTHING)
    assert ran(lost)[0] == ("links", "error")


def test_profiles_are_for_epubs(tmp_path: Path) -> None:
    book = pack(tmp_path / "book.epub", GOOD)
    found = {each.check for each in examine(book, NOTHING, ("kindle", "apple"))}
    assert {"kindle", "apple"} <= found
    assert "kindle" not in {
        each.check for each in examine(claiming(tmp_path), NOTHING, ("kindle",))
    }


def test_a_checker_that_breaks_down_has_not_passed_the_book(tmp_path: Path) -> None:
    qpdf = program(tmp_path / "qpdf", "echo it broke >&2; exit 9")
    found = examine(claiming(tmp_path), replace(NOTHING, qpdf=qpdf))
    (one,) = [each for each in found if each.check == "qpdf"]
    assert one.severity == "error"
    assert one.message.startswith("it came to no result: qpdf gave no report")
    assert "it broke" in one.message
    assert not one.message.endswith(".")


def test_a_container_with_errors_is_not_unpacked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def never(*_: object) -> None:
        raise AssertionError("it was unpacked")

    monkeypatch.setattr(thorough, "ace", never)
    monkeypatch.setattr(thorough, "check_profile", never)
    found = examine(pack(tmp_path / "book.epub", GOOD | {"../x.txt": "x"}), NOTHING, ("kobo",))
    assert ("container", "error") in ran(found)
    (one,) = [each for each in found if each.check == "ace"]
    assert one.severity == "skipped"
    assert "not unpacked" in one.message


def test_pages_that_cannot_be_parsed_are_shown_to_nobody(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown: list[Path] = []

    def show(pages: list[Path], *_: object) -> tuple[Finding, ...]:
        shown.extend(pages)
        return ()

    monkeypatch.setattr(thorough, "nu_pages", show)
    monkeypatch.setattr(thorough, "axe", show)
    (tmp_path / "good.html").write_text(PAGE, encoding="utf-8")
    (tmp_path / "deep.html").write_text(PAGE.replace("<p>", "<div>" * 100_000), encoding="utf-8")
    found = examine(tmp_path, NOTHING)
    assert [path.name for path in shown] == ["good.html", "good.html"]
    assert ("well-formed", "error") in ran(found)
    assert ("nu", "skipped") in ran(found)


# --- pages that belong together ---


def site(folder: Path, **bodies: str) -> Path:
    for name, body in bodies.items():
        path = folder / f"{name.replace('__', '/')}.html"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(PAGE.replace("</body>", f"{body}</body>"), encoding="utf-8")
    return folder


def test_links_between_the_pages_of_a_folder_are_followed(tmp_path: Path) -> None:
    (tmp_path / "a b.png").touch()
    site(
        tmp_path,
        index='<a href="two.html">x</a> <a href="two.html#top">x</a> <a href="in/">x</a>'
        ' <a href="two.html?q=1#top">x</a> <img src="a%20b.png" alt="">',
        two='<a href="./index.html">x</a>',
        in__index='<a href="../two.html#caf%C3%A9">x</a>',
    )
    assert [each for each in examine(tmp_path, NOTHING) if each.check == "links"] == []


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("three.html", "leads to no file: three.html"),
        ("two.html#nowhere", "leads to no id: two.html#nowhere"),
        ("#nowhere", "leads to no id: #nowhere"),
        ("in", "leads to no file: in"),
        ("../outside.html", "leads out of the folder"),
        ("%2e%2e/outside.html", "leads out of the folder"),
        ("/etc/passwd", "leads out of the folder"),
        ("two%00.html", "leads out of the folder"),
    ],
)
def test_a_link_that_leads_nowhere_is_found(address: str, words: str, tmp_path: Path) -> None:
    (tmp_path / "outside.html").write_text(PAGE, encoding="utf-8")
    folder = site(tmp_path / "site", index=f'<a href="{address}">x</a>', two="", in__x="")
    (one,) = [each for each in examine(folder, NOTHING) if each.check == "links"]
    assert words in one.message
    assert str(one.place) == "index.html:13"


def test_a_page_alone_may_use_what_lies_beside_it(tmp_path: Path) -> None:
    site(tmp_path, index='<a href="two.html">x</a>', two="")
    assert "links" not in {check for check, _ in ran(examine(tmp_path / "index.html", NOTHING))}


# --- what can be checked ---


def test_the_kind_is_told_by_the_name(tmp_path: Path) -> None:
    for name, wanted in (("a.EPUB", "epub"), ("a.pdf", "pdf"), ("a.htm", "html")):
        (tmp_path / name).touch()
        assert kind(tmp_path / name) == wanted
    assert kind(tmp_path) == "html"


def test_what_cannot_be_checked_is_said(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "a.docx").touch()
    with pytest.raises(MissingFile, match="no such file"):
        examine(tmp_path / "none.epub", NOTHING)
    with pytest.raises(MissingFile, match="no page of HTML"):
        examine(tmp_path / "in", NOTHING)
    with pytest.raises(UnknownTarget, match=r"a file a\.docx.*\.epub, \.pdf"):
        examine(tmp_path / "a.docx", NOTHING)


def test_what_may_not_be_read_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.pdf"
    path.touch()
    monkeypatch.setattr(thorough.os, "access", lambda *_: False)  # root may read everything
    with pytest.raises(NoPermission, match=r"a\.pdf: this may not be read"):
        examine(path, NOTHING)


def test_a_page_of_ours_passes_everything(tmp_path: Path, validators: Validators) -> None:
    path = tmp_path / "page.html"
    path.write_text(
        PAGE.replace("<body>", "<body><main>").replace("</body>", "</main></body>"), "utf-8"
    )
    assert_clean(in_earnest(examine(path, validators)))


def test_errors_that_are_none_of_a_tool_are_findings_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise ToolFailed("it broke", hint="Try again")

    monkeypatch.setattr(thorough, "check_profile", fail)
    found = examine(pack(tmp_path / "book.epub", GOOD), NOTHING, ("kobo",))
    assert ran(found)[-1] == ("kobo", "error")
