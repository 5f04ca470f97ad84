"""Checking SMTP servers: real ones (aiosmtpd) and scripted ones."""

import base64
import contextlib
import hmac
import time

import pytest
from iris_servers.loopback import free_ports
from iris_servers.scripted_smtp import DROP, STALL, START_TLS, ScriptedSmtp
from iris_servers.smtp_sink import SmtpSink
from iris_tools import network
from iris_tools.smtp import check_connection

USERS = {"ivan@example.org": "secret", "пётр": "пароль"}
EHLO = [b"250-mail\r\n250-SIZE 1000\r\n250 AUTH LOGIN PLAIN\r\n"]
ENCRYPTIONS = ["none", "starttls", "ssl"]


def check(server, encryption="none", login="", password="", **options):
    port = server.port
    options = {"timeout": 5, **options}
    return check_connection(server.host, port, encryption, login, password, **options)


@pytest.mark.parametrize("encryption", ENCRYPTIONS)
@pytest.mark.parametrize("users", [None, USERS], ids=["open", "auth"])
def test_works(encryption, users, certificate, trust):
    trust(certificate)
    login, password = ("ivan@example.org", "secret") if users else ("", "")
    with SmtpSink(encryption, certificate=certificate, users=users) as server:
        assert check(server, encryption, login, password) is None
        assert server.deliveries == []


@pytest.mark.parametrize("encryption", ENCRYPTIONS)
def test_wrong_password(encryption, certificate, trust):
    trust(certificate)
    with SmtpSink(encryption, certificate=certificate, users=USERS) as server:
        with pytest.raises(network.LoginRejected) as caught:
            check(server, encryption, "ivan@example.org", "wrong")
    assert caught.value.detail.startswith("535")


def test_password_of_any_characters():
    with SmtpSink(users=USERS) as server:
        check(server, login="пётр", password="пароль")


def test_login_that_the_server_does_not_want():
    with SmtpSink() as server, pytest.raises(network.AuthenticationMissing):
        check(server, login="ivan@example.org", password="secret")


def test_unknown_encryption():
    with pytest.raises(ValueError, match="unknown encryption"):
        check_connection("localhost", 25, "tls", "", "", timeout=5)


# ---- certificates ----


@pytest.mark.parametrize("encryption", ["starttls", "ssl"])
def test_certificate(encryption, certificate):
    with SmtpSink(encryption, certificate=certificate) as server:
        with pytest.raises(network.CertificateUntrusted) as caught:
            check(server, encryption)
        assert caught.value.reason == "unknown_issuer"
        assert caught.value.fingerprint == certificate.fingerprint
        check(server, encryption, fingerprint=certificate.fingerprint)
        with pytest.raises(network.CertificateUntrusted) as caught:
            check(server, encryption, fingerprint="0" * 64)
        assert caught.value.reason == "changed"


def test_starttls_missing():
    with SmtpSink() as server, pytest.raises(network.StartTlsMissing):
        check(server, "starttls", "ivan@example.org", "secret")


def test_nothing_said_before_the_handshake_counts_after_it(certificate, trust):
    trust(certificate)
    replies = {
        "EHLO": [b"250-mail\r\n250 STARTTLS\r\n"],
        "STARTTLS": [b"220 go\r\n250 forged\r\n", START_TLS],
    }
    with ScriptedSmtp(replies, context=certificate.server_context()) as server:
        with pytest.raises(network.ProtocolViolation):
            check(server, "starttls")


def test_what_was_offered_before_the_handshake_is_forgotten(certificate, trust):
    trust(certificate)
    hellos = iter([[b"250-mail\r\n250-STARTTLS\r\n250 AUTH PLAIN\r\n"], [b"250 mail\r\n"]])
    replies = {"EHLO": lambda: next(hellos), "STARTTLS": [b"220 go\r\n", START_TLS]}
    with ScriptedSmtp(replies, context=certificate.server_context()) as server:
        with pytest.raises(network.AuthenticationMissing):
            check(server, "starttls", "ivan", "secret")


# ---- servers that misbehave ----


def test_connection_refused():
    (port,) = free_ports(1)
    with pytest.raises(network.ConnectionRefused):
        check_connection("127.0.0.1", port, "none", "", "", timeout=5)


