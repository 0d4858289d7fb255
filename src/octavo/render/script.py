"""The scripts of the HTML editions, and the policy that lets no other one act."""

import base64
import hashlib
from typing import TYPE_CHECKING

from markupsafe import Markup

from octavo.model import Metadata

if TYPE_CHECKING:
    from octavo.render.studio import Studio


def script(studio: "Studio", *names: str) -> Markup:
    """Give scripts one behind the other, as what stands in one `<script>`.

    Raises:
        TemplateFault: one of them is missing.
    """
    parts = "\n".join(studio.page(name).strip() for name in names)
    return Markup(parts.replace("</", "<\\/"))  # the same to the script, but no end of it


def policy(*scripts: str, loads: bool = False) -> str:
    """Give the Content-Security-Policy of a page with these scripts.

    What came in with the text cannot act, even if it were a script: it has no hash here. Styles,
    images and fonts are left to the checks, which refuse what is not the book's: browsers do not
    agree where a page that was opened as a file has come from.

    Args:
        scripts: all that stand in the page, data included.
        loads: they may load others.
    """
    hashes = [base64.b64encode(hashlib.sha256(each.encode()).digest()) for each in scripts]
    known = " ".join(f"'sha256-{each.decode()}'" for each in hashes)
    if loads:
        known += " 'strict-dynamic'"
    return "; ".join([f"script-src {known}", *(f"{each} 'none'" for each in _NEVER)])


_NEVER = ("object-src", "frame-src", "connect-src", "worker-src", "base-uri", "form-action")


def store(about: Metadata) -> str:
    """Give the name under which a reader's place in the book is remembered."""
    return hashlib.blake2s(about.identifier.encode("utf-8", "replace"), digest_size=6).hexdigest()
