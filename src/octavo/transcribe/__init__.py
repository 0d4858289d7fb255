"""A fair copy → a file that a person or a program can read: HTML."""

from octavo.transcribe.page import page

__all__ = ["page"]
