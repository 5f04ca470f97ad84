"""Letters that are composed: their form."""

import email
import re
from datetime import datetime
from email import policy

import pytest
from iris_tools import message
from iris_tools.message import Address, File, Outgoing, compose

TEXT, HTML = "Hello, Anna!\n", '<p>Hello <img src="cid:logo@x"></p>\n'
LOGO = File("logo.png", "image/png", b"png", "logo@x")
PDF = File("Счёт.pdf", "application/pdf", b"%PDF" * 50)
NESTED = b"From: a@x\r\nSubject: old\r\n\r\nold text\r\n"


def outgoing(**given_) -> Outgoing:
    defaults = {
        "from_": Address("Ivan", "ivan@example.ru"), "to": (Address("", "anna@example.org"),),
        "date": datetime(2025, 11, 25, 3, 4, 5, 999), "message_id": "<1@example.ru>",
    }  # fmt: skip
    return Outgoing(**{**defaults, **given_})


def lines_of(**given_) -> list[str]:
    head = compose(outgoing(**given_)).partition(b"\r\n\r\n")[0]
    return head.decode().split("\r\n")


def field(name: str, **given_) -> str:
    """Return the lines of a field, folded as they are; '' without the field."""
    head = "\r\n".join(lines_of(**given_)) + "\r\n"
    found = re.search(rf"(?m)^{name}:((?:.*\r\n)(?:[ \t].*\r\n)*)", head)
    return found[1][1:-2] if found else ""


def shape_of(part) -> object:
    """Return the tree of content types, by Python's reader."""
    kind = part.get_content_type()
    if part.get_content_maintype() != "multipart":
        return kind
    return {kind: [shape_of(child) for child in part.iter_parts()]}


def read_by_python(raw: bytes) -> email.message.EmailMessage:
    return email.message_from_bytes(raw, policy=policy.default)


# The whole ----------------------------------------------------------------------------------------


def test_a_plain_letter_to_the_last_byte():
    letter = outgoing(
        to=(Address("Petrova, Anna", "anna@example.org"),), cc=(Address("", "b@example.org"),),
        reply_to=(Address("", "r@example.ru"),), subject="Hello", text="Hello,\n\nIvan",
        in_reply_to="<b@x>", references=("<a@x>", "<b@x>"),
    )  # fmt: skip
    assert compose(letter) == (
        b"Date: Tue, 25 Nov 2025 03:04:05 +0000\r\n"
        b"From: Ivan <ivan@example.ru>\r\n"
        b'To: "Petrova, Anna" <anna@example.org>\r\n'
        b"Cc: b@example.org\r\n"
        b"Reply-To: r@example.ru\r\n"
        b"Subject: Hello\r\n"
        b"Message-ID: <1@example.ru>\r\n"
        b"In-Reply-To: <b@x>\r\n"
        b"References: <a@x> <b@x>\r\n"
        b"MIME-Version: 1.0\r\n"
        b"Content-Type: text/plain; charset=utf-8\r\n"
        b"Content-Transfer-Encoding: 7bit\r\n"
        b"\r\n"
        b"Hello,\r\n\r\nIvan\r\n"
    )


def test_a_letter_to_nobody_in_the_open():
    assert field("To", to=()) == "undisclosed-recipients:;"
    assert field("To", to=(), cc=(Address("", "a@x"),)) == ""


ALTERNATIVE = {"multipart/alternative": ["text/plain", "text/html"]}
RELATED = {"multipart/related": ["text/html", "image/png"]}


@pytest.mark.parametrize(
    ("given_", "shape"),
    [
        ({}, "text/plain"),
        ({"text": TEXT}, "text/plain"),
        ({"html": HTML}, "text/html"),
        ({"text": TEXT, "html": HTML}, ALTERNATIVE),
        ({"html": HTML, "files": (LOGO,)}, RELATED),
        ({"text": TEXT, "html": HTML, "files": (LOGO,)},
         {"multipart/alternative": ["text/plain", RELATED]}),
        ({"text": TEXT, "html": HTML, "files": (PDF, LOGO)},
         {"multipart/mixed": [{"multipart/alternative": ["text/plain", RELATED]},
                              "application/pdf"]}),
        ({"text": TEXT, "files": (PDF,)}, {"multipart/mixed": ["text/plain", "application/pdf"]}),
        ({"files": (PDF,)}, {"multipart/mixed": ["text/plain", "application/pdf"]}),
        # no HTML that could show the picture
        ({"text": TEXT, "files": (LOGO,)}, {"multipart/mixed": ["text/plain", "image/png"]}),
    ],
)  # fmt: skip
def test_shape(given_, shape):
    assert shape_of(read_by_python(compose(outgoing(**given_)))) == shape


