"""Hold the page list of an EPUB against the pages of the PDF, as pdftotext reads them."""

import re
import subprocess
import unicodedata
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pikepdf
from lxml import etree

from octavo.config import values

EPUB = "{http://www.idpf.org/2007/ops}"
APART = {"note", "notes", "noteref", "formula"}
DRAWN = {"math", "svg", "head"}
BLOCKS = set("p div section h1 h2 h3 h4 h5 h6 li dt dd td th tr pre figcaption caption br".split())
SIGNS = dict.fromkeys(map(ord, "\xad\u200b\u200c\u200d\u2060\ufeff\u200e\u200f\u202a\u202b\u202c"))
LISTED = re.compile(r"[•◦▪–☐☑*]|\d+\.")  # what stands before an item or scene, and nobody wrote


@dataclass(frozen=True)
class Marked:
    """A page as the EPUB has it."""

    label: str
    words: tuple[str, ...]  # the first that follow its mark


def marked(epub: Path) -> list[Marked]:
    """Give the pages of an EPUB's page list, in its order."""
    with zipfile.ZipFile(epub) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    nav = etree.fromstring(files["EPUB/nav.xhtml"])
    links = [
        (str(link.get("href")), str(link.text))
        for each in nav.iter("{*}nav")
        if each.get(f"{EPUB}type") == "page-list"
        for link in each.iter("{*}a")
    ]
    texts = {name: _after(data) for name, data in files.items() if name.endswith(".xhtml")}
    found = []
    for href, label in links:
        file, _, name = href.partition("#")
        found.append(Marked(label, tuple(texts[f"EPUB/{file}"][name].split()[:8])))
    return found


def _after(page: bytes) -> dict[str, str]:
    """Give the text that follows each mark in a page."""
    pieces: list[str] = []
    marks: dict[str, int] = {}
    _read(etree.fromstring(page), pieces, marks)
    text = ["".join(pieces[at : at + 400]) for at in marks.values()]
    return {name: _plain(said) for name, said in zip(marks, text, strict=True)}


def _read(element: Any, pieces: list[str], marks: dict[str, int]) -> None:
    if not isinstance(element.tag, str):
        return
    tag = etree.QName(element).localname
    if element.get(f"{EPUB}type") == "pagebreak":
        assert element.get("role") == "doc-pagebreak"
        assert element.get("aria-label") == element.get("id").removeprefix("page--")
        assert not element.text and not len(element)
        marks[str(element.get("id"))] = len(pieces)
        return
    apart = APART.intersection(element.get("class", "").split())
    if apart or tag in DRAWN or element.get("hidden") is not None:
        return
    space = " " if tag in BLOCKS else ""
    pieces.append(space + (element.text or ""))
    for child in element:
        _read(child, pieces, marks)
        pieces.append(child.tail or "")
    pieces.append(space)


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text.translate(SIGNS)).lower()


def printed(pdf: Path) -> list[tuple[str, list[str]]]:
    """Give the labels of a PDF's pages, and the words between their margins."""
    with pikepdf.open(pdf) as opened:
        labels = [page.label for page in opened.pages]
        left, low, right, high = (float(side) for side in opened.pages[0].mediabox)
    tall = high - low
    top, text = tall * values.TOP * 0.95, tall * (1 - (values.TOP + values.BOTTOM) * 0.95)
    crop = ["-x", "0", "-y", top, "-W", right - left, "-H", text]
    words = [str(round(each)) if isinstance(each, float) else each for each in crop]
    ended = subprocess.run(["pdftotext", *words, pdf, "-"], capture_output=True, check=True)
    pages = ended.stdout.decode().split("\f")[:-1]
    return [(label, _plain(page).split()) for label, page in zip(labels, pages, strict=True)]


def faults(epub: Path, pdf: Path) -> list[str]:
    """Say what is wrong with an EPUB's page list; nothing if it is that of the PDF."""
    listed, pages = marked(epub), printed(pdf)
    if [each.label for each in listed] != [label for label, _ in pages]:
        return [f"{len(listed)} pages are listed, {len(pages)} are printed, or not the same"]
    found = []
    before: list[str] = []
    for at, (label, words) in enumerate(pages):
        said = listed[at].words
        if not words:  # blank, or a picture's: it begins where the next does
            following = next((n for n in range(at, len(pages)) if pages[n][1]), at)
            fits = said == listed[following].words or not said
        else:
            fits = _fits(said, words, before)
        if not fits:
            found.append(f"page {label} begins with {words[:4]}, its mark is before {said[:4]}")
        before = words or before
    return found


def _fits(said: tuple[str, ...], words: list[str], before: list[str]) -> bool:
    first = next((word for word in words if not LISTED.fullmatch(word)), "")
    if not said:
        return not first
    if said[0].startswith(first) or first.startswith(said[0]):
        return True
    begun = [word.rstrip("-‐‑") for word in before if word.endswith(("-", "‐", "‑"))]
    return any(said[0].startswith(each + first) for each in begun)  # a word that goes on
