"""Rendered editions → the bytes of a file. One module for each format; none touches the disk."""


def load_layout() -> None:
    """Load what lays pages out: in a worker, before there is work for it.

    Here, because who has it done in another process does not have to load it.

    Raises:
        MissingTool: Pango is not installed.
    """
    from octavo.write import pdf

    pdf.load()
