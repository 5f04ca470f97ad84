from odoo import models
from odoo.http import request


class IrHttp(models.AbstractModel):
    """What the web client knows without asking."""

    _inherit = "ir.http"

    def session_info(self):
        """Say whether the user has mail: the number of unread letters stands in every app."""
        info = super().session_info()
        if request.session.uid:
            group = "iris_email.group_user"
            info["groups"][group] = self.env.user.has_group(group)
        return info
