"""From targets to jobs, and through the workers."""

import contextlib
import os
import pickle
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from conftest import Command, convert, environment, left_over, shelf, write
from octavo import library
from octavo.build import Job, Step
from octavo.build import build as build_job
from octavo.errors import (
    BrokenToml,
    DuplicateBook,
    InvalidSettings,
    MissingFile,
    NoPermission,
    Unforeseen,
    UnknownTarget,
    UnsafePath,
    WorkerDied,
)
from octavo.model import FORMATS, Overrides, Place

NOTHING = Overrides()


def plan(
    root: Path, *targets: str, overrides: Overrides = NOTHING, keep_going: bool = False
) -> tuple[Job, ...]:
    return library.plan(
        targets,
        root=root,
        output=root / "dist",
        overrides=overrides,
        when=None,
        keep_going=keep_going,
    )


def asked(root: Path, *targets: str) -> list[str]:
    """What targets stand for, as the names of the files that would be built."""
    return [f"{job.name}.{each}" for job in plan(root, *targets) for each in job.formats]


def page(job: Job) -> str:
    """Build a job's HTML and give it."""
    report = build_job(job, lambda _: None)
    assert report.error is None, report.error
    return next(each.path for each in report.artifacts if each.format == "html").read_text("utf-8")


def named(root: Path, file: str, overrides: Overrides = NOTHING) -> tuple[str, str, list[str]]:
    """The title, language and authors that a single file's HTML says."""
    html = page(plan(root, file, "html", overrides=overrides)[0])
    title = re.search("<title>(.*?)</title>", html)
    language = re.search('<html[^>]* lang="([^"]+)"', html)
    assert title and language
    return title[1], language[1], re.findall('<meta name="author" content="([^"]*)"', html)


# --- targets ---


@pytest.fixture
def two(tmp_path: Path) -> Path:
    write(tmp_path, {"article.txt": "An article.\n"})
    return shelf(tmp_path, salt="", sand='formats = ["html", "epub"]')


@pytest.mark.parametrize(
    ("targets", "files"),
    [
        ("", "salt.epub salt.pdf salt.html sand.epub sand.html"),
        ("salt", "salt.epub salt.pdf salt.html"),
        ("sand", "sand.epub sand.html"),
        ("pdf", "salt.pdf sand.pdf"),
        ("html epub", "salt.epub salt.html sand.epub sand.html"),
        ("sand.pdf", "sand.pdf"),
        ("salt pdf", "salt.pdf"),
        ("pdf salt", "salt.pdf"),
        ("salt sand.pdf", "salt.epub salt.pdf salt.html sand.pdf"),
        ("salt sand epub", "salt.epub sand.epub"),
        ("salt.pdf salt.epub", "salt.epub salt.pdf"),
        ("salt salt salt.pdf", "salt.epub salt.pdf salt.html"),
        ("source/sand", "sand.epub sand.html"),
        ("source/sand/ sand ./source/../source/sand", "sand.epub sand.html"),
        ("source/sand pdf", "sand.pdf"),
        (".", "salt.epub salt.pdf salt.html sand.epub sand.html"),
        ("article.txt", "article.epub article.pdf article.html"),
        ("article.txt pdf", "article.pdf"),
        ("article.txt salt html", "article.html salt.html"),
        ("salt.pdf html", "salt.pdf"),
    ],
)
def test_targets(two: Path, targets: str, files: str) -> None:
    assert asked(two, *targets.split()) == files.split()


def test_a_book_may_be_called_like_a_format(tmp_path: Path) -> None:
    shelf(tmp_path, epub='formats = ["html"]', salt="")
    assert asked(tmp_path, "epub") == ["epub.html"]
    assert asked(tmp_path, "epub", "pdf") == ["epub.pdf"]


def test_a_books_name_may_be_another_than_its_folders(tmp_path: Path) -> None:
    shelf(tmp_path, salt='name = "the-salt.2"')
    assert asked(tmp_path, "the-salt.2.pdf") == ["the-salt.2.pdf"]
    with pytest.raises(UnknownTarget, match="did you mean the-salt"):
        plan(tmp_path, "the-salt")


def test_a_folder_with_a_book_is_a_project_of_its_own(tmp_path: Path) -> None:
    book = shelf(tmp_path, salt="") / "source" / "salt"
    assert asked(book, "pdf") == ["salt.pdf"]
    assert asked(book, ".") == ["salt.epub", "salt.pdf", "salt.html"]


