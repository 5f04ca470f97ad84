"""Fold what a letter quotes, as mail programs mark it, so that what is new stands alone.

Nothing of it is a standard: ``>`` before lines (RFC 3676 §4.5), ``blockquote`` with or without
names of mail programs, and headings such as *-----Original Message-----* or *From: Sent: To:*.
What is folded stands in a ``details`` element, which opens without a script.

Folded is what stands at the end of a letter, and a long quote that is answered below it. Answers
between quotes stay in sight, and so does a letter that is nothing but a quote, or forwarded.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from html import escape
from itertools import accumulate, islice
from typing import NamedTuple

from .html_outline import Element, Outline, can_hold_blocks, outline

# Visible characters of a quote that is folded although the letter goes on below it.
LONG_QUOTE = 1500
MOST_HEADINGS = 200  # that are looked at
MOST_TAGS = 100_000  # a letter with more of them is left as it is
_LONGEST_ATTRIBUTION = 500

_CLASS_OR_ID = re.compile(r'\s(?:class|id)="([^"]*)"')
# Elements around a whole quote, with the attribution: Gmail, Yahoo, Proton, Zoho, Outlook's app.
_QUOTE_NAMES = frozenset(
    "gmail_quote gmail_quote_container yahoo_quoted protonmail_quote zmail_extra"
    " mail-editor-reference-message-container".split()
)
# Elements from which on all is quoted: Outlook on the web and on phones.
_BEGINNINGS = frozenset(("divRplyFwdMsg", "appendonsend", "x_divRplyFwdMsg", "x_appendonsend"))

_DASHES = r"^[ \t>]{0,20}[-_]{2,40}[ \t]{0,3}"
_ORIGINAL = re.compile(
    _DASHES
    + r"(?:Original Message|Original Appointment|Reply message|Исходное (?:сообщение|письмо)"
    r"|Оригинальное сообщение|Ursprüngliche Nachricht|Originalnachricht|Message d['’]origine"
    r"|Mensaje original|Messaggio originale|Oryginalna wiadomość)[ \t]{0,3}[-_]{2,40}[ \t]{0,20}$",
    re.IGNORECASE | re.MULTILINE,
)
_FORWARDED = re.compile(
    r"^[ \t>]{0,20}(?:[-_]{2,40}[ \t]{0,3})?(?:(?:Begin )?forwarded message|Forwarded by"
    r"|Пересылаемое сообщение|Пересланное (?:сообщение|письмо)|Начало переадресованного сообщения"
    r"|Weitergeleitete Nachricht|Message transféré)[ \t]{0,3}(?::|[-_]{2,40})[ \t]{0,20}$",
    re.IGNORECASE | re.MULTILINE,
)
# Outlook's heading: From, then within a few lines the date and to whom or about what.
_FROM = re.compile(
    r"^[ \t*]{0,8}(?:From|От|От кого|Von|De|Da|Od|Від)[ \t*]{0,8}:[ \t*]{0,8}\S", re.MULTILINE
)
_SENT = re.compile(
    r"[ \t*]{0,8}(?:Sent|Date|Отправлено|Дата|Gesendet|Datum|Envoyé|Enviado|Inviato|Data|Wysłano"
    r"|Надіслано)[ \t*]{0,8}:"
)
_ABOUT = re.compile(
    r"[ \t*]{0,8}(?:To|Subject|Кому|Тема|An|Betreff|À|Objet|Para|Asunto|A|Oggetto|Do|Temat)"
    r"[ \t*]{0,8}:"
)
_LINES_OF_HEADING = 6
_REACH_OF_HEADING = 3000

# "On … wrote:", "2 марта 2026 г., … пишет:", "02.03.2026, 10:15, "Ivan" <i@x>:" and the like, on
# one line or two.
_ATTRIBUTION = re.compile(
    r"(?:^|\n)[ \t]*+("
    r"(?:(?:On|Am|Le|El|Il|Op|Den|W dniu|В)\b(?=[^\n]{0,60}\d)|[^\W\d]{2,12}\.?, \d"
    r"|\d{1,4}[-./ ](?:\d|[^\W\d]{3}))[^\n]{0,300}(?:\n+[^\n]{1,200})?:"
    r"|[^\n]{0,300}(?:wrote|writes|schrieb|пишет|писал\(?а?\)?|написал\(?а?\)?|a écrit|escribió"
    r"|ha scritto)[^\n]{0,200}:"
    r"|(?:You wrote|Вы писали):\n+[^\n]{1,200}"
    r")\s*\Z"
)
_BLANKS = re.compile(r"\s{0,200}+")
_SIGNATURE = re.compile(r"\s*(?:--|_{10,})[ \t]*(?:\n|\Z)")  # RFC 3676 §4.3, mailing lists


class _Range(NamedTuple):
    """What is to be folded: offsets in the HTML, and the count of visible characters before it."""

    start: int
    end: int
    seen_before: int


def fold(html: str, label: str) -> str:
    """Fold the quote of a letter. The time is linear in the size.

    :param html: sanitised HTML, from ``html.sanitize`` or ``html.text_to_html``
    :param label: what the reader presses to see the quote; plain text
    :return: sanitised HTML; the same as before if there is nothing to fold
    """
    found = outline(html) if html.count("<") <= MOST_TAGS else None
    quoted = found and _find(found)
    if not quoted:
        return html
    return (
        f"{html[: quoted.start]}"
        f'<details class="iris-quote"><summary>{escape(label)}</summary>'
        f"{html[quoted.start : quoted.end]}</details>{html[quoted.end :]}"
    )


def _find(letter: Outline) -> _Range | None:
    quotes = _top_quotes(letter)
    heading, is_forwarded = _first_heading(letter, quotes)
    if is_forwarded:
        quotes = [quote for quote in quotes if quote.text_end <= heading]
    elif heading is not None:
        return _from_here_on(letter, heading)
    if not quotes:
        return None
    last = quotes[-1]
    if letter.whole.seen_end == last.seen_end or _SIGNATURE.match(letter.text, last.text_end):
        quoted = _with_attribution(letter, _first_of_run(quotes), last.end)
        return quoted if quoted and quoted.seen_before else None
    if len(quotes) == 1 and last.seen_end - last.seen_start >= LONG_QUOTE:
        return _with_attribution(letter, last, last.end)
    return None


def _anchor(letter: Outline, offset: int, limit: int) -> tuple[int, int, Element]:
    """Return where to begin so that no element is torn: before the outermost one that begins here.

    :param offset: in the text
    :param limit: in the HTML: elements that go on beyond it are not left
    :return: as ``Outline.place``
    """
    position, seen, element = letter.place(offset)
    while element.parent and element.seen_start == seen and element.end <= limit:
        position, element = element.start, element.parent
    return position, seen, element


def _from_here_on(letter: Outline, offset: int) -> _Range | None:
    """Return the range from a heading to the end of the letter."""
    end = letter.whole.inner_end
    position, seen, around = _anchor(letter, offset, end)
    if not seen or around.seen_end != letter.whole.seen_end or not can_hold_blocks(around):
        return None
    return _Range(position, around.inner_end, seen)


# -----------------------------------------------------------------------------
# Quotes in elements of their own
# -----------------------------------------------------------------------------


class _Blocks:
    """The ``blockquote`` elements that are in no other one, and how much text is in them."""

    def __init__(self, letter: Outline):
        self.outer: list[Element] = []
        end = 0
        for element in letter.elements:
            if element.tag == "blockquote" and element.start >= end:
                self.outer.append(element)
                end = element.end
        self._starts = [block.start for block in self.outer]
        self._sums = [0, *accumulate(block.seen_end - block.seen_start for block in self.outer)]

    def have_answers(self, container: Element) -> bool:
        """Tell whether something stands in a quote's container behind what it quotes."""
        first = bisect_left(self._starts, container.start)
        behind = bisect_left(self._starts, container.end)
        if first == behind:
            return False
        quoted = self._sums[behind] - self._sums[first]
        return container.seen_end - self.outer[first].seen_start > quoted


