"""Files: names in all their codings, nested letters, uuencode, names that are dangerous."""

import binascii

import pytest
from iris_tools import message
from iris_tools.attachment import safe_filename


def with_file(header: str | bytes, content: bytes = b"data"):
    header = header.encode() if isinstance(header, str) else header
    return message.parse(
        b"Subject: x\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\ntext\r\n--b\r\n"
        + header + b"\r\n\r\n" + content + b"\r\n--b--\r\n"
    )  # fmt: skip


def name_of(header: str | bytes) -> str:
    (item,) = with_file(header).attachments
    return item.filename


@pytest.mark.parametrize(
    "header",
    [
        'Content-Disposition: attachment; filename="Счёт.pdf"',
        "Content-Disposition: attachment; filename=Счёт.pdf",
        "Content-Disposition: attachment; filename*=UTF-8''%D0%A1%D1%87%D1%91%D1%82.pdf",
        "Content-Disposition: attachment; filename*=utf-8'ru'%D0%A1%D1%87%D1%91%D1%82.pdf",
        "Content-Disposition: attachment; filename*0*=UTF-8''%D0%A1%D1%87;\r\n"
        " filename*1*=%D1%91%D1;\r\n filename*2*=%82; filename*3=.pdf",
        "Content-Disposition: attachment; filename*1*=%82.pdf;"
        " filename*0*=UTF-8''%D0%A1%D1%87%D1%91%D1",
        'Content-Disposition: attachment; filename="=?UTF-8?B?0KHRh9GR0YIucGRm?="',
        "Content-Disposition: attachment; filename==?UTF-8?B?0KHRh9GR0YIucGRm?=",
        'Content-Disposition: attachment; filename="=?koi8-r?Q?=F3=DE=A3=D4.pdf?="',
        'Content-Disposition: attachment; filename="%D0%A1%D1%87%D1%91%D1%82.pdf"',
        "Content-Disposition: attachment; filename*=koi8-r''%F3%DE%A3%D4.pdf",
        'Content-Type: application/pdf; name="=?UTF-8?B?0KHRh9GR0YIucGRm?="',
        "Content-Type: application/pdf; name*=UTF-8''%D0%A1%D1%87%D1%91%D1%82.pdf",
        'Content-Type: application/pdf; name="other.pdf"\r\n'
        'Content-Disposition: attachment; filename="Счёт.pdf"',
        # the extended form is preferred to the plain one (RFC 6266 §4.3 by analogy)
        "Content-Disposition: attachment; filename=Schet.pdf;"
        " filename*=UTF-8''%D0%A1%D1%87%D1%91%D1%82.pdf",
    ],
)
def test_names(header):
    assert name_of(header) == "Счёт.pdf"


@pytest.mark.parametrize("charset", ["cp1251", "koi8-r", "cp866"])
def test_names_in_raw_bytes(charset):
    name = "Счёт на оплату.pdf"
    header = f'Content-Disposition: attachment; filename="{name}"'.encode(charset)
    assert name_of(header) == name


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("my file.pdf", "my file.pdf"),
        ('"a;b=c.pdf"', "a;b=c.pdf"),
        ('"a\\"b.pdf"', 'a"b.pdf'),
        ('"C:\\\\dir\\\\a.pdf"', "a.pdf"),
        ('"C:\\dir\\a.pdf"', "a.pdf"),
        ('"../../etc/passwd"', "passwd"),
        ('"/etc/passwd"', "passwd"),
        ('"dir/"', "dir"),
        ('"a\tb\x01\x7f.pdf"', "a b .pdf"),
        ('"a\u202efdp.exe"', "afdp.exe"),
        ('".."', "application.bin"),
        ('"/"', "application.bin"),
        ('""', "application.bin"),
        ('"  "', "application.bin"),
        ('"unclosed.pdf', "unclosed.pdf"),
        ("100%.pdf", "100%.pdf"),
    ],
)
def test_names_that_are_dangerous_or_odd(written, name):
    kind = "Content-Type: application/x-no-such\r\n"
    assert name_of(f"{kind}Content-Disposition: attachment; filename={written}") == name


@pytest.mark.parametrize(
    "name", ["a" * 5000, "a" * 5000 + ".pdf", "я" * 300 + ".docx", ".", "..", "\x00"]
)
def test_safe_names_are_short_and_never_empty(name):
    safe = safe_filename(name, "application/pdf")
    assert 0 < len(safe) <= 200
    if "." in name[1:-1]:
        assert safe.rpartition(".")[2] == name.rpartition(".")[2]
    assert safe.strip(".")


@pytest.mark.parametrize(
    ("header", "name", "kind"),
    [
        ("Content-Type: text/calendar; method=REQUEST", "invite.ics", "text/calendar"),
        ("Content-Type: message/delivery-status", "delivery-status.txt", "message/delivery-status"),
        ("Content-Type: text/rfc822-headers", "headers.txt", "text/rfc822-headers"),
        ("Content-Type: application/pkcs7-signature", "smime.p7s", "application/pkcs7-signature"),
        ("Content-Type: application/pgp-signature", "signature.asc", "application/pgp-signature"),
        ("Content-Type: message/partial; id=1; number=2", "partial.eml", "message/partial"),
        ("Content-Type: image/jpeg", "image.jpg", "image/jpeg"),
        ("Content-Type: application/pdf", "application.pdf", "application/pdf"),
        ("Content-Type: application/no-such", "application.bin", "application/no-such"),
        ("Content-Type: text/plain\r\nContent-Disposition: attachment", "text.txt", "text/plain"),
        ("Content-Type: garbage\r\nContent-Disposition: attachment; filename=a.b", "a.b",
         "application/octet-stream"),
    ],
)  # fmt: skip
def test_files_without_a_name_get_one(header, name, kind):
    letter = with_file(header)
    (item,) = letter.attachments
    assert (item.filename, item.content_type, item.content) == (name, kind, b"data")
    assert letter.text == "text"


