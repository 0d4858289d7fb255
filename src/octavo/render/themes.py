"""Themes: folders of templates that stand between a book's own and the shipped ones."""

import difflib
from pathlib import Path
from typing import Literal, TypeAlias

from octavo.errors import InvalidSettings, TemplateFault
from octavo.layers import CLASSIC, THEMES, shipped_templates, theme_folders
from octavo.model import Place
from octavo.render.environment import environment, tables

TextFace: TypeAlias = Literal["serif", "sans"]


def themed(folders: tuple[Path, ...], theme: str, place: Place) -> tuple[Path, ...]:
    """Give the folders in which a book's templates are looked for, the first of which wins.

    Args:
        folders: the book's own and the project's; either may have themes too.
        theme: its name: the folder's, inside `themes`.
        place: where it is said.

    Raises:
        InvalidSettings: there is no such theme.
    """
    found = theme_folders(folders, theme)
    if theme != CLASSIC and not found:
        homes = [folder / THEMES for folder in (*folders, shipped_templates())]
        there = {each.name for home in homes if home.is_dir() for each in home.iterdir()}
        names = sorted({CLASSIC, *there})
        near = difflib.get_close_matches(theme, names, n=1)
        meant = f' (did you mean "{near[0]}"?)' if near else ""
        hint = f"There is {', '.join(names)}"
        raise InvalidSettings(f'there is no theme "{theme}"{meant}', place=place, hint=hint)
    return (*folders, *found)


def text_face(folders: tuple[Path, ...]) -> TextFace:
    """Give the face of the text, as theme.toml says it.

    Raises:
        TemplateFault: it says something else.
    """
    faces: tuple[TextFace, ...] = ("serif", "sans")
    said, place = tables(environment(folders), "theme.toml")[-1]
    for each in faces:
        if said == {"text": each}:
            return each
    hint = 'Write one line: text = "serif", or "sans"'
    raise TemplateFault("it says something else than the face of the text", place=place, hint=hint)
