"""A rough text through read, clean and structure: the fair copy that books are made from."""

from collections import Counter
from collections.abc import Callable
from dataclasses import replace

from octavo.build.job import Stage
from octavo.build.memory import collector_paused, give_large_blocks_back
from octavo.clean import clean
from octavo.errors import InvalidOutput
from octavo.guidance import Guidance
from octavo.model import Block, Change, FairCopy, Place, Text
from octavo.read import read
from octavo.structure import characters, lost, structure

_NO_TEXT = Text(())


def fair_copy(
    data: bytes,
    path: str,
    guidance: Guidance,
    begin: Callable[[Stage], None] = lambda _: None,
    *,
    with_source: bool = False,
) -> FairCopy:
    """Read, clean and structure a rough text, and account for every character of it.

    Args:
        data: the file's bytes.
        path: the file's name, as the user would type it; the places carry it.
        guidance: the text's language, where somebody has said it, and the rules that are switched
            off or forced.
        begin: is told each stage when it begins.
        with_source: the lines of the source are wanted too: they take as much memory as the rest.

    Raises:
        SourceError: the file is no text.
        InvalidOutput: a character is neither in the blocks nor in a change: a fault of ours.
    """
    give_large_blocks_back()
    with collector_paused():
        begin("read")
        got = read(data, path)
        del data  # nobody needs it any more, and it may be large
        source, text = characters(got.text), got.text if with_source else _NO_TEXT
        encoding, mended, handed = got.encoding, got.changes, [got.text]
        del got
        # A stage that is handed the only name of its text can let go of lines it has used.
        begin("clean")
        cleaned = clean(handed.pop(), guidance)
        guidance = replace(guidance, language=cleaned.language)
        made, handed = cleaned.changes, [cleaned.text]
        del cleaned
        begin("structure")
        structured = structure(handed.pop(), guidance)
        made += structured.changes
        _account(source, structured.blocks, made, path)
    return FairCopy(
        path=path,
        text=text,
        encoding=encoding,
        language=guidance.language,
        blocks=structured.blocks,
        changes=mended + made,
        doubts=structured.doubts,
    )


def _account(
    source: Counter[str], blocks: tuple[Block, ...], changes: tuple[Change, ...], at: str
) -> None:
    """Hold every character of the source against the blocks and the recorded changes."""
    missing = lost(source, blocks, changes)
    if missing:
        kinds = ", ".join(f"{count} × {char!r}" for char, count in sorted(missing.items())[:8])
        hint = "This is a fault of Octavo; please report it with the file"
        raise InvalidOutput(f"cleaning lost characters: {kinds}", place=Place(at), hint=hint)
