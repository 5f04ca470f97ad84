"""HTML between a letter, which is stored as it will be sent, and Odoo's HTML editor.

The editor shows HTML directly in Odoo's own page, where a letter by a stranger may be quoted.
So whatever goes in or comes out passes the same wall (``html_editing_wall``), also a second time:
anybody may write by RPC. No picture comes from another server: such a picture keeps its address
in ``data-iris-src``. Pictures of the letter are ``cid:`` (RFC 2392) where it is stored.
"""

import re
from collections.abc import Iterator, Mapping
from html import escape, unescape
from urllib.parse import parse_qs, unquote
from urllib.parse import quote as percent_encoded

from .html import UNUSABLE, is_raster_image
from .html_editing_wall import (
    QUOTE,
    SIGNATURE,
    TOKEN,
    Cleaner,
    DataUrls,
    stored_picture,
    text_as_html,
)
from .html_text import to_text

__all__ = [
    "content_ids", "data_pictures", "forwarded", "from_editor", "is_blank", "local_pictures",
    "picture_id", "quote", "text_as_html", "to_editor", "with_signature",
    "without_signature_and_quote",
]  # fmt: skip

LONGEST_QUOTED_HTML = 200_000
LONGEST_QUOTED_TEXT = 100_000
# Beyond this, the answer to an answer to an answer would some day be too deep to be simplified.
DEEPEST_QUOTED = 150
_LONGEST_HEADING = 10_000

_QUOTE_STYLE = "margin:0 0 0 0.8ex;border-left:2px solid #cccccc;padding-left:1ex"
_LOCAL = re.compile(r"/web/(?:image|content)(?=[/?])")
_ATTACHMENT = re.compile(
    r"/web/(?:image|content)/(?:ir\.attachment/([0-9]{1,10})/(?:datas|raw)|([0-9]{1,10}))"
    r"(?=[-/?#]|$)"
)
_BY_QUERY = re.compile(r"/web/(?:image|content)/?\?([^#]{1,2000})")
_LARGEST_ID = 2**31 - 1
_VOID = frozenset(("br", "col", "hr", "img", "wbr"))
_MARK = re.compile(rf' ({SIGNATURE}|{QUOTE})="1"')
_INVISIBLE = re.compile("[\\s\u00ad\u200b-\u200f\u2060\ufeff]+")


def to_editor(html: str, pictures: Mapping[str, str]) -> str:
    """Return what the editor gets of a letter that is stored as it will be sent.

    A remote picture has no ``src``, so that nothing is loaded; its address stands in
    ``data-iris-src``. A picture that is not known loses its ``src``.

    :param html: the stored form; that of an enemy does no harm either
    :param pictures: content id (without angle brackets) → address such as /web/image/12
    """

    def resolve(address: str) -> str | None:
        if address[:4].lower() == "cid:":
            name = address[4:]
            return pictures.get(name) or pictures.get(unquote(name))
        return stored_picture(address)

    return Cleaner(resolve, hides_remote=True).run(html)


def from_editor(html: str, pictures: Mapping[str, str]) -> str:
    """Return the form to store of what the editor, or anybody by RPC, gave.

    Pictures of unknown addresses here, and data URLs that are not known, are removed.

    :param html: HTML of the editor
    :param pictures: address as ``local_pictures`` and ``data_pictures`` tell it → content id
    """

    def resolve(address: str) -> str | None:
        content_id = pictures.get(address) or pictures.get(address := address.strip())
        if content_id:
            return "cid:" + percent_encoded(content_id, safe="@!$*+=~.-_")
        return None if is_raster_image(address) else stored_picture(address)

    return Cleaner(resolve, takes_remote=True, drops_empty=True).run(html)


def local_pictures(html: str) -> tuple[str, ...]:
    """Return the addresses of this server's pictures (/web/image, /web/content) in ``img``
    elements, as written, each once.

    :param html: HTML of the editor
    """
    return tuple(address for address in _pictures_of(html) if _LOCAL.match(address.strip()))


def data_pictures(html: str) -> tuple[str, ...]:
    """Return the data URLs of raster images in ``img`` elements, as written, each once.

    :param html: HTML of the editor
    """
    return tuple(address for address in _pictures_of(html) if is_raster_image(address))


def content_ids(html: str) -> frozenset[str]:
    """Return the content ids of the pictures that a letter shows (RFC 2392).

    :param html: the stored form
    """
    found = (address.strip() for address in _pictures_of(html))
    return frozenset(unquote(address[4:]) for address in found if address[:4].lower() == "cid:")


def picture_id(address: str) -> int | None:
    """Return the id of the attachment that an address here shows, None if it shows none.

    It may not exist, and its reader may not be allowed to read it.

    :param address: such as /web/image/12-abc/name.png?access_token=x or /web/content/12
    """
    address = address.strip()
    if found := _ATTACHMENT.match(address):
        number = found[1] or found[2]
    elif found := _BY_QUERY.match(address):
        query = parse_qs(found[1], max_num_fields=100) if found[1].count("&") < 100 else {}
        if query.get("model", ["ir.attachment"]) != ["ir.attachment"]:
            return None
        number = query.get("id", [""])[0]
    else:
        return None
    is_id = number.isascii() and number.isdecimal() and len(number) <= 10
    return int(number) if is_id and int(number) <= _LARGEST_ID else None


