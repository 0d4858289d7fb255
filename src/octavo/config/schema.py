"""The JSON Schema of book.toml, for editors."""

import json
from typing import Any

from octavo.config.settings import BookSettings


def schema() -> dict[str, Any]:
    """Make the schema from the settings' models (JSON Schema, draft 2020-12)."""
    made = BookSettings.model_json_schema(mode="validation")
    lengths = made["$defs"]["PdfSettings"]["properties"]
    lengths["size"]["default"], lengths["bleed"]["default"] = "A5", "0mm"
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **_tidy(made),
        "title": "book.toml",
    }


def schema_text() -> str:
    """Give the schema as it is shipped in book.schema.json."""
    return json.dumps(schema(), indent=2, ensure_ascii=False) + "\n"


def _tidy(node: dict[str, Any]) -> dict[str, Any]:
    """Leave out titles that repeat the key, and null, which TOML does not have."""
    kept = {key: value for key, value in node.items() if key != "title"}
    if kept.get("default", "") is None or "$ref" in kept:  # the table's own keys have defaults
        kept.pop("default", None)
    for names in ("properties", "$defs"):
        if names in kept:
            kept[names] = {name: _tidy(inner) for name, inner in kept[names].items()}
    choices = [choice for choice in kept.pop("anyOf", []) if choice != {"type": "null"}]
    if len(choices) == 1:
        return {**_tidy(choices[0]), **kept}
    if choices:
        kept["anyOf"] = _flat(choices)
    if isinstance(kept.get("items"), dict):
        kept["items"] = _tidy(kept["items"])
    return kept


def _flat(choices: list[dict[str, Any]]) -> list[dict[str, Any]]:
    inner = [_tidy(choice) for choice in choices]
    return [one for choice in inner for one in choice.get("anyOf", [choice])]
