"""Make the CSS of a letter harmless: nothing is loaded, nothing leaves its place.

The letter stands in an iframe of its own, so its rules may stay as they are; what goes is every
way to load something (CSS Values 4 "<url>", CSS Images 4 "image-set()"), to run something
(``expression()``, ``behavior``, ``-moz-binding``) and to fool the iframe's automatic height
(viewport units, ``position: fixed``). Everything that is not plainly harmless is parsed by
tinycss2, because escapes (``\\75rl(``) and comments hide from regular expressions.
"""

import re
from collections.abc import Callable

import tinycss2

# A letter's rules are some 10 to 100 kB. What is beyond the limit is left out, not searched.
LONGEST_CSS = 250_000
DEEPEST_NESTING = 16
# Words of a selector: a browser may have to compare each with all elements around each element.
# "a ~ b" and ":has()" are left out for the same reason.
LONGEST_SELECTOR = 200

# Declarations that consist of words, numbers, simple strings and colours only. No escape, no
# other function, no at-rule can be written with these characters.
_PLAIN = re.compile(r"(?:[\w\s:;,.#%!+*/'\"-]++|(?<=rgb)\([\d\s,.%]*\)|(?<=rgba)\([\d\s,.%]*\))*+")
_NEEDS_A_LOOK = re.compile(r"position|behavio|binding|\d[sdl]?v(?:h|b|min|max)\b", re.IGNORECASE)

_HARMLESS_FUNCTIONS = frozenset(
    "rgb rgba hsl hsla hwb lab lch oklab oklch color color-mix calc min max clamp var counter"
    " counters cubic-bezier steps rotate rotatex rotatey rotatez scale scalex scaley skew skewx"
    " skewy translate translatex translatey matrix perspective blur brightness contrast grayscale"
    " invert opacity saturate sepia drop-shadow hue-rotate linear-gradient radial-gradient"
    " conic-gradient repeating-linear-gradient repeating-radial-gradient -webkit-linear-gradient"
    " -webkit-gradient -moz-linear-gradient -o-linear-gradient rect inset circle ellipse polygon"
    " repeat minmax fit-content".split()
)
_DROPPED_PROPERTIES = frozenset(("behavior", "-ms-behavior", "-moz-binding", "src"))
# Pictures of other properties (masks, shapes, filters) are asked for in the name of the page, so
# that the sender would learn where this Odoo is (Fetch, "CORS-enabled": the header Origin).
_PICTURED = re.compile(
    r"background(-image)?|list-style(-image)?|border-image(-source)?|content|cursor"
)
# For pictures of styles Chromium heeds no policy of the page: it names the page in "Referer",
# unless the URL itself says otherwise (CSS Values 5 "<url-modifier>"). Browsers that do not know
# that leave such a declaration out, so it stands behind a plain one.
_REMOTE_URL = re.compile(r'url\(("https?://[^"]*+")\)', re.IGNORECASE)
_SILENT_URL = r"url(\1 referrer-policy(no-referrer))"
_HARMLESS_POSITIONS = frozenset(("static", "relative", "absolute", "initial", "inherit", "unset"))
_VIEWPORT_UNIT = re.compile(r"[sdl]?v(?:h|b|min|max)")
# Rules that depend on the height make the automatic height swing; the page itself is light.
_MEDIA = re.compile(r"[\w\s():,./<=*-]+")
_UNUSABLE_MEDIA = re.compile(r"height|orientation|aspect|prefers-color-scheme", re.IGNORECASE)

Resolver = Callable[[str], "str | None"]


