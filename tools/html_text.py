"""Between plain text and HTML, both ways, in time linear in the size."""

import re
from html import escape, unescape

# What search and preview can use of one letter. Beyond that, it is the original's business.
LONGEST_TEXT_SOURCE = 1_000_000
DEEPEST_QUOTE = 12

# int() refuses more than 4,300 digits, and html.unescape() lets that escape to the caller.
_LONG_REFERENCE = re.compile(r"&#[xX]?[0-9a-fA-F]{9,};?")
_DATA_URL = re.compile(r"data:[\w/+.-]{1,60};base64,[\w+/=%-]*+")
_GAPS = re.compile(r"\n{3,}")
_LINE_OF_PRE, _SPACE_OF_PRE = "\x00", "\x01"

# Whatever is not text. Each alternative ends at the end of the letter at the latest, so none ever
# fails after it has searched far: that keeps the time linear.
_MARKUP = re.compile(
    r"""<(?:
        !--.*?(?:-->|\Z)
        |(script|style|title|template|noscript|noframes|noembed|iframe|object|svg|math|xml|select)
            (?=[\s/>]).*?(?:</\1(?=[\s/>])[^>]*+(?:>|\Z)|\Z)
        |[!?][^>]*+(?:>|\Z)
        |(/?[a-z][a-z0-9]*+)(?:[^>=]++|=\s*+(?:"[^"]{0,2000}+"|'[^']{0,2000}+')?+)*+(?:>|\Z)
    )""",
    re.IGNORECASE | re.DOTALL | re.VERBOSE,
)
_BREAKS = (
    {"br": "\n", "li": "\n- ", "td": " ", "th": " "}
    | {
        slash + name: "\n"
        for slash in ("", "/")
        for name in (
            "address article aside blockquote center dd div dl dt fieldset figure footer form"
            " header hr main nav ol section table tr ul"
        ).split()
    }
    | {slash + name: "\n\n" for slash in ("", "/") for name in "p h1 h2 h3 h4 h5 h6 pre".split()}
)


def to_text(html: str) -> str:
    """Return the text of an HTML letter, for search, preview and answers.

    Blocks become lines, paragraphs are set apart, items of lists get a dash, cells a space;
    scripts, styles and comments are left out.

    :param html: HTML as received; only the first 1,000,000 characters are read, not counting
        embedded pictures
    :return: plain text without leading or trailing blank lines
    """
    if len(html) > LONGEST_TEXT_SOURCE:
        html = _DATA_URL.sub("", html)[:LONGEST_TEXT_SOURCE]
    html = _LONG_REFERENCE.sub("\ufffd", html.replace("\x00", ""))
    parts = _MARKUP.split(html)
    tags = [tag and tag.lower() for tag in parts[2::3]]
    if "pre" in tags:
        _keep_lines_of_pre(parts, tags)
    parts[2::3] = [_BREAKS.get(tag, "") for tag in tags]
    parts[::3] = [text.replace("\n", " ") for text in parts[::3]]
    del parts[1::3]
    lines = unescape("".join(parts)).replace("\xad", "").split("\n")
    text = "\n".join([" ".join(line.split()) for line in lines])
    text = _GAPS.sub("\n\n", text).strip()
    return text.replace(_LINE_OF_PRE, "\n").replace(_SPACE_OF_PRE, " ").strip("\n")


def _keep_lines_of_pre(parts: list[str], tags: list[str | None]) -> None:
    """Put marks for the line breaks and spaces that ``pre`` elements show as they are."""
    depth = 0
    for number, tag in enumerate(tags):
        if tag == "pre":
            depth += 1
        elif tag == "/pre" and depth:
            depth -= 1
        if depth:
            text = parts[3 * number + 3].replace("\r\n", "\n")
            text = text.replace("\n", _LINE_OF_PRE).replace(" ", _SPACE_OF_PRE)
            parts[3 * number + 3] = text


# -----------------------------------------------------------------------------
# Plain text to HTML
# -----------------------------------------------------------------------------

# Possessive and anchored by a look-behind, so that a long word is read once, not once a letter.
_LINK = re.compile(
    r"(?P<url>(?<![\w@])(?:https?://|www\.)[^\s<>\"]++)"
    r"|(?<![\w.+%-])(?P<email>[\w.+%-]{1,64}+@[\w-]{1,63}+(?:\.[\w-]{1,63}+){1,8})",
    re.IGNORECASE,
)
_QUOTE_MARKS = re.compile(rf"(?:> ?){{1,{DEEPEST_QUOTE}}}")
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
