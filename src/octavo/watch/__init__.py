"""Build again whenever a file of a book changes, and show the pages as they are now.

`ground` knows which files matter, `lookout` waits for their changes, `rebuilding` builds what they
touch; `news` is what a page has to know of it, `pages` puts that into a page, `server` sends it.
"""

from octavo.watch.ground import Ground
from octavo.watch.lookout import Changes, Lookout
from octavo.watch.news import Board
from octavo.watch.rebuilding import Rebuilder, Round

__all__ = ["Board", "Changes", "Ground", "Lookout", "Rebuilder", "Round"]
