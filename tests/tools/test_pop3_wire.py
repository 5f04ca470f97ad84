"""The buffered reader and writer under both clients, at the level of the socket."""

import socket
import struct

import pytest
from iris_tools import network
from iris_tools.wire import Wire


@pytest.fixture
def pair():
    """A wire and the socket at its other end."""
    ours, theirs = socket.socketpair()
    ours.settimeout(0.2)
    wire = Wire(ours, "pop.example.org", 110, 0.2)
    yield wire, theirs
    wire.close()
    theirs.close()


def test_lines(pair):
    wire, other = pair
    other.sendall(b"one\r\ntwo\n\r\nfour")
    assert [wire.read_line() for _ in range(3)] == [b"one", b"two", b""]
    other.sendall(b"\r\n")
    assert wire.read_line() == b"four"


def test_bodies_one_after_another(pair):
    wire, other = pair
    other.sendall(b"a\r\n.\r\n+OK\r\nb\r\n..\r\n.\r\n.\r\nrest\r\n")
    assert wire.read_body() == b"a\r\n"
    assert wire.read_line() == b"+OK"
    assert wire.read_body() == b"b\r\n.\r\n"
    assert wire.read_body() == b""
    assert wire.read_line() == b"rest"


@pytest.mark.parametrize(("keep", "start"), [(0, b""), (5, b"a\r\n."), (100, b"a\r\n.b\r\n")])
def test_start_of_a_body(pair, keep, start):
    wire, other = pair
    other.sendall(b"a\r\n..b\r\n.\r\nrest\r\n")
    assert wire.read_body_start(keep) == start
    assert wire.read_line() == b"rest"


def test_socket_is_handed_over_only_without_unread_bytes(pair):
    wire, other = pair
    other.sendall(b"+OK\r\n")
    wire.read_line()
    with wire.detach() as sock:
        assert sock.fileno() > 0
    assert wire.closed


def test_unread_bytes_forbid_handing_over(pair):
    wire, other = pair
    other.sendall(b"+OK\r\nmore")
    wire.read_line()
    with pytest.raises(network.ProtocolViolation):
        wire.detach()
    assert wire.closed


def test_sending_to_somebody_who_does_not_read(pair):
    wire, _other = pair
    with pytest.raises(network.ConnectionTimedOut):
        wire.send(b"x" * 50_000_000)
    assert wire.closed


def test_sending_to_somebody_who_has_gone(pair):
    wire, other = pair
    other.close()
    with pytest.raises(network.ConnectionLost) as caught:
        wire.send(b"x")
    assert caught.value.detail
    assert wire.closed


def test_reset_while_reading():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        ours = socket.create_connection(listener.getsockname())
        theirs, _address = listener.accept()
        # closing without lingering resets the connection
        theirs.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        theirs.close()
        wire = Wire(ours, "pop.example.org", 110, 5)
        with pytest.raises(network.ConnectionLost) as caught:
            wire.read_line()
    assert caught.value.detail
    assert wire.closed
