"""The orders of book.toml to the rules, for one file."""

from typing import TYPE_CHECKING

from octavo.guidance import Order

if TYPE_CHECKING:
    from octavo.config import BookSettings


def orders(settings: "BookSettings | None", path: str) -> tuple[Order, ...]:
    """Give the orders for a rough text: those for the whole book first, then those for lines.

    Args:
        settings: the book's; None for a single file.
        path: the file's, relative to the book's folder, with /.
    """
    if settings is None:
        return ()
    book = settings.clean
    made = [Order(frozenset(book.off), frozenset(book.force))] if book.off or book.force else []
    for part in book.lines:
        if part.file is None or str(part.file) == path:
            lines = part.lines
            made.append(Order(frozenset(part.off), frozenset(part.force), lines.first, lines.last))
    return tuple(made)
