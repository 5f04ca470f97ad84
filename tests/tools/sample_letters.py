"""Letters of our own for tests that need many, and what a reader should find in them."""

import base64
from typing import NamedTuple


class Sample(NamedTuple):
    """A letter and, in the form of the corpus's reference, what it says."""

    name: str
    raw: bytes
    expected: dict


_HEAD = (
    "From: {sender} <ivan@example.ru>\r\nTo: anna@example.com, sales@example.com\r\n"
    "Cc: boss@example.com\r\nSubject: {subject}\r\nDate: Tue, 5 Mar 2024 12:30:45 +0300\r\n"
    "Message-ID: <{name}@example.ru>\r\nMIME-Version: 1.0\r\n"
)
_TEXT = "Здравствуйте, Анна!\r\nВысылаю счёт на оплату по договору.\r\n"


def _word(text: str, charset: str) -> str:
    return f"=?{charset}?B?{base64.b64encode(text.encode(charset)).decode()}?="


def _sample(name: str, charset: str, rest: bytes, text: str, html: str, files: list[str]):
    header = _HEAD.format(
        sender=_word("Иван Петров", charset), subject=_word("Счёт № 15", charset), name=name
    )
    expected = {
        "subject": "Счёт № 15", "from": ["ivan@example.ru"],
        "to": ["anna@example.com", "sales@example.com"], "cc": ["boss@example.com"],
        "date": "2024-03-05T09:30:45Z", "message_id": f"{name}@example.ru",
        "n_att": len(files), "att_names": files, "text": text, "html": html,
    }  # fmt: skip
    return Sample(name, header.encode() + rest, expected)


def _plain(charset: str) -> Sample:
    rest = f"Content-Type: text/plain; charset={charset}\r\n\r\n".encode() + _TEXT.encode(charset)
    return _sample(f"plain-{charset}", charset, rest, _TEXT, "", [])


def _mixed() -> Sample:
    html = "<p>Здравствуйте, Анна!</p>"
    pdf = base64.encodebytes(b"%PDF-1.4" * 100).decode()
    rest = (
        'Content-Type: multipart/mixed; boundary="m"\r\n\r\n--m\r\n'
        'Content-Type: multipart/alternative; boundary="a"\r\n\r\n'
        "--a\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n" + _TEXT + "\r\n"
        "--a\r\nContent-Type: text/html; charset=utf-8\r\n\r\n" + html + "\r\n--a--\r\n--m\r\n"
        "Content-Type: application/pdf\r\nContent-Transfer-Encoding: base64\r\n"
        "Content-Disposition: attachment; filename*=UTF-8''%D0%A1%D1%87%D1%91%D1%82.pdf\r\n\r\n"
        + pdf + "\r\n--m\r\nContent-Type: message/rfc822; name=old.eml\r\n\r\n"
        "Subject: old\r\n\r\nold text\r\n--m--\r\n"
    )  # fmt: skip
    return _sample("mixed", "utf-8", rest.encode(), _TEXT, html, ["old.eml", "Счёт.pdf"])


def _related() -> Sample:
    html = '<p>Логотип: <img src="cid:logo@x"></p>'
    rest = (
        "Content-Type: multipart/related; boundary=r\r\n\r\n--r\r\n"
        "Content-Type: text/html; charset=windows-1251\r\n\r\n" + html + "\r\n--r\r\n"
        "Content-Type: image/png; name=logo.png\r\nContent-ID: <logo@x>\r\n\r\npng\r\n--r--\r\n"
    )
    return _sample("related", "windows-1251", rest.encode("cp1251"), "", html, ["logo.png"])


def samples() -> list[Sample]:
    """Return letters that every reader should agree on."""
    plain = [_plain(charset) for charset in ("utf-8", "iso-8859-5", "windows-1251")]
    return [*plain, _mixed(), _related()]
