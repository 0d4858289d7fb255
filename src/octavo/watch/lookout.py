"""Wait for changes in folders. The only user of watchfiles."""

import contextlib
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from queue import Empty, SimpleQueue

from watchfiles._rust_notify import RustNotify

from octavo.errors import ToolFailed

# Milliseconds. A change is told when nothing more has come for a while, or at last in any case:
# several files that are saved close together are one change.
_QUIET, _AT_LAST = 80, 1500
_IDLE = 250  # milliseconds after which an ear that is no longer needed may go
_TRIES = 20
_MODIFIED = 2  # watchfiles.Change

Changes = frozenset[Path]


class Lookout:
    """Hears of changes, in threads of its own, while others work.

    watchfiles.watch() would do, but for two things: it swallows every signal but Ctrl-C, and nobody
    can tell from outside when it has begun to listen. So its engine is used, whose interface is
    documented as well (watchfiles.helpmanual.io/api/rust_backend).
    """

    def __init__(self) -> None:
        self._heard: SimpleQueue[Changes] = SimpleQueue()
        self._folders: frozenset[Path] = frozenset()
        self._ears: list[_Ear] = []  # the last one listens, the others are going

    def close(self) -> None:
        """Listen no longer, anywhere."""
        for ear in self._ears:
            ear.close()

    def watch(self, folders: Callable[[], frozenset[Path]]) -> None:
        """Listen in these folders, and no longer in others.

        What changes after the return is heard. What has changed before is not: it has to be looked
        at after the return.

        Args:
            folders: gives those that are there; called again if one is gone meanwhile.

        Raises:
            ToolFailed: the system does not let so many folders be watched.
        """
        for _ in range(_TRIES):
            wanted = folders()
            if wanted == self._folders:
                return
            with contextlib.suppress(FileNotFoundError):
                ear = _Ear(wanted, self._heard)
                for other in self._ears:
                    other.retire()
                self._folders = wanted
                self._ears = [*(each for each in self._ears if each.is_there()), ear]
                return

    def changes(self) -> Changes:
        """Wait for changes; give what has changed since the last call."""
        found = frozenset().union(self._heard.get(), *self._more())
        if found & self._folders:
            # A folder that has gone and come back is another one, under the same name.
            self._folders = frozenset()
        return found

    def _more(self) -> Iterator[Changes]:
        with contextlib.suppress(Empty):
            while True:
                yield self._heard.get_nowait()


class _Ear:
    """Listens in some folders until it is closed."""

    def __init__(self, folders: frozenset[Path], heard: "SimpleQueue[Changes]"):
        names = sorted(map(str, folders))
        try:
            self._engine = RustNotify(names, False, False, 300, False, False)
        except FileNotFoundError:
            raise
        except (OSError, RuntimeError) as error:
            hint = "Name the books to watch, or let the system watch more (fs.inotify on Linux)"
            message = f"the {len(names)} folders of the books cannot be watched: {error}"
            raise ToolFailed(message, hint=hint) from error
        self._retired, self._closing = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._listen, args=(heard,), daemon=True)
        self._thread.start()

    def is_there(self) -> bool:
        """Say whether it may still tell something."""
        return self._thread.is_alive()

    def retire(self) -> None:
        """Tell what was heard so far, and listen no longer."""
        self._retired.set()

    def close(self) -> None:
        """Listen no longer, from now on."""
        self._closing.set()
        self._thread.join()

    def _listen(self, heard: "SimpleQueue[Changes]") -> None:
        with self._engine as engine:
            while not self._closing.is_set():
                found = engine.watch(_AT_LAST, _QUIET, _IDLE, self._closing)
                if isinstance(found, str):
                    if self._retired.is_set():
                        return
                elif changes := frozenset(_telling(found)):
                    heard.put(changes)


def _telling(found: set[tuple[int, str]]) -> Iterator[Path]:
    """Give what has changed, but folders of which only the list of files has."""
    for kind, name in found:
        path = Path(name)
        if kind != _MODIFIED or not path.is_dir():
            yield path
