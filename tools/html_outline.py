"""The outline of sanitised HTML: which element stands where, and what text is in it.

What ``html.sanitize`` and ``html.text_to_html`` write is serialised by one program (HTML Living
Standard §13.3): every element is closed, no comment is left, and no ``<`` stands outside of tags.
So one pass with a regular expression finds the tree, in time linear in the size.
"""

import re
from bisect import bisect_right
from dataclasses import dataclass, field

_TAG = re.compile(r'<(/?)([a-z][a-z0-9]*)((?:\s+[^\s="<>]++(?:="[^"]*+")?+)*+)\s*>')
_VOID = frozenset(("area", "br", "col", "hr", "img", "wbr"))
_INLINE = frozenset(
    "a abbr acronym b bdi bdo big cite code del dfn em font i img ins kbd mark q rp rt ruby s samp"
    " small span strike strong sub sup time tt u var wbr".split()
)
# Within these, a block can begin without changing what is around it.
_FLOW = frozenset(
    "article aside b big blockquote body center dd div em figure font footer header i li main nav"
    " section small span strong td th u".split()
)
_AROUND_FLOW = frozenset("dl ol table tbody tfoot thead tr ul".split())
_KEEPS_LINES = re.compile(r"iris-plain|white-space:\s?pre")
_NBSP = "&nbsp;"


@dataclass(slots=True)
class Element:
    """An element: offsets in the HTML, in the text, and in the count of visible characters."""

    tag: str
    attributes: str
    parent: "Element | None"
    start: int
    inner_start: int
    text_start: int
    seen_start: int
    takes_blocks: bool
    keeps_lines: bool
    inner_end: int = 0
    end: int = 0
    text_end: int = 0
    seen_end: int = 0


@dataclass(slots=True)
class Outline:
    """``text``: what can be read, a line for each block, references (``&lt;``) as they are;
    ``elements``: all elements in order, the first one stands for the whole."""

    text: str = ""
    elements: list[Element] = field(default_factory=list)
    _offsets: list[int] = field(default_factory=list)  # where each piece of the text begins
    _pieces: list[tuple[int, int, Element]] = field(default_factory=list)

    @property
    def whole(self) -> Element:
        return self.elements[0]

    def place(self, offset: int) -> tuple[int, int, Element]:
        """Return where a character of the text stands.

        :return: its offset in the HTML, how many visible characters are before it, and the element
            whose child it is
        """
        number = max(bisect_right(self._offsets, offset) - 1, 0)
        position, seen, element = self._pieces[number]
        start = self._offsets[number]
        return position + offset - start, seen + _count(self.text[start:offset]), element


def outline(html: str) -> Outline | None:
    """Return the outline of sanitised HTML; None if it is not as the sanitiser writes it."""
    reader = _Reader(html)
    return reader.result if reader.read() else None


def _count(text: str) -> int:
    return len("".join(text.split()))


class _Reader:
    def __init__(self, html: str):
        self.html = html
        whole = Element("", "", None, 0, 0, 0, 0, True, False, len(html), len(html))
        self.result = Outline(elements=[whole])
        self._current = whole
        self._texts: list[str] = []
        self._length = 0
        self._seen = 0

    def read(self) -> bool:
        position = 0
        for tag in _TAG.finditer(self.html):
            self._add_text(position, tag.start())
            position = tag.end()
            if tag[1]:
                if tag[2] != self._current.tag:
                    return False
                self._close(tag)
            else:
                self._open(tag)
        self._add_text(position, len(self.html))
        whole = self.result.whole
        whole.text_end, whole.seen_end = self._length, self._seen
        self.result.text = "".join(self._texts)
        return self._current is whole

    def _open(self, tag: re.Match) -> None:
        name = tag[2]
        if name not in _INLINE:
            self._add("\n", tag.start())
        if name in _VOID:
            return
        around = self._current
        # An open paragraph is closed by a block; the cell of a table keeps that from it.
        takes_blocks = name in _FLOW and (around.takes_blocks or name in ("td", "th"))
        if name in _AROUND_FLOW:
            takes_blocks = around.takes_blocks
        keeps_lines = around.keeps_lines or name == "pre" or bool(_KEEPS_LINES.search(tag[3]))
        element = Element(
            name, tag[3], around, tag.start(), tag.end(), self._length, self._seen, takes_blocks,
            keeps_lines,
        )  # fmt: skip
        self.result.elements.append(element)
        self._current = element

    def _close(self, tag: re.Match) -> None:
        element = self._current
        element.inner_end, element.end = tag.start(), tag.end()
        element.text_end, element.seen_end = self._length, self._seen
        self._current = element.parent
        if element.tag not in _INLINE:
            self._add("\n", tag.end())

    def _add_text(self, start: int, end: int) -> None:
        if start < end and self._current.tag != "style":
            # As long as before, so that offsets stay the same.
            text = self.html[start:end].replace(_NBSP, " " * len(_NBSP))
            self._add(text if self._current.keeps_lines else text.replace("\n", " "), start)

    def _add(self, text: str, position: int) -> None:
        self.result._offsets.append(self._length)
        self.result._pieces.append((position, self._seen, self._current))
        self._texts.append(text)
        self._length += len(text)
        self._seen += _count(text)


def can_hold_blocks(element: Element) -> bool:
    """Tell whether a block may begin right within an element without moving anything."""
    return not element.tag or (element.tag in _FLOW and element.takes_blocks)
