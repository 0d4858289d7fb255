"""What the open pages have to know: which builds there are, and what is wrong."""

import asyncio
import threading
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field

from octavo.watch.rebuilding import Round

_NO_BOOK = ""  # whose errors are every book's


@dataclass(frozen=True, slots=True)
class News:
    """The state after a build."""

    outputs: Mapping[str, str] = field(default_factory=dict)  # the results by their names: the book
    sums: Mapping[str, str] = field(default_factory=dict)  # of those that are built
    errors: Mapping[str, str] = field(default_factory=dict)  # by book, as they are told
    round: int = 0  # how often something was built

    def after(self, round_: Round, told: Mapping[str, str]) -> "News":
        """Give the news when a round has been built.

        Args:
            round_: what was built.
            told: its errors by the names of the books; that of the plan by an empty name.
        """
        names = {job.name for job in round_.jobs}
        tried = {report.job.name for report in round_.reports} | {_NO_BOOK}
        left = {name: text for name, text in self.errors.items() if name in names - tried}
        made = [each for report in round_.reports for each in report.artifacts]
        outputs = {f"{job.name}.{each}": job.name for job in round_.jobs for each in job.formats}
        sums = {**self.sums, **{each.path.name: each.sha256 for each in made}}
        return News(outputs, sums, {**left, **told}, self.round + 1)

    def wrong(self, output: str) -> list[str]:
        """Give the errors that concern a result; all of them, if it is none."""
        if output not in self.outputs:
            return list(self.errors.values())
        about = (self.outputs[output], _NO_BOOK)
        return [self.errors[book] for book in about if book in self.errors]


class Board:
    """Where the news hang out: posted in one thread, read in another, by whoever waits for them."""

    def __init__(self) -> None:
        self.news = News()
        self._lock = threading.Lock()
        self._readers: set[tuple[asyncio.AbstractEventLoop, asyncio.Event]] = set()
        self._closed = False

    def post(self, news: News) -> None:
        """Hang out news, and wake all who wait."""
        self.news = news
        self._wake()

    def close(self) -> None:
        """Let nobody wait any longer."""
        self._closed = True
        self._wake()

    async def reading(self) -> AsyncIterator[News]:
        """Give the news there are, and then all that come, until the board is closed."""
        reader = asyncio.get_running_loop(), asyncio.Event()
        with self._lock:
            self._readers.add(reader)
        try:
            while not self._closed:
                reader[1].clear()
                yield self.news
                await reader[1].wait()
        finally:
            with self._lock:
                self._readers.discard(reader)

    def _wake(self) -> None:
        with self._lock:
            for loop, event in self._readers:
                loop.call_soon_threadsafe(event.set)
