"""POP3 commands and their replies, one at a time or many in flight (RFC 1939 §3, RFC 2449 §6.6)."""

import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

from .network import (
    CommandRefused,
    ConnectionLost,
    MailServerError,
    ProtocolViolation,
    server_words,
)
from .wire import Wire

T = TypeVar("T")

# Commands in flight at most. They are short enough for any socket buffer, so that client and
# server never both wait to send.
WINDOW = 512
# Of letters in flight, as far as sizes are known. They have to be read even if unwanted by then.
WINDOW_BYTES = 16 * 1024 * 1024
# In flight at first, and on a slow line ever after: two keep the line busy, and the caller, whose
# time may be over, waits for no more than these.
FIRST_WINDOW = 2
FIRST_WINDOW_BYTES = 256 * 1024
# What is in flight should come within this time: a small part of the time that callers have.
IN_FLIGHT_SECONDS = 1.0
# What may be read away at most, to keep a connection usable.
SETTLE_BYTES = WINDOW_BYTES + 4 * 1024 * 1024
CAPABILITIES_BYTES = 64 * 1024
LISTING_BYTES = 128 * 1024 * 1024


class _Window:
    """How much may be in flight: about what the server gives in IN_FLIGHT_SECONDS.

    :param most: letters at most
    :ivar letters: how many now
    :ivar size: their bytes now
    """

    def __init__(self, most: int):
        self._most = most
        self.letters = min(FIRST_WINDOW, most)
        self.size = min(FIRST_WINDOW_BYTES, WINDOW_BYTES)

    def adapt(self, seconds: float) -> None:
        """Grow or shrink by what all in flight would take at the pace of the last reply."""
        if seconds < IN_FLIGHT_SECONDS:
            self.letters = min(self.letters * 2, self._most)
            self.size = min(self.size * 2, WINDOW_BYTES)
        else:
            self.letters = min(max(self.letters // 2, FIRST_WINDOW), self._most)
            self.size = min(max(self.size // 2, FIRST_WINDOW_BYTES), WINDOW_BYTES)


class Pop3Dialogue:
    """Commands and replies over a `Wire`.

    After any error other than CommandRefused the connection is closed.

    :ivar window: commands in flight at most; 1 does without pipelining
    :ivar sizes: sizes of letters as far as known, to keep what is in flight within WINDOW_BYTES
    """

    def __init__(self, wire: Wire):
        self.wire = wire
        self.window = 1
        self.sizes: dict[int, int] = {}
        # letters whose replies are still to come, and whether such a reply has a body
        self._in_flight: deque[tuple[int, bool]] = deque()
        self._exchange_id = 0

    @property
    def in_flight(self) -> int:
        """How many replies are still to come."""
        return len(self._in_flight)

    def close(self) -> None:
        """Close the connection without a word."""
        self._in_flight.clear()
        self._exchange_id += 1
        self.wire.close()

    def command(self, command: bytes) -> bytes:
        """Give a command; return what the server says after +OK.

        :raises MailServerError: CommandRefused, ProtocolViolation, ConnectionLost,
            ConnectionTimedOut
        """
        self.send(command)
        return self.read_status()

    def listing(self, command: bytes, max_bytes: int = LISTING_BYTES) -> bytes:
        """Give a command that has a multi-line reply; return the lines."""
        self.command(command)
        return self.wire.read_body(max_bytes)

    def send(self, command: bytes) -> None:
        """Give a command whose reply is read otherwise."""
        self._settle()
        self.wire.send(command + b"\r\n")

    def read_status(self, number: int | None = None) -> bytes:
        """Read a status line; return what stands after +OK.

        :param number: the letter in question, for the errors
        :raises MailServerError: as `command`
        """
        line = self.wire.read_line()
        mark = line[:4].upper()
        if mark.startswith(b"+OK"):
            return line[3:].strip()
        if mark == b"-ERR":
            raise self.refusal(line, number)
        raise self.garbage(line, number)

    def refusal(self, line: bytes, number: int | None = None) -> CommandRefused:
        """Return the error for a line that begins with -ERR."""
        words = server_words(line[4:])
        code = words[1:].partition("]")[0].upper() if words.startswith("[") else ""
        return CommandRefused(self.wire.host, self.wire.port, words, number=number, code=code)

    def garbage(self, line: bytes, number: int | None = None) -> ProtocolViolation:
        """Close the connection and return the error for a line that is no POP3."""
        self.close()
        return ProtocolViolation(self.wire.host, self.wire.port, server_words(line), number=number)

    def exchange(
        self, command: bytes, numbers: Iterable[int], read: Callable[[], T] | None
    ) -> Iterator[tuple[int, T | CommandRefused | None]]:
        """Give the same command for many letters and yield their replies in order.

        The caller may stop early; `command` then reads away what is still to come. Better, its
        numbers come to an end: they are taken only as the window has room for them.

        :param command: with %d for the letter's number
        :param read: reads the body of a reply; None where it has none
        :raises MailServerError: ConnectionLost and so on, with the `number` of the letter
        :raises RuntimeError: when another command is given before the last reply was taken
        """
        self._settle()
        exchange = self._exchange_id
        waiting = iter(numbers)
        window = _Window(self.window)
        while True:
            self._fill_window(command, waiting, window, read is not None)
            if not self._in_flight:
                return
            number = self._in_flight[0][0]
            started = time.monotonic()
            try:
                reply = self._read_reply(number, read)
            except MailServerError as error:
                error.number = number
                self.close()
                raise
            window.adapt((time.monotonic() - started) * self.in_flight)
            self._in_flight.popleft()
            yield number, reply
            del reply  # or two letters are in memory while the next one is read
            if exchange != self._exchange_id:
                raise RuntimeError("another command was given before all replies were taken")

    def _read_reply(self, number: int, read: Callable[[], T] | None) -> T | CommandRefused | None:
        try:
            self.read_status(number)
        except CommandRefused as refusal:
            return refusal
        return read() if read else None

    def _fill_window(
        self, command: bytes, waiting: Iterator[int], window: _Window, has_body: bool
    ) -> None:
        """Send the next commands once half of the window is free, so that they share packets."""
        in_flight = self._in_flight
        if len(in_flight) > window.letters // 2:
            return
        sizes = self.sizes if has_body else {}
        load = sum(sizes.get(number, 0) for number, _has_body in in_flight)
        batch = []
        while len(in_flight) < window.letters and (load < window.size or not in_flight):
            number = next(waiting, None)
            if number is None:
                break
            batch.append(command % number)
            in_flight.append((number, has_body))
            load += sizes.get(number, 0)
        if batch:
            self.wire.send(b"".join(batch))

    def _settle(self) -> None:
        """Read away the replies that an exchange left behind, or close if that is too much."""
        self._exchange_id += 1
        limit = self.wire.received + SETTLE_BYTES
        while self._in_flight:
            number, has_body = self._in_flight[0]
            self._read_reply(number, self._skip_body if has_body else None)
            self._in_flight.popleft()
            if self.wire.received > limit:
                self.close()
                raise ConnectionLost(
                    self.wire.host, self.wire.port, "too much was left unread", number=number
                )

    def _skip_body(self) -> None:
        self.wire.read_body_start(0)
