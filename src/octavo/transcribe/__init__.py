"""A fair copy → the text of a file: HTML for reading, JSON for programs.

Markdown, for going on with by hand, is written by `octavo.pandoc`.
"""

from octavo.transcribe.page import page
from octavo.transcribe.record import record

__all__ = ["page", "record"]