def test_books_in_hidden_folders_are_none(tmp_path: Path) -> None:
    shelf(tmp_path, salt="")
    write(tmp_path / "source" / ".cache" / "old", {"book.toml": 'title = "Old"'})
    assert asked(tmp_path, "html") == ["salt.html"]


@pytest.mark.parametrize(
    ("target", "kind", "said"),
    [
        ("slat", UnknownTarget, r"nothing called slat to build; did you mean salt\?$"),
        ("salt.pfd", UnknownTarget, r"did you mean salt\.pdf\?$"),
        ("epbu", UnknownTarget, r"did you mean epub\?$"),
        ("zzzzzz", UnknownTarget, r"The books here are salt, sand\.$"),
        ("missing.txt", MissingFile, "there is no file missing.txt"),
        ("text/01.md", MissingFile, "there is no file text/01.md"),
        ("source/salt/text", MissingFile, "there is no book in the folder source/salt/text"),
    ],
)
def test_an_unknown_target(two: Path, target: str, kind: type[Exception], said: str) -> None:
    with pytest.raises(kind, match=said):
        plan(two, target)


def test_no_books(tmp_path: Path) -> None:
    with pytest.raises(UnknownTarget, match=r"there are no books here.*octavo new"):
        plan(tmp_path)
    with pytest.raises(UnknownTarget, match="there are no books here"):
        plan(tmp_path, "pdf")


# --- names that would collide ---


@pytest.mark.parametrize(
    ("one", "other"),
    [("salt", "salt"), ("Salt", "sALT"), ("straße", "STRASSE"), ("caf\xe9", "cafe\u0301")],
)
def test_two_books_with_one_name(tmp_path: Path, one: str, other: str) -> None:
    shelf(tmp_path, a=f'name = "{one}"', b=f'name = "{other}"')
    with pytest.raises(DuplicateBook, match="source/a and source/b"):
        plan(tmp_path)


def test_two_files_with_one_name(tmp_path: Path) -> None:
    write(tmp_path, {"a.txt": "A text.", "a.md": "A text."})
    with pytest.raises(DuplicateBook, match=r"a\.txt and a\.md"):
        plan(tmp_path, "a.txt", "a.md")
    assert asked(tmp_path, "a.md", "a.md", "html") == ["a.html"]


def test_a_file_and_a_book_with_one_name(two: Path) -> None:
    write(two, {"SALT.md": "A text."})
    with pytest.raises(DuplicateBook):
        plan(two, "SALT.md", "salt")


@pytest.mark.parametrize("link", [False, True])
def test_a_result_is_never_written_over_its_source(tmp_path: Path, link: bool) -> None:
    write(tmp_path / "in", {"page.html": "<p>Mine.</p>"})
    if link:
        (tmp_path / "page.html").symlink_to("in/page.html")
    folder = tmp_path if link else tmp_path / "in"
    job = library.plan(
        ("page.html",), root=folder, output=tmp_path / "in", overrides=Overrides(), when=None
    )[0]
    report = build_job(job, lambda _: None)
    assert isinstance(report.error, NoPermission)
    assert report.artifacts == ()
    assert (tmp_path / "in" / "page.html").read_text() == "<p>Mine.</p>"


# --- one book's fault is its own ---


ORDER = '[[clean.lines]]\n{}lines = "2"\nforce = ["verse"]\n'


@pytest.mark.parametrize(
    ("files", "about", "said"),
    [
        (("a.txt",), "", None),
        (("a.txt", "b.md"), "", None),
        (("a.txt", "b.txt"), 'file = "text/b.txt"\n', None),
        (("a.txt", "b.txt"), "", "does not say which file it is about. There is text/a.txt, text/"),
        (("b.md",), "", "does not say which file it is about. Only files such as .txt are cleaned"),
        (("a.txt", "b.md"), 'file = "text/b.md"\n', "is about text/b.md, which is no rough text"),
        (("a.txt",), 'file = "a.txt"\n', "is about a.txt, which is no rough text of the book."),
    ],
)
def test_orders_are_for_a_rough_text_of_the_book(
    tmp_path: Path, files: tuple[str, ...], about: str, said: str | None
) -> None:
    shelf(tmp_path, a="\n" + ORDER.format(about))
    (tmp_path / "source/a/text/01.md").unlink()
    write(tmp_path / "source/a/text", dict.fromkeys(files, "One line.\nAnd another.\n"))
    fault = plan(tmp_path)[0].fault
    assert (fault is None) == (said is None)
    if said:
        assert str(fault).startswith("book.toml:3: item 1 (clean, lines) ")
        assert said in str(fault)


