"""Connections to mail servers: typed errors, name lookup, TLS and pinned certificates.

Shared by the POP3 and the SMTP client. Errors carry data, never sentences for users: the models
turn them into translated text.
"""

import contextlib
import hashlib
import socket
import ssl
import time
from collections.abc import Callable

import idna


class MailServerError(Exception):
    """Something went wrong between us and a mail server.

    :ivar host: host name as it was asked for
    :ivar port: TCP port
    :ivar detail: the server's or the system's own words, in whatever language they are; may be
        empty
    :ivar number: number of the letter that was being worked on, or None
    """

    def __init__(
        self, host: str = "", port: int = 0, detail: str = "", *, number: int | None = None
    ):
        super().__init__(host, port, detail)
        self.host = host
        self.port = port
        self.detail = detail
        self.number = number

    def __str__(self) -> str:
        words = [type(self).__name__, f"{self.host}:{self.port}"]
        if self.number is not None:
            words.append(f"letter {self.number}")
        return " ".join(words) + (f": {self.detail}" if self.detail else "")


class HostNotFound(MailServerError):
    """The name has no address, or is no name."""


class ConnectionRefused(MailServerError):
    """Nothing listens there, or there is no way to get there."""


class ConnectionTimedOut(MailServerError):
    """The server did not answer in time, or dribbles its answer."""


class ConnectionLost(MailServerError):
    """The connection ended in the middle of the dialogue."""


class StartTlsMissing(MailServerError):
    """Encryption by STARTTLS was asked for and the server does not have it."""


class LoginRejected(MailServerError):
    """The server does not accept this login with this password."""


class AuthenticationMissing(MailServerError):
    """A login was given, and the server offers no way of logging in that we know (detail: what it
    offers).
    """


class ProtocolViolation(MailServerError):
    """The server talks, but not the protocol that it should."""


class TlsFailed(ProtocolViolation):
    """No TLS session came about: no TLS on this port, too old a version, no common cipher."""


class CertificateUntrusted(MailServerError):
    """The server's certificate is not to be trusted.

    :ivar fingerprint: sha256 of the certificate (DER) in hex, empty if it could not be had
    :ivar reason: "self_signed", "unknown_issuer", "expired", "not_yet_valid", "wrong_host",
        "changed" (another certificate than the pinned one) or "invalid"
    """

    def __init__(
        self,
        host: str = "",
        port: int = 0,
        detail: str = "",
        *,
        fingerprint: str = "",
        reason: str = "",
    ):
        super().__init__(host, port, detail)
        self.fingerprint = fingerprint
        self.reason = reason


# Response codes that say "not now" rather than "wrong password" (RFC 2449 §8.1, RFC 3206)
_NOT_NOW = ("IN-USE", "LOGIN-DELAY", "SYS/")


class CommandRefused(MailServerError):
    """The server said no to a command.

    :ivar code: POP3 response code without brackets ("IN-USE", RFC 2449 §8) or SMTP status
        ("550"); may be empty
    """

    def __init__(
        self,
        host: str = "",
        port: int = 0,
        detail: str = "",
        *,
        number: int | None = None,
        code: str = "",
    ):
        super().__init__(host, port, detail, number=number)
        self.code = code

    @property
    def is_temporary(self) -> bool:
        """Whether a POP3 server said "not now" rather than no."""
        return self.code.startswith(_NOT_NOW)


class UidlMissing(MailServerError):
    """The POP3 server can neither name letters (UIDL) nor show their headers (TOP): no letter can
    be recognised.
    """


class MessageTooLarge(MailServerError):
    """A reply is longer than was allowed; the connection was closed."""


class MessageTooSlow(MailServerError):
    """A letter took longer than was allowed; the connection was closed."""


