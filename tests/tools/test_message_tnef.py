"""winmail.dat, built here attribute by attribute ([MS-OXTNEF])."""

import base64
import struct

import pytest
import tnefparse
from compressed_rtf import compress
from iris_tools import message, tnef


def attribute(level: int, identity: int, value: bytes) -> bytes:
    return struct.pack("<BHHI", level, identity, 6, len(value)) + value + b"\x00\x00"


def padded(value: bytes) -> bytes:
    return value + bytes(-len(value) % 4)


def prop(identity: int, kind: int, value: bytes) -> bytes:
    return struct.pack("<HHII", kind, identity, 1, len(value)) + padded(value)


def props(*items: bytes) -> bytes:
    return struct.pack("<I", len(items)) + b"".join(items)


def file(title: bytes, content: bytes, *items: bytes) -> bytes:
    parts = attribute(2, 0x9002, bytes(14)) + attribute(2, 0x8010, title)
    parts += attribute(2, 0x800F, content) if content else b""
    return parts + (attribute(2, 0x9005, props(*items)) if items else b"")


def winmail(*attributes: bytes) -> bytes:
    head = tnef.SIGNATURE + b"\x01\x00" + attribute(1, 0x9007, struct.pack("<II", 1251, 0))
    return head + b"".join(attributes)


def letter(content: bytes, text: bytes = b"See winmail.dat"):
    return message.parse(
        b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\n" + text + b"\r\n--b\r\n"
        b"Content-Type: application/ms-tnef; name=winmail.dat\r\n"
        b"Content-Transfer-Encoding: base64\r\n\r\n" + base64.encodebytes(content) + b"\r\n--b--"
    )


LONG_NAME = prop(0x3707, 0x1F, "Договор № 1.docx\0".encode("utf-16-le"))


def test_files_take_the_place_of_winmail():
    found = letter(winmail(
        file("Счёт.pdf\0".encode("cp1251"), b"%PDF"),
        file(b"DOGOVO~1.DOC\0", b"doc", LONG_NAME, prop(0x370E, 0x1E, b"application/msword\0")),
    ))  # fmt: skip
    assert [(item.filename, item.content_type, item.content) for item in found.attachments] == [
        ("Счёт.pdf", "application/pdf", b"%PDF"),
        ("Договор № 1.docx", "application/msword", b"doc"),
    ]
    assert found.text == "See winmail.dat"
    assert found.defects == ()


def test_text_of_a_letter_that_has_no_other():
    found = letter(winmail(attribute(1, 0x800C, "Привет\0".encode("cp1251"))), b"")
    assert found.text.strip() == "Привет"
    assert found.attachments == ()


def test_html_body_and_its_pictures():
    html = prop(0x1013, 0x102, '<img src="cid:i@x">Привет'.encode("cp1251"))
    picture = file(b"i.png\0", b"png", prop(0x3712, 0x1E, b"i@x\0"))
    found = letter(winmail(attribute(1, 0x9003, props(html)), picture))
    assert found.html == '<img src="cid:i@x">Привет'
    assert found.text == "See winmail.dat"
    assert found.attachments[0].inline


def test_body_as_rtf_where_there_is_nothing_else():
    rtf = prop(0x1009, 0x102, compress(b"{\\rtf1 hello}"))
    (item,) = letter(winmail(attribute(1, 0x9003, props(rtf)))).attachments
    assert (item.filename, item.content) == ("body.rtf", b"{\\rtf1 hello}")


def test_named_and_multiple_properties_are_stepped_over():
    named = struct.pack("<HH16sII", 3, 0x8001, bytes(16), 1, 6) + b"a\0b\0\0\0\0\0" + bytes(4)
    several = struct.pack("<HHI", 0x1003, 0x4000, 2) + bytes(8)
    found = tnef.unpack(winmail(file(b"a\0", b"x", named, several, LONG_NAME)))
    assert found.files[0].name == "Договор № 1.docx"


def test_a_message_in_the_message_gives_its_files():
    inner = winmail(attribute(1, 0x800C, b"inner text\0"), file(b"inner.txt\0", b"inner"))
    interface = bytes.fromhex("0703020000000000c000000000000046")
    found = letter(winmail(file(b"Fwd\0", b"", prop(0x3701, 0x0D, interface + inner))))
    assert [(item.filename, item.content) for item in found.attachments] == [
        ("inner.txt", b"inner"),
        ("Fwd.txt", b"inner text"),
    ]


def test_another_reader_finds_the_same():
    first = file("Счёт.pdf\0".encode("cp1251"), b"%PDF", LONG_NAME)
    content = winmail(first, file(b"b\0", b"B" * 20))
    theirs = tnefparse.TNEF(content, do_checksum=False).attachments
    ours = tnef.unpack(content).files
    assert [item.data for item in theirs] == [item.content for item in ours]
    assert theirs[0].long_filename().strip("\0") == ours[0].name


DAMAGED = {
    "empty": b"",
    "no signature": b"PK\x03\x04",
    "cut": winmail(file(b"a.txt\0", b"x" * 1000))[:-500],
    "a property beyond the end": winmail(file(b"a\0", b"x", struct.pack("<HHI", 0x1F, 0x3707, 9))),
    "broken RTF": winmail(attribute(1, 0x9003, props(prop(0x1009, 0x102, b"x" * 40)))),
    "large RTF": winmail(attribute(1, 0x9003, props(prop(0x1009, 0x102, b"x" * 200_000)))),
    "too many files": winmail(*[file(b"a\0", b"x")] * 1500),
}


@pytest.mark.parametrize("name", DAMAGED)
def test_what_is_damaged_stays_winmail(name):
    found = letter(DAMAGED[name])
    (item,) = found.attachments
    assert (item.filename, item.content) == ("winmail.dat", DAMAGED[name])
    assert found.defects[0].startswith("winmail.dat is damaged: ")


MANY = struct.pack("<I", 0xFFFFFFFF)


@pytest.mark.parametrize(
    "value", [MANY, MANY + struct.pack("<HHI", 0x1003, 0x4000, 0xFFFFFFFF)], ids=["all", "one"]
)
def test_counts_that_the_bytes_do_not_hold_end_the_reading(value):
    text = attribute(1, 0x800C, b"hello\0")
    assert tnef.unpack(winmail(text, attribute(1, 0x9003, value))).text == "hello"


def test_a_count_of_values_that_the_bytes_do_not_hold_is_damage():
    value = MANY + struct.pack("<HHI", 0x1F, 0x4000, 0xFFFFFFFF)
    with pytest.raises(tnef.TnefError):
        tnef.unpack(winmail(attribute(1, 0x9003, value)))


def test_messages_in_messages_in_messages():
    interface = bytes.fromhex("0703020000000000c000000000000046")
    content = winmail(file(b"deep.txt\0", b"deep"))
    for _level in range(50):
        content = winmail(file(b"next\0", b"", prop(0x3701, 0x0D, interface + content)))
    found = letter(content)
    assert 0 < len(found.attachments) < 10
