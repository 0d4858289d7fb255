"""The command: the only part that reads the environment, the clock and the working directory."""

from octavo.cli.app import main

__all__ = ["main"]