def test_an_order_is_obeyed_in_the_file_it_is_about(tmp_path: Path) -> None:
    shelf(tmp_path, a=ORDER.format('file = "text/b.txt"\n'))
    (tmp_path / "source/a/text/01.md").unlink()
    rough = "A heading\n\nRoses are red\nand violets are blue.\n"
    write(tmp_path / "source/a/text", {"a.txt": rough, "b.txt": rough.replace("\n\n", "\n")})
    assert page(plan(tmp_path, "html")[0]).count('class="verse"') == 1


def test_a_book_with_broken_settings_fails_alone(tmp_path: Path) -> None:
    shelf(tmp_path, a="", b="langauge = 1", c="=", d="")
    jobs = plan(tmp_path, "html", keep_going=True)
    assert [type(job.fault) for job in jobs] == [
        type(None),
        InvalidSettings,
        BrokenToml,
        type(None),
    ]
    assert jobs[1].fault and jobs[1].fault.place == Place("book.toml", 2)
    reports = library.run(jobs, workers=2, progress=lambda _: None)
    assert [type(each.error) for each in reports] == [type(job.fault) for job in jobs]
    assert sorted(path.name for path in (tmp_path / "dist").iterdir()) == ["a.html", "d.html"]


def test_a_book_without_text_fails_alone(tmp_path: Path) -> None:
    shelf(tmp_path, a="", b='text = ["text/none.md"]', c="")
    (tmp_path / "source/c/text/01.md").unlink()
    faults = [job.fault for job in plan(tmp_path)]
    assert faults[0] is None
    assert str(faults[1]).startswith("book.toml: there is no text text/none.md")
    assert str(faults[2]).startswith("book.toml: the book has no text")


def test_the_command_builds_the_others_and_gives_the_errors_code(
    tmp_path: Path, octavo: Command
) -> None:
    shelf(tmp_path, a="", b="langauge = 1", c="")
    ended = octavo("build", "html", "-k")
    assert ended.code == 21
    assert ended.built == ["dist/a.html", "dist/c.html"]
    assert (
        'error: b: source/b/book.toml:2: unknown key "langauge"; did you mean "language"?'
        in ended.err
    )


# --- the texts of a book ---


def texts(root: Path, settings: str, *names: str) -> list[str]:
    write(root, {"book.toml": f'title = "T"\n{settings}', **dict.fromkeys(names, "A text.\n")})
    job = plan(root)[0]
    if job.fault:
        raise job.fault
    return [path.relative_to(root).as_posix() for path in job.texts]


def test_texts_are_taken_by_name(tmp_path: Path) -> None:
    names = ["text/10.md", "text/2.txt", "text/01.docx", "text/B.md", "text/a.HTML"]
    assert texts(tmp_path, "", *names) == sorted(names)


def test_hidden_files_and_other_files_are_no_texts(tmp_path: Path) -> None:
    others = [".01.md", "~01.md", "_draft.md", "01.md.bak", "notes", "map.png", "deep/02.md"]
    names = ["text/01.md", *(f"text/{name}" for name in others)]
    assert texts(tmp_path, "", *names) == ["text/01.md"]


def test_named_texts_keep_their_order(tmp_path: Path) -> None:
    names = ["text/01.md", "text/02.md", "deep/_03.md"]
    said = 'text = ["deep/_03.md", "text/02.md"]'
    assert texts(tmp_path, said, *names) == ["deep/_03.md", "text/02.md"]


def test_the_order_is_that_of_the_book(tmp_path: Path) -> None:
    settings = 'title = "T"\ntext = ["text/b.md", "text/a.md"]'
    write(tmp_path, {"book.toml": settings, "text/a.md": "# Anchor", "text/b.md": "# Buoy"})
    html = page(plan(tmp_path, "html")[0])
    assert html.rindex(">Buoy<") < html.rindex(">Anchor<")


@pytest.mark.parametrize("what", ["file", "folder"])
def test_a_text_may_not_be_a_link_out_of_the_folder(tmp_path: Path, what: str) -> None:
    write(tmp_path / "elsewhere", {"01.md": "A secret."})
    book = write(tmp_path / "book", {"book.toml": 'title = "T"'})
    if what == "folder":
        (book / "text").symlink_to(tmp_path / "elsewhere")
    else:
        (book / "text").mkdir()
        (book / "text" / "01.md").symlink_to(tmp_path / "elsewhere" / "01.md")
    report = build_job(plan(book, "html")[0], lambda _: None)
    assert isinstance(report.error, UnsafePath)
    assert not (book / "dist").exists()


