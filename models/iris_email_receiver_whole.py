from odoo import api, models
from odoo.exceptions import UserError

from ..tools import network
from .iris_email_storage import Download, no_letters_in_log


class IrisEmailReceiver(models.AbstractModel):
    """Loads the rest of a letter of which only the beginning was stored."""

    _inherit = "iris.email.receiver"

    @api.model
    def _load_whole(self, letter):
        """Load the rest of a letter; nothing is left to do if somebody else just did.

        :param letter: one ``iris.email`` record
        :raises UserError: no server has the letter any more, or it failed
        """
        self, letter = self.sudo(), letter.sudo()
        if not letter.is_partial:
            return
        receipt = self.env["iris.email.receipt"].search(
            [("letter_id", "=", letter.id), ("state", "=", "oversize")], limit=1
        )
        account = receipt.account_id
        try:
            raw = account._fetch_one(receipt.uidl) if account else None
        except network.MailServerError as error:
            raise UserError(account._describe_error(error)) from error
        if raw is None:
            raise UserError(
                self.env._(
                    "The letter “%(subject)s” is not on the server any more, so the rest of it"
                    " cannot be loaded.",
                    subject=letter.display_name,
                )
            )
        # The download may take long. Who holds the lock now is writing the same letter; who wrote
        # it since makes this transaction begin anew.
        if letter.try_lock_for_update(allow_referencing=True):
            self._replace_beginning(letter, receipt, Download(receipt.uidl, raw, len(raw)))

    @api.model
    def _replace_beginning(self, letter, receipt, download):
        """Put a whole letter in the place of its beginning."""
        values = letter._prepare_received(download.parsed)
        del values["linked_by_hand"]
        # Else it would be computed anew, from the headers alone.
        values["conversation"] = letter.conversation
        storage = self.env["iris.email.storage"]
        storage._remove_torn_files(download)
        files = storage._get_attachment_model()
        with no_letters_in_log():
            files.search(
                [
                    ("res_model", "=", letter._name),
                    ("res_id", "=", letter.id),
                    ("res_field", "in", (False, "source")),
                ]
            ).unlink()
            letter.write({**values, "is_partial": False, "size": download.size})
            files.create(letter._prepare_attachments(download.parsed, download.raw))
            receipt.write({"state": "stored", "size": download.size})
            self.env.flush_all()
        if letter.charset:
            letter._reread(letter.charset)
