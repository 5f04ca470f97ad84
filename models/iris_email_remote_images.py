from odoo import models
from odoo.exceptions import UserError
from odoo.tools import email_normalize


class IrisEmail(models.Model):
    """Whose remote images a user sees without being asked each time."""

    _inherit = "iris.email"

    def trust_images(self):
        """Load remote images of letters from this sender at once from now on, for this user.

        :raises AccessError: the user may not read the letter
        :raises UserError: nobody else has sent it
        """
        email = self._get_sender_to_trust()
        trusted = self.env["iris.email.trusted.sender"]
        if not trusted.search_count([("user_id", "=", self.env.uid), ("email", "=", email)]):
            trusted.create({"email": email})
        return True

    def distrust_images(self):
        """Ask before remote images of this sender are loaded, as for everybody else.

        :raises AccessError: the user may not read the letter
        :raises UserError: nobody else has sent it
        """
        self.env["iris.email.trusted.sender"].search(
            [("user_id", "=", self.env.uid), ("email", "=", self._get_sender_to_trust())]
        ).unlink()
        return True

    def _get_sender_to_trust(self):
        self.ensure_one()
        self.check_access("read")
        if self.type != "inbox" or not self.correspondent_email:
            raise UserError(
                self.env._("Images can always be shown only for senders of letters that came in.")
            )
        if self.correspondent_email in self._get_addresses_of_mine():
            raise UserError(
                self.env._(
                    "“%(address)s” is an address of your own: letters that come in from it may"
                    " be forged, so their images are only shown when you ask for them.",
                    address=self.correspondent_email,
                )
            )
        return self.correspondent_email

    def _filter_trusted(self):
        """Return those letters whose remote images the user loads without being asked."""
        rows = self.env["iris.email.trusted.sender"].search_fetch(
            [
                ("user_id", "=", self.env.uid),
                ("email", "in", list(set(self.mapped("correspondent_email")) - {False})),
            ],
            ["email"],
        )
        trusted = set(rows.mapped("email"))
        trusted -= self._get_addresses_of_mine()
        return self.filtered(
            lambda letter: letter.type == "inbox" and letter.correspondent_email in trusted
        )

    def _get_addresses_of_mine(self):
        """Return the user's address and those of the mailboxes that are shared with them.

        The first thing that a forger tries is a letter from oneself.
        """
        # In whatever companies they work just now.
        grants = self.env["iris.email.grants"].with_context(allowed_company_ids=None)
        shared_ids = grants._get_shared_ids()
        accounts = self.env["iris.email.account"].sudo().browse(shared_ids)
        own = [*accounts.mapped("address"), self.env.user.email]
        return {email_normalize(address) or address.lower() for address in own if address}
