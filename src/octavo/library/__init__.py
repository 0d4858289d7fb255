"""The books below a folder, and their jobs through a pool of worker processes."""

from octavo.library.adopt import Adopted, adopt, beside
from octavo.library.built import built
from octavo.library.pool import run
from octavo.library.shelf import ShelvedBook, shelve
from octavo.library.targets import pick, plan

__all__ = ["Adopted", "ShelvedBook", "adopt", "beside", "built", "pick", "plan", "run", "shelve"]