# OpenSSL's X509_V_ERR_* numbers, from x509_vfy.h
_VERIFY_REASONS = {
    9: "not_yet_valid",
    10: "expired",
    18: "self_signed",
    19: "self_signed",
    20: "unknown_issuer",
    21: "unknown_issuer",
    62: "wrong_host",
    64: "wrong_host",
}

# Who has not answered by then is not there: what is lost is sent again after 1, 3 and 7 seconds.
CONNECT_SECONDS = 10.0

# With its command and parameters it fits a line (RFC 5321 §4.5.3.1.4, RFC 6531 §3.4).
ADDRESS_BYTES = 450


def ascii_host(host: str) -> str:
    """Return a host name as DNS wants it: ASCII, lower case, without a final dot (IDNA 2008, RFC
    5891).

    :raises HostNotFound: when it can be no host name
    """
    name = host.strip().rstrip(".")
    try:
        ascii_name = name if name.isascii() else idna.encode(name, uts46=True).decode("ascii")
    except idna.IDNAError as error:
        raise HostNotFound(host, 0, str(error)) from error
    if not ascii_name or len(ascii_name) > 253 or not ascii_name.isprintable() or " " in ascii_name:
        raise HostNotFound(host)
    return ascii_name.lower()


def envelope_address(email: str) -> str:
    """Return an address as mail servers are told it: the domain in ASCII (RFC 5891), the local part
    as it is, which beyond ASCII takes SMTPUTF8 (RFC 6531).

    :raises ValueError: when it could end its command early or add to it (blanks, control
        characters, angle brackets), is too long for one, empty, or its domain can be none
    """
    if not email.isprintable() or any(sign in email for sign in " <>"):
        raise ValueError("sign that no address may have")
    local, at, domain = email.rpartition("@")
    if not domain.isascii():
        try:
            domain = ascii_host(domain)
        except HostNotFound as error:
            raise ValueError(f"no domain: {error.detail}") from error
    address = local + at + domain
    if not 0 < len(address.encode()) <= ADDRESS_BYTES:
        raise ValueError("empty or too long")
    return address


