"""A client that sends small letters to test servers, and what such servers say."""

import pytest
from iris_servers.scripted_smtp import ScriptedSmtp
from iris_tools.smtp import SmtpClient

SENDER = "ivan@example.org"
A, B, C = "a@example.org", "b@example.org", "c@example.org"
LETTER = b"Subject: a\r\n\r\nbody\r\n"
LARGE = b"Subject: a\r\n\r\n" + (b"y" * 70 + b"\r\n") * (5 * 1024 * 1024 // 72)
PIPELINING = {"EHLO": [b"250-mail\r\n250 PIPELINING\r\n"]}
BOTH_WAYS = pytest.mark.parametrize("way", [{}, PIPELINING], ids=["one", "pipelined"])


def client_of(server, encryption="none", login="", password="", **options):
    """Return a client of a test server."""
    options = {"timeout": 5, **options}
    return SmtpClient(server.host, server.port, encryption, login, password, **options)


def send(server, recipients=(A,), raw=LETTER, sender=SENDER, **options):
    """Send a letter over a connection of its own."""
    with client_of(server, **options) as client:
        return client.send(sender, recipients, raw)


def rcpt(email):
    """Return the key of a script for this recipient."""
    return f"RCPT TO:<{email}>".upper()


def verbs(server: ScriptedSmtp) -> list[str]:
    """Return the commands that a server was given, without arguments."""
    return [line.split(b" ")[0].split(b":")[0].upper().decode() for line in server.commands]