def test_boundaries_are_drawn_anew():
    letter = outgoing(text=TEXT, html=HTML, files=(LOGO, PDF))
    boundaries = [re.findall(rb'boundary="([^"]+)"', compose(letter)) for _ in range(2)]
    assert [len(found) for found in boundaries] == [3, 3]
    assert len(set(boundaries[0] + boundaries[1])) == 6


# Header fields ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("subject", "lines"),
    [
        ("", [""]),
        ("Hello (1)", ["Hello (1)"]),
        ("word " * 20, [("word " * 13).strip(), " " + ("word " * 7).strip()]),
        ("Zoë", ["=?UTF-8?Q?Zo=C3=AB?="]),
        ("Счёт", ["=?UTF-8?B?0KHRh9GR0YI=?="]),
        ("a\r\nBcc: eve@x", ["a Bcc: eve@x"]),
        ("=?x?Q?y?= in it", ["=?UTF-8?Q?=3D=3Fx=3FQ=3Fy=3F=3D_in_it?="]),
        ("two  blanks", ["=?UTF-8?Q?two__blanks?="]),
        ("x" * 70, ["=?UTF-8?Q?" + "x" * 55 + "?=", " =?UTF-8?Q?" + "x" * 15 + "?="]),
    ],
)
def test_subject(subject, lines):
    assert field("Subject", subject=subject).split("\r\n") == lines


def test_a_long_subject_is_folded_between_characters():
    subject = "Счёт на оплату № 15 👍🏽 " * 20
    lines = field("Subject", subject=subject).split("\r\n")
    assert len(lines) > 10
    assert max(map(len, lines)) <= 76
    words = [word.strip() for word in lines]
    assert all(10 < len(word) <= 75 for word in words)
    assert "".join(read_by_python(b"Subject: %b\r\n\r\n" % word.encode())["subject"]
                   for word in words) == subject.strip()  # fmt: skip


@pytest.mark.parametrize(
    ("name", "address", "written"),
    [
        ("", "a@x", "a@x"),
        ("Anna", "a@x", "Anna <a@x>"),
        ("Anna B. Petrova", "a@x", '"Anna B. Petrova" <a@x>'),
        ('Anna "A" (boss)', "a@x", '"Anna \\"A\\" (boss)" <a@x>'),
        ("a\\b", "a@x", '"a\\\\b" <a@x>'),
        ("anna@y", "a@x", '"anna@y" <a@x>'),
        ("A@x", "a@x", "a@x"),
        ("Анна", "a@x", "=?UTF-8?B?0JDQvdC90LA=?= <a@x>"),
        ("Anna\r\nBcc: eve@x", "a@x", '"Anna Bcc: eve@x" <a@x>'),
        ("", "анна@пример.рф", "анна@xn--e1afmkfd.xn--p1ai"),
        ("", "a@BÜCHER.example", "a@xn--bcher-kva.example"),
        ("", '"john doe"@x', '<"john doe"@x>'),
        ("", "john doe@x", '<"john doe"@x>'),
        ("", "a,b@x", '<"a,b"@x>'),
        ("", "a<b>@x", '<"a<b>"@x>'),
        ("", "root", "<root>"),
        # what is no address is left out
        ("Anna", "", "undisclosed-recipients:;"),
        ("Anna", "a@", "undisclosed-recipients:;"),
        ("Anna", "@x", "undisclosed-recipients:;"),
        ("Anna", "a" * 600 + "@x", "undisclosed-recipients:;"),
        ("Anna", "a@x\r\nBcc: eve@y z", "undisclosed-recipients:;"),
        ("Anna", "a@x>, <b@y,", "undisclosed-recipients:;"),
    ],
)
def test_address(name, address, written):
    assert field("To", to=(Address(name, address),)) == written


def test_many_addresses_are_folded():
    to = tuple(Address(f"Анна {number}", f"a{number}@example.org") for number in range(500))
    raw = compose(outgoing(to=to))
    assert max(map(len, raw.split(b"\r\n"))) <= 76
    assert message.parse(raw).to == to


def test_of_many_references_the_first_and_the_last_are_kept():
    references = tuple(f"<{number}@example.org>" for number in range(1000))
    found = message.parse(compose(outgoing(references=references))).references
    assert found == (references[0], *references[-49:])
    assert max(map(len, lines_of(references=references))) <= 76


@pytest.mark.parametrize("wrong", ["", "a@x", "<a b@x>", "<é@x>", "<a@x>\r\nX: y", "<a@x> <b@x>"])
def test_what_is_no_message_id_is_left_out(wrong):
    lines = lines_of(references=(wrong, "<a@x>"), in_reply_to=wrong)
    assert "References: <a@x>" in lines
    assert not any(line.startswith("In-Reply-To") for line in lines)


