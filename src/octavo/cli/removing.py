"""Remove what builds have made."""

import json
import shutil
from pathlib import Path

from rich.console import Console

from octavo.build import stamps
from octavo.cli import speech


def remove(
    outputs: Path | None, cache: Path | None, manner: speech.Manner, here: Path, out: Console
) -> int:
    """Remove outputs and the cache, and say what was removed; give the exit code.

    Args:
        outputs: the folder of the outputs; only what has a stamp and is as it was built goes.
        cache: the folder of what is kept for later builds.
        manner: how much is said, and whether the result is JSON.
        here: the folder that paths are told from.
        out: standard error.
    """
    removed, left = _outputs(outputs) if outputs else ([], [])
    if cache is not None and cache.is_dir():
        shutil.rmtree(cache, ignore_errors=True)
        removed.append(cache)
    shown = [[speech.spelt(path, here) for path in each] for each in (removed, left)]
    if manner.json:
        said = dict(zip(("removed", "left"), shown, strict=True))
        print(json.dumps({**said, "errors": []}, indent=2))
        return 0
    for name in shown[0]:
        print(name)
    for name in shown[1] if not manner.quiet else ():
        speech.warn(out, f"{name} was changed after it was built, and is left")
    return 0


def _outputs(folder: Path) -> tuple[list[Path], list[Path]]:
    """Remove the outputs in a folder; give them, and those that were left."""
    removed, left = [], []
    for listed in sorted((folder / stamps.FOLDER).glob("*.json")):
        for format_, stamp in stamps.read(folder, listed.stem).items():
            path = folder / f"{listed.stem}.{format_}"
            if not path.exists():
                continue
            if not stamps.is_whole(stamp, path):
                left.append(path)
                continue
            shutil.rmtree(path) if path.is_dir() else path.unlink()
            removed.append(path)
    shutil.rmtree(folder / stamps.FOLDER, ignore_errors=True)
    if not any(folder.glob("*")) and folder.is_dir():
        folder.rmdir()
    return removed, left