# --- templates ---


def test_templates_of_the_book_come_before_those_of_the_house(tmp_path: Path) -> None:
    shelf(tmp_path, a="", b="", c="")
    write(tmp_path / "templates", {"style/type.css": "/* house */"})
    write(tmp_path / "source/a/templates", {"style/type.css": "/* own */"})
    write(tmp_path / "source/b/templates", {"style/screen.css": "/* own screen */"})
    a, b, c = (page(job) for job in plan(tmp_path, "html"))
    assert "/* own */" in a and "/* house */" not in a
    assert "/* own screen */" in b and "/* house */" in b
    assert "/* house */" in c and "own" not in re.findall(r"/\*.*?\*/", c)


# --- single files ---

ARTICLE = """\
---
title: The *Silting* Harbour
author:
- Ada Pilot
- Ben Quay
lang: en-GB
---

The harbour had been silting up.

# Dredging

A text with *stress*.
"""


@pytest.mark.parametrize(
    ("to", "suffix", "language"),
    [
        ("docx", "docx", None),
        ("odt", "odt", None),
        ("html", "html", "en-GB"),
        ("html", "xhtml", "en-GB"),
        ("epub", "epub", "en-GB"),
        ("markdown", "markdown", "en-GB"),
        ("rtf", "rtf", None),
        ("rst", "rst", None),
        ("latex", "tex", None),
        ("org", "org", None),
        ("docbook", "dbk", None),
        ("fb2", "fb2", None),
        ("ipynb", "ipynb", None),
        ("opml", "opml", None),
        ("textile", "textile", None),
        ("mediawiki", "wiki", None),
        ("djot", "dj", None),
        ("typst", "typ", None),
        ("asciidoc", "adoc", None),
    ],
)
def test_every_kind_of_file_that_pandoc_reads(
    tmp_path: Path, to: str, suffix: str, language: str | None
) -> None:
    convert(ARTICLE, to, tmp_path / f"article.{suffix}")
    html = page(plan(tmp_path, f"article.{suffix}", "html")[0])
    assert ">Dredging<" in html
    assert re.search("<(em|i)>stress</", html) or suffix == "opml"  # which has no emphasis
    assert "The harbour had been silting up." in html or suffix == "opml"  # nor a text before
    if language:
        assert f'lang="{language}"' in html


def test_every_kind_of_file_is_tried() -> None:
    from octavo.pandoc import READER_OF_SUFFIX

    marks = test_every_kind_of_file_that_pandoc_reads.pytestmark  # type: ignore[attr-defined]
    tried = {f".{each[1]}" for each in marks[0].args[1]}
    assert set(READER_OF_SUFFIX) - tried == {".md", ".htm"}, "which are tried elsewhere"


@pytest.mark.parametrize("suffix", ["docx", "html", "epub", "markdown"])
def test_a_document_says_its_title_and_authors_itself(tmp_path: Path, suffix: str) -> None:
    convert(ARTICLE, suffix, tmp_path / f"article.{suffix}")
    said = named(tmp_path, f"article.{suffix}")
    language = "en" if suffix == "docx" else "en-GB"  # pandoc does not look for it there
    assert said == ("The Silting Harbour", language, ["Ada Pilot", "Ben Quay"])


@pytest.mark.parametrize(
    ("name", "content", "title"),
    [
        ("a.md", "# The Harbour\n\nA text.\n", "The Harbour"),
        ("a.htm", "<h1>The Harbour</h1><p>A text.</p>", "The Harbour"),
        ("the_old-harbour.md", "A text without any heading.\n", "The old harbour"),
        ("a.md", "# One\n\nText.\n\n# Two\n\nText.\n", "A"),
        ("01-harbour.txt", "A text without any heading.\n", "Harbour"),
    ],
)
def test_a_title_from_the_text_or_the_name(
    tmp_path: Path, name: str, content: str, title: str
) -> None:
    write(tmp_path, {name: content})
    assert named(tmp_path, name) == (title, "en", [])


