"""Find, load and run templates. The only user of Jinja.

A template is looked for in the folders a book or project brings, then among the shipped ones: an
override replaces one file, for all formats that use it.
"""

import re
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
        autoescape=select_autoescape(["html", "xhtml", "ncx", "svg", "xml"]),
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
        place = _where(error, environment, name)
        message = f"there is no template {error.name}"
        raise TemplateFault(message, place=place, hint=hint) from error
    except UnicodeDecodeError as error:
        hint = "Save it as UTF-8 in your editor"
        place = Place(f"templates/{name}")
        message = "the template, or one it includes, is not in UTF-8"
        raise TemplateFault(message, place=place, hint=hint) from error
    except (TemplateError, *_FAULTS) as error:
        said = str(error) if isinstance(error, TemplateError) else _said(error)
        raise TemplateFault(said, place=_where(error, environment, name)) from error


# A template is a program: this is what Python says of its mistakes.
_FAULTS = (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError)


def _said(error: Exception) -> str:
    return f"{type(error).__name__}: {error}".rstrip(": ")


def _where(error: Exception, environment: Environment, name: str) -> Place:
    """The template and line in which rendering failed: the last of the trace that is a template."""
    loader = environment.loader
    folders = loader.searchpath if isinstance(loader, FileSystemLoader) else []
    found = Place(f"templates/{name}")
    trace = error.__traceback__
    while trace is not None:
        file = Path(trace.tb_frame.f_code.co_filename)
        for folder in folders:
            if file.is_relative_to(folder):
                inside = file.relative_to(folder).as_posix()
                found = Place(f"templates/{inside}", trace.tb_lineno)
        trace = trace.tb_next
    return found


def words(environment: Environment, language: str) -> dict[str, str]:
    """Give the words templates add, in the book's language or else in English.

    What a book's own table does not say is taken from the shipped one.

    Raises:
        TemplateFault: words.toml is broken.
    """
    loader = environment.loader
    assert loader is not None
    shipped = _table((shipped_templates() / _WORDS).read_text(encoding="utf-8"))
    own = _table(loader.get_source(environment, _WORDS)[0])
    short = language.split("-")[0].lower()
    tables = [table.get(name, {}) for name in ("en", short) for table in (shipped, own)]
    return {key: word for table in tables for key, word in table.items()}


_WORDS = "words.toml"


def _table(source: str) -> dict[str, dict[str, str]]:
    place = Place(f"templates/{_WORDS}")
    try:
        table = tomllib.loads(source)
    except tomllib.TOMLDecodeError as error:
        line = re.search(r"line (\d+)", str(error))
        place = Place(place.path, int(line[1]) if line else source.count("\n") + 1)
        raise TemplateFault(f"it is no TOML: {error}", place=place) from error
    for language, said in table.items():
        if not isinstance(said, dict) or not all(isinstance(word, str) for word in said.values()):
            hint = 'Write [de] and below it lines such as contents = "Inhalt"'
            raise TemplateFault(f"{language} is no table of words", place=place, hint=hint)
    return table
