from odoo import models


class IrisEmailOutgoingRight(models.Model):
    """Rights on the outgoing letters of an account (guide D1-D6)."""

    _name = "iris.email.outgoing.right"
    _inherit = ["iris.email.right.mixin"]
    _description = "Right on outgoing letters"
    _log_kind = "outgoing"
