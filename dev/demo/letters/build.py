"""From words to the bytes of a letter, with every encoding chosen by the writer.

The classic message classes are used because they write headers exactly as they are given: the demo
needs letters as old and new mail programs really send them, not as one library likes them best.
"""

import base64
import quopri
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from email.header import Header
from email.message import Message
from email.mime.multipart import MIMEMultipart
from email.policy import compat32

from .cast import Person

WIRE = compat32.clone(linesep="\r\n")


@dataclass(frozen=True, slots=True)
class File:
    """A file of a letter.

    `style` is how its name is written: "2231", "2047" or "raw" (bare UTF-8); `cid` makes it an
    inline picture that the HTML shows as ``cid:…``.
    """

    name: str
    content: bytes
    content_type: str
    style: str = "2231"
    cid: str = ""


def text_part(
    text: str,
    subtype: str = "plain",
    charset: str = "utf-8",
    cte: str = "base64",
    **parameters: str,
) -> Message:
    """Return a text part; `cte` is "base64", "quoted-printable", "8bit" or "7bit" (RFC 2045 §6).

    `parameters` go to the Content-Type. Raises UnicodeEncodeError if `charset` lacks a letter.
    """
    part = Message(policy=WIRE)
    part.add_header("Content-Type", f"text/{subtype}", charset=charset, **parameters)
    part["Content-Transfer-Encoding"] = cte
    raw = text.replace("\r\n", "\n").replace("\n", "\r\n").encode(charset)
    if cte == "base64":
        payload = base64.encodebytes(raw).decode("ascii")
    elif cte == "quoted-printable":
        payload = quopri.encodestring(raw).decode("ascii")
    else:
        payload = raw.decode("ascii", "surrogateescape").replace("\r\n", "\n")
    part.set_payload(payload)
    return part


def file_part(file: File) -> Message:
    """Return the part of a file, its name written in the style that the file asks for."""
    part = Message(policy=WIRE)
    disposition = "inline" if file.cid else "attachment"
    if file.style == "2047":
        word = encoded(file.name, "utf-8")
        part["Content-Type"] = f'{file.content_type};\r\n name="{word}"'
        part["Content-Disposition"] = f'{disposition};\r\n filename="{word}"'
    elif file.style == "raw":
        raw = file.name.encode().decode("ascii", "surrogateescape")
        part["Content-Type"] = f'{file.content_type}; name="{raw}"'
        part["Content-Disposition"] = f'{disposition}; filename="{raw}"'
    else:
        name = file.name if file.name.isascii() else ("utf-8", "", file.name)
        part["Content-Type"] = file.content_type
        part.add_header("Content-Disposition", disposition, filename=name)
    part["Content-Transfer-Encoding"] = "base64"
    if file.cid:
        part["Content-ID"] = f"<{file.cid}>"
    part.set_payload(base64.encodebytes(file.content).decode("ascii"))
    return part


def multipart(subtype: str, parts: Sequence[Message], **parameters: str) -> Message:
    """Return a multipart of `parts`, or the only part itself when it is alone in a mixed one."""
    if len(parts) == 1 and subtype in ("mixed", "alternative", "related"):
        return parts[0]
    whole = MIMEMultipart(subtype, policy=WIRE, **parameters)
    del whole["MIME-Version"]
    for part in parts:
        whole.attach(part)
    return whole


def content(
    text: str = "",
    html: str = "",
    files: Sequence[File] = (),
    charset: str = "utf-8",
    cte: str = "base64",
    flowed: bool = False,
    calendar: Message | None = None,
) -> Message:
    """Return the usual tree: mixed(alternative(text, related(html, pictures), calendar), files)."""
    if flowed:
        text = _flowed(text)
    bodies: list[Message] = []
    if text or not (html or files):
        parameters = {"format": "flowed"} if flowed else {}
        bodies.append(text_part(text, "plain", charset, cte, **parameters))
    if html:
        pictures = [file_part(file) for file in files if file.cid]
        bodies.append(multipart("related", [text_part(html, "html", charset, cte), *pictures]))
    if calendar is not None:
        bodies.append(calendar)
    parts = [multipart("alternative", bodies)] if bodies else []
    parts += [file_part(file) for file in files if not (file.cid and html)]
    return multipart("mixed", parts)


def _flowed(text: str) -> str:
    """Return text with each long line broken softly: a blank before the break (RFC 3676 §4.2)."""
    lines: list[str] = []
    for line in text.split("\n"):
        if line == "--":
            lines.append("-- ")
            continue
        parts = textwrap.wrap(line, 70) or [""]
        lines += [f"{part} " for part in parts[:-1]] + parts[-1:]
    return "\n".join(lines)


def encoded(text: str, charset: str, name: str = "") -> str:
    """Return header text folded, as encoded words where it is not ASCII (RFC 2047).

    Words that `charset` cannot write are written in UTF-8, as mail programs do.
    """
    if text.isascii():
        charset = "us-ascii"
    elif text.encode(charset, "replace").decode(charset) != text:
        charset = "utf-8"
    return Header(text, charset, 76, name or None).encode(linesep="\r\n")


def address(person: Person, charset: str = "utf-8") -> str:
    """Return 'Name <address>' for a header, the name encoded or quoted as it needs."""
    if not person.name:
        return person.email
    if not person.name.isascii():
        return f"{encoded(person.name, charset)} <{person.email}>"
    quoted = any(char in '()<>[]:;@\\,."' for char in person.name)
    name = f'"{person.name}"' if quoted else person.name
    return f"{name} <{person.email}>"


def letter_bytes(headers: Sequence[tuple[str, str]], body: Message, key: str) -> bytes:
    """Return the letter: `headers` as they are, then `body` with boundaries made from `key`.

    Fixed boundaries make the letters the same at every seeding of a day.
    """
    for number, part in enumerate(part for part in body.walk() if part.is_multipart()):
        if part.get_content_maintype() == "multipart":
            part.set_boundary(f"----=_Part_{number}_{key}")
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers)
    return (
        lines.encode("utf-8", "surrogateescape")
        + b"MIME-Version: 1.0\r\n"
        + body.as_bytes(policy=WIRE)
    )
