"""SMTP sessions: encryption, logging in, commands and their replies (RFC 5321, 3207, 4954)."""

import base64
import contextlib
import hmac
import smtplib
import socket
import time
from collections.abc import Callable, Iterator

from .network import (
    AuthenticationMissing,
    CommandRefused,
    ConnectionTimedOut,
    LoginRejected,
    MailServerError,
    ProtocolViolation,
    StartTlsMissing,
    fit_to_be_sent,
    open_connection,
    secure,
    server_words,
)
from .wire import MINIMUM_RATE, Wire

# A reply to EHLO names some twenty extensions; this is where endless ones end.
REPLY_LINES = 500
# The timeout is for each of these: few enough bytes for a slow line.
CHUNK_BYTES = 64 * 1024


def connect(
    host: str, port: int, encryption: str, *, timeout: float, fingerprint: str | None = None
) -> "SmtpDialogue":
    """Open an SMTP session up to the reply to EHLO, encrypted as asked for.

    :param encryption: "none", "starttls" or "ssl"
    :param timeout: seconds; for connecting, and for each line of a reply
    :param fingerprint: sha256 (hex) of the only certificate to accept; None asks the system's
        authorities
    :raises MailServerError: HostNotFound, ConnectionRefused, ConnectionTimedOut, ConnectionLost,
        CertificateUntrusted, StartTlsMissing, CommandRefused (greeting, EHLO) or ProtocolViolation
    """
    if encryption not in ("none", "starttls", "ssl"):
        raise ValueError(f"unknown encryption: {encryption}")

    def begin(sock: socket.socket, greeting: bool) -> SmtpDialogue:
        dialogue = SmtpDialogue(Wire(sock, host, port, timeout), sock)
        with closing_on_error(dialogue):
            if greeting:
                dialogue.check(*dialogue.getreply())
            dialogue.hello()
        return dialogue

    def connect_up_to_tls() -> socket.socket:
        dialogue = begin(open_connection(host, port, False, timeout), True)
        with closing_on_error(dialogue):
            if not dialogue.has_extn("starttls"):
                raise StartTlsMissing(host, port)
            dialogue.check(*dialogue.docmd("STARTTLS"))
            return dialogue.wire.detach()

    if encryption == "starttls":
        return begin(secure(connect_up_to_tls, host, port, fingerprint), False)
    return begin(open_connection(host, port, encryption == "ssl", timeout, fingerprint), True)


