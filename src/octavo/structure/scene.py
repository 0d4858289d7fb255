"""Tell a scene break: a line of ornaments."""

_ORNAMENTS = frozenset("*•·∗⁂❧☙~#=_+×-–—―⁎✦★◆■□▪❦●○◇")
_ALONE = frozenset("⁂❧☙❦*#✦★◆■●~")  # of these, one is enough
_LONGEST = 60  # characters


def is_scene_break(text: str) -> bool:
    """Tell whether a line consists of ornaments, as `* * *`, `---` or `⁂` do."""
    signs = "".join(text.split()) if len(text) <= _LONGEST else ""
    if not signs or not _ORNAMENTS.issuperset(signs):
        return False
    return len(signs) >= 3 or signs[0] in _ALONE
