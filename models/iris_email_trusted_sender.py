from odoo import fields, models


class IrisEmailTrustedSender(models.Model):
    """A sender whose remote images one user wants to see at once.

    A sender can be forged. Whoever forges a trusted one learns that the letter was opened, when
    and from which network, and nothing more: images run nothing.
    """

    _name = "iris.email.trusted.sender"
    _description = "Sender whose images are shown"
    _rec_name = "email"
    _order = "email, id"

    user_id = fields.Many2one(
        "res.users", required=True, default=lambda self: self.env.uid, ondelete="cascade"
    )
    email = fields.Char("Address", required=True, help="As letters have their correspondents.")

    _unique_email = models.Constraint(
        "UNIQUE (user_id, email)", "You see the images of this sender already."
    )
