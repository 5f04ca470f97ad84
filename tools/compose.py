"""A letter written here to its bytes (RFC 5322, RFC 2045–2049, RFC 2231, RFC 6532).

Not by the standard library's ``email``: it loses or adds blanks where it folds names and subjects,
raises on signs that people paste, and takes several times as long for a file.
"""

import binascii
import re
import secrets
import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from itertools import chain
from urllib.parse import quote

from . import attachment, charset, header
from .address import Address, address_to_send, ascii_address

__all__ = ["File", "Outgoing", "ascii_address", "compose", "needs_smtputf8", "new_message_id"]

_MAX_LINE = 76  # of a line with encoded words (RFC 2047 §2); the others may as well keep to it
_MAX_WORD = 75
_MAX_RAW_LINE = 998  # of any line (RFC 5322 §2.1.1)
_MAX_PLAIN = 60  # of a word, a display name or a file name that is not encoded
_MAX_CONTENT_ID = 500
_MAX_REFERENCES = 50
_WORD_FRAME = len("=?UTF-8?B??=")
# "=_" stands in no base64 and no quoted-printable.
_BOUNDARY = "=_{}"

_BEGINNING = re.compile("[\ufeff\\s]+")  # readers cut blanks and a byte order mark
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
_ATOMS = re.compile(r"[\w!#$%&'*+/=?^`{|}~ -]+", re.ASCII)
_PLAIN_IN_WORD = re.compile(r"[A-Za-z0-9!*+/-]")  # in a display name too (RFC 2047 §5)
_PLAIN_NAME = re.compile(rf"[\w !#$&'()+,.;=@^`{{}}~\[\]-]{{1,{_MAX_PLAIN}}}", re.ASCII)
_ID = re.compile(r"<[!-;=?-~]{1,900}>")
_NOT_IN_CONTENT_ID = re.compile(r"[^!#-&*-;=@-~]+")
_SHORT_LINES = re.compile(rb"(?:(?!From )[\t -~]{0,78}+\r\n)*+")
_LITERAL_BYTES = bytes(range(0x20, 0x7F)).replace(b"=", b"") + b"\t\r\n"
_TO_ESCAPE = re.compile(rb"[^\t\r\n -<>-~]|[\t ](?=\r\n)")
_QP_LINE = re.compile(rb".{1,75}(?<!=)(?<!=.)", re.DOTALL)
_FROM_LINE = re.compile(rb"^From ", re.MULTILINE)
_MANY_LINES = struct.Struct(f"{_MAX_LINE}s" * 64)  # of base64: cuts faster than slices do
_RAW_LINES = re.compile(rb"[\x01-\x09\x0b\x0c\x0e-\x7f]{%d}" % (_MAX_RAW_LINE + 1))


@dataclass(frozen=True, slots=True)
class File:
    """A file to send; with a ``content_id`` (no angle brackets) a picture that the HTML shows."""

    filename: str
    content_type: str
    content: bytes
    content_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """A letter to send. There is no Bcc here on purpose: it is only in the envelope.

    ``date`` is naive and in UTC. Message ids carry their angle brackets. Of ``text`` and ``html``
    that are both given, a reader shows the one that it can.
    """

    from_: Address
    to: tuple[Address, ...] = ()
    cc: tuple[Address, ...] = ()
    reply_to: tuple[Address, ...] = ()
    subject: str = ""
    text: str = ""
    html: str = ""
    files: tuple[File, ...] = ()
    date: datetime
    message_id: str
    in_reply_to: str = ""
    references: tuple[str, ...] = ()


