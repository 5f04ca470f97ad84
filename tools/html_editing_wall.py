"""The wall around Odoo's HTML editor: what may stand in HTML that Odoo's own page shows.

Elements and attributes are filtered by ammonia (nh3), styles by ``html_editing_css``. There are no
ids, and no classes but those that the editor gives to what it makes: Odoo's own would cover its
page, hide it, or make it act. The time is linear in the size (``html_bounds``).
"""

import re
import secrets
from collections.abc import Callable
from html import escape

import nh3

from .html import ATTRIBUTES, DROPPED_WITH_CONTENT, TAGS, UNUSABLE, is_raster_image, link
from .html_bounds import Shape, measure, simplify
from .html_editing_css import StyleFilter
from .html_text import text_to_html, to_text

MOST_LINES = 5_000  # that are shown as lines of their own, not as one preformatted block
SIGNATURE = "data-iris-signature"
QUOTE = "data-iris-quote"
# A tag as html5ever writes it; a text holds no "<".
TOKEN = re.compile(r'<(/?)([a-z0-9]+)((?: [^\s=">/]+="[^"]*")*)>(\n?)')

_EDITABLE_TAGS = TAGS - {"style", "map", "area"}
_DROPPED = DROPPED_WITH_CONTENT | {"style"}
# id, role and aria-* could be taken for Odoo's own; the others load, or point to what is gone.
_REMOVED_ATTRIBUTES = set(
    "aria-hidden aria-label background headers id role sizes srcset usemap".split()
)
_EDITABLE_ATTRIBUTES = {
    tag: names - _REMOVED_ATTRIBUTES for tag, names in ATTRIBUTES.items() if tag in _EDITABLE_TAGS
} | {"*": ATTRIBUTES["*"] - _REMOVED_ATTRIBUTES, "blockquote": {"type"}}
# What the editor gives to its paragraphs, lists, tables and pictures; they only look.
_EDITORS_CLASSES = frozenset("o-paragraph oe-nested table table-bordered o_table img-fluid".split())
_PLAIN_TEXT = "iris-plain"
_PRE_WRAP = "white-space:pre-wrap"
_LONGEST_VALUE = 2000
_LONGEST_ADDRESS = 10_000
_NUMBER = re.compile(r"-?[0-9]{1,3}")
_COLOUR = re.compile(r"#?[\w-]{1,30}")
_VALUES = (
    dict.fromkeys(
        "border cellpadding cellspacing charoff colspan hspace rowspan size span start value"
        " vspace".split(),
        _NUMBER,
    )
    | dict.fromkeys(("bgcolor", "color"), _COLOUR)
    | dict.fromkeys(
        ("width", "height"), re.compile(r"(?:[01]?[0-9]{1,3}(?:px)?|(?:100|[0-9]{1,2})%)")
    )
    | dict.fromkeys((SIGNATURE, QUOTE), re.compile("1"))
)
_REMOTE = re.compile(r"(?:https?:)?//[^/\\\s]", re.IGNORECASE)
_SOURCE = re.compile(r' src="[^"]*"')
_DATA_URL = re.compile(
    r"data:image/[a-z.+-]{1,40}(?:;[a-z0-9=.-]{0,40}){0,3};base64,[a-z0-9+/=%_-]{200,}+",
    re.IGNORECASE | re.ASCII,
)

# Gets the address of a picture as written; returns the one that may stand, or None.
Resolver = Callable[[str], "str | None"]


