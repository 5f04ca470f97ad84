"""The page on which a letter is shown, within a sandboxed iframe of the letter card."""

import re
from collections.abc import Iterable
from html import escape

from .html import SafeHtml

_NOT_IN_FILE_NAMES = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069]+")
_SEPARATORS = re.compile(r'[\s\\/:*?"<>|]+')
LONGEST_FILE_NAME = 100

# The letter's own rules come later and win; only what the automatic height depends on is kept from
# them.
_STYLE = """
:root { color-scheme: light; background: #fff; }
html, body { height: auto !important; min-height: 0 !important; max-height: none !important; }
html { overflow-y: hidden; }
body {
  margin: 0; padding: 12px; background: #fff; color: #1f2937;
  font: 14px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", Arial, sans-serif;
  overflow-wrap: break-word;
}
.iris-letter { overflow-x: auto; }
.iris-plain { white-space: pre-wrap; overflow-wrap: anywhere; tab-size: 8; }
.iris-plain blockquote {
  margin: 4px 0; padding: 0 0 0 10px; border-left: 3px solid #93c5fd; color: #4b5563;
}
.iris-plain blockquote blockquote { border-color: #86efac; }
.iris-plain blockquote blockquote blockquote { border-color: #fcd34d; }
img { max-width: 100%; }
/* An image that was not loaded: its place and its alternative text. */
:where(img:not([src]):not([srcset])) {
  display: inline-block; overflow: hidden; background: #f3f4f6; color: #6b7280; font-size: 11px;
  outline: 1px dashed #d1d5db; outline-offset: -1px;
}
:where(img:is([width="0"], [width="1"], [height="0"], [height="1"])) { outline: none; }
pre { white-space: pre-wrap; }
.iris-quote { margin: 8px 0; }
.iris-quote > summary {
  display: inline-block; padding: 1px 10px; border: 1px solid #d1d5db; border-radius: 10px;
  background: #f3f4f6; color: #374151; font: 12px/1.6 system-ui, "Segoe UI", Roboto, sans-serif;
  list-style: none; cursor: pointer;
}
.iris-quote > summary::before { content: "••• "; letter-spacing: 1px; }
.iris-quote > summary:focus-visible { outline: 2px solid #2563eb; outline-offset: 2px; }
.iris-quote[open] > summary { margin-bottom: 8px; background: #fff; }
"""

# A letter without colours of its own is simply written light on dark.
_DARK = """
:root, body { color-scheme: dark; background: #1f1f1f; color: #e3e3e3; }
:where(a) { color: #8ab4f8; }
.iris-plain blockquote { color: #b4b8bf; }
.iris-quote > summary, .iris-quote[open] > summary {
  border-color: #4b5563; background: #2d2f33; color: #d1d5db;
}
:where(img:not([src]):not([srcset])) { background: #2d2f33; color: #a8adb5; }
"""

# One with colours was made for white paper: all are turned round together, so that what stood out
# still does, and pictures are turned back. A piece with a picture behind its text keeps the look
# that it had, pictures within included; only vivid colours come back duller, for a filter cannot
# leave out a part. White becomes the #1f1f1f of the others.
_INVERTED = """
html:root { background: #1f1f1f !important; }
html > body { filter: invert(0.88) hue-rotate(180deg); }
img:is([src], [srcset]), [background], [style*="url("] {
  filter: hue-rotate(180deg) invert(1);
}
:is([background], [style*="url("]) :is(img, [background], [style*="url("]) { filter: none; }
"""

# Paper has no need for a frame; nothing is cut off at the right. The heading is not the letter's:
# what is important within a layer wins over all that the letter may call important.
_PRINTED = """
html { overflow: visible; }
.iris-letter { overflow: visible; }
@layer iris {
  :is(html, body)::before, :is(html, body)::after { content: none !important; }
  body > .iris-letter { position: relative !important; z-index: 0 !important; }
  body > .iris-heading, body > .iris-heading * { all: revert !important; }
  body > .iris-heading {
    position: relative !important; z-index: 1 !important; width: 100% !important;
    margin: 0 0 16px !important; border-bottom: 1px solid #9ca3af !important;
    border-collapse: collapse !important; background: #fff !important; color: #1f2937 !important;
    font: 14px/1.5 system-ui, "Segoe UI", Roboto, "Noto Sans", Arial, sans-serif !important;
  }
  body > .iris-heading th {
    width: 1% !important; padding: 2px 12px 2px 0 !important; color: #6b7280 !important;
    font-weight: normal !important; text-align: start !important; vertical-align: top !important;
    white-space: nowrap !important;
  }
  body > .iris-heading td { padding: 2px 0 !important; overflow-wrap: anywhere !important; }
  body > .iris-heading tr:last-child > * { padding-bottom: 12px !important; }
}
@media print { body { padding: 0; } }
"""

_OWN_COLOURS = re.compile(r"<style|(?:color|background(?:-image)?)\s*+[:=]", re.IGNORECASE)


def content_security_policy(*, allow_remote_images: bool, allow_print: bool = False) -> str:
    """Return the policy (Content Security Policy Level 3) of a letter's page.

    No script, no frame, no form, no font; pictures only from the letter unless allowed.

    :param allow_remote_images: the reader asked for the images of other servers
    :param allow_print: the page around may have it printed; nothing in it can (no script runs)
    """
    images = "data: https: http:" if allow_remote_images else "data:"
    return (
        f"default-src 'none'; style-src 'unsafe-inline'; img-src {images}; font-src 'none';"
        " form-action 'none'; base-uri 'none'; frame-ancestors 'self';"
        " sandbox allow-same-origin allow-popups allow-popups-to-escape-sandbox"
        + (" allow-modals" if allow_print else "")
    )


def page(letter: SafeHtml, *, title: str, dark: bool = False, heading: str = "") -> str:
    """Return the whole page of a letter.

    The element ``html`` tells the client what it needs: ``data-iris-letter`` (it is this page and
    no error), ``data-blocked-images`` (a number), ``data-text-only`` (the formatting was left out).

    :param letter: what ``html.sanitize`` made of the letter
    :param title: plain text
    :param dark: light letters on dark ground
    :param heading: what stands above a letter that is printed, see ``heading``
    """
    text_only = " data-text-only" if letter.is_text_only else ""
    style = _STYLE
    if heading:
        style += _PRINTED
    elif dark:
        style += _INVERTED if _OWN_COLOURS.search(letter.html) else _DARK
    return (
        f'<!DOCTYPE html>\n<html data-iris-letter data-blocked-images="{letter.blocked_images}"'
        f'{text_only}>\n<head><meta charset="utf-8"><title>{escape(title)}</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<style>{style}</style></head>\n"
        f'<body>{heading}<div class="iris-letter">{letter.html}</div></body>\n</html>\n'
    )


def heading(lines: Iterable[tuple[str, str]]) -> str:
    """Return what stands above a letter that is printed, as HTML.

    :param lines: pairs of name and value, plain text
    """
    rows = "".join(
        f'<tr><th scope="row">{escape(name)}</th><td>{escape(value)}</td></tr>'
        for name, value in lines
    )
    return f'<table class="iris-heading">{rows}</table>'


def file_name(subject: str, default: str, ending: str = ".eml") -> str:
    """Return a name under which every system can store something of a letter.

    :param subject: the letter's subject
    :param default: the name, without ending, of a letter without a usable subject
    :param ending: with its dot; by default that of the original letter
    """
    name = _SEPARATORS.sub(" ", _NOT_IN_FILE_NAMES.sub(" ", subject))
    return f"{name[:LONGEST_FILE_NAME].strip(' .') or default}{ending}"
