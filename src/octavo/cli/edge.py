"""The edge: errors become messages and exit codes here, and nowhere else."""

import contextlib
import json
import os
import signal
import sys
import threading
import traceback
from collections.abc import Callable, Iterator, Mapping

from rich.console import Console

from octavo import __version__, errors
from octavo.cli import speech
from octavo.errors import OctavoError

READER_GONE = 141  # as a program ended by SIGPIPE: 128 + 13


def exit_code(
    work: Callable[[Console], int], manner: speech.Manner, *, otherwise: Mapping[str, object]
) -> int:
    """Do the work; give its exit code, or that of the error that ended it.

    Args:
        work: gets standard error and gives an exit code.
        manner: with `json`, an error is given as JSON on standard output too.
        otherwise: the result's JSON object without a result; the error is added to it.
    """
    out = speech.console()
    try:
        with _heeding_endings():
            code = work(out)
        sys.stdout.flush()
        return code
    except OctavoError as error:
        speech.complain(out, speech.error_text(error))
        _give(manner, otherwise, error_data(error))
        return error.code
    except KeyboardInterrupt:
        speech.complain(out, "interrupted; the last good files are still there.")
        return errors.INTERRUPTED
    except _ToldToEnd as end:
        speech.complain(out, "told to end; the last good files are still there.")
        return 128 + end.number
    except BrokenPipeError:
        _forget_output()
        return READER_GONE
    except Exception as fault:
        _report(out, fault, manner)
        _give(manner, otherwise, _fault_data(fault))
        return errors.UNFORESEEN


def error_data(error: OctavoError, book: str | None = None) -> dict[str, object]:
    """Give an error for JSON."""
    place = error.place
    return {
        "book": book,
        "class": type(error).__name__,
        "code": error.code,
        "message": error.message,
        "place": place
        and {"path": place.path, "line": place.line, "column": place.column, "page": place.page},
        "hint": error.hint,
    }


def exit_code_table() -> str:
    """List the exit codes with their meanings, a line for each, from the error tree."""
    codes = {
        0: "Everything was built.",
        errors.USAGE: "Wrong usage of the command.",
        errors.INTERRUPTED: "Interrupted.",
        errors.ENDED: "Told to end.",
        READER_GONE: "What read the results went away.",
        **{kind.code: (kind.__doc__ or "").splitlines()[0] for kind in _kinds(OctavoError)},
    }
    return "\n".join(f"{code:>3}  {codes[code]}" for code in sorted(codes))


def _kinds(base: type[OctavoError]) -> list[type[OctavoError]]:
    found = []
    for kind in base.__subclasses__():
        found += [kind] if "code" in vars(kind) else []
        found += _kinds(kind)
    return found


def _give(manner: speech.Manner, otherwise: Mapping[str, object], error: object) -> None:
    if manner.json:
        print(json.dumps({**otherwise, "errors": [error]}, indent=2))


class _ToldToEnd(BaseException):
    """SIGTERM, or the terminal has gone: everything is to be put away first."""

    def __init__(self, number: int):
        super().__init__(number)
        self.number = number


@contextlib.contextmanager
def _heeding_endings() -> Iterator[None]:
    before = {}
    if threading.current_thread() is threading.main_thread():
        for number in (signal.SIGTERM, signal.SIGHUP):
            if signal.getsignal(number) is signal.SIG_DFL:  # else as `nohup` or the caller wants
                before[number] = signal.signal(number, _end)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _end(number: int, _: object) -> None:
    raise _ToldToEnd(number)


def _forget_output() -> None:
    # The interpreter flushes standard output at its end and would complain of the same again.
    with contextlib.suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _report(out: Console, fault: Exception, manner: speech.Manner) -> None:
    if manner.verbose:
        speech.note(out, "".join(traceback.format_exception(fault)).rstrip())
    what = traceback.format_exception_only(fault)[-1].strip()
    then = "" if manner.verbose else "Run the command again with --verbose and "
    then += "please report what it prints" if then else "Please report what is printed above"
    speech.complain(out, f"a fault of octavo {__version__}, not of your book: {what}. {then}.")


def _fault_data(fault: Exception) -> dict[str, object]:
    return {
        "book": None,
        "class": type(fault).__name__,
        "code": errors.UNFORESEEN,
        "message": str(fault),
        "place": None,
        "hint": "Run the command again with --verbose and report what it prints",
    }
