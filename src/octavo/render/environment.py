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
    except UnicodeDecodeError as error:
        hint = "Save it as UTF-8 in your editor"
        message = "a template is not in UTF-8"
        raise TemplateFault(message, place=Place(f"templates/{name}"), hint=hint) from error
    except Exception as error:  # a template is a program: it can divide by zero
        place = Place(*_where(error, environment, name))
        said = str(error) if isinstance(error, TemplateError) else _said(error)
        raise TemplateFault(said, place=place) from error


def _said(error: Exception) -> str:
    return f"{type(error).__name__}: {error}".rstrip(": ")


def _where(error: Exception, environment: Environment, name: str) -> tuple[str, int | None]:
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
    """Give the words templates add, in the book's language or else in English.

    Raises:
        TemplateFault: words.toml is no TOML, or holds something else than tables of words.
    """
    loader = environment.loader
    assert loader is not None
    place = Place("templates/words.toml")
    try:
        table = tomllib.loads(loader.get_source(environment, "words.toml")[0])
    except ValueError as error:
        raise TemplateFault(f"this is no TOML: {error}", place=place) from error
    found = [table.get("en", {}), table.get(language.split("-")[0].lower(), {})]
    if not all(isinstance(each, dict) for each in found):
        hint = "Copy the shipped words.toml, and change the words in it"
        raise TemplateFault("a language has to be a table of words", place=place, hint=hint)
    return {**found[0], **found[1]}
