from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain


class IrisEmailRightMixin(models.AbstractModel):
    """One row of rights on the letters of a mail account: who may do what.

    Incoming and outgoing letters have rows of their own (guide, sections C and D), so that
    the rights on them can differ.
    """

    _name = "iris.email.right.mixin"
    _description = "Rights on the letters of a mail account"
    _order = "account_id, id"

    account_id = fields.Many2one(
        "iris.email.account",
        string="Mail account",
        required=True,
        ondelete="cascade",
        index=True,
    )
    user_id = fields.Many2one("res.users", ondelete="cascade", index=True)
    group_id = fields.Many2one("res.groups", ondelete="cascade", index=True)
    perm_read = fields.Boolean("Read", default=True, help="May read these letters.")
    perm_edit = fields.Boolean(
        "Edit", help="May change these letters, for instance their company and contact."
    )
    perm_delete = fields.Boolean("Delete", help="May delete these letters.")
    perm_access = fields.Boolean(
        "Change access", help="May add and take away access rights of these letters."
    )

    _user_or_group = models.Constraint(
        "CHECK((user_id IS NULL) <> (group_id IS NULL))",
        "A rights row is for one user or for one group: choose exactly one of them.",
    )

    @api.depends("user_id", "group_id")
    def _compute_display_name(self):
        for right in self:
            right.display_name = right.user_id.name or right.group_id.display_name

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

    @api.onchange("perm_edit", "perm_delete", "perm_access")
    def _onchange_permissions(self):
        # Nobody can change or delete what they cannot see.
        if self.perm_edit or self.perm_delete or self.perm_access:
            self.perm_read = True

    @api.model_create_multi
    def create(self, vals_list):
        rights = super().create(vals_list)
        self._drop_rights_cache()
        return rights

    def write(self, vals):
        result = super().write(vals)
        self._drop_rights_cache()
        return result

    def unlink(self):
        result = super().unlink()
        self._drop_rights_cache()
        return result

    def _drop_rights_cache(self):
        """Make a change work at once: what is cached of letters came from the old rows."""
        self.env["iris.email"].invalidate_model()
        self.env["iris.email.account"].invalidate_model()

    @api.model
    def _get_account_ids(self, user, permission=None):
        """Return the ids of the accounts on which a user holds a permission.

        :param user: one ``res.users`` record
        :param permission: ``read``, ``edit``, ``delete``, ``access``, or None: any row at all
        :rtype: tuple[int, ...]
        """
        domain = Domain("user_id", "=", user.id) | Domain(
            "group_id", "in", user.sudo().all_group_ids.ids
        )
        if permission:
            domain &= Domain(f"perm_{permission}", "=", True)
        rights = self.sudo().search_fetch(domain, ["account_id"])
        return tuple(sorted(rights.account_id.ids))
