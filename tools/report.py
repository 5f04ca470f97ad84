"""What a bounce says of the letter that it reports on: which letter, which recipients, why.

By its delivery report (RFC 3464, RFC 6533) where it has one; else by its header and by its text,
as the mail servers write it that make none (qmail, old Exim and Sendmail, Exchange).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from . import header, mime
from .address import parse_addresses
from .charset import Charsets
from .html_text import to_text

if TYPE_CHECKING:
    from .message import Message

MAX_RECIPIENTS = 1000  # what a server accepts in one go (RFC 5321 §4.5.3.1.8 asks for 100)
LONGEST_WORDS = 500
_LONGEST_REPORT = 500_000  # bytes of a report, of an attached header, characters of a text
_LONGEST_VALUE = 4000
_LONGEST_ID = 900  # as in Message
_LONGEST_EMAIL = 320
_MOST_LINES = 20  # of a reason

_STATUS_TYPES = frozenset(("message/delivery-status", "message/global-delivery-status"))
_ORIGINAL_TYPES = frozenset(
    "message/rfc822 message/rfc822-headers text/rfc822-headers message/global"
    " message/global-headers".split()
)
_SUCCESS = frozenset(("delivered", "relayed", "expanded"))
_OF_A_RECIPIENT = (b"final-recipient", b"original-recipient", b"action")

_FIELD = re.compile(rb"([!-9;-~]{1,100}+)[ \t]*+:")
_BLANK = re.compile(rb"\n\r?\n")
_ID = re.compile(rb"<([^<>]{1,2000}+)>")
_WORD = re.compile(r"[\w-]++")
_TYPE = re.compile(r"[\w.-]{1,40}+[ \t]*+;[ \t]*+")
_STATUS = re.compile(r"(?<![\d.])([245]\.\d{1,3}\.\d{1,3})(?!\.?\d)")
_COMMENT = re.compile(r"\(([^()]{1,500}+)\)")

_ID_IN_TEXT = re.compile(r"^[> \t]*+message-id:\s*+<([^<>\s]{1,900}+)>", re.I | re.M)
_COPY_BEGINS = re.compile(
    r"^(?:[ \t]*+-{2,}+[^\n]*?(?:copy of|original|below this line|message header|enclosed"
    r"|returned message|исходн|копия)|original message headers|исходные заголовки"
    r"|(?:received|return-path|message-id):)",
    re.IGNORECASE | re.MULTILINE,
)
_ADDRESS_LINE = re.compile(
    r"[ \t]*+(?:[-*•][ \t]++)?<?([^\s<>@:;,\"()\[\]]{1,200}+@[\w.-]{1,255}+)>?"
    r"(?:<mailto:[^<>\s]{1,500}+>)?(?::[ \t]*+(.*)|[ \t]*+\((.*)\)|[ \t]++(.*)|)$",
    re.IGNORECASE,
)
_ADDRESS_IN_LINE = re.compile(r"<([^\s<>@:;,\"()\[\]]{1,200}+@[\w.-]{1,255}+)>")
_DELAY = re.compile(
    r"delay|warning|not yet been|will be retried|keep trying|continue (?:trying|to try)"
    r"|задерж|отложен|ещ[её] не доставлен",
    re.IGNORECASE,
)
_FINAL = re.compile(
    r"permanent|failed|fatal|g[ai]v(?:e|en|ing) up|undeliver|returned|returning"
    r"|не доставлено|не может быть",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class FailedRecipient:
    """A recipient that a letter did not reach, or not yet.

    ``email`` as the sender wrote it where the report tells, '' if it names nobody; ``status``
    such as "5.1.1" (RFC 3463) or ''; ``words``: the reason in the server's words, one line;
    ``action``: "failed" or "delayed".
    """

    email: str
    status: str
    words: str
    action: str


@dataclass(frozen=True, slots=True)
class Report:
    """What a delivery report (RFC 3464) says of a letter that was sent from here.

    ``message_id``: of the letter it reports on, with angle brackets, '' if it does not tell.
    """

    message_id: str
    recipients: tuple[FailedRecipient, ...]


def read_report(
    letter: "Message",
    fields: dict[bytes, list[bytes]],
    parts: list[mime.Part],
    raw: bytes,
    charsets: Charsets,
) -> Report | None:
    """Read what a bounce reports. None for a letter that reports no failure and no delay.

    Anybody can write a bounce: what it says is no proof.

    :param letter: the letter as far as it is read, without its report
    :param fields: its header fields
    :param parts: its parts, the letter itself first
    :param raw: its bytes
    :param charsets: what is known of its charsets
    """
    statuses = [part for part in parts if part.content_type in _STATUS_TYPES]
    if not (letter.is_bounce or statuses):
        return None
    text = letter.text if letter.text.strip() else to_text(letter.html)
    text = text[:_LONGEST_REPORT]
    reader = _Reader(charsets, _named_in_text(text))
    for part in statuses:
        reader.read_status(part.content(raw)[:_LONGEST_REPORT])
    if not reader.recipients and not letter.is_bounce:
        return None
    if not reader.recipients:
        reader.read_old_style(fields, _is_delay(letter.subject, text))
    message_id = (
        _id_of_original(parts, raw)
        or reader.message_id
        or _original_id({name: values[0] for name, values in fields.items()})
        or letter.in_reply_to
        or next(reversed(letter.references), "")
        or _id_in_text(text)
    )
    return Report(message_id, tuple(reader.recipients.values()))


class _Reader:
    """Gathers the recipients of one bounce, each once."""

    def __init__(self, charsets: Charsets, named: dict[str, str]):
        self.recipients: dict[str, FailedRecipient] = {}
        self.message_id = ""
        self._charsets = charsets
        self._named = named  # address in the text → reason

    def read_status(self, content: bytes) -> None:
        """Read the fields about the letter and about each recipient (RFC 3464 §2.2, §2.3)."""
        is_about_letter = True
        for fields in _groups(content):
            if any(name in fields for name in (*_OF_A_RECIPIENT, b"status")):
                is_about_letter = False
                self._read_recipient(fields)
            elif is_about_letter:
                self.message_id = self.message_id or _original_id(fields)

    def _read_recipient(self, fields: dict[bytes, bytes]) -> None:
        email = self._email(fields, b"original-recipient") or self._email(
            fields, b"final-recipient"
        )
        state = self._value(fields, b"status")
        status = _STATUS.search(state)
        words = _TYPE.sub("", self._value(fields, b"diagnostic-code"), count=1)
        if not words:
            comment = _COMMENT.search(state)
            words = self._named.get(email.lower(), "") or (comment[1] if comment else "")
        status = status or _STATUS.search(words)
        action = _WORD.search(self._value(fields, b"action").lower())
        action = action[0] if action else ""
        if action in _SUCCESS or (not action and status and status[1].startswith("2")):
            return
        self._add(email, status[1] if status else "", words, action == "delayed")

    def read_old_style(self, fields: dict[bytes, list[bytes]], is_delay: bool) -> None:
        """Read the header field of Exim and Google, else the text."""
        listed = b", ".join(fields.get(b"x-failed-recipients", ()))[:_LONGEST_REPORT]
        emails = [address.email for address in parse_addresses(listed, self._charsets)]
        for email in filter(None, emails or self._named):
            words = self._named.get(email.lower(), "")
            status = _STATUS.search(words)
            self._add(email, status[1] if status else "", words, is_delay)

    def _add(self, email: str, status: str, words: str, is_delay: bool) -> None:
        known = self.recipients.get(email.lower())
        if known is None and len(self.recipients) >= MAX_RECIPIENTS:
            return
        if known is None or (known.action == "delayed" and not is_delay):
            self.recipients[email.lower()] = FailedRecipient(
                email[:_LONGEST_EMAIL],
                status,
                header.one_line(words)[:LONGEST_WORDS],
                "delayed" if is_delay else "failed",
            )

    def _value(self, fields: dict[bytes, bytes], name: bytes) -> str:
        return header.decode(fields.get(name, b""), self._charsets)

    def _email(self, fields: dict[bytes, bytes], name: bytes) -> str:
        """Return the address without its type, as in ``rfc822; a@b`` (RFC 3464 §2.3.2)."""
        written = _TYPE.sub("", self._value(fields, name), count=1).encode()
        addresses = parse_addresses(written, self._charsets)
        return next((address.email for address in addresses if "@" in address.email), "")


def _groups(content: bytes) -> Iterator[dict[bytes, bytes]]:
    """Yield the groups of fields; one that is not set apart begins with a field said before."""
    fields: dict[bytes, bytes] = {}
    name = b""
    for line in content.split(b"\n"):
        if not line.strip():
            yield fields
            fields, name = {}, b""
        elif line[:1] in (b" ", b"\t"):
            if name and len(fields[name]) < _LONGEST_VALUE:
                fields[name] += b" " + line.strip()[:_LONGEST_VALUE]
        elif found := _FIELD.match(line):
            name = found[1].lower()
            if name in fields and name in _OF_A_RECIPIENT:
                yield fields
                fields = {}
            fields[name] = line[found.end() :].strip()[:_LONGEST_VALUE]
        else:
            name = b""
    yield fields


# -----------------------------------------------------------------------------
# The letter that is reported on
# -----------------------------------------------------------------------------


def _id_of_original(parts: list[mime.Part], raw: bytes) -> str:
    """Return the id in the header of the letter that is sent back (RFC 3462, RFC 6533)."""
    for part in parts:
        if part.content_type in _ORIGINAL_TYPES:
            content = part.content(raw)[:_LONGEST_REPORT]
            blank = _BLANK.search(content)
            end = blank.start() if blank else len(content)
            block = header.read_block(content, 0, end, len(content))
            if found := _message_id(block.first(b"message-id")):
                return found
    return ""


def _original_id(fields: dict[bytes, bytes]) -> str:
    for name in (b"x-original-message-id", b"original-message-id"):
        if found := _message_id(fields.get(name, b"")):
            return found
    return ""


def _message_id(value: bytes) -> str:
    """Return the first id of a field as Message has it, '' if there is none."""
    found = _ID.search(value)
    words = (found[1] if found else value.strip(b"<> \t")).split()
    text = header.one_line(b"".join(words)[:_LONGEST_ID].decode("utf-8", "replace"))
    return f"<{text}>" if text else ""


def _id_in_text(text: str) -> str:
    found = _ID_IN_TEXT.search(text)
    return f"<{header.one_line(found[1])}>" if found else ""


# -----------------------------------------------------------------------------
# What is said in words
# -----------------------------------------------------------------------------


def _named_in_text(text: str) -> dict[str, str]:
    """Return the addresses (lower case) that begin a paragraph, and the rest of it: the reason.

    An address alone has its reason in the next paragraph. Where none begins one, those that stand
    in angle brackets.
    """
    copy = _COPY_BEGINS.search(text)
    lines = [
        line[: 2 * LONGEST_WORDS].rstrip()
        for line in (text[: copy.start()] if copy else text).split("\n")
    ]
    named: dict[str, list[str]] = {}
    reason: list[str] | None = None
    for line in lines:
        if found := _ADDRESS_LINE.match(line):
            if len(named) >= MAX_RECIPIENTS:
                break
            reason = named.setdefault(found[1].rstrip(".").lower(), [])
            line = found[2] or found[3] or found[4] or ""
        elif reason and not line and not reason[-1].endswith(":"):
            reason = None
        if line.strip() and reason is not None and len(reason) < _MOST_LINES:
            reason.append(line.strip())
    if not named:
        for line in lines:
            for found in _ADDRESS_IN_LINE.finditer(line):
                named.setdefault(found[1].lower(), [line.strip()])
    return {email: " ".join(lines) for email, lines in named.items()}


def _is_delay(subject: str, text: str) -> bool:
    """Tell a warning that a letter is still on its way; only of bounces without a report."""
    start = text[:2000]
    if _DELAY.search(subject):
        return not _FINAL.search(subject)
    return bool(_DELAY.search(start)) and not _FINAL.search(subject + start)
