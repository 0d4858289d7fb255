"""What all tables of book.toml have in common."""

from pathlib import PurePosixPath
from typing import Annotated, Any, TypeAlias

from pydantic import BaseModel, BeforeValidator, ConfigDict, WithJsonSchema

from octavo.config import values


class Settings(BaseModel):
    """A table of settings."""

    # strict: a number in quotes is a slip the author should hear of
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


def json_type(*kinds: str, **more: Any) -> WithJsonSchema:
    """Say for the JSON Schema what is written where our own type stands."""
    return WithJsonSchema({"type": kinds[0] if len(kinds) == 1 else list(kinds), **more})


InnerPath: TypeAlias = Annotated[
    PurePosixPath, BeforeValidator(values.inner_path), json_type("string")
]
