"""Write the HTML edition."""


def write(page: str) -> bytes:
    """Give the bytes of a self-contained page: UTF-8, one line end at its end."""
    return (page.rstrip() + "\n").encode("utf-8")
