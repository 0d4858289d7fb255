"""A stranger's text: no script, no network, no file from outside, whatever it asks for."""

import base64
import http.server
import io
import re
import threading
import urllib.parse
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pikepdf
import pytest
from lxml import etree, html

from conftest import Command, convert, write
from octavo.build.stamps import FOLDER

CANARY = "canary-5d1f0c77"
SAFE = re.compile(r"(?:https?://|mailto:|tel:|#|[\w./-]+(?:#|$)|data:(?:image|font)/|urn:)", re.I)


@dataclass
class Listener:
    address: str
    hits: list[str] = field(default_factory=list)


@pytest.fixture(scope="module")
def listener() -> Iterator[Listener]:
    """A server on this machine that nobody should ever ask."""
    found = Listener("")

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            found.hits.append(self.path)
            self.send_error(404)

        do_POST = do_HEAD = do_GET  # noqa: N815

        def log_message(self, *_: object) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    found.address = f"127.0.0.1:{server.server_port}"
    yield found
    server.shutdown()
    server.server_close()


@pytest.fixture
def secret(tmp_path: Path) -> Path:
    """A file outside the book."""
    path = tmp_path / "outside" / "secret.txt"
    write(path.parent, {"secret.txt": CANARY})
    return path


MARKDOWN = """\
---
title: "</title><script>run()</script>"
author: "<img src=x onerror=run()>"
header-includes: "<script>run()</script>"
include-before: "<script>run()</script>"
css: {secret}
bibliography: {secret}
csl: http://{host}/csl
cover-image: {secret}
---

# Text <script>run()</script>

Plain words. [@key] {{{{ 7*7 }}}} {{% include "{secret}" %}}

<script>run()</script><script src="http://{host}/a.js"></script>
<iframe src="http://{host}/b"></iframe><iframe srcdoc="<script>run()</script>"></iframe>
<object data="http://{host}/c"></object><embed src="{secret}">
<link rel="stylesheet" href="http://{host}/d.css"><link rel="attachment" href="file://{secret}">
<a rel="attachment" href="file://{secret}">a</a> <a href="javascript:run()">b</a>
<a href="JaVaScRiPt&colon;run()">c</a> <a href="data:text/html,<script>run()</script>">d</a>
<p onclick="run()" style="background:url(http://{host}/e.png)">e</p>
<style>@import "http://{host}/f.css"; p {{ background: url(http://{host}/g.png) }}</style>
<form action="http://{host}/h"><input autofocus onfocus="run()"></form>
<meta http-equiv="refresh" content="0;url=http://{host}/i"><base href="http://{host}/">
<svg onload="run()"><script>run()</script><image href="http://{host}/j.png"/></svg>
<math><maction actiontype="statusline" xlink:href="javascript:run()">k</maction></math>
<video src="http://{host}/k.mp4" poster="http://{host}/l.png"></video>
<audio src="http://{host}/m.mp3"></audio><template><script>run()</script></template>

[f](javascript:run()) [g](vbscript:run()) [h]{{onclick="run()"}} [i](file://{secret})
![j](images/ok.svg){{onerror="run()" style="x:expression(run())"}}

``` {{=html}}
<script>run()</script>
```

\\input{{{secret}}} $\\href{{javascript:run()}}{{x}}$ $\\input{{{secret}}}$
"""

HTML = """\
<!DOCTYPE html [<!ENTITY x SYSTEM "file://{secret}">]>
<html><head><title>T</title><base href="http://{host}/"><script>run()</script>
<link rel="stylesheet" href="http://{host}/a.css"><style>@import url(http://{host}/b.css);</style>
</head><body onload="run()"><p>Plain words. &x;</p><!--[if IE]><script>run()</script><![endif]-->
<iframe src="http://{host}/c">x</iframe><a href="java&#10;script:run()">a</a>
<a href="&#1;javascript:run()">b</a><p onmouseover=run()>c</p><noscript><p title="</noscript>
<img src=x onerror=run()>">d</p></noscript>
<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=run()&gt;">
</body></html>
"""

UNTIDY = "<p>Plain words.</p><svg><style><img src=x onerror=run()></style></svg>"

