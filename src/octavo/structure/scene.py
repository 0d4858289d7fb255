"""Tell a scene break: a line of ornaments."""

_ORNAMENTS = frozenset("*•·∗⁂❧☙~#=_+×-–—―⁎✦★◆■□▪❦●○◇")
_ALONE = frozenset("⁂❧☙❦*#✦★◆■●~")  # of these, one is enough
_LONGEST = 60  # characters


def is_scene_break(text: str) -> bool:
    """Tell whether a line consists of ornaments, as `* * *`, `---` or `⁂` do."""
    if len(text) > _LONGEST or text.lstrip()[:1] not in _ORNAMENTS:
        return False
    signs = "".join(text.split())
    if not _ORNAMENTS.issuperset(signs):
        return False
    return len(signs) >= 3 or signs[0] in _ALONE
