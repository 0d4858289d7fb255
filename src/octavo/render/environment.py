"""Find, load and run templates. The only user of Jinja.

A template is looked for in the folders a book or project brings, then in its theme, then among the
shipped ones: an override replaces one file, for all formats that use it. What it replaces can be
included: `theme/style/print.css` is the theme's file, `classic/style/print.css` the shipped one.
"""

import re
import tomllib
from collections.abc import Callable, Iterator, Mapping
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

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
from octavo.layers import CLASSIC, THEMES, find, shipped_templates
from octavo.model import Place


class _Layers(FileSystemLoader):
    """Finds templates, also those that another replaces, by the name of their layer."""

    def __init__(self, folders: tuple[Path, ...]):
        themes = [folder for folder in folders if folder.parent.name == THEMES]
        super().__init__([*folders, shipped_templates()])
        self._folders = folders
        self._below = {
            "theme": FileSystemLoader([*themes, shipped_templates()]),
            CLASSIC: FileSystemLoader(shipped_templates()),
        }

    def get_source(
        self, environment: Environment, template: str
    ) -> tuple[str, str, Callable[[], bool]]:
        layer, _, name = template.partition("/")
        if layer in self._below:
            source, file, same = self._below[layer].get_source(environment, name)
        else:
            source, file, same = super().get_source(environment, template)
        # A file that is new may be found before the one that was read, which is as it was.
        return source, file, lambda: same() and str(find(template, self._folders)) == file


@cache
def environment(folders: tuple[Path, ...]) -> Environment:
    """Give what finds templates in `folders`, the first of which wins, then in ours."""
    return Environment(
        loader=_Layers(folders),
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
        unnamed = Place(f"templates/{error.name or name}", error.lineno)
        place = _place(error.filename, error.lineno, environment) or unnamed
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
    found = Place(f"templates/{name}")
    trace = error.__traceback__
    while trace is not None:
        file = trace.tb_frame.f_code.co_filename
        place = _place(file, trace.tb_lineno, environment)
        found, trace = place or found, trace.tb_next
    return found


def _place(file: str | None, line: int | None, environment: Environment) -> Place | None:
    """Give a line of a template as messages name it; None if it is in another file.

    A theme's template is in its folder of the themes, wherever these are.
    """
    loader = environment.loader
    folders = loader.searchpath if isinstance(loader, FileSystemLoader) else []
    for folder in map(Path, folders):
        if file is not None and Path(file).is_relative_to(folder):
            theme = f"{THEMES}/{folder.name}/" if folder.parent.name == THEMES else ""
            inside = theme + Path(file).relative_to(folder).as_posix()
            return Place(f"templates/{inside}", line)
    return None


def words(environment: Environment, language: str) -> dict[str, str]:
    """Give the words templates add, in the book's language or else in English.

    What a book's own table does not say is taken from its theme's, and then from the shipped one.

    Raises:
        TemplateFault: words.toml is broken.
    """
    return dict(_words(tuple(_sources(environment, "words.toml")), language))


@lru_cache(maxsize=32)  # every edition of a book asks for them, and most books have the same
def _words(sources: tuple[tuple[str, Place], ...], language: str) -> Mapping[str, str]:
    said = [_table(*_parsed(*each)) for each in sources]
    short = language.split("-")[0].lower()
    chosen = [table.get(name, {}) for name in ("en", short) for table in said]
    return {key: word for table in chosen for key, word in table.items()}


def _table(table: dict[str, Any], place: Place) -> dict[str, dict[str, str]]:
    for language, said in table.items():
        if not isinstance(said, dict) or not all(isinstance(word, str) for word in said.values()):
            hint = 'Write [de] and below it lines such as contents = "Inhalt"'
            raise TemplateFault(f"{language} is no table of words", place=place, hint=hint)
    return table


def tables(environment: Environment, name: str) -> list[tuple[dict[str, Any], Place]]:
    """Give what the TOML files of a name say, the shipped one first and the book's own last.

    Raises:
        TemplateFault: one is no TOML.
    """
    return [_parsed(*each) for each in _sources(environment, name)]


def _sources(environment: Environment, name: str) -> Iterator[tuple[str, Place]]:
    """Give the text of each file of a name, and the file as messages name it."""
    loader = environment.loader
    assert isinstance(loader, FileSystemLoader)
    for path in (Path(folder) / name for folder in reversed(loader.searchpath)):
        if path.is_file():
            place = _place(str(path), None, environment) or Place(f"templates/{name}")
            try:
                yield path.read_text(encoding="utf-8"), place
            except UnicodeDecodeError as error:
                hint = "Save it as UTF-8 in your editor"
                raise TemplateFault("it is not in UTF-8", place=place, hint=hint) from error


def _parsed(source: str, place: Place) -> tuple[dict[str, Any], Place]:
    try:
        return tomllib.loads(source), place
    except tomllib.TOMLDecodeError as error:
        line = re.search(r"line (\d+)", str(error))
        place = Place(place.path, int(line[1]) if line else source.count("\n") + 1)
        raise TemplateFault(f"it is no TOML: {error}", place=place) from error
