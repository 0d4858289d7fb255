"""The command: the only part that reads the environment, the clock and the working directory."""

import sys

__all__ = ["main"]


def main() -> None:
    """Run the command with the arguments it was called with."""
    try:
        from octavo.cli.app import run  # takes long enough to be interrupted

        sys.exit(run())
    except KeyboardInterrupt:
        sys.exit(130)
