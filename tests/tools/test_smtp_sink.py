"""The SMTP server that other tests send to."""

import smtplib

import pytest
from iris_servers.smtp_sink import SmtpSink

LETTER = b"Subject: a\r\n\r\nbody\r\n"


def test_keeps_what_comes():
    with SmtpSink() as server, smtplib.SMTP(server.host, server.port) as smtp:
        smtp.sendmail("a@example.org", ["b@example.org", "c@example.org"], LETTER)
    (delivery,) = server.deliveries
    assert delivery.sender == "a@example.org"
    assert delivery.recipients == ("b@example.org", "c@example.org")
    assert delivery.content == LETTER
    assert delivery.login is None


def test_knows_who_sent():
    users = {"ivan": "secret"}
    with SmtpSink(users=users) as server, smtplib.SMTP(server.host, server.port) as smtp:
        with pytest.raises(smtplib.SMTPSenderRefused):
            smtp.sendmail("a@example.org", ["b@example.org"], LETTER)
        smtp.login("ivan", "secret")
        smtp.sendmail("a@example.org", ["b@example.org"], LETTER)
    assert [delivery.login for delivery in server.deliveries] == ["ivan"]


def test_refuses_whom_it_shall():
    refuse = {"b@example.org": "450 later"}
    with SmtpSink(refuse=refuse) as server, smtplib.SMTP(server.host, server.port) as smtp:
        refused = smtp.sendmail("a@example.org", ["b@example.org", "c@example.org"], LETTER)
    assert refused == {"b@example.org": (450, b"later")}
    assert server.deliveries[0].recipients == ("c@example.org",)
