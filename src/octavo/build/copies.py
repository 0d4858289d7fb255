"""Fair copies of rough texts as pandoc takes them, and none of them made twice."""

import json
from collections.abc import Callable
from dataclasses import astuple, dataclass
from typing import Any

from octavo import pandoc
from octavo.build.job import Stage
from octavo.build.makers import makers
from octavo.cache import Cache, key_of
from octavo.guidance import Guidance
from octavo.model import Change, Place


@dataclass(frozen=True, slots=True)
class Copy:
    """What a rough text came to."""

    document: bytes  # its blocks, as pandoc's reader "json" takes them
    untitled: bytes  # the same without a title that stands at its beginning
    title: str | None
    language: str | None  # BCP 47; None: it was not recognised
    changes: tuple[Change, ...]


def copied(
    data: bytes, path: str, guidance: Guidance, begin: Callable[[Stage], None], kept: Cache | None
) -> Copy:
    """Clean and structure a rough text, or give what was kept of the same one.

    Args:
        data: the file's bytes.
        path: the file's name; the places of the changes carry it.
        guidance: what is said about it.
        begin: is told each stage when it begins.
        kept: where results are kept; None: nowhere.

    Raises:
        SourceError, InvalidOutput: from `fair_copy`.
    """
    if kept is None:
        return _made(data, path, guidance, begin)
    orders = [(sorted(o.off), sorted(o.force), o.first, o.last) for o in guidance.orders]
    said = repr((sorted(makers().items()), path, guidance.language, orders))
    key = key_of(b"copy", said.encode(), data)
    found = kept.get(key)
    if found is not None:
        return _unpacked(found)
    made = _made(data, path, guidance, begin)
    kept.put(key, _packed(made))
    return made


def _made(data: bytes, path: str, guidance: Guidance, begin: Callable[[Stage], None]) -> Copy:
    # A book of Markdown has no need of them, and they take long to load.
    from octavo.build.fair import fair_copy
    from octavo.structure import title_of

    fair = fair_copy(data, path, guidance, begin)
    title, document = title_of(fair.blocks), pandoc.document(fair.blocks)
    untitled = document if title is None else pandoc.document(fair.blocks[1:])
    return Copy(document, untitled, title, fair.language, fair.changes)


def _packed(copy: Copy) -> bytes:
    texts = (copy.document.decode(), copy.untitled.decode() if copy.title is not None else None)
    changes = [astuple(each) for each in copy.changes]
    return json.dumps([*texts, copy.title, copy.language, changes]).encode()


def _unpacked(data: bytes) -> Copy:
    document, untitled, title, language, changes = json.loads(data)
    return Copy(
        document.encode(),
        (document if untitled is None else untitled).encode(),
        title,
        language,
        tuple(_change(*each) for each in changes),
    )


def _change(rule: str, place: list[Any], *others: Any) -> Change:
    return Change(rule, Place(*place), *others)
