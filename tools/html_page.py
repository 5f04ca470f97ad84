"""The page on which a letter is shown, within a sandboxed iframe of the letter card."""

import re
from html import escape

from .html import SafeHtml

_NOT_IN_FILE_NAMES = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069]+")
_SEPARATORS = re.compile(r'[\s\\/:*?"<>|]+')
LONGEST_FILE_NAME = 100

# Letters are written for white paper, so the page is white in the dark theme, too. The letter's
# own rules come later and win; only what the automatic height depends on is kept from them.
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
"""


def content_security_policy(*, allow_remote_images: bool) -> str:
    """Return the policy (Content Security Policy Level 3) of a letter's page.

    No script, no frame, no form, no font; pictures only from the letter unless allowed.

    :param allow_remote_images: the reader asked for the images of other servers
    """
    images = "data: https: http:" if allow_remote_images else "data:"
    return (
        f"default-src 'none'; style-src 'unsafe-inline'; img-src {images}; font-src 'none';"
        " form-action 'none'; base-uri 'none'; frame-ancestors 'self';"
        " sandbox allow-same-origin allow-popups allow-popups-to-escape-sandbox"
    )


def page(letter: SafeHtml, *, title: str) -> str:
    """Return the whole page of a letter.

    The element ``html`` tells the client what it needs: ``data-iris-letter`` (it is this page and
    no error), ``data-blocked-images`` (a number), ``data-text-only`` (the formatting was left out).

    :param letter: what ``html.sanitize`` made of the letter
    :param title: plain text
    """
    text_only = " data-text-only" if letter.is_text_only else ""
    return (
        f'<!DOCTYPE html>\n<html data-iris-letter data-blocked-images="{letter.blocked_images}"'
        f'{text_only}>\n<head><meta charset="utf-8"><title>{escape(title)}</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<style>{_STYLE}</style></head>\n<body><div class="iris-letter">{letter.html}</div></body>'
        "\n</html>\n"
    )


def file_name(subject: str, default: str) -> str:
    """Return a name under which every system can store the original letter (``.eml``).

    :param subject: the letter's subject
    :param default: the name, without ending, of a letter without a usable subject
    """
    name = _SEPARATORS.sub(" ", _NOT_IN_FILE_NAMES.sub(" ", subject))
    return f"{name[:LONGEST_FILE_NAME].strip(' .') or default}.eml"