class SmtpDialogue(smtplib.SMTP):
    """smtplib's SMTP commands over a `Wire`, for its limits and its errors.

    :ivar wire: the connection
    :param sock: the socket of the wire
    """

    def __init__(self, wire: Wire, sock: socket.socket):
        local_address = sock.getsockname()[0]
        # the address as name: smtplib would ask DNS for a name, which may take long (RFC 5321
        # §4.1.4)
        literal = f"[IPv6:{local_address}]" if ":" in local_address else f"[{local_address}]"
        super().__init__(local_hostname=literal)
        self.wire = wire
        self.sock = sock

    def send(self, s: str | bytes | memoryview) -> None:
        """Send commands or data; see smtplib."""
        self.wire.send(s.encode(self.command_encoding) if isinstance(s, str) else s)

    def send_slowly(self, data: bytes) -> None:
        """Send data of any length over a line of any speed from MINIMUM_RATE up.

        :raises MailServerError: ConnectionTimedOut, ConnectionLost
        """
        started = time.monotonic()
        with memoryview(data) as view:
            for start in range(0, len(view), CHUNK_BYTES):
                self.send(view[start : start + CHUNK_BYTES])
                if time.monotonic() - started > self.wire.timeout + start / MINIMUM_RATE:
                    self.close()
                    raise ConnectionTimedOut(self.wire.host, self.wire.port)

    @contextlib.contextmanager
    def waiting(self, seconds: float) -> Iterator[None]:
        """Within the block, wait so long for a line of a reply instead of the timeout."""
        usual = self.wire.timeout
        try:
            self._set_timeout(seconds)
            yield
        finally:
            self._set_timeout(usual)

    def getreply(self) -> tuple[int, bytes]:
        """Read a reply (RFC 5321 §4.2).

        :return: status and the text of its lines
        :raises MailServerError: ProtocolViolation, ConnectionLost, ConnectionTimedOut
        """
        texts = []
        while len(texts) < REPLY_LINES:
            line = self.wire.read_line()
            texts.append(line[4:].strip())
            if not line[:3].isdigit() or line[3:4] not in (b"", b" ", b"-"):
                break
            if line[3:4] != b"-":
                return int(line[:3]), b"\n".join(texts)
        self.close()
        raise ProtocolViolation(self.wire.host, self.wire.port, server_words(line))

    def close(self) -> None:
        """Close the connection without a word."""
        self.wire.close()

    def check(self, status: int, text: bytes) -> None:
        """Raise CommandRefused unless the status is one of success."""
        if not 200 <= status < 400:
            raise self.refusal(status, text)

    def refusal(self, status: int, text: bytes) -> CommandRefused:
        """Return the exception for a reply."""
        return self._error(CommandRefused, status, text, code=str(status))

    def hello(self) -> None:
        """Say EHLO, or HELO to a server that does not know it.

        :raises CommandRefused: the server wants neither
        """
        if not 200 <= self.ehlo()[0] < 300:
            self.check(*self.helo())

    def authenticate(self, login: str, password: str) -> None:
        """Log in (RFC 4954). Unlike smtplib's own `login` with any characters in the password.

        :raises LoginRejected: wrong login or password
        :raises CommandRefused: the server cannot say just now (4xx)
        :raises AuthenticationMissing: no mechanism in common
        """
        if not fit_to_be_sent(login + password):
            raise LoginRejected(self.wire.host, self.wire.port, "line break in login or password")
        offered = self.esmtp_features.get("auth", "").upper().split()
        answers: dict[str, list[Callable[[bytes], bytes]]] = {
            "PLAIN": [lambda _challenge: f"\0{login}\0{password}".encode()],
            "LOGIN": [lambda _challenge: login.encode(), lambda _challenge: password.encode()],
            "CRAM-MD5": [lambda challenge: _cram_md5(login, password, challenge)],
        }
        known = [mechanism for mechanism in answers if mechanism in offered]
        if not known:
            raise AuthenticationMissing(self.wire.host, self.wire.port, " ".join(offered))
        for mechanism in known:
            status, text = self._converse(mechanism, answers[mechanism])
            if 200 <= status < 300:
                return
            if (
                status == 535
            ):  # the password is wrong; asking in another way counts as another attempt
                break
        if 400 <= status < 500:
            self.check(status, text)
        raise self._error(LoginRejected, status, text)

    def _converse(
        self, mechanism: str, answers: list[Callable[[bytes], bytes]]
    ) -> tuple[int, bytes]:
        status, text = self.docmd("AUTH", mechanism)
        for answer in answers:
            if status != 334:
                break
            try:
                challenge = base64.b64decode(text)
            except ValueError:  # PLAIN and LOGIN do not depend on it
                challenge = text
            status, text = self.docmd(base64.b64encode(answer(challenge)).decode("ascii"))
        return status, text

    def _error(
        self, kind: type[MailServerError], status: int, text: bytes, **more
    ) -> MailServerError:
        return kind(self.wire.host, self.wire.port, reply_words(status, text), **more)

    def _set_timeout(self, seconds: float) -> None:
        self.wire.timeout = seconds
        if not self.wire.closed:
            self.sock.settimeout(seconds)


def reply_words(status: int, text: bytes) -> str:
    """Return a reply as printable text of bearable length."""
    return server_words(b"%d %s" % (status, text))


@contextlib.contextmanager
def closing_on_error(dialogue: SmtpDialogue) -> Iterator[None]:
    """Close the connection when the block raises."""
    try:
        yield
    except BaseException:
        dialogue.close()
        raise


def _cram_md5(login: str, password: str, challenge: bytes) -> bytes:
    """RFC 2195."""
    return f"{login} {hmac.new(password.encode(), challenge, 'md5').hexdigest()}".encode()
