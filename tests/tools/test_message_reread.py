"""A letter read in the charset that a reader chose by hand."""

import base64

import pytest
from iris_tools import message

TEXT = "Добрый день"


def letter(label, content, *headers):
    head = [b"From: a@example.com", *headers, b"Content-Type: text/plain" + label, b"", b""]
    return b"\r\n".join(head) + content


def word(text, codec, label):
    return f"=?{label}?B?{base64.b64encode(text.encode(codec)).decode()}?=".encode()


@pytest.mark.parametrize(
    "label", [b"", b"; charset=iso-8859-1", b"; charset=us-ascii", b"; charset=gb2312",
              b"; charset=utf-8", b"; charset=koi8-r", b"; charset=nonsense"],
)  # fmt: skip
def test_text(label):
    raw = letter(label, TEXT.encode("cp866") * 2, b"Subject: " + TEXT.encode("cp866"))
    read = message.parse(raw, label="ibm866")
    assert (read.text, read.subject) == (TEXT * 2, TEXT)
    assert dict(message.decoded_headers(raw, "ibm866"))["Subject"] == TEXT


def test_html_with_a_meta_element():
    raw = letter(b"", b"")[:-4].replace(b"text/plain", b"text/html") + b"\r\n\r\n"
    raw += b'<meta charset="koi8-r"><p>' + TEXT.encode("cp1251")
    assert TEXT in message.parse(raw, label="windows-1251").html


def test_labels_of_the_header():
    """What the text says wrongly is not believed in the header either; the rest is."""
    fields = [
        b"Subject: " + word("Отчёт", "cp1251", "gb2312"),
        b"To: " + word("Анна", "koi8-r", "koi8-r") + b" <b@example.com>",
        b"Cc: " + word("Ольга", "utf-8", "utf-8") + b" <c@example.com>, "
        + word("André", "cp1252", "iso-8859-1") + b" <d@example.com>, "
        + word("Пётр Ильич", "cp1251", "iso-8859-1") + b" <e@example.com>",
        b'Reply-To: "' + "Иван".encode("cp1251") + b'" <f@example.com>',
    ]  # fmt: skip
    read = message.parse(
        letter(b"; charset=gb2312", TEXT.encode("cp1251"), *fields), label="windows-1251"
    )
    assert (read.subject, read.text) == ("Отчёт", TEXT)
    names = [person.name for person in (*read.to, *read.cc, *read.reply_to)]
    assert names == ["Анна", "Ольга", "André", "Пётр Ильич", "Иван"]


def test_names_of_files():
    raw = (
        b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain;"
        b" charset=iso-8859-1\r\n\r\n" + TEXT.encode("cp1251") + b"\r\n--b\r\n"
        b'Content-Disposition: attachment; filename="' + "Счёт.pdf".encode("cp1251")
        + b'"\r\n\r\n\xcf\xf0\r\n--b--\r\n'
    )  # fmt: skip
    [file] = message.parse(raw, label="windows-1251").attachments
    assert (file.filename, file.content) == ("Счёт.pdf", b"\xcf\xf0")


def test_utf8_stays_utf8():
    raw = letter(b"", TEXT.encode(), b"Subject: " + TEXT.encode())
    read = message.parse(raw, label="windows-1251")
    assert (read.text, read.subject) == (TEXT, TEXT)


def test_bytes_that_do_not_fit():
    read = message.parse(letter(b"", TEXT.encode("cp1251")), label="utf-8")
    assert "\ufffd" in read.text
    read = message.parse(letter(b"", b"\x1b$B$3\x1b(B x"), label="iso-2022-jp")
    assert read.text == "こ x"
    assert message.parse(letter(b"", b"plain"), label="big5").text == "plain"


def test_without_a_choice_nothing_changes():
    raw = letter(b"; charset=koi8-r", TEXT.encode("koi8-r"))
    assert message.parse(raw, label="") == message.parse(raw)