class CssFilter:
    """Filters the style attributes and style sheets of one letter.

    :param resolve: gets each URL as written, returns the URL that may stand or None
    """

    def __init__(self, resolve: Resolver):
        self._resolve = resolve
        self._left = LONGEST_CSS
        self._known: dict[str, str] = {}

    def declarations(self, css: str) -> str:
        """Return the harmless declarations of a ``style`` attribute.

        :param css: the attribute's value
        :return: declarations, perhaps none (an empty string)
        """
        if _PLAIN.fullmatch(css) and not _NEEDS_A_LOOK.search(css):
            return css
        if css not in self._known:
            self._known[css] = self._declarations(css) if self._afford(css) else ""
        return self._known[css]

    def _declarations(self, css: str) -> str:
        return self._filtered(tinycss2.parse_blocks_contents(css, True, True))

    def stylesheet(self, css: str) -> str:
        """Return the harmless rules of a ``style`` element.

        :param css: the element's text
        :return: rules, safe to stand in a style element (no ``<``)
        """
        if not self._afford(css):
            return ""
        rules = self._rules(tinycss2.parse_stylesheet(css, True, True))
        # An escape means the same in a string or a name; elsewhere "<" has no business.
        return rules.replace("<", "\\3C ")

    def _afford(self, css: str) -> bool:
        self._left -= len(css)
        return self._left >= 0

    def _rules(self, rules, inside_media: bool = False) -> str:
        kept = []
        for rule in rules:
            if rule.type == "qualified-rule":
                declarations = self._filtered(
                    tinycss2.parse_blocks_contents(rule.content, True, True)
                )
                if declarations and self._may_select(rule.prelude):
                    kept.append(f"{tinycss2.serialize(rule.prelude).strip()}{{{declarations}}}")
            elif rule.type == "at-rule" and rule.lower_at_keyword == "media" and not inside_media:
                kept.append(self._media(rule))
        return "\n".join(kept)

    def _may_select(self, prelude) -> bool:
        """Tell whether a selector is harmless, and quickly decided for each element."""
        words = [token for token in _all_tokens(prelude) if token.type != "whitespace"]
        is_slow = len(words) > LONGEST_SELECTOR or any(token == "~" for token in words)
        return not is_slow and self._is_harmless(prelude)

    def _media(self, rule) -> str:
        """Return a media rule; all other at-rules load, name or animate something."""
        if not rule.content or not self._is_harmless(rule.prelude):
            return ""
        condition = tinycss2.serialize(rule.prelude).strip()
        if not is_usable_media(condition):
            return ""
        inner = self._rules(tinycss2.parse_rule_list(rule.content, True, True), True)
        return f"@media {condition}{{{inner}}}"

    def _filtered(self, nodes) -> str:
        return ";".join(
            self._declaration(node)
            for node in nodes
            if node.type == "declaration" and self._may_stand(node)
        )

    def _declaration(self, node) -> str:
        important = " !important" if node.important else ""
        value = tinycss2.serialize(node.value).strip()
        declaration = f"{node.name}:{value}{important}"
        silent = _REMOTE_URL.sub(_SILENT_URL, value)
        return declaration if silent == value else f"{declaration};{node.name}:{silent}{important}"

    def _may_stand(self, node) -> bool:
        name = node.lower_name
        if name in _DROPPED_PROPERTIES or not re.fullmatch(r"[\w-]+", name):
            return False
        if not _PICTURED.fullmatch(name) and _has_url(node.value):
            return False
        if not self._is_harmless(node.value):
            return False
        if name == "position":
            words = [part for part in node.value if part.type != "whitespace"]
            return len(words) == 1 and getattr(words[0], "lower_value", "") in _HARMLESS_POSITIONS
        return True

    def _is_harmless(self, tokens, depth: int = 0) -> bool:
        """Tell whether these values may stand; replaces the URLs in them by what may be loaded."""
        if depth > DEEPEST_NESTING:
            return False
        for position, token in enumerate(tokens):
            kind = token.type
            if kind in ("error", "at-keyword"):
                return False
            if kind == "dimension" and _VIEWPORT_UNIT.fullmatch(token.lower_unit):
                return False
            if kind == "url":
                tokens[position] = self._image(token.value)
            elif kind == "function" and token.lower_name == "url":
                written = "".join(part.value for part in token.arguments if part.type == "string")
                tokens[position] = self._image(written)
            elif kind == "function":
                harmless = token.lower_name in _HARMLESS_FUNCTIONS or _is_selector(token)
                if not self._is_harmless(token.arguments, depth + 1) or not harmless:
                    return False
            elif kind.endswith(" block") and not self._is_harmless(token.content, depth + 1):
                return False
        return True

    def _image(self, written: str):
        """Return a CSS token: the image's URL where it may be loaded, else the word ``none``."""
        url = self._resolve(written)
        return tinycss2.parse_one_component_value(f'url("{_quotable(url)}")' if url else "none")


def is_usable_media(condition: str) -> bool:
    """Tell whether rules may depend on this media query.

    :param condition: a ``media`` attribute or the prelude of ``@media``
    """
    return bool(_MEDIA.fullmatch(condition)) and not _UNUSABLE_MEDIA.search(condition)


def _is_selector(token) -> bool:
    """Tell whether it is the function of a selector, as in ``:not(.a)`` or ``:nth-child(2n)``."""
    return token.lower_name in ("not", "is", "where", "nth-child", "nth-of-type", "lang")


def _has_url(tokens) -> bool:
    return any(
        token.type == "url" or (token.type == "function" and token.lower_name == "url")
        for token in _all_tokens(tokens)
    )


def _all_tokens(tokens):
    """Yield these CSS tokens, and those within functions such as ``:not()``."""
    for token in tokens:
        yield token
        if token.type == "function":
            yield from _all_tokens(token.arguments)


def _quotable(url: str) -> str:
    """Percent-encode what could end a CSS string."""
    for character in "\\\"'\n\r\f<>":
        url = url.replace(character, f"%{ord(character):02X}")
    return url