# Bodies -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "encoding", "body"),
    [
        ("", "7bit", ""),
        ("a\nb", "7bit", "a\r\nb\r\n"),
        ("a\r\nb\rc\n", "7bit", "a\r\nb\r\nc\r\n"),
        ("-- \nIvan", "7bit", "-- \r\nIvan\r\n"),
        ("x" * 79, "quoted-printable", "x" * 75 + "=\r\nxxxx\r\n"),
        ("Zoë is here \n", "quoted-printable", "Zo=C3=AB is here=20\r\n"),
        ("From here\n", "quoted-printable", "=46rom =\r\nhere\r\n"),
        ("1 + 1 = 2 \x0c\n", "quoted-printable", "1 + 1 =3D 2 =0C\r\n"),
        ("\ufeffHello\n", "7bit", "Hello\r\n"),
        ("Привет", "base64", "0J/RgNC40LLQtdGCDQo=\r\n"),
        ("NUL: \0, surrogate: \ud800\n", "quoted-printable", "NUL: , surrogate: =EF=BF=BD\r\n"),
    ],
)
def test_encoding_of_a_body(text, encoding, body):
    raw = compose(outgoing(text=text))
    assert f"Content-Transfer-Encoding: {encoding}\r\n".encode() in raw
    assert raw.partition(b"\r\n\r\n")[2].decode() == body


@pytest.mark.parametrize("size", range(60, 90))
def test_lines_of_quoted_printable_are_short_enough(size):
    text = ("x" * size + "é \t\n") * 3 + "é" * 3 + "x" * 300
    raw = compose(outgoing(text=text))
    assert b"quoted-printable" in raw
    body = raw.partition(b"\r\n\r\n")[2]
    assert max(map(len, body.split(b"\r\n"))) <= 76
    assert message.parse(raw).text == text + "\n"


# Files --------------------------------------------------------------------------------------------


def test_header_of_a_file():
    raw = compose(outgoing(files=(PDF, File("my file.txt", "text/plain", "Ё\n".encode()))))
    assert (
        b"Content-Type: application/pdf;\r\n"
        b' name="=?UTF-8?B?0KHRh9GR0YIucGRm?="\r\n'
        b"Content-Transfer-Encoding: base64\r\n"
        b"Content-Disposition: attachment;\r\n"
        b" filename*=UTF-8''%D0%A1%D1%87%D1%91%D1%82.pdf\r\n\r\n"
    ) in raw
    assert (
        b'Content-Type: text/plain; charset=utf-8;\r\n name="my file.txt"\r\n'
        b"Content-Transfer-Encoding: base64\r\n"
        b'Content-Disposition: attachment;\r\n filename="my file.txt"\r\n\r\n0IEK\r\n--'
    ) in raw


def test_header_of_a_picture():
    raw = compose(outgoing(html=HTML, files=(LOGO,)))
    assert (
        b'Content-Type: image/png;\r\n name="logo.png"\r\n'
        b"Content-Transfer-Encoding: base64\r\n"
        b'Content-Disposition: inline;\r\n filename="logo.png"\r\n'
        b"Content-ID: <logo@x>\r\n\r\ncG5n\r\n--"
    ) in raw
    (item,) = message.parse(raw).attachments
    assert (item.content_id, item.inline) == ("logo@x", True)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Счёт на оплату № 15 от 25 ноября 2025 года.pdf",) * 2,
        ("x" * 120 + ".pdf",) * 2,
        ("я" * 300 + ".pdf", "я" * 196 + ".pdf"),
        ("100%D0%A1.pdf",) * 2,
        ("50%CA off.pdf",) * 2,
        ('a "b"; c=d.pdf',) * 2,
        ("=?utf-8?Q?a?=.pdf",) * 2,
        ("%s.pdf' or ''",) * 2,
        ("../../etc/passwd", "passwd"),
        ("C:\\dir\\a.pdf", "a.pdf"),
        ('a"\r\nX-Evil: yes\r\n\r\n.pdf', 'a" X-Evil: yes .pdf'),
        ("cod\u202efdp.exe", "codfdp.exe"),
        ("", "application.pdf"),
        ("..", "application.pdf"),
        ("." * 250 + "a" * 30, "application.pdf"),
    ],
)
def test_name_of_a_file(name, expected):
    raw = compose(outgoing(files=(File(name, "application/pdf", b"%PDF"),)))
    assert max(map(len, raw.split(b"\r\n"))) <= 78
    (item,) = message.parse(raw).attachments
    assert item.filename == expected
    (part,) = read_by_python(raw).iter_attachments()
    assert part["content-disposition"].params["filename"] == expected
    old_way = email.message_from_bytes(raw).get_payload(1).get_param("name")
    assert message.decoded_headers(b"X: " + old_way.encode() + b"\r\n\r\n") == [("X", expected)]


