"""Who may import whom: the levels of the code, and one home for each library."""

import ast
from pathlib import Path

import pytest

SOURCE = Path(__file__).parent.parent / "src" / "octavo"

LEVELS = {
    "cli": 6,
    "watch": 5,
    "web": 5,
    "library": 4,
    "build": 3,
    "read": 2,
    "clean": 2,
    "structure": 2,
    "chapters": 2,
    "render": 2,
    "transcribe": 2,
    "write": 2,
    "check": 2,
    "config": 1,
    "direction": 1,
    "pandoc": 1,
    "programs": 1,
    "fonts": 1,
    "footnotes": 1,
    "guidance": 1,
    "languages": 1,
    "letters": 1,
    "mojibake": 1,
    "vocabulary": 1,
    "walk": 1,
    "images": 1,
    "formulas": 1,
    "scripts": 1,
    "timing": 1,
    "spoken": 1,
    "outputs": 1,
    "pango": 1,
    "scratch": 1,
    "cache": 1,
    "crew": 1,
    "doctor": 4,
    "layers": 1,
    "model": 0,
    "errors": 0,
    "rules": 0,
    "woff": 0,
}
# errors name places, a tool's module runs programs, notes go to their marks, which are looked for
# everywhere: the only imports within a level.
WITHIN_A_LEVEL = {
    ("errors", "model"),
    ("pandoc", "programs"),
    ("pandoc", "footnotes"),
    ("footnotes", "walk"),
    ("layers", "cache"),
    ("crew", "scratch"),
}

HOMES = {
    "pypandoc": {"pandoc"},
    "weasyprint": {"write"},
    "ebooklib": {"write"},
    "pydyf": {"write"},
    "pikepdf": {"check", "write"},
    "jinja2": {"render"},
    "pydantic": {"config"},
    "rich": {"cli"},
    "click": {"cli"},
    "nh3": {"chapters"},
    "pygments": {"chapters"},
    "ftfy": {"mojibake"},
    "simplemma": {"vocabulary"},
    "PIL": {"images"},
    "resvg_py": {"images"},
    "fontTools": {"fonts"},
    "brotli": {"woff"},
    "fontpkg": {"fonts"},
    "uharfbuzz": {"fonts"},
    "ziamath": {"formulas"},
    "subprocess": {"programs"},
    "multiprocessing": {"crew", "library"},
    "tinycss2": {"check", "write"},
    "cssselect2": {"write"},
    "outloud": {"check"},
    "watchfiles": {"watch"},
    "starlette": {"watch"},
    "uvicorn": {"watch"},
}
SLOW = {
    "pygments",
    "uharfbuzz",
    "weasyprint",
    "ebooklib",
    "pikepdf",
    "fontTools",
    "brotli",
    "PIL",
    "resvg_py",
    "ziamath",
    "pypandoc",
    "simplemma",
    "ftfy",
    "outloud",
}
PURE = {"clean", "structure", "transcribe", "model"}
IMPURE_MODULES = {"os", "time", "subprocess", "socket", "shutil", "tempfile", "random"}

MODULES = sorted(SOURCE.rglob("*.py"))


def part(path: Path) -> str:
    """The stage or module a file belongs to: the first name below `octavo`."""
    first = path.relative_to(SOURCE).parts[0]
    return first.removesuffix(".py")


def imports(path: Path) -> list[tuple[str, bool]]:
    """Each imported module's full name, and whether it is imported when the file is loaded."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    late = {
        id(inner)
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        or (isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING")
        for inner in ast.walk(node)
    }
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found += [(name.name, id(node) not in late) for name in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: a relative import hides who is imported"
            assert node.module is not None
            if node.module == "octavo":
                found += [(f"octavo.{name.name}", id(node) not in late) for name in node.names]
            else:
                found.append((node.module, id(node) not in late))
    return found


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(SOURCE)))
def test_imports_follow_the_levels(path: Path) -> None:
    me = part(path)
    for name, early in imports(path):
        top = name.split(".")[0]
        if top in HOMES:
            assert me in HOMES[top], f"{path}: {top} has its home in {HOMES[top]}"
        if top in SLOW:
            assert not early, f"{path}: import {top} inside the function that needs it"
        if top in IMPURE_MODULES:
            assert me not in PURE, f"{path}: {me} is pure and may not import {top}"
        if top == "octavo" and me not in {"__init__", "__main__"}:
            other = name.split(".")[1]
            if other in {me, "__version__"}:
                continue
            allowed = LEVELS[other] < LEVELS[me] or (me, other) in WITHIN_A_LEVEL
            assert allowed, f"{path}: {me} may not import {other}"


def test_only_the_command_reads_the_environment_and_the_clock() -> None:
    for path in MODULES:
        if part(path) in {"cli", "programs"}:
            continue
        source = path.read_text(encoding="utf-8")
        for word in (
            "os.environ",
            "getenv",
            "datetime.now(",
            "time.time(",
            ".today(",
            "os.getcwd",
            "Path.cwd",
        ):
            assert word not in source, f"{path} uses {word}; it comes in as a value"


def test_every_module_opens_with_a_docstring() -> None:
    for path in MODULES:
        assert ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))), path
