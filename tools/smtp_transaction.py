"""One letter over an SMTP session: the envelope, the data and what the server says to them
(RFC 5321 §3.3), pipelined where the server allows it (RFC 2920).
"""

from collections.abc import Mapping

from .delivery import Delivery, DeliveryUncertain, LetterTooLarge, Refusal, SenderNotAscii
from .network import MailServerError, ProtocolViolation
from .smtp_dialogue import SmtpDialogue, reply_words

# Commands in flight at most: so few that neither they nor their replies fill a socket buffer, which
# would have both sides wait to send (RFC 2920 §3.1).
WINDOW = 100
NO_SMTPUTF8 = "SMTPUTF8 is not offered"


def wire_form(raw: bytes) -> bytes:
    """Return a letter with CRLF at the end of each line, also the last (RFC 5321 §2.3.8); the same
    object if it is so already.
    """
    crlf = raw.count(b"\r\n")
    if raw.count(b"\n") != crlf or raw.count(b"\r") != crlf:
        raw = raw.replace(b"\r\n", b"\n").replace(b"\r", b"\n").replace(b"\n", b"\r\n")
    return raw if not raw or raw.endswith(b"\r\n") else raw + b"\r\n"


class Transaction:
    """One letter; nothing is sent before `begin`.

    :param sender: address in the envelope, or "" for none (RFC 5321 §4.5.5)
    :param recipients: recipient -> address in the envelope
    :param data: the letter as `wire_form` returns it
    :raises LetterTooLarge: the server has said that it takes no such letter
    :raises CommandRefused: the sender's address needs SMTPUTF8 and the server does not have it
        (without a code)
    """

    def __init__(
        self, dialogue: SmtpDialogue, sender: str, recipients: Mapping[str, str], data: bytes
    ):
        self._dialogue = dialogue
        self._data = data
        self._refused: list[Refusal] = []
        self._recipients = dict(recipients)
        self._check_size()
        if not dialogue.has_extn("smtputf8"):
            self._drop_utf8(sender)
        self._commands = [
            self._mail_command(sender),
            *(f"RCPT TO:<{address}>\r\n".encode() for address in self._recipients.values()),
            b"DATA\r\n",
        ]
        self._window = WINDOW if dialogue.has_extn("pipelining") else 1
        self._sent = self._answered = 0

    def begin(self) -> None:
        """Name the sender.

        :raises CommandRefused: the server does not want it; the session can go on, or is closed
        :raises MailServerError: ConnectionLost, ConnectionTimedOut, ProtocolViolation
        """
        if not self._recipients:
            return
        status, text = self._reply()
        if not 200 <= status < 300:
            self._abandon()
            raise self._dialogue.refusal(status, text)

    def finish(self, final_seconds: float) -> Delivery:
        """Name the recipients and hand the letter over. After `begin`.

        :param final_seconds: how long to wait for the reply to the letter
        :raises DeliveryUncertain: the letter is with the server, and it does not say whether it
            keeps it
        :raises MailServerError: ConnectionLost, ConnectionTimedOut, ProtocolViolation: it was
            certainly not delivered
        """
        accepted = []
        for email in self._recipients:
            status, text = self._reply()
            if status == 421:
                return self._all_refused(status, text)
            if 200 <= status < 300:
                accepted.append(email)
            else:
                self._refused.append(_refusal(email, status, text))
        if not accepted:
            self._abandon()
            return Delivery((), tuple(self._refused))
        status, text = self._reply()
        if status == 354:
            status, text = self._hand_over(final_seconds)
            if status < 300:
                return Delivery(tuple(accepted), tuple(self._refused))
        else:
            self._abandon()
        return self._all_refused(status, text)

    def _check_size(self) -> None:
        """RFC 1870: 0, or no number at all, is no limit."""
        words = self._dialogue.esmtp_features.get("size", "").split()
        is_number = bool(words) and words[0].isdecimal() and len(words[0]) <= 20  # RFC 1870 §4
        limit = int(words[0]) if is_number else 0
        if 0 < limit < len(self._data):
            wire = self._dialogue.wire
            raise LetterTooLarge(wire.host, wire.port, size=len(self._data), limit=limit)

    def _drop_utf8(self, sender: str) -> None:
        if not sender.isascii():
            raise SenderNotAscii(self._dialogue.wire.host, self._dialogue.wire.port)
        for email, address in list(self._recipients.items()):
            if not address.isascii():
                del self._recipients[email]
                self._refused.append(Refusal(email, NO_SMTPUTF8, False, "no_smtputf8"))

    def _mail_command(self, sender: str) -> bytes:
        offers = self._dialogue.has_extn
        words = [f"MAIL FROM:<{sender}>"]
        if offers("size"):
            words.append(f"SIZE={len(self._data)}")
        # A server without 8BITMIME gets the same eight bits: all let them through in fact.
        if offers("8bitmime") and not self._data.isascii():
            words.append("BODY=8BITMIME")
        addresses = (sender, *self._recipients.values())
        if offers("smtputf8") and (
            not all(map(str.isascii, addresses)) or _has_utf8_header(self._data)
        ):
            words.append("SMTPUTF8")
        return " ".join(words).encode() + b"\r\n"

    def _reply(self) -> tuple[int, bytes]:
        """Return the reply to the next command; give commands as far as that is still to be done.

        421 announces that the server closes the connection (RFC 5321 §3.8), so we do.

        :raises ProtocolViolation: no reply to this command: server and client are out of step
        """
        dialogue = self._dialogue
        if self._answered == self._sent:
            group = self._commands[self._sent : self._sent + self._window]
            dialogue.send(b"".join(group))
            self._sent += len(group)
        self._answered += 1
        status, text = dialogue.getreply()
        is_data = self._answered == len(self._commands)
        is_success = status == 354 if is_data else 200 <= status < 300
        if not is_success and not 400 <= status < 600:
            dialogue.close()
            raise ProtocolViolation(
                dialogue.wire.host, dialogue.wire.port, reply_words(status, text)
            )
        if status == 421:
            dialogue.close()
        return status, text

    def _hand_over(self, final_seconds: float) -> tuple[int, bytes]:
        """Send the data; return the server's verdict, which is 2xx, 4xx or 5xx."""
        dialogue, data = self._dialogue, self._data
        if b"\r\n." in data:  # RFC 5321 §4.5.2
            data = data.replace(b"\r\n.", b"\r\n..")
        if data.startswith(b"."):
            data = b"." + data
        dialogue.send_slowly(data)
        # Only with this dot, in a packet of its own, does the server have a letter.
        try:
            with dialogue.waiting(final_seconds):
                dialogue.send(b".\r\n")
                status, text = dialogue.getreply()
        except MailServerError as error:
            words = error.detail or type(error).__name__
            raise DeliveryUncertain(error.host, error.port, words) from error
        if not 200 <= status < 300 and not 400 <= status < 600:
            raise DeliveryUncertain(
                dialogue.wire.host, dialogue.wire.port, reply_words(status, text)
            )
        if status == 421:
            dialogue.close()
        return status, text

    def _all_refused(self, status: int, text: bytes) -> Delivery:
        """The recipients that were not refused by themselves share the refusal of the letter."""
        named = {refusal.email for refusal in self._refused}
        others = [_refusal(email, status, text) for email in self._recipients if email not in named]
        return Delivery((), (*self._refused, *others))

    def _abandon(self) -> None:
        """Bring the session to where another letter can begin, or close it."""
        dialogue = self._dialogue
        if not self._sent:
            return
        try:
            status = 0
            while self._answered < self._sent and not dialogue.wire.closed:
                status, _text = self._reply()
                if 200 <= status < 300:  # a recipient, of a letter that is not to be sent
                    dialogue.close()
            if dialogue.wire.closed:
                return
            if status == 354:
                # The server waits for data, although it has no recipient for them (RFC 2920 §3.1).
                dialogue.send(b".\r\n")
                dialogue.getreply()
            if not 200 <= dialogue.docmd("RSET")[0] < 300:
                dialogue.close()
        except MailServerError:
            dialogue.close()


def _refusal(email: str, status: int, text: bytes) -> Refusal:
    return Refusal(email, reply_words(status, text), 400 <= status < 500)


def _has_utf8_header(data: bytes) -> bool:
    """Whether the header has letters beyond ASCII as RFC 6532 wants them, other than the bytes of
    some charset, which SMTPUTF8 would be a lie about.
    """
    end = data.find(b"\r\n\r\n")
    header = data if end < 0 else data[:end]
    if header.isascii():
        return False
    try:
        header.decode()
    except UnicodeDecodeError:
        return False
    return True
