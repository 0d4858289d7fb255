"""The error tree. Every class has its exit code.

Besides these, 2 is wrong usage, 130 an interrupt and 143 a request to end.

OctavoError
├── Unforeseen               1   a fault of Octavo
├── SourceError                  what was given cannot be made into a book
│   ├── MissingFile         10
│   ├── EmptyFile           11
│   ├── BinaryFile          12
│   ├── UndecodableText     13
│   ├── UnreadableImage     14
│   ├── UnreadableSource    15   pandoc cannot make sense of it
│   └── UnsafePath          16   it points outside the book
├── SettingsError
│   ├── BrokenToml          20
│   ├── InvalidSettings     21   unknown keys and wrong values, all at once
│   ├── UnknownTarget       22
│   ├── DuplicateBook       23
│   └── TemplateFault       24   a template cannot be rendered
├── OutputError
│   ├── NoPermission        30
│   ├── DiskFull            31
│   ├── OutputFailed        32   any other fault of the file system
│   └── InvalidOutput       33   a draft failed its checks; the last good file stays
├── ToolError
│   ├── MissingTool         40   a program, library or font is not there
│   ├── ToolFailed          41
│   ├── TimedOut            42
│   ├── OutOfMemory         43
│   └── WorkerDied          44   a worker process ended without an answer
└── FaultyBook                   what `octavo check` found; the checks themselves went well
    ├── ErrorsFound         50
    └── WarningsFound       51   and no errors
"""

from functools import partial
from typing import ClassVar

from octavo.model import Place

UNFORESEEN = 1
USAGE = 2
INTERRUPTED = 130
ENDED = 143


class OctavoError(Exception):
    """Something the user can mend: what happened, where, and what to do next.

    Args:
        message: what happened, in one sentence without a full stop.
        place: where, if it is a place in a file.
        hint: what to do next, in one sentence without a full stop.
    """

    code: ClassVar[int] = UNFORESEEN

    def __init__(self, message: str, *, place: Place | None = None, hint: str | None = None):
        super().__init__(message)
        self.message = message
        self.place = place
        self.hint = hint

    def __str__(self) -> str:
        where = f"{self.place}: " if self.place else ""
        then = f" {self.hint}." if self.hint else ""
        return f"{where}{self.message}{_stop(self.message)}{then}"

    def __reduce__(self) -> tuple[object, ...]:
        # Exception pickles its positional arguments alone; a worker's error has to come back whole.
        return _rebuild, (type(self), self.message, self.place, self.hint)


def _stop(message: str) -> str:
    # A message may end in a question: did you mean …?
    return "" if message.endswith("?") else "."


def _rebuild(
    kind: type[OctavoError], message: str, place: Place | None, hint: str | None
) -> OctavoError:
    return kind(message, place=place, hint=hint)


class Unforeseen(OctavoError):
    """A fault of this program.

    Args:
        message, place, hint: as everywhere.
        trace: the traceback, for `--verbose`.
    """

    code = UNFORESEEN

    def __init__(
        self, message: str, *, place: Place | None = None, hint: str | None = None, trace: str = ""
    ):
        super().__init__(message, place=place, hint=hint)
        self.trace = trace

    def __reduce__(self) -> tuple[object, ...]:
        return partial(Unforeseen, place=self.place, hint=self.hint, trace=self.trace), (
            self.message,
        )


class SourceError(OctavoError):
    """What was given cannot be made into a book."""


class MissingFile(SourceError):
    """A file or folder that was named is not there."""

    code = 10


class EmptyFile(SourceError):
    """A source holds no text."""

    code = 11


class BinaryFile(SourceError):
    """A file read as text is no text."""

    code = 12


class UndecodableText(SourceError):
    """A text's encoding cannot be told."""

    code = 13


class UnreadableImage(SourceError):
    """An image is damaged, too large, or of a kind no reader shows."""

    code = 14


class UnreadableSource(SourceError):
    """A document cannot be understood."""

    code = 15


class UnsafePath(SourceError):
    """A source points at a file outside the book."""

    code = 16


class SettingsError(OctavoError):
    """What was asked for makes no sense."""


class BrokenToml(SettingsError):
    """A settings file is no TOML."""

    code = 20


class InvalidSettings(SettingsError):
    """Settings are unknown or wrong. The message has a line for each of them."""

    code = 21


class UnknownTarget(SettingsError):
    """A target is neither a book, a format, an output nor a file."""

    code = 22


class DuplicateBook(SettingsError):
    """Two books would be written to the same file."""

    code = 23


class TemplateFault(SettingsError):
    """A template cannot be rendered."""

    code = 24


class OutputError(OctavoError):
    """The result cannot be put in place."""


class NoPermission(OutputError):
    """A file may not be read or written."""

    code = 30


class DiskFull(OutputError):
    """There is no room for the result."""

    code = 31


class OutputFailed(OutputError):
    """The file system failed in some other way."""

    code = 32


class InvalidOutput(OutputError):
    """A draft failed its checks. The message has a line for each finding."""

    code = 33


class ToolError(OctavoError):
    """Something the work needs is missing or failed."""


class MissingTool(ToolError):
    """A program, a native library or a font is not there."""

    code = 40


class ToolFailed(ToolError):
    """A program failed."""

    code = 41


class TimedOut(ToolError):
    """A program took longer than it may."""

    code = 42


class OutOfMemory(ToolError):
    """A program took more memory than it may."""

    code = 43


class WorkerDied(ToolError):
    """A worker process ended without an answer."""

    code = 44


class FaultyBook(OctavoError):
    """A book that was checked has faults."""


class ErrorsFound(FaultyBook):
    """A book that was checked has errors."""

    code = 50


class WarningsFound(FaultyBook):
    """A book that was checked has warnings, and no errors."""

    code = 51
