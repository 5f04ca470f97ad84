"""The texts and the files of a letter, out of its parts."""

import html as html_escaping
import re
from typing import NamedTuple
from urllib.parse import unquote

from . import attachment, charset, header, mime, tnef
from .attachment import Attachment

_CID = re.compile(r"cid:([^\"'\s>)&]{1,500})", re.IGNORECASE)
_TNEF_TYPES = ("application/ms-tnef", "application/vnd.ms-tnef")
_MAX_ID = 500
_EXTENDED_NAME = re.compile(rb"filename\*(?:\d{1,4}\*)?\s*=", re.IGNORECASE)  # RFC 2231 §4


class _File(NamedTuple):
    """A file before it is known whether the HTML body shows it."""

    filename: str
    content_type: str
    content: bytes
    content_id: str


class _Group:
    """Texts that say the same: those within one multipart/alternative, or one text alone."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self.htmls: list[str] = []
        self.others: list[_File] = []  # the same text in a form that is not shown (AMP, enriched)


class Bodies:
    """Sorts the leaves of a letter into texts, HTML and files."""

    def __init__(self, raw: bytes, charsets: charset.Charsets):
        self.raw = raw
        self.charsets = charsets
        self.defects: list[str] = []
        self.attachments: list[Attachment] = []
        self.text = ""
        self.html = ""
        self._groups: dict[int, _Group] = {}  # by id() of the part
        self._files: list[_File] = []

    def read(self, parts: list[mime.Part]) -> None:
        """Read all leaves; the results are in text, html, attachments and defects."""
        for part in parts:
            if not part.is_multipart:
                self._read_leaf(part)
        groups = self._groups.values()
        self.text = "\n".join(text for group in groups for text in group.texts)
        if any(group.htmls for group in groups):
            self.html = _joined_html(groups)
        for group in groups:
            if not group.texts and not group.htmls:
                self._files.extend(group.others)
        shown = {unquote(found) for found in _CID.findall(self.html)} if self._files else set()
        self.attachments = [
            Attachment(*item, inline=bool(item.content_id) and item.content_id in shown)
            for item in self._files
        ]

    def _read_leaf(self, part: mime.Part) -> None:
        disposition, name = self._disposition(part)
        kind = part.content_type
        is_file = bool(name) or disposition == "attachment"
        if not attachment.is_type(kind):
            kind = "application/octet-stream" if is_file else "text/plain"
        if kind in ("text/plain", "text/html") and not is_file:
            self._read_text(part, kind)
            return
        content = part.content(self.raw)
        if kind in _TNEF_TYPES or name.lower() == "winmail.dat":
            if self._read_tnef(content):
                return
        content_id = header.decode(part.block.first(b"content-id"), self.charsets)
        extended = _EXTENDED_NAME.search(part.block.first(b"content-disposition"))
        item = _File(
            attachment.name_of(name, kind, content, self.charsets, may_be_escaped=not extended),
            kind, content, content_id.strip("<> ")[:_MAX_ID],
        )  # fmt: skip
        alternative = part.parent and part.parent.content_type == "multipart/alternative"
        if alternative and not is_file and kind.startswith("text/") and kind != "text/calendar":
            self._group_of(part).others.append(item)
        else:
            self._files.append(item)

    def _disposition(self, part: mime.Part) -> tuple[str, str]:
        """Return disposition and file name (RFC 2183; the name of RFC 2046 as a fallback)."""
        block = part.block
        disposition, arguments = header.parameters(
            block.first(b"content-disposition"), self.charsets
        )
        name = arguments.get("filename") or arguments.get("name")
        if name:
            return disposition, name
        if part.parent is None and part.content_type.startswith("text/"):
            return disposition, ""  # the only text of a letter is no file, whatever its type says
        arguments = part.parameters
        name = arguments.get("name") or arguments.get("filename") or ""
        if not name.isascii():  # again, for now the charset hint is known
            arguments = header.parameters(block.first(b"content-type"), self.charsets)[1]
            name = arguments.get("name") or arguments.get("filename") or name
        return disposition, name

    def _read_text(self, part: mime.Part, kind: str) -> None:
        content = part.content(self.raw)
        label = part.parameters.get("charset", "")
        if kind == "text/html" and not charset.codec_for(label):
            label = charset.html_label(content) or label
        if self.charsets.chosen and charset.codec_for(label) != "utf-8":
            label = ""  # it is the text that was read wrongly
        text = self.charsets.decode(content, label)
        if "\r" in text:
            text = text.replace("\r\n", "\n").replace("\r", "\n")
        if kind == "text/plain" and part.parameters.get("format", "").lower() == "flowed":
            text = unflow(text, part.parameters.get("delsp", "").lower() == "yes")
        group = self._group_of(part)
        (group.htmls if kind == "text/html" else group.texts).append(text)

    def _group_of(self, part: mime.Part) -> _Group:
        """Return the group of the outermost multipart/alternative around, or one of its own."""
        outermost = part
        around = part.parent
        while around:
            if around.content_type == "multipart/alternative":
                outermost = around
            around = around.parent
        return self._groups.setdefault(id(outermost), _Group())

    def _read_tnef(self, content: bytes) -> bool:
        """Take winmail.dat apart; False if it must stay as it is."""
        try:
            inner = tnef.unpack(content)
            if len(self._files) + len(inner.files) > mime.MAX_PARTS:
                raise tnef.TnefError("too many files")
            # The body as RTF repeats the text of the letter, if there is any.
            if not (inner.text or inner.html or (inner.files and self._groups)):
                if inner.compressed_rtf:
                    rtf = inner.rtf()
                    inner.files.append(tnef.TnefFile("body.rtf", "application/rtf", "", rtf))
        except tnef.TnefError as error:
            self.defects.append(f"winmail.dat is damaged: {error}")
            return False
        if not (inner.files or inner.text or inner.html):
            return False
        groups = self._groups.values()
        if not any(text.strip() for group in groups for text in group.texts + group.htmls):
            self._groups.setdefault(0, _Group()).texts.extend(filter(None, [inner.text]))
        if inner.html and not any(group.htmls for group in groups):
            group = _Group()  # one group of all: the HTML repeats the letter's text
            group.texts = [text for other in groups for text in other.texts]
            group.htmls = [inner.html]
            self._groups = {0: group}
        for item in inner.files:
            kind = item.content_type.lower()
            kind = kind if attachment.is_type(kind) else attachment.guess_type(item.name)
            name = attachment.safe_filename(header.one_line(item.name), kind)
            content_id = header.one_line(item.content_id).strip("<> ")
            self._files.append(_File(name, kind, item.content, content_id[:_MAX_ID]))
        return True


def _joined_html(groups) -> str:
    """Show the whole letter as HTML: also what came as plain text before and after."""
    return "\n".join(
        piece
        for group in groups
        for piece in (group.htmls or [_as_html(text) for text in group.texts if text.strip()])
    )


def _as_html(text: str) -> str:
    return f'<div style="white-space: pre-wrap">{html_escaping.escape(text)}</div>'


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
