"""A letter's bytes to a frozen dataclass (RFC 5322, RFC 2045–2049), in time linear in its size."""

import hashlib
import logging
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from . import charset, header, mime
from .address import MAX_ADDRESSES, Address, format_addresses, parse_addresses, read_typed
from .attachment import Attachment
from .body import Bodies
from .compose import File, Outgoing, ascii_address, compose, needs_smtputf8, new_message_id
from .date import parse_date
from .marks import is_automatic, is_bounce, is_list
from .report import Report, read_report

__all__ = [
    "Address", "Attachment", "File", "Message", "Outgoing", "ascii_address", "compose",
    "decoded_headers", "format_addresses", "needs_smtputf8", "new_message_id", "parse",
    "read_typed",
]  # fmt: skip

_logger = logging.getLogger(__name__)

_ID = re.compile(rb"<([^<>]{1,2000}+)>")
_MBOX_LINE = re.compile(rb">?From [^\r\n]{0,1000}+(?:\r?\n|$)")
_BLANK = re.compile(rb"\n\r?\n")
_MAX_ID = 900  # bytes; an index of PostgreSQL refuses much longer ones
_MAX_REFERENCES = 200
_MAX_DEFECTS = 20
_ADDRESS_FIELDS = (b"from", b"to", b"cc", b"bcc", b"reply-to")  # in the order of Message
# What the author wrote; everything else a delivery path may add, drop or change.
_AUTHORS_FIELDS = (
    b"from", b"sender", b"reply-to", b"to", b"cc", b"bcc", b"subject", b"date", b"in-reply-to",
    b"references", b"mime-version", b"content-type", b"content-transfer-encoding",
    b"content-disposition",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Message:
    """A letter as it is read. No text holds NUL or lone surrogates (PostgreSQL refuses them).

    ``date`` is naive and in UTC, ``date_source`` is "date", "received" or "now". Message ids carry
    their angle brackets. ``text`` and ``html`` are decoded, not sanitised. ``fingerprint`` is the
    SHA-256 of what the author wrote, without what the delivery added. ``report`` is what a bounce
    says of the letter that it reports on, None for all other letters.
    """

    subject: str
    from_: tuple[Address, ...]
    to: tuple[Address, ...]
    cc: tuple[Address, ...]
    bcc: tuple[Address, ...]
    reply_to: tuple[Address, ...]
    date: datetime
    date_source: str
    message_id: str
    in_reply_to: str
    references: tuple[str, ...]
    text: str
    html: str
    attachments: tuple[Attachment, ...]
    is_automatic: bool
    is_bounce: bool
    is_list: bool
    defects: tuple[str, ...]
    fingerprint: str
    report: Report | None = None


def parse(raw: bytes, *, now: datetime | None = None, label: str = "") -> Message:
    """Read a letter. Never raises: the worst letter yields what could be read, and defects.

    :param raw: the letter as the server gave it
    :param now: the date, naive in UTC, for a letter that tells none; the clock by default
    :param label: the charset that a reader chose by hand; it goes before what the letter says of
        its texts, and in its header before labels that are the same, missing, or do not fit
    """
    now = now or datetime.now(UTC).replace(tzinfo=None, microsecond=0)
    try:
        return _read(raw, now, label)
    except Exception as error:  # the promise to the fetching: no letter stops it
        _logger.exception("A letter could not be read; its source is kept as a file")
        return _unread(raw, now, f"the reader failed: {type(error).__name__}")


def decoded_headers(raw: bytes, label: str = "") -> list[tuple[str, str]]:
    """Return the header fields of a letter in order, names as written, values decoded.

    :param label: see ``parse``
    """
    raw, start = _begin(raw)
    found = _BLANK.search(raw, start)
    end = found.start() if found else len(raw)
    block = header.read_block(raw, start, end, len(raw))
    charsets = charset.Charsets(_hint([], block), label)
    charsets.distrusted = _labels([block])
    return [
        (name.decode("ascii"), header.decode(value, charsets))
        for name, (_key, value) in zip(block.names, block.fields, strict=True)
    ]


def without_trace(raw: bytes) -> bytes:
    """Return a letter with only those header fields that its author wrote (RFC 5322 §3.6).

    What its way added (Received, Delivered-To and so on) names the mailboxes that it went to.
    """
    raw, start = _begin(raw)
    found = _BLANK.search(raw, start)
    end = found.start() if found else len(raw)
    kept = []
    keeps = False
    for line in raw[start:end].split(b"\n"):
        if line[:1] not in (b" ", b"\t"):
            keeps = line.partition(b":")[0].strip().lower() in (*_AUTHORS_FIELDS, b"message-id")
        if keeps:
            kept.append(line)
    return b"\n".join(kept) + raw[end:]


def _read(raw: bytes, now: datetime, label: str) -> Message:
    raw, start = _begin(raw)
    charsets = charset.Charsets(chosen=label)
    parts, defects = mime.split(raw, start, charsets)
    charsets.hint = _hint(parts, parts[0].block)
    if label:
        charsets.distrusted = _labels(part.block for part in parts)
    fields: dict[bytes, list[bytes]] = {}
    for name, value in parts[0].block.fields:
        fields.setdefault(name, []).append(value)
    bodies = Bodies(raw, charsets)
    bodies.read(parts)
    date, date_source = _date(fields, now)
    subject = header.decode(fields.get(b"subject", [b""])[0], charsets)
    message_id = (_ids(fields, b"message-id") or ("",))[0]
    lists = [_addresses(fields, name, charsets) for name in _ADDRESS_FIELDS]
    defects += bodies.defects
    if any(len(addresses) == MAX_ADDRESSES for addresses in lists):
        defects.append(f"more than {MAX_ADDRESSES} addresses in one field")
    letter = Message(
        subject,
        *lists,
        date,
        date_source,
        message_id=message_id,
        in_reply_to=(_ids(fields, b"in-reply-to") or ("",))[0],
        references=_ids(fields, b"references"),
        text=bodies.text,
        html=bodies.html,
        attachments=tuple(bodies.attachments),
        is_automatic=is_automatic(fields, subject),
        is_bounce=is_bounce(fields, lists[0], subject, parts, raw),
        is_list=is_list(fields),
        defects=tuple(dict.fromkeys(defects))[:_MAX_DEFECTS],
        fingerprint=_fingerprint(raw, parts[0], fields, message_id),
    )
    report = read_report(letter, fields, parts, raw, charsets)
    return replace(letter, report=report) if report else letter


def _begin(raw: bytes) -> tuple[bytes, int]:
    """Return the letter with usable line ends, and where its header begins."""
    raw = bytes(raw)
    if b"\n" not in raw and b"\r" in raw:
        raw = raw.replace(b"\r", b"\n")
    start = 3 if raw.startswith(b"\xef\xbb\xbf") else 0
    blank = len(raw) - start - len(raw[start:].lstrip(b"\r\n"))
    if blank and header.begins_with_known_field(raw, start + blank):
        start += blank
    found = _MBOX_LINE.match(raw, start)
    return raw, found.end() if found else start


def _hint(parts: list[mime.Part], block: header.Block) -> str:
    """Return the likely charset of raw 8-bit bytes in the header: the first label of a part.

    Without any label all the fields are weighed at once: a subject alone is short.
    """
    for part in parts:
        if codec := charset.codec_for(part.parameters.get("charset", "")):
            return codec
    raw = b" ".join(value for _name, value in block.fields if not value.isascii())
    return charset.detect(raw) or "" if raw else ""


def _labels(blocks: Iterable[header.Block]) -> frozenset[str]:
    """Return the codecs of the charsets that parts say to be in."""
    found = set()
    for block in blocks:
        _kind, parameters = header.parameters(block.first(b"content-type"), charset.Charsets())
        found.add(charset.codec_for(parameters.get("charset", "")))
    return frozenset(found - {None, "utf-8"})


def _addresses(
    fields: dict[bytes, list[bytes]], name: bytes, charsets: charset.Charsets
) -> tuple[Address, ...]:
    values = fields.get(name)
    if not values:
        return ()
    return parse_addresses(values[0] if len(values) == 1 else b", ".join(values), charsets)


def _ids(fields: dict[bytes, list[bytes]], name: bytes) -> tuple[str, ...]:
    """Return the message ids of a field, each with its angle brackets (RFC 5322 §3.6.4)."""
    value = b" ".join(fields.get(name, ()))
    if not value:
        return ()
    found = _ID.findall(value) or [word.strip(b"<>") for word in value.split()[:1]]
    ids = (b"".join(item.split())[:_MAX_ID] for item in found[-_MAX_REFERENCES:])
    texts = (header.one_line(item.decode("utf-8", "replace")) for item in ids)
    return tuple(f"<{text}>" for text in texts if text)


def _date(fields: dict[bytes, list[bytes]], now: datetime) -> tuple[datetime, str]:
    for value in fields.get(b"date", ()):
        if moment := parse_date(value[:200].decode("latin-1")):
            return moment, "date"
    for value in fields.get(b"received", ()):
        if moment := parse_date(value.rpartition(b";")[2][:200].decode("latin-1")):
            return moment, "received"
    return now, "now"


def _fingerprint(
    raw: bytes, top: mime.Part, fields: dict[bytes, list[bytes]], message_id: str
) -> str:
    """Hash what the author wrote, so that one letter through two mailboxes gives one hash."""
    if not message_id:
        return hashlib.sha256(raw).hexdigest()
    digest = hashlib.sha256(message_id.encode())
    for name in _AUTHORS_FIELDS:
        for value in fields.get(name, ()):
            digest.update(b"\n%b:%b" % (name, b" ".join(value.split())))
    body = raw[top.start :].translate(None, b"\r").replace(b"\n>From ", b"\nFrom ")
    digest.update(b"\n\n")
    digest.update(body.rstrip())
    return digest.hexdigest()


def _unread(raw: bytes, now: datetime, defect: str) -> Message:
    raw = bytes(raw)
    source = Attachment("message.eml", "message/rfc822", raw, "", False)
    return Message(
        "", (), (), (), (), (), now, "now", "", "", (), "", "", (source,), False, False, False,
        (defect,), hashlib.sha256(raw).hexdigest(),
    )  # fmt: skip