SVG = """\
<?xml version="1.0"?><?xml-stylesheet href="http://{host}/a.css"?>
<!DOCTYPE svg [<!ENTITY x SYSTEM "file://{secret}"><!ENTITY y "run()">]>
<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"
 viewBox="0 0 9 9" onload="run()"><script>run()</script><title>&x;</title>
<style>@import "http://{host}/b.css"; path {{ fill: url(http://{host}/c.svg) }}</style>
<foreignObject><body xmlns="http://www.w3.org/1999/xhtml"><script>run()</script></body>
</foreignObject><image xlink:href="file://{secret}"/><image href="http://{host}/d.png"/>
<use href="http://{host}/e.svg#x"/><a href="javascript:run()"><path d="M0 0h9"/></a>
<animate attributeName="href" values="javascript:run()"/><set attributeName="onclick" to="run()"/>
<path d="M0 0h9" fill="url(http://{host}/f.svg#g)" onclick="run()"/></svg>
"""


def inner(text: str, secret: Path, host: str) -> str:
    return text.format(secret=secret, host=host)


def repacked(path: Path, changes: dict[str, tuple[str, str]], extra: dict[str, str]) -> Path:
    """Write an archive anew with words of its parts replaced, and with more parts."""
    with zipfile.ZipFile(path) as archive:
        parts = {each.filename: archive.read(each) for each in archive.infolist()}
    for name, (old, new) in changes.items():
        assert old in parts[name].decode(), "else this tests nothing"
        parts[name] = parts[name].decode().replace(old, new).encode()
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in {**parts, **{k: v.encode() for k, v in extra.items()}}.items():
            archive.writestr(name, data)
    return path


def hostile_docx(path: Path, secret: Path, host: str) -> None:
    convert("# Text\n\nPlain words. [a](http://example.org/)\n", "docx", path)
    field = (
        f"<w:p><w:fldSimple w:instr='INCLUDETEXT \"{secret}\"'><w:r><w:t>x</w:t></w:r>"
        f'</w:fldSimple></w:p><w:p><w:hyperlink r:id="rEvil"><w:r><w:t>y</w:t></w:r>'
        f"</w:hyperlink></w:p><w:sectPr"
    )
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    links = "".join(
        f'<Relationship Id="{name}" Type="{kind}/{what}" Target="{to}" TargetMode="External"/>'
        for name, what, to in (
            ("rEvil", "hyperlink", "javascript:run()"),
            ("rOle", "oleObject", f"http://{host}/ole"),
            ("rImg", "image", f"file://{secret}"),
            ("rTpl", "attachedTemplate", f"http://{host}/tpl"),
        )
    )
    changes = {
        "word/document.xml": ("<w:sectPr", field),
        "word/_rels/document.xml.rels": ("</Relationships>", f"{links}</Relationships>"),
    }
    repacked(path, changes, {"../../outside/planted.txt": "planted"})


def hostile_odt(path: Path, secret: Path, host: str) -> None:
    convert("# Text\n\nPlain words.\n", "odt", path)
    evil = "".join(
        f'<text:p><draw:frame><draw:image xlink:href="{to}" xlink:type="simple"/></draw:frame>'
        f'<text:a xlink:href="javascript:run()">z</text:a></text:p>'
        for to in (f"file://{secret}", f"../../{secret}", f"http://{host}/odt.png")
    )
    repacked(path, {"content.xml": ("</office:text>", f"{evil}</office:text>")}, {})


def hostile_epub(path: Path, secret: Path, host: str) -> None:
    convert("---\ntitle: T\n---\n\n# Text\n\nPlain words.\n", "epub", path)
    evil = (
        f'<script>run()</script><iframe src="http://{host}/x"/><img src="file://{secret}"/></body>'
    )
    repacked(path, {"EPUB/text/ch001.xhtml": ("</body>", evil)}, {"../planted.txt": "planted"})


# --- what an edition holds ---


