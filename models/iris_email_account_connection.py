from contextlib import contextmanager

from odoo import api, models
from odoo.exceptions import UserError

from ..tools import network, pop3
from .mail_server_sentences import (
    CERTIFICATE_INVALID,
    CERTIFICATE_REASONS,
    SENTENCE_FOR_THE_REST,
    SENTENCE_NOT_NOW,
    SENTENCES,
)

# Seconds without a byte from the server after which it counts as gone.
TIMEOUT = 30.0
TEST_TIMEOUT = 10.0


class IrisEmailAccount(models.Model):
    """How a mail account talks to its servers, and what it says when that fails."""

    _inherit = "iris.email.account"

    # -------------------------------------------------------------------------
    # Connections
    # -------------------------------------------------------------------------

    @contextmanager
    def _connect_incoming(self, timeout=TIMEOUT):
        """Open the mailbox: the one place where this addon meets a POP3 server.

        :param float timeout: seconds to wait for the server
        :return: context manager of a ``tools.pop3.Pop3Client`` that is logged in
        :raises UserError: server or password are missing
        :raises network.MailServerError: whatever the server or the network did
        """
        self.ensure_one()
        account = self.sudo()
        if not account.incoming_host:
            raise UserError(
                self.env._(
                    "%(address)s has no incoming server. Enter it on the card of the mail account.",
                    address=account.address,
                )
            )
        password = account._get_password("incoming")
        with pop3.Pop3Client(
            account.incoming_host,
            account.incoming_port,
            account.incoming_encryption,
            timeout=timeout,
            fingerprint=account.incoming_fingerprint or None,
        ) as client:
            client.login(account.incoming_login or account.address, password)
            yield client

    # -------------------------------------------------------------------------
    # Test connection
    # -------------------------------------------------------------------------

    def action_test_incoming(self):
        """Connect, log in and list the mailbox; tell what works or what to do about it.

        :raises AccessError: the user does not manage mail accounts
        :raises UserError: it does not work
        """
        self.ensure_one()
        self.check_access("write")
        try:
            with self._connect_incoming(timeout=TEST_TIMEOUT) as client:
                identities = client.identities()
        except network.CertificateUntrusted as error:
            return self._ask_to_trust("incoming", error)
        except network.MailServerError as error:
            raise UserError(self._describe_error(error)) from error
        message = self.env._(
            "%(host)s works: logged in as %(login)s, %(count)s letters in the mailbox.",
            host=self.incoming_host,
            login=self.incoming_login or self.address,
            count=len(identities),
        )
        if any(identity.startswith("top:") for identity in identities.values()):
            message += " " + self.env._(
                "The server does not number its letters (no UIDL), so they are told apart by"
                " their headers: that works, but each check takes longer."
            )
        return self._notify_success(message)

    def action_test_outgoing(self):
        """Connect and log in to the outgoing server; tell what works or what to do about it.

        :raises AccessError: the user does not manage mail accounts
        :raises UserError: it does not work
        """
        self.ensure_one()
        self.check_access("write")
        try:
            self._check_outgoing_connection()
        except network.CertificateUntrusted as error:
            return self._ask_to_trust("outgoing", error)
        except network.MailServerError as error:
            raise UserError(self._describe_error(error)) from error
        if self.outgoing_transport == "sendmail":
            message = self.env._(
                "The program %(program)s is there. Send a letter to see whether it is set up.",
                program=self._get_sendmail_program(),
            )
        elif self.outgoing_login:
            message = self.env._(
                "%(host)s works: logged in as %(login)s.",
                host=self.outgoing_host,
                login=self.outgoing_login,
            )
        else:
            message = self.env._(
                "%(host)s works. No login is entered, so it was not asked for one.",
                host=self.outgoing_host,
            )
        return self._notify_success(message)

    def _ask_to_trust(self, direction, error):
        wizard = self.env["iris.email.trust.certificate"].create(
            {
                "account_id": self.id,
                "direction": direction,
                "host": error.host,
                "fingerprint": error.fingerprint,
                "reason": self._get_certificate_reason(error),
            }
        )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Untrusted certificate"),
            "res_model": wizard._name,
            "res_id": wizard.id,
            "view_mode": "form",
            "target": "new",
        }

    def _notify_success(self, message):
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": message,
                "next": {"type": "ir.actions.act_window_close"},
            },
        }

    # -------------------------------------------------------------------------
    # Errors in the user's words
    # -------------------------------------------------------------------------

    def _describe_error(self, error):
        """Say in the user's language what went wrong with a server and what to do.

        :param network.MailServerError error: what ``tools/`` raised
        :rtype: str
        """
        self.ensure_one()
        return self._add_words(self._get_error_sentence(error), error)

    def _add_words(self, sentence, error):
        """Add to a sentence what the server said."""
        if error.detail:
            sentence += " " + self.env._("The server said: %(words)s", words=error.detail)
        return sentence

    def _get_error_sentence(self, error):
        sentence = next(
            (text for kind, text in SENTENCES if isinstance(error, kind)), SENTENCE_FOR_THE_REST
        )
        if isinstance(error, network.CommandRefused) and error.is_temporary:
            sentence = SENTENCE_NOT_NOW
        return self._fill_sentence(sentence, error)

    def _fill_sentence(self, sentence, error, **values):
        """Return a sentence in the user's language with what is known of the error."""
        values |= {"host": error.host, "port": error.port}
        if isinstance(error, network.CertificateUntrusted):
            values["reason"] = self._get_certificate_reason(error)
        template = self.env._(sentence)
        return template % values

    @api.model
    def _get_certificate_reason(self, error):
        """Say in the user's language why a certificate is not trusted."""
        return self.env._(CERTIFICATE_REASONS.get(error.reason, CERTIFICATE_INVALID))
