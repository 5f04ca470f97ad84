"""HTML letters: made safe to show, and to and from plain text.

``sanitize`` is the wall between a stranger's HTML and the reader: ammonia (nh3) parses it as a
browser does and keeps only the elements and attributes named here; ``html_css`` does the same for
styles. The page that shows the result forbids scripts and foreign loads once more, by its
Content-Security-Policy and the sandbox of its iframe.
"""

import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from html.parser import HTMLParser
from types import MappingProxyType
from urllib.parse import unquote

import nh3

from .html_bounds import Shape, measure, simplify
from .html_css import CssFilter, is_usable_media
from .html_text import text_to_html, to_text

__all__ = ["SafeHtml", "is_raster_image", "sanitize", "text_to_html", "to_text"]

# All pictures within one letter, as data URLs: one that is shown a thousand times counts as often.
LONGEST_INLINE_IMAGES = 30_000_000

TAGS = set(
    "a abbr acronym address area article aside b bdi bdo big blockquote br caption center cite"
    " code col colgroup dd del details dfn dir div dl dt em figcaption figure font footer h1 h2 h3"
    " h4 h5 h6 header hr i img ins kbd li main map mark menu nav ol p pre q rp rt ruby s samp"
    " section small span strike strong style sub summary sup table tbody td tfoot th thead time tr"
    " tt u ul var wbr".split()
)
# What stands in these is no text of the letter.
DROPPED_WITH_CONTENT = set(
    "script noscript template title iframe object applet embed svg math xml select datalist"
    " noframes noembed frameset".split()
)
ATTRIBUTES = {
    "*": set(
        "align aria-hidden aria-label bgcolor background border class color dir height id lang"
        " role style title valign width".split()
    ),
    "a": {"href"},
    "area": {"alt", "coords", "href", "shape"},
    "col": {"char", "charoff", "span"},
    "colgroup": {"char", "charoff", "span"},
    "details": {"open"},
    "font": {"face", "size"},
    "hr": {"noshade", "size"},
    "br": {"clear"},
    "img": {"alt", "hspace", "src", "srcset", "sizes", "usemap", "vspace"},
    "li": {"type", "value"},
    "map": {"name"},
    "ol": {"reversed", "start", "type"},
    "style": {"media"},
    "table": {"cellpadding", "cellspacing", "frame", "rules", "summary"},
    "td": {"abbr", "char", "charoff", "colspan", "headers", "nowrap", "rowspan", "scope"},
    "th": {"abbr", "char", "charoff", "colspan", "headers", "nowrap", "rowspan", "scope"},
    "ul": {"type"},
}
_REL = "noopener noreferrer nofollow"
_LINK = re.compile(r"(?:https?://|mailto:|tel:)", re.IGNORECASE)
_REMOTE = re.compile(r"(?:https?:)?//", re.IGNORECASE)
_BARE_HOST = re.compile(r"www\.[\w-]", re.IGNORECASE)
_RASTER = re.compile(
    r"data:image/(?:png|jpe?g|pjpeg|gif|webp|bmp|x-ms-bmp|x-icon|vnd\.microsoft\.icon|avif)"
    r"(?:;[\w=.-]*)*;base64,",
    re.IGNORECASE,
)
UNUSABLE = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f\ud800-\udfff]")
_BODY = re.compile(r"<body(?=[\s/>])[^<>]{0,4000}>", re.IGNORECASE)
_MEDIA = re.compile(r' media="[^"]*"')
_COLOUR = re.compile(r"#?[\w-]{1,30}")


@dataclass(frozen=True, slots=True)
class SafeHtml:
    """What may be shown of an HTML letter.

    ``html``: a fragment for the body of a page; ``blocked_images``: how many remote images it
    would have loaded, each address counted once; ``is_text_only``: its formatting is too intricate
    to be looked through in reasonable time, so this is its text.
    """

    html: str
    blocked_images: int = 0
    is_text_only: bool = False


def is_raster_image(data_url: str) -> bool:
    """Tell whether a data URL holds a picture of pixels: SVG can hold scripts and links."""
    return bool(_RASTER.match(data_url))


def sanitize(
    html: str,
    *,
    allow_remote_images: bool = False,
    inline_images: Mapping[str, str] = MappingProxyType({}),
) -> SafeHtml:
    """Make an HTML letter safe to show. The time is linear in the size, whatever is in it.

    Links go only to web pages, mailboxes and telephones, and open in a new tab. Pictures come from
    the letter itself (``cid:``, RFC 2392, and ``data:``), from elsewhere only when allowed; without
    them their places keep size and alternative text. Addresses relative to a page are removed.

    :param html: HTML as received
    :param allow_remote_images: keep images that other servers would have to send
    :param inline_images: content-id (without angle brackets) → data URL of a raster image
    """
    html = UNUSABLE.sub("", html)
    shape = measure(html)
    if shape is Shape.HEAVY:
        simplified = simplify(html)
        shape = Shape.PLAIN if simplified is not None else Shape.HOPELESS
        html = simplified or html
    if shape is Shape.HOPELESS:
        return SafeHtml(text_to_html(to_text(html)), is_text_only=True)
    return _Sanitizer(allow_remote_images, inline_images).run(html)