def test_the_command_line_wins(tmp_path: Path) -> None:
    convert(ARTICLE, "docx", tmp_path / "article.docx")
    said = Overrides("Another", ("C. Other",), "de")
    assert named(tmp_path, "article.docx", said) == ("Another", "de", ["C. Other"])
    shelf(tmp_path, salt='authors = ["A"]\nlanguage = "en"')
    assert named(tmp_path, "salt", said) == ("Another", "de", ["C. Other"])


def test_a_wrong_override_is_the_books_error(tmp_path: Path) -> None:
    shelf(tmp_path, salt="")
    job = plan(tmp_path, "html", overrides=Overrides(language="no such tag"))[0]
    assert isinstance(build_job(job, lambda _: None).error, InvalidSettings)


def test_a_linked_file_is_taken_where_it_stands(tmp_path: Path) -> None:
    pixel = "![Dot](dot.svg)\n\nA text."
    svg = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><path d="M0 0h9"/></svg>'
    write(tmp_path / "deep", {"note.md": pixel, "dot.svg": svg})
    (tmp_path / "mine.md").symlink_to("deep/note.md")
    job = plan(tmp_path, "mine.md", "html")[0]
    assert job.name == "mine"
    assert "<svg" in page(job) or "data:image/svg" in page(job)


# --- workers ---


def test_reports_come_in_the_order_of_the_jobs_and_steps_in_theirs(tmp_path: Path) -> None:
    shelf(tmp_path, a="", b="", c="", d="")
    steps: list[Step] = []
    jobs = plan(tmp_path, "html")
    reports = library.run(jobs, workers=2, progress=steps.append)
    assert [report.job.name for report in reports] == ["a", "b", "c", "d"]
    for name in "abcd":
        stages = [step.stage for step in steps if step.book == name and not step.took]
        assert stages == ["text", "read", "convert", "chapters", "make", "render", "write", "check"]
        assert [step for step in steps if step.book == name][-1].stage == "done"


def test_nothing_to_do_starts_nothing() -> None:
    assert library.run((), workers=2, progress=lambda _: None) == ()


@pytest.mark.parametrize("workers", ["1", "2"])
def test_a_worker_that_is_killed_is_its_books_failure_alone(
    tmp_path: Path, octavo: Command, faulty_pandoc: str, workers: str
) -> None:
    shelf(tmp_path, a="", b="", c="", d="", e="")
    for name in "bd":
        write(tmp_path / "source" / name, {"text/01.md": "KILL-THE-WORKER"})
    ended = octavo("build", "html", "-k", "-j", workers, PYTHONPATH=faulty_pandoc)
    assert ended.code == WorkerDied.code
    assert ended.built == ["dist/a.html", "dist/c.html", "dist/e.html"]
    assert ended.err.count("was killed by signal 9 without an answer") == 2
    assert "error: b: the process that built b" in ended.err
    assert "b: failed\n" in ended.err
    assert "c: finished in " in ended.err
    assert left_over(tmp_path) == []


def test_an_unforeseen_fault_is_its_books_failure_alone(
    tmp_path: Path, octavo: Command, patched: Callable[[str], str]
) -> None:
    shelf(tmp_path, a="", b="", c="")
    path = patched("""
import octavo.build.making as it
def fail(ready, begin, real=it.WRITERS["html"]):
    if ready.book.metadata.title == "b":
        raise ZeroDivisionError("nothing left")
    return real(ready, begin)
it.WRITERS["html"] = fail
""")
    ended = octavo("build", "html", "-k", PYTHONPATH=path)
    assert ended.code == 1
    assert ended.built == ["dist/a.html", "dist/c.html"]
    said = "error: b: a fault of Octavo, not of the book: ZeroDivisionError: nothing left. Run"
    assert said in ended.err


def test_an_unforeseen_fault_keeps_its_traceback_on_the_way_home(tmp_path: Path) -> None:
    job = Job("a", tmp_path, (), None, Overrides(), (), tmp_path, FORMATS, None)
    error = build_job(job, lambda _: None).error  # a job without any text
    assert isinstance(error, Unforeseen)
    again = pickle.loads(pickle.dumps(error))
    assert again.trace == error.trace
    assert "Traceback" in again.trace
    assert (str(again), again.code) == (str(error), 1)


# --- being ended ---


def processes(marker: str) -> list[int]:
    """The processes whose command line holds a word."""
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            if marker.encode() in path.read_bytes():
                found.append(int(path.parent.name))
        except OSError:
            continue
    return found


def wait_for(condition: Callable[[], object], seconds: float = 30) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not come about"
        time.sleep(0.02)


