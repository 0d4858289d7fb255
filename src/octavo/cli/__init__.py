"""The command: the only part that reads the environment, the clock and the working directory."""

import sys

__all__ = ["main"]


def main() -> None:
    """Run the command with the arguments it was called with."""
    try:
        from octavo.cli.app import app  # takes long enough to be interrupted

        app(prog_name="octavo")
    except KeyboardInterrupt:
        sys.exit(130)