def fit_to_be_sent(text: str) -> bool:
    """Whether a login or password is UTF-8 and has no line break that would begin a command."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return not any(sign in text for sign in "\r\n\0")


def server_words(line: bytes) -> str:
    """Return what a server said as printable text of bearable length."""
    text = line[:500].decode(errors="replace")
    return "".join(sign if sign.isprintable() else " " for sign in text).strip()


def open_connection(
    host: str, port: int, encryption_is_ssl: bool, timeout: float, fingerprint: str | None = None
) -> socket.socket:
    """Connect to a server, at once under TLS if so asked.

    :param encryption_is_ssl: do the TLS handshake right after connecting (RFC 8314 "implicit TLS")
    :param timeout: seconds for connecting (CONNECT_SECONDS at most, after the name look-up, which
        has the resolver's own limits), for the handshake, and for each later read and write of the
        socket
    :param fingerprint: sha256 of the only certificate to accept, in hex; None or "" asks the
        system's authorities
    :return: a connected socket with its timeout set
    :raises MailServerError: HostNotFound, ConnectionRefused, ConnectionTimedOut, ConnectionLost,
        CertificateUntrusted or TlsFailed
    :raises ValueError: when the port is none
    """
    if not encryption_is_ssl:
        return _connect(host, port, timeout)
    return secure(lambda: _connect(host, port, timeout), host, port, fingerprint)


def secure(
    connect: Callable[[], socket.socket], host: str, port: int, fingerprint: str | None = None
) -> ssl.SSLSocket:
    """Put TLS on a connection.

    :param connect: opens a connection and brings it to the point where the handshake begins. Called
        a second time when the certificate is refused, since Python does not show a refused
        certificate and the user must see its fingerprint to decide on it.
    :return: the socket under TLS (1.2 or newer, RFC 8996), its certificate verified for the host or
        pinned
    :raises MailServerError: what `connect` raises, CertificateUntrusted, TlsFailed,
        ConnectionTimedOut, ConnectionLost
    """
    try:
        secured = _handshake(connect(), _tls_context(verify=not fingerprint), host, port)
    except ssl.SSLCertVerificationError as error:
        raise CertificateUntrusted(
            host,
            port,
            error.verify_message,
            fingerprint=_probe_fingerprint(connect, host, port),
            reason=_VERIFY_REASONS.get(error.verify_code, "invalid"),
        ) from error
    if fingerprint and (actual := certificate_fingerprint(secured)) != _normal_fingerprint(
        fingerprint
    ):
        secured.close()
        raise CertificateUntrusted(host, port, fingerprint=actual, reason="changed")
    return secured


def certificate_fingerprint(sock: ssl.SSLSocket) -> str:
    """Return the sha256 of the peer's certificate (DER) in lower-case hex."""
    return hashlib.sha256(sock.getpeercert(binary_form=True) or b"").hexdigest()


def _normal_fingerprint(fingerprint: str) -> str:
    return fingerprint.replace(":", "").strip().lower()


def _tls_context(verify: bool) -> ssl.SSLContext:
    """The one place that configures TLS. Authorities: the system's, or OpenSSL's SSL_CERT_FILE."""
    context = ssl.create_default_context()
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    if not verify:  # a pinned certificate is compared after the handshake
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context


def _handshake(sock: socket.socket, context: ssl.SSLContext, host: str, port: int) -> ssl.SSLSocket:
    try:
        return context.wrap_socket(sock, server_hostname=ascii_host(host))
    except ssl.SSLCertVerificationError:
        sock.close()
        raise
    except (TimeoutError, ssl.SSLEOFError, ssl.SSLZeroReturnError) as error:
        sock.close()
        kind = ConnectionTimedOut if isinstance(error, TimeoutError) else ConnectionLost
        raise kind(host, port, _words(error)) from error
    except ssl.SSLError as error:
        sock.close()
        raise TlsFailed(host, port, error.reason or str(error)) from error
    except OSError as error:
        sock.close()
        raise ConnectionLost(host, port, _words(error)) from error


def _probe_fingerprint(connect: Callable[[], socket.socket], host: str, port: int) -> str:
    try:
        with _handshake(connect(), _tls_context(verify=False), host, port) as sock:
            return certificate_fingerprint(sock)
    except MailServerError:
        return ""  # the refusal itself is what gets reported; it can do without the fingerprint


def _connect(host: str, port: int, timeout: float) -> socket.socket:
    """Try each address of the host; CONNECT_SECONDS, or less, are for all of them together."""
    if not 0 < port < 65536:
        raise ValueError(f"not a TCP port: {port}")
    try:
        addresses = socket.getaddrinfo(ascii_host(host), port, type=socket.SOCK_STREAM)
    except HostNotFound as error:
        raise HostNotFound(host, port, error.detail) from error
    except (OSError, UnicodeError) as error:
        raise HostNotFound(host, port, _words(error)) from error
    deadline = time.monotonic() + min(timeout, CONNECT_SECONDS)
    failure: OSError = OSError("no address")
    for index, (family, kind, protocol, _name, address) in enumerate(addresses):
        remaining = deadline - time.monotonic()
        if remaining <= 0:
            failure = TimeoutError("timed out")
            break
        sock = socket.socket(family, kind, protocol)
        try:
            # a dead address must leave time for those after it
            sock.settimeout(remaining / (len(addresses) - index))
            sock.connect(address)
        except OSError as error:
            sock.close()
            failure = error
            continue
        sock.settimeout(timeout)
        with contextlib.suppress(OSError):  # a matter of speed only
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return sock
    refusal = ConnectionTimedOut if isinstance(failure, TimeoutError) else ConnectionRefused
    raise refusal(host, port, _words(failure)) from failure


def _words(error: Exception) -> str:
    return (error.strerror if isinstance(error, OSError) else "") or str(error)
