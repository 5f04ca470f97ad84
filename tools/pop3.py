"""POP3 client for servers as they are (RFC 1939, 2449, 2595, 5034, 6856), pipelined."""

import base64
import contextlib
import socket
from collections.abc import Callable, Iterable, Iterator
from typing import Self, TypeVar

from . import pop3_listing
from .network import (
    AuthenticationMissing,
    CommandRefused,
    LoginRejected,
    MailServerError,
    ProtocolViolation,
    StartTlsMissing,
    UidlMissing,
    fit_to_be_sent,
    open_connection,
    secure,
)
from .pop3_dialogue import CAPABILITIES_BYTES, WINDOW, Pop3Dialogue
from .wire import Wire

T = TypeVar("T")

HEADER_BYTES = 1024 * 1024
LETTER_BYTES = 1024 * 1024 * 1024
# Odoo kills a request after 120 s by default: a letter leaves time for the rest of the dialogue.
LETTER_SECONDS = 60.0
_USEFUL_CAPABILITIES = frozenset(("UIDL", "TOP", "PIPELINING"))


class Pop3Client:
    """A POP3 session.

    As a context manager it ends with QUIT; after an exception the connection is just closed, and
    the server then deletes nothing (RFC 1939 §6).

    :param encryption: "none", "starttls" (STLS, RFC 2595) or "ssl"
    :param timeout: seconds; for connecting, and for each reply beyond what a slow line needs for
        its bytes
    :param fingerprint: sha256 (hex) of the only certificate to accept; None asks the system's
        authorities
    :param pipelining: False keeps to one command at a time, for servers that offer PIPELINING and
        fail at it
    :raises MailServerError: any kind but LoginRejected, UidlMissing and MessageTooLarge. After any
        error other than CommandRefused, LoginRejected, AuthenticationMissing and UidlMissing the
        connection is closed.
    """

    def __init__(
        self,
        host: str,
        port: int,
        encryption: str = "none",
        *,
        timeout: float = 30.0,
        fingerprint: str | None = None,
        pipelining: bool = True,
    ):
        if encryption not in ("none", "starttls", "ssl"):
            raise ValueError(f"unknown encryption: {encryption}")
        self.host = host
        self.port = port
        self._pipelining = pipelining
        self._timeout = timeout
        self._capabilities: dict[str, str] | None = None
        self._deleted = False
        if encryption == "starttls":
            self._converse_over(secure(self._connect_up_to_tls, host, port, fingerprint))
        else:
            is_ssl = encryption == "ssl"
            self._converse_over(open_connection(host, port, is_ssl, timeout, fingerprint))
            with self._closing_on_error():
                self._dialogue.read_status()
        with self._closing_on_error():
            self._read_capabilities()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind, error, _traceback) -> None:
        if kind is not None or self._dialogue.wire.closed:
            self.close()
            return
        try:
            self.quit()
        except MailServerError:
            if self._deleted:  # else the server had nothing left to do for us
                raise

    @property
    def capabilities(self) -> frozenset[str]:
        """What the server can do, in upper case, without arguments; empty if it does not say."""
        return frozenset(self._capabilities or ())

    def login(self, user: str, password: str) -> None:
        """Log in with USER and PASS, or AUTH PLAIN (RFC 5034) where the server has only that.

        :raises LoginRejected: wrong, or not fit to be sent at all (line breaks)
        :raises CommandRefused: the server does not let anybody in just now (mailbox in use,
            temporary failure)
        :raises AuthenticationMissing: no way of logging in that we know
        """
        if not fit_to_be_sent(user + password):
            raise LoginRejected(self.host, self.port, "line break in login or password")
        capabilities = self._capabilities or {"USER": ""}
        mechanisms = capabilities.get("SASL", "").upper().split()
        try:
            if "USER" in capabilities or not mechanisms:
                utf8_login = "USER" in capabilities.get("UTF8", "").upper()
                if utf8_login and not (user + password).isascii():
                    self._dialogue.command(b"UTF8")  # RFC 6856 §2.2
                self._dialogue.command(b"USER " + user.encode())
                self._dialogue.command(b"PASS " + password.encode())
            elif "PLAIN" in mechanisms:
                self._auth_plain(user, password)
            else:
                raise AuthenticationMissing(self.host, self.port, " ".join(mechanisms))
        except CommandRefused as error:
            if error.is_temporary:
                raise
            raise LoginRejected(self.host, self.port, error.detail) from error
        if not _USEFUL_CAPABILITIES <= self.capabilities:  # some servers tell of them only now
            self._read_capabilities()

    def identities(self) -> dict[int, str]:
        """Return each letter's identity: its UIDL, as far as that is one.

        - A UIDL of several letters gets the digest of the letter's header appended (TOP n 0), or
          its size.
        - Without UIDL the identity is "top:" and this digest.
        - Letters that are still the same get a running number.

        :return: letter number -> identity, all different, at most 255 printable ASCII characters
        :raises UidlMissing: the server has neither UIDL nor TOP
        :raises MailServerError: CommandRefused, ProtocolViolation, ConnectionLost,
            ConnectionTimedOut
        """
        try:
            body = self._dialogue.listing(b"UIDL")
        except CommandRefused:
            if not self._count():
                return {}
            uidls = dict.fromkeys(self.sizes(), "")
        else:
            uidls = self._parsed(pop3_listing.parse_uidls, body)
        discriminators = self._discriminators(pop3_listing.ambiguous_numbers(uidls), uidls)
        return pop3_listing.unique_identities(uidls, discriminators)

    def sizes(self) -> dict[int, int]:
        """Return each letter's size as the server counts it (LIST).

        :return: letter number -> bytes
        :raises MailServerError: CommandRefused, ProtocolViolation, ConnectionLost,
            ConnectionTimedOut
        """
        try:
            body = self._dialogue.listing(b"LIST")
        except CommandRefused:
            if self._count():
                raise
            return {}  # some servers refuse to list an empty mailbox
        self._dialogue.sizes = self._parsed(pop3_listing.parse_sizes, body)
        return dict(self._dialogue.sizes)

    def retrieve(
        self,
        numbers: Iterable[int],
        *,
        max_bytes: int | None = None,
        max_seconds: float | None = None,
    ) -> Iterator[tuple[int, bytes | CommandRefused]]:
        """Yield the letters in the order asked for, with only one in memory at a time.

        Leaving the loop early is allowed: the next command reads what was still to come and throws
        it away. Giving another command within the loop ends the loop with a RuntimeError.

        :param max_bytes: the most that a letter may have, for servers whose LIST lies; None: 1 GiB
        :param max_seconds: how long a letter may take from its first byte; None: LETTER_SECONDS
        :return: pairs of number and raw letter; instead of the letter CommandRefused where the
            server does not give it
        :raises MailServerError: MessageTooLarge, MessageTooSlow, ConnectionLost,
            ConnectionTimedOut, ProtocolViolation, each with `number`; the connection is closed then
        """
        limit = LETTER_BYTES if max_bytes is None else max_bytes
        seconds = LETTER_SECONDS if max_seconds is None else max_seconds
        read = self._dialogue.wire.read_body
        return self._dialogue.exchange(b"RETR %d\r\n", numbers, lambda: read(limit, seconds))

    def top(self, number: int, lines: int, *, max_bytes: int = 4 * HEADER_BYTES) -> bytes:
        """Return a letter's header and its first lines (TOP).

        :param max_bytes: what is beyond is cut off, since a line may have any length
        :raises MailServerError: CommandRefused (also where the server has no TOP), ConnectionLost
            and so on
        """
        ((_number, reply),) = self._tops([number], lines, max_bytes)
        if isinstance(reply, CommandRefused):
            raise reply
        return reply

    def delete(self, numbers: Iterable[int]) -> None:
        """Mark letters for deletion (DELE); the server deletes them at `quit`.

        :raises CommandRefused: for the first one that the server refuses; the others are marked
            nevertheless
        :raises MailServerError: ConnectionLost and so on
        """
        self._deleted = True
        refusal = None
        for _number, reply in self._dialogue.exchange(b"DELE %d\r\n", numbers, None):
            if refusal is None and isinstance(reply, CommandRefused):
                refusal = reply
        if refusal is not None:
            raise refusal

    def quit(self) -> None:
        """End the session; the server now deletes what was marked. Closes in any case.

        Without a word if nothing was marked and replies are still to come: they may take long.

        :raises CommandRefused: the server could not delete all (RFC 1939 §6)
        :raises MailServerError: ConnectionLost and so on: it is unknown whether it did
        """
        try:
            if self._deleted or not self._dialogue.in_flight:
                self._dialogue.command(b"QUIT")
        finally:
            self.close()

    def close(self) -> None:
        """Close the connection without a word; the server then deletes nothing."""
        self._dialogue.close()

    def _count(self) -> int:
        """Number of letters (STAT)."""
        words = self._dialogue.command(b"STAT").split()
        if not words or not words[0].isdigit():
            raise self._dialogue.garbage(b" ".join(words))
        return int(words[0])

    def _parsed(self, parse: Callable[[bytes], dict[int, T]], body: bytes) -> dict[int, T]:
        try:
            return parse(body)
        except ValueError as error:
            self.close()
            raise ProtocolViolation(self.host, self.port, str(error)) from error

    def _tops(
        self, numbers: Iterable[int], lines: int, max_bytes: int
    ) -> Iterator[tuple[int, bytes | CommandRefused]]:
        command = b"TOP %%d %d\r\n" % lines
        read = self._dialogue.wire.read_body_start
        return self._dialogue.exchange(command, numbers, lambda: read(max_bytes))

    def _discriminators(self, numbers: list[int], uidls: dict[int, str]) -> dict[int, str]:
        """Tell letters apart by their headers, or by their sizes where those are not shown."""
        found, refused = {}, None
        for number, top in self._tops(numbers, 0, HEADER_BYTES):
            if isinstance(top, CommandRefused):
                refused = top
            else:
                found[number] = pop3_listing.header_digest(top)
        if refused is not None:
            if not found and not any(uidls.values()):
                raise UidlMissing(self.host, self.port, refused.detail) from refused
            sizes = self._dialogue.sizes or self.sizes()
            for number in numbers:
                found.setdefault(number, f"size{sizes.get(number, 0)}")
        return found

    @contextlib.contextmanager
    def _closing_on_error(self) -> Iterator[None]:
        try:
            yield
        except BaseException:
            self.close()
            raise

    def _converse_over(self, sock: socket.socket) -> None:
        self._dialogue = Pop3Dialogue(Wire(sock, self.host, self.port, self._timeout))

    def _connect_up_to_tls(self) -> socket.socket:
        """Connect and ask for STLS; return the socket on which the handshake is due."""
        self._converse_over(open_connection(self.host, self.port, False, self._timeout))
        with self._closing_on_error():
            self._dialogue.read_status()
            self._read_capabilities()
            if self._capabilities is not None and "STLS" not in self._capabilities:
                raise StartTlsMissing(self.host, self.port)
            try:
                self._dialogue.command(b"STLS")
            except CommandRefused as error:
                raise StartTlsMissing(self.host, self.port, error.detail) from error
            # what was said without encryption may be forged (RFC 2595 §4)
            self._capabilities = None
            return self._dialogue.wire.detach()

    def _read_capabilities(self) -> None:
        try:
            body = self._dialogue.listing(b"CAPA", CAPABILITIES_BYTES)
        except CommandRefused:
            return  # a server older than RFC 2449: its abilities show when asked for
        self._capabilities = pop3_listing.parse_capabilities(body)
        pipelining = self._pipelining and "PIPELINING" in self._capabilities
        self._dialogue.window = WINDOW if pipelining else 1

    def _auth_plain(self, user: str, password: str) -> None:
        dialogue = self._dialogue
        dialogue.send(b"AUTH PLAIN")
        line = dialogue.wire.read_line()
        if line[:4].upper() == b"-ERR":
            raise dialogue.refusal(line)
        if line[:1] != b"+":
            raise dialogue.garbage(line)
        dialogue.command(base64.b64encode(f"\0{user}\0{password}".encode()))
