"""Connecting, encryption and login, against scripted servers."""

import time

import pytest
from iris_servers.scripted_pop3 import DROP, STALL, ScriptedPop3
from iris_tools import network
from iris_tools.pop3 import Pop3Client

TLS_CAPABILITIES = ("USER", "TOP", "UIDL", "STLS")


def client(server, encryption="none", **options):
    return Pop3Client(server.host, server.port, encryption, **{"timeout": 5, **options})


def test_login_and_quit():
    with ScriptedPop3() as server:
        with client(server) as pop3:
            assert pop3.capabilities == {"USER", "TOP", "UIDL", "PIPELINING"}
            pop3.login("ivan", "secret")
        assert server.commands == [b"CAPA", b"USER ivan", b"PASS secret", b"QUIT"]


def test_unknown_encryption():
    with pytest.raises(ValueError, match="unknown encryption"):
        Pop3Client("localhost", 110, "tls")


def test_wrong_password_says_what_the_server_says():
    with ScriptedPop3() as server, client(server) as pop3:
        with pytest.raises(network.LoginRejected) as caught:
            pop3.login("ivan", "wrong")
        assert caught.value.detail == "[AUTH] wrong password"
        pop3.login("ivan", "secret")  # the connection is still good


@pytest.mark.parametrize("code", ["[IN-USE] locked", "[LOGIN-DELAY] soon", "[SYS/TEMP] broken"])
def test_not_now_is_no_wrong_password(code):
    replies = {"PASS": [f"-ERR {code}\r\n".encode()]}
    with ScriptedPop3(replies=replies) as server, client(server) as pop3:
        with pytest.raises(network.CommandRefused) as caught:
            pop3.login("ivan", "secret")
    assert caught.value.code == code[1:].partition("]")[0]


@pytest.mark.parametrize(
    "credentials", [("ivan\r\nDELE 1", "x"), ("ivan", "x\nDELE 1"), ("i\0", "x"), ("i", "\ud800")]
)
def test_credentials_cannot_smuggle_commands(credentials):
    with ScriptedPop3() as server, client(server) as pop3:
        with pytest.raises(network.LoginRejected):
            pop3.login(*credentials)
        assert server.commands == [b"CAPA"]


def test_password_of_any_characters():
    replies = {"PASS": [b"+OK\r\n"]}
    with ScriptedPop3(replies=replies) as server, client(server) as pop3:
        pop3.login("иван", " пароль with space ")
        assert server.commands[1:3] == ["USER иван".encode(), "PASS  пароль with space ".encode()]


def test_utf8_login_is_announced_where_the_server_wants_it():
    options = {
        "capabilities": ("USER", "UTF8 USER"),
        "replies": {c: [b"+OK\r\n"] for c in ("UTF8", "PASS")},
    }
    with ScriptedPop3(**options) as server, client(server) as pop3:
        pop3.login("ivan", "пароль")
        assert b"UTF8" in server.commands
    with ScriptedPop3(**options) as server, client(server) as pop3:
        pop3.login("ivan", "secret")
        assert b"UTF8" not in server.commands


def test_auth_plain_where_there_is_no_user_command():
    with ScriptedPop3(capabilities=("SASL LOGIN PLAIN", "UIDL")) as server, client(server) as pop3:
        with pytest.raises(network.LoginRejected):
            pop3.login("ivan", "wrong")
        pop3.login("ivan", "secret")
        assert b"USER ivan" not in server.commands


@pytest.mark.parametrize(
    ("reply", "error"),
    [(b"-ERR not today\r\n", network.LoginRejected), (b"what?\r\n", network.ProtocolViolation)],
)
def test_auth_plain_refused(reply, error):
    options = {"capabilities": ("SASL PLAIN",), "replies": {"AUTH": [reply]}}
    with ScriptedPop3(**options) as server, client(server) as pop3:
        with pytest.raises(error):
            pop3.login("ivan", "secret")


def test_no_way_to_log_in():
    with ScriptedPop3(capabilities=("SASL XOAUTH2",)) as server, client(server) as pop3:
        with pytest.raises(network.AuthenticationMissing) as caught:
            pop3.login("ivan", "secret")
        assert caught.value.detail == "XOAUTH2"


def test_server_without_capa():
    with ScriptedPop3([b"a\r\n"], capabilities=None) as server, client(server) as pop3:
        assert pop3.capabilities == frozenset()
        pop3.login("ivan", "secret")
        assert pop3.identities() == {1: "uid1"}
        assert list(pop3.retrieve([1])) == [(1, b"a\r\n")]


def test_capabilities_after_login_count():
    bodies = iter([b"+OK\r\nUSER\r\n.\r\n", b"+OK\r\nPIPELINING\r\nUIDL\r\n.\r\n"])
    with ScriptedPop3(replies={"CAPA": lambda: [next(bodies)]}) as server, client(server) as pop3:
        assert pop3.capabilities == {"USER"}
        pop3.login("ivan", "secret")
        assert pop3.capabilities == {"PIPELINING", "UIDL"}


# ---- greeting ----


