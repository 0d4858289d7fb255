"""Clean one rough text to plain HTML: python bench/roundtrip.py IN OUT.

For measuring the cleaner alone: read, clean and structure, without pandoc and templates.
"""

import sys
from html import escape
from pathlib import Path
from typing import assert_never

sys.path.insert(0, str(Path(__file__).parent.parent / "src"))

from octavo.clean import clean
from octavo.guidance import Guidance
from octavo.model import (
    Block,
    Footnote,
    Heading,
    Inlines,
    Items,
    Paragraph,
    Quotation,
    SceneBreak,
    Verse,
)
from octavo.read import read
from octavo.structure import lost, structure


def main(source: Path, output: Path) -> None:
    """Clean `source`, write `output`, and say so if a character was lost."""
    got = read(source.read_bytes(), source.name)
    cleaned = clean(got.text, Guidance())
    structured = structure(cleaned.text, Guidance(cleaned.language))
    missing = lost(got.text, structured.blocks, cleaned.changes + structured.changes)
    if missing:
        sys.exit(f"{source.name}: lost or invented {missing}")
    body = "\n".join(map(_html, structured.blocks))
    page = (
        f"<!DOCTYPE html>\n<html><head><meta charset='utf-8'></head><body>\n{body}\n</body></html>"
    )
    output.write_text(page, encoding="utf-8")


def _html(block: Block) -> str:
    match block:
        case Heading():
            return f"<h{block.level}>{_inline(block.inlines)}</h{block.level}>"
        case Paragraph():
            return f"<p>{_inline(block.inlines)}</p>"
        case Verse():
            stanzas = ("<br>".join(map(_inline, stanza)) for stanza in block.stanzas)
            return "<div class='verse'>" + "".join(f"<p>{s}</p>" for s in stanzas) + "</div>"
        case Quotation():
            return "<blockquote>" + "".join(map(_html, block.blocks)) + "</blockquote>"
        case Items():
            items = ("".join(map(_html, item)) for item in block.items)
            tag = f"ol start='{block.start}'" if block.ordered else "ul"
            return f"<{tag}>" + "".join(f"<li>{i}</li>" for i in items) + f"</{tag[:2]}>"
        case SceneBreak():
            return "<hr>"
        case Footnote():
            return "<aside class='footnotes'>" + "".join(map(_html, block.blocks)) + "</aside>"
        case _:
            assert_never(block)


def _inline(inlines: Inlines) -> str:
    tags = {"emphasis": "em", "strong": "strong", "smallcaps": "span"}
    return "".join(
        f"<sup>{escape(span.text)}</sup>"
        if span.note
        else escape(span.text)
        if span.style == "plain"
        else f"<{tags[span.style]}>{escape(span.text)}</{tags[span.style]}>"
        for span in inlines
    )


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    main(Path(sys.argv[1]), Path(sys.argv[2]))
