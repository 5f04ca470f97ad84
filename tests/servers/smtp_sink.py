"""An SMTP server that keeps what it is sent; with or without TLS, with or without logins."""

from dataclasses import dataclass
from typing import Self

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP as Protocol
from aiosmtpd.smtp import AuthResult, Envelope, LoginPassword, Session

from .certificates import Certificate
from .loopback import HOST, free_ports


@dataclass(frozen=True)
class Delivery:
    """What a client has sent.

    :ivar login: who was logged in, or None
    """

    sender: str
    recipients: tuple[str, ...]
    content: bytes
    login: str | None


class SmtpSink:
    """The server; a context manager.

    :param encryption: "none", "starttls" or "ssl"
    :param certificate: needed unless the encryption is "none"
    :param users: login -> password; None for a server without AUTH
    :param refuse: recipient -> reply, such as "550 no such mailbox"; "MAIL" and "DATA" stand for
        senders and for letters
    :param pipelining: whether the server says that it can do it
    :param smtputf8: whether it offers that
    :param size: the largest letter, in bytes; 0 for any
    :ivar deliveries: what has come, in order
    :ivar mails: parameters of each MAIL, as they were given
    """

    host = HOST

    def __init__(
        self,
        encryption: str = "none",
        *,
        certificate: Certificate | None = None,
        users: dict[str, str] | None = None,
        refuse: dict[str, str] | None = None,
        pipelining: bool = False,
        smtputf8: bool = True,
        size: int = 32 * 1024 * 1024,
    ):
        self.deliveries: list[Delivery] = []
        self.users = users
        self.refuse = refuse or {}
        self.pipelining = pipelining
        self.mails: list[str] = []
        context = certificate.server_context() if certificate else None
        options: dict = {"auth_require_tls": False, "auth_required": users is not None}
        if users is None:
            options["auth_exclude_mechanism"] = ["LOGIN", "PLAIN"]
        else:
            options["authenticator"] = self._authenticate
        if encryption == "starttls":
            options |= {"tls_context": context, "require_starttls": True}
        (self.port,) = free_ports(1)
        self._controller = Controller(
            self,
            hostname=HOST,
            port=self.port,
            ssl_context=context if encryption == "ssl" else None,
            enable_SMTPUTF8=smtputf8,
            data_size_limit=size,
            **options,
        )

    def __enter__(self) -> Self:
        self._controller.start()
        return self

    def __exit__(self, *_error) -> None:
        self._controller.stop()

    def _authenticate(self, _server, _session, _envelope, _mechanism, data) -> AuthResult:
        if not isinstance(data, LoginPassword) or self.users is None:
            return AuthResult(success=False, handled=False)
        login, password = data.login.decode(), data.password.decode()
        right = self.users.get(login) == password
        return AuthResult(success=right, handled=False, auth_data=login)

    # ---- handlers of aiosmtpd ----

    async def handle_EHLO(
        self,
        _server: Protocol,
        session: Session,
        _envelope: Envelope,
        hostname: str,
        responses: list[str],
    ) -> list[str]:
        session.host_name = hostname
        return [responses[0], *["250-PIPELINING"] * self.pipelining, *responses[1:]]

    async def handle_MAIL(
        self, _server: Protocol, _session: Session, envelope: Envelope, address: str, options
    ) -> str:
        self.mails.append(" ".join(options))
        if "MAIL" in self.refuse:
            return self.refuse["MAIL"]
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 OK"

    async def handle_RCPT(
        self, _server: Protocol, _session: Session, envelope: Envelope, address: str, _options
    ) -> str:
        if address in self.refuse:
            return self.refuse[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: Protocol, session: Session, envelope: Envelope) -> str:
        if "DATA" in self.refuse:
            return self.refuse["DATA"]
        login = session.auth_data if session.authenticated else None
        self.deliveries.append(
            Delivery(envelope.mail_from, tuple(envelope.rcpt_tos), envelope.content, login)
        )
        return "250 kept"
