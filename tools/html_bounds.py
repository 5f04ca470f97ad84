"""Keep the time that an HTML letter may take within bounds, whatever is in it.

The parsing algorithm of HTML is not linear (HTML Living Standard §13.2.6): each end tag searches
the stack of open elements, and each block may open all formatting elements again that were left
open ("reconstruct the active formatting elements"). A megabyte of ``<b a=1><b a=2>`` would take
minutes and gigabytes. So a letter is measured first, by quantities that bound the parser's work:
tags, formatting elements that differ, attributes of one tag, references in the text.
"""

import re
from enum import Enum

from lxml import etree

LONGEST_HTML = 8_000_000
MOST_ANGLE_BRACKETS = 300_000
MOST_REFERENCES = 100_000
MOST_ATTRIBUTES = 256
# Up to these two, the HTML parser needs less than half a second with the worst letter.
MOST_TAGS = 12_000
MOST_FORMATTING_COPIES = 800_000
# Up to these, the letter is brought into a simple shape first.
MOST_TAGS_SIMPLIFIED = 150_000
DEEPEST_SIMPLIFIED = 200

_TAG = re.compile(r"<[a-zA-Z/]")
# "a" is left out: a new one always ends the one before.
_FORMATTING = r"<(?:b|big|code|em|font|i|nobr|s|small|strike|strong|tt|u)"
_WELL_FORMED = (
    _FORMATTING + r"(?:\s++[\w:-]++\s*+=\s*+(?:\"[^\"<>]*+\"|'[^'<>]*+'|[\w#%.,+-]++))*+\s*+/?>"
)
_FORMATTING_TAG = re.compile(rf"({_WELL_FORMED})|{_FORMATTING}(?=[\s/>])", re.IGNORECASE)
# An attribute as the tokenizer reads it (§13.2.5.32 and after). Tried at each "<", so that no
# comment and no quote before can hide a tag.
_ATTRIBUTE = r"[\s/]*+[^\s/>][^\s/>=]*+(?:\s*+=\s*+(?:\"[^\"]*+\"|'[^']*+'|[^\s>\"'][^\s>]*+)?+)?+"
_TOO_MANY_ATTRIBUTES = re.compile(rf"<[a-zA-Z][^\s/>]*+(?:{_ATTRIBUTE}){{{MOST_ATTRIBUTES}}}+")
_REFERENCE = re.compile(r"&(?!#)|&#0*+(?:38|160)\b|&#x0*+(?:26|a0)\b|\xa0", re.IGNORECASE)
# lxml refuses to store these.
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class Shape(Enum):
    """How much work a letter would be for the HTML parser."""

    PLAIN = "can be parsed as it is"
    HEAVY = "must be simplified first"
    HOPELESS = "cannot be shown with its formatting"


def measure(html: str) -> Shape:
    """Tell whether a letter may be given to the HTML parser. Linear in the size.

    :param html: HTML as received
    """
    if len(html) > LONGEST_HTML:
        return Shape.HOPELESS
    if _count(_REFERENCE, html, MOST_REFERENCES) or _TOO_MANY_ATTRIBUTES.search(html):
        return Shape.HOPELESS
    tags = html.count("<")
    if tags > MOST_ANGLE_BRACKETS:
        return Shape.HOPELESS
    if tags > MOST_TAGS:
        tags = sum(1 for _match in _TAG.finditer(html))
    if tags > MOST_TAGS_SIMPLIFIED:
        return Shape.HOPELESS
    if tags > MOST_TAGS or tags * _most_formatting_elements(html) > MOST_FORMATTING_COPIES:
        return Shape.HEAVY
    return Shape.PLAIN


def _count(pattern: re.Pattern, html: str, limit: int) -> bool:
    """Tell whether a pattern is found more often than ``limit`` times."""
    return any(number > limit for number, _match in enumerate(pattern.finditer(html), 1))


def _most_formatting_elements(html: str) -> int:
    """Return how many formatting elements can be open at once: at most three of those that are
    alike ("Noah's Ark clause"), and none of those whose end cannot be told for sure is alike."""
    alike = set()
    others = 0
    for match in _FORMATTING_TAG.finditer(html):
        if match[1]:
            alike.add(match[1])
        else:
            others += 1
    return 3 * len(alike) + others


# -----------------------------------------------------------------------------
# The simple shape
# -----------------------------------------------------------------------------

_AS_SPAN = {
    "b": "font-weight:bold",
    "strong": "font-weight:bold",
    "i": "font-style:italic",
    "em": "font-style:italic",
    "u": "text-decoration:underline",
    "s": "text-decoration:line-through",
    "strike": "text-decoration:line-through",
    "big": "font-size:larger",
    "small": "font-size:smaller",
    "code": "font-family:monospace",
    "tt": "font-family:monospace",
    "nobr": "white-space:nowrap",
    "font": "",
}
_FONT_SIZES = ("x-small", "small", "medium", "large", "x-large", "xx-large", "xxx-large")


def simplify(html: str) -> str | None:
    """Return the letter well nested and without formatting elements: ``<b>`` becomes a ``span``
    with a style. No parser finds anything to search for in that.

    libxml2 does it: it knows no formatting elements, and does not go deeper than its limit.

    :param html: HTML that ``measure`` called heavy
    :return: HTML that looks the same (not sanitised), or None if it is nested too deeply or
        empty
    """
    parser = etree.HTMLParser(
        encoding="utf-8", remove_comments=True, remove_pis=True, no_network=True, recover=True
    )
    root = etree.fromstring(html.encode("utf-8"), parser)
    if root is None:
        return None
    depth = 0
    for event, element in etree.iterwalk(root, events=("start", "end")):
        depth += 1 if event == "start" else -1
        if depth > DEEPEST_SIMPLIFIED:
            return None
        if event == "start" and element.tag in _AS_SPAN:
            _turn_into_span(element)
    return etree.tostring(root, encoding="unicode", method="html")


def _turn_into_span(element) -> None:
    style = [_AS_SPAN[element.tag]]
    if element.tag == "font":
        attributes = element.attrib
        if "color" in attributes:
            style.append(f"color:{attributes['color']}")
        if "face" in attributes:
            style.append(f"font-family:{attributes['face']}")
        if attributes.get("size", "").isdecimal():
            size = min(max(int(attributes["size"][:3]), 1), len(_FONT_SIZES))
            style.append(f"font-size:{_FONT_SIZES[size - 1]}")
    if "style" in element.attrib:
        style.append(element.attrib["style"])
    element.tag = "span"
    element.attrib["style"] = _NOT_XML.sub("", ";".join(filter(None, style)))
