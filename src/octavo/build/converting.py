"""Documents through pandoc, and none of them twice."""

import base64
import contextlib
import json
from dataclasses import asdict, replace
from functools import cache
from pathlib import Path

from octavo import pandoc
from octavo.cache import Cache, key_of
from octavo.model import Place


def converted(
    data: bytes, reader: str, place: Place, kept: Cache | None
) -> tuple[pandoc.Converted, bool]:
    """Convert a document, or give what was kept of the same one; say whether it is new.

    Args:
        data: the document.
        reader: the name of pandoc's input format.
        place: the document's name, for messages.
        kept: where results are kept; None: nowhere.

    Raises:
        SourceError, ToolError: from `pandoc.convert`.
    """
    if kept is None:
        return pandoc.convert(data, reader, place), True
    key = key_of(*_makers(), reader.encode(), data)
    found = kept.get(key)
    if found is not None:
        return _unpacked(found), False
    made = pandoc.convert(data, reader, place)
    kept.put(key, _packed(made))
    return made, True


@cache
def _makers() -> tuple[bytes, ...]:
    """Give what makes a conversion: pandoc, told by its file, and our own code."""
    program = pandoc.program()
    said = [str(program)]
    with contextlib.suppress(OSError):  # if it is not there, no run of it will be kept
        state = program.stat()
        said += [str(state.st_size), str(state.st_mtime_ns)]
    ours = (Path(pandoc.__file__), Path(__file__))
    return (":".join(said).encode(), *(path.read_bytes() for path in ours))


def _packed(made: pandoc.Converted) -> bytes:
    # Not as a pickle, which would run whatever somebody put into the cache.
    media = [(name, base64.b64encode(data).decode()) for name, data in made.media]
    return json.dumps(asdict(replace(made, media=())) | {"media": media}).encode()


def _unpacked(data: bytes) -> pandoc.Converted:
    said = json.loads(data)
    media = tuple((name, base64.b64decode(each)) for name, each in said.pop("media"))
    return pandoc.Converted(**{**said, "authors": tuple(said["authors"])}, media=media)
