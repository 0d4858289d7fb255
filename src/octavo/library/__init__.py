"""The books below a folder, and their jobs through a pool of worker processes."""

from octavo.library.pool import run
from octavo.library.shelf import ShelvedBook, shelve
from octavo.library.targets import pick, plan

__all__ = ["ShelvedBook", "pick", "plan", "run", "shelve"]