class _Sanitizer:
    """The filters of one letter, and what they counted."""

    def __init__(self, allow_remote_images: bool, inline_images: Mapping[str, str]):
        self._allow_remote_images = allow_remote_images
        self._inline_images = inline_images
        self._inline_left = LONGEST_INLINE_IMAGES
        self._blocked: set[str] = set()
        self._blocked_sets: set[str] = set()
        self._css = CssFilter(self._image)
        # Nobody can write a style element that is mistaken for one that ammonia let through.
        self._mark = secrets.token_hex(8)
        self._opening = re.compile(rf'<style(?= [^>]*data-iris="{self._mark}")[^>]*>')

    def run(self, html: str) -> SafeHtml:
        html = _with_body_as_div(html)
        shown = self._cleaned(html, TAGS, DROPPED_WITH_CONTENT)
        if shown.count("<style") == len(self._opening.findall(shown)):
            shown = self._with_filtered_styles(shown)
        else:
            # Something looks like a style element and is none, so that none can be told for sure.
            shown = self._cleaned(html, TAGS - {"style"}, DROPPED_WITH_CONTENT | {"style"})
        return SafeHtml(shown, len(self._blocked) or len(self._blocked_sets))

    def _cleaned(self, html: str, tags: set[str], dropped: set[str]) -> str:
        values = {
            "a": {"target": "_blank"},
            "area": {"target": "_blank", "rel": _REL},
            "style": {"data-iris": self._mark},
        }
        return nh3.clean(
            html,
            tags=tags,
            clean_content_tags=dropped,
            attributes={tag: ATTRIBUTES[tag] for tag in ATTRIBUTES if tag in tags or tag == "*"},
            attribute_filter=self._attribute,
            link_rel=_REL,
            set_tag_attribute_values={tag: values[tag] for tag in values if tag in tags},
            url_schemes={"http", "https", "mailto", "tel", "data", "cid"},
        )

    def _attribute(self, tag: str, name: str, value: str) -> str | None:
        """Return the value that an attribute may have, None to remove it."""
        if tag not in TAGS:
            # nh3 asks for elements, too, that it is going to remove.
            return None
        if tag == "style":
            is_known = is_usable_media(value) if name == "media" else value == self._mark
            return value if is_known else None
        if name == "style":
            return self._css.declarations(value) or None
        if name in ("src", "background"):
            return self._image(value)
        if name == "href":
            return link(value)
        if name == "srcset":
            return self._image_set(value)
        if name == "usemap":
            return value if value.startswith("#") else None
        return value

    def _image(self, address: str) -> str | None:
        """Return the address from which an image may be loaded, None if it may not."""
        address = address.strip()
        if address[:4].lower() == "cid:":
            images, name = self._inline_images, address[4:]
            return self._inline(images.get(name) or images.get(unquote(name)))
        if address[:5].lower() == "data:":
            return self._inline(address)
        if not _REMOTE.match(address):
            return None
        if not self._allow_remote_images:
            self._blocked.add(address)
            return None
        return "https:" + address if address.startswith("//") else address

    def _inline(self, data_url: str | None) -> str | None:
        if not data_url or not is_raster_image(data_url):
            return None
        self._inline_left -= len(data_url)
        return data_url if self._inline_left >= 0 else None

    def _image_set(self, value: str) -> str | None:
        """Return a ``srcset`` of remote images, None unless all of it may be loaded.

        It only refines a ``src``, so it is counted where there is none.
        """
        candidates = [candidate.split() for candidate in re.split(r",(?=\s)", value)]
        for candidate in candidates:
            # A comma within would begin another candidate, perhaps one relative to this page.
            if not (1 <= len(candidate) <= 2 and _REMOTE.match(candidate[0])):
                return None
            if "," in "".join(candidate[1:]) or candidate[0].endswith(","):
                return None
        if self._allow_remote_images:
            return value
        self._blocked_sets.add(value)
        return None

    def _with_filtered_styles(self, html: str) -> str:
        """Filter the style sheets, which ammonia let through as they were."""
        pieces = []
        start = 0
        while match := self._opening.search(html, start):
            closing = html.find("</style>", match.end())
            pieces.append(html[start : match.start()])
            css = self._css.stylesheet(html[match.end() : closing])
            media = _MEDIA.search(match[0])
            if css:
                pieces.append(f"<style{media[0] if media else ''}>{css}</style>")
            start = closing + len("</style>")
        pieces.append(html[start:])
        return "".join(pieces)


def link(address: str) -> str | None:
    """Return the target that a link may have, None to take it away."""
    address = address.strip()
    if _LINK.match(address):
        return address
    if address.startswith("//"):
        return "https:" + address
    return "http://" + address if _BARE_HOST.match(address) else None


# -----------------------------------------------------------------------------
# The body element's own look
# -----------------------------------------------------------------------------


class _BodyTag(HTMLParser):
    def __init__(self):
        super().__init__()
        self.found: dict[str, str] = {}

    def handle_starttag(self, tag, attrs):
        self.found = {name: value or "" for name, value in attrs}


def _with_body_as_div(html: str) -> str:
    """Keep colours, class and style of the body: the letter becomes a fragment, which has none."""
    match = _BODY.search(html)
    if not match:
        return html
    parser = _BodyTag()
    parser.feed(match[0])
    style = [
        f"{property_name}:{parser.found[name].strip()}"
        for name, property_name in (("bgcolor", "background-color"), ("text", "color"))
        if _COLOUR.fullmatch(parser.found.get(name, "").strip())
    ]
    if parser.found.get("background"):
        style.append(f'background-image:url("{parser.found["background"]}")')
    style.append(parser.found.get("style", ""))
    attributes = {"style": ";".join(filter(None, style))}
    attributes |= {name: parser.found.get(name, "") for name in ("class", "id", "dir", "lang")}
    written = "".join(f' {name}="{escape(value)}"' for name, value in attributes.items() if value)
    return f"{html[: match.start()]}<div{written}>{html[match.end() :]}"
