"""Which folders are watched, and which of the files in them matter."""

import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from octavo.build import Job
from octavo.model import FORMATS

# What editors, file managers and downloads leave beside a file while they write it: hidden files
# and folders, backups, locks of word processors, and what Vim tries a folder with.
_PASSING = re.compile(
    r"\..*|.*~|~\$.*|#.*#|4913|.*___jb_\w+___|.*\.(?:tmp|temp|bak|sw[opx]|part|crdownload)",
    re.IGNORECASE,
)
_FOREIGN = {"node_modules", "__pycache__", "venv"}  # often beside a book, large, and never its own
_PICTURES = {".png", ".jpg", ".jpeg", ".gif", ".webp", ".svg"}


class Ground:
    """The files that books are made of.

    It grows with every plan it is shown and never shrinks: the folder of a book that is gone may
    come back.

    Args:
        root: the project's folder.
        output: the folder for the results, which are no sources.
        cache: the folder for what can be used again, if there is one.
    """

    def __init__(self, root: Path, output: Path, cache: Path | None):
        self._root = root
        self._tops = {root / "source", root / "templates"}
        self._alone: set[Path] = set()  # files that are built by themselves
        self._results: set[Path] = set()
        self._never = {each.resolve() for each in (output, cache) if each}

    def add(self, jobs: Iterable[Job]) -> None:
        """Learn where these jobs have their files."""
        for job in jobs:
            if is_alone(job):
                self._alone.update(job.texts)
                self._tops.add(job.folder / "templates")
            else:
                self._tops.add(job.folder)
            output = job.output.resolve()
            self._results.update(output / f"{job.name}.{each}" for each in FORMATS)

    def folders(self) -> frozenset[Path]:
        """Give all folders in which files may change, as they are on the disk now.

        Of what is not there, it is the nearest folder above that is: there it will appear.
        """
        found = {_nearest(self._root)}
        for top in self._tops:
            found.add(_nearest(top))
            if top.is_dir():
                found.update(self._below(top))
                if top != self._root:
                    found.add(top.parent)
        for folder in {path.parent for path in self._alone}:
            found.add(_nearest(folder))
            found.update(_children(folder))
        return frozenset(each for each in found if os.access(each, os.R_OK))

    def matters(self, path: Path) -> bool:
        """Say whether a book may be another one because of this file or folder."""
        if any(path.is_relative_to(each) for each in (*self._results, *self._excluded())):
            return False
        if path in self._alone or self._is_picture(path):
            return True
        homes = [top for top in self._tops if path.is_relative_to(top)]
        if homes:
            return any(_is_plain(path.relative_to(top)) for top in homes)
        # The folder that a book lies in has come or gone. The project's own only ever changes.
        return path != self._root and any(top.is_relative_to(path) for top in self._tops)

    def _below(self, top: Path) -> Iterator[Path]:
        excluded = self._excluded()
        for folder, names, _ in os.walk(top):
            here = Path(folder)
            yield here
            names[:] = [name for name in names if _is_plain(Path(name))]
            names[:] = [name for name in names if here / name not in excluded]

    def _excluded(self) -> set[Path]:
        """Give the folders without sources; results may also be put beside the sources."""
        return {each for each in self._never if not any(t.is_relative_to(each) for t in self._tops)}

    def _is_picture(self, path: Path) -> bool:
        return any(is_picture_beside(file.parent, path) for file in self._alone)


def is_alone(job: Job) -> bool:
    """Say whether a job is a file that is built by itself, and no folder with a book in it."""
    # Nor is it one in such a folder. The settings of a book that is up to date are not read.
    no_settings = job.settings is None and bool(job.texts)
    return no_settings and not (job.folder / "book.toml").exists()


def is_picture_beside(folder: Path, path: Path) -> bool:
    """Say whether a path is a picture in a folder, or one folder further down."""
    near = folder in {path.parent, path.parent.parent}
    return near and path.suffix.lower() in _PICTURES and _is_plain(path.relative_to(folder))


def _nearest(path: Path) -> Path:
    return next((each for each in (path, *path.parents) if each.is_dir()), Path(path.anchor))


def _children(folder: Path) -> Iterator[Path]:
    # Pictures lie beside a file or one folder further down. Everything below it may be a whole
    # home folder.
    if folder.is_dir():
        with os.scandir(folder) as entries:
            for each in entries:
                if each.is_dir(follow_symlinks=False) and _is_plain(Path(each.name)):
                    yield Path(each.path)


def _is_plain(path: Path) -> bool:
    return not any(_PASSING.fullmatch(part) or part in _FOREIGN for part in path.parts)
