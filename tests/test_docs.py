"""The documents tell the truth: their examples run, and nothing is left out or made up."""

import dataclasses
import re
import shlex
import tomllib
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from jinja2 import Environment, meta
from lxml import etree
from pydantic import BaseModel

from conftest import Command, write
from octavo import errors, pandoc
from octavo.build.fair import fair_copy
from octavo.chapters import Typography
from octavo.cli.app import app
from octavo.cli.edge import exit_code_table
from octavo.config import (
    AccessibilitySettings,
    AuthorSettings,
    BookSettings,
    CleanSettings,
    EpubSettings,
    HtmlSettings,
    LinesSettings,
    MarginSettings,
    PdfSettings,
    SeriesSettings,
    TypographySettings,
    settle,
)
from octavo.fonts import FACES, FALLBACKS
from octavo.guidance import Guidance, Order
from octavo.model import Author, Entry, Metadata, Place, Series
from octavo.render import Look
from octavo.render.environment import shipped_templates
from octavo.render.measures import Measures
from octavo.render.studio import ShownChapter, ShownNote, families
from octavo.rules import RULES, TYPOGRAPHY
from test_errors import kinds

ROOT = Path(__file__).parent.parent
HANDBOOK = ROOT / "source" / "handbook" / "text"
DOCUMENTS = [ROOT / "README.md", *sorted(HANDBOOK.glob("*.md"))]
FENCE = re.compile(r"^```(?P<info>.*)\n(?P<body>(?:(?!```).*\n)*)```$", re.MULTILINE)


def fences(path: Path) -> list[tuple[str, str, int]]:
    """The fenced blocks of a document: what they are, what is in them, their line."""
    text = path.read_text(encoding="utf-8")
    return [
        (found["info"].strip(), found["body"], text.count("\n", 0, found.start()) + 1)
        for found in FENCE.finditer(text)
    ]


def chapter(name: str) -> str:
    (path,) = HANDBOOK.glob(f"*-{name}.md")
    return path.read_text(encoding="utf-8")


def terms(text: str) -> set[str]:
    """What is explained in definition lists: all that stands between backticks before a colon."""
    found = re.findall(r"^(`.+)\n:   ", text, re.MULTILINE)
    return {word for line in found for word in re.findall(r"`([^`]+)`", line)}


# --- examples ---

TALKS = [path for path in DOCUMENTS if any(info == "console" for info, *_ in fences(path))]


@pytest.mark.parametrize("path", TALKS, ids=lambda path: path.stem)
def test_every_example_runs(path: Path, tmp_path: Path, octavo: Command) -> None:
    given = re.compile(r'\{\.text file="([\w.-]+)"\}')
    found = fences(path)
    for info, body, _ in found:
        if named := given.fullmatch(info):
            write(tmp_path, {named[1]: body})
    if path.name == "README.md":
        write(tmp_path, {"article.txt": "A text to be read on a train.\n"})
    lines = [line for info, body, _ in found if info == "console" for line in body.splitlines()]
    if "my-book" in "".join(lines) and "$ octavo new my-book" not in lines:
        octavo("new", "my-book")  # an earlier chapter has made it
    for line in lines:
        assert line.startswith("$ octavo "), f"{path.name}: {line}"
        ended = octavo(*shlex.split(line)[2:])
        assert ended.code == 0, f"{path.name}: {line}: {ended.err}"
        for built in ended.built if " build " in line and "--help" not in line else ():
            assert (tmp_path / built).exists()


def test_the_examples_promise_the_files_they_make(tmp_path: Path, octavo: Command) -> None:
    """In README.md the block after an example shows what it prints."""
    found = fences(ROOT / "README.md")
    shown = [
        (body, after)
        for (info, body, _), (kind, after, _) in pairwise(found)
        if info == "console" and kind == "text"
    ]
    assert shown
    write(tmp_path, {"article.txt": "A text to be read on a train.\n"})
    for line, printed in shown:
        assert octavo(*shlex.split(line)[2:]).out == printed


