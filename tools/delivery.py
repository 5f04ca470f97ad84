"""What sending a letter has come to, whichever way it went: SMTP or a sendmail program."""

import socket
from collections.abc import Iterable
from dataclasses import dataclass

from .network import (
    CommandRefused,
    ConnectionLost,
    ConnectionRefused,
    ConnectionTimedOut,
    HostNotFound,
    MailServerError,
    envelope_address,
    server_words,
)


@dataclass(frozen=True, slots=True)
class Refusal:
    """A recipient to whom the letter does not go.

    :ivar email: as it was given
    :ivar words: of the server or the program, printable and bounded; with a reason they are for
        the log alone
    :ivar is_temporary: whether another try later can help (4xx, EX_TEMPFAIL)
    :ivar reason: why, where nobody has said it: "unfit" (no server can be told this address),
        "not_plain" (a sendmail program could read it as something else), "no_smtputf8", "too_many"
        (for one transaction), "not_started" or "silent" (the program); else empty
    """

    email: str
    words: str
    is_temporary: bool
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Delivery:
    """What became of a letter; each recipient is named once.

    :ivar accepted: those whose letter the server has taken over
    :ivar refused: the others
    """

    accepted: tuple[str, ...]
    refused: tuple[Refusal, ...]


class DeliveryUncertain(MailServerError):
    """The letter was handed over whole, and no answer came: it may have been delivered."""


class LetterTooLarge(MailServerError):
    """The letter is larger than the server takes (RFC 1870); nothing was sent of it.

    :ivar size: of the letter in bytes, as the server counts them
    :ivar limit: of the server in bytes
    """

    def __init__(
        self, host: str = "", port: int = 0, detail: str = "", *, size: int = 0, limit: int = 0
    ):
        super().__init__(host, port, detail)
        self.size = size
        self.limit = limit


class SenderUnfit(ValueError):
    """The address of the sender is none that a server, or a program, can be told."""


class SenderNotAscii(CommandRefused):
    """The address of the sender needs SMTPUTF8, which the server does not have (RFC 6531)."""


class SendmailMissing(MailServerError):
    """The sendmail program is not there or cannot be executed.

    :ivar host: path of the program
    """

    def __str__(self) -> str:
        return f"SendmailMissing {self.host}" + (f": {self.detail}" if self.detail else "")


def is_temporary(error: MailServerError) -> bool:
    """Return whether trying again later can help without anybody changing anything.

    Never so for `DeliveryUncertain`: the letter may have arrived already.
    """
    if isinstance(error, CommandRefused):
        return error.code.startswith("4")  # RFC 5321 §4.2.1
    if isinstance(error, HostNotFound):
        # a resolver that is out of order, other than one that says there is no such name
        cause = error.__cause__
        return isinstance(cause, socket.gaierror) and cause.errno in (
            socket.EAI_AGAIN,
            socket.EAI_FAIL,
        )
    return isinstance(error, (ConnectionRefused, ConnectionTimedOut, ConnectionLost))


def sender_address(email: str) -> str:
    """Return the address of a sender for the envelope; "" stays so (RFC 5321 §4.5.5).

    :raises SenderUnfit: see `network.envelope_address`
    """
    try:
        return envelope_address(email) if email else ""
    except ValueError as error:
        raise SenderUnfit(str(error)) from error


def sort_out(recipients: Iterable[str]) -> tuple[dict[str, str], list[Refusal]]:
    """Tell recipients that can be named to a server from those that must not be.

    :return: recipient -> its address in the envelope, in the order given, and the refusals of the
        others
    """
    addresses, refused = {}, []
    for email in dict.fromkeys(recipients):
        try:
            addresses[email] = envelope_address(email)
        except ValueError as error:
            refused.append(Refusal(email, server_words(str(error).encode()), False, "unfit"))
    return addresses, refused