@contextlib.contextmanager
def hanging_command(
    folder: Path, faulty_pandoc: str, *, on_hangup: signal.Handlers
) -> Iterator["subprocess.Popen[str]"]:
    shelf(folder, a="", b="", c="")
    text = "HANG-FOR-EVER\n\n" + "It is long, and so begun first. " * 100
    write(folder / "source/a", {"text/01.md": text})
    write(folder / "dist", {"a.html": "the last good file"})
    process = subprocess.Popen(
        [sys.executable, "-m", "octavo", "build", "html", "pdf", "-j", "2"],
        cwd=folder,
        env=environment(PYTHONPATH=faulty_pandoc, TMPDIR=str(folder)),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        preexec_fn=lambda: signal.signal(signal.SIGHUP, on_hangup),
    )
    try:
        yield process
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()


@pytest.fixture
def hanging(tmp_path: Path, faulty_pandoc: str) -> Iterator["subprocess.Popen[str]"]:
    """A command of which one worker waits for pandoc, in a process group as a shell makes it."""
    # The tests themselves may run under nohup, and what is ignored is inherited.
    with hanging_command(tmp_path, faulty_pandoc, on_hangup=signal.SIG_DFL) as process:
        yield process


def test_under_nohup_the_workers_go_on_too(tmp_path: Path, faulty_pandoc: str) -> None:
    with hanging_command(tmp_path, faulty_pandoc, on_hangup=signal.SIG_IGN) as process:
        wait_for(lambda: processes("987654"))
        waiting = processes("987654")
        os.killpg(process.pid, signal.SIGHUP)
        time.sleep(0.5)
        assert process.poll() is None
        assert processes("987654") == waiting
        os.kill(process.pid, signal.SIGTERM)
        _, err = process.communicate(timeout=20)
        assert process.returncode == 143
        assert "without an answer" not in err, "no worker died of it"


@pytest.mark.parametrize(
    ("number", "code", "whole_group", "times"),
    [
        (signal.SIGINT, 130, True, 1),  # Ctrl-C goes to the whole foreground group
        (signal.SIGINT, 130, False, 1),
        (signal.SIGINT, 130, True, 3),
        (signal.SIGTERM, 143, False, 1),
        (signal.SIGTERM, 143, True, 1),
        (signal.SIGHUP, 129, True, 1),
    ],
)
def test_being_ended_leaves_nothing(
    tmp_path: Path,
    hanging: "subprocess.Popen[str]",
    faulty_pandoc: str,
    number: int,
    code: int,
    whole_group: bool,
    times: int,
) -> None:
    wait_for(lambda: processes("987654"))
    begun = time.monotonic()
    for _ in range(times):
        os.killpg(hanging.pid, number) if whole_group else os.kill(hanging.pid, number)
    out, err = hanging.communicate(timeout=20)
    assert time.monotonic() - begun < 2
    assert hanging.returncode == code
    assert out == ""
    why = "interrupted" if code == 130 else "told to end"
    said = [line for line in err.splitlines() if ": finished in " not in line]
    assert said == [f"error: {why}; the last good files are still there."]
    wait_for(lambda: not processes("987654"), seconds=2)
    assert not processes(str(tmp_path / "bin"))
    assert left_over(tmp_path) == []
    assert not list(tmp_path.glob("octavo-*")), "the temporary files are gone"
    assert (tmp_path / "dist/a.html").read_text() == "the last good file"


@pytest.mark.parametrize("moment", [0.0, 0.05, 0.1, 0.2, 0.3, 0.45, 0.6, 0.8, 1.0, 1.3, 1.6])
def test_an_interrupt_at_any_moment_makes_no_noise(tmp_path: Path, moment: float) -> None:
    shelf(tmp_path, a="", b="", c="", d="")
    process = subprocess.Popen(
        [sys.executable, "-m", "octavo", "build", "html", "-j", "2"],
        cwd=tmp_path,
        env=environment(TMPDIR=str(tmp_path)),
        stderr=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        text=True,
        start_new_session=True,
    )
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
    wait_for(children.read_text)
    time.sleep(moment)
    os.killpg(process.pid, signal.SIGINT)
    _, err = process.communicate(timeout=20)
    assert process.returncode in {0, 130}
    assert "Traceback" not in err, err
    assert left_over(tmp_path) == []
    assert not list(tmp_path.glob("octavo-*"))
    for path in (tmp_path / "dist").glob("*.html"):
        assert path.read_text("utf-8").rstrip().endswith("</html>")
