"""Find, load and run templates. The only user of Jinja.

A template is looked for in the folders a book or project brings, then among the shipped ones: an
override replaces one file, for all formats that use it.
"""

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from jinja2 import (
    Environment,
    FileSystemLoader,
    StrictUndefined,
    TemplateError,
    TemplateNotFound,
    TemplateSyntaxError,
    select_autoescape,
)

from octavo.errors import TemplateFault
from octavo.model import Place


@cache
def shipped_templates() -> Path:
    """Give the folder of the templates that come with Octavo."""
    inside = Path(__file__).parents[1] / "templates"  # in the wheel
    return inside if inside.is_dir() else Path(__file__).parents[3] / "templates"


@cache
def environment(folders: tuple[Path, ...]) -> Environment:
    """Give what finds templates in `folders`, the first of which wins, then in ours."""
    return Environment(
        loader=FileSystemLoader([*map(str, folders), str(shipped_templates())]),
        autoescape=select_autoescape(["html", "xhtml", "ncx", "xml"]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=False,
    )


def render(environment: Environment, name: str, values: Mapping[str, object]) -> str:
    """Run a template.

    Raises:
        TemplateFault: it is missing, wrong, or asks for a value that is not there.
    """
    try:
        return environment.get_template(name).render(values)
    except TemplateSyntaxError as error:
        place = Place(f"templates/{error.name or name}", error.lineno)
        raise TemplateFault(error.message or "syntax error", place=place) from error
    except TemplateNotFound as error:
        hint = "Check the names in the templates folder"
        raise TemplateFault(f"there is no template {error.name}", hint=hint) from error
    except TemplateError as error:
        place = Place(*_where(error, environment, name))
        raise TemplateFault(error.message or str(error), place=place) from error


def _where(error: TemplateError, environment: Environment, name: str) -> tuple[str, int | None]:
    """The template and line in which rendering failed: the last of the trace that is a template."""
    loader = environment.loader
    folders = loader.searchpath if isinstance(loader, FileSystemLoader) else []
    found: tuple[str, int | None] = (f"templates/{name}", None)
    trace = error.__traceback__
    while trace is not None:
        file = trace.tb_frame.f_code.co_filename
        for folder in folders:
            if file.startswith(folder):
                found = (f"templates{file.removeprefix(folder)}", trace.tb_lineno)
        trace = trace.tb_next
    return found


def words(environment: Environment, language: str) -> dict[str, str]:
    """Give the words templates add, in the book's language or else in English."""
    loader = environment.loader
    assert loader is not None
    table: dict[str, dict[str, str]] = tomllib.loads(
        loader.get_source(environment, "words.toml")[0]
    )
    return {**table["en"], **table.get(language.split("-")[0].lower(), {})}
