"""What the errors of ``tools.network`` mean to a user, and what to do about them."""

from odoo.tools.translate import LazyTranslate

from ..tools import delivery, network

_lt = LazyTranslate(__name__)

# The first kind that fits counts, so special kinds stand before general ones.
SENTENCES = (
    (
        network.HostNotFound,
        _lt("No server has the name %(host)s. Check the name for typing errors."),
    ),
    (
        network.ConnectionRefused,
        _lt(
            "%(host)s refuses connections on port %(port)s. Check the port and the encryption, and"
            " whether a firewall is in between."
        ),
    ),
    (
        network.ConnectionTimedOut,
        _lt(
            "%(host)s does not answer on port %(port)s. Check server, port and encryption; if they"
            " are right, try again later."
        ),
    ),
    (
        network.CertificateUntrusted,
        _lt(
            "The certificate of %(host)s is not trusted, so nothing was sent to it: %(reason)s If"
            " you expect this certificate, open the card of the mail account, press Test connection"
            " and trust it there."
        ),
    ),
    (
        network.StartTlsMissing,
        _lt(
            "%(host)s offers no STARTTLS on port %(port)s, so the password was not sent. Choose"
            " SSL/TLS, or another port."
        ),
    ),
    (
        network.LoginRejected,
        _lt(
            "%(host)s does not accept login and password. Check both; many providers want a"
            " separate password for mail programs."
        ),
    ),
    (
        network.AuthenticationMissing,
        _lt(
            "%(host)s offers no way to log in with a password on port %(port)s. Choose another"
            " encryption or port; where no login is needed, leave it empty."
        ),
    ),
    (
        network.UidlMissing,
        _lt(
            "%(host)s can neither number its letters (UIDL) nor show their headers (TOP), so"
            " letters cannot be told apart and none was loaded."
        ),
    ),
    (
        network.MessageTooLarge,
        _lt(
            "%(host)s sent a letter that is far larger than the limit of this mail account. Raise"
            " the limit on its card, and press Retry on the failed letter."
        ),
    ),
    (
        network.MessageTooSlow,
        _lt(
            "%(host)s sends this letter too slowly to load all of it now. Try again later, or over"
            " a faster connection."
        ),
    ),
    (
        network.ConnectionLost,
        _lt(
            "%(host)s broke off the connection. What was loaded before is stored; the next check"
            " goes on from there."
        ),
    ),
    (
        network.TlsFailed,
        _lt(
            "Could not set up an encrypted connection to %(host)s on port %(port)s. Check port and"
            " encryption."
        ),
    ),
    (
        network.ProtocolViolation,
        _lt(
            "%(host)s does not answer like a mail server on port %(port)s. Check port and"
            " encryption."
        ),
    ),
    (network.CommandRefused, _lt("%(host)s refused the request.")),
)
SENTENCE_NOT_NOW = _lt(
    "The mailbox is in use by another program, or the server is busy. Try again in some minutes."
)
SENTENCE_FOR_THE_REST = _lt("The connection to %(host)s failed.")

# They go before the others where a letter is sent.
SENTENCES_OF_SENDING = (
    (
        delivery.LetterTooLarge,
        _lt(
            "The letter is too large: it has %(size)s, and %(host)s takes %(limit)s at most. Send"
            " smaller files, or a link to them."
        ),
    ),
    (
        delivery.SendmailMissing,
        _lt(
            "There is no program %(host)s on the server of Odoo. Whoever runs the server can"
            " install one, or name another in iris_email_sendmail of the configuration file."
        ),
    ),
    (
        delivery.SenderNotAscii,
        _lt(
            "%(host)s takes no address with letters other than ASCII before the “@”, and the"
            " address of this mailbox has some. Send the letter from another mailbox."
        ),
    ),
    (
        network.ConnectionLost,
        _lt("%(host)s broke off the connection before it had the whole letter."),
    ),
)
SENTENCE_LETTER_REFUSED = _lt("%(host)s does not take the letter.")
SENTENCE_LETTER_NOT_NOW = _lt("%(host)s does not take the letter just now.")

# Keys: the reasons of delivery.Refusal. What a server has said itself needs no sentence.
SENTENCES_OF_REFUSALS = {
    "unfit": _lt("No mail server takes such an address, so nothing was sent to it. Correct it."),
    "not_plain": _lt(
        "The sendmail program could read this address as something else, so nothing was sent to it."
        " Send it from a mailbox that sends by SMTP."
    ),
    "no_smtputf8": _lt(
        "The server takes no address with letters other than ASCII before the “@”, so nothing was"
        " sent to it."
    ),
    "too_many": _lt("There are too many recipients at a time: this one gets the letter later."),
    "not_started": _lt(
        "The server of Odoo cannot start the sendmail program just now (%(words)s)."
    ),
    "silent": _lt(
        "The sendmail program does not take the letter, and says nothing of why (%(words)s)."
    ),
}

# Keys: the reasons of network.CertificateUntrusted.
CERTIFICATE_REASONS = {
    "self_signed": _lt("It is signed by itself, by no known authority."),
    "unknown_issuer": _lt("It is signed by an unknown authority."),
    "expired": _lt("It has expired."),
    "not_yet_valid": _lt("It is not valid yet."),
    "wrong_host": _lt("It was issued for a server of another name."),
    "changed": _lt("It differs from the certificate that was trusted."),
}
CERTIFICATE_INVALID = _lt("It is not valid.")
