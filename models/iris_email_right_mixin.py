from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain


class IrisEmailRightMixin(models.AbstractModel):
    """One row of rights on the letters of a mail account: who may do what.

    Incoming and outgoing letters have rows of their own (guide, sections C and D), so that
    the rights on them can differ.
    """

    _name = "iris.email.right.mixin"
    _inherit = ["iris.email.permission.mixin"]
    _description = "Rights on the letters of a mail account"
    _order = "account_id, id"

    account_id = fields.Many2one(
        "iris.email.account",
        string="Mail account",
        required=True,
        ondelete="cascade",
        index=True,
    )

    @api.constrains("user_id", "group_id", "account_id")
    def _check_unique_holder(self):
        for right in self:
            twin = self.search(
                [
                    ("account_id", "=", right.account_id.id),
                    ("user_id", "=", right.user_id.id),
                    ("group_id", "=", right.group_id.id),
                    ("id", "!=", right.id),
                ],
                limit=1,
            )
            if twin:
                raise ValidationError(
                    self.env._(
                        "%(holder)s already has a row of rights on %(address)s: change that row.",
                        holder=right.display_name,
                        address=right.account_id.address,
                    )
                )

    def write(self, vals):
        result = super().write(vals)
        if "account_id" in vals and not self.env.su:
            # The rules looked at the account that it had: none is moved to one of another company.
            self.check_access("write")
        return result

    @api.model
    def _get_account_ids(self, user, companies, permission=None):
        """Return the ids of the accounts on which a user holds a permission.

        :param user: one ``res.users`` record
        :param companies: the ``res.company`` records in which the user works now
        :param permission: a name of `_get_granted`, or None: any row at all
        :rtype: tuple[int, ...]
        """
        domain = self._get_holder_domain(user)
        domain &= Domain("account_id.company_id", "in", [False, *companies.ids])
        if permission:
            domain &= Domain(self._get_permission_field(permission), "=", True)
        rights = self.sudo().with_context(active_test=False).search_fetch(domain, ["account_id"])
        return tuple(sorted(rights.account_id.ids))

    @api.model
    def _get_permission_field(self, permission):
        """Return the name of the field in which a permission is ticked."""
        return f"perm_{permission}"

    def _get_log_values(self):
        return {"kind": self._log_kind, "account_id": self.account_id.id}
