"""Rendered editions → the bytes of a file. One module for each format; none touches the disk."""
