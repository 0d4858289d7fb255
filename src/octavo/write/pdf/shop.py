"""Where pieces are laid out: here, or in the worker processes of an executor."""

from collections.abc import Callable, Sequence
from concurrent.futures import Executor, Future
from dataclasses import dataclass, replace
from functools import lru_cache

from octavo.errors import OctavoError, TimedOut, WorkerDied
from octavo.write.pdf.engine import Compositor
from octavo.write.pdf.sheets import Piece, Sheets, Style


@dataclass(frozen=True, slots=True)
class Shop:
    """Lays pieces out.

    Args:
        workers: does the work; None: it is done in this process.
        told: hears the title of each piece as it is done.
    """

    workers: Executor | None = None
    told: Callable[[str], None] | None = None

    def lay_out(self, orders: Sequence[tuple[Style, Piece]]) -> list[Sheets]:
        """Lay pieces out, each in its style; give them in the same order.

        Raises:
            MissingTool, ToolFailed: from the engine.
            TimedOut, WorkerDied: a worker came to no end with a piece, or to an early one.
        """
        if self.workers is None:
            return [set_piece(style, piece) for style, piece in orders]
        # What is long is begun first: so no worker has to be waited for in the end.
        queue = sorted(range(len(orders)), key=lambda at: -len(orders[at][1].html))
        sent: dict[int, Future[Sheets]] = {
            at: self.workers.submit(set_piece, *orders[at]) for at in queue
        }
        try:
            return [self._fetched(sent[at], orders[at][1]) for at in range(len(orders))]
        finally:
            for future in sent.values():
                future.cancel()

    def _fetched(self, future: "Future[Sheets]", piece: Piece) -> Sheets:
        try:
            return future.result()
        except (TimedOut, WorkerDied) as error:
            raise type(error)(f"{piece.title}: {error}") from error


def set_piece(style: Style, piece: Piece) -> Sheets:
    """Lay a piece out; the compositor of its style is kept for the next."""
    return _compositor(style).set(piece)


@lru_cache(maxsize=3)
def _compositor(style: Style) -> Compositor:
    return Compositor(style)
