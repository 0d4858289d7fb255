"""Kill builds at random moments, and hold that nothing is lost and nothing is left."""

import os
import sys
import tempfile
from pathlib import Path

TIMES = int(os.environ.get("OCTAVO_KILLS", "100"))


def kills() -> None:
    """Kill so many builds; the first that leaves anything amiss ends it with an error."""
    sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))  # the tests kill likewise
    from killing import Range

    with tempfile.TemporaryDirectory() as folder:
        range_ = Range(Path(folder).resolve() / "project")
        print(f"a build takes {range_.lasts:.1f} s", flush=True)
        said = []
        for line in range_.shots(TIMES):
            print(line, flush=True)
            said.append(line)
    killed = sum(": killed" in line for line in said)
    print(
        f"{killed} builds killed, {len(said) - killed} done before; no partial file, nothing left,"
        " each next build as good as one from nothing"
    )
