"""Header fields: splitting a block, encoded words (RFC 2047), parameters (RFC 2045, 2231).

Everything here takes one pass over its input, so that a header of a megabyte costs a fraction of
a second, and nothing here raises on any bytes.
"""

import binascii
import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import islice
from typing import NamedTuple
from urllib.parse import unquote_to_bytes

from .charset import Charsets, clean

_FIELD = re.compile(rb"([!-9;-~]{1,200}+)[ \t]*+:")
_WORD_START = re.compile(r"=\?([^?\s]{1,75}+)\?([bBqQ])\?")
_BLANKS = re.compile(r"\s*+")
_CONTROL = re.compile("[\x00-\x1f\x7f\u2028\u2029]+")
_PARAMETER = re.compile(
    r";\s*+([^\s;=\"]++)\s*+=\s*+(?:\"((?:[^\"\\]++|\\.)*+)\"|([^;]*+))", re.DOTALL
)
_SECTION = re.compile(r"(.+?)\*(\d{1,4})(\*?)")
_MAX_PARAMETERS = 2000
_NOT_BASE64 = re.compile(rb"[^A-Za-z0-9+/]+")
# Fields that appear in no body text, to tell a junk line among fields from a missing blank line.
_WELL_KNOWN = frozenset((
    b"from", b"to", b"cc", b"subject", b"date", b"message-id", b"mime-version", b"content-type",
    b"content-transfer-encoding", b"content-disposition", b"received", b"return-path", b"reply-to",
    b"references", b"in-reply-to", b"sender", b"content-id", b"x-mailer",
))  # fmt: skip


class Block(NamedTuple):
    """A header block: fields in order as (name in lower case, raw unfolded value)."""

    fields: list[tuple[bytes, bytes]]
    end: int  # offset of the body
    defects: tuple[str, ...]
    names: list[bytes]  # the names of the fields as the letter writes them

    def first(self, name: bytes) -> bytes:
        """Return the raw value of the first field of this lower-case name, or b''."""
        for key, value in self.fields:
            if key == name:
                return value
        return b""


def read_block(raw: bytes, start: int, blank: int, limit: int) -> Block:
    """Read the header fields that begin at an offset (RFC 5322 §2.2).

    :param raw: the whole letter
    :param start: offset of the first field
    :param blank: offset of the line feed that ends the last field's line, the blank line follows
    :param limit: offset that the block must not pass (start of a boundary line, or the end)
    :return: the fields, the offset of the body, and what was wrong
    """
    names: list[bytes] = []
    values: list[list[bytes]] = []  # a field's lines
    folds = False  # whether a continuation line may follow
    junk = -1  # offset of the first line that is no field
    kept = 0  # number of fields before it
    junk_is_body = True
    offset = start
    for line in raw[start : min(blank, limit)].split(b"\n"):
        if folds and line[:1] in (b" ", b"\t"):
            values[-1].append(line.rstrip(b"\r"))
        elif found := _FIELD.match(line):
            names.append(found[1])
            values.append([line[found.end() :].strip()])
            folds = True
            if junk >= 0 and found[1].lower() in _WELL_KNOWN:
                junk_is_body = False
        elif line.strip(b" \t\r"):
            folds = False
            if junk < 0 and (names or not line.startswith((b"From ", b">From "))):
                junk, kept = offset, len(names)
        offset += len(line) + 1
    body = _body_offset(raw, blank) if blank <= limit else limit
    defects: tuple[str, ...] = ()
    if junk >= 0 and not junk_is_body:
        defects = ("a line among the header fields is no field",)
    elif junk >= 0:
        defects = ("no empty line between header and body",)
        names, body = names[:kept], junk
    elif limit < min(blank, len(raw)):
        defects = ("no empty line between header and body",)
    fields = [(name.lower(), b"".join(value)) for name, value in zip(names, values, strict=False)]
    return Block(fields, body, defects, names)


def _body_offset(raw: bytes, blank: int) -> int:
    """Step over the line feed at the offset and the empty line behind it."""
    position = blank + 1
    if raw[position : position + 1] == b"\r":
        position += 1
    return min(position + 1, len(raw))


def to_text(raw: bytes, charsets: Charsets) -> str:
    """Decode a raw field value to text, without touching encoded words."""
    return raw.decode("ascii") if raw.isascii() else charsets.decode(raw)


def decode(raw: bytes, charsets: Charsets) -> str:
    """Decode a raw field value with its encoded words, as one line of text.

    :param raw: the unfolded value; raw 8-bit bytes are read as UTF-8, then by hint or detection
    :param charsets: what is known of the letter's charsets
    """
    return one_line(decode_words(to_text(raw, charsets), charsets))


def one_line(text: str) -> str:
    """Replace control characters by spaces and cut the ends."""
    return clean(_CONTROL.sub(" ", text).strip())


def decode_words(text: str, charsets: Charsets) -> str:
    """Decode the encoded words in a text (RFC 2047 §6); broken ones stay as they are.

    Neighbouring words of one charset are joined before decoding, because many senders split
    them in the middle of a character. Spaces inside a word, which the RFC forbids, are borne.
    """
    if "=?" not in text:
        return text
    pieces: list[str] = []
    run: list[bytes] = []  # bytes of neighbouring words of one charset
    run_label = ""
    position = 0
    for start, end, label, data in _words(text):
        between = text[position:start]
        gap = bool(between) and not (run and between.isspace())
        if run and (gap or label != run_label):
            pieces.append(charsets.decode(b"".join(run), run_label))
            run = []
        if gap:
            pieces.append(between)
        run.append(data)
        run_label = label
        position = end
    if run:
        pieces.append(charsets.decode(b"".join(run), run_label))
    pieces.append(text[position:])
    return "".join(pieces)