@pytest.mark.parametrize(
    ("greeting", "error", "detail"),
    [
        ([b"-ERR too many connections\r\n"], network.CommandRefused, "too many connections"),
        ([b"220 mail ESMTP\r\n"], network.ProtocolViolation, "220 mail ESMTP"),
        ([b"\x16\x03\x01\0\n"], network.ProtocolViolation, None),
        ([b"\r\n"], network.ProtocolViolation, ""),
        ([b"x" * 100_000, STALL], network.ProtocolViolation, "line too long"),
        ([DROP], network.ConnectionLost, ""),
        ([b"+O", DROP], network.ConnectionLost, ""),
    ],
)
def test_bad_greeting(greeting, error, detail):
    with ScriptedPop3(replies={"GREETING": greeting}) as server:
        with pytest.raises(error) as caught:
            client(server)
        assert (caught.value.host, caught.value.port) == (server.host, server.port)
        if detail is not None:
            assert caught.value.detail == detail


def test_silent_server():
    with ScriptedPop3(replies={"GREETING": [STALL]}) as server:
        started = time.monotonic()
        with pytest.raises(network.ConnectionTimedOut):
            client(server, timeout=0.2)
        assert time.monotonic() - started < 2


def test_dribbling_server():
    """Each byte comes in time, but the whole takes for ever."""
    with ScriptedPop3(replies={"GREETING": [b"x", 0.1] * 100}) as server:
        started = time.monotonic()
        with pytest.raises(network.ConnectionTimedOut):
            client(server, timeout=0.3)
        assert time.monotonic() - started < 2


def test_endless_capabilities():
    replies = {"CAPA": [b"+OK\r\n", b"X\r\n" * 1_000_000]}
    with ScriptedPop3(replies=replies) as server, pytest.raises(network.MessageTooLarge):
        client(server)


# ---- encryption ----


def test_starttls(certificate, trust):
    trust(certificate)
    options = {"capabilities": TLS_CAPABILITIES, "context": certificate.server_context()}
    with ScriptedPop3([b"a\r\n"], **options) as server:
        with client(server, "starttls") as pop3:
            pop3.login("ivan", "secret")
            assert list(pop3.retrieve([1])) == [(1, b"a\r\n")]
        assert server.commands[:3] == [b"CAPA", b"STLS", b"CAPA"]


def test_ssl(certificate, trust):
    trust(certificate)
    with ScriptedPop3(context=certificate.server_context()) as server:
        with client(server, "ssl") as pop3:
            pop3.login("ivan", "secret")


@pytest.mark.parametrize("encryption", ["starttls", "ssl"])
def test_untrusted_certificate(certificate, encryption):
    capabilities = TLS_CAPABILITIES if encryption == "starttls" else ("USER",)
    with ScriptedPop3(capabilities=capabilities, context=certificate.server_context()) as server:
        with pytest.raises(network.CertificateUntrusted) as caught:
            client(server, encryption)
        assert caught.value.fingerprint == certificate.fingerprint
        client(server, encryption, fingerprint=certificate.fingerprint).close()
        with pytest.raises(network.CertificateUntrusted) as caught:
            client(server, encryption, fingerprint="0" * 64)
        assert caught.value.reason == "changed"


def test_fingerprint_may_remain_unknown(certificate):
    """The server lets us in once, and not for a second look at its certificate."""
    greetings = iter([[b"+OK\r\n"]])
    with ScriptedPop3(
        capabilities=TLS_CAPABILITIES,
        context=certificate.server_context(),
        replies={"GREETING": lambda: next(greetings, [b"-ERR too many connections\r\n"])},
    ) as server:
        with pytest.raises(network.CertificateUntrusted) as caught:
            client(server, "starttls")
    assert (caught.value.reason, caught.value.fingerprint) == ("unknown_issuer", "")


@pytest.mark.parametrize("capabilities", [("USER", "UIDL"), None])
def test_starttls_missing(capabilities):
    with ScriptedPop3(capabilities=capabilities) as server:
        with pytest.raises(network.StartTlsMissing):
            client(server, "starttls")
        assert b"PASS secret" not in server.commands


def test_starttls_refused():
    replies = {"STLS": [b"-ERR certificate is lost\r\n"]}
    with ScriptedPop3(capabilities=TLS_CAPABILITIES, replies=replies) as server:
        with pytest.raises(network.StartTlsMissing) as caught:
            client(server, "starttls")
        assert caught.value.detail == "certificate is lost"


def test_nothing_said_before_the_handshake_counts_after_it(certificate, trust):
    trust(certificate)
    replies = {"STLS": [b"+OK begin\r\n+OK forged\r\n"]}
    with ScriptedPop3(
        capabilities=TLS_CAPABILITIES, replies=replies, context=certificate.server_context()
    ) as server:
        with pytest.raises(network.ProtocolViolation):
            client(server, "starttls")


# ---- end ----


def test_end_after_an_exception_is_without_quit():
    with ScriptedPop3([b"a\r\n"]) as server:
        with pytest.raises(ZeroDivisionError), client(server) as pop3:
            pop3.login("ivan", "secret")
            pop3.delete([1])
            raise ZeroDivisionError
        assert b"QUIT" not in server.commands
        assert list(server.letters) == [1]


def test_failing_quit_matters_only_after_a_deletion():
    with ScriptedPop3([b"a\r\n"], replies={"QUIT": [b"-ERR not deleted\r\n"]}) as server:
        with client(server) as pop3:
            pop3.login("ivan", "secret")
        with pytest.raises(network.CommandRefused), client(server) as pop3:
            pop3.login("ivan", "secret")
            pop3.delete([1])


def test_closed_client_says_so():
    with ScriptedPop3() as server:
        pop3 = client(server)
        pop3.quit()
        pop3.close()
        with pytest.raises(network.ConnectionLost):
            pop3.sizes()