@pytest.mark.parametrize("disposition", ["attachment", "inline"])
def test_a_text_with_a_file_name_is_a_file(disposition):
    kind = "Content-Type: text/plain\r\n"
    letter = with_file(f"{kind}Content-Disposition: {disposition}; filename=a.txt")
    assert letter.text == "text"
    assert letter.attachments[0].filename == "a.txt"


def test_the_only_text_of_a_letter_is_no_file():
    letter = message.parse(b"Content-Type: text/plain; name=letter.txt\r\n\r\nhello")
    assert (letter.text, letter.attachments) == ("hello", ())
    letter = message.parse(b"Content-Disposition: attachment; filename=a.txt\r\n\r\nhello")
    assert (letter.text, len(letter.attachments)) == ("", 1)


def test_a_letter_that_is_one_file():
    letter = message.parse(
        b"Content-Type: application/pdf; name=a.pdf\r\n"
        b"Content-Transfer-Encoding: base64\r\n\r\nJVBERg=="
    )
    assert [(item.filename, item.content) for item in letter.attachments] == [("a.pdf", b"%PDF")]


NESTED = (
    b"From: a@example.org\r\nSubject: =?utf-8?B?0KHRh9GR0YI=?=: 1/2\r\n"
    b"Content-Type: multipart/mixed; boundary=inner\r\n\r\n--inner\r\n\r\ninner text\r\n"
    b"--inner\r\nContent-Type: image/png\r\n\r\npng\r\n--inner--\r\n"
)


def test_nested_letter_is_one_file_and_stays_closed():
    letter = with_file("Content-Type: message/rfc822", NESTED)
    (item,) = letter.attachments
    assert (item.filename, item.content_type) == ("Счёт  1 2.eml", "message/rfc822")
    assert item.content == NESTED
    assert letter.text == "text"


def test_nested_letter_with_name_or_base64():
    header = "Content-Type: message/rfc822; name=letter\r\nContent-Transfer-Encoding: base64"
    (item,) = with_file(header, binascii.b2a_base64(NESTED)).attachments
    assert (item.filename, item.content) == ("letter.eml", NESTED)


def test_letters_of_a_digest():
    letter = message.parse(
        b"Content-Type: multipart/digest; boundary=b\r\n\r\n--b\r\n\r\nSubject: one\r\n\r\n1\r\n"
        b"--b\r\n\r\nSubject: two\r\n\r\n2\r\n--b--\r\n"
    )
    assert [item.filename for item in letter.attachments] == ["one.eml", "two.eml"]
    assert letter.attachments[0].content == b"Subject: one\r\n\r\n1"


def test_a_hundred_levels_of_nesting():
    raw = b"inner"
    for level in range(100):
        raw = b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n%b\r\n--b%d--\r\n" % (
            level,
            level,
            b"\r\n" + raw if level == 0 else raw,
            level,
        )
    letter = message.parse(b"Subject: deep\r\n" + raw)
    assert (letter.subject, letter.text, letter.defects) == ("deep", "inner", ())


def test_too_many_parts_are_kept_as_one_file():
    part = b"--b\r\nContent-Type: text/plain; name=%d.txt\r\n\r\n%d\r\n"
    parts = b"".join(part % (number, number) for number in range(5000))
    raw = b"Content-Type: multipart/mixed; boundary=b\r\n\r\n" + parts + b"--b--\r\n"
    letter = message.parse(raw)
    assert len(letter.attachments) == 1000
    assert letter.attachments[10].filename == "10.txt"
    assert letter.attachments[-1].filename == "other-parts.txt"
    assert b"4999.txt" in letter.attachments[-1].content
    assert letter.defects == ("more than 1000 parts: the others are kept as one file",)


@pytest.mark.parametrize("name", ["x-uuencode", "uuencode", "x-uue"])
def test_uuencode(name):
    content = bytes(range(200))
    lines = [binascii.b2a_uu(content[start : start + 45]) for start in range(0, 200, 45)]
    body = b"begin 644 a.bin\n" + b"".join(lines) + b"`\nend\n"
    letter = with_file(f"Content-Type: image/png\r\nContent-Transfer-Encoding: {name}", body)
    assert letter.attachments[0].content == content


def test_damaged_uuencode_gives_what_can_be_read():
    body = b"begin 644 a.bin\n#86)Cjunk\n\xff\xff\xff\n#9&5F\nend\n"
    letter = with_file("Content-Type: image/png\r\nContent-Transfer-Encoding: uuencode", body)
    assert letter.attachments[0].content.startswith(b"abc")


def test_content_is_left_byte_for_byte():
    content = bytes(range(256)) * 3
    letter = with_file("Content-Type: image/png\r\nContent-Transfer-Encoding: binary", content)
    assert letter.attachments[0].content == content