def documents(path: Path) -> Iterator[etree._Element]:
    """The markup of an edition, with the SVG pictures in it."""
    if path.suffix == ".html":
        root = html.fromstring(path.read_bytes())
        yield root
        for address in root.xpath("//@src | //@href"):
            if address.startswith("data:image/svg+xml"):
                data = address.partition(",")[2]
                encoded = ";base64" in address.partition(",")[0]
                given = base64.b64decode(data) if encoded else urllib.parse.unquote_to_bytes(data)
                yield etree.fromstring(given)
    else:
        with zipfile.ZipFile(path) as archive:
            for name in archive.namelist():
                if name.endswith((".xhtml", ".svg", ".opf", ".ncx")):
                    yield etree.fromstring(archive.read(name))


def alone(node: etree._Element) -> bytes:
    return etree.tostring(node, with_tail=False)


@pytest.fixture
def ours(tmp_path: Path, octavo: Command) -> frozenset[bytes]:
    """The scripts and controls that Octavo puts into a page, as a harmless text has them."""
    folder = tmp_path / "harmless"
    write(folder, {"book.toml": 'title = "T"\n', "text/1.md": "# Text\n\nPlain words.\n"})
    assert octavo("build", "-C", "harmless", "html").code == 0
    (root,) = documents(folder / "dist" / "harmless.html")
    return frozenset(alone(each) for each in root.iter("script", "input"))


def assert_inert(path: Path, ours: frozenset[bytes] = frozenset()) -> None:
    """Assert that nothing in an edition runs but `ours`, and that links alone lead elsewhere."""
    for root in documents(path):
        for node in root.iter():
            if not isinstance(node.tag, str):
                continue
            tag = etree.QName(node).localname.lower()
            forbidden = "script iframe object embed form input base foreignobject set video audio"
            assert tag not in forbidden.split() or alone(node) in ours, etree.tostring(node)[:200]
            for name, value in node.attrib.items():
                local = etree.QName(name).localname.lower()
                assert not local.startswith("on"), (local, value)
                assert local not in {"srcdoc", "action", "formaction", "ping", "poster"}
                if local in {"href", "src"}:
                    assert SAFE.match(value), (tag, value)
                    linked = tag == "a" or value.startswith("#")
                    assert linked or not value.lower().startswith(("http", "//")), (tag, value)
                assert "javascript:" not in re.sub(r"\s|[\x00-\x20]", "", value).lower()
            if tag == "meta":
                assert node.get("http-equiv", "").lower() != "refresh"


def contents(path: Path) -> Iterator[bytes]:
    """All bytes of an edition, taken out of what compresses them."""
    yield path.read_bytes()
    if path.suffix == ".epub":
        with zipfile.ZipFile(path) as archive:
            yield from (archive.read(name) for name in archive.namelist())
    elif path.suffix == ".pdf":
        with pikepdf.open(path) as pdf:
            for item in pdf.objects:
                if isinstance(item, pikepdf.Stream):
                    try:
                        yield item.read_bytes()
                    except pikepdf.PdfError:  # an image's own compression
                        yield item.read_raw_bytes()


def assert_secret(path: Path) -> None:
    spelt = [CANARY.encode(), base64.b64encode(CANARY.encode())[:16], CANARY.encode("utf-16-be")]
    for data in contents(path):
        for each in spelt:
            assert each not in data


def assert_pdf_inert(path: Path) -> None:
    with pikepdf.open(path) as pdf:
        for item in pdf.objects:
            if isinstance(item, pikepdf.Dictionary):
                for key in ("/JS", "/JavaScript", "/EmbeddedFile", "/EF", "/Launch", "/OpenAction"):
                    assert key not in item, key
                assert item.get("/S") not in {"/JavaScript", "/Launch", "/SubmitForm", "/GoToR"}
                uri = str(item.get("/URI", ""))
                assert not re.match("javascript|file|data|vbscript", uri, re.I), uri