def compose(letter: Outgoing) -> bytes:
    """Return the bytes of a letter, with CRLF line ends; each call draws new boundaries.

    Never raises on any text in any field: control characters become spaces, addresses and message
    ids that cannot be written are left out, a content type that is none becomes
    application/octet-stream. No byte is above 127, unless an address needs SMTPUTF8 (RFC 6532).
    """
    fields = [
        f"Date: {format_datetime(letter.date.replace(tzinfo=UTC))}",
        _addresses("From", (letter.from_,)) or "From: undisclosed-sender:;",  # RFC 6854
    ]
    to, cc = _addresses("To", letter.to), _addresses("Cc", letter.cc)
    fields += [to, cc] if to or cc else ["To: undisclosed-recipients:;"]
    fields += [
        _addresses("Reply-To", letter.reply_to),
        _subject(letter.subject),
        _ids("Message-ID", (letter.message_id,)),
        _ids("In-Reply-To", (letter.in_reply_to,)),
        _ids("References", letter.references),
        "MIME-Version: 1.0\r\n",
    ]
    top = "\r\n".join(filter(None, fields)).encode()
    return b"".join([top, *_content(letter)])


def new_message_id(address: str) -> str:
    """Return a message id that nobody can guess, at the domain of an address (RFC 5322 §3.6.4)."""
    domain = address_to_send(f"x@{ascii_address(address).rpartition('@')[2]}")[2:]
    return f"<{secrets.token_hex(16)}@{domain or 'localhost'}>"


def needs_smtputf8(addresses: Iterable[str]) -> bool:
    """Tell whether a server must know SMTPUTF8 for these addresses (RFC 6531)."""
    return any(not ascii_address(address).isascii() for address in addresses)


# Header fields ------------------------------------------------------------------------------------


def _line(text: str) -> str:
    """Return a text as one line without signs that could end it or that no reader keeps."""
    text = header.one_line(_CONTROL.sub(" ", text))
    found = _BEGINNING.match(text)
    return text[found.end() :] if found else text


class _Field:
    """A header field in the making, folded before a token that does not fit the line."""

    def __init__(self, name: str):
        self.pieces = [name, ":"]
        self.column = len(name) + 1
        self.is_begun = False  # nothing but the name on the first line is what some misread

    def add(self, token: str) -> None:
        if self.is_begun and self.column + 1 + len(token) > _MAX_LINE:
            self.pieces.append("\r\n")
            self.column = 0
        self.pieces += [" ", token]
        self.column += 1 + len(token)
        self.is_begun = True

    def add_encoded(self, text: str) -> None:
        words = list(_encoded_words(text, _MAX_LINE - self.column - 1))
        if self.is_begun and len(words) > 1:
            words = _encoded_words(text)  # on a line of their own
        for word in words:
            self.add(word)

    def __str__(self) -> str:
        return "".join(self.pieces)


def _encoded_words(text: str, room: int = _MAX_WORD, others: int = _MAX_WORD) -> Iterator[str]:
    """Yield a text as encoded words that break between characters (RFC 2047 §2, §5).

    :param room: characters that the first word may take
    :param others: characters that each of the others may take
    """
    quoted = [_in_quoted_word(sign) for sign in text]
    is_base64 = sum(map(len, quoted)) > 2 * len(text.encode())  # else it can be read as it is
    pieces = [sign.encode() for sign in text] if is_base64 else quoted
    chunk: list = []
    size = 0
    limit = _limit(min(room, others), is_base64)
    for piece in pieces:
        if size + len(piece) > limit:
            yield _word(chunk, is_base64)
            chunk, size, limit = [], 0, _limit(others, is_base64)
        chunk.append(piece)
        size += len(piece)
    yield _word(chunk, is_base64)


def _in_quoted_word(sign: str) -> str:
    if _PLAIN_IN_WORD.match(sign):
        return sign
    return "_" if sign == " " else "".join(f"={byte:02X}" for byte in sign.encode())


def _limit(room: int, is_base64: bool) -> int:
    return (room - _WORD_FRAME) // 4 * 3 if is_base64 else room - _WORD_FRAME


def _word(chunk: list, is_base64: bool) -> str:
    if is_base64:
        return f"=?UTF-8?B?{binascii.b2a_base64(b''.join(chunk), newline=False).decode()}?="
    return f"=?UTF-8?Q?{''.join(chunk)}?="