def settings() -> Iterator[tuple[str, str]]:
    for path in DOCUMENTS:
        for info, body, line in fences(path):
            if info == "toml":
                yield f"{path.name}:{line}", body


@pytest.mark.parametrize(
    ("where", "body"), list(settings()), ids=[where for where, _ in settings()]
)
def test_every_example_of_settings_is_accepted(where: str, body: str) -> None:
    assert settle(tomllib.loads(body), shown=where).title


def test_every_fragment_of_settings_is_accepted_beside_a_title() -> None:
    found = [body for path in DOCUMENTS for info, body, _ in fences(path) if ".fragment" in info]
    assert found
    for body in found:
        settle({"title": "T", **tomllib.loads(body)}, shown="a fragment")


def test_no_fence_is_of_an_unknown_kind() -> None:
    """A slip in a fence's first line would take its example out of the tests."""
    known = {"", "console", "sh", "toml", "text", "markdown", "css", "python", "{.toml .fragment}"}
    for path in DOCUMENTS:
        for info, _, line in fences(path):
            named = re.fullmatch(r'\{\.text (file="[\w.-]+"|language="\w+")\}', info)
            assert info in known or named, (path, line)


# --- the command ---


def test_every_command_is_described_and_has_help() -> None:
    told = chapter("command")
    for name, command in app.commands.items():
        assert f"- `{name}` " in told
        assert command.help
        for parameter in command.params:
            assert getattr(parameter, "help", None), f"{name} {parameter.name} has no help"


def options() -> set[str]:
    """The spellings of all options; `--help` is every command's."""
    groups = [app, *app.commands.values()]
    found = {each for group in groups for one in group.params for each in one.opts}
    return {each for each in found if each.startswith("-")} | {"-h", "--help"}


def test_every_option_is_described_and_none_is_made_up() -> None:
    told = {word.split()[0] for word in terms(chapter("command")) if word.startswith("-")}
    assert told == options()


def test_the_kinds_of_targets_in_the_chapter_are_those_of_the_help() -> None:
    targets = app.commands["build"].params[0]
    said = targets.help or ""
    for word in ("handbook", "epub", "handbook.pdf"):
        assert word in said
        assert f"`octavo build {word}`" in chapter("command")


# --- the settings ---

TABLES: dict[str, type[BaseModel]] = {
    "accessibility": AccessibilitySettings,
    "epub": EpubSettings,
    "pdf": PdfSettings,
    "html": HtmlSettings,
    "clean": CleanSettings,
    "typography": TypographySettings,
}


def test_every_key_is_described_and_none_is_made_up() -> None:
    told = terms(chapter("settings"))
    keys = set(BookSettings.model_fields) - set(TABLES)
    inner = {key for model in TABLES.values() for key in model.model_fields}
    assert told == keys | inner | {f"[{name}]" for name in TABLES}
    for table, model in TABLES.items():
        for key in model.model_fields:
            assert f"`[{table}]` `{key}`\n:   " in chapter("settings")
    for kind in (AuthorSettings, SeriesSettings, LinesSettings, MarginSettings):
        for key in kind.model_fields:
            assert f"`{key}`" in chapter("settings")


def test_the_defaults_that_are_told_are_true() -> None:
    told, book = chapter("settings"), BookSettings(title="T")
    assert f"The default is `{book.language}`." in told
    assert f"The default is {book.contents_depth}: " in told
    assert f"The default is {book.pdf.font_size}." in told
    assert f"from {6} to {24}" in told
    assert f"The default is {book.pdf.line_height}." in told
    assert f'`"{book.pdf.opening}"`, the default' in told
    assert f'`"{book.pdf.running_heads}"`, the default' in told
    assert f'`"{book.dialect}"`, the default' in told


# --- rules ---


def test_every_rule_is_told_with_what_orders_make_of_it() -> None:
    told = chapter("rough-text")
    table = told[told.index("| Rule           | If it is forced") : told.index("{#tbl-orders}")]
    assert set(re.findall(r"^\| `([\w-]+)` ", table, re.MULTILINE)) == set(RULES)


