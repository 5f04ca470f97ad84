import socket
import ssl
import time

import pytest
from iris_servers.certificates import make_certificate
from iris_servers.loopback import free_ports
from iris_servers.scripted_pop3 import DROP, STALL, ScriptedPop3
from iris_tools import network

HOST = "127.0.0.1"


@pytest.fixture
def tls_server(certificate):
    with ScriptedPop3(context=certificate.server_context()) as server:
        yield server


def test_plain_connection_reads_with_a_timeout():
    with ScriptedPop3() as server, network.open_connection(HOST, server.port, False, 5) as sock:
        assert sock.gettimeout() == 5
        assert sock.recv(3) == b"+OK"


@pytest.mark.parametrize(
    "host", ["", " ", "no such.name", "gone.example", "ä" * 70 + ".de", "a\0b"]
)
def test_host_not_found(host, monkeypatch):
    def look_up(*_arguments, **_options):
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    with pytest.raises(network.HostNotFound) as caught:
        network.open_connection(host, 110, False, 5)
    assert (caught.value.host, caught.value.port) == (host, 110)


def test_connection_refused():
    (port,) = free_ports(1)
    with pytest.raises(network.ConnectionRefused) as caught:
        network.open_connection(HOST, port, False, 5)
    assert (caught.value.host, caught.value.port) == (HOST, port)
    assert caught.value.detail


def test_connecting_times_out(monkeypatch):
    def hang(sock, address):
        raise TimeoutError("timed out")

    monkeypatch.setattr(socket.socket, "connect", hang)
    with pytest.raises(network.ConnectionTimedOut):
        network.open_connection(HOST, 110, False, 5)


def test_connecting_is_short_whatever_the_timeout(monkeypatch):
    waits = []

    def hang(sock, address):
        waits.append(sock.gettimeout())
        raise TimeoutError("timed out")

    monkeypatch.setattr(socket.socket, "connect", hang)
    with pytest.raises(network.ConnectionTimedOut):
        network.open_connection(HOST, 110, False, 300)
    assert sum(waits) <= network.CONNECT_SECONDS <= 10


def test_next_address_is_tried(monkeypatch):
    (dead_port,) = free_ports(1)
    with ScriptedPop3() as server:
        entry = (socket.AF_INET, socket.SOCK_STREAM, 6, "")
        addresses = [(*entry, (HOST, dead_port)), (*entry, (HOST, server.port))]
        monkeypatch.setattr(socket, "getaddrinfo", lambda *_arguments, **_options: addresses)
        with network.open_connection("two.example.org", 110, False, 5) as sock:
            assert sock.getpeername()[1] == server.port


@pytest.mark.parametrize("port", [0, -1, 65536])
def test_no_port(port):
    with pytest.raises(ValueError, match="not a TCP port"):
        network.open_connection(HOST, port, False, 5)


@pytest.mark.parametrize("host", [HOST, "localhost", "LOCALHOST."])
def test_trusted_certificate(tls_server, certificate, trust, host):
    trust(certificate)
    with network.open_connection(host, tls_server.port, True, 5) as sock:
        assert sock.version() in ("TLSv1.2", "TLSv1.3")
        assert network.certificate_fingerprint(sock) == certificate.fingerprint


def test_unknown_authority_tells_the_fingerprint(tls_server, certificate):
    with pytest.raises(network.CertificateUntrusted) as caught:
        network.open_connection(HOST, tls_server.port, True, 5)
    assert caught.value.reason == "unknown_issuer"
    assert caught.value.fingerprint == certificate.fingerprint
    assert caught.value.detail


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ({"self_signed": True}, "self_signed"),
        ({"valid_days": -1}, "expired"),
        ({"host": "mail.example.org"}, "wrong_host"),
    ],
)
def test_certificate_that_cannot_be_trusted(tmp_path, trust, options, reason):
    bad = make_certificate(tmp_path, **options)
    trust(bad)
    with ScriptedPop3(context=bad.server_context()) as server:
        with pytest.raises(network.CertificateUntrusted) as caught:
            network.open_connection(HOST, server.port, True, 5)
        assert (caught.value.reason, caught.value.fingerprint) == (reason, bad.fingerprint)
        network.open_connection(HOST, server.port, True, 5, bad.fingerprint).close()


def test_pinned_fingerprint_may_be_written_with_colons(tls_server, certificate):
    print_ = certificate.fingerprint.upper()
    pairs = ":".join(print_[index : index + 2] for index in range(0, 64, 2))
    network.open_connection(HOST, tls_server.port, True, 5, pairs).close()


def test_pinned_accepts_no_other_even_if_trusted(tls_server, certificate, trust):
    trust(certificate)
    with pytest.raises(network.CertificateUntrusted) as caught:
        network.open_connection(HOST, tls_server.port, True, 5, "0" * 64)
    assert caught.value.reason == "changed"
    assert caught.value.fingerprint == certificate.fingerprint


def test_no_tls_on_this_port():
    with ScriptedPop3() as server, pytest.raises(network.TlsFailed) as caught:
        network.open_connection(HOST, server.port, True, 5)
    assert isinstance(caught.value, network.ProtocolViolation)


def test_too_old_tls(certificate, trust):
    trust(certificate)
    context = certificate.server_context()
    with pytest.warns(DeprecationWarning):
        context.minimum_version = context.maximum_version = ssl.TLSVersion.TLSv1_1
    with ScriptedPop3(context=context) as server, pytest.raises(network.TlsFailed):
        network.open_connection(HOST, server.port, True, 5)


def test_tls_handshake_stalls(certificate):
    with ScriptedPop3(replies={"GREETING": [STALL]}) as server:
        started = time.monotonic()
        with pytest.raises(network.ConnectionTimedOut):
            network.open_connection(HOST, server.port, True, 0.2)
        assert time.monotonic() - started < 2


def test_tls_handshake_dropped():
    with ScriptedPop3(replies={"GREETING": [DROP]}) as server:
        with pytest.raises(network.ConnectionLost):
            network.open_connection(HOST, server.port, True, 5)


def test_error_shows_what_it_knows():
    error = network.CommandRefused("pop.example.org", 110, "no such letter", number=7, code="X")
    assert str(error) == "CommandRefused pop.example.org:110 letter 7: no such letter"
    assert (error.number, error.code) == (7, "X")


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (b" said\tso \r", "said so"),
        ("нет".encode(), "нет"),
        (b"\xff\0", "\N{REPLACEMENT CHARACTER}"),
        (b"a" * 1000, "a" * 500),
    ],
)
def test_server_words(line, words):
    assert network.server_words(line) == words
