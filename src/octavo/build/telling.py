"""Tell of the stages of a build as each begins and ends."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from types import TracebackType
from typing import Self

from octavo.build.job import Progress, Stage, Step
from octavo.timing import Span, now, since


class Course:
    """Something that is done in stages, one after another: each ends where the next begins.

    Args:
        progress: hears of the whole and of each stage twice: as it begins, and as it has ended.
        whole: what encloses the stages; it begins with `with`, and ends there also if it fails.
    """

    def __init__(self, progress: Progress, whole: Step):
        self._progress = progress
        self._whole = whole
        self._stage: tuple[Step, float] | None = None

    def __enter__(self) -> Self:
        self._begun = now()
        self._progress(self._whole)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._end()
        self._progress(replace(self._whole, took=since(self._begun)))

    def begin(self, stage: Stage) -> None:
        """Say that a stage begins, with which the one before has ended; it may go on, too."""
        if self._stage is not None and self._stage[0].stage == stage:
            return
        self._end()
        step = replace(self._whole, stage=stage)
        self._stage = step, now()
        self._progress(step)

    def told(self, stage: Stage, detail: str, took: Span, *, number: int = 0, of: int = 0) -> None:
        """Say what somebody else has done for it."""
        self._progress(Step(self._whole.book, stage, detail, took, number, of))

    @contextmanager
    def aside(self, stage: Stage, detail: str) -> Iterator[None]:
        """Say what was done for another thing meanwhile, if it comes to its end."""
        begun = now()
        yield
        self.told(stage, detail, since(begun))

    def _end(self) -> None:
        if self._stage is not None:
            step, begun = self._stage
            self._stage = None
            self._progress(replace(step, took=since(begun)))
