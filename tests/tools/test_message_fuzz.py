"""Letters that nobody thought of: mutations of good ones, and pieces of mail put together."""

import random
import re

from hypothesis import given, settings
from hypothesis import strategies as st
from iris_tools import message
from sample_letters import samples

_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
_LETTERS = [sample.raw for sample in samples()]
_PIECES = [
    b"\x00", b"\xff", b"=?", b"?=", b"=?koi8-r?B?", b"\r", b"\n", b"\r\n\r\n", b"--", b"--b", b'"',
    b"(", b")", b"<", b">", b"@", b",", b":", b";", b"=", b"\\", b"\xd0", b"\x1b$B", b"%ff",
    b"From: ", b"To: ", b"Subject: ", b"Date: ", b"Message-ID: ", b"Received: ; ",
    b"Content-Type: multipart/mixed; boundary=b\r\n", b"Content-Type: message/rfc822\r\n",
    b"Content-Type: application/ms-tnef\r\n", b"\x78\x9f\x3e\x22\x01\x00",
    b"Content-Type: text/plain; format=flowed; charset=utf-7\r\n", b"; charset=utf-16",
    b"Content-Transfer-Encoding: base64\r\n", b"Content-Transfer-Encoding: quoted-printable\r\n",
    b"Content-Transfer-Encoding: x-uuencode\r\n", b"begin 644 a\r\n", b"Content-ID: <a>\r\n",
    b"Content-Disposition: attachment; filename", b"*0*=", b"*=", b"utf-8''", b"99999999999",
    b"a", b" ", b"\t", b"-", b"MM\r\n", "Привет".encode(), "Привет".encode("cp1251"),
]  # fmt: skip


def check(raw: bytes) -> None:
    """Read a letter; nothing may be lost by an exception or be unfit for the database."""
    letter = message.parse(raw)
    assert not any("the reader failed" in defect for defect in letter.defects), raw
    texts = [letter.subject, letter.text, letter.html, letter.message_id, letter.in_reply_to]
    for addresses in (letter.from_, letter.to, letter.cc, letter.bcc, letter.reply_to):
        texts.append(message.format_addresses(addresses))
    for item in letter.attachments:
        texts += [item.filename, item.content_type, item.content_id]
        assert item.filename.strip(" ."), raw
        assert not re.search(r"[/\\\x00-\x1f\x7f]", item.filename), raw
    texts += [value for _name, value in message.decoded_headers(raw)]
    for text in [*texts, *letter.references, *letter.defects]:
        assert not _UNSTORABLE.search(text), raw


def mutate(random_: random.Random, raw: bytes) -> bytes:
    """Change a letter in one to fifty places."""
    letter = bytearray(raw)
    for _ in range(random_.choice((1, 3, 10, 50))):
        place = random_.randrange(len(letter) + 1)
        kind = random_.randrange(4)
        if kind == 0:
            letter[place : place + 1] = bytes([random_.randrange(256)])
        elif kind == 1:
            letter[place:place] = random_.choice(_PIECES)
        elif kind == 2:
            del letter[place : place + random_.choice((1, 10, 100))]
        else:
            start = random_.randrange(len(letter) + 1)
            letter[place:place] = letter[start : start + random_.choice((5, 50))]
    return bytes(letter)


def test_mutations_of_good_letters():
    random_ = random.Random(20240305)
    for _ in range(3000):
        check(mutate(random_, random_.choice(_LETTERS)))


@settings(max_examples=500, deadline=None, derandomize=True)
@given(st.lists(st.sampled_from(_PIECES), max_size=40))
def test_pieces_of_mail(pieces):
    check(b"".join(pieces))


@settings(max_examples=300, deadline=None, derandomize=True)
@given(st.binary(max_size=300))
def test_any_bytes(raw):
    check(raw)


@settings(max_examples=300, deadline=None, derandomize=True)
@given(st.text(max_size=60))
def test_any_text_as_subject_name_and_file_name(text):
    line = text.encode("utf-8", "surrogateescape" if text.isascii() else "replace")
    check(b"Subject: " + line + b"\r\nTo: " + line + b" <a@b>\r\nContent-Disposition: attachment; "
          b'filename="' + line + b'"\r\n\r\n')  # fmt: skip
