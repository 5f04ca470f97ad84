from odoo import api, fields, models

from ..tools.address import ascii_address


class IrisEmailRecipient(models.Model):
    """What became of a sent letter at one of its recipients."""

    _name = "iris.email.recipient"
    _description = "Recipient of a letter"
    _rec_name = "email"
    _order = "email_id, id"

    email_id = fields.Many2one(
        "iris.email", "Letter", required=True, ondelete="cascade", index=True
    )
    email = fields.Char("Address", required=True)
    state = fields.Selection(
        [
            ("waiting", "Waiting"),
            ("accepted", "Taken over by the server"),
            ("refused", "Refused"),
            ("returned", "Not delivered"),
        ],
        required=True,
        default="waiting",
    )
    words = fields.Text("What the server said")

    _unique_email = models.UniqueIndex("(email_id, lower(email))")

    @api.model
    def _prepare(self, addresses):
        """Return the values of recipients.

        :param addresses: iterable of e-mail addresses
        :rtype: list[dict]
        """
        return [{"email": email} for email in addresses]


def get_key(email):
    """Return what all forms of an address have in common: capitals, national and ASCII domains."""
    return ascii_address(email).lower()
