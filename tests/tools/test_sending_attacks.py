"""What an enemy, or a program that breaks off, does to reports and to sending."""

import time

import pytest
from iris_tools import message
from iris_tools.address import Address, format_addresses, read_typed
from iris_tools.sendmail import BATCH, SendmailClient

PATIENCE = 3.0
LETTER = b"From: ivan@example.org\r\nSubject: a\r\n\r\nbody\r\n"


def bounce(status: str, recipients: int, parts: int = 1) -> bytes:
    groups = "".join(
        f"\r\nFinal-Recipient: rfc822; a{number}@example.com\r\nAction: failed\r\n"
        f"Status: {status}\r\n"
        for number in range(recipients)
    )
    part = (
        f"--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; x\r\n{groups}\r\n"
    )
    return (
        "Return-Path: <>\r\nFrom: MAILER-DAEMON@x\r\nMIME-Version: 1.0\r\n"
        "Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n"
        f"--b\r\nContent-Type: text/plain\r\n\r\nhi\r\n{part * parts}--b--\r\n"
    ).encode()


@pytest.mark.parametrize(("status", "parts"), [("(" * 3900, 1), ("5.1.1", 40), ("5." * 1950, 4)])
def test_time_of_a_report(status, parts):
    raw = bounce(status, 120, parts)
    start = time.monotonic()
    message.parse(raw)
    assert time.monotonic() - start < PATIENCE


@pytest.fixture
def make_program(tmp_path):
    """A program that takes the letter at its first call, and does something else later."""

    def make(later):
        path, mark = tmp_path / "sendmail", tmp_path / "called"
        path.write_text(
            f"#!/bin/sh\ncat > /dev/null\nif [ -e {mark} ]; then {later}; fi\ntouch {mark}\n"
        )
        path.chmod(0o700)
        return str(path), path

    return make


def test_more_recipients_than_one_call_takes(make_program):
    """Who has the letter is never forgotten, whatever comes later: the rest is another attempt."""
    emails = [f"a{number}@example.org" for number in range(BATCH + 1)]
    program, _path = make_program("kill -9 $$")
    with SendmailClient(program, timeout=10) as client:
        delivery = client.send("ivan@example.org", emails, LETTER)
    assert delivery.accepted == tuple(emails[:BATCH])
    assert [(one.email, one.is_temporary) for one in delivery.refused] == [(emails[-1], True)]


@pytest.mark.parametrize(
    "name", ["rival@example.net, " + "x" * 600, "rival@example.net\nIvan", "Ivan, " + "x" * 600]
)
def test_written_addresses_are_read_as_what_they_were(name):
    good, wrong = read_typed(format_addresses([Address(name, "ivan@example.org")]))
    assert ([person.email for person in good], wrong) == (["ivan@example.org"], ())
