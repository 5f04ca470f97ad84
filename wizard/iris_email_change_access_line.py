from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..models.iris_email_permission_mixin import PERMISSIONS


class IrisEmailChangeAccessLine(models.TransientModel):
    """One row of the dialog *Change access*: nobody's right until the dialog is saved."""

    _name = "iris.email.change.access.line"
    _inherit = ["iris.email.permission.mixin"]
    _description = "Row of the dialog Change access"

    wizard_id = fields.Many2one(
        "iris.email.change.access", required=True, ondelete="cascade", index=True
    )
    user_id = fields.Many2one(index=False)
    group_id = fields.Many2one(index=False)

    @api.constrains("user_id")
    def _check_internal_user(self):
        for line in self:
            if line.user_id.sudo().share:
                raise ValidationError(
                    self.env._(
                        "Letters can be shared with employees only, and %(user)s is none.",
                        user=line.user_id.sudo().name,
                    )
                )

    def write(self, vals):
        result = super().write(vals)
        if "wizard_id" in vals and not self.env.su:
            # The rules looked at the dialog that it was in: none is put into that of another.
            self.check_access("write")
        return result

    def _is_for(self, user):
        """Tell whether the row is for a user, by name or by a group."""
        self.ensure_one()
        return self.user_id == user or self.group_id._origin in user.all_group_ids

    def _get_rows(self):
        """Return the rows as ``iris.email`` takes them.

        :rtype: list[dict]
        """
        return [
            {
                "user_id": line.user_id.id,
                "group_id": line.group_id.id,
                **{f"perm_{name}": line[f"perm_{name}"] for name in PERMISSIONS},
            }
            for line in self
        ]

    # These rows give no rights: there is nothing to log and nothing cached to drop.

    def _after_change(self, before):
        pass

    def _get_log_entries(self):
        return {}
