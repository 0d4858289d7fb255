"""An EPUB as a zip file: the rules of the Open Container Format, EPUB 3.3 section 4."""

import re
import stat
import unicodedata
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from octavo.check.findings import error
from octavo.model import Finding

MIMETYPE = b"application/epub+zip"
MAX_ENTRIES = 10_000
MAX_ENTRY = 256 * 1024 * 1024  # bytes, unpacked
MAX_TOTAL = 1024 * 1024 * 1024  # bytes, unpacked
HEAD = 16  # bytes kept of what is neither markup nor a style sheet: enough to tell its kind

_MARKUP = {".xhtml", ".html", ".htm", ".xml", ".opf", ".ncx", ".svg", ".smil", ".css"}
_FORBIDDEN = re.compile(r'[\x00-\x1f\x7f"*:<>?|\\\ufffe\uffff\ue000-\uf8ff]')  # EPUB 3.3, 4.2.3
_DAMAGE = (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError, NotImplementedError)


@dataclass(frozen=True, slots=True)
class Archive:
    """What an EPUB holds."""

    members: dict[str, bytes]  # markup and style sheets whole, of anything else the first bytes
    findings: tuple[Finding, ...]


def read_archive(path: Path) -> Archive:
    """Read an EPUB once, every byte of it, and judge it as a container."""
    findings = [*_first_entry(path)]
    members: dict[str, bytes] = {}
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
            findings += _names(entries, path.name)
            total = 0
            for entry in entries[:MAX_ENTRIES]:
                if entry.is_dir():
                    continue
                findings += _entry(entry)
                data, size = _unpack(archive, entry)
                total += size
                if size > MAX_ENTRY or total > MAX_TOTAL:
                    findings.append(error("container", "the EPUB is too large", entry.filename))
                    break
                members[entry.filename] = data
    except _DAMAGE as fault:
        findings.append(error("container", f"the EPUB cannot be unpacked: {fault}", path.name))
    return Archive(members, tuple(findings))


def _first_entry(path: Path) -> Iterator[Finding]:
    # Read raw: a reading system finds the kind of the file at a fixed offset (EPUB 3.3, 4.3.3).
    with path.open("rb") as file:
        head = file.read(38 + len(MIMETYPE) + 2)
    method, extra = head[8:10], head[28:30]
    if head[:4] != b"PK\x03\x04" or head[26:28] != b"\x08\x00" or head[30:38] != b"mimetype":
        yield error("container", "mimetype is not the first entry", path.name)
    elif method != b"\x00\x00" or extra != b"\x00\x00":
        yield error("container", "mimetype is compressed or has an extra field", "mimetype")
    elif head[38:58] != MIMETYPE or head[18:22] != len(MIMETYPE).to_bytes(4, "little"):
        yield error("container", f"mimetype does not say {MIMETYPE.decode()}", "mimetype")


def _names(entries: list[zipfile.ZipInfo], path: str) -> Iterator[Finding]:
    if len(entries) > MAX_ENTRIES:
        yield error("container", f"the EPUB holds more than {MAX_ENTRIES:,} files", path)
    seen = set()
    for entry in entries:
        name = entry.orig_filename  # as it stands in the file; `filename` ends at a NUL
        pure = PurePosixPath(name)
        if pure.is_absolute() or ".." in pure.parts:
            yield error("container", "the name leads out of the EPUB", name)
        elif _FORBIDDEN.search(name) or name.rstrip("/").endswith("."):
            yield error("container", "the name holds a character that no name may hold", name)
        # Names have to differ on a disk that knows no case and no composed letters.
        plain = unicodedata.normalize("NFC", name).casefold()
        if plain in seen:
            yield error("container", "two files have this name", name)
        seen.add(plain)


def _entry(entry: zipfile.ZipInfo) -> Iterator[Finding]:
    if entry.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
        yield error("container", "the file is neither stored nor deflated", entry.filename)
    if stat.S_ISLNK(entry.external_attr >> 16):
        yield error("container", "the file is a symbolic link", entry.filename)


def _unpack(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> tuple[bytes, int]:
    """Give the bytes that are kept and the size; reading to the end checks the checksum."""
    whole = PurePosixPath(entry.filename).suffix.lower() in _MARKUP
    kept, size = b"", 0
    with archive.open(entry) as file:
        if whole:
            kept = file.read(MAX_ENTRY + 1)
            return kept, len(kept)
        while chunk := file.read(1024 * 1024):
            kept = kept or chunk[:HEAD]
            size += len(chunk)
            if size > MAX_ENTRY:
                break
    return kept, size