def _subject(text: str) -> str:
    text = _line(text)
    field = _Field("Subject")
    words = text.split(" ")
    if text.isascii() and "=?" not in text and all(0 < len(word) <= _MAX_PLAIN for word in words):
        for word in words:
            field.add(word)
    elif text:
        field.add_encoded(text)
    return str(field)


def _addresses(name: str, addresses: tuple[Address, ...]) -> str:
    """Return a field of mailboxes (RFC 5322 §3.4), '' if there is none that can be written."""
    field = _Field(name)
    written = ((_line(item.name), address_to_send(item.email)) for item in addresses)
    good = [item for item in written if item[1]]
    for number, (display_name, email) in enumerate(good, 1):
        has_name = display_name and display_name.lower() != email.lower()
        if has_name:
            _add_name(field, display_name)
        is_bare = not has_name and "@" in email and not email.startswith('"')
        field.add((email if is_bare else f"<{email}>") + ("," if number < len(good) else ""))
    return str(field) if good else ""


def _add_name(field: _Field, name: str) -> None:
    if len(name) > _MAX_PLAIN or not name.isascii() or "=?" in name:
        field.add_encoded(name)
    elif _ATOMS.fullmatch(name):
        field.add(name)
    else:
        field.add('"' + name.replace("\\", r"\\").replace('"', r"\"") + '"')


def _ids(name: str, ids: tuple[str, ...]) -> str:
    """Return a field of message ids (RFC 5322 §3.6.4), '' if there is none that can be written.

    Of very many, the first (it names the thread) and the last ones are kept.
    """
    good = [item for item in ids if _ID.fullmatch(item)]
    if len(good) > _MAX_REFERENCES:
        good[1 : 1 - _MAX_REFERENCES] = []
    field = _Field(name)
    for item in good:
        field.add(item)
    return str(field) if good else ""


# Parts --------------------------------------------------------------------------------------------
# A part is a list of pieces, so that a large file is copied only once, at the end.


def _content(letter: Outgoing) -> list[bytes]:
    """Return the Content fields of the letter, the empty line and the body."""
    inline, others = [], []
    for file in letter.files:
        (inline if letter.html and _content_id(file) else others).append(file)
    texts = []
    if letter.text or not letter.html:
        texts.append(_text_part("plain", letter.text))
    if letter.html:
        part = _text_part("html", letter.html)
        if inline:
            parts = [part, *(_file_part(file, "inline") for file in inline)]
            part = _multipart("related", parts, ' type="text/html";')  # RFC 2387
        texts.append(part)
    part = _multipart("alternative", texts) if len(texts) > 1 else texts[0]
    if others:
        part = _multipart("mixed", [part, *(_file_part(file, "attachment") for file in others)])
    return part


def _multipart(kind: str, parts: list[list[bytes]], parameters: str = "") -> list[bytes]:
    boundary = _BOUNDARY.format(secrets.token_hex(16))
    head = f'Content-Type: multipart/{kind};{parameters}\r\n boundary="{boundary}"\r\n\r\n'
    pieces = [head.encode()]
    for number, part in enumerate(parts):
        pieces += [b"\r\n" if number else b"", f"--{boundary}\r\n".encode(), *part]
    return [*pieces, f"\r\n--{boundary}--\r\n".encode()]


def _text_part(kind: str, text: str) -> list[bytes]:
    text = charset.clean(text.replace("\0", "").lstrip("\ufeff"))
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if text and not text.endswith("\n"):
        text += "\n"  # the letter must end in a line end, and is to be what was sent
    data = text.replace("\n", "\r\n").encode()
    if _SHORT_LINES.fullmatch(data):
        encoding = "7bit"
    elif len(data) + 2 * len(data.translate(None, _LITERAL_BYTES)) <= len(data) * 4 / 3:
        encoding, data = "quoted-printable", _quoted_printable(data)
    else:
        encoding, data = "base64", _base64(data) + b"\r\n"
    head = (
        f"Content-Type: text/{kind}; charset=utf-8\r\nContent-Transfer-Encoding: {encoding}\r\n\r\n"
    )
    return [head.encode(), data]


