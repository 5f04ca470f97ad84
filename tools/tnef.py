"""Outlook's wrapping of a letter in one file, winmail.dat ([MS-OXTNEF]).

Own reader: the library for it (tnefparse 1.4) takes time quadratic in the number of attributes, and
minutes on a property count that the bytes do not hold; a letter must not stop the fetching.
"""

from dataclasses import dataclass, field
from struct import error as StructError
from struct import unpack_from

from compressed_rtf import decompress

from . import charset

SIGNATURE = b"\x78\x9f\x3e\x22"
_MAX_DEPTH = 3
_MAX_RTF = 100_000  # compressed; the library takes a second for a few times as much
_MESSAGE_INTERFACE = bytes.fromhex("0703020000000000c000000000000046")
_FIXED = {2: 4, 3: 4, 4: 4, 10: 4, 11: 4, 5: 8, 6: 8, 7: 8, 0x14: 8, 0x40: 8, 0x48: 16}
_VARIABLE = (0x0D, 0x1E, 0x1F, 0x102)
# Attributes (level and type cut off) and properties that matter here.
_BODY, _TITLE, _DATA, _RENDERING = 0x800C, 0x8010, 0x800F, 0x9002
_PROPERTIES, _FILE_PROPERTIES, _CODEPAGE = 0x9003, 0x9005, 0x9007
_P_BODY, _P_RTF, _P_HTML = 0x1000, 0x1009, 0x1013
_P_NAME, _P_SHORT_NAME, _P_LONG_NAME, _P_OBJECT = 0x3001, 0x3704, 0x3707, 0x3701
_P_TYPE, _P_CONTENT_ID, _P_CODEPAGE = 0x370E, 0x3712, 0x3FDE


class TnefError(ValueError):
    """The bytes are no TNEF or end too early."""


@dataclass(slots=True)
class TnefFile:
    """A file inside; the name is as the sender gave it."""

    name: str = ""
    content_type: str = ""
    content_id: str = ""
    content: bytes = b""


@dataclass(slots=True)
class Tnef:
    """What winmail.dat holds; compressed_rtf is the body as [MS-OXRTFCP], mostly the only one."""

    text: str = ""
    html: str = ""
    compressed_rtf: bytes = b""
    files: list[TnefFile] = field(default_factory=list)

    def rtf(self) -> bytes:
        """Return the body as RTF.

        :raise TnefError: damaged, or larger than is unpacked in reasonable time
        """
        if len(self.compressed_rtf) > _MAX_RTF:
            raise TnefError("the RTF body is too large")
        try:
            return decompress(self.compressed_rtf)
        except Exception as error:  # the library raises plain Exception for all damage
            raise TnefError(f"the RTF body is damaged: {error}") from error


def unpack(data: bytes, *, depth: int = 0) -> Tnef:
    """Read winmail.dat in one pass.

    :param data: content of the part application/ms-tnef
    :param depth: how many messages stand around this one
    :raise TnefError: damaged; nothing of it may be trusted
    """
    if data[:4] != SIGNATURE:
        raise TnefError("not TNEF")
    result = Tnef()
    label = "cp1252"
    offset = 6
    while offset + 9 < len(data):
        level, attribute, size = data[offset], *unpack_from("<H2xI", data, offset + 1)
        offset += 9
        if offset + size > len(data):
            raise TnefError("an attribute is longer than the file")
        value = data[offset : offset + size]
        offset += size + 2
        if level not in (1, 2):
            break  # something was appended to the file
        if attribute == _CODEPAGE and size >= 4:
            label = f"cp{unpack_from('<I', value)[0]}"
        elif attribute == _RENDERING:
            result.files.append(TnefFile())
        elif level == 2 and result.files:
            _read_file_attribute(result, attribute, value, label, depth)
        elif attribute == _BODY:
            result.text = _string(value, label)
        elif attribute == _PROPERTIES:
            _read_message_properties(result, value, label)
    result.files = [item for item in result.files if item.content or item.name]
    return result


