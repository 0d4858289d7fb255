"""The archive: ebooklib's package around our own navigation, and the same bytes every time."""

import io
import zipfile
from typing import Any

from octavo.model import EpubEdition, Metadata
from octavo.write.epub.metadata import SPECIFIED_FONTS

# A zip entry has to have a date; dcterms:modified is where the book's stands.
_ZIP_DATE = (1980, 1, 1, 0, 0, 0)
_APPLE = "ibooks: http://vocabulary.itunes.apple.com/rdf/ibooks/vocabulary-extensions-1.0/"
_XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"


def pack(package: Any, edition: EpubEdition, about: Metadata) -> bytes:
    """Write a package as ebooklib has it, and give its bytes."""
    from ebooklib import epub

    out = io.BytesIO()

    class Writer(epub.EpubWriter):  # type: ignore[misc]  # ebooklib ships no types
        """Writes our navigation in place of its own, and an archive without a clock."""

        def write(self) -> None:
            with _StillZip(out, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as self.out:
                self.out.writestr("mimetype", "application/epub+zip", zipfile.ZIP_STORED)
                self._write_container()
                self._write_opf()
                self._write_items()

        def _get_nav(self, item: object) -> bytes:
            return edition.nav.encode()

        def _get_ncx(self) -> bytes:
            return edition.ncx.encode()

        def _write_opf_file(self, root: Any) -> None:
            root.set(_XML_LANG, about.language)
            del root.attrib["prefix"]  # declares a vocabulary that is built in and not used
            if any(each.get("property") == SPECIFIED_FONTS for each in root.iter("{*}meta")):
                root.set("prefix", _APPLE)
            super()._write_opf_file(root)

    options = {"mtime": about.modified, "raise_exceptions": True, "epub3_pages": False}
    writer = Writer(None, package, options)
    writer.process()
    writer.write()
    return out.getvalue()


class _StillZip(zipfile.ZipFile):
    """An archive whose entries all have the same date and rights."""

    def writestr(
        self,
        zinfo_or_arcname: str | zipfile.ZipInfo,
        data: bytes | str,  # type: ignore[override]  # the wider type is never used here
        compress_type: int | None = None,
        compresslevel: int | None = None,
    ) -> None:
        entry = zipfile.ZipInfo(str(zinfo_or_arcname), _ZIP_DATE)
        entry.compress_type = zipfile.ZIP_DEFLATED if compress_type is None else compress_type
        entry.external_attr = 0o644 << 16
        entry.create_system = 3  # Unix, wherever it is built
        super().writestr(entry, data, entry.compress_type, compresslevel or 9)
