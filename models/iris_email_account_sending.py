import re
from contextlib import contextmanager

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import config

from ..tools import delivery, network, sendmail, smtp
from .file_size import format_file_size
from .iris_email_account_connection import TEST_TIMEOUT, TIMEOUT
from .mail_server_sentences import (
    SENTENCE_LETTER_NOT_NOW,
    SENTENCE_LETTER_REFUSED,
    SENTENCES_OF_REFUSALS,
    SENTENCES_OF_SENDING,
)

# Where Debian and most others have it. Another one stands in the configuration file, never in the
# database: whoever may write there could run any program of the server.
USUAL_SENDMAIL = "/usr/sbin/sendmail"

LONGEST_NAME = 100
# A name that looks like an address deceives people and programs.
_NOT_IN_NAME = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029@<>\"\\]")


class IrisEmailAccount(models.Model):
    """How a mail account sends: by SMTP, or by the sendmail program of the server (guide A5).

    Odoo's own outgoing mail servers have no part in it: they send none of these letters, and none
    of Odoo's messages goes out through these accounts.
    """

    _inherit = "iris.email.account"

    outgoing_transport = fields.Selection(
        [("smtp", "SMTP"), ("sendmail", "Sendmail")],
        "Send by",
        required=True,
        default="smtp",
        groups="iris_email.group_manager",
        help="Sendmail is a program on the server of Odoo that knows by itself how to send.",
    )
    sender_name = fields.Char(
        "Name of the sender",
        groups="iris_email.group_manager",
        help="Stands before the address in From. Empty: the name of whoever sends the letter.",
    )
    last_send_error = fields.Text(
        "Last error in sending", readonly=True, copy=False, groups="iris_email.group_manager"
    )

    # -------------------------------------------------------------------------
    # Connections
    # -------------------------------------------------------------------------

    @contextmanager
    def _connect_outgoing(self, timeout=TIMEOUT):
        """Get ready to send: the one place where this addon meets a server that takes letters.

        :param float timeout: seconds to wait for the server
        :return: context manager of a ``tools.smtp.SmtpClient`` or ``tools.sendmail.SendmailClient``
        :raises UserError: something is missing in the settings of the account
        :raises network.MailServerError: whatever the server or the network did
        """
        self.ensure_one()
        with self._get_outgoing_client(timeout) as client:
            yield client

    def _get_outgoing_client(self, timeout):
        account = self.sudo()
        if account.outgoing_transport == "sendmail":
            return sendmail.SendmailClient(self._get_sendmail_program(), timeout=timeout)
        account._check_outgoing_host()
        login = account.outgoing_login or ""
        return smtp.SmtpClient(
            account.outgoing_host,
            account.outgoing_port,
            account.outgoing_encryption,
            login,
            account._get_password("outgoing") if login else "",
            timeout=timeout,
            fingerprint=account.outgoing_fingerprint or None,
        )

    @api.model
    def _get_sendmail_program(self):
        """Return the path of the sendmail program: ``iris_email_sendmail`` of the configuration."""
        return config.get("iris_email_sendmail") or USUAL_SENDMAIL

    def _check_outgoing_host(self):
        """:raises UserError: no outgoing server is entered"""
        if not self.sudo().outgoing_host:
            raise UserError(
                self.env._(
                    "%(address)s has no outgoing server. Enter it on the card of the mail account.",
                    address=self.sudo().address,
                )
            )

    def _check_outgoing_connection(self):
        """Log in to the outgoing server and out again, or look for the sendmail program.

        :raises UserError: the server is missing
        :raises network.MailServerError: whatever the server or the network did
        """
        self.ensure_one()
        if self.sudo().outgoing_transport == "sendmail":
            sendmail.check_program(self._get_sendmail_program())
            return
        with self._connect_outgoing(TEST_TIMEOUT):
            pass

    def _describe_send_error(self, error):
        """Say in the user's language why a letter was not sent and what to do.

        :param network.MailServerError error: what ``tools/`` raised
        :rtype: str
        """
        self.ensure_one()
        special = next(
            (text for kind, text in SENTENCES_OF_SENDING if isinstance(error, kind)), None
        )
        if not special and isinstance(error, network.CommandRefused):
            is_temporary = delivery.is_temporary(error)
            special = SENTENCE_LETTER_NOT_NOW if is_temporary else SENTENCE_LETTER_REFUSED
        if not special:
            return self._describe_error(error)
        sizes = {
            name: format_file_size(self.env, getattr(error, name))
            for name in ("size", "limit")
            if hasattr(error, name)
        }
        return self._add_words(self._fill_sentence(special, error, **sizes), error)

    def _describe_refusal(self, refusal):
        """Say why a recipient does not get a letter: as the server said it, or in the user's
        language where it was never asked.

        :param delivery.Refusal refusal: what ``tools/`` returned
        :rtype: str
        """
        sentence = SENTENCES_OF_REFUSALS.get(refusal.reason)
        if not sentence:
            return refusal.words
        template = self.env._(sentence)
        return template % {"words": refusal.words}

    def _note_send_error(self, sentence):
        """Keep what went wrong for the account's card; False: nothing."""
        account = self.sudo()
        # A check that runs just now holds the row; the next letter brings it up again.
        if account.last_send_error != sentence and account.try_lock_for_update(
            allow_referencing=True
        ):
            account.last_send_error = sentence

    # -------------------------------------------------------------------------
    # From
    # -------------------------------------------------------------------------

    def _get_sender(self, user):
        """Return what stands in From of a letter that a user sends from this account.

        :param user: one ``res.users`` record, or none
        :return: name and address
        :rtype: tuple[str, str]
        """
        self.ensure_one()
        account = self.sudo()
        name = _NOT_IN_NAME.sub(" ", account.sender_name or user.sudo().name or "")
        return " ".join(name.split())[:LONGEST_NAME].strip(), account.address
