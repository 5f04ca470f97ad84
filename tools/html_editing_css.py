"""The styles that may stand where HTML is edited: directly in Odoo's own page.

``html_css`` lets a letter do what it likes within its iframe. Here is no iframe, so only what is
named here stays: properties that cannot take text out of its place, with values that load nothing
and are of a usual size (CSS 2.2; CSS Values 4).
"""

import tinycss2

# As in html_css; each style is parsed once, which takes less than a second a megabyte.
LONGEST_CSS = 250_000

_LARGEST_BOX = 2000  # px
_LARGEST_GAP = 200
_LARGEST_FONT = 100
_SMALLEST_LINE = 8  # lines that are lower lie upon each other
_LARGEST_LINE = 400
_BOXES = frozenset("width height min-width min-height max-width max-height".split())
_PROPERTIES = (
    _BOXES
    | {
        f"{name}{side}"
        for name in ("margin", "padding", "border")
        for side in ("", "-top", "-right", "-bottom", "-left")
    }
    | {
        f"border{side}-{what}"
        for side in ("", "-top", "-right", "-bottom", "-left")
        for what in ("width", "style", "color")
    }
    | frozenset(
        "background background-color border-collapse border-radius border-spacing box-sizing"
        " caption-side clear color direction display empty-cells float font font-family font-size"
        " font-style font-variant font-weight letter-spacing line-height list-style"
        " list-style-position list-style-type object-fit overflow-wrap tab-size table-layout"
        " text-align text-decoration text-decoration-color text-decoration-line"
        " text-decoration-style text-decoration-thickness text-indent text-transform"
        " vertical-align white-space word-break word-spacing word-wrap".split()
    )
)
# "none" would hide from the author what they send; flex and grid can reorder.
_DISPLAYS = frozenset(
    "block inline inline-block list-item table inline-table table-row table-cell table-row-group"
    " table-header-group table-footer-group table-column table-column-group table-caption".split()
)
_PIXELS = {
    "px": 1, "pt": 4 / 3, "pc": 16, "in": 96, "cm": 37.8, "mm": 3.78, "q": 0.945,
    "em": 16, "rem": 16, "ex": 8, "ch": 8,
}  # fmt: skip
_COLOURS = frozenset(("rgb", "rgba", "hsl", "hsla"))
_IN_COLOURS = frozenset(("number", "percentage", "dimension", "whitespace", "ident"))


class StyleFilter:
    """Filters the style attributes of one letter."""

    def __init__(self):
        self._left = LONGEST_CSS
        self._known: dict[str, str] = {}

    def declarations(self, css: str) -> str:
        """Return what may stand of a ``style`` attribute, '' if nothing may.

        :param css: the attribute's value
        """
        if css not in self._known:
            self._left -= len(css)
            self._known[css] = _filtered(css) if self._left >= 0 else ""
        return self._known[css]


def _filtered(css: str) -> str:
    nodes = tinycss2.parse_blocks_contents(css, skip_comments=True, skip_whitespace=True)
    return ";".join(
        f"{node.lower_name}:{tinycss2.serialize(node.value).strip()}"
        for node in nodes
        if node.type == "declaration" and _may_stand(node.lower_name, node.value)
    )


def _may_stand(name: str, tokens: list) -> bool:
    if name not in _PROPERTIES:
        return False
    tokens = [token for token in tokens if token.type != "whitespace"]
    if name == "display":
        return len(tokens) == 1 and getattr(tokens[0], "lower_value", "") in _DISPLAYS
    height_follows = False  # as in "font: 12px/1.5 Arial"
    for token in tokens:
        if not _is_harmless("line-height" if height_follows else name, token):
            return False
        height_follows = name == "font" and token.type == "literal" and token.value == "/"
    return bool(tokens)


def _is_harmless(name: str, token) -> bool:
    kind = token.type
    if kind == "dimension":
        pixels = token.value * _PIXELS.get(token.lower_unit, float("inf"))
        return _is_usual(name, pixels)
    if kind == "percentage":
        most = 300 if name in ("font", "font-size", "line-height") else 100
        return (80 if name == "line-height" else 0) <= token.value <= most
    if kind == "number":
        return (0.8 <= token.value <= 4) if name == "line-height" else 0 <= token.value <= 1000
    if kind == "function":
        return token.lower_name in _COLOURS and all(
            part.type in _IN_COLOURS or (part.type == "literal" and part.value in ",/")
            for part in token.arguments
        )
    if kind == "literal":
        return token.value in ",/"
    return kind in ("ident", "hash", "string")


def _is_usual(name: str, pixels: float) -> bool:
    """Tell whether a length is of a size that people use; never a negative one."""
    if name == "line-height":
        return _SMALLEST_LINE <= pixels <= _LARGEST_LINE
    if name in ("font", "font-size"):
        return 0 <= pixels <= _LARGEST_FONT
    return 0 <= pixels <= (_LARGEST_BOX if name in _BOXES else _LARGEST_GAP)
