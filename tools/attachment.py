"""Files of a letter and names for them that are safe to show and to save."""

import mimetypes
import re
from dataclasses import dataclass
from urllib.parse import unquote_to_bytes

from . import charset, header

_MAX_NAME = 200
# Control characters, and the marks that turn "cod.exe" into "exe.doc" on the screen.
_NOT_IN_NAMES = re.compile("[\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]+")
_NOT_IN_TITLES = re.compile(r"[\\/:*?\"<>|]+")
_PERCENT = re.compile(r"%[89A-Fa-f][0-9A-Fa-f]")
_BLANK = re.compile(rb"\n\r?\n")
_TYPE = re.compile(r"[\w!#$&^.+-]{1,100}/[\w!#$&^.+-]{1,100}")
_BASE_NAMES = {
    "text/calendar": "invite.ics", "message/delivery-status": "delivery-status.txt",
    "message/global-delivery-status": "delivery-status.txt",
    "message/disposition-notification": "disposition-notification.txt",
    "message/feedback-report": "feedback-report.txt", "text/rfc822-headers": "headers.txt",
    "message/partial": "partial.eml", "message/external-body": "external-body.txt",
    "application/pgp-signature": "signature.asc", "application/pgp-encrypted": "pgp-version.txt",
    "application/pgp-keys": "keys.asc", "application/pkcs7-signature": "smime.p7s",
    "application/x-pkcs7-signature": "smime.p7s", "application/pkcs7-mime": "smime.p7m",
    "application/x-pkcs7-mime": "smime.p7m", "application/ms-tnef": "winmail.dat",
    "text/plain": "text.txt", "text/html": "text.html", "image/jpeg": "image.jpg",
}  # fmt: skip
_LETTERS = ("message/rfc822", "message/global", "message/news")


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file of a letter; ``inline`` if the HTML body shows it by its content id."""

    filename: str
    content_type: str
    content: bytes
    content_id: str  # without angle brackets
    inline: bool


def is_type(content_type: str) -> bool:
    """Tell whether a content type has the form type/subtype."""
    return _TYPE.fullmatch(content_type) is not None


def guess_type(filename: str) -> str:
    """Return the content type that a file name suggests."""
    return mimetypes.guess_type(filename)[0] or "application/octet-stream"


def name_of(
    declared: str,
    content_type: str,
    content: bytes,
    charsets: charset.Charsets,
    may_be_escaped: bool = True,
) -> str:
    """Choose the name of a file.

    :param declared: the decoded name that the letter gives, or ''
    :param content_type: in lower case
    :param content: of the file; a nested letter without a name is called by its subject
    :param charsets: what is known of the letter's charsets
    :param may_be_escaped: whether signs such as %D0 may stand for bytes
    """
    if may_be_escaped and _PERCENT.search(declared):  # escaped like a URL, though no RFC says so
        declared = header.one_line(charsets.decode(unquote_to_bytes(declared), "utf-8"))
    if content_type in _LETTERS:
        if not declared:
            declared = _subject_of(content, charsets) + ".eml"
        elif "." not in declared[-6:]:
            declared += ".eml"
    return safe_filename(declared, content_type)


def safe_filename(name: str, content_type: str) -> str:
    """Return a name without path and control characters, of 200 characters at most; never empty."""
    name = _NOT_IN_NAMES.sub("", name)
    name = name.replace("\\", "/").rstrip("/ ").rpartition("/")[2].strip(" ")
    if not name.strip(". "):
        name = _BASE_NAMES.get(content_type) or (
            (content_type.partition("/")[0] or "file") + _extension(content_type)
        )
    if len(name) > _MAX_NAME:
        stem, dot, extension = name.rpartition(".")
        if not dot or len(extension) > 20:
            return name[:_MAX_NAME]
        name = stem[: _MAX_NAME - len(extension) - 1] + dot + extension
    return name


def _extension(content_type: str) -> str:
    default = ".txt" if content_type.startswith("text/") else ".bin"
    return mimetypes.guess_extension(content_type) or default


def _subject_of(letter: bytes, charsets: charset.Charsets) -> str:
    head = letter[:65536]
    blank = _BLANK.search(head)
    block = header.read_block(head, 0, blank.start() if blank else len(head), len(head))
    subject = header.decode(block.first(b"subject")[:2000], charsets)
    return _NOT_IN_TITLES.sub(" ", subject)[:80].strip(" .") or "message"
