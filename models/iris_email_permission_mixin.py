from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain

# What can be allowed on a letter (guide C3-C6), in the order in which it is shown.
PERMISSIONS = ("read", "edit", "delete", "access")


class IrisEmailPermissionMixin(models.AbstractModel):
    """One row that says what a user or the members of a group may do with letters (guide C2-C6)."""

    _name = "iris.email.permission.mixin"
    _description = "Permissions of a user or a group"

    user_id = fields.Many2one("res.users", ondelete="cascade", index="btree_not_null")
    group_id = fields.Many2one("res.groups", ondelete="cascade", index="btree_not_null")
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
        for row in self:
            row.display_name = row.user_id.name or row.group_id.display_name

    # -------------------------------------------------------------------------
    # Sensible rows
    # -------------------------------------------------------------------------

    @api.onchange("perm_edit", "perm_delete", "perm_access")
    def _onchange_permissions(self):
        # Nobody can change or delete what they cannot see.
        if self.perm_edit or self.perm_delete or self.perm_access:
            self.perm_read = True

    @api.onchange("perm_read")
    def _onchange_perm_read(self):
        if not self.perm_read:
            self.perm_edit = self.perm_delete = self.perm_access = False

    @api.constrains("perm_read", "perm_edit", "perm_delete", "perm_access")
    def _check_permissions(self):
        for row in self:
            granted = row._get_granted()
            if not granted:
                raise ValidationError(
                    self.env._(
                        "The row of %(holder)s grants nothing: tick what they may do, or delete"
                        " the row.",
                        holder=row.display_name,
                    )
                )
            if "read" not in granted and granted & set(PERMISSIONS):
                raise ValidationError(
                    self.env._(
                        "%(holder)s must be able to read the letters in order to edit or delete"
                        " them or to change their access: tick Read, too.",
                        holder=row.display_name,
                    )
                )

    def _get_granted(self):
        """Return what the row grants.

        :rtype: set[str] of names in `PERMISSIONS`, and of further ones of the model
        """
        self.ensure_one()
        return {name for name in PERMISSIONS if self[f"perm_{name}"]}

    @api.model
    def _get_holder_domain(self, user):
        """Return the domain of the rows that hold for a user, by name or by a group."""
        return Domain("user_id", "=", user.id) | Domain(
            "group_id", "in", list(user._get_group_ids())
        )

    # -------------------------------------------------------------------------
    # Changes work at once, and are logged
    # -------------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        rows = super().create(vals_list)
        rows._after_change({})
        return rows

    def write(self, vals):
        before = self._get_log_entries()
        result = super().write(vals)
        self._after_change(before)
        return result

    def unlink(self):
        before = self._get_log_entries()
        result = super().unlink()
        self.browse()._after_change(before)
        return result

    def _after_change(self, before):
        """Drop what is cached of rights, and log what has changed.

        :param dict before: what `_get_log_entries` returned before the change
        """
        self.env.registry.clear_cache()
        self.env.invalidate_all()  # whatever was computed by the old rows
        after = self._get_log_entries()
        entries = [
            {**entry, "before": before.get(key, {}).get("granted", ()), "after": entry["granted"]}
            for key, entry in after.items()
        ]
        entries += [
            {**entry, "before": entry["granted"], "after": ()}
            for key, entry in before.items()
            if key not in after
        ]
        self.env["iris.email.rights.log"]._note(entries)

    def _get_log_entries(self):
        """Return what the log says of each row.

        :rtype: dict; the keys tell rows apart, also when a row changes what it is about or who
            its holder is
        """
        entries = {}
        for row in self.sudo():
            about = {
                **row._get_log_values(),
                "user_id": row.user_id.id,
                "group_id": row.group_id.id,
            }
            entries[row.id, *about.values()] = {**about, "granted": row._get_granted()}
        return entries

    def _get_log_values(self):
        """Return of what kind the row is and what it is about, for the log of rights."""
        raise NotImplementedError
