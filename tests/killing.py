"""Builds that are killed at random moments, and what they leave."""

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from conftest import environment, left_over, write
from octavo.check import check
from octavo.model import FORMATS
from workshop import outputs

Edition = Literal["first", "second"]

SETTINGS = 'title = "{}"\nlanguage = "en"\nformats = ["epub", "pdf", "html", "site"]\n'
PROSE = "The keeper wrote down the hour and the height of the water, and the {} watched him.\n\n"


@dataclass
class Range:
    """A project with two editions of its books; builds of either end before their time.

    Args:
        root: a folder that is there for it alone.
        books: how many.
        seed: of the moments.
    """

    root: Path
    books: int = 3
    seed: int = 1
    good: dict[Edition, dict[str, bytes]] = field(default_factory=dict)
    lasts: float = 0.0  # seconds that a build from nothing takes

    def __post_init__(self) -> None:
        self.chance = random.Random(self.seed)
        (self.root / "spare").mkdir(parents=True)
        for edition in ("first", "second"):
            self.turn_to(edition)
            begun = time.monotonic()
            self.build("-o", edition)
            self.lasts = time.monotonic() - begun
            self.good[edition] = outputs(self.root / edition)
            self.forget()
        assert self.good["first"].keys() == self.good["second"].keys()
        for path in (self.root / "second").glob("book*"):
            said = check(path, next(each for each in FORMATS if path.suffix == f".{each}"))
            assert not [each for each in said if each.severity == "error"], said

    @property
    def output(self) -> Path:
        return self.root / "dist"

    def turn_to(self, edition: Edition) -> None:
        """Write the sources of an edition."""
        watching = {"first": "gulls", "second": "terns and the boys of the harbour"}[edition]
        for number in range(self.books):
            files = {"book.toml": SETTINGS.format(f"Book {number}")}
            for chapter in range(1, 4):
                text = PROSE.format(watching if chapter != 2 else "dog") * 4 * chapter
                files[f"text/{chapter}.md"] = f"# Chapter {chapter}\n\n{text}"
            write(self.root / "source" / f"book{number}", files)

    def start(self, *arguments: str) -> "subprocess.Popen[str]":
        return subprocess.Popen(
            [sys.executable, "-m", "octavo", "build", "-j", "2", *arguments],
            cwd=self.root,
            env=environment(XDG_CACHE_HOME=str(self.root / "kept"), TMPDIR=str(self.spare)),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    @property
    def spare(self) -> Path:
        return self.root / "spare"

    def build(self, *arguments: str) -> None:
        """Build to the end."""
        process = self.start(*arguments)
        _, err = process.communicate(timeout=600)
        assert process.returncode == 0, err

    def forget(self) -> None:
        shutil.rmtree(self.root / "kept", ignore_errors=True)

    def shots(self, times: int) -> Iterator[str]:
        """Kill so many builds; after each, hold that all is well; say how it went.

        Each begins with the outputs of the other edition, or with none; with a cache or without.
        """
        for number in range(times):
            edition: Edition = "second" if number % 2 else "first"
            self.turn_to(edition)
            if self.chance.random() < 0.5:
                self.forget()
            if self.chance.random() < 0.25:
                shutil.rmtree(self.output, ignore_errors=True)
            # Spread evenly, also over few.
            moment = (number * 0.618034 % 1 + self.chance.random() / times) % 1 * self.lasts
            was_killed = self._shoot(moment)
            made = self._hold_that_all_is_whole(edition)
            self.build()
            self._hold_that_it_is_clean(edition)
            how = "killed" if was_killed else "done before"
            yield f"{moment:5.2f} s: {how}, {made} of {len(self.good[edition])} files were new"

    def _shoot(self, moment: float) -> bool:
        process = self.start()
        try:
            process.communicate(timeout=moment)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.communicate()
            return True
        return False

    def _hold_that_all_is_whole(self, edition: Edition) -> int:
        """Each output is that of one edition or the other; give how many are of the newer."""
        found = outputs(self.output) if self.output.is_dir() else {}
        others = [name for name in found if name.startswith(".")]  # drafts, and what is in them
        found = {name: data for name, data in found.items() if name not in others}
        whole: dict[str, set[bool]] = {}
        for name, data in found.items():
            goods = {each for each in self.good if self.good[each].get(name) == data}
            assert goods, f"{name} is neither the old one nor the new one"
            if len(goods) == 1:
                whole.setdefault(name.split("/")[0], set()).add(edition in goods)
        assert all(len(each) == 1 for each in whole.values()), "a site is of one edition"
        return sum(self.good[edition].get(name) == data for name, data in found.items())

    def _hold_that_it_is_clean(self, edition: Edition) -> None:
        found, good = outputs(self.output), self.good[edition]
        wrong = [name for name in {**found, **good} if found.get(name) != good.get(name)]
        assert not wrong, f"not as from nothing: {wrong}"
        left = [*left_over(self.output), *map(str, self.spare.rglob("*")), *_running(self.root)]
        assert not left, f"left behind: {left}"


def _running(root: Path) -> list[str]:
    """The processes that were started in a folder, and are alive."""
    found = []
    for path in Path("/proc").glob("[0-9]*"):
        try:
            if (path / "cwd").resolve() == root and (path / "cmdline").read_bytes():
                found.append((path / "cmdline").read_text().replace("\0", " "))
        except OSError:
            continue
    return found
