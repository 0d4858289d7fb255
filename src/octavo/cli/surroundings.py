"""What the command takes from its surroundings: folders, cores, the date."""

import contextlib
import datetime
import os
from pathlib import Path, PurePath
from typing import TYPE_CHECKING

from octavo.errors import InvalidSettings, MissingFile

if TYPE_CHECKING:
    from octavo.check import Validators


def project_root(folder: Path) -> Path:
    """Give the project's folder as an absolute path.

    Raises:
        MissingFile: there is no such folder.
    """
    if not folder.is_dir():
        raise MissingFile(f"there is no folder {folder}", hint="Name the project's folder after -C")
    return folder.resolve()


def cores() -> int:
    """Count the processor cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def cache() -> Path | None:
    """Give the folder for what later builds can use again, after the XDG Base Directory rules.

    It is `octavo` in XDG_CACHE_HOME, or in `~/.cache`; None where there is no home.
    """
    said = Path(os.environ.get("XDG_CACHE_HOME", ""))
    if said.is_absolute():
        return said / "octavo"
    with contextlib.suppress(RuntimeError):
        return Path.home() / ".cache" / "octavo"
    return None


def shell() -> str:
    """Give the name of the user's shell, such as `bash`; it is empty if SHELL is not set."""
    return PurePath(os.environ.get("SHELL", "")).name


def validators(root: Path) -> "Validators":
    """Find the slow validators; OCTAVO_VNU may name the file vnu.jar."""
    from octavo.check import find_validators

    vnu = os.environ.get("OCTAVO_VNU", "").strip()
    return find_validators(root, Path(vnu) if vnu else None)


def source_date() -> datetime.datetime | None:
    """Read SOURCE_DATE_EPOCH: the moment to be written into every file, if it is set.

    It is moved into the time an EPUB can hold. See reproducible-builds.org/specs/source-date-epoch.

    Raises:
        InvalidSettings: it is no whole number of seconds, or a year beyond 9999.
    """
    said = os.environ.get("SOURCE_DATE_EPOCH", "").strip()
    if not said:
        return None
    from octavo.config import storable  # loads pydantic, which --help can do without

    try:
        if not (said.isascii() and said.isdigit() and len(said) <= 12):
            raise ValueError
        moment = datetime.datetime.fromtimestamp(int(said), datetime.UTC)
    except (ValueError, OverflowError, OSError):
        raise InvalidSettings(
            f"SOURCE_DATE_EPOCH is {said[:40]!r}, and has to be the seconds since 1970",
            hint="Set it to a number, as `git log -1 --format=%ct` prints, or unset it",
        ) from None
    return storable(moment)