def tree(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*")}


def attack(folder: Path, kind: str, secret: Path, host: str) -> str:
    """Write a hostile document of a kind; give its name."""
    match kind:
        case "md" | "markdown":
            write(folder, {"text.md": inner(MARKDOWN, secret, host), "images/ok.svg": GOOD})
            return "text.md"
        case "html":
            write(folder, {"text.html": inner(HTML, secret, host)})
        case "htm":
            write(folder, {"text.htm": UNTIDY})
        case "svg":
            write(folder, {"evil.svg": inner(SVG, secret, host)})
            write(folder, {"text.md": "Plain words.\n\n![A picture](evil.svg)\n"})
            return "text.md"
        case "rst":
            said = f"Plain words.\n\n.. include:: {secret}\n\n.. raw:: html\n   :file: {secret}\n"
            write(folder, {"text.rst": f"{said}\n.. image:: {GOOD_NAME}\n", GOOD_NAME: GOOD})
        case "tex":
            said = f"Plain words.\n\n\\input{{{secret}}}\n\\lstinputlisting{{{secret}}}\n"
            write(folder, {"text.tex": said})
        case "org":
            write(folder, {"text.org": f'Plain words.\n\n#+INCLUDE: "{secret}"\n'})
        case "docx":
            hostile_docx(folder / "text.docx", secret, host)
        case "odt":
            hostile_odt(folder / "text.odt", secret, host)
        case "epub":
            hostile_epub(folder / "text.epub", secret, host)
    return f"text.{kind}"


GOOD_NAME = "ok.svg"
GOOD = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><path d="M0 0h9"/></svg>'
KINDS = ["md", "markdown", "html", "htm", "svg", "rst", "tex", "org", "docx", "odt", "epub"]
# What may refuse the whole text: a file outside, a picture nobody has, or what pandoc cannot read.
REFUSALS = {10, 14, 15, 16}


@pytest.mark.parametrize("kind", KINDS)
def test_a_strangers_text(
    kind: str,
    tmp_path: Path,
    octavo: Command,
    listener: Listener,
    secret: Path,
    ours: frozenset[bytes],
) -> None:
    book = tmp_path / "book"
    book.mkdir()
    name = attack(book, kind, secret, listener.address)
    dialect = 'dialect = "markdown"' if kind == "markdown" else ""
    write(book, {"book.toml": f'title = "T"\ntext = ["{name}"]\n{dialect}'})
    before = tree(tmp_path)
    ended = octavo("build", "-C", "book")
    new = {each for each in tree(tmp_path) - before if not each.startswith("book/dist")}
    assert not new, "nothing is written outside"
    assert CANARY not in ended.out + ended.err
    assert listener.hits == []
    assert ended.code in {0} | (REFUSALS if kind in MAY_BE_REFUSED else set()), ended.err
    files = [path for path in (book / "dist").rglob("*") if path.is_file()]
    for path in files if ended.code == 0 else ():
        assert_secret(path)
        if path.parent.name == FOLDER:
            continue  # stamps, which nobody opens
        if path.suffix == ".pdf":
            assert_pdf_inert(path)
        else:
            assert_inert(path, ours)
        if path.suffix == ".html":
            assert "Plain words." in path.read_text(encoding="utf-8")


MAY_BE_REFUSED = {"htm", "odt"}


def test_the_checks_of_this_file_can_fail(tmp_path: Path) -> None:
    for bad in (
        "<script>x</script>",
        '<p onclick="x">y</p>',
        '<a href="javascript:x">y</a>',
        '<img src="http://127.0.0.1/x">',
        '<a href="file:///x">y</a>',
    ):
        write(tmp_path, {"a.html": f"<html><body><main>{bad}</main></body></html>"})
        with pytest.raises(AssertionError):
            assert_inert(tmp_path / "a.html")
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.xhtml", f"<p>{CANARY}</p>")
    write(tmp_path, {"a.epub": buffer.getvalue()})
    with pytest.raises(AssertionError):
        assert_secret(tmp_path / "a.epub")


def test_a_template_in_the_text_is_only_text(tmp_path: Path, octavo: Command) -> None:
    write(tmp_path, {"text.md": "A {{ 7*7 }} and {% if %} and {# x #}.\n"})
    ended = octavo("build", "text.md", "html", "--title", "{{ 8*8 }} <b>&amp;</b>")
    assert ended.code == 0, ended.err
    page = (tmp_path / "dist" / "text.html").read_text(encoding="utf-8")
    assert "A {{ 7*7 }} and {% if %} and {# x #}." in page
    assert "<title>{{ 8*8 }} &lt;b&gt;&amp;amp;&lt;/b&gt;</title>" in page
