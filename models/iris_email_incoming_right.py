from odoo import api, fields, models


class IrisEmailIncomingRight(models.Model):
    """Rights on the incoming letters of an account (guide C1-C8)."""

    _name = "iris.email.incoming.right"
    _inherit = "iris.email.right.mixin"
    _description = "Right on incoming letters"

    may_send = fields.Boolean(
        "Send",
        help="May send letters from this mailbox.",
    )
    default_sender = fields.Boolean(
        "Default sender",
        help="This address fills From by default in this user's outgoing letters.",
    )

    @api.onchange("default_sender")
    def _onchange_default_sender(self):
        if self.default_sender:
            self.may_send = True
