"""Copy templates into a book's or project's folder, to be edited there."""

import difflib
from pathlib import Path

from octavo.cli.start import write_new
from octavo.errors import MissingFile
from octavo.model import Place


def copy_templates(folder: Path, names: tuple[str, ...], theme: str) -> tuple[Path, ...]:
    """Copy templates of a theme into a folder's `templates`; nothing is overwritten.

    Args:
        folder: a book's or a project's.
        names: of the templates, such as style/print.css; none means all of them.
        theme: whose they are; what it does not have is the shipped one.

    Raises:
        MissingFile: there is no template of such a name.
        InvalidSettings: there is no such theme.
        NoPermission: one is in the folder already, or it may not be written.
        DiskFull, OutputFailed
    """
    from octavo.render import shipped_templates, themed

    folders = (*themed((), theme, Place("--theme")), shipped_templates())
    there = {name: path for each in reversed(folders) for name, path in _templates(each).items()}
    for name in names:
        if name not in there:
            near = difflib.get_close_matches(name, there, n=1)
            meant = f" (did you mean {near[0]}?)" if near else ""
            hint = "The handbook's chapter on templates lists them"
            raise MissingFile(f"there is no template {name}{meant}", hint=hint)
    chosen = names or tuple(sorted(there))
    home = folder / "templates"
    return write_new({home / name: there[name].read_text(encoding="utf-8") for name in chosen})


def _templates(folder: Path) -> dict[str, Path]:
    """Give the templates in a folder by name, without those of the themes in it."""
    found = {path.relative_to(folder).as_posix(): path for path in sorted(folder.rglob("*.*"))}
    return {name: path for name, path in found.items() if not name.startswith("themes/")}