@pytest.mark.parametrize(
    ("replies", "error"),
    [
        ({"GREETING": [b"554 go away\r\n"]}, network.CommandRefused),
        ({"GREETING": [b"421 busy\r\n"]}, network.CommandRefused),
        ({"GREETING": [b"+OK POP3 ready\r\n"]}, network.ProtocolViolation),
        ({"GREETING": [b"220_mail\r\n"]}, network.ProtocolViolation),
        ({"GREETING": [b"220-mail\r\n" * 1000]}, network.ProtocolViolation),
        ({"GREETING": [b"2" * 100_000, STALL]}, network.ProtocolViolation),
        ({"GREETING": [DROP]}, network.ConnectionLost),
        ({"GREETING": [b"220-half a reply\r\n", DROP]}, network.ConnectionLost),
        ({"GREETING": [STALL]}, network.ConnectionTimedOut),
        ({"EHLO": [b"501 no\r\n"], "HELO": [b"501 no\r\n"]}, network.CommandRefused),
        ({"EHLO": EHLO, "AUTH": [b"454 later\r\n"]}, network.CommandRefused),
        ({"EHLO": EHLO, "AUTH": [b"235\r\n" * 2]}, None),
        ({"EHLO": EHLO, "AUTH": [DROP]}, network.ConnectionLost),
        ({"EHLO": EHLO, "AUTH": [b"535 no\r\n"]}, network.LoginRejected),
        ({"EHLO": EHLO, "AUTH": [b"504 not this way\r\n"]}, network.LoginRejected),
        ({"EHLO": [b"250 AUTH\r\n"]}, network.AuthenticationMissing),
        ({"EHLO": [b"250-mail\r\n250 AUTH XOAUTH2\r\n"]}, network.AuthenticationMissing),
        ({"EHLO": EHLO, "AUTH": [b"235 in\r\n"], "QUIT": [DROP]}, None),
    ],
)
def test_misbehaving(replies, error):
    expected = pytest.raises(error) if error else contextlib.nullcontext()
    with ScriptedSmtp(replies) as server, expected as caught:
        check(server, login="ivan", password="secret", timeout=0.3)
    if error:
        assert type(caught.value) is error
        assert (caught.value.host, caught.value.port) == (server.host, server.port)


def test_dribbling_server():
    with ScriptedSmtp({"GREETING": [b"2", 0.1] * 100}) as server:
        started = time.monotonic()
        with pytest.raises(network.ConnectionTimedOut):
            check(server, timeout=0.3)
        assert time.monotonic() - started < 2


def test_helo_where_ehlo_is_unknown():
    with ScriptedSmtp({"EHLO": [b"500 what?\r\n"], "HELO": [b"250 mail\r\n"]}) as server:
        check(server)
        assert server.commands == [b"ehlo [127.0.0.1]", b"helo [127.0.0.1]", b"QUIT"]


def test_next_mechanism_where_one_is_refused():
    replies = {
        "EHLO": [b"250-mail\r\n250 AUTH PLAIN CRAM-MD5\r\n"],
        "AUTH PLAIN": [b"504 not this way\r\n"],
        "AUTH CRAM-MD5": [b"334 Y2hhbGxlbmdl\r\n"],
    }
    digest = hmac.new(b"secret", b"challenge", "md5").hexdigest()
    with ScriptedSmtp({**replies, "*": [b"235 in\r\n"]}) as server:
        check(server, login="ivan", password="secret")
        assert _decoded(server.commands[-2]) == f"ivan {digest}".encode()


def test_challenge_that_is_no_base64():
    replies = {"EHLO": [b"250-mail\r\n250 AUTH LOGIN\r\n"], "AUTH": [b"334 Username:\r\n"]}
    answers = iter([[b"334 x\r\n"], [b"235 in\r\n"], [b"221 bye\r\n"]])
    with ScriptedSmtp({**replies, "*": lambda: next(answers)}) as server:
        check(server, login="ivan", password="secret")
        assert [_decoded(line) for line in server.commands[2:4]] == [b"ivan", b"secret"]


def test_wrong_password_is_tried_once():
    replies = {"EHLO": EHLO, "AUTH": [b"535 no\r\n"]}
    with ScriptedSmtp(replies) as server:
        with pytest.raises(network.LoginRejected):
            check(server, login="ivan", password="secret")
        assert [line for line in server.commands if line.startswith(b"AUTH")] == [b"AUTH PLAIN"]


def test_credentials_cannot_smuggle_commands():
    with ScriptedSmtp({"EHLO": EHLO}) as server:
        with pytest.raises(network.LoginRejected):
            check(server, login="ivan\r\nDATA", password="secret")
        assert b"AUTH PLAIN" not in server.commands


def _decoded(line):
    return base64.b64decode(line)
