"""Where pieces are laid out: in worker processes, and the same piece never twice."""

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Executor, Future
from dataclasses import dataclass
from functools import cache, lru_cache, partial
from importlib.metadata import version
from pathlib import Path
from queue import SimpleQueue
from typing import TypeVar

from octavo import letters, pango
from octavo.cache import Cache, key_of
from octavo.errors import OutOfMemory, TimedOut, WorkerDied
from octavo.timing import Span, timed
from octavo.write.pdf.engine import Compositor
from octavo.write.pdf.keeping import packed, unpacked
from octavo.write.pdf.sheets import Piece, Sheets, Style

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Turn:
    """A piece that has been laid out."""

    title: str
    took: Span
    number: int  # of the pieces wanted at once, how many are there now
    of: int  # how many these are


@dataclass(frozen=True, slots=True)
class Shop:
    """Lays pieces out.

    Args:
        workers: do the work; None: it is done in this process.
        cache: where laid-out pieces are kept; None: nowhere.
        told: hears of each piece that is done; of those that were kept it does not.
        meanwhile: is called whenever workers lay something out, before they are waited for.
    """

    workers: Executor | None = None
    cache: Cache | None = None
    told: Callable[[Turn], None] = lambda turn: None
    meanwhile: Callable[[], None] = lambda: None

    def lay_out(
        self,
        orders: Sequence[tuple[Style, Piece]],
        early: Callable[[Sheets], object] = lambda sheets: None,
    ) -> list[Sheets]:
        """Lay pieces out, each in its style; give them in the same order.

        Args:
            orders: the pieces.
            early: gets those that were kept while workers lay out the others.

        Raises:
            MissingTool, ToolFailed: from the engine.
            OutOfMemory, TimedOut, WorkerDied: a worker came to no end with a piece.
        """
        keys = [_key(*order) for order in orders]
        found = [self.cache.get(key) if self.cache else None for key in keys]
        # What is long is begun first, so that no worker has to be waited for in the end.
        new = sorted(
            (at for at, each in enumerate(found) if each is None),
            key=lambda at: -len(orders[at][1].html),
        )
        sent = {at: self._sent(*orders[at]) for at in new}
        try:
            kept = [unpacked(each) for each in found]
            if new and self.workers is not None:
                for sheets in filter(None, kept):
                    early(sheets)
                self.meanwhile()
            for number, at in enumerate(_as_they_end(sent), len(orders) - len(new) + 1):
                sheets, took = sent[at].result()
                kept[at] = sheets
                if self.cache:
                    self.cache.put(keys[at], packed(sheets))
                self.told(Turn(orders[at][1].title, took, number, len(orders)))
            for at in sorted(new):
                _raise_fault(sent[at], orders[at][1])
        finally:
            for future in sent.values():
                future.cancel()
        return [each for each in kept if each is not None]

    def _sent(self, style: Style, piece: Piece) -> "Future[tuple[Sheets, Span]]":
        if self.workers is not None:
            return self.workers.submit(timed, set_piece, style, piece)
        done: Future[tuple[Sheets, Span]] = Future()
        done.set_result(timed(set_piece, style, piece))
        return done


def _as_they_end(sent: "Mapping[int, Future[_T]]") -> Iterator[int]:
    """Give the numbers of the tasks in the order in which they end, until one has failed."""
    ended = SimpleQueue[int]()
    for at, future in sent.items():
        future.add_done_callback(partial(_put, ended, at))
    for _ in sent:
        at = ended.get()
        if sent[at].exception() is not None:
            return
        yield at


def _put(ended: SimpleQueue[int], at: int, _: "Future[_T]") -> None:
    ended.put(at)


def set_piece(style: Style, piece: Piece) -> Sheets:
    """Lay a piece out; the compositor of its style is kept for the next."""
    return _compositor(style).set(piece)


@lru_cache(maxsize=3)
def _compositor(style: Style) -> Compositor:
    return Compositor(style)


def _raise_fault(future: "Future[tuple[Sheets, Span]]", piece: Piece) -> None:
    """Wait for a task, and raise what it has raised, with the name of the piece."""
    try:
        future.result()
    except (OutOfMemory, TimedOut, WorkerDied) as error:
        hint = error.hint or "Look for something unusual in it, and leave it out to be sure"
        message = f"“{piece.title}” cannot be laid out: {error.message}"
        raise type(error)(message, hint=hint) from error


def _key(style: Style, piece: Piece) -> str:
    """Give the hash of all that a piece's layout depends on."""
    return key_of(
        *_makers(),
        _style_key(style),
        *(str(getattr(piece, name)).encode() for name in _SAID),
        *(part for each in piece.resources for part in (each.name.encode(), each.data)),
    )


_SAID = ("name", "title", "html", "side", "whole")


@cache
def _makers() -> tuple[bytes, ...]:
    """Give what makes sheets of a piece: the libraries' versions, and our own code."""
    files = [Path(__file__).with_name(f"{name}.py") for name in _CODE]
    ours = (file.read_bytes() for file in (*files, Path(letters.__file__)))
    system = repr(sorted(pango.libraries().items()))
    return (system.encode(), *(version(name).encode() for name in _LIBRARIES), *ours)


_LIBRARIES = ("weasyprint", "pydyf")
_CODE = (
    *("engine", "finishing", "initials", "keeping", "ordering", "sheets", "shifting", "starts"),
    *("breaking", "haste", "inking", "paragraphs", "shaping", "sizing", "styling"),
)


@lru_cache(maxsize=8)
def _style_key(style: Style) -> bytes:
    hashed = hashlib.sha256(style.css.encode())
    for font in style.fonts:
        hashed.update(hashlib.sha256(font.face.name.encode() + font.data).digest())
    if style.lent:
        hashed.update(pango.fonts().encode())
    return hashed.digest()
