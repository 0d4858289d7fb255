"""The running text of a chapter: what a reader reads on, over the borders of inline elements."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from octavo.chapters.markup import Element, classes
from octavo.chapters.typography.signs import Edit

OPAQUE = "\ufffc"  # stands for what is not text, or not of this language
_LINE_END = "\u2028"
# Elements inside of a line. All others begin and end a paragraph.
_INLINE = frozenset(
    "a abbr b bdi bdo br cite code del dfn em i img ins kbd mark math q rp rt ruby s samp small"
    " span strong sub sup time u var wbr".split()
)
_NOT_TEXT = frozenset("code kbd samp pre var math img ruby bdo".split())
_AS_TYPED = frozenset("as-typed uri email".split())  # the latter two are pandoc's, of addresses


@dataclass(frozen=True, slots=True)
class Slot:
    """A place in the tree that holds text."""

    node: Element
    name: str  # "text", "tail", or an attribute's name

    def get(self) -> str:
        """Give the text."""
        if self.name in {"text", "tail"}:
            return getattr(self.node, self.name) or ""
        return self.node.get(self.name, "")

    def put(self, text: str) -> None:
        """Set the text."""
        if self.name in {"text", "tail"}:
            setattr(self.node, self.name, text)
        else:
            self.node.set(self.name, text)


@dataclass(slots=True)
class Flow:
    """Text that is read in one go, in one language."""

    language: str  # BCP 47
    pieces: list[tuple[Slot | None, str]] = field(default_factory=list)  # None: it is no text

    @property
    def text(self) -> str:
        """Give the whole text; what is not text is one sign that stands for it."""
        return "".join(text for _, text in self.pieces)

    def add(self, slot: Slot) -> None:
        """Add the text in a place of the tree."""
        text = slot.get()
        if text:
            self.pieces.append((slot, text))

    def skip(self, sign: str) -> None:
        """Add a sign for what is not text."""
        self.pieces.append((None, sign))

    def alter(self, edits: Iterable[Edit]) -> None:
        """Make edits, which are in order and apart; each belongs where its first character is."""
        edits, start = iter(edits), 0
        edit = next(edits, None)
        altered: list[tuple[Slot | None, str]] = []
        for slot, text in self.pieces:
            end, parts, at = start + len(text), [], start
            while edit is not None and edit[0] < end:
                if edit[0] >= start:
                    parts += [text[at - start : edit[0] - start], edit[2]]
                at = min(max(edit[1], start), end)
                if edit[1] > end:
                    break  # the next piece holds its other characters
                edit = next(edits, None)
            parts.append(text[at - start :])
            altered.append((slot, "".join(parts)))
            start = end
        self.pieces = altered

    def put_back(self) -> None:
        """Write the text into the tree."""
        for slot, text in self.pieces:
            if slot is not None:
                slot.put(text)


def flows(root: Element, language: str) -> Iterator[Flow]:
    """Give the running texts below an element, with those of alternative texts.

    Code, formulas and addresses stand in them as one sign; so does text in another language, which
    is a running text of its own. Marks of notes are not there at all.

    Args:
        root: a block.
        language: of what says none itself.
    """
    found: list[Flow] = []
    said = root.get("lang") or language
    _gather(root, _begun(found, said), said, found)
    return (flow for flow in found if flow.pieces)


def _begun(found: list[Flow], language: str) -> Flow:
    flow = Flow(language)
    found.append(flow)
    return flow


def _gather(node: Element, flow: Flow, language: str, found: list[Flow]) -> Flow:
    """Gather what an element holds; give the flow that goes on behind it."""
    flow.add(Slot(node, "text"))
    for child in node:
        flow = _child(child, flow, language, found)
        flow.add(Slot(child, "tail"))
    return flow


def _child(child: Element, flow: Flow, language: str, found: list[Flow]) -> Flow:
    said = child.get("lang") or language
    inline = child.tag in _INLINE
    if child.tag == "img" and child.get("alt"):
        _begun(found, said).add(Slot(child, "alt"))
    if child.get("role") == "doc-noteref" or child.tag == "wbr":
        return flow
    if child.tag == "br":
        flow.skip(_LINE_END)
    elif child.tag in _NOT_TEXT or classes(child) & _AS_TYPED:
        flow.skip(OPAQUE)
    elif inline and said == language:
        return _gather(child, flow, said, found)
    else:
        flow.skip(OPAQUE)
        _gather(child, _begun(found, said), said, found)
    return flow if inline else _begun(found, language)