def _pictures_of(html: str) -> list[str]:
    found: dict[str, None] = {}
    Cleaner(lambda address: found.setdefault(address)).run(html)
    return list(found)


# -----------------------------------------------------------------------------
# Answers and signatures
# -----------------------------------------------------------------------------


def quote(heading: str, html: str, text: str) -> str:
    """Return a letter under a heading, for an answer to it, in the stored form.

    What is quoted has no classes, no styles beyond those of the text, and no marks of ours. Data
    URLs of raster images stay: ``data_pictures`` names them. HTML that is very long or too
    intricate is quoted as its text, and a text that is very long is cut.

    :param heading: text; its lines stand above the quote
    :param html: the letter's HTML as received, '' if it has none
    :param text: the letter's text, used where there is no HTML
    """
    original = _original(html, text)
    quoted = f'<blockquote type="cite" style="{_QUOTE_STYLE}">{original}</blockquote>'
    return _marked(QUOTE, _heading(heading) + quoted)


def forwarded(heading: str, html: str, text: str) -> str:
    """Return a letter under a heading, to be passed on: as ``quote``, without a quote's look."""
    return _marked(QUOTE, _heading(heading) + _original(html, text))


def with_signature(html: str, signature: str) -> str:
    """Return a letter with this signature, in place of the one that it has.

    A letter without signature gets it above what it quotes, else at its end. What stands in a
    quote is never taken for a signature.

    :param html: the letter, in the stored form
    :param signature: HTML in the stored form; if it is empty, an old one goes and its place stays
    """
    html = _stored(html)
    signature = Cleaner(stored_picture, is_quoted=True).run(signature)
    quote_start = None
    for mark, start, _end, inner_start, inner_end in _blocks(html):
        if mark == SIGNATURE:
            return html[:inner_start] + signature + html[inner_end:]
        quote_start = start if quote_start is None else quote_start
    if not signature:
        return html
    place = len(html) if quote_start is None else quote_start
    return html[:place] + _marked(SIGNATURE, signature) + html[place:]


def split_quote(html: str) -> tuple[str, str]:
    """Return what stands above the first quote, and the quote with all that follows.

    :param html: the letter, in the stored form
    """
    html = _stored(html)
    for mark, start, _end, _inner_start, _inner_end in _blocks(html):
        if mark == QUOTE:
            return html[:start], html[start:]
    return html, ""


def without_signature_and_quote(html: str) -> str:
    """Return what the author of a letter wrote themself.

    :param html: the letter, in the stored form
    """
    html = _stored(html)
    pieces = []
    position = 0
    for _mark, start, end, _inner_start, _inner_end in _blocks(html):
        pieces.append(html[position:start])
        position = end
    return "".join(pieces) + html[position:]


def is_blank(html: str) -> bool:
    """Tell whether a letter shows no text and no picture.

    :param html: the stored form
    """
    return _shows_nothing(_stored(html))


def _stored(html: str) -> str:
    return Cleaner(stored_picture).run(html)


def _shows_nothing(cleaned: str) -> bool:
    if "<img" in cleaned:
        return False
    return not _INVISIBLE.sub("", unescape(TOKEN.sub("", cleaned)))


def _marked(mark: str, content: str) -> str:
    return f'<div {mark}="1">{content}</div>'


def _heading(heading: str) -> str:
    lines = UNUSABLE.sub("", heading)[:_LONGEST_HEADING].strip().splitlines()
    written = "<br>".join(escape(line, quote=False) for line in lines)
    return f"<p>{written}</p>".replace("\xa0", "&nbsp;") if written else ""


def _original(html: str, text: str) -> str:
    cleaner = Cleaner(stored_picture, is_quoted=True)
    data_urls = DataUrls()
    hidden = data_urls.hide(html)
    if len(hidden) <= LONGEST_QUOTED_HTML:
        cleaned = cleaner.clean(hidden)
        if cleaned and not _shows_nothing(cleaned) and _depth(cleaned) <= DEEPEST_QUOTED:
            return data_urls.show(cleaned)
    text = text if text.strip() else to_text(hidden)
    if len(text) > LONGEST_QUOTED_TEXT:
        text = text[:LONGEST_QUOTED_TEXT].rstrip() + "…"
    return text_as_html(text)


def _depth(cleaned: str) -> int:
    depth = deepest = 0
    for token in TOKEN.finditer(cleaned):
        if token[2] not in _VOID:
            depth += -1 if token[1] else 1
            deepest = max(deepest, depth)
    return deepest


def _blocks(cleaned: str) -> Iterator[tuple[str, int, int, int, int]]:
    """Yield the marked blocks, of nested ones the outermost: mark, where it and its content begin
    and end (start, end, start of the content, end of the content)."""
    depth = 0
    outer: tuple[str, int, int, int] | None = None  # mark, start, start of the content, depth
    for token in TOKEN.finditer(cleaned):
        if token[2] != "div":
            continue
        if not token[1]:
            depth += 1
            if outer is None and (mark := _MARK.search(token[3])):
                outer = mark[1], token.start(), token.end() - len(token[4]), depth
            continue
        if outer and depth == outer[3]:
            end = token.end() - len(token[4])
            yield outer[0], outer[1], end, outer[2], token.start()
            outer = None
        depth -= 1
