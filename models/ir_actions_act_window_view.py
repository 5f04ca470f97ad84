from odoo import fields, models


class IrActionsActWindowView(models.Model):
    """Actions can open the view type *mailbox*."""

    _inherit = "ir.actions.act_window.view"

    view_mode = fields.Selection(
        selection_add=[("mailbox", "Mailbox")], ondelete={"mailbox": "cascade"}
    )