def _file_part(file: File, disposition: str) -> list[bytes]:
    kind = _file_type(file)
    name = _line(attachment.safe_filename(_line(file.filename), kind))
    name = attachment.safe_filename(name, kind)  # the cuts may have left dots alone, or nothing
    encoding, data = "base64", file.content
    if kind.startswith("message/") and (letter := _sent_as_it_is(data)) is not None:
        encoding, data = "7bit", letter
    else:
        data = _base64(data)
    is_text = kind.startswith("text/") and not file.content.isascii() and _is_utf8(file.content)
    lines = [
        f"Content-Type: {kind};" + (" charset=utf-8;" if is_text else ""),
        f" {_name_parameter(name)}",
        f"Content-Transfer-Encoding: {encoding}",
        f"Content-Disposition: {disposition};",
        *_filename_parameter(name),
    ]
    if content_id := _content_id(file):
        lines.append(f"Content-ID: <{content_id}>")
    return ["\r\n".join([*lines, "\r\n"]).encode(), data]


def _file_type(file: File) -> str:
    kind = file.content_type.partition(";")[0].strip().lower()
    good = kind.isascii() and attachment.is_type(kind) and not kind.startswith("multipart/")
    return kind if good else "application/octet-stream"


def _content_id(file: File) -> str:
    return _NOT_IN_CONTENT_ID.sub("", file.content_id)[:_MAX_CONTENT_ID]


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True


def _name_parameter(name: str) -> str:
    """Return the parameter ``name`` as no RFC allows it, but as Outlook and Mail.ru read it."""
    if _PLAIN_NAME.fullmatch(name):
        return f'name="{name}"'
    return 'name="' + "\r\n ".join(_encoded_words(name, 66, 66)) + '"'


def _filename_parameter(name: str) -> list[str]:
    """Return the lines of the parameter ``filename`` (RFC 2231 §3, §4), one section each.

    A section ends between characters: there are readers that decode each by itself.
    """
    if _PLAIN_NAME.fullmatch(name):
        return [f' filename="{name}"']
    sections = ["UTF-8''"]
    for sign in name:
        escaped = quote(sign, safe="")
        if len(sections[-1]) + len(escaped) > 60:
            sections.append("")
        sections[-1] += escaped
    if len(sections) == 1:
        return [f" filename*={sections[0]}"]
    last = len(sections) - 1
    return [
        f" filename*{number}*={section}" + (";" if number < last else "")
        for number, section in enumerate(sections)
    ]


# Transfer encodings -------------------------------------------------------------------------------


def _base64(data: bytes) -> bytes:
    encoded = binascii.b2a_base64(data, newline=False)
    whole = len(encoded) // _MANY_LINES.size * _MANY_LINES.size
    lines = list(chain.from_iterable(_MANY_LINES.iter_unpack(memoryview(encoded)[:whole])))
    lines += [encoded[at : at + _MAX_LINE] for at in range(whole, len(encoded), _MAX_LINE)]
    return b"\r\n".join(lines)


def _quoted_printable(data: bytes) -> bytes:
    """Encode lines that end in CRLF (RFC 2045 §6.7); binascii.b2a_qp makes some too long."""
    data = _TO_ESCAPE.sub(lambda found: b"=%02X" % found[0][0], data)
    lines = [
        line if len(line) <= 76 else b"=\r\n".join(_QP_LINE.findall(line))
        for line in data.split(b"\r\n")
    ]
    # A mailbox in mbox form would change such a line.
    return _FROM_LINE.sub(b"=46rom =\r\n", b"\r\n".join(lines))


def _sent_as_it_is(data: bytes) -> bytes | None:
    """Return a nested letter for 7bit, which it should have (RFC 2046 §5.2.1), with CRLF line ends.

    :return: None if that cannot be: it has 8-bit bytes, NUL, lone CR or lines that are too long
    """
    data = data.replace(b"\r\n", b"\n")
    if not data.isascii() or b"\0" in data or b"\r" in data or _RAW_LINES.search(data):
        return None
    return data.replace(b"\n", b"\r\n")
