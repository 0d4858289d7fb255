"""Is an output up to date, and if not, why: what it would be made of now against its stamp."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from octavo import layers, pango
from octavo.build import stamps
from octavo.build.makers import makers
from octavo.build.reasons import CHAPTER, reasons
from octavo.build.stamps import Stamp, digest
from octavo.model import FORMATS, Artifact, Book, Format, PageStart

PAGES = "pages"  # where the pages of the PDF begin, in an EPUB that lists them
DOWNLOADS = "downloads"  # the other outputs of the same run, in a site that offers them
SETTINGS = "book.toml"  # as a whole; its settings count one by one
_IMAGE, _SETTING = "image:", "setting:"
_FONTS = "fonts"  # of the system, in a PDF that they lend letters to

# The templates each format is made from; these name others, which are followed.
ENTRIES: Mapping[Format, tuple[str, ...]] = {
    "epub": (
        *("chapter.xhtml", "colophon.xhtml", "cover.svg", "cover.xhtml", "nav.xhtml"),
        *("title.xhtml", "toc.ncx", "style/ebook.css", "style/fonts.css", "style/type.css"),
    ),
    "pdf": ("book.html", "style/fonts.css", "style/print.css", "style/type.css"),
    "html": (
        *("book.html", "reader.js"),
        *("style/fonts.css", "style/screen.css", "style/type.css"),
    ),
    "site": (
        *("site-chapter.html", "site-front.html", "reader.js", "search.js"),
        *("style/fonts.css", "style/screen.css", "style/type.css"),
    ),
}
TABLES = ("theme.toml", "words.toml")  # of templates, for every format

_LAST = ("epub", "site")  # they are made of other outputs, too

# The settings that matter to some formats alone, by their beginnings. The others matter to all.
_OWN: Mapping[str, tuple[Format, ...]] = {
    "epub.": ("epub",),
    "pdf.": ("pdf",),
    "html.address": ("site",),
    "html.": ("html", "site"),
}
# Names of outputs, and the order of texts, are looked at as such.
_ELSEWHERE = ("formats", "name", "text")


@dataclass(frozen=True, slots=True)
class Gist:
    """What has to be known of a book to tell what its outputs would be made of."""

    name: str
    folder: Path
    texts: tuple[Path, ...]  # in reading order
    templates: tuple[Path, ...]  # folders, the first wins
    theme: str
    said: Mapping[str, str]  # by the command line, or the surroundings
    toml: str | None = None  # the hash of book.toml; None: there is none
    settings: Mapping[str, str] | None = None  # by their dotted keys; None: not looked at


@dataclass(frozen=True, slots=True)
class Ledger:
    """What is known of a book's outputs before they are built."""

    of: Mapping[Format, Mapping[str, str]]  # what each would be made of now
    stamps: Mapping[Format, Stamp]  # those of the outputs as they are
    reasons: Mapping[Format, tuple[str, ...]]  # why each is to be made: none if it may be kept
    starts: tuple[PageStart, ...] = ()  # of the pages of a PDF that would be made just so again

    def is_up_to_date(self, formats: tuple[Format, ...], output: Path, name: str) -> bool:
        """Tell whether no output has to be made.

        Args:
            formats: those asked for.
            output: the folder of the outputs.
            name: the book's.
        """
        if any(self.reasons[each] for each in formats):
            return False
        starts, built = self.before(formats, output, name)
        return all(self.later(each, starts, built) is None for each in formats if each in _LAST)

    def before(
        self, formats: tuple[Format, ...], output: Path, name: str
    ) -> tuple[tuple[PageStart, ...], tuple[Artifact, ...]]:
        """Give where the PDF's pages begin, and the outputs, if none has to be made."""
        has_pages = "pdf" in formats and "pdf" in self.stamps
        starts = self.stamps["pdf"].starts if has_pages else self.starts
        built = tuple(self.kept(each, output, name) for each in formats if not self.reasons[each])
        return starts, built

    def kept(self, format_: Format, output: Path, name: str) -> Artifact:
        """Give an output that is there as it was made before."""
        return self.stamps[format_].artifact(format_, output / f"{name}.{format_}")

    def keeps(
        self, format_: Format, starts: Iterable[PageStart], built: Iterable[Artifact]
    ) -> bool:
        """Tell whether an output can be kept, now that those before it have been made.

        Args:
            format_: its format.
            starts: where the PDF's pages begin.
            built: the other outputs.
        """
        return not self.reasons[format_] and not self.later(format_, starts, built)

    def later(
        self, format_: Format, starts: Iterable[PageStart], built: Iterable[Artifact]
    ) -> str | None:
        """Give why an output has to be made again because of others."""
        of, now = self.stamps[format_].of, derived(format_, starts, built)
        if of.get(PAGES) != now.get(PAGES):
            return "the pages of the PDF begin elsewhere"
        if of.get(DOWNLOADS) != now.get(DOWNLOADS):
            return "what it offers for download has changed"
        return None


def derived(
    format_: Format, starts: Iterable[PageStart], built: Iterable[Artifact]
) -> dict[str, str]:
    """Give what an output is made of that other outputs say."""
    if format_ == "epub":
        said = [(each.label, each.chapter, each.letters) for each in starts]
        return {PAGES: digest(repr(said).encode())}
    if format_ == "site":
        files = sorted((each.path.name, each.sha256) for each in built if each.format != "site")
        return {DOWNLOADS: digest(repr(files).encode())}
    return {}


