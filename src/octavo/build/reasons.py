"""Why an output is not up to date, in words."""

from collections.abc import Callable, Iterator, Mapping

CHAPTER = "chapter:"

# What stands in a stamp but is looked at elsewhere: once the texts are read, or the others made.
_NO_REASON = {"book.toml", "pages", "downloads", "chapter"}


def reasons(before: Mapping[str, str], now: Mapping[str, str]) -> tuple[str, ...]:
    """Say what has changed between two lists of what an output is made of.

    Args:
        before: as its stamp has it.
        now: as it would be made now.
    """
    if now.items() <= before.items() and all(map(_is_no_reason, before.keys() - now.keys())):
        return ()  # as it nearly always is, and at once
    changed = [
        name
        for name in dict.fromkeys((*now, *before))
        if before.get(name) != now.get(name) and not _is_no_reason(name)
    ]
    return tuple(dict.fromkeys(line for name in changed for line in _told(name, before, now)))


def _is_no_reason(name: str) -> bool:
    return name.partition(":")[0] in _NO_REASON


def changed_chapters(before: Mapping[str, str], now: Mapping[str, str]) -> tuple[str, ...]:
    """Say which chapters have changed.

    Args:
        before: what an output was made of, as its stamp has it.
        now: the chapters as they are now, in the same form.
    """
    old = {key: value for key, value in before.items() if key.startswith(CHAPTER)}
    names = [key for key in dict.fromkeys((*now, *old)) if old.get(key) != now.get(key)]
    lines = (
        _file(f"the chapter “{key.partition(' ')[2]}”", old.get(key, ""), now.get(key, ""))
        for key in names
    )
    return tuple(line for each in lines for line in each)


def _told(name: str, before: Mapping[str, str], now: Mapping[str, str]) -> Iterator[str]:
    kind, _, rest = name.partition(":")
    told = _KINDS.get(kind, _plain)
    yield from told(rest or kind, before.get(name, ""), now.get(name, ""))


def _file(name: str, before: str, now: str) -> Iterator[str]:
    what = "has changed" if before and now else "is new" if now else "is gone"
    yield f"{name} {what}"


def _texts(_: str, before: str, now: str) -> Iterator[str]:
    if sorted(before.split("\n")) == sorted(now.split("\n")):  # else the texts say it themselves
        yield "the texts are in another order"


def _setting(name: str, before: str, now: str) -> Iterator[str]:
    yield f"the setting {name} {_turned(before, now)}"


def _template(name: str, before: str, now: str) -> Iterator[str]:
    yield from _file("a template" if name == "*" else f"the template {name}", before, now)


def _plain(name: str, before: str, now: str) -> Iterator[str]:
    yield f"{name} {_turned(before, now)}"


def _octavo(_: str, before: str, now: str) -> Iterator[str]:
    yield f"Octavo {_turned(before, now)}"


def _fonts(_: str, before: str, now: str) -> Iterator[str]:
    yield "the fonts of this system have changed"


def _turned(before: str, now: str) -> str:
    if not before:
        return f"is {now}, and was not set"
    if not now:
        return f"was {before}, and is not set any more"
    return f"was {before}, and is {now}"


_KINDS: dict[str, Callable[[str, str, str], Iterator[str]]] = {
    "text": _file,
    "texts": _texts,
    "image": _file,
    "setting": _setting,
    "template": _template,
    "octavo": _octavo,
    "fonts": _fonts,
}
