"""SMTP: send letters over one connection, and see whether a server takes our mail (RFC 5321)."""

import contextlib
from collections.abc import Sequence
from typing import Self

from .delivery import Delivery, LetterTooLarge, sender_address, sort_out
from .network import CommandRefused, ConnectionLost, MailServerError
from .smtp_dialogue import SmtpDialogue, closing_on_error, connect
from .smtp_transaction import Transaction, wire_form

# For the farewell, on which nothing depends.
QUIT_SECONDS = 5.0


def check_connection(
    host: str,
    port: int,
    encryption: str,
    login: str,
    password: str,
    *,
    timeout: float,
    fingerprint: str | None = None,
) -> None:
    """Connect, encrypt and log in as for sending, and send nothing.

    :param encryption: "none", "starttls" or "ssl"
    :param login: empty for a server that wants none
    :param timeout: seconds; for connecting, and for each line of a reply
    :param fingerprint: sha256 (hex) of the only certificate to accept; None asks the system's
        authorities
    :raises MailServerError: HostNotFound, ConnectionRefused, ConnectionTimedOut, ConnectionLost,
        CertificateUntrusted, StartTlsMissing, AuthenticationMissing, LoginRejected, CommandRefused
        (greeting, EHLO, or a login that is put off) or ProtocolViolation
    """
    dialogue = connect(host, port, encryption, timeout=timeout, fingerprint=fingerprint)
    with contextlib.closing(dialogue):
        if login:
            dialogue.authenticate(login, password)
        with contextlib.suppress(
            MailServerError
        ):  # all that was asked for has worked; this is politeness
            dialogue.docmd("QUIT")


class SmtpClient:
    """Sends letters to a server; a context manager, one connection for many letters.

    What the server closes between two letters is opened again.

    :param encryption: "none", "starttls" or "ssl"
    :param login: empty for a server that wants none
    :param timeout: seconds; for connecting, for each line of a reply, and for each CHUNK_BYTES sent
    :param fingerprint: sha256 (hex) of the only certificate to accept; None asks the system's
        authorities
    """

    # For the reply to a letter, which servers look through before they take it. RFC 5321
    # §4.5.3.2.6 asks for ten minutes.
    FINAL_REPLY_SECONDS = 120.0

    def __init__(
        self,
        host: str,
        port: int,
        encryption: str,
        login: str,
        password: str,
        *,
        timeout: float,
        fingerprint: str | None = None,
    ):
        self.host = host
        self.port = port
        self._encryption = encryption
        self._login = login
        self._password = password
        self._timeout = timeout
        self._fingerprint = fingerprint
        self._dialogue: SmtpDialogue | None = None
        self._is_used = False

    def __enter__(self) -> Self:
        """Connect, encrypt and log in.

        :raises MailServerError: as `check_connection`
        """
        self._connect()
        return self

    def __exit__(self, *_error) -> None:
        """Say QUIT, if there still is somebody to say it to, and close."""
        dialogue = self._dialogue
        if dialogue is None or dialogue.wire.closed:
            return
        with contextlib.closing(dialogue), contextlib.suppress(MailServerError):
            with dialogue.waiting(min(self._timeout, QUIT_SECONDS)):
                dialogue.docmd("QUIT")

    def send(self, sender: str, recipients: Sequence[str], raw: bytes) -> Delivery:
        """Send one letter.

        :param sender: address; "" for a letter that must not be answered by a report (RFC 5321
            §4.5.5)
        :param recipients: addresses; what no address may have in it is refused here
        :param raw: the letter with any line ends
        :return: who gets it; that nobody does is no error
        :raises SenderUnfit: what no address may have in it is in the sender's
        :raises DeliveryUncertain: the server has the letter and does not say whether it keeps it
        :raises LetterTooLarge: nothing was sent
        :raises CommandRefused: the server does not want letters from this sender, or now
        :raises MailServerError: also as `check_connection`, where the connection was opened again;
            it was certainly not delivered
        """
        reverse_path = sender_address(sender)
        addresses, unfit = sort_out(recipients)
        if not addresses:
            return Delivery((), tuple(unfit))
        data = wire_form(raw)
        try:
            transaction = self._begin(reverse_path, addresses, data)
            delivery = transaction.finish(max(self._timeout, self.FINAL_REPLY_SECONDS))
        except (CommandRefused, LetterTooLarge):
            raise  # between two letters: the session can go on
        except BaseException:
            # In the middle of a letter: without its final dot it is none (RFC 5321 §4.1.1.4).
            if self._dialogue is not None:
                self._dialogue.close()
            raise
        return Delivery(delivery.accepted, (*unfit, *delivery.refused))

    def _begin(self, sender: str, addresses: dict[str, str], data: bytes) -> Transaction:
        """Begin a letter; over a new connection where the server has closed this one meanwhile."""
        if self._dialogue is None or self._dialogue.wire.closed:
            self._connect()
        was_used, self._is_used = self._is_used, True
        try:
            transaction = Transaction(self._dialogue, sender, addresses, data)
            transaction.begin()
        except (ConnectionLost, CommandRefused) as error:
            is_over = isinstance(error, ConnectionLost) or error.code == "421"
            if not was_used or not is_over:
                raise
            self._connect()
            return self._begin(sender, addresses, data)
        return transaction

    def _connect(self) -> None:
        self._is_used = False
        dialogue = connect(
            self.host,
            self.port,
            self._encryption,
            timeout=self._timeout,
            fingerprint=self._fingerprint,
        )
        with closing_on_error(dialogue):
            if self._login:
                dialogue.authenticate(self._login, self._password)
        self._dialogue = dialogue
