"""The bodies and the files of a letter, out of its parts."""

import html as html_escaping
import mimetypes
import re
from dataclasses import dataclass
from urllib.parse import unquote, unquote_to_bytes

from . import charset, header, mime, tnef

_MAX_NAME = 200
_TYPE = re.compile(r"[\w!#$&^.+-]{1,100}/[\w!#$&^.+-]{1,100}")
_CID = re.compile(r"cid:([^\"'\s>)&]{1,500})", re.IGNORECASE)
# Control characters, and the marks that turn "cod.exe" into "exe.doc" on the screen.
_NOT_IN_NAMES = re.compile("[\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]+")
_PERCENT = re.compile(r"%[89A-Fa-f][0-9A-Fa-f]")
_BASE_NAMES = {
    "text/calendar": "invite.ics", "message/delivery-status": "delivery-status.txt",
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
_TNEF_TYPES = ("application/ms-tnef", "application/vnd.ms-tnef")


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file of a letter; ``inline`` if the HTML body shows it by its content id."""

    filename: str
    content_type: str
    content: bytes
    content_id: str  # without angle brackets
    inline: bool


def safe_filename(name: str, content_type: str) -> str:
    """Return a name without path and control characters; never empty."""
    name = _NOT_IN_NAMES.sub("", name)
    name = name.replace("\\", "/").rstrip("/ ").rpartition("/")[2].strip(" ")
    if not name.strip("."):
        name = _BASE_NAMES.get(content_type) or (
            content_type.partition("/")[0] + _extension(content_type)
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


class Bodies:
    """Sorts the leaves of a letter into texts, HTML and files."""

    def __init__(self, raw: bytes, charsets: charset.Charsets):
        self.raw = raw
        self.charsets = charsets
        self.defects: list[str] = []
        self.attachments: list[Attachment] = []
        self.text = ""
        self.html = ""
        # Texts by the multipart/alternative around them, or by themselves.
        self._groups: dict[int, tuple[list[str], list[str]]] = {}

    def read(self, parts: list[mime.Part]) -> None:
        """Read all leaves; the results are in text, html, attachments and defects."""
        files: list[tuple[str, str, bytes, str]] = []
        for part in parts:
            if not part.is_multipart:
                self._read_leaf(part, files)
        self._join()
        shown = {unquote(found) for found in _CID.findall(self.html)} if files else set()
        self.attachments = [
            Attachment(name, kind, content, content_id, bool(content_id) and content_id in shown)
            for name, kind, content, content_id in files
        ]

    def _read_leaf(self, part: mime.Part, files: list) -> None:
        block = part.block
        disposition, arguments = header.parameters(block.first(b"content-disposition"), self.charsets)
        name = arguments.get("filename") or arguments.get("name")
        if not name:
            name = part.parameters.get("name") or part.parameters.get("filename") or ""
            if name and not name.isascii():  # read again, now with the hint
                again = header.parameters(block.first(b"content-type"), self.charsets)[1]
                name = again.get("name") or again.get("filename") or name
        kind = part.content_type
        if not _TYPE.fullmatch(kind):
            kind = "application/octet-stream" if name or disposition == "attachment" else "text/plain"
        is_text = kind in ("text/plain", "text/html")
        if is_text and not name and disposition != "attachment":
            self._read_text(part, kind)
            return
        content = part.content(self.raw)
        if kind in _TNEF_TYPES or name.lower() == "winmail.dat":
            if self._read_tnef(content, files):
                return
        if _PERCENT.search(name):
            name = _percent_decoded(name)
        if kind in _LETTERS and not name:
            name = self._subject_of(content) + ".eml"
        elif kind in _LETTERS and "." not in name[-6:]:
            name += ".eml"
        content_id = header.decode(block.first(b"content-id"), self.charsets).strip("<> ")[:500]
        files.append((safe_filename(name, kind), kind, content, content_id))

    def _read_text(self, part: mime.Part, kind: str) -> None:
        content = part.content(self.raw)
        label = part.parameters.get("charset", "")
        if kind == "text/html" and not charset.codec_for(label):
            label = charset.html_label(content) or label
        text = self.charsets.decode(content, label)
        if "\r" in text:
            text = text.replace("\r\n", "\n").replace("\r", "\n")
        if kind == "text/plain" and part.parameters.get("format", "").lower() == "flowed":
            text = unflow(text, part.parameters.get("delsp", "").lower() == "yes")
        group = part
        around = part.parent
        while around:
            if around.content_type == "multipart/alternative":
                group = around
            around = around.parent
        texts, htmls = self._groups.setdefault(id(group), ([], []))
        (htmls if kind == "text/html" else texts).append(text)

    def _join(self) -> None:
        groups = self._groups.values()
        self.text = "\n".join(text for texts, _htmls in groups for text in texts)
        if any(htmls for _texts, htmls in groups):
            # The HTML shows the whole letter: also what came as plain text before and after.
            self.html = "\n".join(
                piece
                for texts, htmls in groups
                for piece in (htmls or [_as_html(text) for text in texts if text.strip()])
            )

    def _read_tnef(self, content: bytes, files: list) -> bool:
        """Put the files of winmail.dat into the list; False if it must stay as it is."""
        try:
            inner = tnef.unpack(content)
        except tnef.TnefError as error:
            self.defects.append(f"winmail.dat is damaged: {error}")
            return False
        if inner.compressed_rtf and not (inner.text or inner.html) and (
            not inner.files or not self._groups
        ):
            inner.files.append(tnef.TnefFile("body.rtf", "application/rtf", "", inner.rtf()))
        if not (inner.files or inner.text or inner.html):
            return False
        if inner.text and not any(texts for texts, _htmls in self._groups.values()):
            self._groups.setdefault(id(inner), ([], []))[0].append(inner.text)
        if inner.html and not any(htmls for _texts, htmls in self._groups.values()):
            self._groups = {0: ([text for texts, _ in self._groups.values() for text in texts],
                                [inner.html])}  # fmt: skip
        for item in inner.files:
            kind = item.content_type.lower()
            if not _TYPE.fullmatch(kind):
                kind = mimetypes.guess_type(item.name)[0] or "application/octet-stream"
            name = safe_filename(header.one_line(item.name), kind)
            files.append((name, kind, item.content, item.content_id.strip("<> ")[:500]))
        return True

    def _subject_of(self, letter: bytes) -> str:
        """Return the subject of a nested letter as the stem of a file name."""
        end = len(letter) if len(letter) < 65536 else 65536
        blank = letter.replace(b"\r\n", b"\n", 1000).find(b"\n\n", 0, end)
        block = header.read_block(letter[:end], 0, end if blank < 0 else blank + 200, end)
        subject = header.decode(block.first(b"subject")[:2000], self.charsets)
        return re.sub(r"[\\/:*?\"<>|]+", " ", subject).strip()[:80] or "message"


def _as_html(text: str) -> str:
    return f'<div style="white-space: pre-wrap">{html_escaping.escape(text)}</div>'


def _percent_decoded(name: str) -> str:
    """Decode a name that was escaped like a URL, where that yields real text."""
    return header.one_line(charset.decode(unquote_to_bytes(name), "utf-8"))


def unflow(text: str, delete_space: bool) -> str:
    """Join the soft-broken lines of format=flowed (RFC 3676 §4).

    :param text: the text with '\\n' line ends
    :param delete_space: the parameter DelSp=yes: the space before a soft break is cut too
    """
    result: list[str] = []
    flowing = False  # the line before ended in a soft break
    depth_before = 0
    for line in text.split("\n"):
        content = line.lstrip(">")
        depth = len(line) - len(content)
        content = content.removeprefix(" ")
        soft = content.endswith(" ") and content != "-- "
        if soft and delete_space:
            content = content[:-1]
        if flowing and depth == depth_before and content != "-- ":
            result.append(content)
        else:
            quote = ">" * depth + " " if depth else ""
            result.append(("\n" if result else "") + quote + content)
        flowing, depth_before = soft, depth
    return "".join(result)
