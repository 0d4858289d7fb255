"""Write a small book to start from."""

import errno
from collections.abc import Mapping
from pathlib import Path

from octavo.errors import DiskFull, NoPermission, OutputFailed

_SETTINGS = """\
# The settings of this book. Only the title has to be there.
# `octavo schema` prints every key with its meaning.

title = {title}
authors = ["Your Name"]  # or {{ name = "…", role = "trl" }}: aut, edt, ill, trl …
language = "en"  # a language tag, such as en-GB, de or pt-BR

# subtitle = "…"
# publisher = "…"
# date = 2026-03-01  # of publication; a year will do
# identifier = "978-…"  # an ISBN or a URI; without it, one is made from the lines above
# rights = "…"
# description = "…"
# series = {{ name = "…", number = 1 }}
# cover = "images/cover.jpg"

# The text is every file in text/, by name, unless the order is given here:
# text = ["text/02-the-harbour.md", "text/01-the-ferry.md"]

[pdf]
size = "A5"  # A4, A5, A6, B5, letter, or its sides: "6x9in", "130mm x 200mm"
# font_size = 10.5  # points
# recto = true  # chapters begin on a right-hand page
"""

_FIRST = """\
# The Ferry

The last ferry left at six, and nobody on the quay could say whether it would come back. Write your
first chapter in place of this one. A blank line ends a paragraph, and *stars* set a word off.

> A line that begins like this one is a quotation: a letter, a motto, a voice on the radio.

Three stars on a line of their own let time pass.

* * *

By morning the fog was gone, and the water lay as flat as a table.
"""

_SECOND = """\
# The Harbour

Each file is a chapter and begins with its heading. The numbers in the file names give the order;
the readers never see them.

## A smaller heading

Smaller headings stand in the table of contents too, down to the depth that `contents_depth` in
`book.toml` allows.
"""

_README = "Build this book with `octavo build`; the files appear in `dist/`.\n"


def start(folder: Path) -> tuple[Path, ...]:
    """Write the files of a new book into a folder, which may be there already.

    Raises:
        NoPermission: one of the files is there already, or the folder may not be written.
        DiskFull, OutputFailed
    """
    files = {
        folder / "book.toml": _SETTINGS.format(title=_toml(_title(folder))),
        folder / "text" / "01-the-ferry.md": _FIRST,
        folder / "text" / "02-the-harbour.md": _SECOND,
        folder / "README.md": _README,
    }
    return write_new(files)


def write_new(files: Mapping[Path, str]) -> tuple[Path, ...]:
    """Write files, none of which may be there already.

    Raises:
        NoPermission: one of them is there, or may not be written.
        DiskFull, OutputFailed
    """
    for path in files:
        if path.exists() or path.is_symlink():
            hint = "Name another folder, or take the file away"
            raise NoPermission(f"{path} is there already, and nothing is overwritten", hint=hint)
    for path, text in files.items():
        _write(path, text)
    return tuple(files)


def _title(folder: Path) -> str:
    words = folder.resolve().name.replace("-", " ").replace("_", " ").split()
    title = " ".join(word[:1].upper() + word[1:] for word in words)
    return title if title and title.isprintable() and len(title) <= 500 else "A New Book"


def _toml(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _write(path: Path, text: str) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("x", encoding="utf-8", newline="\n") as file:
            file.write(text)
    except (PermissionError, FileExistsError, NotADirectoryError) as error:
        hint = "Name another folder, or change its permissions"
        raise NoPermission(f"{path} cannot be written: {error.strerror}", hint=hint) from error
    except OSError as error:
        kind = DiskFull if error.errno == errno.ENOSPC else OutputFailed
        raise kind(f"{path} cannot be written: {error.strerror}") from error