EXAMPLE = re.compile(
    r"^### .+ \{#rule-(?P<rule>[\w-]+)\}\n\nThe rule is `(?P=rule)`\.\n(?P<does>[^#`][^#]*?)\n\n"
    r"```text\n(?P<rough>[^`]+|(?:(?!```).*\n)+)```\n\n```markdown\n(?P<fair>(?:(?!```).*\n)+)```\n\n"
    r"(?P<errs>It errs [^#]+)",
    re.MULTILINE,
)
EXAMPLES = {found["rule"]: found for found in EXAMPLE.finditer(chapter("rules"))}
CHARACTER = re.compile(r"<U\+([0-9A-F]{4})>")


def unbroken(markdown: str) -> str:
    """Markdown with one line for each paragraph; lines of verse stay."""
    blocks = markdown.strip("\n").split("\n\n")
    return "\n\n".join(
        block if block.startswith(":::") else re.sub(r"\n(?:> )?", " ", block) for block in blocks
    )


def test_every_rule_has_a_section_with_an_example_and_says_when_it_errs() -> None:
    assert re.findall(r"\{#rule-([\w-]+)\}", chapter("rules")) == list(EXAMPLES)
    assert set(EXAMPLES) == set(RULES)


@pytest.mark.parametrize("rule", RULES)
def test_every_rule_does_what_its_example_shows(rule: str) -> None:
    rough = CHARACTER.sub(lambda found: chr(int(found[1], 16)), EXAMPLES[rule]["rough"])

    def cleaned(*orders: Order) -> tuple[str, set[str]]:
        fair = fair_copy(rough.encode(), "a.txt", Guidance(orders=orders))
        pieces = pandoc.markdown(fair.blocks, Place("a.txt"))
        return unbroken("".join(pieces)), {change.rule for change in fair.changes}

    made, rules = cleaned()
    assert made == unbroken(EXAMPLES[rule]["fair"])
    without, others = cleaned(Order(off=frozenset((rule,))))
    assert rule not in others
    assert rule in rules or without != made, "the example shows nothing of the rule"


@pytest.mark.parametrize("rule", RULES)
def test_what_is_to_be_said_to_a_rule_that_errs_can_be_said(rule: str) -> None:
    orders = re.findall(r"`((?:off|force) = .+?)`", EXAMPLES[rule]["errs"])
    assert f'off = ["{rule}"]' in orders
    for order in orders:
        settle(tomllib.loads(f'title = "T"\n[[clean.lines]]\nlines = 1\n{order}'), shown=order)


PRINTED = re.compile(
    r"^### .+ \{#typography-(?P<rule>\w+)\}\n\nThe rule is `(?P=rule)`\.\n[^#]*?"
    r"```(?:text|\{\.text language=\"(?P<language>\w+)\"\})\n(?P<typed>.+)\n```\n\n"
    r"```text\n(?P<printed>.+)\n```\n\nIt errs [^#]*?`off = \[\"(?P=rule)\"\]`",
    re.MULTILINE,
)


def test_every_rule_of_typography_does_what_its_example_shows() -> None:
    found = {each["rule"]: each for each in PRINTED.finditer(chapter("typography"))}
    assert list(found) == list(TYPOGRAPHY)
    for rule, each in found.items():
        language = each["language"] or "en"
        printed = CHARACTER.sub(lambda sign: chr(int(sign[1], 16)), each["printed"])
        assert typeset(each["typed"], Typography(language)) == printed, rule
        without = Typography(language, frozenset((rule,)))
        assert typeset(each["typed"], without) != printed, f"the example shows nothing of {rule}"


def typeset(text: str, typography: Typography) -> str:
    root = etree.Element("p")
    root.text = text
    typography.tree(root)
    return root.text or ""


# --- errors ---


