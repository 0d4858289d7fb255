"""Octavo cleans rough text and turns it into EPUB, PDF and HTML books."""

__version__ = "0.1.0"
