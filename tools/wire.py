"""Lines and multi-line replies over a socket: buffered, linear, limited in time and in size."""

import re
import socket
import ssl
import time
from collections.abc import Callable

from .network import (
    ConnectionLost,
    ConnectionTimedOut,
    MailServerError,
    MessageTooLarge,
    MessageTooSlow,
    ProtocolViolation,
)

CHUNK_BYTES = 256 * 1024
# Status lines have at most 512 octets by RFC 1939 §3; servers in the wild send longer ones.
LINE_BYTES = 64 * 1024
# Unless told otherwise, a reply may take the timeout, and besides as long as a line of 64 kbit/s
# would need for what has come so far.
MINIMUM_RATE = 8 * 1024
# What may be read only to be thrown away.
SKIP_BYTES = 256 * 1024 * 1024
SKIP_SECONDS = 60.0

_LF_END = re.compile(rb"\n\.\r?\n")


class Wire:
    """A socket that is read by lines and by dot-terminated bodies (RFC 1939 §3).

    Not for use by several threads. After any exception the connection is closed.

    :param timeout: seconds a single read may wait, and a whole reply beyond what MINIMUM_RATE
        allows for its bytes
    """

    def __init__(self, sock: socket.socket, host: str, port: int, timeout: float):
        self.host = host
        self.port = port
        self.timeout = timeout
        self.received = 0
        self._sock: socket.socket | None = sock
        self._buffer = bytearray()
        self._chunk = memoryview(bytearray(CHUNK_BYTES))
        self._started = 0.0
        self._received_before = 0
        self._max_seconds: float | None = None
        self._too_slow: type[MailServerError] = ConnectionTimedOut

    @property
    def closed(self) -> bool:
        return self._sock is None

    def close(self) -> None:
        """Close the socket; harmless if done already."""
        if self._sock is not None:
            self._sock.close()
            self._sock = None
            self._buffer.clear()

    def detach(self) -> socket.socket:
        """Hand over the socket, for a TLS handshake.

        :raises ProtocolViolation: when the server sent more than its reply: such bytes came
            unencrypted and must not pass for a reply under TLS (RFC 2595 §4, CVE-2011-0411)
        """
        if self._buffer:
            self.close()
            raise ProtocolViolation(self.host, self.port, "data before the TLS handshake")
        sock, self._sock = self._open_socket(), None
        return sock

    def send(self, data: bytes) -> None:
        """Send all of the data.

        :raises MailServerError: ConnectionTimedOut, ConnectionLost
        """
        sock = self._open_socket()
        try:
            sock.sendall(data)
        except TimeoutError as error:
            self.close()
            raise ConnectionTimedOut(self.host, self.port) from error
        except OSError as error:
            self.close()
            raise ConnectionLost(self.host, self.port, error.strerror or "") from error

    def read_line(self) -> bytes:
        """Read one line; return it without its CRLF or LF.

        :raises MailServerError: ConnectionTimedOut, ConnectionLost, ProtocolViolation (too long a
            line)
        """
        self._begin()
        end = self._find_line_end(LINE_BYTES)
        if end < 0:
            self.close()
            raise ProtocolViolation(self.host, self.port, "line too long")
        line = bytes(self._buffer[:end])
        del self._buffer[: end + 1]
        return line[:-1] if line.endswith(b"\r") else line

    def read_body(self, max_bytes: int | None = None, max_seconds: float | None = None) -> bytes:
        """Read the rest of a multi-line reply, up to and without its final dot.

        :param max_bytes: the most to accept, in bytes; None for no limit
        :param max_seconds: how long it may take; None for what MINIMUM_RATE allows
        :return: the lines with their own line ends, dots unstuffed (RFC 1939 §3)
        :raises MailServerError: ConnectionTimedOut, ConnectionLost, MessageTooLarge,
            MessageTooSlow (only with `max_seconds`)
        """
        self._begin(max_seconds, MessageTooSlow)
        scan = self._find_line_end(max_bytes)
        find_end = self._end_finder(scan)
        end = after = -1
        while scan >= 0:
            end, after = find_end(scan)
            if end >= 0 or (max_bytes is not None and len(self._buffer) > max_bytes + 4):
                break
            scan = max(scan, len(self._buffer) - 4)
            self._receive()
        if end < 0 or (max_bytes is not None and end > max_bytes):
            self.close()
            raise MessageTooLarge(self.host, self.port)
        with memoryview(self._buffer) as view:
            body = bytes(view[:end])
        del self._buffer[:after]
        return _unstuff(body)

    def read_body_start(self, keep: int) -> bytes:
        """Read the rest of a multi-line reply like `read_body`, but keep only its first bytes.

        :param keep: how many bytes to return at most
        :raises MailServerError: ConnectionTimedOut (also beyond SKIP_SECONDS), ConnectionLost,
            MessageTooLarge (beyond SKIP_BYTES)
        """
        self._begin(SKIP_SECONDS)
        scan = self._find_line_end(SKIP_BYTES)
        find_end = self._end_finder(scan)
        kept = bytearray()
        skipped = 0
        while scan >= 0 and skipped <= SKIP_BYTES:
            end, after = find_end(scan)
            # all but what may be the beginning of the final dot's line
            passed = end if end >= 0 else max(len(self._buffer) - 4, 0)
            kept += self._buffer[: min(passed, max(keep - len(kept), 0))]
            if end >= 0:
                del self._buffer[:after]
                return _unstuff(bytes(kept))
            del self._buffer[:passed]
            scan = 0
            skipped += passed
            self._receive()
        self.close()
        raise MessageTooLarge(self.host, self.port)

    def _find_line_end(self, max_bytes: int | None) -> int:
        """Receive until there is a line end; return its place, or -1 when the line is too long."""
        scan = 0
        while (end := self._buffer.find(b"\n", scan)) < 0:
            scan = len(self._buffer)
            if max_bytes is not None and scan > max_bytes:
                return -1
            self._receive()
        return end

    def _end_finder(self, first_line_end: int) -> Callable[[int], tuple[int, int]]:
        """Return the function that looks for the end of the body that begins with the buffer.

        It takes the place to look from and returns where the body ends and where the next reply
        begins, or (-1, -1).

        Servers send CRLF, and a letter may have a lone LF in it: then LF, dot, LF ends nothing.
        Servers that hand out files with bare LF show it in the first line; for them it does.
        """
        buffer = self._buffer
        if buffer[: first_line_end + 1] in (b".\r\n", b".\n"):
            return lambda scan: (0, first_line_end + 1)
        if first_line_end > 0 and buffer[first_line_end - 1] == 13:

            def find_end(scan: int) -> tuple[int, int]:
                place = buffer.find(b"\n.\r\n", scan)
                return (place + 1, place + 4) if place >= 0 else (-1, -1)
        else:

            def find_end(scan: int) -> tuple[int, int]:
                match = _LF_END.search(buffer, scan)
                return (match.start() + 1, match.end()) if match else (-1, -1)

        return find_end

    def _begin(
        self,
        max_seconds: float | None = None,
        too_slow: type[MailServerError] = ConnectionTimedOut,
    ) -> None:
        self._started = time.monotonic()
        self._received_before = self.received
        self._max_seconds = max_seconds
        self._too_slow = too_slow

    def _receive(self) -> None:
        """Wait for more bytes and append them to the buffer."""
        sock = self._open_socket()
        try:
            count = sock.recv_into(self._chunk)
        except TimeoutError as error:
            self.close()
            raise ConnectionTimedOut(self.host, self.port) from error
        except OSError as error:  # includes TLS errors
            self.close()
            raise ConnectionLost(self.host, self.port, _reason(error)) from error
        if not count:
            self.close()
            raise ConnectionLost(self.host, self.port)
        self._buffer += self._chunk[:count]
        self.received += count
        self._check_pace()

    def _check_pace(self) -> None:
        allowed, too_slow = self._max_seconds, self._too_slow
        if allowed is None:
            allowed = self.timeout + (self.received - self._received_before) / MINIMUM_RATE
            too_slow = ConnectionTimedOut
        if time.monotonic() - self._started > allowed:
            self.close()
            raise too_slow(self.host, self.port)

    def _open_socket(self) -> socket.socket:
        if self._sock is None:
            raise ConnectionLost(self.host, self.port, "closed")
        return self._sock


def _unstuff(body: bytes) -> bytes:
    """Take a dot off lines that begin with two; a single one comes from careless servers."""
    if b"\n.." in body:
        body = body.replace(b"\n..", b"\n.")
    return body[1:] if body.startswith(b"..") else body


def _reason(error: OSError) -> str:
    return (error.reason if isinstance(error, ssl.SSLError) else error.strerror) or ""