class Judge:
    """Tells of books whether their outputs are up to date; remembers what many have in common.

    Args:
        output: the folder of the outputs.
        always: they are to be made in any case.
    """

    def __init__(self, output: Path, *, always: bool = False):
        self._output = output
        self._always = always
        self._templates: dict[tuple[Format, tuple[Path, ...], str], dict[str, str]] = {}

    def ledger(self, gist: Gist, formats: tuple[Format, ...]) -> Ledger | None:
        """Give what is known of a book's outputs; None if its settings have to be looked at first.

        Those are not looked at if `book.toml` is as it was when all the stamps were made.
        """
        known = stamps.read(self._output, gist.name)
        common = self._common(gist)
        of: dict[Format, dict[str, str]] = {}
        paged: tuple[Format, ...] = ("pdf",) if "epub" in formats and "pdf" in known else ()
        for format_ in dict.fromkeys((*formats, *paged)):
            stamp = known.get(format_)
            settings = _settings(gist, format_, stamp)
            if settings is None:
                return None
            of[format_] = {**common, **settings, **self._of_templates(gist, format_)}
            of[format_] |= {**_images(gist, stamp), **_of_system(format_, stamp)}
        found = {each: self._reasons(gist, each, of[each], known) for each in formats}
        starts = known["pdf"].starts if _is_same(of.get("pdf"), known.get("pdf")) else ()
        return Ledger(of, known, found, starts)

    def _common(self, gist: Gist) -> dict[str, str]:
        names = [path.relative_to(gist.folder).as_posix() for path in gist.texts]
        texts = {f"text:{n}": _hashed(p) for n, p in zip(names, gist.texts, strict=True)}
        toml = {SETTINGS: gist.toml} if gist.toml is not None else {}
        return {**makers(), **gist.said, "texts": "\n".join(names), **texts, **toml}

    def _of_templates(self, gist: Gist, format_: Format) -> dict[str, str]:
        key = (format_, gist.templates, gist.theme)
        if key not in self._templates:
            folders = (*gist.templates, *layers.theme_folders(gist.templates, gist.theme))
            found = layers.digests((*ENTRIES[format_], *TABLES), folders)
            self._templates[key] = {f"template:{name}": each for name, each in found.items()}
        return self._templates[key]

    def _reasons(
        self,
        gist: Gist,
        format_: Format,
        of: Mapping[str, str],
        known: Mapping[Format, Stamp],
    ) -> tuple[str, ...]:
        path = self._output / f"{gist.name}.{format_}"
        stamp = known.get(format_)
        if self._always:
            return ("everything is asked for",)
        if stamp is None:
            there = path.exists()
            return ("nothing is known of how it was made",) if there else ("it is not built yet",)
        changed = reasons(stamp.of, of)
        if changed:
            return changed
        if not path.exists():
            return ("it is gone",)
        if not stamps.is_whole(stamp, path):
            return ("the output was changed after it was built",)
        return ()


def _is_same(of: Mapping[str, str] | None, stamp: Stamp | None) -> bool:
    return of is not None and stamp is not None and not reasons(stamp.of, of)


def _settings(gist: Gist, format_: Format, stamp: Stamp | None) -> dict[str, str] | None:
    """Give the settings that matter to a format; None if they have to be looked at first."""
    if gist.toml is None:
        return {}
    if gist.settings is not None:
        said = {_SETTING + key: value for key, value in gist.settings.items()}
        return {key: value for key, value in said.items() if _matters(key, format_)}
    if stamp is None or stamp.of.get(SETTINGS) != gist.toml:
        return None
    return {key: value for key, value in stamp.of.items() if key.startswith(_SETTING)}


def _matters(key: str, format_: Format) -> bool:
    name = key.removeprefix(_SETTING)
    if name.split(".")[0] in _ELSEWHERE:
        return False
    own = next((formats for start, formats in _OWN.items() if name.startswith(start)), FORMATS)
    return format_ in own


def _images(gist: Gist, stamp: Stamp | None) -> dict[str, str]:
    """Give the pictures that were looked for when the output was made, as they are now."""
    names = [key for key in (stamp.of if stamp else ()) if key.startswith(_IMAGE)]
    return {key: _hashed(gist.folder / key.removeprefix(_IMAGE)) for key in names}


def _of_system(format_: Format, stamp: Stamp | None) -> dict[str, str]:
    """Give what the system gives to lay out pages; its fonts, if they lent something before."""
    if format_ != "pdf":
        return {}
    found = {f"library:{name}": each for name, each in pango.libraries().items()}
    return found | (fonts_of_system() if stamp and _FONTS in stamp.of else {})


def fonts_of_system() -> dict[str, str]:
    """Give the fonts of the system, as a stamp has them."""
    return {_FONTS: pango.fonts()}


def found_later(key: str) -> bool:
    """Tell whether something in a stamp shows only when the texts have been read."""
    return key.startswith((_IMAGE, CHAPTER)) or key == _FONTS


def chapters_of(book: Book) -> dict[str, str]:
    """Give the chapters of a book, as a stamp has them: they tell which one a change is in."""
    return {
        f"{CHAPTER}{each.slug} {each.title}": digest(
            each.html.encode(), *(note.html.encode() for note in each.notes)
        )
        for each in book.chapters
    }


def images_of(seen: Mapping[str, bytes | None]) -> dict[str, str]:
    """Give the pictures that were looked for, as a stamp has them."""
    return {_IMAGE + name: digest(data) if data is not None else "" for name, data in seen.items()}


def _hashed(path: Path) -> str:
    data = stamps.contents(path, stamps.MOST_BYTES)
    return digest(data) if data is not None else ""
