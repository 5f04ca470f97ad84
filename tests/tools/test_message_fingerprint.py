"""The fingerprint: one letter through two mailboxes agrees, two letters with one id do not."""

import pytest
from iris_tools import message

LETTER = (
    b"Return-Path: <a@example.org>\r\nDelivered-To: one@example.org\r\n"
    b"Received: from x by one.example.org; Tue, 5 Mar 2024 12:00:00 +0300\r\n"
    b"From: A <a@example.org>\r\nTo: one@example.org,\r\n two@example.org\r\n"
    b"Subject: hello\r\nDate: Tue, 5 Mar 2024 12:00:00 +0300\r\nMessage-ID: <1@example.org>\r\n"
    b"\r\nDear all,\r\n\r\nFrom here.\r\n"
)


def fingerprint(raw: bytes) -> str:
    return message.parse(raw).fingerprint


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"Delivered-To: one@", b"Delivered-To: two@"),
        (b"Received: from x by one", b"Received: from y by two"),
        (b"Return-Path: <a@example.org>\r\n", b""),
        (b"Subject:", b"X-Spam-Flag: NO\r\nDKIM-Signature: v=1\r\nSubject:"),
        (b"Return-Path", b"X-UIDL: 1\r\nStatus: RO\r\nAuthentication-Results: x\r\nReturn-Path"),
        (b"one@example.org,\r\n two", b"one@example.org, two"),
        (b"\r\n", b"\n"),
        (b"here.\r\n", b"here."),
        (b"here.\r\n", b"here.\r\n\r\n\r\n"),
        (b"\r\nFrom here", b"\r\n>From here"),
        (b"Message-ID", b"Message-Id"),
    ],
)
def test_delivery_does_not_change_it(old, new):
    assert old in LETTER
    assert fingerprint(LETTER.replace(old, new)) == fingerprint(LETTER)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"Subject: hello", b"Subject: other"),
        (b"From: A", b"From: B"),
        (b"two@", b"three@"),
        (b"To: one", b"Cc: one"),
        (b"Subject", b"Bcc: x@example.org\r\nSubject"),  # else a recipient could read the Bcc
        (b"Date: Tue, 5", b"Date: Wed, 6"),
        (b"<1@example.org>", b"<2@example.org>"),
        (b"Dear all", b"Dear Anna"),
        (b"here.", b"here. More"),
        (b"Subject", b"Content-Type: text/html\r\nSubject"),
        (b"Subject", b"Reply-To: x@example.org\r\nSubject"),
    ],
)
def test_content_changes_it(old, new):
    assert old in LETTER
    assert fingerprint(LETTER.replace(old, new)) != fingerprint(LETTER)


def test_without_a_message_id_every_byte_counts():
    letter = LETTER.replace(b"Message-ID: <1@example.org>\r\n", b"")
    other = letter.replace(b"Delivered-To: one", b"Delivered-To: two")
    assert fingerprint(letter) == fingerprint(letter)
    assert fingerprint(letter) != fingerprint(other)


def test_it_is_a_sha256_in_hex():
    assert len(bytes.fromhex(fingerprint(LETTER))) == 32
    assert len(bytes.fromhex(fingerprint(b""))) == 32