def _names(element: Element) -> set[str]:
    return {name for value in _CLASS_OR_ID.findall(element.attributes) for name in value.split()}


def _top_quotes(letter: Outline) -> list[Element]:
    """Return the quotes that are in no other quote, in order."""
    blocks = _Blocks(letter)
    quotes: list[Element] = []
    end = 0
    for element in letter.elements[1:]:
        if element.start < end or element.seen_start == element.seen_end:
            continue
        if element.tag == "blockquote" or (
            element.attributes
            and _names(element) & _QUOTE_NAMES
            and not blocks.have_answers(element)
            and not _FORWARDED.match(
                letter.text, _BLANKS.match(letter.text, element.text_start).end()
            )
        ):
            quotes.append(element)
            end = element.end
    return quotes


def _first_of_run(quotes: list[Element]) -> Element:
    """Return the first of the quotes at the end between which nothing stands."""
    first = quotes[-1]
    for quote in reversed(quotes[:-1]):
        if quote.seen_end != first.seen_start or quote.parent is not first.parent:
            break
        first = quote
    return first


def _with_attribution(letter: Outline, quote: Element, end: int) -> _Range | None:
    """Return the range of a quote, with the line that says who wrote it where there is one."""
    around = quote.parent
    if not can_hold_blocks(around):
        return None
    start = max(quote.text_start - _LONGEST_ATTRIBUTION, 0)
    line = quote.tag == "blockquote" and _ATTRIBUTION.search(letter.text[start : quote.text_start])
    if not line:
        return _Range(quote.start, end, quote.seen_start)
    position, seen, parent = _anchor(letter, start + line.start(1), quote.start)
    return _Range(position if parent is around else quote.start, end, seen)


# -----------------------------------------------------------------------------
# Quotes under a heading
# -----------------------------------------------------------------------------


def _first_heading(letter: Outline, quotes: list[Element]) -> tuple[int | None, bool]:
    """Return where the first heading outside of all quotes stands, and whether it passes on.

    :return: offset in the text, or None
    """
    starts = [quote.text_start for quote in quotes]

    def is_outside(offset: int) -> bool:
        number = bisect_right(starts, offset) - 1
        return number < 0 or offset >= quotes[number].text_end

    found = []
    for offsets, is_forwarded in (
        (_marked_beginnings(letter), False),
        ((match.start() for match in _ORIGINAL.finditer(letter.text)), False),
        (_field_headings(letter.text), False),
        ((match.start() for match in _FORWARDED.finditer(letter.text)), True),
    ):
        first = next(filter(is_outside, islice(offsets, MOST_HEADINGS)), None)
        if first is not None:
            found.append((first, is_forwarded))
    return min(found, default=(None, False))


def _marked_beginnings(letter: Outline) -> Iterator[int]:
    for element in letter.elements:
        if element.attributes and _names(element) & _BEGINNINGS:
            yield element.text_start


def _field_headings(text: str) -> Iterator[int]:
    for match in islice(_FROM.finditer(text), MOST_HEADINGS):
        lines = text[match.start() : match.start() + _REACH_OF_HEADING].split("\n")
        following = [line for line in lines if line.strip()][1 : _LINES_OF_HEADING + 1]
        if any(map(_SENT.match, following)) and any(map(_ABOUT.match, following)):
            yield match.start()
