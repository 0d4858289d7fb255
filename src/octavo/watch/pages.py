"""Pages as they are sent: with a script that watches, and the policy that lets it and no other act.

The files stay as they are.
"""

import base64
import functools
import hashlib
import re
from dataclasses import dataclass
from html import escape
from html.parser import HTMLParser
from pathlib import Path
from typing import TypeAlias
from urllib.parse import quote

from octavo.watch.news import News

EVENTS = "/_octavo/events"

# What a page without a policy of its own gets. See also render/script.py.
_STRICT = "object-src 'none'; frame-src 'none'; base-uri 'none'; form-action 'none'"
_HEAD = re.compile(rb"<head(?:\s[^>]*)?>", re.IGNORECASE)
_BODY = re.compile(rb"<body[\s>]", re.IGNORECASE)

_Rules: TypeAlias = dict[str, list[str]]


@dataclass(frozen=True, slots=True)
class Dressed:
    """A page to be sent."""

    data: bytes  # UTF-8
    policies: tuple[str, ...]  # Content-Security-Policy, each for a header of its own


def dress(page: bytes, output: str, news: News, origin: str, *, passing: bool = False) -> Dressed:
    """Add the script to a page, and let it act.

    A page's own policies stand in `<meta>`, where nothing can be added to them: they are taken out
    and sent as headers.

    Args:
        page: UTF-8.
        output: the result that the page is, or belongs to; empty if it is none.
        news: those that the page is as new as.
        origin: where it is sent from, such as `http://127.0.0.1:8000`.
        passing: it is one of ours, which any build may change.
    """
    metas = _metas(page)
    for source, _ in metas:
        page = page.replace(source, b"", 1)
    facts = {"output": output, "style": _part("alert.css")}
    facts |= {"round": str(news.round)} if passing else {"sum": news.sums.get(output, "")}
    data = " ".join(f'data-{name}="{escape(value)}"' for name, value in facts.items())
    script = f"<script {data}>{_part('page.js')}</script>".encode()
    policies = [policy for _, policy in metas] or [f"script-src 'none'; {_STRICT}"]
    head = _HEAD.search(page)
    at = head.end() if head else 0
    return Dressed(
        page[:at] + script + page[at:],
        tuple(_opened(policy, origin + EVENTS) for policy in policies),
    )


def absence(path: str, outputs: tuple[str, ...], *, expected: bool) -> bytes:
    """Give a page for a file that is not there, and say whether it will come.

    Args:
        path: that was asked for.
        outputs: the results that are there instead.
        expected: it is the result of a book that is watched.
    """
    if expected:
        said = "<p>It is not built yet. When it is, you will see it here.</p>"
        return _plain(path, said)
    return _plain("There is no such file", f"<p>{escape(path)}</p>{_listed(outputs)}")


def listing(outputs: tuple[str, ...]) -> bytes:
    """Give a page that leads to all results."""
    return _plain("Books", _listed(outputs))


def _listed(outputs: tuple[str, ...]) -> str:
    items = "".join(
        f'<li><a href="/{quote(each)}{"/" if each.endswith(".site") else ""}">{escape(each)}</a>'
        for each in outputs
    )
    return f"<ul>{items}</ul>" if items else "<p>Nothing is built yet.</p>"


def _plain(title: str, body: str) -> bytes:
    return (
        f'<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>{escape(title)}</title>'
        '<meta name="viewport" content="width=device-width">'
        f'<meta name="color-scheme" content="light dark"><style>{_part("plain.css")}</style></head>'
        f"<body><main><h1>{escape(title)}</h1>{body}</main></body></html>\n"
    ).encode("utf-8", "replace")


@functools.cache
def _part(name: str) -> str:
    return Path(__file__).with_name(name).read_text(encoding="utf-8").strip()


# --- policies ---


class _Metas(HTMLParser):
    """Finds the policies in a page's head, with their source."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[tuple[bytes, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = dict(attrs)
        kind = (said.get("http-equiv") or "").strip().lower()
        if tag == "meta" and kind == "content-security-policy":
            source = self.get_starttag_text() or ""
            self.found.append((source.encode(), said.get("content") or ""))


def _metas(page: bytes) -> list[tuple[bytes, str]]:
    body = _BODY.search(page)
    parser = _Metas()
    parser.feed(page[: body.start() if body else len(page)].decode("utf-8", "replace"))
    return parser.found


def _opened(policy: str, events: str) -> str:
    """Give a policy that lets our script act, too, and hear of the news."""
    rules: _Rules = {}
    for directive in policy.split(";"):
        if words := directive.split():
            rules.setdefault(words[0].lower(), words[1:])  # a second one counts for nothing
    digest = hashlib.sha256(_part("page.js").encode()).digest()
    elements = "script-src-elem" if "script-src-elem" in rules else "script-src"
    _allow(rules, elements, f"'sha256-{base64.b64encode(digest).decode()}'")
    _allow(rules, "connect-src", events)
    return "; ".join(" ".join([name, *sources]) for name, sources in rules.items())


def _allow(rules: _Rules, name: str, source: str) -> None:
    given = rules.get(name, rules.get("default-src"))
    if given is None:
        return  # everything is allowed
    hashed = any(word.startswith(("'sha", "'nonce-")) for word in given)
    if "'unsafe-inline'" in given and not hashed:
        return  # a hash would take that back from the page's own scripts
    rules[name] = [*(word for word in given if word.lower() != "'none'"), source]
