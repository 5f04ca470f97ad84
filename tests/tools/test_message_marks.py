"""Automatic answers, bounces and mail of lists are told from letters of people."""

import pytest
from iris_tools import message

REPORT = b"""\
From: %b\r
Subject: %b\r
Content-Type: multipart/report; report-type=%b; boundary=b\r
\r
--b\r
\r
Not delivered.\r
--b\r
Content-Type: %b\r
\r
Reporting-MTA: dns; mx.example.org\r
\r
Final-Recipient: rfc822; x@example.org\r
Action: %b\r
--b--\r
"""


def report(action=b"failed", sender=b"a@x", kind=b"delivery-status"):
    return message.parse(REPORT % (sender, b"Report", kind, b"message/" + kind, action))


def read(header: str):
    return message.parse(header.encode() + b"\r\n\r\ntext")


@pytest.mark.parametrize("action", [b"failed", b"delayed", b"Failed (bounced)", b""])
def test_delivery_report_is_a_bounce(action):
    assert report(action).is_bounce
    assert report(action).attachments[0].filename == "delivery-status.txt"


@pytest.mark.parametrize("action", [b"delivered", b"relayed", b"expanded"])
def test_a_report_of_success_is_no_bounce(action):
    assert not report(action, b"MAILER-DAEMON@x").is_bounce


def test_receipts_and_complaints_are_no_bounces():
    assert not report(kind=b"disposition-notification").is_bounce
    assert not report(kind=b"feedback-report").is_bounce


@pytest.mark.parametrize(
    "header",
    [
        "From: MAILER-DAEMON@example.org",
        "From: Mail Delivery System <mailer-daemon>",
        "From: MAILER-DAEMON",
        "From: <bounce-123@example.org>",
        "From: a@example.org\r\nX-Failed-Recipients: b@example.org",
        "From: postmaster@example.org\r\nSubject: Undeliverable: hello",
        "From: a@example.org\r\nReturn-Path: <>\r\nSubject: failure notice",
        "From: postmaster@example.org\r\nSubject: Не доставлено: привет",
    ],
)
def test_bounces_without_a_report(header):
    assert read(header).is_bounce


@pytest.mark.parametrize(
    "header",
    [
        "From: a@example.org\r\nReturn-Path: <>\r\nSubject: hello",
        "From: a@example.org\r\nSubject: Undeliverable parcels",
        "From: postmaster@example.org\r\nSubject: hello",
        "From: daemonica@example.org",
        "From: bouncer@example.org",
        "From: a@example.org\r\nSubject: Fwd: failure notice",
        "",
    ],
)
def test_no_bounces(header):
    assert not read(header).is_bounce


@pytest.mark.parametrize(
    "header",
    [
        "Auto-Submitted: auto-replied",
        "Auto-Submitted: auto-generated (vacation)",
        "Auto-Submitted: Auto-Replied; owner-email=a@x",
        "X-Autoreply: yes",
        "X-Autorespond: x",
        "Precedence: auto_reply",
        "Subject: Автоответ: Счёт",
        "Subject: Automatic reply: hello",
        "Subject: Out of Office: hello",
        "Subject: Auto-reply",
    ],
)
def test_automatic_answers(header):
    assert read(header).is_automatic


@pytest.mark.parametrize(
    "header", ["Auto-Submitted: no", "Subject: Re: automatic reply", "Precedence: bulk", "X-A: b"]
)
def test_answers_of_people(header):
    assert not read(header).is_automatic


@pytest.mark.parametrize(
    "header",
    ["List-Id: <a.example.org>", "List-Unsubscribe: <mailto:a@x>", "Precedence: bulk",
     "Precedence: List", "Mailing-List: x"],
)  # fmt: skip
def test_lists(header):
    assert read(header).is_list
    assert not read("Subject: x\r\nPrecedence: first-class").is_list