@pytest.mark.parametrize(
    ("content_type", "expected"),
    [
        ("Application/PDF", "application/pdf"),
        ("text/csv; charset=koi8-r", "text/csv"),
        ("pdf", "application/octet-stream"),
        ("", "application/octet-stream"),
        ("тип/подтип", "application/octet-stream"),
        ("a/b\r\nX-Evil: yes", "application/octet-stream"),
        ("multipart/mixed", "application/octet-stream"),
    ],
)
def test_type_of_a_file(content_type, expected):
    raw = compose(outgoing(files=(File("a.b", content_type, b"--\r\n"),)))
    (item,) = message.parse(raw).attachments
    assert (item.content_type, item.content) == (expected, b"--\r\n")


@pytest.mark.parametrize(
    ("content", "encoding", "expected"),
    [
        (NESTED, b"7bit", NESTED),
        (NESTED.replace(b"\r\n", b"\n"), b"7bit", NESTED),
        (NESTED[:-2], b"7bit", NESTED[:-2]),
        (b"", b"7bit", b""),
        (NESTED + b"x" * 998, b"7bit", NESTED + b"x" * 998),
        (NESTED + b"x" * 999, b"base64", NESTED + b"x" * 999),
        (NESTED + "ё".encode(), b"base64", NESTED + "ё".encode()),
        (NESTED + b"\0", b"base64", NESTED + b"\0"),
        (NESTED + b"a\rb", b"base64", NESTED + b"a\rb"),
    ],
)
def test_nested_letter(content, encoding, expected):
    raw = compose(outgoing(text=TEXT, files=(File("old.eml", "message/rfc822", content),)))
    assert b"message/rfc822;\r\n name=" in raw
    assert b"Content-Transfer-Encoding: %b\r\nContent-Disposition" % encoding in raw
    assert message.parse(raw).attachments[0].content == expected


def test_a_letter_in_a_letter_in_a_letter():
    letter = outgoing(text=TEXT, html=HTML, files=(LOGO, PDF))
    for level in range(3):
        nested = compose(letter)
        letter = outgoing(text=TEXT, files=(File(f"{level}.eml", "message/rfc822", nested), PDF))
    found = message.parse(compose(letter)).attachments
    assert [item.content for item in found] == [nested, PDF.content]


def test_content_of_a_large_file():
    content = bytes(range(256)) * 4000
    raw = compose(outgoing(files=(File("a.bin", "x/y", content),)))
    assert max(map(len, raw.split(b"\r\n"))) == 76
    assert message.parse(raw).attachments[0].content == content


# Addresses in ASCII -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("Ivan@Example.RU", "Ivan@Example.RU"),
        ("ivan@пример.рф", "ivan@xn--e1afmkfd.xn--p1ai"),
        ("ivan@ПРИМЕР。РФ", "ivan@xn--e1afmkfd.xn--p1ai"),
        ("иван@straße.de", "иван@xn--strae-oqa.de"),
        ("me@I❤.ws", "me@xn--i-7iq.ws"),
        ("root", "root"),
        ("", ""),
        ("иван", "иван"),
        ("a@[127.0.0.1]", "a@[127.0.0.1]"),
    ],
)
def test_address_in_ascii(address, expected):
    assert message.ascii_address(address) == expected


def test_who_needs_smtputf8():
    assert not message.needs_smtputf8(["a@example.org", "a@пример.рф"])
    assert message.needs_smtputf8(["a@example.org", "анна@example.org"])
    raw = compose(outgoing(to=(Address("Анна", "анна@example.org"),), subject="Счёт"))
    assert [line for line in raw.split(b"\r\n") if not line.isascii()] == [
        "To: =?UTF-8?B?0JDQvdC90LA=?= <анна@example.org>".encode()
    ]


@pytest.mark.parametrize(
    ("address", "domain"),
    [("ivan@example.ru", "example.ru"), ("ivan@пример.рф", "xn--e1afmkfd.xn--p1ai"),
     ("", "localhost"), ("a@b\r\nX: y", "localhost"), ("a@" + "b" * 900, "localhost")],
)  # fmt: skip
def test_new_message_id(address, domain):
    ids = {message.new_message_id(address) for _ in range(100)}
    assert len(ids) == 100
    assert all(re.fullmatch(rf"<[0-9a-f]{{32}}@{re.escape(domain)}>", item) for item in ids)
