"""The tree of parts of a letter (RFC 2046), found in one pass over its bytes."""

import binascii
import re
from dataclasses import dataclass

from . import header
from .charset import Charsets

MAX_PARTS = 1000
_BLANK = re.compile(rb"\n\r?\n")
_GUESSED_BOUNDARY = re.compile(rb"(?:^|\n)--([^\r\n]{1,200}+)\r?\n(?=content-)", re.I)
_SOFT_BREAK_WITH_BLANKS = re.compile(rb"=[ \t]++(?=\r?\n)")
_UU_BEGIN = re.compile(rb"^begin[ \t]+[0-7]{3,4}[ \t]", re.M)
_NO_END = 1 << 62


@dataclass(slots=True)
class Part:
    """A part: its header, where its body lies in the raw letter, and its place in the tree."""

    block: header.Block
    start: int
    end: int
    content_type: str
    parameters: dict[str, str]
    parent: "Part | None"
    boundary: bytes = b""
    borrowed_from: int | None = None  # level of the open multipart with the same boundary
    children: int = 0

    @property
    def is_multipart(self) -> bool:
        return bool(self.boundary)

    def content(self, raw: bytes) -> bytes:
        """Return the body with its transfer encoding taken off (RFC 2045 §6)."""
        encoding = self.block.first(b"content-transfer-encoding")
        return decode_transfer(raw[self.start : self.end], encoding)


class _Splitter:
    """Walks over the boundary lines of a letter once; each active boundary has one owner."""

    def __init__(self, raw: bytes, charsets: Charsets, guess_boundary: bool):
        self.charsets = charsets
        self.raw = raw
        self.guess_boundary = guess_boundary
        self.parts: list[Part] = []
        self.open: list[Part] = []  # the multiparts around the current position
        self.owners: dict[bytes, int] = {}
        self.current: Part | None = None  # the part that the next boundary line ends
        self.next_blank = -1
        self.next_dashes = -1
        self.defects: list[str] = []

    def split(self, start: int) -> list[Part]:
        self._open_part(start, None)
        # From one before the body: its first line may be a boundary line.
        position = max(self.parts[0].start - 1, 0)
        while self.owners:
            dashes = self._find_dashes(position)
            if dashes == _NO_END:
                break
            line_end = self.raw.find(b"\n", dashes + 3)
            line_end = len(self.raw) if line_end < 0 else line_end
            position = line_end
            line = self.raw[dashes + 3 : line_end].rstrip()
            if (level := self.owners.get(line)) is not None:
                self._end_part(dashes, level)
                if len(self.parts) >= MAX_PARTS:
                    self._keep_rest(line_end + 1)
                    break
                self._open_part(line_end + 1, self.open[level])
                position = max(self.parts[-1].start - 1, line_end)
            elif line.endswith(b"--") and (level := self.owners.get(line[:-2])) is not None:
                self._end_part(dashes, level - 1)  # what follows is an epilogue
        if self.current or any(part.children == 0 for part in self.open):
            self._end_part(len(self.raw), -1, closed=False)
        return self.parts

    def _find_dashes(self, position: int) -> int:
        if self.next_dashes < position:
            found = self.raw.find(b"\n--", position)
            self.next_dashes = _NO_END if found < 0 else found
        return self.next_dashes

    def _find_blank(self, position: int) -> int:
        if self.next_blank < position:
            found = _BLANK.search(self.raw, position)
            self.next_blank = found.start() if found else _NO_END
        return self.next_blank

    def _end_part(self, end: int, level: int, closed: bool = True) -> None:
        """End the current part, and the multiparts inside the one at this level."""
        if end > 0 and self.raw[end - 1 : end] == b"\r":
            end -= 1
        if self.current:
            self.current.end = max(end, self.current.start)
            if not closed and self.open:
                self.defects.append("the last boundary line is missing")
        self.current = None
        while len(self.open) > level + 1:
            part = self.open.pop()
            part.end = max(end, part.start)
            if part.borrowed_from is None:
                del self.owners[part.boundary]
            else:
                self.owners[part.boundary] = part.borrowed_from

    def _open_part(self, start: int, parent: Part | None) -> None:
        raw = self.raw
        if raw[start : start + 1] == b"\n" or raw[start : start + 2] == b"\r\n":
            body = start + (1 if raw[start : start + 1] == b"\n" else 2)
            block = header.Block([], body, (), [])
        else:
            limit = self._find_dashes(max(start - 1, 0))
            block = header.read_block(raw, start, self._find_blank(start), min(limit + 1, len(raw)))
        default = "text/plain"
        if parent and parent.content_type == "multipart/digest":
            default = "message/rfc822"
        kind, parameters = header.parameters(block.first(b"content-type"), self.charsets)
        part = Part(block, block.end, len(raw), kind or default, parameters, parent)
        self.defects.extend(block.defects)
        self.parts.append(part)
        if parent:
            parent.children += 1
        if part.content_type.startswith("multipart/"):
            part.boundary = self._boundary_of(part)
        if part.boundary:
            part.borrowed_from = self.owners.get(part.boundary)
            self.owners[part.boundary] = len(self.open)
            self.open.append(part)
        else:
            self.current = part

    def _boundary_of(self, part: Part) -> bytes:
        declared = part.parameters.get("boundary", "").strip()
        if declared and not self.guess_boundary:
            return declared.encode("utf-8", "replace")
        found = _GUESSED_BOUNDARY.search(
            self.raw, max(part.start - 1, 0), min(part.start + 8192, len(self.raw))
        )
        self.defects.append("the boundary between parts is not declared or a wrong one")
        return found[1].rstrip() if found else declared.encode("utf-8", "replace")

    def _keep_rest(self, start: int) -> None:
        rest = Part(
            header.Block([], start, (), []), start, len(self.raw), "application/octet-stream",
            {"name": "other-parts.txt"}, None,
        )  # fmt: skip
        self.parts.append(rest)
        self.current = rest
        self.open = []
        self.defects.append(f"more than {MAX_PARTS} parts: the others are kept as one file")


