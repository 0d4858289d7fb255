"""A rough text through read, clean and structure: the fair copy that books are made from."""

from collections.abc import Callable
from dataclasses import replace

from octavo.build.job import Stage
from octavo.clean import clean
from octavo.errors import InvalidOutput
from octavo.guidance import Guidance
from octavo.model import Block, Change, FairCopy, Place, Text
from octavo.read import read
from octavo.structure import lost, structure


def fair_copy(
    data: bytes, path: str, guidance: Guidance, begin: Callable[[Stage], None] = lambda _: None
) -> FairCopy:
    """Read, clean and structure a rough text, and account for every character of it.

    Args:
        data: the file's bytes.
        path: the file's name, as the user would type it; the places carry it.
        guidance: the text's language, where somebody has said it, and the rules that are switched
            off or forced.
        begin: is told each stage when it begins.

    Raises:
        SourceError: the file is no text.
        InvalidOutput: a character is neither in the blocks nor in a change: a fault of ours.
    """
    begin("read")
    got = read(data, path)
    del data  # nobody needs it any more, and it may be large
    begin("clean")
    cleaned = clean(got.text, guidance)
    begin("structure")
    structured = structure(cleaned.text, replace(guidance, language=cleaned.language))
    made = cleaned.changes + structured.changes
    _account(got.text, structured.blocks, made, path)
    return FairCopy(
        path=path,
        text=got.text,
        encoding=got.encoding,
        language=cleaned.language,
        blocks=structured.blocks,
        changes=got.changes + made,
        doubts=structured.doubts,
    )


def _account(text: Text, blocks: tuple[Block, ...], changes: tuple[Change, ...], at: str) -> None:
    """Hold every character of the source against the blocks and the recorded changes."""
    missing = lost(text, blocks, changes)
    if missing:
        kinds = ", ".join(f"{count} × {char!r}" for char, count in sorted(missing.items())[:8])
        hint = "This is a fault of Octavo; please report it with the file"
        raise InvalidOutput(f"cleaning lost characters: {kinds}", place=Place(at), hint=hint)
