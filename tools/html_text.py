"""Between plain text and HTML, both ways, in time linear in the size."""

import re
from html import escape, unescape

# What search and preview can use of one letter. Beyond that, it is the original's business.
LONGEST_TEXT_SOURCE = 2_000_000
DEEPEST_QUOTE = 12

_HIDDEN = frozenset(
    "script style title template noscript iframe object svg math xml select".split()
)
_BLOCKS = frozenset(
    "address article aside blockquote center dd div dl dt fieldset figure footer form header hr li"
    " main nav ol section table tr ul".split()
)
_PARAGRAPHS = frozenset("p h1 h2 h3 h4 h5 h6 pre".split())
_CELLS = frozenset(("td", "th"))
_TAG_NAME = re.compile(r"/?[a-zA-Z][a-zA-Z0-9]*")
_SPACES = re.compile(r"[ \t\r\n\f]+")
# int() refuses more than 4,300 digits, and html.unescape() lets that escape to the caller.
_LONG_REFERENCE = re.compile(r"&#[xX]?[0-9a-fA-F]{9,};?")
_BROKEN_LINES = re.compile(r"[^\S\n]*\n[^\S\n]*")
_GAPS = re.compile(r"\n{3,}")
_LINE_IN_PRE = "\x0b"


def to_text(html: str) -> str:
    """Return the text of an HTML letter, for search, preview and answers.

    Blocks become lines, paragraphs are set apart, items of lists get a dash, cells a space;
    scripts, styles and comments are left out.

    :param html: HTML as received; only the first 2,000,000 characters are read
    :return: plain text without leading or trailing blank lines
    """
    html = _LONG_REFERENCE.sub("\ufffd", html[:LONGEST_TEXT_SOURCE].replace("\x00", ""))
    text = unescape("".join(_pieces(html)))
    text = _BROKEN_LINES.sub("\n", text.replace("\xa0", " ").replace("\xad", ""))
    return _GAPS.sub("\n\n", text).strip().replace(_LINE_IN_PRE, "\n")


def _pieces(html: str) -> list[str]:
    """Split HTML into text and line breaks; entities stay as they are."""
    pieces: list[str] = []
    hidden = ""
    in_pre = 0
    start = 0
    end = len(html)
    while start < end:
        opening = html.find("<", start)
        if opening < 0:
            opening = end
        if opening > start and not hidden:
            pieces.append(_shown(html[start:opening], in_pre))
        name, start = _read_tag(html, opening)
        if hidden:
            hidden = "" if name == "/" + hidden else hidden
        elif name in _HIDDEN:
            hidden = name
        elif name:
            pieces.append(_break_for(name))
            if name == "pre":
                in_pre += 1
            elif name == "/pre" and in_pre:
                in_pre -= 1
        elif html.startswith("<", opening) and start == opening + 1:
            pieces.append("<")
    return pieces


def _shown(text: str, in_pre: int) -> str:
    if in_pre:
        return text.replace("\r\n", "\n").replace("\n", _LINE_IN_PRE)
    return _SPACES.sub(" ", text)


def _read_tag(html: str, opening: int) -> tuple[str, int]:
    """Return the lower-case name of the tag at ``opening`` (with a leading slash when it ends an
    element, empty when it is none) and where reading goes on."""
    match = _TAG_NAME.match(html, opening + 1)
    if match:
        return match[0].lower(), _end_of_tag(html, match.end())
    if html.startswith("<!--", opening):
        closing = html.find("-->", opening + 2)
        return "", len(html) if closing < 0 else closing + 3
    if html.startswith(("<!", "<?", "</"), opening):
        closing = html.find(">", opening)
        return "", len(html) if closing < 0 else closing + 1
    return "", opening + 1


def _end_of_tag(html: str, start: int) -> int:
    """Return the place after the tag's ``>``; one within a quoted value does not count."""
    closing = html.find(">", start)
    if closing < 0:
        return len(html)
    quote = html.rfind("=", start, closing)
    mark = html[quote + 1 : quote + 2]
    if quote > 0 and mark and mark in "\"'" and html.find(mark, quote + 2, closing) < 0:
        value_end = html.find(mark, closing, closing + 2000)
        if value_end > 0:
            return html.find(">", value_end) + 1 or len(html)
    return closing + 1


def _break_for(name: str) -> str:
    plain = name.lstrip("/")
    if name == "br":
        return "\n"
    if name == "li":
        return "\n- "
    if plain in _PARAGRAPHS:
        return "\n\n"
    if plain in _BLOCKS:
        return "\n"
    return " " if plain in _CELLS else ""


# -----------------------------------------------------------------------------
# Plain text to HTML
# -----------------------------------------------------------------------------

# Possessive and anchored by a look-behind, so that a long word is read once, not once a letter.
_LINK = re.compile(
    r"(?P<url>(?<![\w@])(?:https?://|www\.)[^\s<>\"]++)"
    r"|(?<![\w.+%-])(?P<email>[\w.+%-]{1,64}+@[\w-]{1,63}+(?:\.[\w-]{1,63}+){1,8})",
    re.IGNORECASE,
)
_QUOTE_MARKS = re.compile(r"(?:> ?){1,%d}" % DEEPEST_QUOTE)
_AFTER_A_LINK = ".,;:!?'*_»”…"
_BRACKETS = {")": "(", "]": "[", "}": "{"}
_REL = 'target="_blank" rel="noopener noreferrer nofollow"'


def text_to_html(text: str) -> str:
    """Return safe HTML that shows a plain text letter as it was written.

    Addresses of pages and mailboxes become links; lines that begin with ``>`` stand in nested
    ``blockquote`` elements, one for each mark (RFC 3676 §4.5).

    :param text: the letter's text
    :return: HTML; it wants ``white-space: pre-wrap`` (class ``iris-plain``)
    """
    pieces = ['<div class="iris-plain">']
    level = 0
    first = True
    for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n"):
        marks = _QUOTE_MARKS.match(line)
        depth = marks[0].count(">") if marks else 0
        if depth != level:
            pieces.append("</blockquote>" * (level - depth) + "<blockquote>" * (depth - level))
            level, first = depth, True
        if not first:
            pieces.append("\n")
        first = False
        pieces.append(_linked(line[marks.end() :] if marks else line))
    pieces.append("</blockquote>" * level + "</div>")
    return "".join(pieces)


def _linked(line: str) -> str:
    """Escape a line and make its addresses clickable."""
    if "@" not in line and "://" not in line and "www." not in line.lower():
        return escape(line)
    pieces = []
    start = 0
    for match in _LINK.finditer(line):
        found = _without_punctuation(match[0])
        target = found
        if match["email"]:
            target = "mailto:" + found
        elif found[:4].lower() == "www.":
            target = "http://" + found
        pieces.append(escape(line[start : match.start()]))
        pieces.append(f'<a href="{escape(target)}" {_REL}>{escape(found)}</a>')
        start = match.start() + len(found)
    pieces.append(escape(line[start:]))
    return "".join(pieces)


def _without_punctuation(link: str) -> str:
    """Cut the full stop or the bracket that belongs to the sentence, not to the address."""
    end = len(link)
    surplus = {mark: link.count(mark) - link.count(pair) for mark, pair in _BRACKETS.items()}
    while end > 1:
        last = link[end - 1]
        if surplus.get(last, 0) > 0:
            surplus[last] -= 1
        elif last not in _AFTER_A_LINK:
            break
        end -= 1
    return link[:end]
