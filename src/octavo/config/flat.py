"""Settings as flat names and values, to be compared."""

import json
from collections.abc import Iterator, Mapping

from octavo.config.settings import BookSettings


def flat(settings: BookSettings) -> dict[str, str]:
    """Give the settings that differ from what holds without them, by their dotted names.

    The language is among them if it is said at all: of a rough text it is recognised otherwise.
    The values are JSON: `{"title": '"Salt"', "pdf.columns": "2"}`.
    """
    said = settings.model_dump(mode="json", exclude_defaults=True)
    if "language" in settings.model_fields_set:
        said["language"] = settings.language
    return dict(_leaves(said, ""))


def _leaves(said: Mapping[str, object], before: str) -> Iterator[tuple[str, str]]:
    for key, value in sorted(said.items()):
        if isinstance(value, dict):
            yield from _leaves(value, f"{before}{key}.")
        else:
            yield before + key, json.dumps(value, ensure_ascii=False)