def _read_message_properties(result: Tnef, value: bytes, label: str) -> None:
    found = _properties(value)
    if _P_CODEPAGE in found and len(found[_P_CODEPAGE][1]) == 4:
        html_label = f"cp{unpack_from('<I', found[_P_CODEPAGE][1])[0]}"
        html_label = "utf-8" if html_label == "cp65001" else html_label
    else:
        html_label = label
    if _P_BODY in found:
        result.text = _property_text(found[_P_BODY], label)
    if _P_HTML in found:
        kind, content = found[_P_HTML]
        result.html = _property_text((kind, content), html_label)
    if _P_RTF in found:
        result.compressed_rtf = found[_P_RTF][1]


def _read_file_attribute(result: Tnef, attribute: int, value: bytes, label: str, depth: int):
    item = result.files[-1]
    if attribute == _TITLE:
        item.name = item.name or _string(value, label)
    elif attribute == _DATA:
        item.content = value
    elif attribute == _FILE_PROPERTIES:
        found = _properties(value)
        for key in (_P_LONG_NAME, _P_SHORT_NAME, _P_NAME):
            if key in found and (name := _property_text(found[key], label)):
                item.name = name if key == _P_LONG_NAME else item.name or name
        if _P_TYPE in found:
            item.content_type = _property_text(found[_P_TYPE], label)
        if _P_CONTENT_ID in found:
            item.content_id = _property_text(found[_P_CONTENT_ID], label)
        if _P_OBJECT in found:
            _read_object(result, found[_P_OBJECT][1], depth)


def _read_object(result: Tnef, content: bytes, depth: int) -> None:
    """Take the text and the files out of a message inside the message."""
    item = result.files[-1]
    if not content.startswith(_MESSAGE_INTERFACE):
        item.content = content
        return
    item.content = content[len(_MESSAGE_INTERFACE) :]
    item.content_type = "application/ms-tnef"
    if depth < _MAX_DEPTH:
        inner = unpack(item.content, depth=depth + 1)
        if inner.text or inner.html:
            item.content_type = "text/html" if inner.html else "text/plain"
            item.content = (inner.html or inner.text).encode()
            item.name = (item.name or "message") + (".html" if inner.html else ".txt")
        # Kept before the message itself: the last one is still being read.
        result.files[-1:] = [*inner.files, item]


def _properties(data: bytes) -> dict[int, tuple[int, bytes]]:
    """Read MAPI properties as {id: (type, first value)}; the loop is bound by the bytes."""
    found: dict[int, tuple[int, bytes]] = {}
    try:
        (count,) = unpack_from("<I", data)
        offset = 4
        while count > 0 and offset < len(data):
            count -= 1
            kind, key = unpack_from("<HH", data, offset)
            offset += 4
            if key >= 0x8000:  # a named property: its name is of no use here
                (named,) = unpack_from("<I", data, offset + 16)
                (size,) = unpack_from("<I", data, offset + 20)
                offset += 24 + (size + 3 & ~3 if named else 0)
            several, kind = kind & 0x1000, kind & ~0x1000
            values = 1
            if several or kind in _VARIABLE:
                (values,) = unpack_from("<I", data, offset)
                offset += 4
            if kind in _FIXED:
                found.setdefault(key, (kind, data[offset : offset + _FIXED[kind]]))
                offset += _FIXED[kind] * values
                continue
            if kind not in _VARIABLE:
                break
            while values > 0:
                values -= 1
                (size,) = unpack_from("<I", data, offset)
                offset += 4
                found.setdefault(key, (kind, data[offset : offset + size]))
                offset += size + 3 & ~3
    except StructError as error:
        raise TnefError("a property is longer than its attribute") from error
    return found


def _property_text(value: tuple[int, bytes], label: str) -> str:
    kind, data = value
    if kind == 0x1F:
        return charset.clean(data.decode("utf-16-le", "replace").rstrip("\x00"))
    return _string(data, label)


def _string(data: bytes, label: str) -> str:
    return charset.decode(data.rstrip(b"\x00"), label)