def _words(text: str) -> Iterator[tuple[int, int, str, bytes]]:
    """Yield the encoded words as (start, end, charset label, bytes)."""
    end = 0
    start = text.find("=?")
    while start >= 0:
        found = _WORD_START.match(text, start)
        if not found:
            start = text.find("=?", start + 2)
            continue
        if end < found.end():
            end = text.find("?=", found.end())
            if end < 0:
                return
        inner = text.find("=?", found.end(), end)
        if 0 <= inner < end - 1 and _WORD_START.match(text, inner):
            start = inner  # the word before was never closed
            continue
        label = found[1].partition("*")[0].lower()  # RFC 2231 §5: charset*language
        yield start, end + 2, label, _word_bytes(found[2], text[found.end() : end])
        start = text.find("=?", end + 2)


def _word_bytes(encoding: str, payload: str) -> bytes:
    data = payload.encode("utf-8", "replace")
    if encoding in "bB":
        return base64_bytes(data)
    return binascii.a2b_qp(data.replace(b"\r", b"").replace(b"\n", b""), header=True)


def base64_bytes(data: bytes) -> bytes:
    """Decode base64 whatever its padding and whatever stands between (RFC 2045 §6.8)."""
    padding = data.find(b"=")
    if padding >= 0 and data[padding:].strip(b"=\r\n\t -"):
        segments = data.split(b"=")  # several encodings one after the other
    else:
        segments = [data]
    return b"".join(map(_base64_segment, segments))


def _base64_segment(segment: bytes) -> bytes:
    try:
        return binascii.a2b_base64(segment)
    except binascii.Error:
        letters = _NOT_BASE64.sub(b"", segment)
        if len(letters) % 4 == 1:
            letters = letters[:-1]
        return binascii.a2b_base64(letters + b"=" * (-len(letters) % 4))


@lru_cache(maxsize=1024)
def _parameters_cached(raw: bytes) -> tuple[str, dict[str, str]]:
    return _read_parameters(raw, Charsets())


def parameters(raw: bytes, charsets: Charsets) -> tuple[str, dict[str, str]]:
    """Split a value such as ``text/plain; charset="koi8-r"`` (RFC 2045 §5.1).

    :param raw: the unfolded raw value
    :param charsets: what is known of the letter's charsets
    :return: the main value in lower case, and the decoded parameters by lower-case name; the
        dictionary is shared and must not be changed
    """
    if len(raw) <= 300 and raw.isascii() and b"=?" not in raw and b"%" not in raw:
        return _parameters_cached(raw)
    return _read_parameters(raw, charsets)


def _read_parameters(raw: bytes, charsets: Charsets) -> tuple[str, dict[str, str]]:
    text = to_text(raw, charsets)
    main, separator, rest = text.partition(";")
    if not separator and "=" in main:  # "text/plain charset=utf-8", or no type at all
        head, blank, tail = main.strip().partition(" ")
        main, rest = (head, tail) if blank and "=" not in head else ("", main)
    found: dict[str, str] = {}
    sections: dict[str, dict[int, tuple[str, bool]]] = {}
    for match in islice(_PARAMETER.finditer(";" + rest), _MAX_PARAMETERS):
        name = match[1].lower()
        value = match[3].strip(' \t\r\n"') if match[2] is None else _unquote(match[2])
        section = _SECTION.fullmatch(name)
        if section:
            sections.setdefault(section[1], {}).setdefault(
                int(section[2]), (value, bool(section[3]))
            )
        elif name.endswith("*"):
            sections.setdefault(name[:-1], {}).setdefault(0, (value, True))
        else:
            found.setdefault(name, value)
    for name, value in found.items():
        if name != "boundary":  # must stay as it is, even if it looks like an encoded word
            found[name] = one_line(decode_words(value, charsets))
    for name, parts in sections.items():
        found[name] = _join_sections(parts, charsets)
    return _main_value(main), found


def _main_value(text: str) -> str:
    """Cut comments and blanks out of a type or disposition."""
    value = text.partition("(")[0].strip().strip("\"'").lower()
    return clean("".join(value.split()) if len(value) < 200 else value[:200])


def _unquote(text: str) -> str:
    # Only these two: a name such as "C:\dir\file" must keep its separators.
    return text.replace('\\"', '"').replace("\\\\", "\\") if "\\" in text else text


def _join_sections(parts: dict[int, tuple[str, bool]], charsets: Charsets) -> str:
    """Join the sections of one parameter (RFC 2231 §3, §4)."""
    label = ""
    pieces: list[bytes] = []
    plain: list[str] = []
    for _number, (value, extended) in sorted(parts.items()):
        if extended and not pieces and value.count("'") >= 2:
            label, _language, value = value.split("'", 2)
        plain.append(value)
        data = value.encode("utf-8", "replace")
        pieces.append(unquote_to_bytes(data) if extended else data)
    if not any(extended for _value, extended in parts.values()):
        return one_line(decode_words("".join(plain), charsets))
    text = charsets.decode(b"".join(pieces), label)
    return one_line(decode_words(text, charsets) if not label else text)


def begins_with_known_field(raw: bytes, start: int) -> bool:
    """Tell whether a header field with a well-known name begins at the offset."""
    found = _FIELD.match(raw, start)
    return bool(found) and found[1].lower() in _WELL_KNOWN
