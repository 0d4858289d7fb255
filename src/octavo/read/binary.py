"""Tell a file that is no text, by its first bytes or its control characters."""

import re

from octavo.errors import BinaryFile
from octavo.model import Place

# The kinds' signatures: PDF 32000-1 §7.5.2, APPNOTE.TXT §4.3.7, PNG §5.2, and the like.
_MAGIC: tuple[tuple[bytes, str, str], ...] = (
    (b"%PDF-", "a PDF", "Extract its text first, for example with pdftotext -layout"),
    (
        b"PK\x03\x04",
        "a ZIP archive (EPUB, DOCX and ODT are such)",
        "Give it its proper ending, such as .epub, .docx or .odt, or unpack it",
    ),
    (b"\x89PNG\r\n\x1a\n", "a PNG image", "Recognise its text first, for example with tesseract"),
    (b"\xff\xd8\xff", "a JPEG image", "Recognise its text first, for example with tesseract"),
    (b"GIF87a", "a GIF image", "Recognise its text first, for example with tesseract"),
    (b"GIF89a", "a GIF image", "Recognise its text first, for example with tesseract"),
    (b"II*\x00", "a TIFF image", "Recognise its text first, for example with tesseract"),
    (b"MM\x00*", "a TIFF image", "Recognise its text first, for example with tesseract"),
    (b"AT&TFORM", "a DjVu file", "Extract its text first, for example with djvutxt"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old Word document", "Save it as .docx"),
    (b"{\\rtf", "an RTF document", "Give it the ending .rtf, or save it as .docx"),
    (b"\x1f\x8b", "a gzip archive", "Unpack it first"),
    (b"BZh", "a bzip2 archive", "Unpack it first"),
    (b"\xfd7zXZ\x00", "an xz archive", "Unpack it first"),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive", "Unpack it first"),
    (b"Rar!\x1a\x07", "a RAR archive", "Unpack it first"),
    (b"\x7fELF", "a program", "Name a text instead"),
)
# C0 controls that no text needs. C1 controls are letters of another encoding, decoded wrongly.
_CONTROLS = re.compile("[\x00-\x08\x0e-\x1f\x7f]")
# A page of bad extraction has a stray control or two; a compiled file has one in ten.
_MAX_CONTROL_SHARE = 0.01


def refuse_binary(data: bytes, place: Place) -> None:
    """Check a file's signature.

    Raises:
        BinaryFile: it is known and not a text's.
    """
    for magic, kind, hint in _MAGIC:
        if data.startswith(magic):
            raise BinaryFile(f"this is {kind}, not a text", place=place, hint=hint)


def refuse_controls(string: str, place: Place) -> None:
    """Check the share of control characters in a decoded file.

    Raises:
        BinaryFile: it is above one in a hundred.
    """
    controls = sum(1 for _ in _CONTROLS.finditer(string))
    if controls > max(1, len(string) * _MAX_CONTROL_SHARE):
        raise BinaryFile(
            f"{controls} of {len(string)} characters are control characters: this is not a text",
            place=place,
            hint="Save it as plain text in UTF-8",
        )
