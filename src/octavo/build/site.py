"""The folder of a site, with the other editions of the book for its readers to take along."""

from collections.abc import Sequence
from pathlib import Path

from octavo import outputs
from octavo.fonts import Font, woff2
from octavo.model import Artifact, Book
from octavo.render import Download, Look, font_name, site_edition
from octavo.write import site


def site_files(
    book: Book,
    fonts: Sequence[Font],
    look: Look,
    folders: tuple[Path, ...],
    built: Sequence[Artifact],
    address: str | None,
) -> dict[str, bytes]:
    """Give the files of a site by their paths in its folder.

    Args:
        book: the book.
        fonts: what lies beside its pages.
        look: what the settings say.
        folders: of the templates.
        built: the editions that were built before it in the same run, which it offers.
        address: of the folder on the web.

    Raises:
        TemplateFault: a template is wrong.
        OutputError: an edition that was built cannot be read again.
    """
    downloads = [Download(each.format, f"files/{each.path.name}", each.size) for each in built]
    edition = site_edition(book, fonts, look, folders, downloads, address)
    return site.write(
        book,
        edition,
        {font_name(font): woff2(font) for font in fonts},
        {f"files/{each.path.name}": _read(each.path) for each in built},
    )


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise outputs.told(error, path) from error