def split(raw: bytes, start: int, charsets: Charsets) -> tuple[list[Part], list[str]]:
    """Split a letter into its parts in one pass, whatever their number and nesting.

    A nested letter (message/rfc822) is a leaf. A multipart without any part becomes a leaf too.

    :param raw: the letter
    :param start: offset of the header
    :param charsets: what is known of the letter's charsets
    :return: all parts in order, the letter itself first, and what was wrong
    """
    splitter = _Splitter(raw, charsets, guess_boundary=False)
    parts = splitter.split(start)
    top = parts[0]
    if top.is_multipart and not top.children:
        second = _Splitter(raw, charsets, guess_boundary=True)
        parts_found = second.split(start)
        if parts_found[0].children:
            splitter, parts = second, parts_found
    for part in parts:
        if part.content_type.startswith("multipart/") and not part.children:
            part.boundary = b""
            part.content_type = "text/plain"
            splitter.defects.append("a multipart without parts is read as text")
    return parts, splitter.defects


def decode_transfer(data: bytes, encoding: bytes) -> bytes:
    """Take the transfer encoding off; what is damaged is decoded as far as it goes."""
    name = encoding.partition(b";")[0].partition(b"(")[0].strip(b" \t\"'").lower()
    if name in (b"", b"7bit", b"8bit", b"binary"):
        return data
    if name in (b"base64", b"b", b"x-base64"):
        return header.base64_bytes(data)
    if name in (b"quoted-printable", b"quotedprintable", b"q", b"qp"):
        data = _SOFT_BREAK_WITH_BLANKS.sub(b"=", data)
        if data.count(b"=\r") != data.count(b"=\r\n"):
            data = data.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
        return binascii.a2b_qp(data)
    if name in (b"x-uuencode", b"uuencode", b"x-uue", b"uue"):
        return _decode_uu(data)
    return data


def _decode_uu(data: bytes) -> bytes:
    found = _UU_BEGIN.search(data)
    if not found:
        return data
    pieces = []
    for line in data[found.start() :].splitlines()[1:]:
        if line.strip() in (b"end", b"`", b""):
            break
        # Some encoders pad a line: take as much of it as its first character says.
        size = (((line[0] - 32) & 63) * 4 + 2) // 3
        try:
            pieces.append(binascii.a2b_uu(line[: size + 1]))
        except binascii.Error:
            continue  # a damaged line: the others can still be read
    return b"".join(pieces)