def test_every_error_has_its_section_and_its_row() -> None:
    trouble, command = chapter("troubleshooting"), chapter("command")
    headings = re.findall(r"^## (\d+) (.+?) \{#e(\d+)\}$", trouble, re.MULTILINE)
    rows = re.findall(r"^\| +(\d+) +\| (?:`(\w+)`)? +\| (.+?) +\|$", command, re.MULTILINE)
    for kind in kinds():
        assert (str(kind.code), kind.__name__, str(kind.code)) in headings
        assert (str(kind.code), kind.__name__) in {row[:2] for row in rows}
    named = {name for _, name, _ in rows if name}
    assert named == {kind.__name__ for kind in kinds()}
    codes = {int(line.split()[0]) for line in exit_code_table().splitlines()}
    assert {int(row[0]) for row in rows} == codes
    assert {int(code) for code, *_ in headings} == codes - {0, 141}
    assert all(code == anchor for code, _, anchor in headings)
    assert errors.INTERRUPTED in codes


# --- templates and fonts ---


def shipped() -> dict[str, str]:
    """The templates that come with Octavo, by name."""
    paths = sorted(shipped_templates().rglob("*.*"))
    found = {path.relative_to(shipped_templates()).as_posix(): path for path in paths}
    return {name: path.read_text(encoding="utf-8") for name, path in found.items()}


def test_the_templates_that_are_named_are_those_there_are() -> None:
    told = chapter("templates")
    table = told[told.index("| File ") : told.index("Table: The templates.")]
    rows = [line.split(" | ")[0] for line in table.splitlines()[2:]]
    named = {name for row in rows for name in re.findall(r"`([\w./-]+)`", row)}
    assert named == {name for name in shipped() if not name.startswith("themes/")}
    themes = {name.split("/")[1] for name in shipped() if name.startswith("themes/")}
    assert all(f"`{theme}`" in told for theme in themes)


def test_the_values_that_are_named_are_those_templates_use() -> None:
    told = terms(chapter("templates"))
    environment, used = Environment(), set()
    for name, source in shipped().items():
        if not name.endswith((".toml", ".js")):
            used |= meta.find_undeclared_variables(environment.parse(source))
    # What macros and loops define is no value that is handed in.
    assert used - {"by", "cap", "entries"} <= told
    handed = {"pages"}  # beside what they use
    assert told - used - handed == set()


def test_the_parts_of_values_are_named_and_none_is_made_up() -> None:
    told = chapter("templates")
    kinds = {"meta": Metadata, "look": Look, "measures": Measures, "chapter": ShownChapter}
    for name, kind in kinds.items():
        fields = {each.name for each in dataclasses.fields(kind)}
        assert set(re.findall(rf"`{name}\.(\w+)`", told)) - {"xhtml"} == fields, name
    assert set(re.findall(r"`families\.(\w+)`", told)) == set(families(()))
    for kind in (Author, Entry, Series, ShownNote):
        for each in dataclasses.fields(kind):
            assert f"`{each.name}`" in told, f"{kind.__name__}.{each.name}"


def test_the_fonts_that_are_named_are_those_there_are() -> None:
    named = set(re.findall(r"\*\*([^*]+)\*\*", chapter("fonts")))
    assert named == {face.family for face in (*FACES, *FALLBACKS)}


# --- links ---


def test_the_links_of_the_readme_lead_somewhere() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    for address in re.findall(r"\]\((?!http)([^)#]+)\)", text):
        assert (ROOT / address).exists(), address
    for folder in re.findall(r"^\| `([\w/]+)/` ", text, re.MULTILINE):
        assert (ROOT / folder).is_dir() or folder == "dist", folder


def test_the_readme_and_the_handbook_tell_the_same_packages() -> None:
    said = re.compile(r"sudo apt install ([\w. -]+)`")
    readme = said.search((ROOT / "README.md").read_text(encoding="utf-8"))
    handbook = said.search(chapter("install"))
    assert readme and handbook and readme[1] == handbook[1]