class Cleaner:
    """The filters of one text.

    :param resolve: tells where a picture may come from
    :param hides_remote: remote pictures get ``data-iris-src`` for ``src``
    :param takes_remote: and the other way round
    :param drops_empty: pictures that have no address then are removed
    :param is_quoted: no class and no mark of ours stays
    """

    def __init__(
        self,
        resolve: Resolver,
        *,
        hides_remote: bool = False,
        takes_remote: bool = False,
        drops_empty: bool = False,
        is_quoted: bool = False,
    ):
        self._resolve = resolve
        self._hides_remote = hides_remote
        self._takes_remote = takes_remote
        self._drops_empty = drops_empty
        self._classes = frozenset() if is_quoted else _EDITORS_CLASSES
        self._css = StyleFilter()
        self._data_urls = DataUrls()
        # Nobody can write a source that is mistaken for one that was found to be remote.
        self._mark = secrets.token_hex(8) + ":"
        self._attributes = dict(_EDITABLE_ATTRIBUTES)
        if not is_quoted:
            self._attributes["div"] = {SIGNATURE, QUOTE}
        if takes_remote:
            self._attributes["img"] = self._attributes["img"] | {"data-iris-src"}

    def run(self, html: str) -> str:
        """Return the clean HTML; of one that is too intricate, its text."""
        html = self._data_urls.hide(html)
        cleaned = self.clean(html)
        if cleaned is None:
            cleaned = text_as_html(to_text(html))
        return self._data_urls.show(cleaned)

    def clean(self, html: str) -> str | None:
        """Return the clean HTML, None for one that is too intricate (``html_bounds``)."""
        html = UNUSABLE.sub("", html)
        shape = measure(html)
        if shape is Shape.HEAVY:
            html = simplify(html)
        if shape is Shape.HOPELESS or html is None:
            return None
        cleaned = nh3.clean(
            html,
            tags=_EDITABLE_TAGS,
            clean_content_tags=_DROPPED,
            attributes=self._attributes,
            attribute_filter=self._attribute,
            link_rel="noopener noreferrer",
            set_tag_attribute_values={"a": {"target": "_blank"}},
            url_schemes={"http", "https", "mailto", "tel", "data", "cid"},
        )
        return TOKEN.sub(self._finished, cleaned)

    def _attribute(self, tag: str, name: str, value: str) -> str | None:
        """Return the value that an attribute may have, None to remove it."""
        if tag not in _EDITABLE_TAGS:
            # nh3 asks for elements, too, that it is going to remove.
            return None
        if name == "style":
            return self._css.declarations(value) or None
        if name == "class":
            if value == _PLAIN_TEXT:
                return value
            return " ".join(word for word in value.split() if word in self._classes) or None
        if name == "src":
            return self._source(value)
        if name == "data-iris-src":
            return _remote_picture(value)
        if name == "href":
            return link(value)
        if tag == "blockquote" and name == "type":
            return value if value == "cite" else None
        pattern = _VALUES.get(name)
        return None if pattern and not pattern.fullmatch(value) else value[:_LONGEST_VALUE]

    def _source(self, value: str) -> str | None:
        source = self._resolve(self._data_urls.show(value))
        if source is None:
            return None
        if self._hides_remote and _REMOTE.match(source):
            return self._mark + source
        return self._data_urls.hide(source)

    def _finished(self, token: re.Match) -> str:
        """Return a tag in its last form."""
        closing, tag, attributes, line_end = token.groups()
        if tag == "pre" and not closing:
            # The parser drops one line end here, each time it reads the text.
            return token[0] + line_end
        if tag == "div" and f' class="{_PLAIN_TEXT}"' in attributes:
            return f'<div style="{_PRE_WRAP}">{line_end}'
        if tag != "img":
            return token[0].replace(f' class="{_PLAIN_TEXT}"', "")
        attributes = attributes.replace(f' src="{self._mark}', ' data-iris-src="')
        if self._takes_remote and not _SOURCE.search(attributes):
            attributes = attributes.replace(' data-iris-src="', ' src="')
        elif self._takes_remote:
            attributes = re.sub(' data-iris-src="[^"]*"', "", attributes)
        if self._drops_empty and not _SOURCE.search(attributes):
            return line_end
        return f"<img{attributes}>{line_end}"


class DataUrls:
    """Takes the pictures within a text out of the way: they make megabytes of a short letter."""

    def __init__(self):
        token = secrets.token_hex(8)
        self._placeholder = f"data:image/png;base64,{token}x%dx"
        self._pattern = re.compile(rf"data:image/png;base64,{token}x([0-9]{{1,7}})x")
        self._urls: list[str] = []

    def hide(self, html: str) -> str:
        return _DATA_URL.sub(self._add, html) if "base64," in html else html

    def _add(self, found: re.Match) -> str:
        self._urls.append(found[0])
        return self._placeholder % (len(self._urls) - 1)

    def show(self, html: str) -> str:
        if not self._urls:
            return html
        return self._pattern.sub(lambda found: self._urls[int(found[1])], html)


def text_as_html(text: str) -> str:
    """Return HTML that shows a text with its lines, in the stored form.

    Unlike that of ``text_to_html`` it needs no style sheet, and ``to_text`` finds the lines again.

    :param text: the text of a letter
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n").strip("\n")
    if text.count("\n") < MOST_LINES:
        lines = text_to_html(text).replace("\n", "<br>")
        if measure(lines) is Shape.PLAIN:
            cleaned = Cleaner(stored_picture, is_quoted=True).clean(lines)
            if cleaned is not None:
                return cleaned
    written = escape(UNUSABLE.sub("", text), quote=False).replace("\xa0", "&nbsp;")
    return f'<pre style="{_PRE_WRAP}">{written}</pre>'


def stored_picture(address: str) -> str | None:
    """Return an address that may stand in the stored form, None if it may not."""
    address = address.strip()
    if address[:4].lower() == "cid:" or is_raster_image(address):
        return address
    return _remote_picture(address)


def _remote_picture(address: str) -> str | None:
    address = address.strip()
    if not _REMOTE.match(address) or len(address) > _LONGEST_ADDRESS:
        return None
    return "https:" + address if address.startswith("//") else address
